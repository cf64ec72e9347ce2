"""Recommendations against everything one could do, and their words."""

from itertools import pairwise

import pytest

from matcher import Batch, InputError, Plan, check, recommend
from matcher.batch import Request
from matcher.insertion import Standing
from matcher.plan import Visit
from tests.checker import build
from tests.insertion.tries import Try, better, judge, tries, without
from tests.oracle.brute import brute
from tests.oracle.tiny import tiny_batch


def alone(batch: Batch, visits: tuple[Visit, ...], request: Request, volunteer: str) -> list[Try]:
    """All ways to add this volunteer, and nobody else, to the request."""
    return [each for each in tries(batch, visits, request) if each.people == {volunteer}]


def offered(batch: Batch, plan: Plan, seed: int) -> int | None:
    """How many requests are offered to one who was sent and now is not; None where that leaves no plan to add to."""
    if not plan.visits:
        return None
    gone = plan.visits[seed % len(plan.visits)]
    rest = without(batch, plan, [gone])
    pinned = any((pin.request, pin.volunteer) == (gone.request, gone.volunteer) for pin in batch.pins)
    if pinned or not check(batch, rest).valid:
        return None
    found = recommend(batch, rest, volunteer=gone.volunteer)
    best = {
        request.id: max((way.tiers for way in ways), key=list)
        for request in batch.requests
        if (ways := alone(batch, rest.visits, request, gone.volunteer))
    }
    assert {advice.request for advice in found.advice} == best.keys()
    for advice in found.advice:
        assert advice.tiers == pytest.approx(best[advice.request], abs=2e-5)
    tiers = [advice.tiers for advice in found.advice]
    assert not any(better(later, sooner) for sooner, later in pairwise(tiers))
    return len(found.advice)


@pytest.mark.parametrize("first", range(0, 60, 20))
def test_the_requests_of_a_volunteer_are_the_best_there_are(first: int) -> None:
    count = 0
    for seed in range(first, first + 20):
        batch = tiny_batch(seed)
        plan = brute(batch).plan
        if plan is not None:
            count += offered(batch, plan, seed) or 0
    assert count > 5


def test_for_a_request_it_gives_the_offers_of_the_standing_plan() -> None:
    people = [build.volunteer("v1", 5), build.volunteer("v2", 20), build.volunteer("v3", 90)]
    batch = build.batch(people, [build.request("r", 0)])
    found = recommend(batch, build.plan(), request="r")
    offers = Standing(batch, build.plan()).best("r")
    assert [advice.visits for advice in found.advice] == [offer.visits for offer in offers]
    assert [advice.rank for advice in found.advice] == [1, 2]
    assert found.zh == "需求 r 的空缺名额，最好的 2 种派法："
    assert found.advice[0].zh == ("1. 需求 r：v1（a）07-21 09:00。变化：一般需求满足 +1、路程 +10 分钟、预计拒单 +0.5")
    assert found.advice[1].en == (
        "2. r: v2 (a) at 07-21 09:00. Change: normal coverage +1, travel +40 min, expected refusals +0.5"
    )
    assert check(batch, Plan(schema="matcher.plan/1", batch="b", visits=found.advice[0].visits)).valid


def test_nobody_is_recommended_for_what_is_full() -> None:
    batch = build.batch([build.volunteer("v1"), build.volunteer("v2")], [build.request("r")])
    found = recommend(batch, build.plan(build.visit("r", "v1")), request="r")
    assert found.advice == ()
    assert "没有空缺名额" in found.zh
    assert recommend(batch, build.plan(build.visit("r", "v1")), volunteer="v2").advice == ()


def test_what_is_unknown_is_told() -> None:
    batch = build.batch([build.volunteer()], [build.request()])
    with pytest.raises(InputError, match="there is no such volunteer"):
        recommend(batch, build.plan(), volunteer="x")
    with pytest.raises(InputError, match="there is no such request"):
        recommend(batch, build.plan(), request="x")
    with pytest.raises(ValueError, match="expected a request or a volunteer"):
        recommend(batch, build.plan())


def test_only_those_named_are_offered() -> None:
    batch = build.batch([build.volunteer("v1"), build.volunteer("v2")], [build.request("r")])
    standing = Standing(batch, build.plan())
    assert [offer.visits[0].volunteer for offer in standing.best("r", only=["v2"])] == ["v2"]
    assert judge(batch, standing.best("r", only=["v2"])[0].visits).valid
