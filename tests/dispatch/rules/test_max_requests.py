import pytest

from matcher.batch import Batch
from tests.checker.build import batch, fixed, request
from tests.dispatch.build import COUNTED, optimum, volunteer

GOES = ["c v 11:00", "b v 10:00", "a v 9:00"]
"""The one worth most first."""


def three(limit: int | None, *pinned: str) -> Batch:
    """Three requests worth 1, 2 and 3, and somebody who makes at most `limit` of them."""
    asked = [
        request(id, start=start, value=n) for n, id, start in ((1, "a", "9:00"), (2, "b", "10:00"), (3, "c", "11:00"))
    ]
    pins = [fixed(r.id, start=f"{r.windows[0].start.hour}:00") for r in asked if r.id in pinned]
    return batch([volunteer(max_requests=limit)], asked, pins=pins, policy=COUNTED)


@pytest.mark.parametrize(
    ("limit", "made", "value", "workload"),
    [(0, 0, 0, 0), (1, 1, 3, 0), (2, 2, 5, 1), (3, 3, 6, 3), (9, 3, 6, 3), (None, 3, 6, 3)],
)
def test_the_best_ones_within_the_limit(limit: int | None, made: int, value: int, workload: int) -> None:
    assert optimum(three(limit), *GOES[:made]) == (value, -workload)


@pytest.mark.parametrize(("limit", "goes", "value"), [(1, GOES[2:], 1), (2, [GOES[0], GOES[2]], 4), (3, GOES, 6)])
def test_a_pinned_visit_counts(limit: int, goes: list[str], value: int) -> None:
    n = len(goes)
    assert optimum(three(limit, "a"), *goes) == (value, -n * (n - 1) / 2)


@pytest.mark.parametrize("limit", [0, 1, 2])
def test_pinned_visits_alone_may_exceed_it(limit: int) -> None:
    assert optimum(three(limit, "a", "b"), *GOES[1:]) == (3, -1)


def test_nothing_asked() -> None:
    assert optimum(batch([volunteer(max_requests=0)], [])) == (0, 0, 0, 0, 0)
