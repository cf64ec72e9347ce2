"""A child process as its parent sees it: messages, limits that are watched from outside, an end that is sure."""

import json
import math
import os
import queue
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Sequence
from contextlib import suppress
from types import TracebackType
from typing import Any, Self

import psutil

from matcher.memory import MEGABYTE

COMMAND = (sys.executable, "-m", "matcher.service.jobs.child")
"""Starts the child."""
MEMORY_SPARE = 256.0
"""Megabytes a child may have beyond a quarter more than its cap, which it keeps to by itself, before it is killed."""
SECONDS_SPARE = 120.0
"""Seconds a child may take beyond twice its limit before it is killed: it also reads, prepares, checks and explains."""


class Child:
    """A running child, which loads what a job needs and waits for one after the other.

    The thread that made it has to live as long, since Linux ends the child with it. Raises OSError where no process can
    be started.
    """

    def __init__(self, command: Sequence[str]) -> None:
        self._seconds, self._memory, self._began = math.inf, math.inf, 0.0
        self._to_say: queue.SimpleQueue[bytes | None] = queue.SimpleQueue()
        self._said: queue.SimpleQueue[dict[str, Any]] = queue.SimpleQueue()
        self._process = subprocess.Popen(
            command,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            start_new_session=True,  # Ctrl-C is for the service, which gives its jobs back
            env={name: value for name, value in os.environ.items() if not name.startswith("MATCHER_")},
        )
        self._threads = [threading.Thread(target=talk, daemon=True) for talk in (self._speak, self._listen)]
        for thread in self._threads:
            thread.start()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        self._process.kill()
        self._process.wait()
        self._to_say.put(None)
        for thread in self._threads:
            thread.join()
        for pipe in (self._process.stdin, self._process.stdout):
            if pipe:
                with suppress(OSError):
                    pipe.close()

    @property
    def alive(self) -> bool:
        """Whether it still runs."""
        return self._process.poll() is None

    @property
    def used(self) -> float:
        """Its resident memory in megabytes, 0 where it has ended."""
        try:
            return float(psutil.Process(self._process.pid).memory_info().rss / MEGABYTE)
        except psutil.Error:
            return 0.0

    def begin(self, kind: str, payload: bytes, seconds: float, memory: float) -> None:
        """Gives it a job, when it has none; seconds, memory (megabytes): its limits."""
        self._seconds, self._memory, self._began = seconds, memory, time.monotonic()
        header = {"kind": kind, "seconds": seconds, "memory": memory, "bytes": len(payload)}
        self._to_say.put(json.dumps(header).encode() + b"\n" + payload)

    def message(self, wait: float) -> dict[str, Any] | None:
        """What the child says within so many seconds: `progress`, `result`, `problem`, or `lost` with a problem."""
        over = self._over()
        if over is not None:
            return {"lost": over}
        try:
            return self._said.get(timeout=wait)
        except queue.Empty:
            return None

    def cancel(self) -> None:
        """Asks the child to stop early and keep its best."""
        self._to_say.put(b"cancel\n")

    def _over(self) -> dict[str, Any] | None:
        """The limit that the child broke, as a problem."""
        most = self._memory * 1.25 + MEMORY_SPARE
        if self.used > most:
            return {
                "code": "out_of_memory",
                "zh": f"计算进程占用内存超过 {most:.0f} MB，已被终止；请减小批次，或调高 MATCHER_SOLVE_MEMORY",
                "en": f"the solving process took more than {most:.0f} MB of memory and was ended; submit a smaller "
                "batch or raise MATCHER_SOLVE_MEMORY",
            }
        longest = 2 * self._seconds + SECONDS_SPARE
        if time.monotonic() - self._began > longest:
            return {
                "code": "out_of_time",
                "zh": f"计算进程运行超过 {longest:.0f} 秒，已被终止；请减小批次",
                "en": f"the solving process ran for more than {longest:.0f} seconds and was ended; submit a smaller "
                "batch",
            }
        return None

    def _speak(self) -> None:
        assert self._process.stdin
        for data in iter(self._to_say.get, None):
            with suppress(OSError):
                self._process.stdin.write(data)
                self._process.stdin.flush()

    def _listen(self) -> None:
        assert self._process.stdout
        for line in self._process.stdout:
            with suppress(ValueError):
                self._said.put(json.loads(line, parse_constant=lambda infinity: None))
        self._said.put({"lost": _ended(self._process.wait())})


def _ended(code: int) -> dict[str, Any]:
    """The end of a child that gave no answer, as a problem."""
    name = signal.Signals(-code).name if -code in set(signal.Signals) else str(-code)
    zh, en = (f"信号 {name}", f"signal {name}") if code < 0 else (f"退出码 {code}", f"exit code {code}")
    return {
        "code": "child_lost",
        "zh": f"计算进程意外退出（{zh}），没有得到结果；请检查机器的内存，或减小批次后重新提交",
        "en": f"the solving process ended without a result ({en}); check the machine's memory or submit a smaller "
        "batch",
    }
