import pytest

from matcher.batch import Lag
from tests.checker.build import at, batch, request, role, span
from tests.dispatch.build import optimum, rivals, volunteer


@pytest.mark.parametrize(("due", "minutes"), [("9:30", 30), ("9:59", 1), ("10:00", 0), ("18:00", 0), ("8:00", 120)])
def test_minutes_after_due_count_twice(due: str, minutes: int) -> None:
    assert optimum(batch([volunteer()], [request(due=at(due))]), "r v 9:00") == (0, 0, 1, 0, -2 * minutes)


def test_as_early_as_can_be() -> None:
    # Over at 10:00, half an hour late.
    assert optimum(batch([volunteer()], [request(until="12:00", due=at("9:30"))]), "r v 9:00") == (0, 0, 1, 0, -60)


@pytest.mark.parametrize(("out", "goes", "cost"), [("9:05", "near 9:05", 10), ("9:15", "far 9:00", 20)])
def test_a_little_late_or_from_far_away(out: str, goes: str, cost: int) -> None:
    # The near one starts when the shift does and is 5 or 15 minutes late, the far one travels 20 minutes.
    b = rivals({"shifts": [span(out, "18:00")]}, {}, {"until": "10:00", "due": at("10:00")})
    assert optimum(b, f"r {goes}") == (0, 0, 1, 0, -cost)


def test_once_for_the_last_end() -> None:
    # Two people until 10:00, the one of role b from 9:30 to 11:30: 90 minutes after 10:00.
    roles = [role(count=2), role("b", lag=Lag(min=30, max=30), minutes=120)]
    short = [volunteer(id, max_minutes=60) for id in "uv"]
    b = batch([*short, volunteer("w")], [request(roles=roles, due=at("10:00"))])
    assert optimum(b, "r u 9:00", "r v 9:00", "r.b w 9:30") == (0, 0, 1, 0, -180)


def test_the_one_that_is_due_goes_first() -> None:
    # Both want the hour from 9:00; the second may start at 10:00 and is not due.
    asked = [request("one", until="10:00"), request("two", until="10:00", due=at("10:00"))]
    assert optimum(batch([volunteer()], asked), "one v 10:00", "two v 9:00") == (0, 0, 2, 0, -3)


def test_late_is_better_than_not_at_all() -> None:
    assert optimum(batch([volunteer()], [request(start="16:00", due=at("8:00"))]), "r v 16:00") == (0, 0, 1, 0, -1080)
