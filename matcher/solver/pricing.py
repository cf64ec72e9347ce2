"""Pricing: the best routes of every volunteer, compiled (see `matcher.solver.worth`).

A route is a sequence of nodes in time order with, for each leg between two visits of a tour, the
choice straight (0) or by way of home (1).
"""

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from matcher.solver.graph import Graph
from matcher.solver.kernel import kernel, maker
from matcher.solver.legs import LONGEST, fits
from matcher.solver.loads import Load
from matcher.solver.worth import Outlook, cost, outlook

Ints = NDArray[np.int64]
Floats = NDArray[np.float64]


class Room(NamedTuple):
    """Room for a search: what may come after each visit of the stack, and a bound of the whole route's worth.

    child, bound: [most, n]. many: how many there are [most]. place: where a node was put [n].
    """

    child: Ints
    bound: Floats
    many: Ints
    place: Ints


@kernel
def _children(
    g: Graph, v: int, o: Outlook, i: int, stack: Ints, depth: int, value: float, cutoff: float, room: Room
) -> int:
    """Finds what may come after node i, the end of stack[:depth], in a route worth more than `cutoff`.

    value: of the stack, without a way back. Returns the steps used.
    """
    n, count = len(o.nodes), 0
    steps = int(o.links.high[i] - o.links.low[i])
    best, tail = o.best[min(depth, len(o.best) - 1)], o.tail[min(depth, len(o.best) - 1)]
    child, bound = room.child[depth], room.bound[depth]
    for k in range(o.links.low[i], o.links.high[i]):
        to, worth = o.links.to[k], value - o.visit[depth] + o.links.worth[k]
        low = to % n
        if worth + tail[to] <= cutoff or not fits(g, v, stack, depth, o.nodes[low]):
            continue
        for j in range(low, o.close[low]):
            rest = o.profit[j] + best[j]
            top = worth + (rest - o.wait[j] if to < n else rest)
            if top <= cutoff:
                continue
            at = room.place[j]
            if at < count and child[at] == j:
                bound[at] = max(bound[at], top)
            else:
                child[count], bound[count], room.place[j] = j, top, count
                count += 1
        steps += o.close[low] - low
    room.many[depth] = count
    return steps


@kernel
def _next_child(nodes: Ints, child: Ints, bound: Floats, cutoff: float) -> int:
    """Takes the child of highest bound, then of lowest node; -1 if none has a bound of more than `cutoff`."""
    best, top = -1, cutoff
    for k in range(len(child)):
        if bound[k] > top or (best >= 0 and bound[k] == top and nodes[child[k]] < nodes[child[best]]):
            best, top = k, bound[k]
    if best < 0:
        return -1
    bound[best] = -np.inf
    return int(child[best])


@maker
def _search(
    g: Graph,
    v: int,
    o: Outlook,
    first: int,
    cutoff: float,
    travel: float,
    waiting: float,
    steps: int,
    room: Room,
    found: Ints,
    vias: Ints,
) -> tuple[float, int, int]:
    """The best route that starts at node `first`, if it is worth more than `cutoff`.

    Returns (value, number of visits, steps left); the route is written to found and vias; 0 visits: none;
    steps left below 0: given up early. Children of a node are taken by falling bound, then by index.
    """
    at, via = np.zeros(LONGEST, np.int64), np.zeros(LONGEST, np.int64)
    stack, value = np.zeros(LONGEST, np.int64), np.zeros(LONGEST)
    at[0], stack[0], value[0] = first, o.nodes[first], o.begin[first] + o.profit[first] - o.visit[0]
    depth, length = 1, 0
    fresh = True
    while depth > 0 and steps >= 0:
        i, total = at[depth - 1], value[depth - 1]
        if fresh:
            if total + o.end[i] > cutoff:
                cutoff, length = total + o.end[i], depth
                found[:depth], vias[:depth] = stack[:depth], via[:depth]
            if depth < len(o.visit):
                steps -= _children(g, v, o, i, stack, depth, total, cutoff, room)
        pick = -1
        if depth < len(o.visit):
            count = room.many[depth]
            pick = _next_child(o.nodes, room.child[depth, :count], room.bound[depth, :count], cutoff)
            steps -= count
        fresh = pick >= 0
        if not fresh:
            depth -= 1
            continue
        price, via[depth] = cost(g, o.nodes[i], o.nodes[pick], g.factor[v], travel, waiting, True, True)
        at[depth], stack[depth] = pick, o.nodes[pick]
        value[depth] = total + o.profit[pick] - price - o.visit[depth]
        depth += 1
    return cutoff, length, steps


