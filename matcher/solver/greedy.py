"""A first plan in a moment: requests in order of what they add, each given the cheapest people who fit in.

No plan of it is proved; it is what is handed out when time is up, and where the exact search begins.
"""

from typing import NamedTuple

import numpy as np
from numba import njit
from numpy.typing import NDArray

from matcher.instance import Instance
from matcher.solver.graph import Graph
from matcher.solver.legs import FAR, LONGEST, arc, fits, may_end, pins_allow

Ints = NDArray[np.int64]
Floats = NDArray[np.float64]

TIER_STEP = 1e3
"""How much a tier weighs against the next one, in this heuristic only."""


class State(NamedTuple):
    """The plan as it grows: a route per volunteer [V, LONGEST], its length and worth, the option chosen of each
    request (-1: not served), and how many visits each slot has."""

    routes: Ints
    vias: Ints
    lengths: Ints
    worth: Floats
    chosen: Ints
    present: Ints


class Offer(NamedTuple):
    """Options by request, slots' nodes and values in one number each, for the compiled greedy."""

    order: Ints
    option_ptr: Ints
    options: Ints
    slot_ptr: Ints
    slots: Ints
    option_value: Floats
    option_start: Ints
    option_end: Ints
    after_ptr: Ints
    after: Ints
    slot_role: Ints
    role_min: Ints
    role_max: Ints
    node_ptr: Ints
    nodes: Ints
    node_slot: Ints
    value: Floats
    travel: float
    waiting: float
    workload: float


Plan = tuple[list[tuple[Ints, Ints]], Ints]
"""Routes (nodes, vias) and the options chosen [linked requests served]."""


def greedy(inst: Instance, g: Graph) -> Plan:
    """A plan from nothing but the pins."""
    return _run(inst, g, [], np.zeros(0, dtype=np.int64))


def topped_up(inst: Instance, g: Graph, routes: list[Ints], options: Ints) -> Plan:
    """The plan of some routes (nodes) and options, with whoever can still be put in without moving anybody."""
    return _run(inst, g, routes, options)


def _run(inst: Instance, g: Graph, routes: list[Ints], options: Ints) -> Plan:
    state = State(
        routes=np.zeros((inst.volunteers, LONGEST), dtype=np.int64),
        vias=np.zeros((inst.volunteers, LONGEST), dtype=np.int64),
        lengths=np.zeros(inst.volunteers, dtype=np.int64),
        worth=np.zeros(inst.volunteers),
        chosen=np.full(inst.requests, -1, dtype=np.int64),
        present=np.zeros(len(inst.slot_role), dtype=np.int64),
    )
    option_of = np.full(len(inst.slot_role), -1, dtype=np.int64)
    option_of[inst.option_slots] = np.repeat(np.arange(len(inst.option_request)), np.diff(inst.option_ptr))
    state.chosen[inst.option_request[options]] = options
    for nodes in routes:
        v = int(inst.node["volunteer"][nodes[0]])
        state.routes[v, : len(nodes)], state.lengths[v] = nodes, len(nodes)
        state.present[inst.node_slot[nodes]] += 1
        for node in nodes[~inst.linked[inst.node_request[nodes]]]:
            option = option_of[inst.node_slot[node]]
            state.chosen[inst.option_request[option]] = option
    _insert_all(g, _offer(inst), state)
    state.lengths[np.isneginf(state.worth)] = 0
    found = [(state.routes[v, :n].copy(), state.vias[v, :n].copy()) for v, n in enumerate(state.lengths) if n]
    served = [o for o in state.chosen if o >= 0 and inst.linked[inst.option_request[o]]]
    return found, np.array(served, dtype=np.int64)


