import pytest

from matcher.batch import Batch, Interval, Lag
from matcher.policy import Policy
from tests.checker.build import at, batch, request, role, span
from tests.dispatch.build import NEAR, NOBODY, optimum, proved, volunteer


def pair(one: Interval, other: Interval, lag: Lag | None = None, count: int = 1, *more: Interval) -> Batch:
    """Role a, then role b; volunteers v, w ... with these shifts, starts every 30 minutes from 9:00 to 10:00."""
    people = [volunteer(id, shifts=[shift]) for id, shift in zip("vwx", (one, other, *more), strict=False)]
    roles = (role(), role("b", lag=lag, count=count))
    return batch(people, [request(until="10:00", roles=roles)], policy=Policy(start_step_minutes=30))


def only(start: str) -> Interval:
    """A shift that holds an hour from `start` and nothing else."""
    hour = int(start.split(":")[0])
    return span(start, start.replace(f"{hour}:", f"{hour + 1}:"))


def test_they_wait_for_each_other() -> None:
    # One is out until 10:30, the other from 9:30 on.
    b = pair(span("8:00", "10:30"), span("9:30", "18:00"))
    assert [visit.start for visit in proved(b).visits] == [at("9:30"), at("9:30")]


def test_never_out_at_the_same_time() -> None:
    assert optimum(pair(only("9:00"), only("9:30"))) == NOBODY


@pytest.mark.parametrize("most", [30, 59])
def test_a_lag_lets_one_come_later(most: float) -> None:
    assert optimum(pair(only("9:00"), only("9:30"), Lag(max=most)), "r v 9:00", "r.b w 9:30") == NEAR


@pytest.mark.parametrize("lag", [Lag(max=29), Lag(min=31, max=90), Lag(min=15, max=44)])
def test_lags_in_steps_from_the_least(lag: Lag) -> None:
    assert optimum(pair(only("9:00"), only("9:30"), lag)) == NOBODY


@pytest.mark.parametrize(("lag", "start"), [(Lag(min=40, max=40), "9:40"), (Lag(min=10, max=70), "10:10")])
def test_lags_off_the_steps(lag: Lag, start: str) -> None:
    assert optimum(pair(only("9:00"), only(start), lag), "r v 9:00", f"r.b w {start}") == NEAR


def test_nobody_comes_before_the_first_role() -> None:
    # Both must start within 30 minutes, and the only one who can be first is late: roles change hands.
    assert optimum(pair(only("9:30"), only("9:00"), Lag(max=30)), "r w 9:00", "r.b v 9:30") == NEAR


@pytest.mark.parametrize(("second", "tiers"), [("9:30", NEAR), ("9:00", NOBODY)])
def test_a_role_with_lag_starts_together(second: str, tiers: tuple[float, ...]) -> None:
    # v is first; w at 9:30 and x at `second` are the two of role b.
    b = pair(only("9:00"), only("9:30"), Lag(max=30), 2, only(second))
    assert optimum(b, *["r v 9:00", "r.b w 9:30", "r.b x 9:30"][: 3 * int(tiers[2])]) == tiers
