import pytest

from matcher.batch import Shift
from matcher.policy import Policy
from tests.checker.build import at, batch, broken, mark, request, span, term, visit, volunteer

SERVICE = Policy(shift_covers="service")


def shift(start, end, overtime=0):
    return Shift(start=at(start), end=at(end), overtime=overtime)


def evening(start, overtime=60, where=20, policy=None, **fields):
    """An hour at mark 20 for somebody at mark 0 whose shift ends at 12:00."""
    people = [volunteer(**({"shifts": [shift("8:00", "12:00", overtime)]} | fields))]
    return batch(people, [request(where=where, start=start)], policy=policy or Policy())


@pytest.mark.parametrize(("start", "minutes"), [("10:40", 0), ("10:45", 5), ("11:40", 60)])
def test_from_the_end_of_the_shift_to_coming_back(start, minutes):
    # An hour and 20 minutes back.
    assert term("overtime", evening(start), visit(start=start)) == minutes


def test_no_more_than_the_shift_has():
    found = broken(evening("11:41"), visit(start="11:41"))
    assert (found.code, found.amount) == ("shift", 1)


def test_a_service_beyond_it_lies_in_no_shift():
    found = broken(evening("12:02"), visit(start="12:02"))
    assert (found.code, found.amount) == ("shift", 2)


def test_the_service_alone_must_fit_if_the_policy_says_so():
    # Until 13:00 at the place, home at 13:20.
    assert term("overtime", evening("12:00", policy=SERVICE), visit(start="12:00")) == 80
    assert broken(evening("12:01", policy=SERVICE), visit(start="12:01")).amount == 1


def test_the_way_back_counts_also_without_overtime():
    assert term("overtime", evening("11:00", overtime=0, policy=SERVICE), visit(start="11:00")) == 20


@pytest.mark.parametrize(("ends_at", "minutes"), [("open", 30), (mark(25), 35)])
def test_tours_that_end_elsewhere(ends_at, minutes):
    assert term("overtime", evening("11:30", ends_at=ends_at), visit(start="11:30")) == minutes


def test_overtime_is_whole_seconds():
    # Home at 12:00:08; 0.125 minutes are 8 seconds.
    assert term("overtime", evening("10:40:08", 0.125), visit(start="10:40:08")) == pytest.approx(8 / 60, abs=1e-6)
    assert broken(evening("10:40:09", 0.125), visit(start="10:40:09")).amount == pytest.approx(1 / 60, abs=1e-6)


def test_the_shift_with_overtime_that_holds_it_goes_first():
    # From 11:30 the hour lies in the first shift, with its overtime, and not in the one that begins then.
    people = [volunteer(shifts=[shift("8:00", "11:30", 60), shift("12:30", "18:00")])]
    b = batch(people, [request(start="11:30"), request("s", start="13:00")])
    assert term("overtime", b, visit(start="11:30"), visit("s", start="13:00")) == 60


def test_tours_add_up():
    # Home at 10:10 and 13:10 from shifts until 10:00 and 13:00.
    people = [volunteer(id, shifts=[shift("8:00", "10:00", 30), shift("11:00", "13:00", 30)]) for id in "vw"]
    b = batch(people, [request("one", where=10), request("two", where=10, start="12:00"), request("three", where=10)])
    assert term("overtime", b, visit("one"), visit("two", start="12:00"), visit("three", "w")) == 30


def test_without_visits():
    assert term("overtime", evening("9:00")) == 0


def test_a_shift_without_overtime():
    b = batch([volunteer(shifts=[span("8:00", "12:00")])], [request()])
    assert term("overtime", b, visit()) == 0