def _offer(inst: Instance) -> Offer:
    weight = TIER_STEP ** np.arange(inst.tiers.count - 1, -1, -1, dtype=np.float64)
    slot = weight @ inst.slot_gain
    value = slot[inst.node_slot]
    for t, gain in inst.node_gain.items():
        value = value + weight[t] * gain
    options = np.argsort(inst.option_request, kind="stable")
    nodes = np.argsort(inst.node_slot, kind="stable")
    after = np.array(sorted(inst.after), dtype=np.int64).reshape(-1, 4)
    return Offer(
        order=_order(inst, slot),
        option_ptr=np.searchsorted(inst.option_request[options], np.arange(inst.requests + 1)),
        options=options,
        slot_ptr=inst.option_ptr,
        slots=inst.option_slots,
        option_value=weight @ inst.option_gain,
        option_start=inst.option_start,
        option_end=inst.option_end,
        after_ptr=np.searchsorted(after[:, 0], np.arange(inst.requests + 1)),
        after=after,
        slot_role=inst.slot_role,
        role_min=inst.role_min,
        role_max=inst.role_max,
        node_ptr=np.searchsorted(inst.node_slot[nodes], np.arange(len(inst.slot_role) + 1)),
        nodes=nodes,
        node_slot=inst.node_slot,
        value=value,
        travel=float(weight @ inst.tiers.travel),
        waiting=float(weight @ inst.tiers.waiting),
        workload=float(weight @ inst.tiers.workload),
    )


def _order(inst: Instance, slot: Floats) -> Ints:
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


@njit(cache=True)
def _worth(g: Graph, f: Offer, v: int, route: Ints, n: int, vias: Ints) -> float:
    """Worth of a route by its ways, waiting and workload (not its visits); -inf if impossible. Fills vias."""
    if n == 0:
        return 0.0
    if not g.first[route[0]] or not may_end(g, v, route[n - 1]) or not pins_allow(g, v, -FAR, route[0]):
        return -np.inf
    total: float = -f.travel * (g.out[route[0]] + g.back[route[n - 1]]) - f.workload * g.recent[v]
    vias[0] = 0
    for k in range(1, n):
        i, j = route[k - 1], route[k]
        if not pins_allow(g, v, g.start[i], j):
            return -np.inf
        t, w = arc(g, i, j, g.factor[v], 0)
        t2, _ = arc(g, i, j, g.factor[v], 1)
        straight = f.travel * t + f.waiting * w if t >= 0 else np.inf
        home = f.travel * t2 if t2 >= 0 else np.inf
        if straight == np.inf and home == np.inf:
            return -np.inf
        vias[k] = 1 if home < straight else 0
        total -= min(straight, home) + f.workload * (g.recent[v] + k)
    return total


@njit(cache=True)
def _with(g: Graph, route: Ints, n: int, node: int, into: Ints) -> None:
    """Writes the route with the node put in by its start."""
    k = 0
    while k < n and g.start[route[k]] < g.start[node]:
        into[k] = route[k]
        k += 1
    into[k] = node
    into[k + 1 : n + 1] = route[k:n]


@njit(cache=True)
def _begin(g: Graph, f: Offer, s: State) -> None:
    """Puts the pins into routes that are empty, and values all routes."""
    for v in range(len(s.lengths)):
        last = -FAR
        if s.lengths[v] == 0 and g.pin_ptr[v + 1] > g.pin_ptr[v]:
            for node in range(g.ptr[v], g.ptr[v + 1]):
                if g.pinned[node] and g.start[node] > last and s.lengths[v] < LONGEST:
                    s.routes[v, s.lengths[v]] = node
                    s.lengths[v] += 1
                    last = g.start[node]
        s.worth[v] = _worth(g, f, int(v), s.routes[v], s.lengths[v], s.vias[v])


@njit(cache=True)
def _follows(f: Offer, r: int, o: int, chosen: Ints) -> bool:
    for k in range(f.after_ptr[r], f.after_ptr[r + 1]):
        before = chosen[f.after[k, 1]]
        if before < 0:
            return False
        gap = f.option_start[o] - f.option_end[before]
        if gap < f.after[k, 2] or gap > f.after[k, 3]:
            return False
    return True


