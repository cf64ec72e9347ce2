"""A plan as it grows: what putting a visit into a volunteer's day adds, or putting it in another's place (compiled).

A **post** is what a visit fills: a role of a request that is not linked, at any of its starts, or a slot of one
that is. It has the number of its first slot.
"""

from typing import NamedTuple

import numpy as np
from numba import njit
from numpy.typing import NDArray

from matcher.solver.graph import Graph
from matcher.solver.legs import FAR, fits, may_end
from matcher.solver.worth import cost

Ints = NDArray[np.int64]
Floats = NDArray[np.float64]


class Offer(NamedTuple):
    """What there is to fill, all tiers in one number.

    order: requests, what adds most first. followed: whether another follows the request. option_ptr: options of
    each request; slot_ptr, slots: slots of each option. post: of each slot. low, high, most, least, hope: of each
    post its candidates, number of visits (at least 0 where the request is not linked) and the most a visit adds.
    nodes, who, alone: candidates by slot, see `lay_out`. value: of each node. travel, waiting, workload: cost of a
    second, or a unit.
    """

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
    linked: NDArray[np.bool_]
    followed: NDArray[np.bool_]
    node_slot: Ints
    post: Ints
    low: Ints
    high: Ints
    most: Ints
    least: Ints
    hope: Floats
    nodes: Ints
    who: Ints
    alone: Floats
    value: Floats
    travel: float
    waiting: float
    workload: float


class State(NamedTuple):
    """The plan: a route per volunteer [V, room] and its length, the cost of the way to each visit and then home
    [V, room + 1], the option chosen of each linked request (-1: not served), and how many visits each post has.

    log: routes as they were before the last changes, for taking them back: volunteer, length, nodes. size: of the log.
    """

    routes: Ints
    lengths: Ints
    reach: Floats
    chosen: Ints
    present: Ints
    log: Ints
    size: Ints


@njit(cache=True)
def lay_out(
    g: Graph, node_slot: Ints, slots: int, value: Floats, travel: float, workload: float
) -> tuple[Ints, Ints, Ints, Floats, Floats]:
    """Where the nodes of each slot begin [S + 1], by slot nodes, volunteers, what each adds to an empty day, and the
    most that a visit in each slot adds, at no cost.

    What it adds to an empty day is inf for a pinned visit, which costs nothing more, and -inf where it cannot be the only one.
    """
    ptr = np.zeros(slots + 1, np.int64)
    for slot in node_slot:
        ptr[slot + 1] += 1
    ptr = np.cumsum(ptr)
    place, hope = ptr.copy(), np.full(slots, -np.inf)
    nodes, who, alone = np.empty_like(node_slot), np.empty_like(node_slot), np.empty(len(node_slot))
    for v in range(len(g.recent)):
        pins = g.pin_ptr[v + 1] - g.pin_ptr[v]
        able = g.cap_requests[v] > 0 and g.cap_day[v] > 0 and pins == 0
        for node in range(g.ptr[v], g.ptr[v + 1]):
            slot = node_slot[node]
            at = place[slot]
            place[slot] += 1
            hope[slot] = max(hope[slot], value[node])
            nodes[at], who[at] = node, v
            if g.pinned[node]:
                alone[at] = np.inf
            elif able and g.first[node] and g.last[node] and g.end[node] - g.start[node] <= g.cap_seconds[v]:
                alone[at] = value[node] - travel * (g.out[node] + g.back[node]) - workload * g.recent[v]
            else:
                alone[at] = -np.inf
    return ptr, nodes, who, alone, hope


@njit(cache=True)
def first_way(g: Graph, f: Offer, node: int) -> float:
    """Cost of leaving home for a visit, infinite where it cannot be the first."""
    return f.travel * g.out[node] if g.first[node] and g.era[node] == 0 else np.inf


@njit(cache=True)
def last_way(g: Graph, f: Offer, v: int, node: int) -> float:
    """Cost of the way home from a visit, infinite where it cannot be the last."""
    return f.travel * g.back[node] if may_end(g, v, node) else np.inf


@njit(cache=True)
def way(g: Graph, f: Offer, v: int, before: int, after: int) -> float:
    """Cost of what lies between two visits of a volunteer, -1 standing for home."""
    if before < 0 and after < 0:
        return 0.0
    if before < 0:
        return first_way(g, f, after)
    if after < 0:
        return last_way(g, f, v, before)
    return cost(g, before, after, g.factor[v], f.travel, f.waiting, True, True)[0]


@njit(cache=True)
def begin(g: Graph, f: Offer, s: State) -> None:
    """Counts and measures the routes there are; who has none makes the visits pinned, if that is possible."""
    for v in range(len(s.lengths)):
        last = -FAR
        if s.lengths[v] == 0 and g.pin_ptr[v + 1] > g.pin_ptr[v]:
            for node in range(g.ptr[v], g.ptr[v + 1]):
                if g.pinned[node] and g.start[node] > last and s.lengths[v] < s.routes.shape[1]:
                    s.routes[v, s.lengths[v]] = node
                    s.lengths[v] += 1
                    last = g.start[node]
        if measured(g, f, s, v) == np.inf:
            s.lengths[v] = 0
        for node in s.routes[v, : s.lengths[v]]:
            s.present[f.post[f.node_slot[node]]] += 1


