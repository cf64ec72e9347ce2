"""Full days for people of whom there are too few: one after the other gets the best route among places still empty.

Where far more is asked of some people than they can do, putting in visit by visit leaves gaps in their days that fit
nothing. A route that is chosen as a whole leaves none. Whoever comes first takes what is worth most, so the order is
drawn by lot: it must not follow skills or places.
"""

import numpy as np
from numpy.typing import NDArray

from matcher.instance import Instance
from matcher.solver.graph import Graph
from matcher.solver.greedy import Plan
from matcher.solver.kernel import maker
from matcher.solver.legs import LONGEST
from matcher.solver.loads import Load, load_of
from matcher.solver.offer import weights
from matcher.solver.pricing import price_one
from matcher.solver.worth import ALL, CLOSED

Ints = NDArray[np.int64]
Floats = NDArray[np.float64]

STEPS = 20_000
"""Steps of pricing for one volunteer; then the best route seen is taken."""


def pack(inst: Instance, graph: Graph, people: NDArray[np.bool_], plan: Plan, seed: int) -> Plan:
    """A plan to which routes of some volunteers [V] are added, those without any in it.

    Fills places of requests with one role that are served whoever comes, at any start or the one chosen.
    """
    weight, (routes, options) = weights(inst), plan
    idle = people.copy()
    idle[[int(inst.node["volunteer"][nodes[0]]) for nodes, _ in routes]] = False
    order = np.random.default_rng(seed).permutation(np.flatnonzero(idle & (np.diff(inst.pin_ptr) == 0)))
    request = inst.role_request[inst.slot_role]
    room, slot_open, undecided = _open(inst, request, plan)
    gain = (weight @ inst.slot_gain)[inst.node_slot]
    for tier, more in inst.node_gain.items():
        gain = gain + weight[tier] * more
    travel, waiting = float(weight @ inst.tiers.travel), float(weight @ inst.tiers.waiting)
    slots = np.argsort(request, kind="stable")
    slot_ptr = np.searchsorted(request[slots], np.arange(inst.requests + 1))
    nodes, vias = _pack(
        graph, order, inst.node_slot, inst.slot_role, request, slots, slot_ptr, gain, room, slot_open, undecided,
        travel, waiting, load_of(inst, weight),
    )  # fmt: skip
    lengths = (nodes >= 0).sum(axis=1)
    added = [(nodes[k, : lengths[k]], vias[k, : lengths[k]]) for k in np.flatnonzero(lengths)]
    return [*routes, *added], np.union1d(options, _options_of(inst, inst.node_slot[nodes[nodes >= 0]]))


def _open(inst: Instance, request: Ints, plan: Plan) -> tuple[Ints, NDArray[np.bool_], NDArray[np.bool_]]:
    """How many visits each role still has room for [Q], which slots may be filled [S], and of which requests the first
    visit decides on the start [R]."""
    routes, options = plan
    visited = inst.node_slot[np.concatenate([np.zeros(0, dtype=np.int64), *(nodes for nodes, _ in routes)])]
    room = inst.role_max - np.bincount(inst.slot_role[visited], minlength=len(inst.role_max))
    tied = inst.required.copy()
    tied[[r for pair in inst.after for r in pair[:2]]] = True
    tied |= np.bincount(inst.role_request, minlength=inst.requests) > 1
    np.logical_or.at(tied, inst.role_request, inst.role_min > 1)
    tied[request[inst.slot_team >= 0]] = True
    chosen = np.zeros(inst.requests, dtype=np.bool_)
    chosen[inst.option_request[options]] = True
    of_chosen = np.zeros(len(request), dtype=np.bool_)
    of_chosen[[s for o in options for s in inst.option_slots[inst.option_ptr[o] : inst.option_ptr[o + 1]]]] = True
    return room, np.where(chosen[request], of_chosen, ~tied[request]), inst.linked & ~chosen


def _options_of(inst: Instance, slots: Ints) -> Ints:
    """The options of linked requests with one role that some slots stand for."""
    alone = np.flatnonzero(inst.linked[inst.option_request] & (np.diff(inst.option_ptr) == 1))
    return alone[np.isin(inst.option_slots[inst.option_ptr[alone]], slots)]


@maker
def _pack(
    g: Graph,
    order: Ints,
    node_slot: Ints,
    slot_role: Ints,
    slot_request: Ints,
    slots: Ints,
    slot_ptr: Ints,
    gain: Floats,
    room: Ints,
    slot_open: NDArray[np.bool_],
    undecided: NDArray[np.bool_],
    travel: float,
    waiting: float,
    load: Load,
) -> tuple[Ints, Ints]:
    """Routes (nodes, vias) [len(order), LONGEST] of volunteers in order; slots: of each request, by slot_ptr."""
    routes, vias = np.full((len(order), LONGEST), -1, np.int64), np.zeros((len(order), LONGEST), np.int64)
    profit = np.empty(len(gain))
    for k in range(len(order)):
        v = order[k]
        for node in range(g.ptr[v], g.ptr[v + 1]):
            slot = node_slot[node]
            profit[node] = gain[node] if slot_open[slot] and room[slot_role[slot]] > 0 else CLOSED
        route, via = routes[k : k + 1], vias[k : k + 1]
        price_one(g, v, profit, 0.0, travel, waiting, load, STEPS, ALL, route, via)
        for node in route[0]:
            if node < 0:
                break
            slot = node_slot[node]
            room[slot_role[slot]] -= 1
            request = slot_request[slot]
            if undecided[request]:
                undecided[request] = False
                slot_open[slots[slot_ptr[request] : slot_ptr[request + 1]]] = False
                slot_open[slot] = True
    return routes, vias
