"""How much a solve may still do: work, wall time, memory, cancellation."""

import time
from collections.abc import Iterator
from contextlib import contextmanager
from math import inf
from threading import Event

from matcher.memory import Memory
from matcher.plan import Stop


class Budget:
    """Counts work deterministically; the wall clock and memory only guard.

    work: most units (each about a microsecond of one core), seconds: most wall seconds; null: no limit. A run that is
    stopped by `work` is the same on every run; one stopped by `seconds`, `memory` or `cancel` is not.
    """

    def __init__(
        self,
        work: int | None = None,
        seconds: float | None = None,
        cancel: Event | None = None,
        memory: Memory | None = None,
    ) -> None:
        self.started = time.monotonic()
        self.memory = memory or Memory()
        self._most, self._seconds, self._cancel = work, seconds, cancel
        self.used = 0

    def spend(self, units: float) -> None:
        """Counts work done."""
        self.used += max(0, int(units))

    def keep_back(self, seconds: float) -> None:
        """Keeps wall time for what follows the search."""
        if self._seconds is not None:
            self._seconds = max(0.0, self._seconds - seconds)

    @contextmanager
    def part(self, share: float, units: float = inf) -> Iterator[None]:
        """Stops already after a share of what is left or so many units of work; then all that is left counts again."""
        most, seconds = self._most, self._seconds
        left = min(units, share * self.work_left())
        self._most = int(self.used + left) if left < inf else None
        if seconds is not None:
            self._seconds = self.elapsed + share * self.wall_seconds()
        try:
            yield
        finally:
            self._most, self._seconds = most, seconds

    @property
    def elapsed(self) -> float:
        """Wall seconds since the start."""
        return time.monotonic() - self.started

    @property
    def stopped(self) -> Stop | None:
        """Why the solve must stop now, or null; `work` also where memory is full.

        To be asked where all work so far has been counted; threads that do a part of it ask `interrupted`.
        """
        if self._most is not None and self.used >= self._most:
            return "cancelled" if self._cancelled() else "work"
        return self.interrupted or ("work" if self.memory.look() else None)

    @property
    def interrupted(self) -> Stop | None:
        """Why the solve must stop now, whatever work was done, or null."""
        if self._cancelled():
            return "cancelled"
        return "time" if self._seconds is not None and self.elapsed >= self._seconds else None

    def _cancelled(self) -> bool:
        return self._cancel is not None and self._cancel.is_set()

    def work_left(self) -> float:
        """Units of work left, infinite where there is no limit."""
        return float("inf") if self._most is None else max(0.0, self._most - self.used)

    def wall_seconds(self) -> float:
        """Wall seconds left, infinite where there is no limit."""
        return float("inf") if self._seconds is None else max(0.0, self._seconds - self.elapsed)
