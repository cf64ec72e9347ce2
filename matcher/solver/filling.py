"""Serving requests one by one: the option that adds most, filled with whoever adds most, or by chains (compiled)."""

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from matcher.solver.chains import AT, DEAD, LABEL, LABELS, STEPS, Search, apply, chain
from matcher.solver.insertion import (
    HIGH,
    LEAST,
    LOW,
    MOST,
    POST,
    RECENT,
    ROWS,
    WHO,
    State,
    Visits,
    added,
    lost,
    put,
    take,
    undo,
)
from matcher.solver.kernel import kernel, maker
from matcher.solver.loads import next_cost

Ints = NDArray[np.int64]
Floats = NDArray[np.float64]


class Offer(NamedTuple):
    """The options there are. order: requests, what adds most first. tied: whether a request follows another or is
    followed. option_ptr, options: of each request; slot_ptr, slots: of each option. after: request, the one before,
    least and most seconds between, by after_ptr. hope: the most that a visit of each post can add.
    """

    order: Ints
    tied: NDArray[np.bool_]
    linked: NDArray[np.bool_]
    option_ptr: Ints
    options: Ints
    slot_ptr: Ints
    slots: Ints
    value: Floats
    start: Ints
    end: Ints
    after_ptr: Ints
    after: Ints
    hope: Floats


ALL = 2**60
ROWS_A_CHAIN = 64
"""Rows of the log that are kept free for one chain."""


@kernel
def serve_all(o: Offer, f: Visits, s: State, c: Search) -> None:
    """Serves what can be served without moving anybody, and fills up what is served already."""
    for r in o.order:
        s.counts[ROWS] = 0
        serve(o, f, s, c, r, -1)


@maker
def serve(o: Offer, f: Visits, s: State, c: Search, r: int, depth: int) -> float:
    """Serves a request, or fills it up, where that adds something; with chains of at most `depth` swaps, or none if -1.

    Returns what it adds. All changes are in the log.
    """
    if o.option_ptr[r] == o.option_ptr[r + 1]:
        return 0.0
    if o.linked[r]:
        return _serve_linked(o, f, s, c, r, depth)
    post = f.slots[o.slots[o.slot_ptr[o.options[o.option_ptr[r]]]], POST]
    want, total = f.posts[post, MOST] - s.present[post], 0.0
    gains, nodes = np.empty(want), np.empty(want, np.int64)
    scan(f, s, c, f.posts[post, LOW], f.posts[post, HIGH], gains, nodes)
    for k in range(want):
        if gains[k] > 0:
            put(f, s, f.nodes[nodes[k], WHO], nodes[k])
            total += gains[k]
    return total + _by_chains(f, s, c, post, f.posts[post, MOST], depth)


@maker
def _serve_linked(o: Offer, f: Visits, s: State, c: Search, r: int, depth: int) -> float:
    """The same for a request whose visits depend on each other: what it needs, and more if that adds something."""
    if s.chosen[r] >= 0 and _is_full(o, f, s, s.chosen[r]):
        return 0.0
    before = s.counts[ROWS]
    option, total, taken = _choose(o, f, s, c, r, depth >= 0)
    if option < 0:
        return 0.0
    fresh, s.chosen[r] = s.chosen[r] < 0, option
    for node in taken:
        put(f, s, f.nodes[node, WHO], node)
    slots = o.slots[o.slot_ptr[option] : o.slot_ptr[option + 1]]
    for slot in slots:
        total += _by_chains(f, s, c, slot, f.posts[slot, LEAST], depth)
        if s.present[slot] < f.posts[slot, LEAST]:
            total = -np.inf
            break
    if fresh and total <= 0:
        undo(f, s, before)
        s.chosen[r] = -1
        return 0.0
    for slot in slots:
        total += _by_chains(f, s, c, slot, f.posts[slot, MOST], depth)
    return total


@kernel
def _is_full(o: Offer, f: Visits, s: State, option: int) -> bool:
    for slot in o.slots[o.slot_ptr[option] : o.slot_ptr[option + 1]]:  # noqa: SIM110  no generators in kernels
        if s.present[slot] < f.posts[slot, MOST]:
            return False
    return True


@kernel
def _by_chains(f: Visits, s: State, c: Search, post: int, number: int, depth: int) -> float:
    """Adds visits to a post by chains until it has so many; what they add."""
    total = 0.0
    while (
        depth >= 0
        and s.present[post] < number
        and not c.posts[post, DEAD]
        and s.counts[ROWS] + ROWS_A_CHAIN < len(s.log)
    ):
        gain = chain(f, s, c, post, 0.0, depth, ALL, -1)
        if c.end[LABEL] < 0:
            for label in range(c.counts[LABELS]):
                c.posts[c.labels[label, AT], DEAD] = 1
            break
        apply(f, s, c)
        total += gain
    return total


