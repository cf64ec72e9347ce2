"""Fairness to villages and to volunteers, and what it costs."""

import pytest

from matcher import Batch, InputError, check, dispatch, fair, read_batch, to_json
from matcher.answers.fairness import capped, weighted
from matcher.batch import Site
from matcher.policy import PRIORITIES
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


def usual_tiers(batch: Batch) -> Batch:
    """The batch under the usual policy, without pins, which limits do not bind."""
    return batch.model_copy(update={"policy": type(batch.policy)(), "pins": ()})


def test_more_cannot_have_been_filled_than_was_asked() -> None:
    batch = build.batch([], [], sites=villages((3, 4)))
    with pytest.raises(InputError) as found:
        read_batch(to_json(batch))
    assert [(p.code, p.where) for p in found.value.problems] == [("min_above_max", "/sites/1/past_filled")]
