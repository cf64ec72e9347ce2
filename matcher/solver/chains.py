"""Ejection chains: somebody comes to a post instead of to another, which somebody else fills, and so on (compiled).

A search over posts, layer by layer: from a post that lacks a visit to the posts whose visitor could come instead.
No volunteer is in a chain twice, so that what the changes of a chain add, adds up.
"""

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from matcher.solver.insertion import (
    CLOSES,
    END,
    FLAGS,
    HIGH,
    LEAST,
    LOW,
    OPENS,
    PINNED,
    POST,
    SLOT,
    START,
    WHO,
    State,
    Visits,
    added,
    put,
    swapped,
    take,
)
from matcher.solver.kernel import kernel

Ints = NDArray[np.int64]
Floats = NDArray[np.float64]

SEARCHES, STEPS, LABELS = range(3)
"""What is in `Search.counts`."""
AT, PARENT, NODE, OUT, DONE = range(5)
"""Columns of `Search.labels`."""
GAIN, TOTAL = range(2)
"""Columns of `Search.gains`."""
LABEL, STAMP, DEAD = range(3)
"""Columns of `Search.posts`; of `Search.end` with NODE and OUT in their places: (label, -, node, node left out)."""


class Search(NamedTuple):
    """What searches know.

    labels: of each label its post, the label before, the node that fills the post before and the node left out for
    it, and whether the search went on from there. gains: what that adds, and may add with the end of the chain.
    posts: of each post its label, the search that is of, and whether nobody more can come. hope: the most that a visit
    of a post adds, by all that is known. end: the end of the best chain. counts: searches, steps, labels.
    """

    labels: Ints
    gains: Floats
    posts: Ints
    hope: Floats
    end: Ints
    counts: Ints


def search_over(posts: int) -> Search:
    """Room for searches over so many posts."""
    return Search(
        labels=np.zeros((posts + 1, 5), dtype=np.int64),
        gains=np.zeros((posts + 1, 2)),
        posts=np.zeros((posts, 3), dtype=np.int64),
        hope=np.zeros(posts),
        end=np.zeros(4, dtype=np.int64),
        counts=np.zeros(3, dtype=np.int64),
    )


@kernel
def chain(f: Visits, s: State, c: Search, post: int, floor: float, depth: int, width: int, left: int) -> float:
    """The most that one more visit of a post adds with a chain of at most `depth` swaps; `floor` if not more than that.

    Each layer is gone on from at its best `width` labels only. left: who made the visit until now; -1 if nobody
    did, and then the search ends with the first layer from which somebody can come. The chain is in `c.end`, for
    `apply`.
    """
    c.counts[SEARCHES] += 1
    c.counts[LABELS] = 0
    c.end[LABEL] = -1
    _label(c, 0, post, -1, -1, -1, 0.0, 0.0)
    low, best = 0, floor
    for layer in range(depth + 1):
        high = c.counts[LABELS]
        for _ in range(min(width, high - low)):
            best = _extend(f, s, c, _next(c, low, high), high, best, layer < depth, left)
        if low == high or (left < 0 and c.end[LABEL] >= 0 and c.end[OUT] < 0):
            break
        low = high
    return best


@kernel
def _label(c: Search, fresh: int, post: int, parent: int, node: int, out: int, gain: float, total: float) -> None:
    """Sets the label of a post if it has none, or a worse one that is `fresh`: of that number or later."""
    at = c.posts[post, LABEL]
    if c.posts[post, STAMP] != c.counts[SEARCHES]:
        at = c.counts[LABELS]
        c.counts[LABELS] += 1
        c.posts[post, LABEL], c.posts[post, STAMP] = at, c.counts[SEARCHES]
    elif at < fresh or c.gains[at, TOTAL] >= total:
        return
    c.labels[at, AT], c.labels[at, PARENT], c.labels[at, DONE] = post, parent, 0
    c.labels[at, NODE], c.labels[at, OUT] = node, out
    c.gains[at, GAIN], c.gains[at, TOTAL] = gain, total


@kernel
def _next(c: Search, low: int, high: int) -> int:
    """The most hopeful label of a layer from which the search did not go on."""
    best = -1
    for at in range(low, high):
        if not c.labels[at, DONE] and (best < 0 or c.gains[at, TOTAL] > c.gains[best, TOTAL]):
            best = at
    c.labels[best, DONE] = 1
    return best


