import pytest

from matcher.batch import Batch, Interval
from tests.checker.build import at, batch, fixed, request, span
from tests.dispatch.build import COUNTED, optimum, volunteer

GOES = ["d v 10:00 +1", "b v 10:00", "c v 9:00 +1", "a v 9:00"]
"""The one worth most of each day first."""


def days(limit: int | None, *pinned: str) -> Batch:
    """Two requests a day for two days, worth 1 and 2."""
    asked = [
        request(id, start=start, day=day, value=value)
        for id, day, start, value in (
            ("a", 0, "9:00", 1),
            ("b", 0, "10:00", 2),
            ("c", 1, "9:00", 1),
            ("d", 1, "10:00", 2),
        )
    ]
    pins = [fixed(r.id, start=f"{r.windows[0].start.hour}:00", day=int(r.id in "cd")) for r in asked if r.id in pinned]
    shifts = [span("8:00", "18:00", day) for day in (0, 1)]
    return batch([volunteer(max_requests_per_day=limit, shifts=shifts)], asked, pins=pins, policy=COUNTED)


@pytest.mark.parametrize(
    ("limit", "made", "value", "workload"), [(0, 0, 0, 0), (1, 2, 4, 1), (2, 4, 6, 6), (None, 4, 6, 6)]
)
def test_the_best_ones_of_each_day(limit: int | None, made: int, value: int, workload: int) -> None:
    assert optimum(days(limit), *GOES[:made]) == (value, -workload)


@pytest.mark.parametrize(
    ("pinned", "goes", "value"), [("a", ["a v 9:00", "d v 10:00 +1"], 3), ("ab", ["a v 9:00", "b v 10:00", GOES[0]], 5)]
)
def test_pinned_visits_fill_their_day_only(pinned: str, goes: list[str], value: int) -> None:
    n = len(goes)
    assert optimum(days(1, *pinned), *goes) == (value, -n * (n - 1) / 2)


@pytest.mark.parametrize(
    ("start", "day", "goes", "tiers"),
    [("23:59", 0, ["night v 23:59"], (3, -1)), ("0:00", 1, [], (2, 0))],
)
def test_the_day_of_the_start_counts(start: str, day: int, goes: list[str], tiers: tuple[float, ...]) -> None:
    # An hour from before midnight is of the first day, from midnight on of the second, like that of 8:00.
    asked = [request("night", start=start, day=day), request("morning", start="8:00", day=1, value=2)]
    out = Interval(start=at("20:00"), end=at("9:00", 1))
    b = batch([volunteer(max_requests_per_day=1, shifts=[out])], asked, policy=COUNTED)
    assert optimum(b, "morning v 8:00 +1", *goes) == tiers


def test_nothing_asked() -> None:
    assert optimum(batch([volunteer(max_requests_per_day=0)], [])) == (0, 0, 0, 0, 0)
