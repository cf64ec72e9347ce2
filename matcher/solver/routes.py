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
def _useful(
    g: Graph, v: int, profit: Floats, floor: float, travel: float, workload: float, most: int
) -> tuple[Ints, float]:
    """Nodes that can be on a route worth more than `floor`, and a bound of every route's worth.

    A route's worth is at most the sum of its best profits, one per request, less the way to its
    furthest visit and back (triangle inequality; each leg is rounded by at most half a second).
    """
    low, high = g.ptr[v], g.ptr[v + 1]
    if g.pin_ptr[v + 1] > g.pin_ptr[v] or floor == -np.inf:
        return np.arange(low, high), np.inf
    request, best = np.empty(high - low, np.int64), np.empty(high - low)
    count = 0
    for node in range(low, high):
        k = 0
        while k < count and request[k] != g.request[node]:
            k += 1
        if k == count:
            request[k], best[k] = g.request[node], 0.0
            count += 1
        best[k] = max(best[k], profit[node])
    top = np.sort(best[:count])[::-1][:most]
    others = np.sum(top[: most - 1]) - workload * g.recent[v]
    slack = travel * (most + 2)
    kept, bound = 0, 0.0
    nodes = np.empty(high - low, np.int64)
    for node in range(low, high):
        way = travel * (g.out[node] + g.back[node]) if g.metric else 0.0
        worth = profit[node] + others - way + slack
        bound = max(bound, worth)
        if worth > floor:
            nodes[kept] = node
            kept += 1
    return nodes[:kept], bound


@njit(cache=True)
def _arcs(g: Graph, v: int, nodes: Ints, travel: float, waiting: float) -> tuple[Floats, Floats]:
    """Cost of following nodes[i] by nodes[j], straight and by way of home [n, n]; infinite where impossible."""
    n = len(nodes)
    straight, home = np.full((n, n), np.inf), np.full((n, n), np.inf)
    for i in range(n):
        for j in range(i + 1, n):
            if not _pins_allow(g, v, g.start[nodes[i]], nodes[j]):
                continue
            t, w = _arc(g, nodes[i], nodes[j], g.factor[v], 0)
            if t >= 0:
                straight[i, j] = travel * t + waiting * w
            t, w = _arc(g, nodes[i], nodes[j], g.factor[v], 1)
            if t >= 0:
                home[i, j] = travel * t
    return straight, home


@njit(cache=True)
def _completions(
    g: Graph, v: int, nodes: Ints, profit: Floats, cost: Floats, travel: float, workload: float, most: int
) -> Floats:
    """Best worth of what follows nodes[i] when it is visit number d + 1, [layers, n]; see the module's text."""
    n = len(nodes)
    layers = min(most, MOST_LAYERS)
    best = np.full((layers, n), -np.inf)
    for d in range(layers - 1, -1, -1):
        after = min(d + 1, layers - 1)
        price = workload * (g.recent[v] + d + 1)
        for i in range(n - 1, -1, -1):
            top = -travel * g.back[nodes[i]] if _may_end(g, v, nodes[i]) else -np.inf
            if d + 1 < most:
                for j in range(i + 1, n):
                    if cost[i, j] < np.inf:
                        top = max(top, profit[nodes[j]] - cost[i, j] - price + best[after, j])
            best[d, i] = top
    return best


@njit(cache=True)
def _fits(g: Graph, v: int, stack: Ints, depth: int, node: int) -> bool:
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


@njit(cache=True)
def _most_visits(g: Graph, v: int) -> int:
    pins = g.pin_ptr[v + 1] - g.pin_ptr[v]
    n = g.ptr[v + 1] - g.ptr[v]
    return max(0, min(g.cap_requests[v] + pins, n, LONGEST))


