"""Listing: all routes worth at least so much, compiled (see `matcher.solver.worth`).

Routes that differ only in starts the master problem does not see (`Graph.group`) are listed once, the
best of them: the search goes over sequences of groups and carries the best worth of every start.
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
def _extend(
    g: Graph,
    members: Ints,
    value: Floats,
    nodes: Ints,
    profit: Floats,
    price: float,
    straight: Floats,
    home: Floats,
    way: int,
    extended: Floats,
    before: Ints,
    via: Ints,
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
    g: Graph,
    who: Ints,
    profit: Floats,
    floor: Floats,
    travel: float,
    waiting: float,
    workload: float,
    most_routes: int,
    steps: int,
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
        most = most_visits(g, v)
        if most == 0:
            continue
        nodes, _ = useful(g, v, profit, floor[v] - 1e-12, travel, workload, most)
        n = len(nodes)
        if n == 0:
            continue
        straight, home = arcs(g, v, nodes, travel, waiting)
        best = completions(g, v, nodes, profit, np.minimum(straight, home), travel, workload, most)
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
            if may_end(g, v, nodes[i]):
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
                if not fits(g, v, stack, depth, node):
                    continue
                value[depth, :] = -np.inf
                if depth == 0:
                    if way == 1:
                        continue
                    for j in members:
                        first = nodes[j]
                        if g.first[first] and pins_allow(g, v, -FAR, first):
                            value[0, j] = profit[first] - travel * g.out[first] - workload * g.recent[v]
                else:
                    price = workload * (g.recent[v] + depth)
                    _extend(
                        g,
                        members,
                        value[depth - 1],
                        nodes,
                        profit,
                        price,
                        straight,
                        home,
                        way if g.both else 2,
                        value[depth],
                        before[depth],
                        via[depth],
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
