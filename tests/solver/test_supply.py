"""What people can cover at most: never less than brute force reaches, a matching where nothing but numbers counts."""

from functools import cache
from typing import Any

import networkx as nx
import numpy as np
import pytest

import matcher.outside as outside
import matcher.solver.supply as supply
from benchmarks.plain import single_batch
from matcher.batch import Batch, HeldSkill, Skill
from matcher.building import build_instance
from matcher.solver.bounds import each_by_itself, in_all_tiers
from matcher.solver.graph import graph_of
from matcher.solver.legs import most_of_each
from matcher.solver.supply import Supply, supply_of
from tests.checker.build import batch as made
from tests.checker.build import request, role
from tests.dispatch.build import volunteer
from tests.oracle.brute import Best, brute
from tests.oracle.tiny import tiny_batch

CLOSE = 1e-6 + 1e-9
SEEDS = range(200)
ABLE = dict.fromkeys(
    ("skill", "qualification", "age", "tag", "team", "reach", "max_travel", "mandatory", "wild_pins"), 0.0
)
SCARCE = {**ABLE, "many": 0.9, "max_requests": 1.0, "roles": 0.3}
"""Many places and few visits of each, so that the bound is often below that of each request by itself."""

Changes = tuple[tuple[Any, str, int], ...]
AS_IT_IS: Changes = ()
ROUGH: Changes = ((supply, "MOST_AMOUNTS", 2), (supply, "MOST_PAIRS", 3))
ONE_AMOUNT: Changes = ((supply, "MOST_AMOUNTS", 1),)
LEFT_OUT: Changes = tuple(
    (outside, name, value)
    for name, value in (("MANY_NODES", -1), ("MOST_KEPT", 0), ("FEWEST_KEPT", 1), ("KEPT_A_PLACE", 0))
)


@cache
def asked(seed: int) -> Batch:
    return tiny_batch(seed, SCARCE if seed % 2 else None)


@cache
def best_of(seed: int, tier: int | None = None) -> Best:
    """The best plan, or the best one for a tier alone."""
    batch = asked(seed)
    if tier is not None:
        policy = batch.policy.model_copy(update={"tiers": (batch.policy.tiers[tier],)})
        batch = batch.model_copy(update={"policy": policy})
    return brute(batch)


def found(batch: Batch) -> Supply:
    inst = build_instance(batch)
    return supply_of(inst, graph_of(inst), in_all_tiers(inst))


@pytest.mark.parametrize(
    ("changes", "lowered", "reached"),
    [(AS_IT_IS, 60, 12), (ROUGH, 20, 4), (ONE_AMOUNT, 35, 4), (LEFT_OUT, 60, 12)],
    ids=["as it is", "few amounts and pairs", "one amount", "people left out"],
)
def test_no_plan_covers_more(changes: Changes, lowered: int, reached: int, monkeypatch: pytest.MonkeyPatch) -> None:
    for module, name, value in changes:
        monkeypatch.setattr(module, name, value)
    seen = left_out = lower = exact = 0
    for seed in SEEDS:
        inst, best = build_instance(asked(seed)), best_of(seed)
        if best.status == "infeasible":
            continue
        bounds, first = (
            supply_of(inst, graph_of(inst), in_all_tiers(inst)).bound + inst.tiers.offset,
            int(inst.tiers.required),
        )
        assert len(bounds) == first + len(best.tiers)
        seen, left_out = seen + 1, left_out + (inst.outside is not None)
        for tier, (bound, value) in enumerate(zip(bounds[first:], best.tiers, strict=True)):
            alone = each_by_itself(inst, first + tier) + inst.tiers.offset[first + tier]
            assert value - CLOSE <= bound <= alone + CLOSE, (seed, tier)
            if bound < alone - CLOSE:
                most = best_of(seed, tier).tiers[0]
                assert bound >= most - CLOSE, (seed, tier)
                lower, exact = lower + 1, exact + (bound <= most + CLOSE)
    assert seen > 150
    assert lower > lowered
    assert exact > reached
    assert left_out > 30 if changes is LEFT_OUT else left_out == 0


@pytest.mark.parametrize("visits", [1, 2])
def test_where_a_request_takes_one_person_it_is_a_matching(visits: int) -> None:
    """Everybody can go out so many times, by limits; copies of people and requests are matched."""
    batch = single_batch(30, 80)
    people = tuple(v.model_copy(update={"max_requests": visits}) for v in batch.volunteers)
    inst = build_instance(batch.model_copy(update={"volunteers": people}))
    graph, tier, pairs = graph_of(inst), 2, nx.Graph()
    gain, most = inst.slot_gain[tier][inst.node_slot], most_of_each(graph)
    for who, what, more in zip(inst.node_volunteer.tolist(), inst.node_request.tolist(), gain, strict=True):
        pairs.add_weighted_edges_from(((who, copy), what, more) for copy in range(most[who]))
    matched = nx.max_weight_matching(pairs)
    weight = sum(pairs.edges[pair]["weight"] for pair in matched)
    assert most.max() == visits
    assert weight < each_by_itself(inst, tier) - 1
    assert supply_of(inst, graph, in_all_tiers(inst)).bound[tier] == pytest.approx(weight, abs=CLOSE)


@pytest.mark.parametrize(
    ("of_s", "of_t", "scarce"),
    [(2, 2, ""), (3, 1, ""), (4, 1, "abf"), (1, 4, "cf"), (2, 3, "cf"), (3, 2, "abcf"), (0, 1, "")],
)
def test_wanted_are_those_of_whom_there_are_too_few(of_s: int, of_t: int, scarce: str) -> None:
    """For so many requests of two skills, s (held by a, b, f) and t (c, f); two others hold a third one."""
    held = {"a": "s", "b": "s", "c": "t", "d": "u", "e": "u", "f": "st"}
    people = [volunteer(v, skills=[HeldSkill(skill=s) for s in skills], max_requests=1) for v, skills in held.items()]
    each = "s" * of_s + "t" * of_t + "u"
    requests = [request(f"r{n}", start=f"{8 + n}:00", roles=[role(skill=s)]) for n, s in enumerate(each)]
    batch = made(people, requests, skills=[Skill(id=s) for s in "stu"])
    wanted = np.flatnonzero(found(batch).wanted)
    assert [build_instance(batch).volunteer_ids[v] for v in wanted] == list(scarce)


def test_who_is_wanted_for_a_better_place_only() -> None:
    """All places of worth 2 can be filled or all of worth 1, and not both: people are wanted for those of worth 1."""
    people = [volunteer(v, max_requests=1) for v in "ab"]
    for few, many in ((1, 1), (2, 2)):
        requests = [request(f"r{n}", value=1 + (n < few)) for n in range(few + many)]
        answer = found(made(people, requests))
        assert answer.bound[2] == 2 * min(2, few) + max(0, 2 - few)
        assert answer.wanted.tolist() == [few + many > 2] * 2


def test_roles_of_too_many_people_count_as_full(monkeypatch: pytest.MonkeyPatch) -> None:
    """Four people for six requests, one visit each: four pairs of a person and a role for each request."""
    batch = made([volunteer(v, max_requests=1) for v in "abcd"], [request(f"r{n}") for n in range(6)])
    assert found(batch).bound[2] == 4
    monkeypatch.setattr(supply, "MOST_PAIRS", 3)
    answer = found(batch)
    assert answer.bound[2] == 6
    assert not answer.wanted.any()
