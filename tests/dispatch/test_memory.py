"""A cap on memory ends a dispatch with an error before there is a plan, and with the best plan afterwards."""

import gc
from collections.abc import Callable
from itertools import chain, repeat

import pytest

from benchmarks.plain import mixed_batch
from matcher import check, dispatch
from matcher.demo import county_day
from matcher.errors import OutOfMemoryError
from matcher.memory import Memory
from matcher.plan import Plan

BATCH = mixed_batch(100, 40, all_or_nothing=True)
CAP = 1000

Fills = Callable[[int], Plan]


@pytest.fixture
def full_after(monkeypatch: pytest.MonkeyPatch) -> Fills:
    """Dispatches while memory is full when it is looked at for the (n + 1)-th time."""
    monkeypatch.setattr("matcher.memory.LOOK_SECONDS", 0.0)

    def run(looks: int) -> Plan:
        amounts = chain(repeat(300.0, looks), repeat(950.0))
        monkeypatch.setattr("matcher.dispatching.Memory", lambda cap: Memory(cap, lambda: next(amounts)))
        return dispatch(BATCH, memory=CAP)

    return run


@pytest.mark.parametrize(
    ("looks", "doing"),
    [
        (0, "reading the batch"),
        (1, "preparing the data"),
        (2, "preparing the data"),
        (3, "looking for a first plan"),
    ],
)
def test_before_a_plan(full_after: Fills, looks: int, doing: str) -> None:
    """Looked at after reading, after the scene, after the instance and after the graph."""
    with pytest.raises(OutOfMemoryError, match=f"950 MB in use while {doing}, of at most 1000 MB") as caught:
        full_after(looks)
    assert (caught.value.cap, caught.value.used) == (CAP, 950)


@pytest.mark.parametrize("looks", [4, 10, 40])
def test_with_a_plan(full_after: Fills, looks: int) -> None:
    plan = full_after(looks)
    assert check(BATCH, plan).valid
    assert plan.visits
    assert (plan.status, plan.stop) == ("feasible", "work")
    note = plan.log[-1]
    assert note.zh == "因内存上限停止搜索：已用 950 MB，上限 1000 MB（用到 90% 即停）"
    assert note.en == "the cap on memory ended the search: 950 MB in use of at most 1000 MB (it stops at 90%)"


def test_what_is_proved_all_the_same_has_no_such_note(full_after: Fills) -> None:
    plan = full_after(10**9)
    assert plan.stop == "proved"
    assert "memory" not in " ".join(note.en for note in plan.log)
    assert plan == dispatch(BATCH)


def test_what_a_dispatch_made_and_nobody_holds_is_freed() -> None:
    """A loop of short solves kept up to a megabyte of each, as the collector never came to look."""
    batch = county_day(60, 10)
    dispatch(batch)
    gc.collect()
    plan = dispatch(batch)
    assert gc.collect() < 10
    assert plan.visits