@maker
def _choose(o: Offer, f: Visits, s: State, c: Search, r: int, chains: bool) -> tuple[int, float, Ints]:
    """The best option of a request, what it adds, and the nodes to put in at once; -1 if there is none.

    That is the option chosen before if there is one. With `chains`, it may lack visits, the fewer the better.
    """
    low, high, places = len(f.slots), 0, 0
    for option in o.options[o.option_ptr[r] : o.option_ptr[r + 1]]:
        most = 0
        for slot in o.slots[o.slot_ptr[option] : o.slot_ptr[option + 1]]:
            low, high, most = min(low, slot), max(high, slot + 1), most + f.posts[slot, MOST]
        places = max(places, most)
    gains, nodes = np.empty((high - low, places)), np.empty((high - low, places), np.int64)
    for slot in range(low, high):
        scan(f, s, c, f.posts[slot, LOW], f.posts[slot, HIGH], gains[slot - low], nodes[slot - low])
    best, best_total, fewest = -1, -np.inf, ALL
    taken, best_taken = np.empty(places, np.int64), np.empty(0, np.int64)
    for option in o.options[o.option_ptr[r] : o.option_ptr[r + 1]]:
        if (s.chosen[r] < 0 and not _follows(o, r, option, s.chosen)) or (s.chosen[r] >= 0 and option != s.chosen[r]):
            continue
        total, missing, count = _draft(o, f, s, option, low, gains, nodes, taken)
        total += o.value[option] if s.chosen[r] < 0 else 0.0
        if (missing == 0 or chains) and (missing < fewest or (missing == fewest and total > best_total)):
            best, best_total, fewest, best_taken = option, total, missing, taken[:count].copy()
    return best, best_total, best_taken


@kernel
def _draft(
    o: Offer, f: Visits, s: State, option: int, low: int, gains: Floats, nodes: Ints, taken: Ints
) -> tuple[float, int, int]:
    """The nodes with which to fill up an option, into `taken`: what they add, how many visits lack, how many they are.

    gains, nodes: the best of each slot from `low` on.
    """
    total, missing, count = 0.0, 0, 0
    for slot in o.slots[o.slot_ptr[option] : o.slot_ptr[option + 1]]:
        filled = s.present[slot]
        for k in range(gains.shape[1]):
            gain, node = gains[slot - low, k], nodes[slot - low, k]
            if gain == -np.inf or filled >= f.posts[slot, MOST] or (filled >= f.posts[slot, LEAST] and gain <= 0):
                break
            free = True
            for other in taken[:count]:
                free = free and f.nodes[other, WHO] != f.nodes[node, WHO]
            if free:
                taken[count] = node
                count, filled = count + 1, filled + 1
                total += 0.0 if gain == np.inf else gain
        missing += max(0, f.posts[slot, LEAST] - filled)
    return total, missing, count


@kernel
def _follows(o: Offer, r: int, option: int, chosen: Ints) -> bool:
    """Whether an option fits those chosen of the requests it comes after."""
    for k in range(o.after_ptr[r], o.after_ptr[r + 1]):
        before = chosen[o.after[k, 1]]
        if before < 0:
            return False
        gap = o.start[option] - o.end[before]
        if gap < o.after[k, 2] or gap > o.after[k, 3]:
            return False
    return True


@kernel
def _has(s: State, v: int, node: int) -> bool:
    for k in range(s.lengths[v]):  # noqa: SIM110
        if s.routes[v, k] == node:
            return True
    return False


@kernel
def scan(f: Visits, s: State, c: Search, low: int, high: int, gains: Floats, nodes: Ints) -> None:
    """The candidates low:high that add most, best first, and what each adds; -inf where there are no more."""
    gains[:] = -np.inf
    last = len(gains) - 1
    for at in range(low, high if last >= 0 else low):
        v, gain = f.nodes[at, WHO], f.alone[at]
        n = s.lengths[v]
        if gain == np.inf:
            if _has(s, v, at):
                continue
        elif n > 0:
            if f.value[at] - next_cost(f.load, f.people[v, RECENT] + n) <= gains[last]:
                continue
            gain = added(f, s, v, at)
            c.counts[STEPS] += 10
        if gain > gains[last]:
            k = last
            while k > 0 and gains[k - 1] < gain:
                gains[k], nodes[k] = gains[k - 1], nodes[k - 1]
                k -= 1
            gains[k], nodes[k] = gain, at
    c.counts[STEPS] += high - low


@kernel
def vacate(o: Offer, f: Visits, s: State, r: int) -> float:
    """Takes all visits of a linked request away; what that costs, inf if it cannot be done."""
    option = s.chosen[r]
    total = o.value[option]
    for slot in o.slots[o.slot_ptr[option] : o.slot_ptr[option + 1]]:
        for at in range(f.posts[slot, LOW], f.posts[slot, HIGH]):
            if s.present[slot] == 0:
                break
            v = f.nodes[at, WHO]
            for q in range(s.lengths[v]):
                if s.routes[v, q] == at:
                    total += np.inf if f.alone[at] == np.inf else lost(f, s, v, q)
                    take(f, s, v, q)
                    break
    s.chosen[r] = -1
    return float(total)
