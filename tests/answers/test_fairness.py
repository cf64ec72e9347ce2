"""Fairness to villages and to volunteers, and what it costs."""

from itertools import product
from random import Random

import pytest

from matcher import Batch, InputError, check, dispatch, fair, read_batch, to_json
from matcher.answers.fairness import capped, levelled, weighted
from matcher.batch import HeldSkill, Site, Skill
from matcher.plan import Plan
from matcher.policy import DEFAULT_TIERS, PRIORITIES, Policy
from tests.checker import build
from tests.oracle.brute import brute
from tests.oracle.tiny import tiny_batch

COUNTY = Site(id="c", tier="county", place=build.mark(0))


def villages(*past: tuple[int, int]) -> tuple[Site, ...]:
    """Sites v1, v2, ... with so many places asked and filled in past batches."""
    rows = enumerate(past, start=1)
    return (
        COUNTY,
        *(Site(id=f"v{i}", tier="village", parent="c", past_places=a, past_filled=b) for i, (a, b) in rows),
    )


def test_the_village_that_had_least_goes_first() -> None:
    asked = [build.request("r1", 2, site="v1"), build.request("r2", 9, site="v2")]
    batch = build.batch([build.volunteer("v", 0)], asked, sites=villages((10, 9), (10, 1)))
    plan = dispatch(batch)
    assert [visit.request for visit in plan.visits] == ["r1"]
    found = fair(batch, plan, villages=1)
    assert [visit.request for visit in found.plan.visits] == ["r2"]
    assert check(batch, found.plan).valid
    assert (found.places, found.minutes, found.proved) == (0, 14, True)
    assert [(v.site, v.before, v.after) for v in found.villages] == [
        ("v2", pytest.approx(1 / 11), pytest.approx(2 / 11)),
        ("v1", pytest.approx(10 / 11), pytest.approx(9 / 11)),
    ]
    assert found.zh == (
        "公平的代价：名额 +0 个，路程 +14 分钟；改动 2 处安排。满足率最低的村（站点）由 9.1% 升到 18.2%（含往期）。"
    )
    assert found.tiers[-1] == -14


def test_worth_grows_only_below_the_average_and_with_what_was_missed() -> None:
    asked = [build.request(f"r{i}", 2, site=f"v{i}") for i in (1, 2, 3, 4)]
    batch = build.batch([], asked, sites=villages((10, 10), (10, 5), (10, 0), (0, 0)))
    assert [request.value for request in weighted(batch, 1).requests] == [1, 1, 2, 1]
    assert [request.value for request in weighted(batch, 0.5).requests] == [1, 1, 1.5, 1]


def test_who_served_most_is_spared_where_nothing_is_lost() -> None:
    people = [build.volunteer("near", 1, recent_requests=5), build.volunteer("far", 40)]
    batch = build.batch(people, [build.request("r")])
    plan = dispatch(batch)
    assert [visit.volunteer for visit in plan.visits] == ["near"]
    found = fair(batch, plan, loads=True)
    assert [visit.volunteer for visit in found.plan.visits] == ["far"]
    assert (found.highest, found.minutes, found.places) == ((6, 1), 78, 0)
    assert "近期服务最多的人由 6 件（1 人）降到 1 件（1 人）" in found.zh
    alone = build.batch(people[:1], [build.request("r")])
    assert fair(alone, dispatch(alone), loads=True).highest == (6, 6)


def test_the_highest_load_is_the_lowest_that_brute_force_finds() -> None:
    lowered = 0
    for seed in range(10, 36):
        batch = usual_tiers(tiny_batch(seed))
        best = brute(batch)
        if best.plan is None or not best.plan.visits:
            continue
        found = fair(batch, best.plan, loads=True, seconds=None)
        assert found.proved
        assert check(batch, found.plan).valid
        assert found.tiers[: len(PRIORITIES)] == pytest.approx([0] * len(PRIORITIES), abs=1e-6)
        lower = brute(capped(batch, found.highest[1] - 1))
        assert lower.plan is None or list(lower.tiers[:4]) < list(best.tiers[:4])
        lowered += found.highest[1] < found.highest[0]
    assert lowered > 0


