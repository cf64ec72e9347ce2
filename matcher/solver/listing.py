"""Listing: all routes worth at least so much, compiled (see `matcher.solver.worth`).

Routes that differ only in starts the master problem does not see (`Graph.group`) are listed once, the
best of them: the search goes over sequences of groups and carries the best worth of every start.
"""

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from matcher.solver.graph import Graph
from matcher.solver.kernel import kernel, maker
from matcher.solver.legs import LONGEST, fits
from matcher.solver.loads import Load
from matcher.solver.worth import ALL, Outlook, cost, outlook

Ints = NDArray[np.int64]
Floats = NDArray[np.float64]


class Trail(NamedTuple):
    """Where a depth-first search over sequences of groups stands.

    members, ptr: nodes of an outlook by group [n], and where each group starts. following: what is tried next
    after so many visits. group, stack: group and one node of each visit. value: best worth of a sequence
    that ends with a node [most, n], without the way back; only the entries of the visit's group are set.
    before, via: the node before it, and the way from there.
    """

    members: Ints
    ptr: Ints
    following: Ints
    group: Ints
    stack: Ints
    value: Floats
    before: Ints
    via: Ints


@maker
def _trail(g: Graph, o: Outlook) -> Trail:
    """A search that has not begun."""
    group, size = g.group[o.nodes], (len(o.visit), len(o.nodes))
    members = np.argsort(group, kind="mergesort")
    opens = np.searchsorted(group[members], np.unique(group))
    return Trail(
        members,
        np.append(opens, len(members)),
        np.zeros(LONGEST + 1, np.int64),
        np.zeros(LONGEST, np.int64),
        np.zeros(LONGEST, np.int64),
        np.empty(size),
        np.zeros(size, np.int64),
        np.zeros(size, np.int64),
    )


@kernel
def _extend(
    g: Graph, o: Outlook, t: Trail, depth: int, to: int, way: int, factor: float, travel: float, waiting: float
) -> int:
    """Sets the worth of going on to each node of a group as visit `depth`, and the best node before each.

    way: with `g.both`, 0 for straight only and 1 for by way of home only. Returns the steps used.
    """
    members = t.members[t.ptr[to] : t.ptr[to + 1]]
    if depth == 0:
        for j in members:
            t.value[0, j] = o.begin[j] + o.profit[j] - o.visit[0]
        return len(members)
    last = t.group[depth - 1]
    behind = t.members[t.ptr[last] : t.ptr[last + 1]]
    for j in members:
        best = -np.inf
        for i in behind:
            if t.value[depth - 1, i] > -np.inf:
                price, via = cost(
                    g, o.nodes[i], o.nodes[j], factor, travel, waiting, not g.both or way == 0, not g.both or way == 1
                )
                worth = t.value[depth - 1, i] - price
                if worth > best:
                    best, t.before[depth, j], t.via[depth, j] = worth, i, via
        t.value[depth, j] = best + o.profit[j] - o.visit[depth]
    return 4 * len(members) * len(behind)


@kernel
def _next_route(
    g: Graph, v: int, o: Outlook, t: Trail, depth: int, floor: float, travel: float, waiting: float, steps: int
) -> tuple[int, int, int]:
    """Goes on with a search from so many visits to the next sequence of groups worth at least `floor`.

    Returns its number of visits, its last node and the steps used; 0 visits where the search is over or has
    used more than `steps`.
    """
    ways, used, layers = 2 if g.both else 1, 0, o.best.shape[0]
    while depth >= 0 and used <= steps:
        if depth == len(o.visit) or t.following[depth] == ways * (len(t.ptr) - 1):
            depth -= 1
            continue
        to, way = t.following[depth] // ways, t.following[depth] % ways
        t.following[depth] += 1
        members = t.members[t.ptr[to] : t.ptr[to + 1]]
        used += 1
        if (depth == 0 and way == 1) or not fits(g, v, t.stack, depth, o.nodes[members[0]]):
            continue
        used += _extend(g, o, t, depth, to, way, g.factor[v], travel, waiting)
        most, worth, last = -np.inf, -np.inf, -1
        for j in members:
            most = max(most, t.value[depth, j] + o.best[min(depth, layers - 1), j])
            if t.value[depth, j] + o.end[j] > worth:
                worth, last = t.value[depth, j] + o.end[j], j
        if most == -np.inf or most < floor:
            continue
        t.group[depth], t.stack[depth] = to, o.nodes[members[0]]
        depth += 1
        t.following[depth] = 0
        if last >= 0 and worth >= floor:
            return depth, last, used
    return 0, -1, used


@maker
def enumerate_routes(
    g: Graph,
    who: Ints,
    profit: Floats,
    floor: Floats,
    travel: float,
    waiting: float,
    load: Load,
    most_routes: int,
    steps: int,
) -> tuple[Ints, Ints, Ints, bool, int]:
    """All routes of the volunteers `who` worth at least `floor` [V], the best one of each sequence of groups.

    With `g.both`, also every choice of straight or by way of home. Returns route pointers, nodes, vias,
    whether the list is complete (at most `most_routes`, and about `steps` steps), and the steps used.
    """
    ptr = np.zeros(most_routes + 1, np.int64)
    nodes, vias = np.zeros(1024, np.int64), np.zeros(1024, np.int64)
    count, used, complete = 0, 0, True
    for v in who:
        o, _, taken = outlook(g, v, profit, floor[v] - 1e-12, travel, waiting, load, ALL)
        used += taken
        t = _trail(g, o)
        depth, last, taken = _next_route(g, v, o, t, 0, floor[v], travel, waiting, steps - used)
        used += taken
        while depth > 0:
            complete = count < most_routes
            if not complete:
                break
            to = ptr[count]
            if to + depth > len(nodes):
                nodes, vias = np.append(nodes, np.zeros_like(nodes)), np.append(vias, np.zeros_like(vias))
            for d in range(depth - 1, -1, -1):
                nodes[to + d], vias[to + d] = o.nodes[last], t.via[d, last]
                last = t.before[d, last]
            count += 1
            ptr[count] = to + depth
            depth, last, taken = _next_route(g, v, o, t, depth, floor[v], travel, waiting, steps - used)
            used += taken
        complete = complete and used <= steps
        if not complete:
            break
    return ptr[: count + 1], nodes[: ptr[count]], vias[: ptr[count]], complete, used
