"""Bounds for all who could come, where an instance leaves people out of roles, and who of them must be taken in.

At given prices a person left out of a role matters only if some route through it is worth more than the best route
that the instance has for that person. Most cannot, by the triangle inequality alone; the days of the others are priced
exactly. What they are worth more is added to the bound, and those who would be in a better route are taken in.
"""

from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from matcher.instance import Instance, nodes_of_people, pointers
from matcher.outside import Asked, Outside
from matcher.solver.budget import Budget
from matcher.solver.graph import Graph, graph_of
from matcher.solver.kernel import maker
from matcher.solver.legs import LONGEST, leg
from matcher.solver.prices import Prices
from matcher.solver.pricing import price
from matcher.solver.relaxation import PRICING_STEPS, ROUTES_A_ROUND, STEP_UNITS, Relaxed, routes_in
from matcher.solver.worth import ALL

Ints = NDArray[np.int64]
Ints32 = NDArray[np.int32]
Floats = NDArray[np.float64]
Two = tuple[Floats, Floats]
Pairs = dict[int, Ints]
"""Volunteers by the number of a role."""

ROUNDED = 1e-6
"""More than the share of a gain that 32 bits may round off."""
NODES_AT_ONCE, ENOUGH_PAIRS = 200_000, 20_000
"""Nodes that are priced between two looks at the clock; pairs to take in after which the rest is left for later."""


@dataclass(frozen=True)
class Wider:
    """What those left out change: how much each bound rises, and who should be taken in.

    rise: null where not all of them were looked at.
    """

    rise: list[float] | None
    pairs: Pairs

    @property
    def size(self) -> int:
        """How many people in how many roles."""
        return sum(len(who) for who in self.pairs.values())


def look_outside(inst: Instance, graph: Graph, proofs: list[Relaxed], budget: Budget) -> Wider:
    """What those whom the instance leaves out change in proofs with prices; ends where the budget does."""
    assert inst.outside is not None
    rise, pairs = [], dict[int, Ints]()
    most = _most(graph)
    for found in proofs:
        assert found.prices is not None
        suspects = _suspects(inst, inst.outside, graph, found, most)
        more = 0.0
        for some in _in_chunks(inst, inst.outside, suspects):
            added, better, steps = _priced(inst, inst.outside, found, some)
            budget.spend(steps * STEP_UNITS)
            more += added
            for role, who in better.items():
                pairs[role] = np.union1d(pairs.get(role, who), who)
            if budget.stopped is not None or sum(map(len, pairs.values())) > ENOUGH_PAIRS:
                return Wider(None, pairs)
        rise.append(more)
    return Wider(rise, pairs)


def widened(inst: Instance, pairs: Pairs) -> tuple[Instance, Ints]:
    """The instance with these people taken in, and the new number of each of its nodes."""
    assert inst.outside is not None
    wider, number = _with_nodes(inst, inst.outside, pairs)
    for role, who in pairs.items():
        inst.outside.take_in(role, who)
    return wider if inst.outside.asked else replace(wider, outside=None), number


def _suspects(inst: Instance, outside: Outside, graph: Graph, found: Relaxed, most: Ints) -> Pairs:
    """Who could be worth more in a role they are left out of, judged by profits and ways alone.

    A route with visits x, y, z from home takes at least the longest of the ways there and back. So it is worth no more
    than the sum of its profits less the way to x, nor more than the sum of each profit less a part of that way.
    """
    prices = found.prices
    assert prices is not None
    role_profit = np.full(len(inst.role_max), -np.inf)
    np.maximum.at(role_profit, inst.slot_role, prices.slot)
    slack = np.asarray(prices.travel * _slack(graph, inst.start_place, inst.finish_place, most), dtype=np.float64)
    whole, parts = _best_two(graph, prices.node, 0.0, most), _best_two(graph, prices.node, prices.travel, most)
    hopeful = dict[int, Ints]()
    for number, asked in outside.asked.items():
        profit = _profits(asked, role_profit[number], prices)
        rows = np.flatnonzero(_pays(asked, profit, slack, prices) & (most[asked.who] > 0))
        if len(rows):
            hopeful[number] = rows
            _raise(whole, asked.who[rows], profit[rows])
            _raise(parts, asked.who[rows], profit[rows] - prices.travel * asked.way[rows] / most[asked.who[rows]])
    one = np.ones_like(inst.recent)
    costs = prices.multiplier @ np.stack([inst.tiers.load_cost(inst.recent + before, one) for before in (0, 1)])
    suspects = {}
    for number, rows in hopeful.items():
        asked = outside.asked[number]
        who, profit = asked.who[rows].astype(np.int64), _profits(asked, role_profit[number], prices)[rows]
        way, others = prices.travel * asked.way[rows], most[who] - 1
        first, second = costs[:, who]
        alone, part, worth = profit - way, profit - way / most[who], found.worth[who] - slack[who]
        with_whole, with_parts = _of_others(whole, who, profit, others), _of_others(parts, who, part, others)
        together = np.minimum(alone + with_whole, part + with_parts)
        together -= first + second
        better = (alone - first > worth) | ((others > 0) & (together > worth))
        if better.any():
            suspects[number] = who[better]
    return suspects


