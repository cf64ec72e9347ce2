import pytest

from matcher.batch import Lag, Window
from matcher.policy import Policy
from tests.checker.build import at, batch, broken, fixed, request, role, span, term, visit, volunteer

END = Policy(late_by="end")


def late(minutes, start="9:00", end="9:20"):
    return Window(start=at(start), end=at(end), late=minutes)


def one(*windows, **fields):
    return batch([volunteer()], [request(windows=windows)], **fields)


@pytest.mark.parametrize(("start", "minutes"), [("9:00", 0), ("9:20", 0), ("9:25", 5), ("9:50", 30)])
def test_from_the_end_of_the_window_to_the_start(start, minutes):
    assert term("tardiness", one(late(30)), visit(start=start)) == minutes
    assert term("max_lateness", one(late(30)), visit(start=start)) == minutes


@pytest.mark.parametrize(("start", "apart"), [("9:55", 5), ("9:33", 2), ("8:55", 5)])
def test_late_starts_are_starts_of_the_window(start, apart):
    # Steps of 5 minutes from 9:00 on to 9:50.
    found = broken(one(late(30)), visit(start=start))
    assert (found.code, found.amount) == ("window", apart)


def test_late_minutes_are_whole_seconds():
    # 0.125 minutes are 7.5 seconds, rounded up to 8.
    step = Policy(start_step_minutes=1 / 60)
    assert term("tardiness", one(late(0.125), policy=step), visit(start="9:20:08")) == pytest.approx(8 / 60, abs=1e-6)
    assert broken(one(late(0.125), policy=step), visit(start="9:20:09")).code == "window"


@pytest.mark.parametrize(("start", "minutes"), [("9:00", 40), ("9:20", 60), ("9:30", 70)])
def test_to_the_end_of_the_visit_if_the_policy_says_so(start, minutes):
    assert term("tardiness", one(late(30), policy=END), visit(start=start)) == minutes


@pytest.mark.parametrize(
    ("start", "minutes"), [("9:50", 30), ("9:55", 35), ("10:00", 0), ("10:10", 10), ("11:00", 60), ("11:05", 65)]
)
def test_the_window_that_began_last_counts(start, minutes):
    # 9:00 to 9:20 and two hours more; 10:00 to 10:00 and an hour more. At 11:05 only the first allows it.
    assert term("tardiness", one(late(60, "10:00", "10:00"), late(120)), visit(start=start)) == minutes


def test_of_windows_that_begin_together_the_longest_counts():
    assert term("tardiness", one(late(0, end="9:40"), late(30)), visit(start="9:30")) == 0


@pytest.mark.parametrize(("policy", "minutes"), [(Policy(), 0), (END, 15)])
def test_the_first_window_counts_before_all_of_them(policy, minutes):
    # Pinned from 8:35 to 9:35; windows end at 9:20 and 10:00.
    b = one(late(0, "10:00", "10:00"), late(0), pins=[fixed(start="8:35")], policy=policy)
    assert term("tardiness", b, visit(start="8:35")) == minutes


def test_pins_are_not_free_of_it():
    assert term("tardiness", one(late(0), pins=[fixed(start="9:33")]), visit(start="9:33")) == 13


def test_each_visit_counts_from_its_own_start():
    # a 9:30 and 9:30: 10 each; b with a lag of 15: 25. The largest is 25.
    people = [volunteer(id) for id in "vwx"]
    roles = role("a", count=2), role("b", lag=Lag(min=15, max=15))
    b = batch(people, [request(windows=[late(10)], roles=roles)])
    visits = visit(start="9:30"), visit(volunteer="w", start="9:30"), visit(volunteer="x", role="b", start="9:45")
    assert term("tardiness", b, *visits) == 45
    assert term("max_lateness", b, *visits) == 25


def test_the_end_is_that_of_the_role():
    # Ends 9:30 and 10:15; the window ends at 9:20.
    roles = role("a", minutes=30), role("b", minutes=75)
    b = batch([volunteer("v"), volunteer("w")], [request(windows=[late(0)], roles=roles)], policy=END)
    assert term("tardiness", b, visit(), visit(volunteer="w", role="b")) == 10 + 55
    assert term("max_lateness", b, visit(), visit(volunteer="w", role="b")) == 55


def test_without_visits():
    assert term("tardiness", one(late(30))) == 0
    assert term("max_lateness", one(late(30))) == 0


def test_windows_without_late_are_kept():
    assert term("tardiness", one(span("9:00", "9:20")), visit(start="9:20")) == 0
