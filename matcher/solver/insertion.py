"""A plan as it grows: what putting a visit into a volunteer's day adds, or putting it in another's place (compiled).

A **post** is what a visit fills: a role of a request that is not linked, at any of its starts, or a slot of one
that is. It has the number of its first slot. Nodes are numbered by slot here, as those of a slot are looked at
one after the other.
"""

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from matcher.solver.kernel import kernel
from matcher.solver.legs import FAR
from matcher.solver.loads import Load, next_cost

Ints = NDArray[np.int64]
Ints32 = NDArray[np.int32]
Floats = NDArray[np.float64]

WHO, SLOT, SHIFT, OUT, HOME, BACK, TURN, FLAGS = range(8)
"""Columns of `Visits.nodes`."""
FIRST, LAST, PINNED = 1, 2, 4
"""Flags of a node."""
START, END, DAY, REQUEST, PLACE, FINISH, POST, OPENS, CLOSES = range(9)
"""Columns of `Visits.slots`; the nodes of a slot are those from OPENS to CLOSES."""
LOW, HIGH, MOST, LEAST = range(4)
"""Columns of `Visits.posts`."""
RECENT, REQUESTS, A_DAY, SECONDS = range(4)
"""Columns of `Visits.people`."""
ROWS, CHANGES = range(2)
"""What is in `State.counts`."""


class Visits(NamedTuple):
    """The visits that can be made, all tiers in one number.

    posts: nodes low:high of each post, and its number of visits, at least 0 where the request is not linked; in the
    row of its first slot. nodes: by slot. value: of each node. alone: what it adds to an empty day, inf if it is
    pinned, -inf if it cannot be the only visit. people: recent requests and limits of each volunteer. travel,
    waiting: cost of a second.
    """

    slots: Ints
    posts: Ints
    nodes: Ints32
    value: Floats
    alone: Floats
    people: Ints
    factor: Floats
    table: Floats
    min_leg: int
    home_between: bool
    now: int
    travel: float
    waiting: float
    load: Load


class State(NamedTuple):
    """The plan: a route per volunteer [V, room] and its length, the cost of the way to each visit and then home
    [V, room + 1], the option chosen of each linked request (-1: not served), and how many visits each post has.

    changed: the number of the last change of each volunteer's day. log: days as they were before the last changes, for
    taking them back: volunteer, length, last change, nodes. counts: rows of the log, changes.
    """

    routes: Ints
    lengths: Ints
    reach: Floats
    chosen: Ints
    present: Ints
    changed: Ints
    log: Ints
    counts: Ints


@kernel
def way(f: Visits, v: int, i: int, j: int) -> float:
    """Cost of the cheapest way between two visits of a volunteer, -1 standing for home; inf if j cannot follow i.

    Pins are all in the day, in order, so that none can be passed over.
    """
    if i < 0:
        return 0.0 if j < 0 else f.travel * f.nodes[j, OUT] if f.nodes[j, FLAGS] & FIRST else np.inf
    if j < 0:
        return f.travel * f.nodes[i, BACK] if f.nodes[i, FLAGS] & LAST else np.inf
    a, b = f.nodes[i, SLOT], f.nodes[j, SLOT]
    if f.slots[b, START] < f.slots[a, END] or f.slots[a, REQUEST] == f.slots[b, REQUEST]:
        return np.inf
    if f.nodes[i, SHIFT] == f.nodes[j, SHIFT]:
        return min(straight(f, v, i, j), by_home(f, i, j))
    ready, leave = f.slots[a, END] + f.nodes[i, TURN], f.slots[b, START] - f.nodes[j, OUT]
    possible = f.nodes[i, FLAGS] & LAST and f.nodes[j, FLAGS] & FIRST and f.nodes[i, TURN] < FAR and ready <= leave
    return f.travel * (f.nodes[i, BACK] + f.nodes[j, OUT]) if possible else np.inf


