import pytest

from matcher.policy import Policy, Tier
from tests.checker.build import batch, request
from tests.dispatch.build import optimum, proved, volunteer


def counted(*levels: dict[str, float]) -> Policy:
    """Coverage first, then a tier for each of these."""
    return Policy(home_between=False, tiers=tuple(Tier(terms=terms) for terms in ({"coverage.normal": 1}, *levels)))


@pytest.mark.parametrize(("recent", "visits", "amount"), [(0, 1, 0), (0, 3, 1), (1, 3, 2), (2, 3, 3), (30, 2, 2)])
def test_each_visit_above_the_level_costs_one(recent: int, visits: int, amount: int) -> None:
    # Loads after each visit: recent + 1, recent + 2, ...; those above 2 count.
    asked = [request(f"r{n}", start=f"{9 + n}:00") for n in range(visits)]
    goes = [f"r{n} v {9 + n}:00" for n in range(visits)]
    b = batch([volunteer(recent_requests=recent)], asked, policy=counted({"load_over.2": 1}))
    assert optimum(b, *goes) == (visits, -amount)


def test_levels_one_after_the_other() -> None:
    # Four visits by a (0 before) and b (2 before). Nobody need come above 3: a makes three, b one. Above 2 are the
    # third of a and the one of b, above 1 also the second of a, above 0 all.
    asked = [request(f"r{n}", start=f"{9 + n}:00") for n in range(4)]
    people = [volunteer("a"), volunteer("b", recent_requests=2)]
    levels = [{f"load_over.{k}": 1.0} for k in (3, 2, 1, 0)]
    plan = proved(batch(people, asked, policy=counted(*levels)))
    assert plan.score
    assert plan.score.tiers == (4, 0, -2, -3, -4)
    assert sorted(visit.volunteer for visit in plan.visits) == ["a", "a", "a", "b"]


def test_a_load_may_be_too_dear() -> None:
    # Worth 1 each. The first visit costs nothing, the second 0.5, the third 0.5 + 2: two are made.
    asked = [request(f"r{n}", start=f"{9 + n}:00") for n in range(3)]
    tiers = (Tier(terms={"coverage.normal": 1, "load_over.1": 0.5, "load_over.2": 2}),)
    plan = proved(batch([volunteer()], asked, policy=Policy(home_between=False, tiers=tiers)))
    assert plan.score
    assert (len(plan.visits), plan.score.tiers) == (2, (1.5,))