@maker
def price_one(
    g: Graph,
    v: int,
    profit: Floats,
    floor: float,
    travel: float,
    waiting: float,
    load: Load,
    steps: int,
    crowd: int,
    routes: Ints,
    vias: Ints,
) -> tuple[float, int]:
    """Prices one volunteer: fills routes and vias [M, LONGEST] with routes worth more than `floor`.

    Returns (an upper bound of the worth of all the volunteer's routes, steps used).
    """
    o, quick, used = outlook(g, v, profit, floor, travel, waiting, load, crowd)
    n, most = len(o.nodes), len(o.visit)
    top = max(0.0, min(floor, quick))
    if n == 0:
        return top, used
    bounds = o.begin + o.profit - o.visit[0] + o.best[0]
    left = steps
    values = np.full(routes.shape[0], -np.inf)
    room = Room(np.empty((most, n), np.int64), np.empty((most, n)), np.zeros(most, np.int64), np.zeros(n, np.int64))
    found, via = np.zeros(LONGEST, np.int64), np.zeros(LONGEST, np.int64)
    good = np.flatnonzero(bounds > floor)
    for i in good[np.argsort(-bounds[good], kind="mergesort")]:
        if bounds[i] <= np.min(values):
            break
        slot = _slot(g, routes, values, o.nodes[i])
        least = max(floor, values[slot])
        if bounds[i] <= least or not fits(g, v, o.nodes, 0, o.nodes[i]):
            continue
        value, length, left = _search(g, v, o, i, least, travel, waiting, left, room, found, via)
        if length:
            top = max(top, value)
            values[slot] = value
            routes[slot, :] = -1
            routes[slot, :length] = found[:length]
            vias[slot, :length] = via[:length]
        if left < 0:
            top = max(top, bounds[i])
            break
    return top, used + steps - left


@kernel
def _slot(g: Graph, routes: Ints, values: Floats, node: int) -> int:
    """Which route a better one from this node would replace: one from the same request, else the worst."""
    for k in range(len(values)):
        if values[k] > -np.inf and g.request[routes[k, 0]] == g.request[node]:
            return k
    return int(np.argmin(values))


@maker
def price(
    g: Graph,
    who: Ints,
    profit: Floats,
    floor: Floats,
    travel: float,
    waiting: float,
    load: Load,
    most_routes: Ints,
    steps: int,
    crowd: int,
) -> tuple[Floats, Ints, Ints, Ints]:
    """The best routes of the volunteers `who`, each worth more than `floor` of that volunteer [V].

    Returns an upper bound of the worth of all routes of each [len(who)], nodes and vias of at most `most_routes`
    [len(who)] routes of each [sum of most_routes, LONGEST] (-1 after the last visit), and the steps used [len(who)]. At
    most `steps` steps are searched for a route; when they are used up, the bound is still valid, but not tight. Looks
    at the best `crowd` nodes of each only; where somebody has more, it is no bound.
    """
    bound = np.zeros(len(who))
    used = np.zeros(len(who), np.int64)
    end = np.cumsum(most_routes)
    nodes = np.full((end[-1] if len(end) else 0, LONGEST), -1, np.int64)
    vias = np.zeros(nodes.shape, np.int64)
    for k in range(len(who)):
        v, most = who[k], most_routes[k]
        rows = slice(end[k] - most, end[k])
        bound[k], used[k] = price_one(
            g, v, profit, floor[v], travel, waiting, load, steps * most, crowd, nodes[rows], vias[rows]
        )
    return bound, nodes, vias, used
