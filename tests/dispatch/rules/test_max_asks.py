import pytest

from matcher.batch import Batch
from tests.checker.build import batch, fixed, request
from tests.dispatch.build import COUNTED, optimum, volunteer


def two(asked: int, limit: int | None, *pinned: str) -> Batch:
    """Two requests at home, worth 1 and 2, for somebody asked so often in the last days."""
    asks = [request("a"), request("b", start="10:00", value=2)]
    pins = [fixed(r.id, start=f"{r.windows[0].start.hour}:00") for r in asks if r.id in pinned]
    return batch([volunteer(asked=asked, max_asks=limit)], asks, pins=pins, policy=COUNTED)


@pytest.mark.parametrize(
    ("asked", "limit", "made"),
    [(0, 2, 2), (3, 5, 2), (3, 4, 1), (0, 1, 1), (3, 3, 0), (5, 3, 0), (0, 0, 0), (9, None, 2)],
)
def test_asked_before_and_now(asked: int, limit: int | None, made: int) -> None:
    goes, tiers = ["b v 10:00", "a v 9:00"][:made], [(0, 0), (2, 0), (3, -1)]
    assert optimum(two(asked, limit), *goes) == tiers[made]


@pytest.mark.parametrize(("limit", "made"), [(3, 1), (4, 1), (5, 2)])
def test_a_pinned_visit_counts_and_may_exceed_it(limit: int, made: int) -> None:
    goes, tiers = ["a v 9:00", "b v 10:00"][:made], [(1, 0), (3, -1)]
    assert optimum(two(3, limit, "a"), *goes) == tiers[made - 1]


def test_somebody_else_is_asked() -> None:
    b = batch([volunteer(asked=3, max_asks=3), volunteer("w", 10)], [request()])
    assert optimum(b, "r w 9:00") == (0, 0, 1, 0, -20)
