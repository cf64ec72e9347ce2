"""What a volunteer's visits can be worth: useful nodes, what can follow them, bound on all that follows.

Under given profits of nodes, rates of travel and waiting (per second) and costs of loads, a route is worth

    sum of profits - travel * rate - waiting * rate - costs of its visits by the load before each.

`Outlook.best` is, by dynamic programming backwards in time, the best that can still follow a node when
only time, the number of visits and pins are looked at: an upper bound on every real completion. A
depth-first search that cuts with it is exact whatever the other limits are, and where they do not bind
its first dive already finds the best route.

Nodes that are alike in all but their start (`Graph.kin`) are a group. The way from a node is the same to all
members of a group, so those that can be reached are all from some start on, and the best of them is a
maximum over the rest of the group plus a term of the node: a node looks at each group once (a link), not at
each of its starts.
"""

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from matcher.solver.graph import Graph
from matcher.solver.kernel import kernel, maker
from matcher.solver.legs import FAR, arc, leg, may_end, most_visits
from matcher.solver.loads import Load, next_cost

Ints = NDArray[np.int64]
Floats = NDArray[np.float64]

CLOSED = -1e15
"""Profit of a node that no route may have."""
ALL = 2**60
"""Where no nodes are left out."""
NEARER = 1e-6
"""What a second of the way counts where nodes that can be worth the same are chosen from."""
MOST_LAYERS = 8
"""Visits counted one by one in the bound; later ones share the last layer."""


class Links(NamedTuple):
    """Groups that may follow a node: those of node i of an outlook are `low[i]:high[i]`.

    to: the first member that can be reached in time: its index straight, and by way of home or in a later
    shift its index + n. worth: of going there, apart from the member's profit and the wait from time 0 on.
    """

    low: Ints
    high: Ints
    to: Ints
    worth: Floats


class Outlook(NamedTuple):
    """A volunteer's useful nodes [n], group by group (`Graph.order`), and what may come of each.

    close: end of the node's group. wait: price of waiting from time 0 until its start. begin, end: worth of
    the ways from and to home as first and last visit, -inf where it cannot be that. visit: price of the
    first, second, ... visit [most]. best: most worth of what follows as visit d + 1 [layers, n]. tail: most
    of profit and `best` of a node and those after it in its group, first less `wait`, then without
    [layers, 2 n].
    """

    nodes: Ints
    close: Ints
    profit: Floats
    wait: Floats
    begin: Floats
    end: Floats
    visit: Floats
    links: Links
    best: Floats
    tail: Floats


@maker
def outlook(
    g: Graph, v: int, profit: Floats, floor: float, travel: float, waiting: float, load: Load, crowd: int
) -> tuple[Outlook, float, int]:
    """What may come of the nodes that can be on a route worth more than `floor`, the best `crowd` of them at most.

    Returns also a bound of every route's worth, and the steps used.
    """
    most = most_visits(g, v)
    nodes, bound = useful(g, v, profit, floor, travel, load, most, crowd)
    n = len(nodes)
    begin, end = np.full(n, -np.inf), np.full(n, -np.inf)
    for i in range(n):
        node = nodes[i]
        if g.first[node] and g.era[node] == 0:
            begin[i] = -travel * g.out[node]
        if may_end(g, v, node):
            end[i] = -travel * g.back[node]
    visit = np.empty(most)
    for d in range(most):
        visit[d] = next_cost(load, g.recent[v] + d)
    close = _closes(g.kin[nodes].astype(np.int64))
    gain: Floats = profit[nodes]
    wait: Floats = waiting * g.start[nodes].astype(np.float64)
    links = _links(g, nodes, close, g.factor[v], travel, waiting)
    best, tail = _completions(nodes, close, gain, wait, end, visit, links)
    steps = 15 * len(nodes) + 6 * len(links.to) + best.shape[0] * np.sum(links.high - links.low)
    return Outlook(nodes, close, gain, wait, begin, end, visit, links, best, tail), bound, steps


