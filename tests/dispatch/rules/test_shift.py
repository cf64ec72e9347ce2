from typing import Any

import pytest

from matcher.batch import Batch, GridTravel, Interval
from matcher.policy import Policy
from tests.checker.build import batch, mark, request, span
from tests.dispatch.build import NOBODY, optimum, volunteer


def hour(*shifts: Interval, covers: str = "tour", **fields: Any) -> Batch:
    """An hour from 9:00 at mark 10, for somebody at mark 0 with these shifts."""
    policy = Policy.model_validate({"shift_covers": covers})
    return batch([volunteer(shifts=shifts, **fields)], [request(where=10)], policy=policy)


@pytest.mark.parametrize(
    ("shift", "fields", "travel"),
    [
        (("8:50", "10:10"), {}, 20),
        (("9:00", "10:00"), {"covers": "service"}, 20),
        (("8:50", "10:00"), {"ends_at": "open"}, 10),
        (("8:50", "10:05"), {"ends_at": mark(15)}, 15),
        (("8:40", "10:20"), {"travel_factor": 2.0}, 40),
    ],
)
def test_just_fits(shift: tuple[str, str], fields: dict[str, Any], travel: int) -> None:
    assert optimum(hour(span(*shift), **fields), "r v 9:00") == (0, 0, 1, 0, -travel)


@pytest.mark.parametrize(
    ("shift", "fields"),
    [
        (("8:50:01", "18:00"), {}),
        (("8:00", "10:09:59"), {}),
        (("9:00:01", "18:00"), {"covers": "service"}),
        (("8:00", "9:59:59"), {"covers": "service"}),
        (("8:00", "9:59:59"), {"ends_at": "open"}),
        (("8:00", "10:04:59"), {"ends_at": mark(15)}),
        (("8:00", "10:19:59"), {"travel_factor": 2.0}),
    ],
)
def test_a_second_short(shift: tuple[str, str], fields: dict[str, Any]) -> None:
    assert optimum(hour(span(*shift), **fields)) == NOBODY


def test_not_across_two_shifts_that_touch() -> None:
    assert optimum(hour(span("8:00", "9:30"), span("9:30", "18:00"))) == NOBODY


def test_the_second_shift_holds_it() -> None:
    assert optimum(hour(span("7:00", "8:00"), span("8:50", "18:00")), "r v 9:00") == (0, 0, 1, 0, -20)


def test_the_start_is_chosen_to_fit() -> None:
    # Not before 8:30 + 10, and over by 9:50 - 10.
    b = batch([volunteer(shifts=[span("8:30", "9:50")])], [request(where=10, start="8:00", until="9:00")])
    assert optimum(b, "r v 8:40") == (0, 0, 1, 0, -20)


@pytest.mark.parametrize("covers", ["tour", "service"])
@pytest.mark.parametrize("wall", [((0, 10),), ((0, 9), (0, 11), (1, 10), (-1, 10))])
def test_no_way_there(covers: str, wall: tuple[tuple[int, int], ...]) -> None:
    road = GridTravel(kind="grid", cell_metres=1000, metric="manhattan", speed_kmh=60, blocked=wall)
    b = hour(span("8:00", "18:00"), covers=covers).model_copy(update={"travel": road})
    assert optimum(b) == NOBODY


def test_a_way_round() -> None:
    # Marks 5 to 6 are reached over the next row: 12 minutes each way.
    road = GridTravel(kind="grid", cell_metres=1000, metric="manhattan", speed_kmh=60, blocked=((0, 5),))
    b = hour(span("8:48", "10:12")).model_copy(update={"travel": road})
    assert optimum(b, "r v 9:00") == (0, 0, 1, 0, -24)
