"""A first plan in a moment: requests in order of what they add, each given the cheapest people who fit in.

No plan of it is proved; it is what is handed out when time is up, and where the exact search begins.
"""

import numpy as np
from numpy.typing import NDArray

from matcher.instance import Instance
from matcher.solver.chains import search_over
from matcher.solver.filling import serve_all
from matcher.solver.graph import Graph
from matcher.solver.insertion import Offer, State, begin, lay_out, ways_home
from matcher.solver.legs import LONGEST
from matcher.solver.repair import fill_up, polish, rebuild

Ints = NDArray[np.int64]
Floats = NDArray[np.float64]

MOST_STEP = 1e3
"""By how much the gains of a tier may differ, for this heuristic only."""
ROWS = 1_000
"""Changes that are remembered for taking them back."""

Plan = tuple[list[tuple[Ints, Ints]], Ints]
"""Routes (nodes, vias) and the options chosen [linked requests served]."""


def greedy(inst: Instance, g: Graph) -> Plan:
    """A plan from nothing but the pins."""
    return _run(inst, g, [], np.zeros(0, dtype=np.int64))


def topped_up(inst: Instance, g: Graph, routes: list[Ints], options: Ints) -> Plan:
    """The plan of some routes (nodes) and options, with whoever can still be put in without moving anybody."""
    return _run(inst, g, routes, options)


def _run(inst: Instance, g: Graph, routes: list[Ints], options: Ints) -> Plan:
    offer = _offer(inst, g)
    state = _state(inst, offer, routes, options)
    begin(g, offer, state)
    search = search_over(len(inst.slot_role), state.routes.shape[1])
    serve_all(g, offer, state, search)
    vias = ways_home(g, offer, state)
    found = [(state.routes[v, :n].copy(), vias[v, :n].copy()) for v, n in enumerate(state.lengths) if n]
    return found, state.chosen[state.chosen >= 0]


def _state(inst: Instance, offer: Offer, routes: list[Ints], options: Ints) -> State:
    """The plan of some routes and options."""
    pins = np.diff(inst.pin_ptr)
    room = min(LONGEST, int(np.minimum(np.diff(inst.node_ptr), inst.cap_requests + pins).max(initial=1)))
    state = State(
        routes=np.zeros((inst.volunteers, room), dtype=np.int64),
        lengths=np.zeros(inst.volunteers, dtype=np.int64),
        reach=np.zeros((inst.volunteers, room + 1)),
        chosen=np.full(inst.requests, -1, dtype=np.int64),
        present=np.zeros(len(inst.slot_role), dtype=np.int64),
        log=np.zeros((ROWS + 2 * int(inst.role_max.sum()), room + 2), dtype=np.int64),
        size=np.zeros(1, dtype=np.int64),
    )
    state.chosen[inst.option_request[options]] = options
    for nodes in routes:
        v = int(inst.node["volunteer"][nodes[0]])
        state.routes[v, : len(nodes)], state.lengths[v] = nodes, len(nodes)
    return state


def _offer(inst: Instance, g: Graph) -> Offer:
    weight, slots = _weights(inst), len(inst.slot_role)
    slot_value = weight @ inst.slot_gain
    value = slot_value[inst.node_slot]
    for t, gain in inst.node_gain.items():
        value += weight[t] * gain
    travel, waiting, workload = (
        float(weight @ rate) for rate in (inst.tiers.travel, inst.tiers.waiting, inst.tiers.workload)
    )
    ptr, nodes, who, alone, hope = lay_out(g, inst.node_slot, slots, value, travel, workload)
    linked, role = inst.linked[inst.role_request[inst.slot_role]], inst.slot_role
    first, last = _ends(role, len(inst.role_max))
    after = np.array(sorted(inst.after), dtype=np.int64).reshape(-1, 4)
    options = np.argsort(inst.option_request, kind="stable")
    post = np.where(linked, np.arange(slots), first[role])
    best = np.full(slots, -np.inf)
    np.maximum.at(best, post, hope)
    return Offer(
        order=_order(inst, slot_value, np.diff(ptr)),
        followed=np.isin(np.arange(inst.requests), after[:, 1]),
        option_ptr=np.searchsorted(inst.option_request[options], np.arange(inst.requests + 1)),
        options=options,
        slot_ptr=inst.option_ptr,
        slots=inst.option_slots,
        option_value=weight @ inst.option_gain,
        option_start=inst.option_start,
        option_end=inst.option_end,
        after_ptr=np.searchsorted(after[:, 0], np.arange(inst.requests + 1)),
        after=after,
        linked=inst.linked,
        node_slot=inst.node_slot,
        post=post,
        low=ptr[:-1].copy(),
        high=np.where(linked, ptr[1:], ptr[last[role] + 1]),
        most=inst.role_max[role],
        least=np.where(linked, inst.role_min[role], 0),
        hope=best,
        nodes=nodes,
        who=who,
        alone=alone,
        value=value,
        travel=travel,
        waiting=waiting,
        workload=workload,
    )


def _ends(role: Ints, count: int) -> tuple[Ints, Ints]:
    """The first and last slot of each role."""
    first, last = np.full(count, len(role)), np.full(count, -1)
    np.minimum.at(first, role, np.arange(len(role)))
    np.maximum.at(last, role, np.arange(len(role)))
    return first, last


def _weights(inst: Instance) -> Floats:
    """How much a unit of each tier weighs, so that the least gain of a tier is more than all else a visit adds."""
    tiers = inst.tiers
    longest = float(max(inst.node["out"].max(initial=0, where=inst.node["out"]<2**30),0) + max(inst.node["back"].max(initial=0, where=inst.node["back"]<2**30),0))
    weight, below = np.ones(tiers.count), 0.0
    for t in range(tiers.count - 1, -1, -1):
        gains = np.abs(np.concatenate([inst.slot_gain[t], inst.option_gain[t]]))
        rates = np.array([tiers.travel[t] * longest, tiers.workload[t] * (inst.recent.max(initial=0) + LONGEST), tiers.waiting[t] * 3600])
        loose = np.abs(inst.node_gain[t]).max(initial=0) if t in inst.node_gain else 0.0
        most = gains.max(initial=0) + rates.sum() + loose
        least = gains[gains > 0].min(initial=np.inf) if rates.sum() + loose == 0 else 0.0
        if t < tiers.count - 1 and most > 0:
            weight[t] = max(1.0, 4 * below / max(min(least, most), most / MOST_STEP))
        below += weight[t] * most
    return weight


def _order(inst: Instance, slot: Floats, able: Ints) -> Ints:
    """Requests by what a place of theirs adds, those required first, each after the requests it follows."""
    worth = np.full(inst.requests, -np.inf)
    np.maximum.at(worth, inst.role_request[inst.slot_role], slot)
    worth[inst.required] = np.inf
    before: dict[int, list[int]] = {}
    for request, other, _, _ in inst.after:
        before.setdefault(request, []).append(other)
    placed, order = set[int](), []
    for r in np.argsort(-worth, kind="stable").tolist():
        stack = [r]
        while stack:
            waiting = [q for q in before.get(stack[-1], []) if q not in placed]
            if waiting:
                stack += waiting
            else:
                done = stack.pop()
                if done not in placed:
                    placed.add(done)
                    order.append(done)
    return np.array(order, dtype=np.int64)
