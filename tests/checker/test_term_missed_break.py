import pytest

from matcher.batch import Break, Shift
from matcher.policy import Policy
from tests.checker.build import at, batch, fixed, request, span, term, visit, volunteer


def day(opens, closes, minutes=30, shift=None, policy=None, second="12:00", **fields):
    """Leaves mark 0 at 8:50; an hour at mark 10 from 9:00, one at mark 30 from 12:00, back at 13:30."""
    rest = Break(start=at(opens), end=at(closes), minutes=minutes)
    person = volunteer(shifts=[shift or span("8:00", "14:00")], **{"break": rest})
    asked = [request("one", where=10), request("two", where=30, start=second)]
    return batch([person], asked, policy=policy or Policy(), **fields)


BOTH = visit("one"), visit("two", start="12:00")


@pytest.mark.parametrize(
    ("opens", "closes", "minutes", "missed"),
    [
        ("8:00", "8:50", 50, 0),  # before leaving
        ("7:00", "9:00", 51, 1),  # ... from the shift's start to 8:50
        ("10:00", "11:40", 100, 0),  # at mark 10 until the latest moment to leave
        ("10:00", "12:00", 101, 1),  # ... the way takes 20 minutes
        ("10:20", "12:00", 100, 0),  # at mark 30 from the earliest arrival on
        ("10:21", "12:00", 99, 0),
        ("9:00", "10:29", 30, 1),  # while serving, and 29 minutes
        ("12:00", "14:00", 30, 0),  # after coming back
        ("12:00", "13:59", 30, 1),
        ("13:30", "18:00", 30.01, 1),  # the shift is over
    ],
)
def test_where_it_may_be_taken(opens, closes, minutes, missed):
    assert term("missed_break", day(opens, closes, minutes), *BOTH) == missed


def test_overtime_is_time_for_a_break():
    shift = Shift(start=at("8:00"), end=at("13:30"), overtime=30)
    assert term("missed_break", day("13:00", "15:00", shift=shift), *BOTH) == 0
    assert term("missed_break", day("13:00", "15:00", 30.01, shift), *BOTH) == 1


def test_leaving_with_the_shift_it_is_taken_at_the_first_place():
    # Leaves at 8:00, there from 8:10 to 9:00.
    early = Policy(leaves="shift")
    assert term("missed_break", day("8:00", "9:00", 50, policy=early), *BOTH) == 0
    assert term("missed_break", day("8:00", "8:50", 50, policy=early), *BOTH) == 1


@pytest.mark.parametrize(
    ("opens", "closes", "minutes", "missed"), [("10:00", "11:20", 80, 0), ("10:00", "12:00", 81, 1)]
)
def test_by_way_of_home_both_legs_leave_less_time(opens, closes, minutes, missed):
    # 10 home and 30 out again.
    visits = visit("one"), visit("two", start="12:00", via_home=True)
    assert term("missed_break", day(opens, closes, minutes), *visits) == missed


def test_a_shift_without_a_tour_has_time():
    rest = Break(start=at("12:00"), end=at("13:00"), minutes=60)
    people = [volunteer(shifts=[span("8:00", "11:00"), span("12:00", "18:00")], **{"break": rest})]
    assert term("missed_break", batch(people, [request()]), visit()) == 0


def test_only_people_with_visits_and_a_break_count():
    rest = {"break": Break(start=at("9:00"), end=at("10:00"), minutes=30)}
    people = [volunteer("u", **rest), volunteer("v", **rest), volunteer("w"), volunteer("x", **rest)]
    b = batch(people, [request(id) for id in "abc"])
    assert term("missed_break", b, visit("a", "v"), visit("b", "w"), visit("c", "x")) == 2
    assert term("missed_break", b) == 0


@pytest.mark.parametrize(("opens", "closes", "minutes", "left"), [("8:00", "8:50", 30, 100), ("9:00", "12:00", 30, 70)])
def test_a_break_while_waiting_is_no_waiting(opens, closes, minutes, left):
    # There at 10:20, 100 minutes early.
    assert term("waiting", day(opens, closes, minutes), *BOTH) == left


def test_the_first_possible_moment_counts():
    # At home from 8:20, though there is time later: all 100 minutes are waiting.
    assert term("waiting", day("8:20", "12:00"), *BOTH) == 100
    # From 8:21 on it is too late for that.
    assert term("waiting", day("8:21", "12:00"), *BOTH) == 70


def test_a_break_before_now_is_no_waiting_saved():
    # The pinned one ends at 10:00, it is 11:00: there at 11:20, 40 minutes early. A break from 10:00 to 10:30 was
    # before that, one from 10:45 to 11:15 takes 15 of the minutes from 11:00 on.
    late = {"pins": [fixed("one")], "now": at("11:00")}
    assert term("waiting", day("9:00", "10:30", **late), *BOTH) == 40
    assert term("waiting", day("10:45", "11:15", **late), *BOTH) == 25
