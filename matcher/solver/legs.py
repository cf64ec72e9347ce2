"""A volunteer's day, compiled: ways between visits and what may follow what (docs/problem.md, A volunteer's tours)."""

import numpy as np
from numpy.typing import NDArray

from matcher.solver.graph import Graph
from matcher.solver.kernel import kernel, maker

Ints = NDArray[np.int64]
Floats = NDArray[np.float64]

FAR = 2**30
"""Seconds of a way that does not exist."""

LONGEST = 48
"""Most visits of a route."""


@kernel
def leg(g: Graph, a: int, b: int, factor: float) -> int:
    """Seconds between two places of the table, `FAR` where there is no way."""
    base = g.table[a, b]
    if base == np.inf:
        return FAR
    return max(int(np.floor(base * factor + 0.5 + 1e-6)), g.min_leg)


@kernel
def arc(g: Graph, i: int, j: int, factor: float, via: int) -> tuple[int, int]:
    """Travel and waiting seconds from node i to node j; travel is -1 where j cannot follow."""
    if g.request[i] == g.request[j] or g.start[j] < g.end[i]:
        return -1, 0
    if g.shift[i] != g.shift[j]:
        if via == 1 or not g.last[i] or not g.first[j] or g.turn[i] >= FAR:
            return -1, 0
        if g.start[j] - g.out[j] < g.end[i] + g.turn[i]:
            return -1, 0
        return g.back[i] + g.out[j], 0
    if via == 1:
        if not g.home_between or g.home[i] >= FAR or g.out[j] >= FAR:
            return -1, 0
        leave = g.start[j] - g.out[j]
        if leave < g.end[i] + g.home[i] or (not g.pinned[j] and leave < g.now):
            return -1, 0
        return g.home[i] + g.out[j], 0
    way = leg(g, g.finish[i], g.place[j], factor)
    leave = g.end[i] if g.pinned[j] else max(g.end[i], g.now)
    if way >= FAR or leave + way > g.start[j]:
        return -1, 0
    return way, g.start[j] - leave - way


@kernel
def pins_allow(g: Graph, v: int, after: int, node: int) -> bool:
    """Whether going on to `node` from a visit that started at `after` skips no pinned visit."""
    for p in range(g.pin_ptr[v], g.pin_ptr[v + 1]):
        start = g.pin_start[p]
        if after < start < g.start[node] or (start == g.start[node] and not g.pinned[node]):
            return False
    return True


@kernel
def may_end(g: Graph, v: int, i: int) -> bool:
    last_pin = g.pin_start[g.pin_ptr[v + 1] - 1] if g.pin_ptr[v + 1] > g.pin_ptr[v] else -FAR
    return bool(g.last[i]) and g.start[i] >= last_pin


@kernel
def fits(g: Graph, v: int, stack: Ints, depth: int, node: int) -> bool:
    """Whether a node may join the nodes stack[:depth] by request, day and minutes."""
    day, seconds, unpinned = 0, 0, 0
    for i in stack[:depth]:
        if g.request[i] == g.request[node]:
            return False
        if not g.pinned[i]:
            unpinned += 1
            seconds += g.end[i] - g.start[i]
            if g.day[i] == g.day[node]:
                day += 1
    if g.pinned[node]:
        return True
    for p in range(g.pin_ptr[v], g.pin_ptr[v + 1]):
        if g.pin_day[p] == g.day[node]:
            day += 1
    seconds += g.end[node] - g.start[node]
    return bool(unpinned < g.cap_requests[v] and day < g.cap_day[v] and seconds <= g.cap_seconds[v])


@kernel
def most_visits(g: Graph, v: int) -> int:
    """The most visits a route may have, at most `LONGEST`."""
    return min(_most(g, v), LONGEST)


@kernel
def _most(g: Graph, v: int) -> int:
    """The most visits of a volunteer, by requests, limits and time."""
    low, high = g.ptr[v], g.ptr[v + 1]
    if low == high:
        return 0
    days, requests, shortest, until = 1, 1, g.end[low] - g.start[low], g.end[low]
    for at in range(low + 1, high):
        days += g.day[at] != g.day[at - 1]
        requests += g.request[g.order[at]] != g.request[g.order[at - 1]]
        shortest, until = min(shortest, g.end[at] - g.start[at]), max(until, g.end[at])
    unpinned = min(g.cap_requests[v], days * g.cap_day[v], g.cap_seconds[v] // shortest)
    by_time = (until - g.start[low]) // shortest
    return int(max(0, min(unpinned + g.pin_ptr[v + 1] - g.pin_ptr[v], requests, by_time)))


@maker
def measure(g: Graph, who: Ints, ptr: Ints, nodes: Ints, vias: Ints) -> tuple[Ints, Ints]:
    """Travel and waiting seconds of each route: volunteer who[k], nodes[ptr[k]:ptr[k + 1]]."""
    travel, waiting = np.zeros(len(who), np.int64), np.zeros(len(who), np.int64)
    for k in range(len(who)):
        if ptr[k] == ptr[k + 1]:
            continue
        travel[k] = g.out[nodes[ptr[k]]] + g.back[nodes[ptr[k + 1] - 1]]
        for at in range(ptr[k] + 1, ptr[k + 1]):
            t, w = arc(g, nodes[at - 1], nodes[at], g.factor[who[k]], vias[at])
            travel[k] += t
            waiting[k] += w
    return travel, waiting


@maker
def legs(g: Graph, nodes: Ints, vias: Ints) -> tuple[Ints, Ints]:
    """Seconds of the way to each node of a route, and whether it starts at home (first of a tour or via home)."""
    travel, home = np.zeros(len(nodes), np.int64), np.ones(len(nodes), np.int64)
    travel[0] = g.out[nodes[0]]
    v = np.searchsorted(g.ptr, nodes[0], side="right") - 1
    for at in range(1, len(nodes)):
        i, j = nodes[at - 1], nodes[at]
        if g.shift[i] != g.shift[j]:
            travel[at] = g.out[j]
        else:
            travel[at] = arc(g, i, j, g.factor[v], vias[at])[0]
            home[at] = vias[at]
    return travel, home


def possible(g: Graph, ptr: Ints, nodes: Ints, vias: Ints) -> NDArray[np.bool_]:
    """Whether each route nodes[ptr[k]:ptr[k + 1]] of one volunteer keeps all that is said of routes."""
    found = np.zeros(len(ptr) - 1, dtype=np.bool_)
    _judge(g, ptr, nodes, vias, found)
    return found


@kernel
def _judge(g: Graph, ptr: Ints, nodes: Ints, vias: Ints, found: NDArray[np.bool_]) -> None:
    for k in range(len(found)):
        route, way = nodes[ptr[k] : ptr[k + 1]], vias[ptr[k] : ptr[k + 1]]
        v = np.searchsorted(g.ptr, route[0], side="right") - 1
        fine = len(route) <= most_visits(g, v) and g.first[route[0]] == 1 and may_end(g, v, route[-1])
        fine = fine and fits(g, v, route, 0, route[0]) and pins_allow(g, v, -FAR, route[0])
        for at in range(1, len(route)):
            i, j = route[at - 1], route[at]
            fine = fine and fits(g, v, route, at, j) and pins_allow(g, v, g.start[i], j)
            fine = fine and arc(g, i, j, g.factor[v], way[at])[0] >= 0
        found[k] = fine


@maker
def most_of_each(g: Graph) -> Ints:
    """No route of a volunteer has more visits than this [V]."""
    most = np.zeros(len(g.recent), np.int64)
    for v in range(len(most)):
        most[v] = _most(g, v)
    return most
