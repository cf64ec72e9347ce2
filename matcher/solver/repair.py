"""A plan made better in short steps, until none helps (compiled): visits by chains, whole requests anew."""

import numpy as np
from numba import njit

from matcher.solver.chains import DEAD, LABEL, STEPS, Search, apply, chain
from matcher.solver.filling import Offer, scan, serve, vacate
from matcher.solver.insertion import FLAGS, HIGH, LOW, PINNED, POST, SLOT, State, Visits, lost, take, undo

WIDTH = 8
DEPTH = 8


@njit(cache=True)
def fill_up(o: Offer, f: Visits, s: State, c: Search, steps: int) -> float:
    """Serves what lacks visits, by chains; what that adds."""
    total = 0.0
    c.posts[:, DEAD] = 0
    c.hope[:] = o.hope
    for r in o.order:
        if c.count[STEPS] > steps:
            break
        s.size[0] = 0
        total += serve(o, f, s, c, r, DEPTH)
    return total


@njit(cache=True)
def polish(f: Visits, s: State, c: Search, first: int, least: float, steps: int) -> tuple[float, int]:
    """Gives each visit to whoever adds more, by chains, from a volunteer on; what that adds, and where it ended."""
    total, v = 0.0, first
    c.posts[:, DEAD] = 0
    gains, nodes = np.empty(1), np.empty(1, np.int64)
    for post in range(len(f.posts)):
        if s.present[post] > 0:
            scan(f, s, c, f.posts[post, LOW], f.posts[post, HIGH], gains, nodes)
            c.hope[post] = gains[0]
    while v < len(s.lengths) and c.count[STEPS] <= steps:
        q = 0
        while q < s.lengths[v]:
            gain = _moved(f, s, c, v, q, least)
            total += gain
            q += gain == 0.0
        v += 1
    return total, v


@njit(cache=True)
def _moved(f: Visits, s: State, c: Search, v: int, q: int, least: float) -> float:
    """Gives a visit to somebody else if that adds more than `least`; what it adds."""
    node = s.routes[v, q]
    cost = np.inf if f.nodes[node, FLAGS] & PINNED else lost(f, s, v, q)
    if cost == np.inf:
        return 0.0
    s.size[0] = 0
    take(f, s, v, q)
    best = chain(f, s, c, f.slots[f.nodes[node, SLOT], POST], cost + least, 1, WIDTH, v)
    if c.end[LABEL] < 0:
        undo(f, s, 0)
        return 0.0
    apply(f, s, c)
    return best - cost


@njit(cache=True)
def rebuild(o: Offer, f: Visits, s: State, c: Search, least: float, steps: int) -> float:
    """Serves each request whose visits depend on each other anew; what that adds."""
    total = 0.0
    c.posts[:, DEAD] = 0
    c.hope[:] = o.hope
    for r in o.order:
        option = s.chosen[r]
        if option < 0 or o.tied[r] or c.count[STEPS] > steps:
            continue
        s.size[0] = 0
        cost = vacate(o, f, s, r)
        gain = serve(o, f, s, c, r, 1) if cost < np.inf else 0.0
        if gain > cost + least:
            total += gain - cost
        else:
            undo(f, s, 0)
            s.chosen[r] = option
    return total

