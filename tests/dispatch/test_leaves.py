"""When plans leave home where tours leave with the shift; nothing but that differs."""

from typing import Any

import pytest

from matcher.batch import Batch
from matcher.policy import DEFAULT_TIERS, Policy, Tier
from tests.checker.build import at, batch, fixed, mark, request, span
from tests.dispatch.build import proved, volunteer

TIERS = (*DEFAULT_TIERS[:4], Tier(terms={"travel": 1.0}))


def left(b: Batch) -> list[str | None]:
    """When the plan leaves home for each visit, by start. `proved` has the checker agree."""
    visits = sorted(proved(b).visits, key=lambda visit: visit.start)
    return [visit.leave and f"{visit.leave:%H:%M}" for visit in visits]


def day(leaves: str, shifts: list[Any], covers: str = "tour", ends_at: Any = None, **fields: Any) -> Batch:
    """An hour at mark 10 from 9:00, and one from 11:00, for somebody at mark 0 who stays away from home between."""
    policy = Policy.model_validate({"tiers": TIERS, "leaves": leaves, "home_between": False, "shift_covers": covers})
    asked = [request("one", where=10), request("two", where=10, start="11:00")]
    return batch([volunteer(shifts=shifts, ends_at=ends_at)], asked, policy=policy, **fields)


@pytest.mark.parametrize(("leaves", "first"), [("late", "08:50"), ("shift", "08:00")])
def test_at_the_start_of_the_shift(leaves: str, first: str) -> None:
    assert left(day(leaves, [span("8:00", "18:00")])) == [first, None]


def test_each_shift_by_itself() -> None:
    assert left(day("shift", [span("8:00", "10:30"), span("10:30", "18:00")])) == ["08:00", "10:30"]


def test_not_before_coming_home_from_the_tour_before() -> None:
    # Ends at 10:00 at mark 10, on to mark 15 and home: 10:20.
    shifts = [span("9:00", "10:00"), span("10:00", "18:00")]
    assert left(day("shift", shifts, "service", mark(15))) == ["08:50", "10:20"]


def test_not_before_now_but_for_pins() -> None:
    shifts = [span("8:00", "10:30"), span("10:30", "18:00")]
    assert left(day("shift", shifts, now=at("8:30"))) == ["08:30", "10:30"]
    assert left(day("shift", shifts, now=at("10:40"), pins=[fixed("one")])) == ["08:00", "10:40"]
