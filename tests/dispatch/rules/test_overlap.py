from typing import Any

import pytest

from matcher.batch import Batch, NodePlace
from matcher.policy import Policy
from tests.checker.build import batch, mark, request, span
from tests.dispatch.build import optimum, triangle, volunteer


def two(second: str, first: dict[str, Any] | None = None, policy: Policy | None = None, **own: Any) -> Batch:
    """One from 9:00 to 10:00 at mark 10, worth 2; one at mark 20; for one person at mark 0."""
    asked = [request("one", where=10, value=2, **(first or {})), request("two", where=20, start=second)]
    return batch([volunteer(**own)], asked, policy=policy or Policy())


def test_just_in_time() -> None:
    # 10 + 10 + 20 minutes and workload 1.
    assert optimum(two("10:10"), "one v 9:00", "two v 10:10") == (0, 0, 3, 0, -43)


@pytest.mark.parametrize("second", ["9:00", "9:59", "10:00", "10:09:59"])
def test_too_little_time(second: str) -> None:
    assert optimum(two(second), "one v 9:00") == (0, 0, 2, 0, -20)


@pytest.mark.parametrize(
    ("fits", "late", "both", "alone", "fields"),
    [
        # Twice as slow: 20 out, 20 on, 40 back.
        ("10:20", "10:19", 80, 40, {"travel_factor": 2.0}),
        # From mark 40 back to mark 20: 10 + 20 + 20, alone 10 + 40.
        ("10:20", "10:19", 50, 50, {"first": {"end_place": mark(40)}}),
        # The way on takes 12 minutes instead of 10: 12 + 12 + 20.
        ("10:12", "10:11", 44, 24, {"policy": Policy(min_travel_minutes=12)}),
        # One who need not come home: 10 + 10.
        ("10:10", "10:09", 20, 10, {"ends_at": "open"}),
    ],
)
def test_the_way_on(fits: str, late: str, both: int, alone: int, fields: dict[str, Any]) -> None:
    assert optimum(two(fits, **fields), "one v 9:00", f"two v {fits}") == (0, 0, 3, 0, -both - 3)
    assert optimum(two(late, **fields), "one v 9:00") == (0, 0, 2, 0, -alone)


@pytest.mark.parametrize(
    ("ends_at", "fits", "late", "both", "alone"),
    [
        (None, "10:30", "10:29", 10 + 10 + 20 + 20, 20),
        ("open", "10:30", "10:29", 10 + 20, 10),
        (mark(5), "10:30", "10:29", 10 + 5 + 20 + 15, 15),
        (mark(-5), "10:40", "10:39", 10 + 15 + 20 + 25, 25),
    ],
)
def test_the_next_tour_starts_at_home(ends_at: Any, fits: str, late: str, both: int, alone: int) -> None:
    # From mark 10 to where tours end, from there home (which counts for time only), and 20 minutes out again.
    fields = {
        "ends_at": ends_at,
        "shifts": [span("8:00", "10:00"), span("10:00", "18:00")],
        "policy": Policy(shift_covers="service"),
    }
    assert optimum(two(fits, **fields), "one v 9:00", f"two v {fits}") == (0, 0, 3, 0, -both - 3)
    assert optimum(two(late, **fields), "one v 9:00") == (0, 0, 2, 0, -alone)


@pytest.mark.parametrize(
    ("start", "home_between", "goes", "tiers"),
    [
        ("10:30", True, ["two v 10:30 home"], (0, 0, 3, 0, -5 - 30 - 25 - 3)),
        ("10:29", True, [], (0, 0, 2, 0, -5 - 5)),
        ("10:30", False, [], (0, 0, 2, 0, -5 - 5)),
        ("10:40", False, ["two v 10:40"], (0, 0, 3, 0, -5 - 40 - 25 - 3)),
    ],
)
def test_the_way_by_home_may_be_the_faster_one(
    start: str, home_between: bool, goes: list[str], tiers: tuple[float, ...]
) -> None:
    # Minutes: home to one 5, one to two 40, by home 5 + 25.
    asked = [
        request("one", place=NodePlace(node="one"), value=2),
        request("two", place=NodePlace(node="two"), start=start),
    ]
    people = [volunteer(place=NodePlace(node="home"))]
    b = batch(
        people, asked, travel=triangle((0, 5, 25), (5, 0, 40), (25, 40, 0)), policy=Policy(home_between=home_between)
    )
    assert optimum(b, "one v 9:00", *goes) == tiers


def test_two_people_share() -> None:
    # Both at once: the nearer one of each.
    b = batch([volunteer("v"), volunteer("w", 25)], [request("one", where=10), request("two", where=20)])
    assert optimum(b, "one v 9:00", "two w 9:00") == (0, 0, 2, 0, -30)


def test_nothing_to_overlap_with() -> None:
    assert optimum(batch([volunteer()], [request(where=10)]), "r v 9:00") == (0, 0, 1, 0, -20)