def _profits(asked: Asked, role_profit: float, prices: Prices) -> Floats:
    """At most what a place of a role is worth to each who is left out of it, ways aside."""
    profit = np.full(len(asked.who), role_profit)
    for tier, gain in asked.gain.items():
        profit += prices.multiplier[tier] * (gain + ROUNDED * np.abs(gain))
    return profit


def _pays(asked: Asked, profit: Floats, slack: Floats, prices: Prices) -> NDArray[np.bool_]:
    """Whether a route could be worth more with the visit than without it.

    Without it the way is no longer, but there may be more waiting: as long as the service and the way round.
    """
    if prices.waiting > prices.travel:
        return np.ones(len(profit), dtype=np.bool_)
    pays: NDArray[np.bool_] = profit + prices.waiting * asked.seconds + slack[asked.who] > 0
    return pays


def _of_others(two: Two, who: Ints, own: Floats, others: Ints) -> Floats:
    """At most what so many other visits of some volunteers add, by the two best of all of them."""
    first, second = two[0][who], two[1][who]
    best: Floats = np.where(own >= first, second, first) + np.maximum(others - 1, 0) * second
    return best


def _raise(two: Two, who: Ints32, value: Floats) -> None:
    """Takes more values of some volunteers into the two best of each; each volunteer is there once."""
    first, second = two
    second[who] = np.maximum(second[who], np.minimum(first[who], value))
    first[who] = np.maximum(first[who], value)


@maker
def _most(g: Graph) -> Ints:
    """The most visits of each volunteer, roles they are left out of included: no more than limits allow."""
    most = np.zeros(len(g.recent), np.int64)
    for v in range(len(most)):
        most[v] = min(LONGEST, g.cap_requests[v] + g.pin_ptr[v + 1] - g.pin_ptr[v])
    return most


@maker
def _best_two(g: Graph, profit: Floats, travel: float, most: Ints) -> tuple[Floats, Floats]:
    """The two best requests of each volunteer by profit less a part of the way, at least 0 [V]."""
    first, second = np.zeros(len(g.recent)), np.zeros(len(g.recent))
    for v in range(len(first)):
        best, request = 0.0, -1
        for k in range(g.ptr[v], g.ptr[v + 1] + 1):
            node = g.order[k] if k < g.ptr[v + 1] else -1
            if node < 0 or g.request[node] != request:
                if best > first[v]:
                    first[v], second[v] = best, first[v]
                elif best > second[v]:
                    second[v] = best
                best, request = 0.0, g.request[node] if node >= 0 else -1
            if node >= 0:
                best = max(best, profit[node] - travel * (g.out[node] + g.back[node]) / max(1, most[v]))
    return first, second


@maker
def _slack(g: Graph, place: Ints, finish: Ints, most: Ints) -> Ints:
    """Seconds by which a way with several visits may be shorter than one of them: rounding, and escorts [V]."""
    slack = most + 2
    for v in range(len(most)):
        carried = 0
        for r in range(len(place)):
            if place[r] != finish[r]:
                carried = max(carried, leg(g, place[r], finish[r], g.factor[v]))
        slack[v] += carried * most[v]
    return slack