@kernel
def straight(f: Visits, v: int, i: int, j: int) -> float:
    """Cost of the way straight from a visit to a later one in the same shift, inf if there is none."""
    a, b = f.nodes[i, SLOT], f.nodes[j, SLOT]
    base = f.table[f.slots[a, FINISH], f.slots[b, PLACE]]
    if base == np.inf:
        return np.inf
    leg = max(int(np.floor(base * f.factor[v] + 0.5 + 1e-6)), f.min_leg)
    leave = f.slots[a, END] if f.nodes[j, FLAGS] & PINNED else max(f.slots[a, END], f.now)
    wait = f.slots[b, START] - leave - leg
    return float(f.travel * leg + f.waiting * wait) if wait >= 0 else np.inf


@kernel
def by_home(f: Visits, i: int, j: int) -> float:
    """Cost of the way by home from a visit to a later one in the same shift, inf if there is none."""
    home, out, now = f.nodes[i, HOME], f.nodes[j, OUT], -FAR if f.nodes[j, FLAGS] & PINNED else f.now
    leave = f.slots[f.nodes[j, SLOT], START] - out
    if not f.home_between or home >= FAR or out >= FAR or leave < max(f.slots[f.nodes[i, SLOT], END] + home, now):
        return np.inf
    return float(f.travel * (home + out))


@kernel
def added(f: Visits, s: State, v: int, node: int) -> float:
    """What a visit adds to a volunteer's day, -inf if it does not fit in."""
    n, route, slot = s.lengths[v], s.routes[v], f.nodes[node, SLOT]
    k = 0
    while k < n and f.slots[f.nodes[route[k], SLOT], START] < f.slots[slot, START]:
        k += 1
    before, after = route[k - 1] if k > 0 else -1, route[k] if k < n else -1
    if n == len(route) or _overlaps(f, before, node) or _overlaps(f, node, after) or not _allowed(f, s, v, -1, node):
        return -np.inf
    ways = way(f, v, before, node) + way(f, v, node, after) - s.reach[v, k]
    return float(f.value[node] - ways - next_cost(f.load, f.people[v, RECENT] + n))


@kernel
def swapped(f: Visits, s: State, v: int, q: int, node: int) -> float:
    """What a visit adds in the place of the q-th of a volunteer's day, -inf if it does not fit in."""
    n, route, slot = s.lengths[v], s.routes[v], f.nodes[node, SLOT]
    k, last = 0, -1
    while k < n and (k == q or f.slots[f.nodes[route[k], SLOT], START] < f.slots[slot, START]):
        last = last if k == q else k
        k += 1
    before, after = route[last] if last >= 0 else -1, route[k] if k < n else -1
    if _overlaps(f, before, node) or _overlaps(f, node, after) or not _allowed(f, s, v, q, node):
        return -np.inf
    ways = way(f, v, before, node) + way(f, v, node, after) - s.reach[v, q] - s.reach[v, q + 1]
    if k != q + 1:
        ways += _around(f, s, v, q) - s.reach[v, k]
    return float(f.value[node] - f.value[route[q]] - ways)


@kernel
def lost(f: Visits, s: State, v: int, q: int) -> float:
    """What taking away the q-th visit of a volunteer's day costs, inf if the others cannot be without it."""
    saved = s.reach[v, q] + s.reach[v, q + 1] - _around(f, s, v, q)
    return float(f.value[s.routes[v, q]] - saved - next_cost(f.load, f.people[v, RECENT] + s.lengths[v] - 1))


@kernel
def _around(f: Visits, s: State, v: int, q: int) -> float:
    """Cost of the way that leaves out the q-th visit."""
    return way(f, v, s.routes[v, q - 1] if q > 0 else -1, s.routes[v, q + 1] if q + 1 < s.lengths[v] else -1)


@kernel
def _overlaps(f: Visits, i: int, j: int) -> bool:
    """Whether visit i, that starts earlier, is not over when visit j starts."""
    return i >= 0 and j >= 0 and bool(f.slots[f.nodes[i, SLOT], END] > f.slots[f.nodes[j, SLOT], START])