@njit(cache=True)
def _fill(g: Graph, f: Offer, s: State, o: int, taken: Ints, spare: Ints, via: Ints) -> tuple[float, int]:
    """The nodes that would fill up an option, cheapest first, into `taken`; their worth (-inf: cannot) and number."""
    total, count = f.option_value[o], 0
    for at in range(f.slot_ptr[o], f.slot_ptr[o + 1]):
        slot = f.slots[at]
        low, high = f.node_ptr[slot], f.node_ptr[slot + 1]
        gains = np.full(high - low, -np.inf)
        for k in range(low, high):
            node = f.nodes[k]
            v = np.searchsorted(g.ptr, node, side="right") - 1
            n = s.lengths[v]
            if g.pinned[node]:
                gains[k - low] = np.inf if s.present[slot] == 0 else -np.inf
                continue
            if n >= LONGEST - 1 or s.worth[v] == -np.inf or not fits(g, v, s.routes[v], n, node):
                continue
            _with(g, s.routes[v], n, node, spare)
            gains[k - low] = f.value[node] + _worth(g, f, v, spare, n + 1, via) - s.worth[v]
        filled, role = s.present[slot], f.slot_role[slot]
        for k in np.argsort(-gains):
            node = f.nodes[low + k]
            if gains[k] == -np.inf or filled == f.role_max[role] or (filled >= f.role_min[role] and gains[k] <= 0):
                break
            mine = np.searchsorted(g.ptr, node, side="right")
            free = True
            for other in taken[:count]:
                free = free and np.searchsorted(g.ptr, other, side="right") != mine
            if free:
                taken[count] = node
                count, filled = count + 1, filled + 1
                total += 0.0 if gains[k] == np.inf else gains[k]
        if filled < f.role_min[role]:
            return -np.inf, 0
    return total, count


@njit(cache=True)
def _put(g: Graph, f: Offer, s: State, node: int, spare: Ints) -> None:
    """Puts a node into its volunteer's route; a pinned one takes the place of its like in another team's slot."""
    v = np.searchsorted(g.ptr, node, side="right") - 1
    s.present[f.node_slot[node]] += 1
    if g.pinned[node]:
        for k in range(s.lengths[v]):
            if g.request[s.routes[v, k]] == g.request[node]:
                s.routes[v, k] = node
    else:
        _with(g, s.routes[v], s.lengths[v], node, spare)
        s.routes[v, : s.lengths[v] + 1] = spare[: s.lengths[v] + 1]
        s.lengths[v] += 1
        s.worth[v] = _worth(g, f, int(v), s.routes[v], s.lengths[v], s.vias[v])


@njit(cache=True)
def _insert_all(g: Graph, f: Offer, s: State) -> None:
    """Serves what can be served, request by request, and fills up what is served already."""
    most = np.int64(np.sum(f.role_max)) + 1
    taken, best_taken = np.zeros(most, np.int64), np.zeros(most, np.int64)
    spare, via = np.zeros(LONGEST, np.int64), np.zeros(LONGEST, np.int64)
    _begin(g, f, s)
    for r in f.order:
        best, best_option, count = -np.inf, int(s.chosen[r]), 0
        for k in range(f.option_ptr[r], f.option_ptr[r + 1]):
            o = int(f.options[k])
            if s.chosen[r] >= 0 and o != s.chosen[r]:
                continue
            if s.chosen[r] < 0 and not _follows(f, int(r), o, s.chosen):
                continue
            total, n = _fill(g, f, s, o, taken, spare, via)
            if total > best:
                best, best_option, count = total, o, n
                best_taken[:n] = taken[:n]
        pinned = False
        for node in best_taken[:count]:
            pinned = pinned or g.pinned[node] == 1
        if s.chosen[r] >= 0 or best > 0 or pinned:
            s.chosen[r] = best_option
            for node in best_taken[:count]:
                _put(g, f, s, int(node), spare)
