"""`Standing.best` against every way to add a request that the checker accepts, on tiny batches with all rules."""

from collections.abc import Iterator, Mapping

import pytest

from matcher import check
from matcher.batch import Batch
from matcher.insertion import Offer, Standing
from matcher.plan import Plan
from matcher.whole import NEVER_KNOWN
from tests.insertion.tries import Try, better, judge, tries, without
from tests.oracle.brute import brute
from tests.oracle.tiny import tiny_batch

STEP = 20
USUAL: dict[str, float] = {}
LIMITS = ("max_requests", "max_requests_per_day", "max_minutes", "max_asks", "max_travel", "mandatory", "age", "team")
BUSY = dict.fromkeys(LIMITS, 0.0) | {"odd_tiers": 1, "home_between": 0, "skill": 0.2, "split": 0.1, "loads": 0.25}
"""People with several visits, and policies that look at waiting first."""
LATE = BUSY | {"now": 1, "pins": 1, "two_days": 0}
GROUPS = BUSY | {"many": 1, "roles": 0.3}


def plans(first: int, profile: Mapping[str, float]) -> Iterator[tuple[Batch, Plan]]:
    for seed in range(first, first + STEP):
        batch = tiny_batch(seed, profile)
        plan = brute(batch).plan
        if plan is not None:
            yield batch, plan


def hold_against_all(batch: Batch, plan: Plan, request: str, offers: tuple[Offer, ...]) -> None:
    """Each offer does what it says, none is worse than any way left, and as many are made as there can be."""
    asked = next(each for each in batch.requests if each.id == request)
    left, before = tries(batch, plan.visits, asked), judge(batch, plan.visits).score
    for offer in offers:
        after = check(batch, offer.added_to(plan))
        assert after.violations == ()
        for name, amount in offer.terms.items():
            assert amount == pytest.approx(after.score.terms[name] - before.terms[name], abs=2e-6), name
        assert before.terms.keys() - offer.terms.keys() == NEVER_KNOWN
        change = [now - then for now, then in zip(after.score.tiers, before.tiers, strict=True)]
        assert offer.tiers == pytest.approx(change, abs=2e-6)
        best = _best(left)
        assert best is not None
        assert not better(best.tiers, offer.tiers)
        people = {visit.volunteer for visit in offer.visits}
        left = [each for each in left if not each.people >= people]
    assert not left or len(offers) == 10


def _best(left: list[Try]) -> Try | None:
    best = None
    for each in left:
        if best is None or better(each.tiers, best.tiers):
            best = each
    return best


@pytest.mark.parametrize("first", range(0, 60, STEP))
@pytest.mark.parametrize("profile", [USUAL, BUSY, LATE, GROUPS], ids=["usual", "busy", "late", "groups"])
def test_a_request_taken_out_of_a_plan_comes_back_at_its_best(first: int, profile: dict[str, float]) -> None:
    for batch, plan in plans(first, profile):
        for request in batch.requests:
            rest = without(batch, plan, [visit for visit in plan.visits if visit.request == request.id])
            if not any(pin.request == request.id for pin in batch.pins):
                standing = Standing(batch, rest)
                offers = standing.best(request.id)
                hold_against_all(batch, rest, request.id, offers)
                assert standing.best(request.id, count=1) == offers[:1]


@pytest.mark.parametrize("first", range(1000, 1080, STEP))
def test_a_visit_taken_out_of_a_request_is_made_up_for_at_its_best(first: int) -> None:
    made = 0
    for batch, plan in plans(first, USUAL):
        pins = {(pin.request, pin.volunteer) for pin in batch.pins}
        for visit in plan.visits:
            others = [v for v in plan.visits if v.request == visit.request and v != visit]
            if others and (visit.request, visit.volunteer) not in pins:
                rest = without(batch, plan, [visit])
                made += 1
                hold_against_all(batch, rest, visit.request, Standing(batch, rest).best(visit.request))
    assert made


@pytest.mark.parametrize("profile", [USUAL, BUSY, LATE, GROUPS], ids=["usual", "busy", "late", "groups"])
def test_for_one_volunteer_each_request_is_at_its_best_without_anybody_else(profile: dict[str, float]) -> None:
    compared = 0
    for batch, plan in plans(0, profile):
        standing = Standing(batch, without(batch, plan, plan.visits[len(plan.visits) // 2 :]))
        everybody = [volunteer.id for volunteer in batch.volunteers]
        firsts = standing.first_for(everybody)
        for id in everybody:
            best = [offers[0] for each in batch.requests if (offers := standing.best(each.id, 1, (id,)))]
            tiers = sorted((offer.tiers for offer in best), reverse=True)
            found = standing.requests_for(id)
            assert [offer.tiers for offer in found] == tiers[:10]
            assert (firsts[id].tiers if id in firsts else None) == (found[0].tiers if found else None)
            compared += len(found)
    assert compared > 10