@njit(cache=True)
def _search(
    g: Graph,
    v: int,
    nodes: Ints,
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
    """The best route that starts at nodes[first], if it is worth more than `cutoff`.

    worth: of the first visit with its way there. Returns (value, number of visits, steps left); the
    route is written to found and vias; 0 visits: none; steps left below 0: given up early. Children
    of a node are taken by falling bound, then by index.
    """
    n, layers, most = len(nodes), best.shape[0], _most_visits(g, v)
    at, via = np.zeros(LONGEST, np.int64), np.zeros(LONGEST, np.int64)
    stack, value = np.zeros(LONGEST, np.int64), np.zeros(LONGEST)
    done, last = np.full(LONGEST, np.inf), np.zeros(LONGEST, np.int64)
    at[0], stack[0], value[0] = first, nodes[first], worth
    depth, length = 1, 0
    while depth > 0:
        i, d = at[depth - 1], depth - 1
        if done[d] == np.inf and _may_end(g, v, nodes[i]):
            total = value[d] - travel * g.back[nodes[i]]
            if total > cutoff:
                cutoff, length = total, depth
                found[:depth], vias[:depth] = stack[:depth], via[:depth]
        pick, top = -1, cutoff
        price = workload * (g.recent[v] + depth)
        if depth < most and value[d] + best[min(d, layers - 1), i] > cutoff:
            for j in range(i + 1, n):
                cost = min(straight[i, j], home[i, j])
                if cost == np.inf:
                    continue
                bound = value[d] + profit[nodes[j]] - cost - price + best[min(depth, layers - 1), j]
                open_yet = bound < done[d] or (bound == done[d] and j > last[d])
                if bound > top and open_yet and _fits(g, v, stack, depth, nodes[j]):
                    pick, top = j, bound
            steps -= n - i
        if steps < 0:
            return cutoff, length, steps
        if pick < 0:
            depth -= 1
            continue
        done[d], last[d] = top, pick
        cost = min(straight[i, pick], home[i, pick])
        via[depth] = 1 if home[i, pick] < straight[i, pick] else 0
        at[depth], stack[depth] = pick, nodes[pick]
        value[depth] = value[d] + profit[nodes[pick]] - cost - price
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
    routes: Ints,
    vias: Ints,
) -> tuple[float, int]:
    """Prices one volunteer: fills routes and vias [M, LONGEST] with routes worth more than `floor`.

    Returns (an upper bound of the worth of all the volunteer's routes, steps used).
    """
    most = _most_visits(g, v)
    if most == 0:
        return 0.0, 0
    nodes, quick = _useful(g, v, profit, floor, travel, workload, most)
    n = len(nodes)
    if n == 0:
        return max(0.0, min(floor, quick)), g.ptr[v + 1] - g.ptr[v]
    straight, home = _arcs(g, v, nodes, travel, waiting)
    best = _completions(g, v, nodes, profit, np.minimum(straight, home), travel, workload, most)
    bounds, worth = np.full(n, -np.inf), np.zeros(n)
    for i in range(n):
        node = nodes[i]
        if g.first[node] and _pins_allow(g, v, -FAR, node) and _fits(g, v, nodes, 0, node):
            worth[i] = profit[node] - travel * g.out[node] - workload * g.recent[v]
            bounds[i] = worth[i] + best[0, i]
    left = steps
    values = np.full(routes.shape[0], -np.inf)
    found, via = np.zeros(LONGEST, np.int64), np.zeros(LONGEST, np.int64)
    top = max(0.0, min(floor, quick))
    for i in np.argsort(-bounds):
        slot = np.argmin(values)
        least = max(floor, values[slot])
        if bounds[i] <= least:
            break
        if _begun(g, routes, values, nodes[i]):
            continue
        value, length, left = _search(
            g, v, nodes, i, worth[i], least, profit, straight, home, best, travel, workload, left, found, via
        )
        if left < 0:
            top = max(top, bounds[i])
            break
        if length:
            top = max(top, value)
            values[slot] = value
            routes[slot, :] = -1
            routes[slot, :length] = found[:length]
            vias[slot, :length] = via[:length]
    return top, (steps - left) + n * n * best.shape[0]


@njit(cache=True)
def _begun(g: Graph, routes: Ints, values: Floats, node: int) -> bool:
    """Whether one of the routes found begins with the node's request, at another start."""
    for k in range(len(values)):
        if values[k] > -np.inf and g.request[routes[k, 0]] == g.request[node]:
            return True
    return False


@njit(cache=True, parallel=True)
def price(
    g: Graph,
    who: Ints,
    profit: Floats,
    floor: Floats,
    travel: float,
    waiting: float,
    workload: float,
    most_routes: int,
    steps: int,
) -> tuple[Floats, Ints, Ints, Ints]:
    """The best routes of the volunteers `who`, each worth more than `floor` of that volunteer [V].

    Returns an upper bound of the worth of all routes of each [len(who)], nodes and vias of the routes
    [len(who), most_routes, LONGEST] (-1 after the last visit), and the steps used [len(who)]. At most
    `steps` steps are searched per volunteer; then the bound is still valid, but not tight.
    """
    bound = np.zeros(len(who))
    used = np.zeros(len(who), np.int64)
    nodes = np.full((len(who), most_routes, LONGEST), -1, np.int64)
    vias = np.zeros((len(who), most_routes, LONGEST), np.int64)
    for k in prange(len(who)):
        v = who[k]
        bound[k], used[k] = _price_one(
            g, v, profit, floor[v], travel, waiting, workload, steps, nodes[k], vias[k]
        )
    return bound, nodes, vias, used


