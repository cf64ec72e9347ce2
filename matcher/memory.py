"""A cap on the memory of the process, and what is in use of it."""

import gc
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager

import psutil

from matcher.errors import OutOfMemoryError

MEGABYTE = 2**20
"""Bytes."""

STOP_AT = 0.9
"""Share of the cap at which work ends: the plan found by then is still checked, and empty places get their reasons."""

LOOK_SECONDS = 0.01
"""Least wall seconds between two looks: each takes some 30 microseconds, and memory fills by gigabytes a second."""

READING = ("读入批次", "reading the batch")
PREPARING = ("整理数据", "preparing the data")
FIRST_PLAN = ("寻找第一个安排", "looking for a first plan")
"""What is being done while there is no plan yet, in Chinese and English."""


@contextmanager
def without_collection() -> Iterator[None]:
    """The garbage collector rests: it would look through millions of new objects, none of them garbage."""
    collecting = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if collecting:
            gc.enable()


def in_use() -> float:
    """Resident memory of this process in megabytes."""
    return float(psutil.Process().memory_info().rss / MEGABYTE)


class Memory:
    """A cap on resident memory in megabytes (null: none), judged by `read`, and what was seen of it.

    used: megabytes when it was last looked at. full: whether that was ever beyond `STOP_AT` of the cap; stays so,
    also where memory is given back, so that all that runs comes to its end.
    """

    def __init__(self, cap: float | None = None, read: Callable[[], float] = in_use) -> None:
        self.cap, self.used, self.full = cap, 0.0, False
        self._read, self._next = read, 0.0

    def look(self) -> bool:
        """Whether it is full by now."""
        if self.cap is not None and not self.full and time.monotonic() >= self._next:
            self.used = self._read()
            self.full = self.used > STOP_AT * self.cap
            self._next = time.monotonic() + LOOK_SECONDS
        return self.full

    def require(self, doing: tuple[str, str]) -> None:
        """Raises OutOfMemoryError if it is full while something is done without which there is no plan."""
        if self.look():
            zh, en = doing
            raise OutOfMemoryError(
                f"内存不足：{zh}时已用 {self.used:.0f} MB，上限 {self.cap:g} MB（用到 {STOP_AT:.0%} 即停），"
                "还没有得到任何安排。可以调高内存上限；或一次少算几天、几个镇；或放大开始时间的步长（start_step_minutes）。",
                f"out of memory: {self.used:.0f} MB in use while {en}, of at most {self.cap:g} MB (work ends at "
                f"{STOP_AT:.0%}), and no plan yet. What helps: a higher cap, fewer days or towns at a time, or longer "
                "steps between starts (start_step_minutes).",
                self.cap,
                self.used,
            )