@kernel
def _extend(f: Visits, s: State, c: Search, label: int, fresh: int, best: float, swaps: bool, left: int) -> float:
    """Ends a chain at a label, and if `swaps`, goes on to the posts that may be left for it; the best end so far."""
    post, gain, most = c.labels[label, AT], c.gains[label, GAIN], -np.inf
    if label > 0 and c.gains[label, TOTAL] <= best:
        return best
    for node in range(f.posts[post, LOW], f.posts[post, HIGH]):
        v, worth = f.nodes[node, WHO], f.alone[node]
        empty = s.lengths[v] == 0
        if worth == np.inf or (empty and worth <= most) or _in_chain(f, c, label, v):
            continue
        if not empty:
            worth = added(f, s, v, node)
            c.counts[STEPS] += 10
        if gain + worth > best:
            best = gain + worth
            c.end[LABEL], c.end[NODE], c.end[OUT] = label, node, -1
        if v != left:
            most = max(most, worth)
            if swaps and not empty:
                best = _swaps(f, s, c, label, fresh, best, node, left)
    if left >= 0:
        c.hope[post] = most
    c.counts[STEPS] += f.posts[post, HIGH] - f.posts[post, LOW]
    return best


@kernel
def _swaps(f: Visits, s: State, c: Search, label: int, fresh: int, best: float, node: int, left: int) -> float:
    """Labels the posts that a volunteer could leave for a node; ends the chain where a post can do without."""
    v, slot, only = f.nodes[node, WHO], f.nodes[node, SLOT], -1
    for q in range(s.lengths[v]):
        other = f.nodes[s.routes[v, q], SLOT]
        if f.slots[other, START] < f.slots[slot, END] and f.slots[slot, START] < f.slots[other, END]:
            if only >= 0:
                return best
            only = q
    for q in range(s.lengths[v]):
        out = s.routes[v, q]
        post = f.slots[f.nodes[out, SLOT], POST]
        settled = c.posts[post, STAMP] == c.counts[SEARCHES] and c.posts[post, LABEL] < fresh
        if (only >= 0 and q != only) or f.nodes[out, FLAGS] & PINNED or settled or c.posts[post, DEAD]:
            continue
        hope, free = c.hope[post], s.present[post] > f.posts[post, LEAST]
        most = max(hope, 0.0 if free else -np.inf, f.value[out] if left >= 0 else -np.inf)
        saved = s.reach[v, q] + s.reach[v, q + 1]
        if c.gains[label, GAIN] + f.value[node] - f.value[out] + saved + most <= best:
            continue
        gain = c.gains[label, GAIN] + swapped(f, s, v, q, node)
        c.counts[STEPS] += 20
        if free and gain > best:
            best = gain
            c.end[LABEL], c.end[NODE], c.end[OUT] = label, node, out
        if left >= 0:
            hope = max(hope, _instead(f, s, left, out))
        if gain + hope > best:
            _label(c, fresh, post, label, node, out, gain, gain + hope)
    return best


@kernel
def _instead(f: Visits, s: State, v: int, node: int) -> float:
    """What a visit adds to a volunteer's day if that volunteer makes it, -inf if that is impossible."""
    low, high = f.slots[f.nodes[node, SLOT], OPENS], f.slots[f.nodes[node, SLOT], CLOSES]
    at = low + np.searchsorted(f.nodes[low:high, WHO], v)
    return added(f, s, v, at) if at < high and f.nodes[at, WHO] == v else -np.inf


@kernel
def _in_chain(f: Visits, c: Search, label: int, v: int) -> bool:
    while label > 0:
        if f.nodes[c.labels[label, NODE], WHO] == v:
            return True
        label = c.labels[label, PARENT]
    return False


@kernel
def apply(f: Visits, s: State, c: Search) -> None:
    """Makes the changes of the chain found last."""
    label = c.end[LABEL]
    _change(f, s, c.end[NODE], c.end[OUT])
    while label > 0:
        _change(f, s, c.labels[label, NODE], c.labels[label, OUT])
        label = c.labels[label, PARENT]


@kernel
def _change(f: Visits, s: State, node: int, out: int) -> None:
    """Puts a visit into its volunteer's day, and takes another out of it if there is one."""
    v = f.nodes[node, WHO]
    for q in range(s.lengths[v]):
        if s.routes[v, q] == out:
            take(f, s, v, q)
            break
    put(f, s, v, node)
