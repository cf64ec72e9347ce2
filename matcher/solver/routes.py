"""Routes of one volunteer: the compiled search that prices and enumerates them.

A route is a sequence of nodes in time order with, for each leg between two visits of a tour, the
choice straight (0) or by way of home (1). Its worth under given profits of nodes and rates of
travel, waiting (per second) and workload (per request) is

    sum of profits - travel * rate - waiting * rate - workload * rate.

For each volunteer, `_completions` computes by dynamic programming backwards in time the best that
can still follow a node when only time, the number of visits and pins are looked at. That is an upper
bound on every real completion, so a depth-first search that cuts with it is exact whatever the other
limits are, and where they do not bind its first dive already finds the best route.
"""

import numpy as np
from numba import njit, prange
from numpy.typing import NDArray

from matcher.solver.graph import Graph

Ints = NDArray[np.int64]
Floats = NDArray[np.float64]

FAR = 2**30
MOST_LAYERS = 8
"""Visits counted one by one in the bound; later ones share the last layer."""

LONGEST = 48
"""Most visits of a route."""

INF = np.inf


@njit(cache=True)
def _leg(g: Graph, a: int, b: int, factor: float) -> int:
    base = g.table[a, b]
    if base == np.inf:
        return FAR
    return max(int(np.floor(base * factor + 0.5 + 1e-6)), g.min_leg)


@njit(cache=True)
def _arc(g: Graph, i: int, j: int, factor: float, via: int) -> tuple[int, int]:
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
    way = _leg(g, g.finish[i], g.place[j], factor)
    leave = g.end[i] if g.pinned[j] else max(g.end[i], g.now)
    if way >= FAR or leave + way > g.start[j]:
        return -1, 0
    return way, g.start[j] - leave - way


@njit(cache=True)
def _pins_allow(g: Graph, v: int, after: int, node: int) -> bool:
    """Whether going on to `node` from a visit that started at `after` skips no pinned visit."""
    for p in range(g.pin_ptr[v], g.pin_ptr[v + 1]):
        start = g.pin_start[p]
        if after < start < g.start[node] or (start == g.start[node] and not g.pinned[node]):
            return False
    return True


@njit(cache=True)
def _may_end(g: Graph, v: int, i: int) -> bool:
    last_pin = g.pin_start[g.pin_ptr[v + 1] - 1] if g.pin_ptr[v + 1] > g.pin_ptr[v] else -FAR
    return bool(g.last[i]) and g.start[i] >= last_pin


@njit(cache=True)
def _arcs(g: Graph, v: int, travel: float, waiting: float) -> tuple[Floats, Floats]:
    """Cost of following node i by node j, straight and by way of home [n, n]; infinite where impossible."""
    low, n = g.ptr[v], g.ptr[v + 1] - g.ptr[v]
    straight, home = np.full((n, n), np.inf), np.full((n, n), np.inf)
    for i in range(n):
        for j in range(i + 1, n):
            if not _pins_allow(g, v, g.start[low + i], low + j):
                continue
            t, w = _arc(g, low + i, low + j, g.factor[v], 0)
            if t >= 0:
                straight[i, j] = travel * t + waiting * w
            t, w = _arc(g, low + i, low + j, g.factor[v], 1)
            if t >= 0:
                home[i, j] = travel * t
    return straight, home


@njit(cache=True)
def _completions(
    g: Graph, v: int, profit: Floats, cost: Floats, travel: float, workload: float, most: int
) -> Floats:
    """Best worth of what follows node i when it is visit number d + 1, [layers, n]; see the module's text."""
    low, n = g.ptr[v], g.ptr[v + 1] - g.ptr[v]
    layers = min(most, MOST_LAYERS)
    best = np.full((layers, n), -np.inf)
    for d in range(layers - 1, -1, -1):
        after = min(d + 1, layers - 1)
        price = workload * (g.recent[v] + d + 1)
        for i in range(n - 1, -1, -1):
            top = -travel * g.back[low + i] if _may_end(g, v, low + i) else -np.inf
            if d + 1 < most:
                for j in range(i + 1, n):
                    if cost[i, j] < np.inf:
                        top = max(top, profit[low + j] - cost[i, j] - price + best[after, j])
            best[d, i] = top
    return best


