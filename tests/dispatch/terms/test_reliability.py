import pytest

from matcher.policy import Policy, Tier
from tests.checker.build import batch, request
from tests.dispatch.build import optimum, rivals, volunteer


@pytest.mark.parametrize(("acceptance", "cost"), [(1.0, 0), (0.75, 2.5), (0.1, 9), (None, 5)])
def test_ten_for_each_refusal_expected(acceptance: float | None, cost: float) -> None:
    b = batch([volunteer(acceptance=acceptance)], [request()])
    assert optimum(b, "r v 9:00") == pytest.approx((0, 0, 1, 0, -cost), abs=1e-6)


@pytest.mark.parametrize(("prior", "goes", "cost"), [(0.7, "near", 3), (0.5, "far", 4)])
def test_the_policys_prior_for_the_unknown(prior: float, goes: str, cost: float) -> None:
    # The far one always says yes, 2 minutes away.
    b = rivals({"acceptance": None}, {}, {}, 2, policy=Policy(prior_acceptance=prior))
    assert optimum(b, f"r {goes} 9:00") == pytest.approx((0, 0, 1, 0, -cost), abs=1e-6)


@pytest.mark.parametrize(("acceptance", "goes"), [(0.61, "near"), (0.59, "far")])
def test_a_sure_one_from_further_away(acceptance: float, goes: str) -> None:
    cost = 10 * (1 - acceptance) if goes == "near" else 4
    b = rivals({"acceptance": acceptance}, {}, {}, 2)
    assert optimum(b, f"r {goes} 9:00") == pytest.approx((0, 0, 1, 0, -cost), abs=1e-6)


def test_for_every_visit() -> None:
    # 0.4 for each of three.
    asked = [request(f"r{n}", start=f"{9 + n}:00") for n in range(3)]
    tiers = (Tier(terms={"coverage.normal": 1}), Tier(terms={"reliability": 1}))
    b = batch([volunteer(acceptance=0.6)], asked, policy=Policy(tiers=tiers, home_between=False))
    assert optimum(b, *[f"r{n} v {9 + n}:00" for n in range(3)]) == pytest.approx((3, -1.2), abs=1e-6)
