"""What ends a solve: work, time, cancellation, and memory under a cap, here told by a list instead of the system."""

from collections.abc import Callable
from threading import Event

import psutil
import pytest

from matcher.errors import OutOfMemoryError
from matcher.memory import MEGABYTE, READING, Memory, in_use
from matcher.solver.budget import Budget


@pytest.fixture(autouse=True)
def always_looks(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("matcher.memory.LOOK_SECONDS", 0.0)


def reader(*megabytes: float) -> Callable[[], float]:
    """Tells one amount after the other."""
    amounts = iter(megabytes)
    return lambda: next(amounts)


def test_full_at_nine_tenths_of_the_cap() -> None:
    budget = Budget(memory=Memory(1000, reader(100, 900, 901)))
    assert [budget.stopped for _ in range(3)] == [None, None, "work"]
    assert (budget.memory.full, budget.memory.used) == (True, 901)


def test_full_stays_full() -> None:
    budget = Budget(memory=Memory(1000, reader(950)))
    assert [budget.stopped for _ in range(3)] == ["work"] * 3


def test_without_a_cap_nobody_looks() -> None:
    assert Budget(memory=Memory(None, reader())).stopped is None


def test_other_limits_are_told_first() -> None:
    cancel = Event()
    cancel.set()
    full = Memory(1000, reader())
    assert Budget(cancel=cancel, memory=full).stopped == "cancelled"
    assert Budget(work=0, memory=full).stopped == "work"
    assert Budget(seconds=0.0, memory=full).stopped == "time"
    assert not full.full


def test_looks_only_now_and_then(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("matcher.memory.LOOK_SECONDS", 3600.0)
    budget = Budget(memory=Memory(1000, reader(1)))
    assert [budget.stopped for _ in range(1000)] == [None] * 1000


def test_a_part_of_the_budget_has_the_same_memory() -> None:
    budget = Budget(work=100, memory=Memory(1000, reader(1, 950)))
    with budget.part(0.5, 50):
        assert [budget.stopped for _ in range(2)] == [None, "work"]
    assert budget.stopped == "work"


def test_no_memory_before_a_plan_is_said_in_both_languages() -> None:
    memory = Memory(1000, reader(10, 951.4))
    memory.require(READING)
    with pytest.raises(OutOfMemoryError) as caught:
        memory.require(READING)
    error = caught.value
    assert (error.cap, error.used) == (1000, 951.4)
    assert "读入批次时已用 951 MB，上限 1000 MB（用到 90% 即停）" in error.zh
    assert "951 MB in use while reading the batch, of at most 1000 MB (work ends at 90%)" in error.en


def test_in_use_is_the_resident_memory_of_this_process() -> None:
    held = bytearray(64 * MEGABYTE)
    assert 64 < in_use() < psutil.virtual_memory().total / MEGABYTE
    del held
