import pytest

from matcher.batch import MatrixTravel, NodePlace
from matcher.policy import Policy
from tests.checker.build import at, batch, fixed, judged, mark, request, span, term, visit, volunteer


def travel(b, *visits):
    return term("travel", b, *visits)


def two(first=None, **fields):
    """One at mark 10 from 9:00 to 10:00, one at mark 30 from 12:00 to 13:00."""
    asked = [request("one", where=10, **(first or {})), request("two", where=30, start="12:00")]
    return batch([volunteer(**fields)], asked)


BOTH = visit("one"), visit("two", start="12:00")


def test_out_and_back():
    assert travel(two(), visit("one")) == 20


def test_straight_on():
    assert travel(two(), *BOTH) == 10 + 20 + 30


def test_via_home():
    assert travel(two(), visit("one"), visit("two", start="12:00", via_home=True)) == 10 + (10 + 30) + 30


def test_open_end():
    assert travel(two(ends_at="open"), *BOTH) == 10 + 20


def test_end_elsewhere():
    assert travel(two(ends_at=mark(35)), *BOTH) == 10 + 20 + 5


def test_two_tours():
    # Touching shifts: back home from mark 10 at 10:10, out again to mark 30.
    assert travel(two(shifts=(span("8:00", "11:00"), span("11:00", "18:00"))), *BOTH) == 10 + 10 + 30 + 30


@pytest.mark.parametrize(("ends_at", "minutes"), [("open", 10 + 30), (mark(12), 10 + 2 + 30 + 18)])
def test_way_home_between_tours_is_not_counted(ends_at, minutes):
    shifts = (span("8:00", "11:00"), span("11:00", "18:00"))
    assert travel(two(shifts=shifts, ends_at=ends_at), *BOTH) == minutes


def test_touching_shifts_are_two_tours():
    # 10:00 to 11:00 ends the first shift, 11:00 to 12:00 begins the second; listed the other way round.
    asked = [request("one", where=0, start="10:00"), request("two", where=0, start="11:00")]
    shifts = (span("11:00", "18:00"), span("8:00", "11:00"))
    b = batch([volunteer(shifts=shifts)], asked, policy=Policy(min_travel_minutes=1, shift_covers="service"))
    # With least minutes 1 two tours are 4 minutes; 1 back and 1 out again lack between the two visits.
    report = judged(b, visit("one", start="10:00"), visit("two", start="11:00"))
    assert [(v.code, v.amount) for v in report.violations] == [("overlap", 2)]
    assert report.score.terms["travel"] == 4


def test_escort_goes_on_from_its_end():
    # Out to mark 10, taken along to mark 28 (no leg), 2 on to mark 30, 30 back.
    assert travel(two(first={"end_place": mark(28)}), *BOTH) == 10 + 2 + 30


def test_home_between_from_the_end_of_an_escort():
    # Out 10, from mark 28 home, 30 out again and 30 back.
    b = two(first={"end_place": mark(28)})
    assert travel(b, visit("one"), visit("two", start="12:00", via_home=True)) == 10 + (28 + 30) + 30


def test_slow_volunteer_and_rounding_of_each_leg():
    # One cell is 60 s, at factor 1.0083 60.498 s: 60 s. At factor 1.0084 60.504 s: 61 s. Out and back.
    b = [batch([volunteer(travel_factor=f)], [request(where=1)]) for f in (1.0083, 1.0084)]
    assert [travel(each, visit()) * 60 for each in b] == pytest.approx([120, 122], abs=1e-4)


def test_halves_round_up():
    # One cell at factor 1.025 is 61.5 s: 62 s.
    b = batch([volunteer(travel_factor=1.025)], [request(where=1)])
    assert travel(b, visit()) == pytest.approx(124 / 60, abs=1e-6)


def test_least_minutes_hold_for_every_leg():
    # Home to the place next door 4 instead of 0, and back 4; the way of 30 is longer anyway.
    b = batch([volunteer()], [request()], policy=Policy(min_travel_minutes=4))
    assert travel(b, visit()) == 8
    b = batch([volunteer()], two().requests, policy=Policy(min_travel_minutes=25))
    assert travel(b, *BOTH) == 25 + 25 + 30


def test_asymmetric_matrix():
    nodes = [NodePlace(node="home"), NodePlace(node="there")]
    matrix = MatrixTravel(kind="matrix", nodes=["home", "there"], seconds=[[0, 90], [150, 0]])
    assert travel(batch([volunteer(place=nodes[0])], [request(place=nodes[1])], travel=matrix), visit()) == 1.5 + 2.5


def test_pinned_visits_count():
    assert travel(batch([volunteer()], [request(where=10)], pins=[fixed()], now=at("9:30")), visit()) == 20