@maker
def useful(
    g: Graph, v: int, profit: Floats, floor: float, travel: float, load: Load, most: int, crowd: int
) -> tuple[Ints, float]:
    """Nodes that can be on a route worth more than `floor`, in order, and a bound of every route's worth.

    Of more than `crowd` nodes only so many are given, those that can be worth most, the nearer of equal ones.

    A route's worth is at most the sum of its best profits, one per request, less the way to its
    furthest visit and back (triangle inequality; each leg is rounded by at most half a second, and an
    escort carries the volunteer from its start to its end for nothing), and less the cost of one visit.
    """
    order = g.order[g.ptr[v] : g.ptr[v + 1]].astype(np.int64)
    if most == 0:
        return order[:0].copy(), 0.0
    if g.pin_ptr[v + 1] > g.pin_ptr[v] or floor == -np.inf:
        return order.copy(), np.inf
    best, carried = np.empty(len(order)), np.empty(len(order))
    count, request = 0, -1
    for node in order:
        if g.request[node] != request:
            request = g.request[node]
            here, there = g.place[node], g.finish[node]
            best[count], carried[count] = 0.0, 0.0 if here == there else leg(g, here, there, g.factor[v])
            count += 1
        best[count - 1] = max(best[count - 1], profit[node])
    top = np.sort(best[:count])[::-1][:most]
    others = np.sum(top[: most - 1]) - next_cost(load, g.recent[v])
    slack = travel * (most + 2 + np.sum(np.sort(carried[:count])[::-1][: most - 1]))
    kept, bound = 0, 0.0
    nodes, rank = np.empty(len(order), np.int64), np.empty(len(order))
    for node in order:
        way = travel * (g.out[node] + g.back[node]) if g.metric else 0.0
        worth = profit[node] + others - way + slack
        bound = max(bound, worth)
        if worth > floor:
            nodes[kept], rank[kept] = node, worth - NEARER * (g.out[node] + g.back[node])
            kept += 1
    if kept > crowd:
        chosen = np.sort(np.argsort(-rank[:kept], kind="mergesort")[:crowd])
        return nodes[:kept][chosen], bound
    return nodes[:kept], bound


@maker
def _closes(kin: Ints) -> Ints:
    """End of each node's group."""
    close = np.full(len(kin), len(kin))
    for i in range(len(kin) - 2, -1, -1):
        close[i] = close[i + 1] if kin[i] == kin[i + 1] else i + 1
    return close


@maker
def _links(g: Graph, nodes: Ints, close: Ints, factor: float, travel: float, waiting: float) -> Links:
    """All that can follow each node, as `legs.arc` and `legs.pins_allow` have it."""
    n = len(nodes)
    opens = np.array([i for i in range(n) if i == 0 or close[i - 1] == i], dtype=np.int64)
    follows = _follows(g, nodes[opens], nodes[close[opens] - 1])
    low, room = np.zeros(n, np.int64), 0
    for a in range(len(opens)):
        for i in range(opens[a], close[opens[a]]):
            low[i] = room
            room += 2 * np.sum(follows[a])
    links = Links(low, low.copy(), np.empty(room, np.int64), np.empty(room))
    start, end = g.start[nodes].astype(np.int64), g.end[nodes].astype(np.int64)
    tour_end = np.where(g.last[nodes] == 1, end, FAR)
    for a in range(len(opens)):
        one = nodes[opens[a]]
        for to in opens[follows[a]]:
            two, until = nodes[to], close[to]
            out, now = g.out[two], -FAR if g.pinned[two] else g.now
            if g.shift[one] != g.shift[two]:
                while to < until and not g.first[nodes[to]]:
                    to += 1
                if g.turn[one] < FAR:
                    price = travel * (g.back[one] + out)
                    _link(start, tour_end, close, opens[a], to, until, n, g.turn[one], -FAR, out, 0.0, price, links)
                continue
            way, home = leg(g, g.finish[one], g.place[two], factor), g.home[one]
            price, by_home = travel * way, travel * (home + out)
            if way < FAR:
                _link(start, end, close, opens[a], to, until, 0, 0, now, way, waiting, price, links)
            ready = max(start[opens[a]], now) + way
            never_better = way <= out and price + waiting * (start[until - 1] - ready) <= by_home
            if g.home_between and home < FAR and out < FAR and not never_better:
                _link(start, end, close, opens[a], to, until, n, home, now, out, 0.0, by_home, links)
    return links


