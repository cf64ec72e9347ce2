"""A plan made better in short steps, until none helps (compiled): visits by chains, whole requests anew."""

import numpy as np
from numba import njit

from matcher.solver.chains import LABEL, STEPS, Search, apply, chain
from matcher.solver.filling import serve, vacate
from matcher.solver.insertion import FLAGS, PINNED, SLOT, Offer, State, lost, take, undo

WIDTH = 8
DEPTH = 8


@njit(cache=True)
def fill_up(f: Offer, s: State, c: Search, least: float, steps: int) -> float:
    """Serves what lacks visits, by chains; what that adds."""
    total = 0.0
    c.dead[:] = 0
    for r in f.order:
        if c.count[STEPS] > steps:
            break
        s.size[0] = 0
        total += serve(f, s, c, r, DEPTH)
    return total


@njit(cache=True)
def polish(f: Offer, s: State, c: Search, least: float, steps: int) -> float:
    """Gives each visit to whoever adds more, by chains; what that adds."""
    total = 0.0
    c.dead[:] = 0
    for v in range(len(s.lengths)):
        q = 0
        while q < s.lengths[v] and c.count[STEPS] <= steps:
            gain = _moved(f, s, c, v, q, least)
            total += gain
            q += gain == 0.0
    return total


@njit(cache=True)
def _moved(f: Offer, s: State, c: Search, v: int, q: int, least: float) -> float:
    """Gives a visit to somebody else if that adds more than `least`; what it adds."""
    node = s.routes[v, q]
    cost = np.inf if f.nodes[node, FLAGS] & PINNED else lost(f, s, v, q)
    if cost == np.inf:
        return 0.0
    s.size[0] = 0
    take(f, s, v, q)
    best = chain(f, s, c, f.post[f.nodes[node, SLOT]], cost + least, 1, WIDTH, False)
    if c.end[LABEL] < 0:
        undo(f, s, 0)
        return 0.0
    apply(f, s, c)
    return best - cost


@njit(cache=True)
def rebuild(f: Offer, s: State, c: Search, least: float, steps: int) -> float:
    """Serves each request whose visits depend on each other anew; what that adds."""
    total = 0.0
    c.dead[:] = 0
    for r in f.order:
        option = s.chosen[r]
        if option < 0 or _tied(f, r) or c.count[STEPS] > steps:
            continue
        s.size[0] = 0
        cost = vacate(f, s, r)
        gain = serve(f, s, c, r, 1) if cost < np.inf else 0.0
        if gain > cost + least:
            total += gain - cost
        else:
            undo(f, s, 0)
            s.chosen[r] = option
    return total


@njit(cache=True)
def _tied(f: Offer, r: int) -> bool:
    """Whether other requests say when a request may be served."""
    return bool(f.tied[r])
