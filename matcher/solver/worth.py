"""What a volunteer's visits can be worth: useful nodes, cost of following, bound on what follows.

Under given profits of nodes and rates of travel, waiting (per second) and workload (per request), a
route is worth

    sum of profits - travel * rate - waiting * rate - workload * rate.

`completions` computes by dynamic programming backwards in time the best that can still follow a node
when only time, the number of visits and pins are looked at: an upper bound on every real completion.
A depth-first search that cuts with it is exact whatever the other limits are, and where they do not
bind its first dive already finds the best route.
"""

import numpy as np
from numba import njit
from numpy.typing import NDArray

from matcher.solver.graph import Graph
from matcher.solver.legs import arc, leg, may_end, pins_allow

Ints = NDArray[np.int64]
Floats = NDArray[np.float64]

MOST_LAYERS = 8
"""Visits counted one by one in the bound; later ones share the last layer."""


@njit(cache=True)
def useful(
    g: Graph, v: int, profit: Floats, floor: float, travel: float, workload: float, most: int
) -> tuple[Ints, float]:
    """Nodes that can be on a route worth more than `floor`, and a bound of every route's worth.

    A route's worth is at most the sum of its best profits, one per request, less the way to its
    furthest visit and back (triangle inequality; each leg is rounded by at most half a second, and an
    escort carries the volunteer from its start to its end for nothing).
    """
    low, high = g.ptr[v], g.ptr[v + 1]
    if g.pin_ptr[v + 1] > g.pin_ptr[v] or floor == -np.inf:
        return np.arange(low, high), np.inf
    request, best, carried = np.empty(high - low, np.int64), np.empty(high - low), np.empty(high - low)
    count = 0
    for node in range(low, high):
        k = 0
        while k < count and request[k] != g.request[node]:
            k += 1
        if k == count:
            request[k], best[k] = g.request[node], 0.0
            here, there = g.place[node], g.finish[node]
            carried[k] = 0.0 if here == there else leg(g, here, there, g.factor[v])
            count += 1
        best[k] = max(best[k], profit[node])
    top = np.sort(best[:count])[::-1][:most]
    others = np.sum(top[: most - 1]) - workload * g.recent[v]
    slack = travel * (most + 2 + np.sum(np.sort(carried[:count])[::-1][: most - 1]))
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
def arcs(g: Graph, v: int, nodes: Ints, travel: float, waiting: float) -> tuple[Floats, Floats]:
    """Cost of following nodes[i] by nodes[j], straight and by way of home [n, n]; infinite where impossible."""
    n = len(nodes)
    straight, home = np.full((n, n), np.inf), np.full((n, n), np.inf)
    for i in range(n):
        for j in range(i + 1, n):
            if not pins_allow(g, v, g.start[nodes[i]], nodes[j]):
                continue
            t, w = arc(g, nodes[i], nodes[j], g.factor[v], 0)
            if t >= 0:
                straight[i, j] = travel * t + waiting * w
            t, w = arc(g, nodes[i], nodes[j], g.factor[v], 1)
            if t >= 0:
                home[i, j] = travel * t
    return straight, home


@njit(cache=True)
def completions(
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
            top = -travel * g.back[nodes[i]] if may_end(g, v, nodes[i]) else -np.inf
            if d + 1 < most:
                for j in range(i + 1, n):
                    if cost[i, j] < np.inf:
                        top = max(top, profit[nodes[j]] - cost[i, j] - price + best[after, j])
            best[d, i] = top
    return best
