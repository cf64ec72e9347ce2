import pytest

from matcher.batch import Batch, Lag
from tests.checker.build import batch, fixed, request, role
from tests.dispatch.build import COUNTED, optimum, volunteer


def two(limit: float | None, *pinned: str) -> Batch:
    """An hour at 9:00 worth 2, and 45.5 minutes at 10:00 worth 1."""
    asked = [request("long", value=2), request("short", start="10:00", minutes=45.5)]
    pins = [fixed(r.id, start=f"{r.windows[0].start.hour}:00") for r in asked if r.id in pinned]
    return batch([volunteer(max_minutes=limit)], asked, pins=pins, policy=COUNTED)


LONG, SHORT = "long v 9:00", "short v 10:00"


@pytest.mark.parametrize(
    ("limit", "goes", "tiers"),
    [
        (None, [LONG, SHORT], (3, -1)),
        (105.5, [LONG, SHORT], (3, -1)),
        (105.49, [LONG], (2, 0)),
        (60, [LONG], (2, 0)),
        (59.9, [SHORT], (1, 0)),
        (45, [], (0, 0)),
        (0, [], (0, 0)),
    ],
)
def test_minutes_add_up(limit: float | None, goes: list[str], tiers: tuple[float, ...]) -> None:
    assert optimum(two(limit), *goes) == tiers


@pytest.mark.parametrize(("limit", "goes"), [(105, [SHORT]), (105.5, [LONG, SHORT]), (10, [SHORT])])
def test_a_pinned_visit_counts_and_may_exceed_it(limit: float, goes: list[str]) -> None:
    n = len(goes)
    assert optimum(two(limit, "short"), *goes) == (2 * n - 1, 1 - n)


def test_the_minutes_of_the_role_count() -> None:
    # Half an hour in role b for the one with little time, an hour in role a for the other.
    roles = [role(), role("b", minutes=30, lag=Lag(max=0))]
    b = batch([volunteer(max_minutes=30), volunteer("w")], [request(roles=roles)])
    assert optimum(b, "r w 9:00", "r.b v 9:00") == (0, 0, 1, 0, 0)


def test_travel_does_not_count() -> None:
    assert optimum(batch([volunteer(max_minutes=60)], [request(where=30)]), "r v 9:00") == (0, 0, 1, 0, -60)
