"""The sizes a county's day must be solved at, each read and solved in a process of its own."""

import json
import subprocess
import sys
import time
from collections.abc import Callable
from dataclasses import asdict
from functools import partial
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from rich.console import Console
from rich.table import Table

from benchmarks.plain import fixed_batch, single_batch
from benchmarks.runner import solve
from matcher import Batch, load_batch, to_json

SIZES: tuple[tuple[str, Callable[[], Batch], float], ...] = (
    ("1,000 x 300", partial(fixed_batch, 1000, 300), 60),
    ("3,000 x 300", partial(fixed_batch, 3000, 300), 60),
    ("1,000 x 300, all or nothing", partial(fixed_batch, 1000, 300, all_or_nothing=True), 10),
    ("3,000 x 300, all or nothing", partial(fixed_batch, 3000, 300, all_or_nothing=True), 10),
    ("94,066 x 3,000, one person each", single_batch, 60),
)
"""What is solved, and the seconds it may take."""


def run_sizes() -> Table:
    """Solve all sizes; gap, status, seconds and peak memory of each."""
    shown = Table("batch", "status", "gap", "violations", "reading s", "dispatch s", "work s", "peak MB")
    progress = Console(stderr=True)
    with TemporaryDirectory() as folder:
        path = Path(folder) / "batch.json"
        for name, make, seconds in SIZES:
            with progress.status(name):
                path.write_text(to_json(make()), encoding="utf-8")
                line = _in_child(path, seconds)
            result = line["result"]
            shown.add_row(
                name,
                f"{result['status']} ({result['stop']})",
                "-" if result["gap"] is None else f"{result['gap']:.2e}",
                str(result["violations"]),
                f"{line['reading']:.1f}",
                f"{result['seconds']:.1f}",
                "-" if result["work"] is None else f"{result['work'] / 1e6:.1f}",
                "-" if line["peak_mb"] is None else f"{line['peak_mb']:.0f}",
            )
            progress.print(json.dumps(line, ensure_ascii=False), soft_wrap=True)
    return shown


def child(path: Path, seconds: float) -> dict[str, Any]:
    """Read and solve one batch in this process; the parent prints what comes back."""
    started = time.perf_counter()
    batch = load_batch(path)
    reading = time.perf_counter() - started
    result = solve(batch.id, batch, seconds, seed=0)
    return {"reading": reading, "peak_mb": _peak_mb(), "result": asdict(result)}


def _in_child(path: Path, seconds: float) -> Any:
    command = [sys.executable, "-m", "benchmarks", "child", str(path), str(seconds)]
    done = subprocess.run(command, stdout=subprocess.PIPE, encoding="utf-8", check=True)
    return json.loads(done.stdout)


def _peak_mb() -> float | None:
    """Most memory this process held so far; null where the system does not tell (Windows)."""
    try:
        import resource
    except ImportError:
        return None
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    return peak / (1024 if sys.platform == "linux" else 1024 * 1024)