@njit(cache=True)
def _extend(
    g: Graph, members: Ints, value: Floats, nodes: Ints, profit: Floats, price: float, straight: Floats, home: Floats,
    way: int, extended: Floats, before: Ints, via: Ints,
) -> None:
    """Worth of going on from any node of a group (value [n]) to each of `members`, the best predecessor of each.

    way: 0 or 1 for that way only, 2 for the better one.
    """
    for j in members:
        extended[j] = -np.inf
        for i in range(j):
            if value[i] == -np.inf:
                continue
            a = straight[i, j] if way != 1 else np.inf
            b = home[i, j] if way != 0 else np.inf
            worth = value[i] - min(a, b)
            if worth > extended[j]:
                extended[j], before[j], via[j] = worth, i, 1 if b < a else 0
        extended[j] += profit[nodes[j]] - price


@njit(cache=True)
def enumerate_routes(
    g: Graph, who: Ints, profit: Floats, floor: Floats, travel: float, waiting: float, workload: float,
    most_routes: int, steps: int,
) -> tuple[Ints, Ints, Ints, bool, int]:
    """All routes of the volunteers `who` worth at least `floor` [V], the best one of each sequence of groups.

    With `g.both`, also every choice of straight or by way of home. Returns route pointers, nodes, vias,
    whether the list is complete, and the steps used.
    """
    ptr = np.zeros(most_routes + 1, np.int64)
    listed, listed_vias = np.zeros(1024, np.int64), np.zeros(1024, np.int64)
    count, used = 0, 0
    stack, following, way_of = np.zeros(LONGEST, np.int64), np.zeros(LONGEST, np.int64), np.zeros(LONGEST, np.int64)
    ways = 2 if g.both else 1
    for v in who:
        most = _most_visits(g, v)
        if most == 0:
            continue
        nodes, _ = _useful(g, v, profit, floor[v] - 1e-12, travel, workload, most)
        n = len(nodes)
        if n == 0:
            continue
        straight, home = _arcs(g, v, nodes, travel, waiting)
        best = _completions(g, v, nodes, profit, np.minimum(straight, home), travel, workload, most)
        layers = best.shape[0]
        used += n * n * layers
        group_of = g.group[nodes]
        groups = np.unique(group_of)
        order = np.argsort(group_of, kind="mergesort")
        start = np.searchsorted(group_of[order], groups)
        start = np.append(start, n)
        value = np.full((min(most, LONGEST) + 1, n), -np.inf)
        before, via = np.zeros(value.shape, np.int64), np.zeros(value.shape, np.int64)
        ends = np.full(n, -np.inf)
        for i in range(n):
            if _may_end(g, v, nodes[i]):
                ends[i] = -travel * g.back[nodes[i]]
        depth = 0
        following[0] = 0
        while depth >= 0:
            deeper = False
            while depth < most and following[depth] < ways * len(groups) and not deeper:
                k, way = following[depth] // ways, following[depth] % ways
                following[depth] += 1
                members = order[start[k] : start[k + 1]]
                node = nodes[members[0]]
                if not _fits(g, v, stack, depth, node):
                    continue
                value[depth, :] = -np.inf
                if depth == 0:
                    if way == 1:
                        continue
                    for j in members:
                        first = nodes[j]
                        if g.first[first] and _pins_allow(g, v, -FAR, first):
                            value[0, j] = profit[first] - travel * g.out[first] - workload * g.recent[v]
                else:
                    price = workload * (g.recent[v] + depth)
                    _extend(
                        g, members, value[depth - 1], nodes, profit, price, straight, home, way if g.both else 2,
                        value[depth], before[depth], via[depth],
                    )
                used += n * len(members)
                most_worth = np.max(value[depth] + best[min(depth, layers - 1)])
                if most_worth > -np.inf and most_worth >= floor[v]:
                    stack[depth], way_of[depth] = node, way
                    depth += 1
                    following[depth] = 0
                    deeper = True
                    last = np.argmax(value[depth - 1] + ends)
                    worth = value[depth - 1, last] + ends[last]
                    if worth > -np.inf and worth >= floor[v]:
                        if count == most_routes:
                            return ptr[: count + 1], listed, listed_vias, False, used
                        to = ptr[count]
                        if to + depth > len(listed):
                            listed = np.concatenate((listed, np.zeros(len(listed), np.int64)))
                            listed_vias = np.concatenate((listed_vias, np.zeros(len(listed_vias), np.int64)))
                        for d in range(depth - 1, -1, -1):
                            listed[to + d], listed_vias[to + d] = nodes[last], via[d, last]
                            last = before[d, last]
                        count += 1
                        ptr[count] = to + depth
                if used > steps:
                    return ptr[: count + 1], listed, listed_vias, False, used
            if not deeper:
                depth -= 1
    return ptr[: count + 1], listed[: ptr[count]], listed_vias[: ptr[count]], True, used


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