@njit(cache=True)
def added(g: Graph, f: Offer, s: State, v: int, node: int) -> float:
    """What a visit adds to a volunteer's day, -inf if it does not fit in."""
    n, route = s.lengths[v], s.routes[v]
    k = 0
    while k < n and g.start[route[k]] < g.start[node]:
        k += 1
    before, after = route[k - 1] if k > 0 else -1, route[k] if k < n else -1
    if n == len(route) or (before >= 0 and g.end[before] > g.start[node]):
        return -np.inf
    if (after >= 0 and g.end[node] > g.start[after]) or not fits(g, v, route, n, node):
        return -np.inf
    ways = way(g, f, v, before, node) + way(g, f, v, node, after) - s.reach[v, k]
    return f.value[node] - ways - f.workload * (g.recent[v] + n)


@njit(cache=True)
def swapped(g: Graph, f: Offer, s: State, v: int, q: int, node: int, rest: Ints) -> float:
    """What a visit adds in the place of the q-th of a volunteer's day, -inf if it does not fit in."""
    n, route = s.lengths[v], s.routes[v]
    rest[:q], rest[q : n - 1] = route[:q], route[q + 1 : n]
    k = 0
    while k < n - 1 and g.start[rest[k]] < g.start[node]:
        k += 1
    before, after = rest[k - 1] if k > 0 else -1, rest[k] if k < n - 1 else -1
    if before >= 0 and g.end[before] > g.start[node]:
        return -np.inf
    if (after >= 0 and g.end[node] > g.start[after]) or not fits(g, v, rest, n - 1, node):
        return -np.inf
    ways = way(g, f, v, before, node) + way(g, f, v, node, after) - s.reach[v, q] - s.reach[v, q + 1]
    if k != q:
        around = way(g, f, v, route[q - 1] if q > 0 else -1, route[q + 1] if q + 1 < n else -1)
        ways += around - s.reach[v, k if k < q else k + 1]
    return f.value[node] - f.value[route[q]] - ways


@njit(cache=True)
def lost(g: Graph, f: Offer, s: State, v: int, q: int) -> float:
    """What taking away the q-th visit of a volunteer's day costs, inf if the others cannot be without it."""
    n, route = s.lengths[v], s.routes[v]
    around = way(g, f, v, route[q - 1] if q > 0 else -1, route[q + 1] if q + 1 < n else -1)
    saved = s.reach[v, q] + s.reach[v, q + 1] - around
    return f.value[route[q]] - saved - f.workload * (g.recent[v] + n - 1)


@njit(cache=True)
def measured(g: Graph, f: Offer, s: State, v: int) -> float:
    """Finds the costs of a volunteer's ways; their sum."""
    n, before = s.lengths[v], -1
    for k in range(n + 1):
        after = s.routes[v, k] if k < n else -1
        s.reach[v, k] = way(g, f, v, before, after)
        before = after
    return float(np.sum(s.reach[v, : n + 1]))


@njit(cache=True)
def put(g: Graph, f: Offer, s: State, v: int, node: int) -> None:
    """Puts a visit into a volunteer's day; a pinned one takes the place of its like in another team's slot."""
    _remember(s, v)
    n, route = s.lengths[v], s.routes[v]
    s.present[f.post[f.node_slot[node]]] += 1
    if g.pinned[node]:
        for k in range(n):
            if g.request[route[k]] == g.request[node]:
                s.present[f.post[f.node_slot[route[k]]]] -= 1
                route[k] = node
        return
    k = n
    while k > 0 and g.start[route[k - 1]] > g.start[node]:
        route[k] = route[k - 1]
        k -= 1
    route[k] = node
    s.lengths[v] = n + 1
    measured(g, f, s, v)


@njit(cache=True)
def take(g: Graph, f: Offer, s: State, v: int, q: int) -> None:
    """Takes the q-th visit out of a volunteer's day."""
    _remember(s, v)
    n, route = s.lengths[v], s.routes[v]
    s.present[f.post[f.node_slot[route[q]]]] -= 1
    route[q : n - 1] = route[q + 1 : n].copy()
    s.lengths[v] = n - 1
    measured(g, f, s, v)


@njit(cache=True)
def undo(g: Graph, f: Offer, s: State, size: int) -> None:
    """Takes all changes back that are in the log after so many."""
    while s.size[0] > size:
        s.size[0] -= 1
        v, n = s.log[s.size[0], 0], s.log[s.size[0], 1]
        for node in s.routes[v, : s.lengths[v]]:
            s.present[f.post[f.node_slot[node]]] -= 1
        s.routes[v], s.lengths[v] = s.log[s.size[0], 2:], n
        for node in s.routes[v, :n]:
            s.present[f.post[f.node_slot[node]]] += 1
        measured(g, f, s, v)


@njit(cache=True)
def _remember(s: State, v: int) -> None:
    at = s.size[0]
    s.log[at, 0], s.log[at, 1] = v, s.lengths[v]
    s.log[at, 2:] = s.routes[v]
    s.size[0] = at + 1


@njit(cache=True)
def ways_home(g: Graph, f: Offer, s: State) -> Ints:
    """Whether each visit is reached by way of home [V, room]."""
    vias = np.zeros_like(s.routes)
    for v in range(len(s.lengths)):
        for k in range(1, s.lengths[v]):
            i, j = s.routes[v, k - 1], s.routes[v, k]
            vias[v, k] = cost(g, i, j, g.factor[v], f.travel, f.waiting, True, True)[1]
    return vias