@njit(cache=True)
def _fits(g: Graph, v: int, stack: Ints, depth: int, j: int) -> bool:
    """Whether node j may join the nodes stack[:depth] by request, day and minutes."""
    low = g.ptr[v]
    day, seconds, unpinned = 0, 0, 0
    for d in range(depth):
        i = low + stack[d]
        if g.request[i] == g.request[low + j]:
            return False
        if not g.pinned[i]:
            unpinned += 1
            seconds += g.end[i] - g.start[i]
            if g.day[i] == g.day[low + j]:
                day += 1
    if g.pinned[low + j]:
        return True
    for p in range(g.pin_ptr[v], g.pin_ptr[v + 1]):
        if g.pin_day[p] == g.day[low + j]:
            day += 1
    seconds += g.end[low + j] - g.start[low + j]
    return bool(unpinned < g.cap_requests[v] and day < g.cap_day[v] and seconds <= g.cap_seconds[v])


@njit(cache=True)
def _most_visits(g: Graph, v: int) -> int:
    pins = g.pin_ptr[v + 1] - g.pin_ptr[v]
    n = g.ptr[v + 1] - g.ptr[v]
    return max(0, min(g.cap_requests[v] + pins, n, LONGEST))


@njit(cache=True)
def _search(
    g: Graph,
    v: int,
    first: int,
    worth: float,
    cutoff: float,
    profit: Floats,
    straight: Floats,
    home: Floats,
    best: Floats,
    travel: float,
    workload: float,
    steps: int,
    found: Ints,
    vias: Ints,
) -> tuple[float, int, int]:
    """The best route that starts at node `first`, if it is worth more than `cutoff`.

    worth: of the first visit with its way there. Returns (value, number of visits, steps left); the
    route is written to found and vias; 0 visits: none; steps left below 0: given up early.
    """
    low, n = g.ptr[v], g.ptr[v + 1] - g.ptr[v]
    layers, most = best.shape[0], _most_visits(g, v)
    stack, via = np.zeros(LONGEST, np.int64), np.zeros(LONGEST, np.int64)
    done, last = np.full(LONGEST, np.inf), np.zeros(LONGEST, np.int64)
    value = np.zeros(LONGEST)
    stack[0], value[0] = first, worth
    depth, length = 1, 0
    while depth > 0:
        i = stack[depth - 1]
        layer = min(depth - 1, layers - 1)
        if done[depth - 1] == np.inf and _may_end(g, v, low + i):
            total = value[depth - 1] - travel * g.back[low + i]
            if total > cutoff:
                cutoff, length = total, depth
                found[:depth], vias[:depth] = stack[:depth], via[:depth]
        limit, before, pick, top = done[depth - 1], last[depth - 1], -1, cutoff
        if depth < most and value[depth - 1] + best[layer, i] > cutoff:
            price = workload * (g.recent[v] + depth)
            after = min(depth, layers - 1)
            for j in range(i + 1, n):
                cost = min(straight[i, j], home[i, j])
                if cost == np.inf:
                    continue
                bound = value[depth - 1] + profit[low + j] - cost - price + best[after, j]
                open_yet = bound < limit or (bound == limit and j > before)
                if bound > top and open_yet and _fits(g, v, stack, depth, j):
                    pick, top = j, bound
            steps -= n - i
        if steps < 0:
            return cutoff, length, steps
        if pick < 0:
            done[depth - 1] = np.inf
            depth -= 1
            continue
        done[depth - 1], last[depth - 1] = top, pick
        cost = min(straight[i, pick], home[i, pick])
        via[depth] = 1 if home[i, pick] < straight[i, pick] else 0
        stack[depth] = pick
        value[depth] = value[depth - 1] + profit[low + pick] - cost - workload * (g.recent[v] + depth)
        done[depth] = np.inf
        depth += 1
    return cutoff, length, steps


