import pytest

from matcher.batch import Lag
from matcher.policy import Policy
from tests.checker.build import batch, broken, fixed, remarked, request, role, span, valid, visit, volunteer


def between(*windows, step=5.0, pins=()):
    return batch([volunteer()], [request(windows=windows)], policy=Policy(start_step_minutes=step), pins=pins)


@pytest.mark.parametrize("start", ["9:00", "9:05", "9:25"])
def test_steps_from_the_start_of_the_window(start):
    valid(between(span("9:00", "9:25")), visit(start=start))


def test_step_is_counted_from_the_window_not_from_the_hour():
    valid(between(span("9:02", "9:30")), visit(start="9:07"))
    assert broken(between(span("9:02", "9:30")), visit(start="9:05")).amount == 2  # 9:07 is nearest


@pytest.mark.parametrize(("start", "apart"), [("9:04", 1), ("8:55", 5), ("9:30", 5), ("9:27", 2), ("13:00", 215)])
def test_off_the_nearest_start(start, apart):
    # The window ends at 9:27, its last start is 9:25.
    found = broken(between(span("9:00", "9:27")), visit(start=start))
    assert (found.code, found.request, found.amount, found.unit) == ("window", "r", apart, "minutes")


def test_one_of_several_windows():
    b = between(span("9:00", "9:00"), span("14:00", "14:10"))
    valid(b, visit(start="14:10"))
    found = broken(b, visit(start="14:12"))
    assert found.amount == 2
    assert "07-21 14:10" in found.zh


def test_a_second_is_the_least_step():
    # 0.001 minutes are 0 seconds as whole seconds, so every second is a start.
    valid(between(span("9:00", "9:01"), step=0.001), visit(start="9:00:59"))


def test_half_steps_are_whole_seconds():
    # 0.125 minutes are 7.5 seconds, rounded up to 8: starts at 0, 8, 16, ...
    valid(between(span("9:00", "9:01"), step=0.125), visit(start="9:00:56"))
    assert broken(between(span("9:00", "9:01"), step=0.125), visit(start="9:00:15")).amount == pytest.approx(
        1 / 60, abs=1e-6
    )


def test_a_pin_may_start_whenever_it_was_pinned():
    assert remarked(between(span("9:00", "9:25"), pins=[fixed(start="9:33")]), visit(start="9:33")) == {"window"}


def two_roles(second, pins):
    people = [volunteer("v"), volunteer("w")]
    return batch(people, [request(until="9:25", roles=(role("a"), second))], pins=pins)


def test_others_may_join_a_pinned_visit_in_another_role_without_lag():
    b = two_roles(role("b"), [fixed(start="9:33", role="b")])
    assert remarked(b, visit(role="b", start="9:33"), visit(volunteer="w", start="9:33")) == {"window"}


def test_a_pin_of_another_request_frees_nothing():
    asked = [request(until="9:25"), request("other", start="9:33")]
    b = batch([volunteer("v"), volunteer("w")], asked, pins=[fixed("other", "w", "9:33")])
    assert broken(b, visit(start="9:33"), visit("other", "w", "9:33")).code == "window"


def test_a_pin_in_a_role_with_lag_frees_nothing():
    # The pinned visit starts 30 minutes after 9:33, which is no start of the window.
    b = two_roles(role("b", lag=Lag(min=30, max=30)), [fixed(start="10:03", role="b")])
    assert broken(b, visit(role="b", start="10:03"), visit(volunteer="w", start="9:33")).code == "window"
