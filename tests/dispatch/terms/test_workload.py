import pytest

from tests.checker.build import batch, request
from tests.dispatch.build import COUNTED, optimum, proved, rivals, volunteer


@pytest.mark.parametrize(("recent", "visits", "amount"), [(0, 1, 0), (0, 3, 3), (2, 1, 2), (2, 3, 9), (5, 2, 11)])
def test_each_visit_weighs_more_than_the_last(recent: int, visits: int, amount: int) -> None:
    # n + (n+1) + ... for n recent requests.
    asked = [request(f"r{n}", start=f"{9 + n}:00") for n in range(visits)]
    goes = [f"r{n} v {9 + n}:00" for n in range(visits)]
    b = batch([volunteer(recent_requests=recent)], asked, policy=COUNTED)
    assert optimum(b, *goes) == (visits, -amount)


@pytest.mark.parametrize(("recent", "goes", "cost"), [(6, "near", 18), (7, "far", 20)])
def test_three_for_each_recent_request(recent: int, goes: str, cost: int) -> None:
    assert optimum(rivals({"recent_requests": recent}, {}, {}), f"r {goes} 9:00") == (0, 0, 1, 0, -cost)


def test_shared_evenly() -> None:
    # The six cheapest places are 0, 1, 2 of a, 1, 2 of b and a 3 of any of the three: 9 in all.
    asked = [request(f"r{n}", start=f"{9 + n}:00") for n in range(6)]
    people = [volunteer(id, recent_requests=recent) for id, recent in (("a", 0), ("b", 1), ("c", 3))]
    plan = proved(batch(people, asked, policy=COUNTED))
    assert plan.score
    assert plan.score.tiers == (6, -9)
    shares = [sum(visit.volunteer == id for visit in plan.visits) for id in "abc"]
    assert shares in ([3, 2, 1], [4, 2, 0], [3, 3, 0])


def test_no_visits_no_workload() -> None:
    assert optimum(batch([volunteer(recent_requests=9)], [], policy=COUNTED)) == (0, 0)
