import pytest

from matcher.policy import Policy
from tests.checker.build import batch, mark, request
from tests.dispatch.build import NOBODY, optimum, volunteer

TEN = (0, 0, 1, 0, -20)


@pytest.mark.parametrize("limit", [10, 11, None])
def test_ten_minutes_allowed(limit: float | None) -> None:
    b = batch([volunteer(max_travel_minutes=limit)], [request(where=10)])
    assert optimum(b, "r v 9:00") == TEN


@pytest.mark.parametrize("limit", [0, 9, 9.99])
def test_ten_minutes_too_far(limit: float) -> None:
    assert optimum(batch([volunteer(max_travel_minutes=limit)], [request(where=10)])) == NOBODY


@pytest.mark.parametrize(("factor", "minutes"), [(1.0, 10), (2.0, 20), (0.5, 5)])
def test_own_speed_counts(factor: float, minutes: float) -> None:
    fits = volunteer("fits", max_travel_minutes=minutes, travel_factor=factor)
    lacks = volunteer("lacks", max_travel_minutes=minutes - 0.1, travel_factor=factor)
    assert optimum(batch([lacks, fits], [request(where=10)]), "r fits 9:00") == (0, 0, 1, 0, -2 * minutes)


def test_only_the_way_from_home_counts() -> None:
    # The escort ends 30 minutes away, and so is the next request from there: 10 + 20 + 30 minutes, second visit 3.
    asked = [request("one", where=10, end_place=mark(30)), request("two", where=10, start="10:20")]
    b = batch([volunteer(max_travel_minutes=10)], asked)
    assert optimum(b, "one v 9:00", "two v 10:20") == (0, 0, 2, 0, -43)


@pytest.mark.parametrize(("limit", "tiers"), [(5, (0, 0, 1, 0, -10)), (4, NOBODY)])
def test_least_minutes_of_a_leg_count(limit: float, tiers: tuple[float, ...]) -> None:
    b = batch([volunteer(max_travel_minutes=limit)], [request()], policy=Policy(min_travel_minutes=5))
    assert optimum(b, *["r v 9:00"][: int(tiers[2])]) == tiers


def test_at_home() -> None:
    assert optimum(batch([volunteer(max_travel_minutes=0)], [request()]), "r v 9:00") == (0, 0, 1, 0, 0)
