from typing import Any

import pytest

from matcher.batch import Batch, Lag, Request, Volunteer, Window
from matcher.policy import Policy
from tests.checker import build
from tests.checker.build import at, request, role, span
from tests.dispatch.build import TARDINESS_PRICED, optimum, volunteer


def batch(people: list[Volunteer], asked: list[Request], **policy: Any) -> Batch:
    """A batch whose last tier has the default terms, and tardiness at 2 a minute."""
    return build.batch(people, asked, policy=Policy(tiers=TARDINESS_PRICED, **policy))


def late(minutes: float, start: str = "9:00", end: str = "9:00") -> Window:
    return Window(start=at(start), end=at(end), late=minutes)


@pytest.mark.parametrize(("out", "minutes"), [("9:00", 0), ("9:01", 5), ("9:10", 10), ("9:30", 30)])
def test_minutes_after_the_window_count_twice(out: str, minutes: int) -> None:
    # The shift begins at `out`, starts are five minutes apart.
    b = batch([volunteer(shifts=[span(out, "18:00")])], [request(windows=[late(30)])])
    assert optimum(b, f"r v 9:{minutes:02}") == (0, 0, 1, 0, -2 * minutes)


def test_no_later_than_so_much() -> None:
    b = batch([volunteer(shifts=[span("9:30:01", "18:00")])], [request(windows=[late(30)])])
    assert optimum(b) == (0, 0, 0, 0, 0)


@pytest.mark.parametrize(("out", "goes", "cost"), [("9:05", "near 9:05", 10), ("9:15", "far 9:00", 20)])
def test_a_little_late_or_from_far_away(out: str, goes: str, cost: int) -> None:
    # The near one is 5 or 15 minutes late, the far one travels 20 minutes.
    people = [volunteer("near", shifts=[span(out, "18:00")]), volunteer("far", 10)]
    assert optimum(batch(people, [request(windows=[late(60)])]), f"r {goes}") == (0, 0, 1, 0, -cost)


def test_the_second_waits_until_the_first_is_served() -> None:
    # Both want 9:00; the one served at 10:00 is 60 minutes late, the volunteer's second visit costs 3.
    asked = [request("one"), request("two", windows=[late(60)])]
    assert optimum(batch([volunteer()], asked), "one v 9:00", "two v 10:00") == (0, 0, 2, 0, -120 - 3)


def test_each_of_a_group_counts() -> None:
    # The third one comes at 9:10, so all three wait: 3 × 10 minutes.
    people = [volunteer("u"), volunteer("v"), volunteer("w", shifts=[span("9:10", "18:00")])]
    b = batch(people, [request(windows=[late(60)], roles=[role(count=3)])])
    assert optimum(b, "r u 9:10", "r v 9:10", "r w 9:10") == (0, 0, 1, 0, -60)


def test_a_role_with_lag_counts_from_its_own_start() -> None:
    # 9:30 and 9:00 to 9:20: 10 minutes.
    people = [volunteer("v", max_minutes=60), volunteer("w", max_minutes=45)]
    roles = [role(), role("b", minutes=45, lag=Lag(min=30, max=30))]
    b = batch(people, [request(until="9:20", roles=roles)])
    assert optimum(b, "r v 9:00", "r.b w 9:30") == (0, 0, 1, 0, -20)


def test_the_end_counts_if_the_policy_says_so() -> None:
    # The hour from 9:00 ends 30 minutes after 9:30; the earliest start is the best.
    b = batch([volunteer()], [request(until="9:30")], late_by="end")
    assert optimum(b, "r v 9:00") == (0, 0, 1, 0, -60)


@pytest.mark.parametrize(
    ("shift", "start", "minutes"), [(("9:20", "10:59"), "9:20", 20), (("10:10", "18:00"), "10:10", 10)]
)
def test_the_window_that_began_last_counts(shift: tuple[str, str], start: str, minutes: int) -> None:
    # 9:20 is late for the first window, 10:10 for the second, though a start of the first as well.
    windows = [late(90), late(30, "10:00", "10:00")]
    b = batch([volunteer(shifts=[span(*shift)])], [request(windows=windows)])
    assert optimum(b, f"r v {start}") == (0, 0, 1, 0, -2 * minutes)


def test_a_later_window_is_better_than_a_late_start() -> None:
    # Out from 9:05 on: 5 minutes after the first window cost 10, in the second nothing.
    windows = [late(30), late(0, "14:00", "14:00")]
    b = batch([volunteer(shifts=[span("9:05", "18:00")])], [request(windows=windows)])
    assert optimum(b, "r v 14:00") == (0, 0, 1, 0, 0)


def test_free_by_default() -> None:
    # The near one is 30 minutes late, the far one would travel 2 × 10.
    people = [volunteer("near", shifts=[span("9:30", "18:00")]), volunteer("far", 10)]
    assert optimum(build.batch(people, [request(windows=[late(60)])]), "r near 9:30") == (0, 0, 1, 0, 0)
