import pytest

from matcher.batch import Lag
from tests.checker.build import batch, request, role
from tests.dispatch.build import NOBODY, optimum, volunteer


def test_one_person_does_not_fill_two_roles() -> None:
    assert optimum(batch([volunteer()], [request(roles=[role(), role("b")])])) == NOBODY


def test_not_even_one_after_the_other() -> None:
    # Role b starts an hour after role a is over; the same person would have the time.
    roles = [role(), role("b", lag=Lag(min=120, max=120))]
    assert optimum(batch([volunteer()], [request(roles=roles)])) == NOBODY


def test_not_twice_in_a_long_window() -> None:
    b = batch([volunteer()], [request(until="17:00", roles=[role(count=2)])])
    assert optimum(b) == NOBODY


@pytest.mark.parametrize("people", [0, 1, 2])
def test_one_place_for_each(people: int) -> None:
    b = batch([volunteer(id) for id in "vw"[:people]], [request(roles=[role(count=2, min_count=1)])])
    assert optimum(b, *["r v 9:00", "r w 9:00"][:people]) == (0, 0, people / 2, 0, 0)


def test_two_requests_at_one_door_are_two() -> None:
    # Workload 0 + 1.
    b = batch([volunteer()], [request("one"), request("two", start="10:00")])
    assert optimum(b, "one v 9:00", "two v 10:00") == (0, 0, 2, 0, -3)
