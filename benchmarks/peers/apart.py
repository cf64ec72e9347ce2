"""Runs a peer in a process of its own, which is ended at the limit: some libraries look at the clock too seldom."""

import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from importlib import import_module
from pathlib import Path
from queue import Empty, Queue
from threading import Thread
from typing import Protocol, TextIO, cast

from matcher import Batch, Plan, load_batch, read_plan, to_json

READY = "ready"
LATE = 1.05
"""Times its seconds after which the process is ended; what it has told by then counts."""


class Improving(Protocol):
    """A peer that gives one plan after the other."""

    def plans(self, batch: Batch, seconds: float, seed: int) -> Iterator[Plan]:
        """Better and better plans, the last within about so many seconds."""
        ...


def solve_apart(name: str, batch: Batch, seconds: float, seed: int) -> Plan | None:
    """The last plan that the peer of this name gives in time; the clock runs from when it has read the batch.

    Raises RuntimeError if the process fails.
    """
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "batch.json"
        path.write_text(to_json(batch), encoding="utf-8")
        command = [sys.executable, "-m", "benchmarks.peers.apart", name, str(path), str(seconds), str(seed)]
        with (Path(folder) / "errors").open("w+", encoding="utf-8") as errors:
            child = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=errors, encoding="utf-8")
            lines: Queue[str | None] = Queue()
            listener = Thread(target=_pass_on, args=(child.stdout, lines))
            listener.start()
            told, ended = _last(lines, LATE * seconds)
            if not ended:
                child.kill()
            listener.join()
            if child.wait() and ended:
                errors.seek(0)
                raise RuntimeError(f"{name} 失败 / {name} failed: {errors.read()[-2000:]}")
    return read_plan(told) if told else None


def _last(lines: "Queue[str | None]", seconds: float) -> tuple[str | None, bool]:
    """The last whole line told within so many seconds of the first, and whether all has been told."""
    line, told = lines.get(), None
    until = time.monotonic() + seconds
    while line is not None:
        try:
            line = lines.get(timeout=max(0.0, until - time.monotonic()))
        except Empty:
            return told, False
        told = line if line and line.endswith("\n") else told
    return told, True


def _pass_on(stream: TextIO, lines: "Queue[str | None]") -> None:
    """Every line of a stream, and null at its end."""
    with stream:
        for line in stream:
            lines.put(line)
    lines.put(None)


def main(name: str, path: str, seconds: str, seed: str) -> None:
    """Tell each plan in a line."""
    peer = cast(Improving, import_module(f"benchmarks.peers.{name}").PEER)
    batch = load_batch(Path(path))
    sys.stdout.write(READY + "\n")
    sys.stdout.flush()
    for plan in peer.plans(batch, float(seconds), int(seed)):
        sys.stdout.write(plan.model_dump_json(by_alias=True, exclude_unset=True) + "\n")
        sys.stdout.flush()


if __name__ == "__main__":
    main(*sys.argv[1:])
