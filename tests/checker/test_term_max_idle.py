import pytest

from matcher.batch import Break, Shift
from matcher.policy import Policy
from tests.checker.build import at, batch, mark, request, span, term, visit, volunteer

SHIFT = Policy(leaves="shift")


def two(second="11:00", policy=None, **fields):
    """8:00 to 18:00; an hour at mark 10 from 9:00, one at mark 30 later, arrival there at 10:20."""
    asked = [request("one", where=10), request("two", where=30, start=second)]
    return batch([volunteer(**fields)], asked, policy=policy or Policy())


def both(second="11:00", **fields):
    return visit("one"), visit("two", start=second, **fields)


@pytest.mark.parametrize(("policy", "minutes"), [(Policy(), 50 + 40 + 330), (SHIFT, 50 + 40 + 330)])
def test_before_between_and_after(policy, minutes):
    # Leaves at 8:50, waits from 10:20 to 11:00, is back at 12:30. Leaving at 8:00 the 50 minutes are waiting.
    assert term("max_idle", two(policy=policy), *both()) == minutes


def test_leaving_with_the_shift_is_waiting_not_free_time():
    assert term("waiting", two(policy=SHIFT), *both()) == 50 + 40
    assert term("waiting", two(), *both()) == 40


def test_time_at_home_between_is_idle_too():
    # Home from 10:10 to 10:30: 50 + 20 + 330.
    assert term("max_idle", two(), *both(via_home=True)) == 400
    assert term("waiting", two(), *both(via_home=True)) == 0


def test_nothing_after_the_shift():
    # Back at 12:30, shift until 12:15 with overtime.
    shift = Shift(start=at("8:00"), end=at("12:15"), overtime=30)
    assert term("max_idle", two(shifts=[shift]), *both()) == 50 + 40


def test_an_open_end_is_idle_from_the_last_service_on():
    assert term("max_idle", two(ends_at="open"), *both()) == 50 + 40 + 360
    assert term("max_idle", two(ends_at=mark(40)), *both()) == 50 + 40 + 350


def test_tours_that_begin_before_the_shift():
    # Service from 9:00 to 10:00 fills the shift: leaves at 8:50, back at 10:10.
    b = batch([volunteer(shifts=[span("9:00", "10:00")])], [request(where=10)], policy=Policy(shift_covers="service"))
    assert term("max_idle", b, visit()) == 0


def test_a_shift_without_a_visit_is_all_idle():
    shifts = [span("8:00", "11:00"), span("13:00", "15:30")]
    # 8:50 to 10:10 in the first: 50 + 50; 150 in the second.
    b = batch([volunteer(shifts=shifts)], [request(where=10)])
    assert term("max_idle", b, visit()) == 250
    assert term("max_idle", b) == 180 + 150


def test_the_idlest_of_all_counts():
    people = [volunteer("v"), volunteer("w", shifts=[span("8:00", "18:01")]), volunteer("x", shifts=[])]
    assert term("max_idle", batch(people, [request()]), visit()) == 601
    assert term("max_idle", batch([volunteer(shifts=[])], [request()])) == 0


@pytest.mark.parametrize(("opens", "closes", "less"), [("12:00", "13:00", 30), ("10:25", "10:50", 0)])
def test_a_break_taken_is_not_idle(opens, closes, less):
    # After coming back at 12:30; 25 minutes are too few.
    rest = Break(start=at(opens), end=at(closes), minutes=30)
    assert term("max_idle", two(**{"break": rest}), *both()) == 420 - less


def test_a_break_in_overtime_was_not_idle():
    # Back at 12:30, shift until 12:45, break from 12:30 to 13:00: half of it lies in the shift.
    shift = Shift(start=at("8:00"), end=at("12:45"), overtime=60)
    rest = Break(start=at("12:00"), end=at("14:00"), minutes=30)
    assert term("max_idle", two(shifts=[shift], **{"break": rest}), *both()) == 50 + 40 + 0


def test_a_volunteer_without_visits_takes_no_break():
    rest = Break(start=at("12:00"), end=at("13:00"), minutes=30)
    assert term("max_idle", two(**{"break": rest})) == 600
