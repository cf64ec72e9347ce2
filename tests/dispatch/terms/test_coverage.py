import pytest

from matcher.policy import PRIORITIES, Policy, Priority, Tier
from tests.checker.build import batch, request, role
from tests.dispatch.build import NOBODY, optimum, proved, volunteer


@pytest.mark.parametrize("priority", PRIORITIES)
def test_each_priority_has_its_tier(priority: Priority) -> None:
    tiers = [0.0] * 5
    tiers[PRIORITIES.index(priority)] = 2.5
    assert optimum(batch([volunteer()], [request(priority=priority, value=2.5)]), "r v 9:00") == tuple(tiers)


@pytest.mark.parametrize(("people", "share"), [(2, 2 / 6), (3, 3 / 6), (5, 5 / 6), (6, 1), (7, 1)])
def test_share_of_the_places_of_all_roles(people: int, share: float) -> None:
    roles = [role(count=4, min_count=1), role("b", count=2, min_count=1)]
    b = batch([volunteer(f"v{n}") for n in range(people)], [request(roles=roles, value=3)])
    plan = proved(b)
    assert plan.score
    assert plan.score.tiers == pytest.approx((0, 0, 3 * share, 0, 0), abs=1e-6)


def test_a_small_emergency_before_everything_else() -> None:
    # One person, 9:00: 0.001 in the first tier outweighs 1,000 in the second and an hour of travel.
    asked = [request("big", priority="urgent", value=1000), request("small", 30, priority="emergency", value=0.001)]
    assert optimum(batch([volunteer()], asked), "small v 9:00") == (0.001, 0, 0, 0, -60)


def test_two_together_before_a_bigger_one() -> None:
    # From 9:00 to 11:00 worth 1.5, or two of an hour worth 1 each.
    asked = [request("long", minutes=120, value=1.5), request("one"), request("two", start="10:00")]
    b = batch([volunteer()], asked, policy=Policy(home_between=False))
    assert optimum(b, "one v 9:00", "two v 10:00") == (0, 0, 2, 0, -3)


def test_value_decides_within_a_priority() -> None:
    asked = [request("less", value=1), request("more", where=20, value=1.01)]
    assert optimum(batch([volunteer()], asked), "more v 9:00") == (0, 0, 1.01, 0, -40)


def test_weights_in_one_tier() -> None:
    # 3 × 1 - 2 × 0.5 minutes of travel against 2 × 1.25.
    tiers = (Tier(terms={"coverage.urgent": 3, "coverage.low": 2, "travel": 0.5}),)
    asked = [request("urgent", 1, priority="urgent"), request("low", priority="low", value=1.25)]
    assert optimum(batch([volunteer()], asked, policy=Policy(tiers=tiers)), "low v 9:00") == (2.5,)


def test_nobody_travels_for_nothing() -> None:
    assert optimum(batch([volunteer()], [request(where=5, value=0)])) == NOBODY
