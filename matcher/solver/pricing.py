"""Pricing: the best routes of every volunteer, compiled (see `matcher.solver.worth`).

A route is a sequence of nodes in time order with, for each leg between two visits of a tour, the
choice straight (0) or by way of home (1).
"""

import numpy as np
from numba import njit
from numpy.typing import NDArray

from matcher.solver.graph import Graph
from matcher.solver.legs import FAR, LONGEST, fits, may_end, most_visits, pins_allow
from matcher.solver.worth import arcs, completions, useful

Ints = NDArray[np.int64]
Floats = NDArray[np.float64]


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
    n, layers, most = len(nodes), best.shape[0], most_visits(g, v)
    at, via = np.zeros(LONGEST, np.int64), np.zeros(LONGEST, np.int64)
    stack, value = np.zeros(LONGEST, np.int64), np.zeros(LONGEST)
    done, last = np.full(LONGEST, np.inf), np.zeros(LONGEST, np.int64)
    at[0], stack[0], value[0] = first, nodes[first], worth
    depth, length = 1, 0
    while depth > 0:
        i, d = at[depth - 1], depth - 1
        if done[d] == np.inf and may_end(g, v, nodes[i]):
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
                if bound > top and open_yet and fits(g, v, stack, depth, nodes[j]):
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
    most = most_visits(g, v)
    if most == 0:
        return 0.0, 0
    nodes, quick = useful(g, v, profit, floor, travel, workload, most)
    n = len(nodes)
    if n == 0:
        return max(0.0, min(floor, quick)), g.ptr[v + 1] - g.ptr[v]
    straight, home = arcs(g, v, nodes, travel, waiting)
    best = completions(g, v, nodes, profit, np.minimum(straight, home), travel, workload, most)
    bounds, worth = np.full(n, -np.inf), np.zeros(n)
    for i in range(n):
        node = nodes[i]
        if g.first[node] and pins_allow(g, v, -FAR, node) and fits(g, v, nodes, 0, node):
            worth[i] = profit[node] - travel * g.out[node] - workload * g.recent[v]
            bounds[i] = worth[i] + best[0, i]
    left = steps
    values = np.full(routes.shape[0], -np.inf)
    found, via = np.zeros(LONGEST, np.int64), np.zeros(LONGEST, np.int64)
    top = max(0.0, min(floor, quick))
    for i in np.argsort(-bounds):
        if bounds[i] <= max(floor, np.min(values)):
            break
        slot = _slot(g, routes, values, nodes[i])
        least = max(floor, values[slot])
        if bounds[i] <= least:
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
def _slot(g: Graph, routes: Ints, values: Floats, node: int) -> int:
    """Which route a better one from this node would replace: one from the same request, else the worst."""
    for k in range(len(values)):
        if values[k] > -np.inf and g.request[routes[k, 0]] == g.request[node]:
            return k
    return int(np.argmin(values))


@njit(cache=True)
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
    for k in range(len(who)):
        v = who[k]
        bound[k], used[k] = _price_one(g, v, profit, floor[v], travel, waiting, workload, steps, nodes[k], vias[k])
    return bound, nodes, vias, used
