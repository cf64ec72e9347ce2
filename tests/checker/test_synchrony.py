import pytest

from matcher.batch import Lag
from tests.checker.build import batch, broken, fixed, judged, request, role, valid, visit, volunteer


def pair(second, pins=()):
    """A first role for one and a second role for up to two, from 9:00 on in steps of 5 minutes."""
    people = [volunteer("v"), volunteer("w"), volunteer("x")]
    return batch(people, [request(until="10:00", roles=(role("a"), second))], pins=pins)


TOGETHER = role("b", count=2, min_count=1)
LATER = role("b", count=2, min_count=1, lag=Lag(min=10, max=22))


def test_together():
    valid(pair(TOGETHER), visit(), visit(volunteer="w", role="b"), visit(volunteer="x", role="b"))


def test_one_starts_later():
    found = broken(
        pair(TOGETHER), visit(), visit(volunteer="w", role="b"), visit(volunteer="x", role="b", start="9:05")
    )
    assert (found.code, found.role, found.volunteer) == ("synchrony", "b", "x")
    assert (found.amount, found.unit) == (5, "minutes")


def test_two_people_of_the_first_role():
    b = batch([volunteer("v"), volunteer("w")], [request(until="10:00", roles=(role(count=2),))])
    assert broken(b, visit(), visit(volunteer="w", start="9:10")).amount == 10


@pytest.mark.parametrize("start", ["9:10", "9:15", "9:20"])
def test_lag_in_steps(start):
    valid(pair(LATER), visit(), visit(volunteer="w", role="b", start=start))


@pytest.mark.parametrize(("start", "apart"), [("9:05", 5), ("9:12", 2), ("9:22", 2), ("9:30", 10)])
def test_lag_not_allowed(start, apart):
    # Allowed are 10, 15 and 20 minutes; 22 is no step.
    found = broken(pair(LATER), visit(), visit(volunteer="w", role="b", start=start))
    assert (found.code, found.role, found.volunteer, found.amount) == ("synchrony", "b", None, apart)


def test_all_of_a_role_with_lag_start_together():
    late = visit(volunteer="w", role="b", start="9:10"), visit(volunteer="x", role="b", start="9:15")
    assert broken(pair(LATER), visit(), *late).volunteer == "x"


def test_pinned_visits_set_the_start_and_are_not_free_of_it():
    b = pair(TOGETHER, [fixed(volunteer="w", role="b", start="9:33")])
    found = broken(b, visit(), visit(volunteer="w", role="b", start="9:33"))
    assert (found.code, found.volunteer, found.amount) == ("synchrony", "v", 33)


def test_without_the_first_role_only_the_headcount_is_wrong():
    found = judged(pair(TOGETHER), visit(volunteer="w", role="b", start="9:05")).violations
    assert [(v.code, v.role) for v in found] == [("count", "a")]