def test_loads_below_the_highest_are_brought_down_too() -> None:
    # Only `holder` can serve r, so 6 stays the highest load. The other request raises a load to 4 or, 78 minutes
    # further away, to 1.
    held, asked = [HeldSkill(skill="s")], build.request("r", roles=[build.role(skill="s")])
    people = [
        build.volunteer("holder", recent_requests=5, skills=held, max_requests=1),
        build.volunteer("near", 1, recent_requests=3),
        build.volunteer("far", 40),
    ]
    batch = build.batch(people, [asked, build.request("other")], skills=[Skill(id="s")])
    plan = dispatch(batch)
    assert sorted(visit.volunteer for visit in plan.visits) == ["holder", "near"]
    found = fair(batch, plan, loads=True)
    assert sorted(visit.volunteer for visit in found.plan.visits) == ["far", "holder"]
    assert (found.highest, found.minutes, found.proved) == ((6, 6), 78, True)


def test_loads_are_those_of_the_leximin_best_of_all_plans() -> None:
    lower = 0
    for seed in range(12):
        batch = few_requests(seed)
        plan = dispatch(batch)
        found = fair(batch, plan, loads=True, seconds=None)
        assert found.proved
        best = min(sorted_loads(batch, other) for other in plans_of_equal_coverage(batch, plan))
        assert sorted_loads(batch, found.plan) == best, seed
        lower += best < sorted_loads(batch, dispatch(capped(batch, found.highest[1])))
    assert lower > 2  # times it is not enough that the highest load is as low as can be


def few_requests(seed: int) -> Batch:
    """Three people, one near and two further away, four requests for one person each at fixed times, and one request
    that only `s` can serve, who has served most.
    """
    dice = Random(f"few {seed}")
    people = [
        build.volunteer(id, home, recent_requests=dice.choice((0, 1, 2)), acceptance=1.0)
        for id, home in (("u", 0), ("v", 40), ("w", 80))
    ]
    people.append(build.volunteer("s", recent_requests=5, max_requests=1, skills=[HeldSkill(skill="s")]))
    asked = [
        build.request(f"r{n}", dice.randrange(10), f"{dice.randint(9, 15)}:00", priority=dice.choice(PRIORITIES[:2]))
        for n in range(4)
    ]
    asked.append(build.request("only", roles=[build.role(skill="s")]))
    return build.batch(people, asked, skills=[Skill(id="s")], policy=Policy(home_between=False))


def plans_of_equal_coverage(batch: Batch, plan: Plan) -> list[Plan]:
    """Every valid plan whose tiers with coverage are those of a plan."""
    assert plan.score
    equal = []
    for people in product(*[(None, "u", "v", "w")] * 4, (None, "s")):
        visits = [
            build.visit(request.id, who, f"{request.windows[0].start:%H:%M}")
            for request, who in zip(batch.requests, people, strict=True)
            if who is not None
        ]
        other = build.plan(*visits)
        report = check(batch, other)
        if report.valid and report.score.tiers[:4] == plan.score.tiers[:4]:
            equal.append(other)
    return equal


def sorted_loads(batch: Batch, plan: Plan) -> list[int]:
    """Loads of all volunteers, the highest first."""
    sent = [visit.volunteer for visit in plan.visits]
    return sorted((v.recent_requests + sent.count(v.id) for v in batch.volunteers), reverse=True)


def test_levels_stand_after_the_tiers_with_coverage() -> None:
    tiers = levelled(build.batch([], []), 3).policy.tiers
    assert [list(tier.terms) for tier in tiers[4:7]] == [["load_over.2"], ["load_over.1"], ["load_over.0"]]
    assert (tiers[:4], tiers[7:]) == (DEFAULT_TIERS[:4], DEFAULT_TIERS[4:])


def usual_tiers(batch: Batch) -> Batch:
    """The batch under the usual policy, without pins, which limits do not bind."""
    return batch.model_copy(update={"policy": type(batch.policy)(), "pins": ()})


def test_more_cannot_have_been_filled_than_was_asked() -> None:
    batch = build.batch([], [], sites=villages((3, 4)))
    with pytest.raises(InputError) as found:
        read_batch(to_json(batch))
    assert [(p.code, p.where) for p in found.value.problems] == [("min_above_max", "/sites/1/past_filled")]