@maker
def _follows(g: Graph, opens: Ints, lasts: Ints) -> NDArray[np.bool_]:
    """Whether group b may follow group a, ways aside [a, b]; opens, lasts: first and last node of each."""
    request, era, start, last = g.request[opens], g.era[opens], g.start[opens], g.start[lasts]
    passed = era + g.pinned[opens]
    follows = np.zeros((len(opens), len(opens)), np.bool_)
    for a in range(len(opens)):
        for b in range(len(opens)):
            follows[a, b] = request[a] != request[b] and passed[a] == era[b] and start[a] < last[b]
    return follows


@kernel
def _link(
    start: Ints,
    end: Ints,
    close: Ints,
    group: int,
    to: int,
    until: int,
    shift: int,
    turn: int,
    earliest: int,
    way: int,
    rate: float,
    price: float,
    links: Links,
) -> None:
    """Links the nodes of the group that opens at `group` to to:until, as index + `shift`.

    The way takes `way` seconds, begins `turn` seconds after the end and not before `earliest`, and costs
    `price`; what follows it, `rate` a second.
    """
    j = to
    for i in range(group, close[group]):
        ready = max(end[i] + turn, earliest) + way
        while j < until and start[j] < ready:
            j += 1
        if j < until:
            links.to[links.high[i]] = j + shift
            links.worth[links.high[i]] = rate * ready - price
            links.high[i] += 1


@maker
def _completions(
    nodes: Ints, close: Ints, profit: Floats, wait: Floats, end: Floats, visit: Floats, links: Links
) -> tuple[Floats, Floats]:
    """`best` and `tail` of an outlook."""
    n, most = len(nodes), len(visit)
    layers = min(most, MOST_LAYERS)
    best, tail = np.empty((layers, n)), np.empty((layers, 2 * n))
    # What follows a node must be known before it where visits share the last layer.
    order = np.argsort(nodes)[::-1] if most > layers else np.arange(n)[::-1]
    for d in range(layers - 1, -1, -1):
        after = tail[min(d + 1, layers - 1)]
        for i in order:
            top = -np.inf
            if d + 1 < most:
                for k in range(links.low[i], links.high[i]):
                    worth = links.worth[k] + after[links.to[k]]
                    if worth > top:
                        top = worth
                top -= visit[d + 1]
            best[d, i] = max(top, end[i])
            rest = profit[i] + best[d, i]
            tail[d, i], tail[d, n + i] = rest - wait[i], rest
            if i + 1 < close[i]:
                tail[d, i] = max(tail[d, i], tail[d, i + 1])
                tail[d, n + i] = max(rest, tail[d, n + i + 1])
    return best, tail


@kernel
def cost(
    g: Graph, i: int, j: int, factor: float, travel: float, waiting: float, straight: bool, home: bool
) -> tuple[float, int]:
    """Cost of going from node i to node j, straight or by way of home if allowed, and 1 if by way of home.

    Infinite where it is impossible; straight if both cost the same.
    """
    least, via = np.inf, 0
    if g.era[i] + g.pinned[i] != g.era[j]:
        return least, via
    t, w = arc(g, i, j, factor, 0)
    if straight and t >= 0:
        least = travel * t + waiting * w
    t, w = arc(g, i, j, factor, 1)
    if home and t >= 0 and travel * t < least:
        least, via = travel * t, 1
    return least, via