@kernel
def _allowed(f: Visits, s: State, v: int, q: int, node: int) -> bool:
    """Whether a visit may join a volunteer's day without its q-th visit, by request, day and minutes."""
    slot = f.nodes[node, SLOT]
    number, day, seconds = 0, 0, f.slots[slot, END] - f.slots[slot, START]
    for k in range(s.lengths[v]):
        other = f.nodes[s.routes[v, k], SLOT]
        if k == q:
            continue
        if f.slots[other, REQUEST] == f.slots[slot, REQUEST]:
            return False
        day += f.slots[other, DAY] == f.slots[slot, DAY]
        if not f.nodes[s.routes[v, k], FLAGS] & PINNED:
            number += 1
            seconds += f.slots[other, END] - f.slots[other, START]
    limits = f.people[v]
    return bool(number < limits[REQUESTS] and day < limits[A_DAY] and seconds <= limits[SECONDS])


@kernel
def measured(f: Visits, s: State, v: int) -> float:
    """Finds the costs of a volunteer's ways; their sum."""
    n, before = s.lengths[v], -1
    for k in range(n + 1):
        after = s.routes[v, k] if k < n else -1
        s.reach[v, k] = way(f, v, before, after)
        before = after
    return float(np.sum(s.reach[v, : n + 1]))


@kernel
def put(f: Visits, s: State, v: int, node: int) -> None:
    """Puts a visit into a volunteer's day; a pinned one takes the place of its like in another team's slot."""
    _remember(s, v)
    n, slot, route = s.lengths[v], f.nodes[node, SLOT], s.routes[v]
    s.present[f.slots[slot, POST]] += 1
    if f.nodes[node, FLAGS] & PINNED:
        for k in range(n):
            like = f.nodes[route[k], SLOT]
            if f.slots[like, REQUEST] == f.slots[slot, REQUEST]:
                s.present[f.slots[like, POST]] -= 1
                route[k] = node
        return
    k = n
    while k > 0 and f.slots[f.nodes[route[k - 1], SLOT], START] > f.slots[slot, START]:
        route[k] = route[k - 1]
        k -= 1
    route[k] = node
    s.lengths[v] = n + 1
    measured(f, s, v)


@kernel
def take(f: Visits, s: State, v: int, q: int) -> None:
    """Takes the q-th visit out of a volunteer's day."""
    _remember(s, v)
    n, route = s.lengths[v], s.routes[v]
    s.present[f.slots[f.nodes[route[q], SLOT], POST]] -= 1
    for k in range(q, n - 1):
        route[k] = route[k + 1]
    s.lengths[v] = n - 1
    measured(f, s, v)


@kernel
def undo(f: Visits, s: State, rows: int) -> None:
    """Takes all changes back that are in the log after so many."""
    while s.counts[ROWS] > rows:
        s.counts[ROWS] -= 1
        row = s.log[s.counts[ROWS]]
        v = row[0]
        tally(f, s, v, -1)
        s.lengths[v], s.changed[v] = row[1], row[2]
        for k in range(len(s.routes[v])):
            s.routes[v, k] = row[3 + k]
        tally(f, s, v, 1)
        measured(f, s, v)


@kernel
def _remember(s: State, v: int) -> None:
    """Writes a volunteer's day into the log before it is changed."""
    row = s.log[s.counts[ROWS]]
    row[0], row[1], row[2] = v, s.lengths[v], s.changed[v]
    for k in range(len(s.routes[v])):
        row[3 + k] = s.routes[v, k]
    s.counts[ROWS] += 1
    s.counts[CHANGES] += 1
    s.changed[v] = s.counts[CHANGES]


@kernel
def tally(f: Visits, s: State, v: int, number: int) -> None:
    """Adds a volunteer's visits to those of their posts so many times."""
    for k in range(s.lengths[v]):
        s.present[f.slots[f.nodes[s.routes[v, k], SLOT], POST]] += number