def _in_chunks(inst: Instance, outside: Outside, suspects: Pairs) -> list[Pairs]:
    """The pairs of so many people at a time that their nodes fit into memory."""
    nodes = np.zeros(inst.volunteers)
    for role, who in suspects.items():
        nodes[who] += len(outside.asked[role].starts)
    affected = np.flatnonzero(nodes)
    nodes[affected] += np.diff(inst.node_ptr)[affected]
    chunk = (np.cumsum(nodes) // NODES_AT_ONCE).astype(np.int64)
    chunks: list[Pairs] = [{} for _ in range(int(chunk[affected].max(initial=-1)) + 1)]
    for role, who in suspects.items():
        for at in np.unique(chunk[who]).tolist():
            chunks[at][role] = who[chunk[who] == at]
    return chunks


def _priced(inst: Instance, outside: Outside, found: Relaxed, pairs: Pairs) -> tuple[float, Pairs, int]:
    """What people are worth more with the roles they are left out of than without, in which of these, and the steps."""
    prices = found.prices
    assert prices is not None
    people = np.unique(np.concatenate(list(pairs.values())))
    part, number = _with_nodes(_of_people(inst, people), outside, pairs)
    own = nodes_of_people(inst, people)
    profit = prices.slot[part.node_slot]
    for tier, gain in part.node_gain.items():
        profit = profit + prices.multiplier[tier] * gain
    profit[number] = prices.node[own]
    worth, nodes, vias, steps = price(
        graph_of(part), people, profit, found.worth, prices.travel, prices.waiting, prices.load,
        np.full(len(people), ROUTES_A_ROUND), PRICING_STEPS, ALL,
    )  # fmt: skip
    more = float(np.maximum(0, worth - found.worth[people]).sum())
    used = np.unique(np.concatenate([np.zeros(0, dtype=np.int64), *(route for route, _ in routes_in(nodes, vias))]))
    used = np.setdiff1d(used, number)
    role, who = part.slot_role[part.node_slot[used]], part.node["volunteer"][used].astype(np.int64)
    return more, {int(q): np.unique(who[role == q]) for q in np.unique(role)}, int(steps.sum())


def _of_people(inst: Instance, people: Ints) -> Instance:
    """The instance with the nodes of some volunteers only."""
    nodes, count = nodes_of_people(inst, people), np.zeros(inst.volunteers, dtype=np.int64)
    count[people] = np.diff(inst.node_ptr)[people]
    return replace(
        inst,
        node_ptr=pointers(count),
        node_slot=inst.node_slot[nodes],
        node={name: column[nodes] for name, column in inst.node.items()},
        node_gain={t: gain[nodes] for t, gain in inst.node_gain.items()},
    )


def _with_nodes(inst: Instance, outside: Outside, pairs: Pairs) -> tuple[Instance, Ints]:
    """The instance with the nodes of people in roles they are left out of, and the new number of each of its own."""
    stores = [outside.nodes(role, who) for role, who in sorted(pairs.items())]
    slot = np.concatenate([inst.node_slot, *(store["slot"] for store in stores)]).astype(np.int64)
    node = {name: np.concatenate([own, *(store[name] for store in stores)]) for name, own in inst.node.items()}
    gains = sorted({*inst.node_gain, *(key for store in stores for key in store if isinstance(key, int))})
    rank = np.empty(len(inst.slot_start), dtype=np.int64)
    rank[np.argsort(inst.slot_start, kind="stable")] = np.arange(len(rank))
    order = np.argsort(node["volunteer"] * np.int64(len(rank)) + rank[slot], kind="stable")
    number = np.empty(len(order), dtype=np.int64)
    number[order] = np.arange(len(order))
    return replace(
        inst,
        node_ptr=pointers(np.bincount(node["volunteer"], minlength=inst.volunteers)),
        node_slot=slot[order],
        node={name: column[order] for name, column in node.items()},
        node_gain={t: _gain(inst, stores, t)[order] for t in gains},
    ), number[: inst.nodes]


def _gain(inst: Instance, stores: list[dict[str | int, NDArray[np.float64]]], tier: int) -> Floats:
    own = inst.node_gain.get(tier, np.zeros(inst.nodes))
    return np.concatenate([own, *(store.get(tier, np.zeros(len(store["slot"]))) for store in stores)])
