from typing import Any

import pytest

from matcher.batch import Batch
from matcher.policy import Policy, Tier
from tests.checker.build import at, batch, fixed, request, span
from tests.dispatch.build import optimum, proved, volunteer


def two(second: str, policy: Policy | None = None, own: dict[str, Any] | None = None, **fields: Any) -> Batch:
    """One from 9:00 to 10:00 at mark 10, one at mark 20; straight on it is 10 minutes, by home 10 + 20."""
    asked = [request("one", where=10), request("two", where=20, start=second)]
    return batch([volunteer(**(own or {}))], asked, policy=policy or Policy(), **fields)


@pytest.mark.parametrize(
    ("second", "cost"),
    [
        # 10 + 10 + 20 minutes and a quarter of the waiting from 10:10 on.
        ("10:10", 40),
        ("10:30", 40 + 20 / 4),
        ("11:29", 40 + 79 / 4),
        # 20 minutes more travel are worth 80 of waiting.
        ("11:31 home", 60),
        ("16:40 home", 60),
    ],
)
def test_home_between_where_waiting_costs_more(second: str, cost: float) -> None:
    assert optimum(two(second.split()[0]), "one v 9:00", f"two v {second}") == (0, 0, 2, 0, -cost - 3)


def test_at_80_minutes_of_waiting_both_ways_cost_the_same() -> None:
    plan = proved(two("11:30"))
    assert plan.score
    assert plan.score.tiers == (0, 0, 2, 0, -63)


def test_home_between_forbidden() -> None:
    # 390 minutes from 10:10 to 16:40.
    b = two("16:40", Policy(home_between=False))
    assert optimum(b, "one v 9:00", "two v 16:40") == (0, 0, 2, 0, -40 - 97.5 - 3)


@pytest.mark.parametrize(("weight", "second", "cost"), [(0, "10:50", 40), (0.25, "10:50", 50), (1, "10:50 home", 60)])
def test_the_weight_decides(weight: float, second: str, cost: float) -> None:
    # 40 minutes of waiting against 20 more of travel.
    policy = Policy(tiers=(Tier(terms={"coverage.normal": 100, "travel": 1, "waiting": weight}),))
    assert optimum(two("10:50", policy), "one v 9:00", f"two v {second}") == (200 - cost,)


@pytest.mark.parametrize(
    ("order", "second", "tiers"),
    [(("travel", "waiting"), "10:31", (2, -40, -21)), (("waiting", "travel"), "10:31 home", (2, 0, -60))],
)
def test_the_order_of_tiers_decides(order: tuple[str, str], second: str, tiers: tuple[float, ...]) -> None:
    # Home at 10:10, out again at 10:11.
    policy = Policy(tiers=tuple(Tier(terms={name: 1}) for name in ("coverage.normal", *order)))
    assert optimum(two("10:31", policy), "one v 9:00", f"two v {second}") == tiers


def test_no_time_for_home() -> None:
    # Home at 10:10, to be left at 10:09: 19 minutes of waiting.
    policy = Policy(tiers=tuple(Tier(terms={name: 1}) for name in ("coverage.normal", "waiting", "travel")))
    assert optimum(two("10:29", policy), "one v 9:00", "two v 10:29") == (2, -19, -40)


def test_none_between_two_tours() -> None:
    shifts = [span("8:00", "10:10"), span("10:10", "18:00")]
    assert optimum(two("10:31", own={"shifts": shifts}), "one v 9:00", "two v 10:31") == (0, 0, 2, 0, -60 - 3)


def test_shorter_where_the_leg_leaves_at_now() -> None:
    # Arrival at 11:10 instead of 10:10: 10 minutes of waiting; home would be too far.
    b = two("11:20", now=at("11:00"), pins=[fixed("one")])
    assert optimum(b, "one v 9:00", "two v 11:20") == (0, 0, 2, 0, -40 - 2.5 - 3)


def test_a_start_that_waits_less_is_chosen() -> None:
    # The second may start at 10:00 + 15 k: at 10:15, 5 minutes after arrival.
    asked = [request("one", where=10), request("two", where=20, start="10:00", until="12:00")]
    b = batch([volunteer()], asked, policy=Policy(start_step_minutes=15))
    assert optimum(b, "one v 9:00", "two v 10:15") == (0, 0, 2, 0, -40 - 1.25 - 3)


def test_none_before_the_first_visit() -> None:
    assert optimum(batch([volunteer()], [request(start="17:00")]), "r v 17:00") == (0, 0, 1, 0, 0)