@njit(cache=True)
def _price_one(
    g: Graph,
    v: int,
    profit: Floats,
    floor: float,
    travel: float,
    waiting: float,
    workload: float,
    steps: int,
    nodes: Ints,
    vias: Ints,
) -> tuple[float, int]:
    """Prices one volunteer: fills nodes and vias [M, LONGEST] with routes worth more than `floor`.

    Returns (an upper bound of the worth of all the volunteer's routes, steps used).
    """
    low, n, most = g.ptr[v], g.ptr[v + 1] - g.ptr[v], _most_visits(g, v)
    pins = g.pin_ptr[v + 1] - g.pin_ptr[v]
    nothing = 0.0 if pins == 0 else -np.inf
    if n == 0 or most == 0:
        return nothing, 0
    if pins == 0:
        tops = np.sort(profit[low : low + n])[::-1][:most]
        quick = np.sum(np.maximum(tops, 0.0))
        if quick <= floor:
            return quick, n
    straight, home = _arcs(g, v, travel, waiting)
    best = _completions(g, v, profit, np.minimum(straight, home), travel, workload, most)
    bounds = np.full(n, -np.inf)
    worth = np.zeros(n)
    for i in range(n):
        node = low + i
        if g.first[node] and _pins_allow(g, v, -FAR, node) and _fits(g, v, np.zeros(1, np.int64), 0, i):
            worth[i] = profit[node] - travel * g.out[node] - workload * g.recent[v]
            bounds[i] = worth[i] + best[0, i]
    left = steps
    routes = nodes.shape[0]
    values = np.full(routes, -np.inf)
    found, via = np.zeros(LONGEST, np.int64), np.zeros(LONGEST, np.int64)
    top = nothing
    for i in np.argsort(-bounds):
        slot = np.argmin(values)
        least = max(floor, values[slot])
        if bounds[i] <= least:
            top = max(top, min(bounds[i], least))
            break
        value, length, left = _search(
            g, v, i, worth[i], least, profit, straight, home, best, travel, workload, left, found, via
        )
        if left < 0:
            top = max(top, bounds[i])
            break
        top = max(top, value if length else min(bounds[i], least))
        if length:
            values[slot] = value
            nodes[slot, :] = -1
            nodes[slot, :length] = low + found[:length]
            vias[slot, :length] = via[:length]
    return top, (steps - left) + n * n * best.shape[0]


@njit(cache=True, parallel=True)
def price(
    g: Graph,
    who: Ints,
    profit: Floats,
    floor: Floats,
    travel: float,
    waiting: float,
    workload: float,
    routes: int,
    steps: int,
) -> tuple[Floats, Ints, Ints, Ints]:
    """The best routes of the volunteers `who`, each worth more than `floor` of that volunteer [V].

    Returns an upper bound of the worth of all routes of each [len(who)], nodes and vias of the routes
    [len(who), routes, LONGEST] (-1 after the last visit), and the steps used [len(who)]. At most
    `steps` steps are searched per volunteer; then the bound is still valid, but not tight.
    """
    bound = np.zeros(len(who))
    used = np.zeros(len(who), np.int64)
    nodes = np.full((len(who), routes, LONGEST), -1, np.int64)
    vias = np.zeros((len(who), routes, LONGEST), np.int64)
    for k in prange(len(who)):
        v = who[k]
        bound[k], used[k] = _price_one(
            g, v, profit, floor[v], travel, waiting, workload, steps, nodes[k], vias[k]
        )
    return bound, nodes, vias, used


