"""A plan made better in short steps, until none helps (compiled): visits by chains, whole requests anew."""

import numpy as np
from numpy.typing import NDArray

from matcher.solver.chains import DEAD, LABEL, STEPS, Search, apply, chain
from matcher.solver.filling import Offer, scan, serve, vacate
from matcher.solver.insertion import (
    CHANGES,
    CLOSES,
    FLAGS,
    HIGH,
    LOW,
    OPENS,
    PINNED,
    POST,
    REQUEST,
    ROWS,
    SLOT,
    WHO,
    State,
    Visits,
    lost,
    take,
    undo,
)
from matcher.solver.kernel import kernel, maker

Ints = NDArray[np.int64]

WIDTH, DEPTH = 8, 8
"""Labels of a layer from which a chain goes on when a visit is moved; swaps of a chain for a visit that lacks."""
RIVALS = 4
"""Requests that are given up for another, one after the other."""


@kernel
def fill_up(o: Offer, f: Visits, s: State, c: Search, steps: int) -> float:
    """Serves what lacks visits, by chains, as long as that helps, until so many steps are used; what that adds."""
    total, more = 0.0, 1.0
    while more > 0 and c.counts[STEPS] <= steps:
        more = 0.0
        _forget(o, c)
        for r in o.order:
            s.counts[ROWS] = 0
            more += serve(o, f, s, c, r, DEPTH) if c.counts[STEPS] <= steps else 0.0
        total += more
    return total


@maker
def _forget(o: Offer, c: Search) -> None:
    """Forgets what searches found."""
    c.posts[:, DEAD] = 0
    c.hope[:] = o.hope


@maker
def polish(f: Visits, s: State, c: Search, tried: Ints, first: int, least: float, steps: int) -> tuple[float, int]:
    """Gives each visit to whoever adds more, by chains, from a volunteer on; what that adds, and where it ended.

    tried: the last change when all visits of a volunteer were looked at in vain [V].
    """
    total, v = 0.0, first
    c.posts[:, DEAD] = 0
    gains, nodes = np.empty(1), np.empty(1, np.int64)
    for post in range(len(f.posts)):
        if s.present[post] > 0:
            scan(f, s, c, f.posts[post, LOW], f.posts[post, HIGH], gains, nodes)
            c.hope[post] = gains[0]
    steps += c.counts[STEPS]
    while v < len(tried) and c.counts[STEPS] <= steps:
        q = 0 if _has_news(f, s, c, tried[v], v) else s.lengths[v]
        while q < s.lengths[v]:
            gain = _moved(f, s, c, v, q, least)
            total += gain
            q += gain == 0.0
            tried[v] = s.counts[CHANGES]
        v += 1
    return total, v


@kernel
def _has_news(f: Visits, s: State, c: Search, since: int, v: int) -> bool:
    """Whether the day of anybody who could make one of a volunteer's visits has changed since."""
    for k in range(s.lengths[v]):
        post = f.slots[f.nodes[s.routes[v, k], SLOT], POST]
        c.counts[STEPS] += f.posts[post, HIGH] - f.posts[post, LOW]
        for node in range(f.posts[post, LOW], f.posts[post, HIGH]):
            if s.changed[f.nodes[node, WHO]] > since:
                return True
    return False


@kernel
def _moved(f: Visits, s: State, c: Search, v: int, q: int, least: float) -> float:
    """Gives a visit to somebody else if that adds more than `least`; what it adds."""
    node = s.routes[v, q]
    cost = np.inf if f.nodes[node, FLAGS] & PINNED else lost(f, s, v, q)
    if cost == np.inf:
        return 0.0
    s.counts[ROWS] = 0
    take(f, s, v, q)
    best = chain(f, s, c, f.slots[f.nodes[node, SLOT], POST], cost + least, 1, WIDTH, v)
    if c.end[LABEL] < 0:
        undo(f, s, 0)
        return 0.0
    apply(f, s, c)
    return best - cost


@kernel
def rebuild(o: Offer, f: Visits, s: State, c: Search, least: float, steps: int) -> float:
    """Serves each request whose visits depend on each other anew, until so many steps are used; what that adds."""
    total = 0.0
    _forget(o, c)
    for r in o.order:
        if s.chosen[r] >= 0 and not o.tied[r] and c.counts[STEPS] <= steps:
            total += _instead(o, f, s, c, r, r, least)
    return total


@maker
def displace(o: Offer, f: Visits, s: State, c: Search, least: float, steps: int) -> float:
    """Gives up a request for one that is not served, and serves it otherwise if that can be; what that adds.

    Until so many steps are used.
    """
    total, rivals = 0.0, np.zeros(len(o.order), np.int64)
    for r in o.order:
        if s.chosen[r] >= 0 or not o.linked[r] or o.tied[r] or c.counts[STEPS] > steps:
            continue
        _count_rivals(o, f, s, r, rivals)
        for _ in range(RIVALS):
            rival = int(np.argmax(rivals))
            if rivals[rival] == 0 or s.chosen[r] >= 0:
                break
            rivals[rival] = 0
            _forget(o, c)
            total += _instead(o, f, s, c, rival, r, least)
        rivals[:] = 0
    return total


@kernel
def _count_rivals(o: Offer, f: Visits, s: State, r: int, rivals: Ints) -> None:
    """How many of those who could come to a request go to each other one instead that could be given up."""
    for option in o.options[o.option_ptr[r] : o.option_ptr[r + 1]]:
        for slot in o.slots[o.slot_ptr[option] : o.slot_ptr[option + 1]]:
            for node in range(f.slots[slot, OPENS], f.slots[slot, CLOSES]):
                v = f.nodes[node, WHO]
                for k in range(s.lengths[v]):
                    other = f.slots[f.nodes[s.routes[v, k], SLOT], REQUEST]
                    rivals[other] += s.chosen[other] >= 0 and not o.tied[other]


@kernel
def _instead(o: Offer, f: Visits, s: State, c: Search, old: int, new: int, least: float) -> float:
    """Gives up a request, serves another (or the same anew), then the first one again, if all that adds something."""
    s.counts[ROWS] = 0
    option = s.chosen[old]
    cost = vacate(o, f, s, old)
    gain = 0.0
    if cost < np.inf:
        gain = serve(o, f, s, c, new, 1)
        if s.chosen[old] < 0 and s.chosen[new] >= 0:
            gain += serve(o, f, s, c, old, 1)
    if gain > cost + least:
        return gain - cost
    undo(f, s, 0)
    s.chosen[new] = -1
    s.chosen[old] = option
    return 0.0
