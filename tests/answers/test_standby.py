"""Backups: chances against all outcomes and against simulated days, and how few are enough."""

from collections import Counter
from itertools import combinations, product

import numpy as np
import pytest

from matcher import Batch, Plan, backups_for, check, dispatch
from matcher.answers.standby import Backups, all_filled, asked, too_many, with_backups
from matcher.batch import Role
from matcher.demo import county_day
from matcher.policy import PRIORITIES
from matcher.reasons.judging import FREE, Judge
from matcher.scene import Scene
from tests.checker import build

DAYS = 100_000


@pytest.mark.parametrize(("sent", "backups"), [([0.5], []), ([0.3, 0.9], [0.5]), ([0.2, 0.7, 1.0], [0.4, 0.1, 0.8])])
def test_chances_are_those_of_all_outcomes(sent: list[float], backups: list[float]) -> None:
    filled = asks = over = 0.0
    for said in product([True, False], repeat=len(sent) + len(backups)):
        weight = np.prod([p if yes else 1 - p for yes, p in zip(said, [*sent, *backups], strict=True)])
        filled += weight * (sum(said) >= len(sent))
        over += weight * max(0, sum(said) - len(sent))
        needed = sum(sum(said[: len(sent) + rank]) < len(sent) for rank in range(len(backups)))
        asks += weight * (len(sent) + needed)
    assert all_filled(sent, backups) == pytest.approx(filled)
    assert asked(sent, backups) == pytest.approx(asks)
    assert too_many(sent, backups) == pytest.approx(over)


def simulated(batch: Batch, plan: Plan, found: Backups, days: int) -> dict[tuple[str, str], float]:
    """In what share of days each role is filled: those sent say yes or no, then backups are called, in order."""
    dice = np.random.default_rng(7)
    yes = {v.id: batch.policy.prior_acceptance if v.acceptance is None else v.acceptance for v in batch.volunteers}
    share = {}
    for role in found.roles:
        sent = [v.volunteer for v in plan.visits if (v.request, v.role) == (role.request, role.role)]
        come = (dice.random((days, len(sent))) < [yes[id] for id in sent]).sum(axis=1)
        backups = [s for s in found.standby if (s.request, s.role) == (role.request, role.role)]
        for backup in sorted(backups, key=lambda each: each.rank):
            called = come < len(sent)
            come += called & (dice.random(days) < yes[backup.volunteer])
        share[role.request, role.role] = float((come >= len(sent)).mean())
    return share


def test_simulated_days_agree_with_the_stated_chances() -> None:
    batch = county_day(300, 40)
    plan = dispatch(batch)
    found = backups_for(batch, plan)
    share = simulated(batch, plan, found, DAYS)
    assert len(found.roles) > 20
    for role in found.roles:
        assert share[role.request, role.role] == pytest.approx(role.chance, abs=0.01)
        assert role.reached == (role.chance >= 0.9 - 1e-9)
        assert role.chance >= role.alone
    assert check(batch, with_backups(plan, found)).valid


def test_backups_are_free_to_come_and_back_one_role_each() -> None:
    batch = county_day(300, 40)
    plan = dispatch(batch)
    found = backups_for(batch, plan)
    assert len({s.volunteer for s in found.standby}) == len(found.standby) > 5
    for backup in found.standby:
        sent = next(v for v in plan.visits if (v.request, v.role) == (backup.request, backup.role))
        instead = sent.model_copy(
            update={"volunteer": backup.volunteer, "leave": None, "travel_seconds": None, "team": None, "end": None}
        )
        bare = Plan(schema="matcher.plan/1", batch=batch.id, visits=(*(v for v in plan.visits if v != sent), instead))
        broken = [v for v in check(batch, bare).violations if not v.code.startswith("stated")]
        assert [v for v in broken if v.volunteer == backup.volunteer] == []


def test_the_surest_are_chosen_role_by_role() -> None:
    """As read from the text: by priority, then the fewest who could come, then id; each takes the surest left."""
    batch = county_day(300, 40)
    plan = dispatch(batch)
    judge = Judge(Scene(batch), plan.visits)
    yes = {v.id: batch.policy.prior_acceptance if v.acceptance is None else v.acceptance for v in batch.volunteers}
    asks = Counter(visit.volunteer for visit in plan.visits)
    tired = {v.id for v in batch.volunteers if v.max_asks is not None and v.asked + asks[v.id] >= v.max_asks}
    ids, roles = sorted(yes), []
    for request in batch.requests:
        for q, role in enumerate(request.roles):
            if sent := [v.volunteer for v in plan.visits if (v.request, v.role) == (request.id, role.id)]:
                stage = judge.verdict(request, q).stage
                free = {id for id, reached in zip(ids, stage, strict=True) if reached == FREE and id not in tired}
                roles.append((PRIORITIES.index(request.priority), len(free), request.id, role.id, sent, free))
    taken, expected = set[str](), set()
    for _, _, request_id, role_id, sent, free in sorted(roles, key=lambda each: each[:4]):
        mine = list[str]()
        for id in sorted(free - taken, key=lambda id: (-yes[id], id)):
            if all_filled([yes[v] for v in sent], [yes[v] for v in mine]) >= batch.policy.fill_target - 1e-12:
                break
            mine.append(id)
        taken.update(mine)
        expected |= {(request_id, role_id, rank, id) for rank, id in enumerate(mine, start=1)}
    found = backups_for(batch, plan).standby
    assert {(each.request, each.role, each.rank, each.volunteer) for each in found} == expected
    assert len(expected) > 5


def test_as_few_as_possible_wait() -> None:
    people = [build.volunteer("sent", 0, acceptance=0.6)]
    people += [build.volunteer(f"v{i}", 30 + i, acceptance=p) for i, p in enumerate((0.2, 0.5, 0.4, 0.7))]
    batch = build.batch(people, [build.request("r")])
    plan = build.plan(build.visit("r", "sent"))
    found = backups_for(batch, plan, 0.93)
    assert [(s.volunteer, s.rank) for s in found.standby] == [("v3", 1), ("v1", 2)]
    assert found.fewest
    enough = [
        len(some)
        for size in range(5)
        for some in combinations((0.2, 0.5, 0.4, 0.7), size)
        if all_filled([0.6], some) >= 0.93
    ]
    assert min(enough) == 2
    assert found.roles[0].zh == "需求 r（a）：派 1 人，全部到位的可能 60%；加候补 2 人后 94%，平均要问 1.5 人。"


def test_what_cannot_be_reached_is_told() -> None:
    batch = build.batch(
        [build.volunteer("v", acceptance=0.5), build.volunteer("w", acceptance=0.5)], [build.request("r")]
    )
    found = backups_for(batch, dispatch(batch), 0.99)
    assert (found.roles[0].chance, found.roles[0].reached) == (0.75, False)
    assert "有 1 个岗位人手不够" in found.zh


def test_who_is_asked_often_enough_waits_for_nothing() -> None:
    people = [build.volunteer("v"), build.volunteer("w", 9, asked=3, max_asks=3), build.volunteer("x", 9, max_asks=1)]
    batch = build.batch(people, [build.request("r"), build.request("q", 9, start="14:00", roles=(Role(id="a"),))])
    plan = build.plan(build.visit("r", "v"), build.visit("q", "x", "14:00"))
    assert [s.volunteer for s in backups_for(batch, plan, 0.99).standby if s.request == "r"] == []
    assert [s.volunteer for s in backups_for(batch, plan, 0.99).standby] == ["v"]