@njit(cache=True)
def enumerate_routes(
    g: Graph, who: Ints, profit: Floats, floor: Floats, travel: float, waiting: float, workload: float, both: bool,
    most_routes: int, steps: int,
) -> tuple[Ints, Ints, Ints, bool, int]:
    """All routes of the volunteers `who` worth at least `floor` [V].

    With `both`, routes that differ only in straight or by way of home are all listed, else the better
    one. Returns route pointers, nodes, vias, whether the list is complete, and the steps used.
    """
    ptr = np.zeros(most_routes + 1, np.int64)
    nodes, vias = np.zeros(1024, np.int64), np.zeros(1024, np.int64)
    count, used = 0, 0
    stack, via, value = np.zeros(LONGEST, np.int64), np.zeros(LONGEST, np.int64), np.zeros(LONGEST)
    nxt = np.zeros(LONGEST, np.int64)
    for v in who:
        low, n, most = g.ptr[v], g.ptr[v + 1] - g.ptr[v], _most_visits(g, v)
        if n == 0 or most == 0:
            continue
        straight, home = _arcs(g, v, travel, waiting)
        best = _completions(g, v, profit, np.minimum(straight, home), travel, workload, most)
        used += n * n * best.shape[0]
        layers = best.shape[0]
        for first in range(n):
            node = low + first
            if not g.first[node] or not _pins_allow(g, v, -FAR, node) or not _fits(g, v, stack, 0, first):
                continue
            value[0] = profit[node] - travel * g.out[node] - workload * g.recent[v]
            if value[0] + best[0, first] < floor[v]:
                continue
            stack[0], depth, nxt[0] = first, 1, -1
            while depth > 0:
                i = stack[depth - 1]
                if nxt[depth - 1] < 0:
                    nxt[depth - 1] = 2 * (i + 1)
                    if _may_end(g, v, low + i) and value[depth - 1] - travel * g.back[low + i] >= floor[v]:
                        if count == most_routes:
                            return ptr[: count + 1], nodes, vias, False, used
                        at = ptr[count]
                        if at + depth > len(nodes):
                            nodes = np.concatenate((nodes, np.zeros(len(nodes), np.int64)))
                            vias = np.concatenate((vias, np.zeros(len(vias), np.int64)))
                        nodes[at : at + depth] = low + stack[:depth]
                        vias[at : at + depth] = via[:depth]
                        count += 1
                        ptr[count] = at + depth
                if used > steps:
                    return ptr[: count + 1], nodes, vias, False, used
                moved = False
                while depth < most and nxt[depth - 1] < 2 * n:
                    j, way = nxt[depth - 1] // 2, nxt[depth - 1] % 2
                    nxt[depth - 1] += 1
                    used += 1
                    cost, other = (home[i, j], straight[i, j]) if way else (straight[i, j], home[i, j])
                    if cost == np.inf or (not both and (other < cost or (other == cost and way))):
                        continue
                    gained = value[depth - 1] + profit[low + j] - cost - workload * (g.recent[v] + depth)
                    if gained + best[min(depth, layers - 1), j] < floor[v] or not _fits(g, v, stack, depth, j):
                        continue
                    stack[depth], via[depth], value[depth], nxt[depth] = j, way, gained, -1
                    depth += 1
                    moved = True
                    break
                if not moved:
                    depth -= 1
    return ptr[: count + 1], nodes[: ptr[count]], vias[: ptr[count]], True, used


@njit(cache=True)
def measure(g: Graph, who: Ints, ptr: Ints, nodes: Ints, vias: Ints) -> tuple[Ints, Ints]:
    """Travel and waiting seconds of each route: volunteer who[k], nodes[ptr[k]:ptr[k + 1]]."""
    travel, waiting = np.zeros(len(who), np.int64), np.zeros(len(who), np.int64)
    for k in range(len(who)):
        if ptr[k] == ptr[k + 1]:
            continue
        travel[k] = g.out[nodes[ptr[k]]] + g.back[nodes[ptr[k + 1] - 1]]
        for at in range(ptr[k] + 1, ptr[k + 1]):
            t, w = _arc(g, nodes[at - 1], nodes[at], g.factor[who[k]], vias[at])
            travel[k] += t
            waiting[k] += w
    return travel, waiting


@njit(cache=True)
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
            travel[at] = _arc(g, i, j, g.factor[v], vias[at])[0]
            home[at] = vias[at]
    return travel, home
