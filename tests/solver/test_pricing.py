"""Pricing and listing against each other: the best route of a full list is what pricing must find and bound."""

import numpy as np
import pytest

from matcher.building import build_instance
from matcher.instance import Instance
from matcher.solver.graph import Graph, graph_of
from matcher.solver.legs import arc, may_end, measure, most_visits, pins_allow
from matcher.solver.listing import enumerate_routes
from matcher.solver.loads import Load, load_of
from matcher.solver.pricing import price
from matcher.solver.worth import ALL, MOST_LAYERS, outlook
from tests.oracle.tiny import tiny_batch

SEEDS = range(120)
ROUTES, STEPS = 100_000, 10**9
CLOSE = 1e-6
Rates = tuple[float, float, Load]


def some_load(rng: np.random.Generator) -> Load:
    """A cost of loads that rises by a line, and by a step at about every fourth load."""
    return Load(float(rng.choice([0, 3])), np.cumsum(rng.choice([0.0, 0.0, 0.0, 5.5], 20)))


def cost_of(load: Load, before: int) -> float:
    """What a visit costs after so many."""
    return load.rate * before + load.above[min(before, 19)]


def best_of_all(inst: Instance, graph: Graph, profit: np.ndarray, rates: Rates) -> np.ndarray:
    """The worth of each volunteer's best route [V], by listing all of them; 0 for none."""
    who = np.flatnonzero(np.diff(inst.node_ptr) > 0)
    ptr, nodes, vias, complete, _ = enumerate_routes(
        graph, who, profit, np.full(inst.volunteers, -np.inf), *rates, ROUTES, STEPS
    )
    assert complete
    best = np.zeros(inst.volunteers)
    if len(ptr) > 1:
        owner = np.searchsorted(graph.ptr, nodes[ptr[:-1]], side="right") - 1
        travel, waiting = measure(graph, owner, ptr, nodes, vias)
        count = np.diff(ptr)
        loads = [
            sum(cost_of(rates[2], n + j) for j in range(k)) for n, k in zip(graph.recent[owner], count, strict=True)
        ]
        worth = np.add.reduceat(profit[nodes], ptr[:-1])
        worth = worth - rates[0] * travel - rates[1] * waiting - loads
        np.maximum.at(best, owner, worth)
    return best


@pytest.mark.parametrize("chunk", range(4))
def test_pricing_finds_and_bounds_the_best_route(chunk: int) -> None:
    compared = 0
    for seed in SEEDS[chunk::4]:
        inst = build_instance(tiny_batch(seed))
        if inst.conflicts or inst.nodes == 0:
            continue
        graph = graph_of(inst)._replace(both=True, group=np.arange(inst.nodes, dtype=np.int32))
        who = np.flatnonzero(np.diff(inst.node_ptr) > 0)
        rng = np.random.default_rng(seed)
        for _ in range(3):
            profit = rng.uniform(-20, 60, inst.nodes)
            rates = (float(rng.choice([0, 1 / 60, 5 / 60])), float(rng.choice([0, 0.25 / 60])), some_load(rng))
            best = best_of_all(inst, graph, profit, rates)
            bound, routes, _, _ = price(
                graph, who, profit, np.zeros(inst.volunteers), *rates, np.full(len(who), 3), STEPS, ALL
            )
            assert np.all(bound >= best[who] - CLOSE), seed
            assert np.allclose(bound, best[who], atol=CLOSE), seed
            assert np.array_equal(routes.reshape(len(who), 3, -1)[:, :, 0].max(axis=1) >= 0, best[who] > 0), seed
            compared += len(who)
    assert compared > 50


def test_groups_keep_the_best_of_each_sequence() -> None:
    """Listing by groups has the same best route as listing every start."""
    for seed in SEEDS:
        inst = build_instance(tiny_batch(seed))
        graph = graph_of(inst)
        if inst.conflicts or inst.nodes == 0 or graph.both:
            continue
        last, tiers = inst.tiers.count - 1, inst.tiers
        profit = inst.slot_gain[last][inst.node_slot] + inst.node_gain.get(last, 0.0) + 30
        rates = (float(tiers.travel[last]), float(tiers.waiting[last]), load_of(inst, np.eye(last + 1)[last]))
        single = graph._replace(both=True, group=np.arange(inst.nodes, dtype=np.int32))
        assert np.allclose(best_of_all(inst, graph, profit, rates), best_of_all(inst, single, profit, rates)), seed


def best_after(graph: Graph, v: int, nodes: list[int], profit: np.ndarray, rates: Rates) -> list:
    """Most worth of what follows each of a volunteer's nodes as visit 1, 2, ..., pair by pair of nodes."""
    most, travel, waiting, load = most_visits(graph, v), *rates
    cost = np.full((len(nodes), len(nodes)), np.inf)
    for a, i in enumerate(nodes):
        for b, j in enumerate(nodes):
            if pins_allow.py_func(graph, v, graph.start[i], j):
                ways = [arc(graph, i, j, graph.factor[v], via) for via in (0, 1)]
                cost[a, b] = min((travel * t + waiting * w for t, w in ways if t >= 0), default=np.inf)
    last = [-travel * graph.back[i] if may_end.py_func(graph, v, i) else -np.inf for i in nodes]
    after = [np.array(last)]
    for d in range(most - 1, 0, -1):
        gain = profit[nodes] - cost_of(load, graph.recent[v] + d) - cost + after[0]
        after.insert(0, np.maximum(last, gain.max(axis=1)))
    return after


def test_what_follows_a_node_is_worth_the_best_of_all_pairs() -> None:
    """Groups of starts give the same as looking at each start; with pins, shifts, ways by home and `now`."""
    several = with_pins = 0
    for seed in range(120):
        inst = build_instance(tiny_batch(seed, {"flexible": 1.0, "now": 0.5, "pins": seed % 2}))
        if inst.conflicts or inst.nodes == 0:
            continue
        graph, rng = graph_of(inst), np.random.default_rng(seed)
        profit = rng.uniform(-20, 60, inst.nodes)
        rates = (float(rng.choice([0, 5 / 60])), float(rng.choice([0, 0.25 / 60, 10 / 60])), some_load(rng))
        for v in range(inst.volunteers):
            seen, _, _ = outlook(graph, v, profit, -np.inf, *rates, ALL)
            nodes = seen.nodes.tolist()
            expected = best_after(graph, v, nodes, profit, rates)
            open_to = [k for k, i in enumerate(nodes) if not skips(graph, v, i)]
            for d, best in enumerate(seen.best):
                assert np.all(best[open_to] >= expected[d][open_to] - 1e-9), (seed, v, d)
                if len(seen.visit) <= MOST_LAYERS:
                    assert np.allclose(best[open_to], expected[d][open_to], atol=1e-9), (seed, v, d)
            several += len(seen.visit) > 1
            with_pins += len(seen.visit) > 1 and bool(graph.pin_ptr[v] < graph.pin_ptr[v + 1])
    assert several > 20
    assert with_pins > 2


def skips(graph: Graph, v: int, node: int) -> bool:
    """Whether a visit is at the time of a pin, and so can never be made."""
    pins = graph.pin_start[graph.pin_ptr[v] : graph.pin_ptr[v + 1]]
    return not graph.pinned[node] and bool(np.isin(graph.start[node], pins))
