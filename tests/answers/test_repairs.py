"""Repairs against brute force on tiny batches with all rules, and each lever by itself."""

import pytest

from matcher import explain
from matcher.answers.explain import Explanation, one_more
from matcher.answers.repairs import levers as lever_module
from matcher.answers.repairs.levers import levers_of
from matcher.batch import After, Batch, Role, Site, Skill
from matcher.plan import Plan
from tests.answers.repairing import wrong
from tests.checker import build
from tests.oracle.brute import Best, brute
from tests.oracle.tiny import tiny_batch

SKILLS = (Skill(id="s"), Skill(id="t"))
TIMES, KM = 3, 3
"""Fewer steps than in earnest, so that brute force can try all."""


@pytest.fixture
def few_steps(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(lever_module, "MOST_TIMES", TIMES)
    monkeypatch.setattr(lever_module, "MOST_KM", KM)


def stated(best: Best) -> Plan:
    assert best.plan
    return best.plan


def hold(batch: Batch, best: Best) -> tuple[int, int]:
    """Every repair of every request with empty places; how many were found, and how often none was."""
    found = none = 0
    plan = stated(best)
    for request in batch.requests:
        told = explain(batch, plan, request.id, None)
        if told.repairs is None:
            continue
        assert told.repairs.complete
        assert wrong(batch, request, best, one_more(plan, request), told.repairs.mends) == []
        found += len(told.repairs.mends)
        none += not told.repairs.mends
    return found, none


@pytest.mark.usefixtures("few_steps")
@pytest.mark.parametrize("first", [5, 40])
def test_repairs_mend_and_no_smaller_single_one_is_missed(first: int) -> None:
    found = none = 0
    for seed in range(first, first + 5):
        batch = tiny_batch(seed)
        best = brute(batch)
        if best.plan is not None:
            more = hold(batch, best)
            found, none = found + more[0], none + more[1]
    assert found > 1


def repairs(batch: Batch, plan: Plan | None = None, request: str = "r") -> Explanation:
    return explain(batch, plan or build.plan(), request, None)


def codes(told: Explanation) -> list[tuple[tuple[str, int], ...]]:
    assert told.repairs
    return [tuple((change.code, change.steps) for change in mend.changes) for mend in told.repairs.mends]


def test_a_shift_that_ends_too_soon_is_widened_or_the_start_moved() -> None:
    short = build.volunteer("v", 10, shifts=[build.span("8:00", "9:45")])
    told = repairs(build.batch([short], [build.request("r", 0, "9:00")]))
    assert told.repairs
    assert {(("shift", 3),), (("start", 3),)} <= set(codes(told))
    assert any(
        "志愿者 v 的可服务时间（07-21 08:00 至 07-21 09:45）延后 30 分钟结束" in mend.zh for mend in told.repairs.mends
    )
    assert told.price
    assert (told.price.answer, told.price.proved) == ("impossible", True)


def test_one_kilometre_too_far() -> None:
    batch = build.batch([build.volunteer("v", 13, max_travel_minutes=10)], [build.request("r", 0)])
    assert (("max_travel", 3),) in codes(repairs(batch))


def test_a_head_less_is_enough() -> None:
    batch = build.batch([build.volunteer("v")], [build.request("r", roles=(Role(id="a", count=2),))])
    assert codes(repairs(batch))[0] == (("count", 1),)


def test_help_from_an_upper_tier() -> None:
    sites = (
        Site(id="c", tier="county"),
        Site(id="t1", tier="town", parent="c"),
        Site(id="t2", tier="town", parent="c"),
    )
    policy = build.batch([], []).policy.model_copy(update={"reach": {"normal": 1}})
    batch = build.batch([build.volunteer("v", site="t1")], [build.request("r", site="t2")], sites=sites, policy=policy)
    assert (("reach", 1),) in codes(repairs(batch))


def test_where_no_single_change_helps_two_do() -> None:
    roles = (Role(id="a", skill="s"), Role(id="b", skill="t"))
    batch = build.batch([build.volunteer("v")], [build.request("r", roles=roles)], skills=SKILLS)
    told = repairs(batch)
    assert codes(told) == [(("volunteer", 1), ("volunteer", 1))]
    assert told.repairs
    assert told.repairs.zh == "只改一处没有用（已证明）。最小的两处改动："
    assert "“a”岗位的志愿者（技能：s）、在当地增加 1 名能承担“b”岗位的志愿者" in told.repairs.mends[0].zh


def test_where_nothing_helps_it_says_so() -> None:
    follows = build.request("r", roles=(Role(id="a", skill="s"),), after=(After(request="first"),))
    first = build.request("first", roles=(Role(id="a", skill="s", count=2), Role(id="b", skill="t")))
    told = repairs(build.batch([build.volunteer("v")], [first, follows], skills=SKILLS))
    assert told.repairs
    assert (told.repairs.mends, told.repairs.complete) == ((), True)
    assert "改动一处或两处都没有用" in told.repairs.zh


def test_what_is_out_of_time_says_so() -> None:
    short = build.volunteer("v", 10, shifts=[build.span("8:00", "9:45")])
    told = explain(build.batch([short], [build.request("r", 0, "9:00")]), build.plan(), "r", 1e-6)
    assert told.repairs
    assert not told.repairs.complete
    assert "时间" in told.repairs.zh


def test_every_lever_only_allows_more() -> None:
    for seed in range(12):
        batch = tiny_batch(seed)
        best = brute(batch)
        if best.plan is None:
            continue
        for request in batch.requests:
            for lever in levers_of(batch, request):
                values = [brute(lever.edit(batch, lever.objects, steps)).tiers for steps in (1, lever.most)]
                assert list(best.tiers) <= [value + 1e-9 for value in values[0]]
                assert list(values[0]) <= [value + 1e-9 for value in values[1]]
