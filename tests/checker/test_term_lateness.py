import pytest

from matcher.batch import Lag
from tests.checker.build import at, batch, request, role, term, visit, volunteer

PEOPLE = [volunteer(id) for id in "vwx"]


@pytest.mark.parametrize(("due", "late"), [("9:45", 15), ("10:00", 0), ("12:00", 0), ("9:59:30", 0.5)])
def test_from_due_to_the_end(due, late):
    assert term("lateness", batch(PEOPLE, [request(due=at(due))]), visit()) == late


def test_no_due():
    assert term("lateness", batch(PEOPLE, [request()]), visit()) == 0


def test_not_served():
    assert term("lateness", batch(PEOPLE, [request(due=at("8:00"))])) == 0


def test_the_last_role_counts_once():
    # Ends: a 9:00 + 60 = 10:00, b (two people) 9:30 + 90 = 11:00, due 9:50: 70 minutes, not 10 + 70 + 70.
    roles = role("a"), role("b", count=2, minutes=90, lag=Lag(min=30, max=30))
    b = batch(PEOPLE, [request(due=at("9:50"), roles=roles)])
    later = visit(volunteer="w", role="b", start="9:30"), visit(volunteer="x", role="b", start="9:30")
    assert term("lateness", b, visit(), *later) == 70


def test_the_role_that_starts_last_need_not_end_last():
    # Ends: a 9:00 + 120 = 11:00, b 9:30 + 15 = 9:45; due 10:50.
    roles = role("a", minutes=120), role("b", minutes=15, lag=Lag(min=30, max=30))
    b = batch(PEOPLE, [request(due=at("10:50"), roles=roles)])
    assert term("lateness", b, visit(), visit(volunteer="w", role="b", start="9:30")) == 10
