"""Reads and solves a batch file in a process of its own, so that time and memory are those of one batch."""

import json
import subprocess
import sys
import time
from dataclasses import asdict
from pathlib import Path
from typing import Any

from benchmarks.plain import fixed_batch
from benchmarks.solving import solve
from matcher import load_batch

STARTING = 300
"""Seconds that starting, compiling the kernels once, and reading may take on top of the time to solve."""
OVERTIME = 2
"""A child is ended after so many times the seconds it was given to solve."""
NO_MEMORY = ("MemoryError", "bad_alloc", "out of memory", "Cannot allocate memory")
"""What Python, C++, LLVM and the system say of too little memory."""


class FailedError(Exception):
    """A child gave no result; the message is the reason in a few words."""


def solve_apart(path: Path, seconds: float, gap: float = 0.0, gigabytes: float | None = None) -> Any:
    """What `child` gives, from a process that may hold `gigabytes` (null: no cap).

    Raises FailedError if the child runs out of memory or time, or ends in any other way without a result.
    """
    command = [sys.executable, "-m", "benchmarks", "child", str(path), "--seconds", str(seconds), "--gap", str(gap)]
    if gigabytes is not None:
        command += ["--gigabytes", str(gigabytes)]
    return json.loads(output_of(command, STARTING + OVERTIME * seconds))


def output_of(command: list[str], seconds: float) -> str:
    """What a command prints; raises FailedError if it fails, or is not done after `seconds` and is ended."""
    try:
        done = subprocess.run(command, capture_output=True, encoding="utf-8", errors="replace", timeout=seconds)
    except subprocess.TimeoutExpired:
        raise FailedError(f"ended after {seconds:.0f} s") from None
    if done.returncode == 0:
        return done.stdout
    if any(words in done.stderr for words in NO_MEMORY):
        raise FailedError("out of memory")
    if done.returncode < 0:
        raise FailedError(f"ended by signal {-done.returncode}")
    last = (done.stderr.strip().splitlines() or [""])[-1]
    raise FailedError(f"exit code {done.returncode} {last}".strip())


def child(path: Path, seconds: float, gap: float = 0.0, gigabytes: float | None = None) -> dict[str, Any]:
    """Read and solve one batch in this process; a tiny one before it loads the libraries, timed apart."""
    if gigabytes is not None:
        cap_memory(gigabytes)
    started = time.perf_counter()
    solve("warm-up", fixed_batch(20, 3), None, seed=0)
    warm = time.perf_counter() - started
    started = time.perf_counter()
    batch = load_batch(path)
    reading = time.perf_counter() - started
    result = solve(batch.id, batch, seconds, seed=0, gap=gap)
    return {"start": warm, "reading": reading, "peak_mb": peak_mb(), "result": asdict(result)}


def cap_memory(gigabytes: float) -> None:
    """Asks for more memory than this fail; only where the system keeps to such a cap, which is Linux."""
    if sys.platform == "linux":
        import resource

        most = int(gigabytes * 1e9)
        resource.setrlimit(resource.RLIMIT_AS, (most, most))


def peak_mb() -> float | None:
    """Most memory this process held so far, in MiB; null where the system does not tell (Windows).

    On Linux `ru_maxrss` begins at the peak of the process that started this one, so the kernel's own mark is read.
    """
    if sys.platform == "win32":
        return None
    if sys.platform == "linux":
        status = Path("/proc/self/status").read_text(encoding="ascii")
        return int(status.split("VmHWM:")[1].split()[0]) / 1024
    import resource

    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 2**20
