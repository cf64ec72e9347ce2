"""Ejection chains: somebody comes to a post instead of to another, which somebody else fills, and so on (compiled).

A search over posts, layer by layer: from a post that lacks a visit to the posts whose visitor could come instead.
No volunteer is in a chain twice, so that what the changes of a chain add, adds up.
"""

from typing import NamedTuple

import numpy as np
from numba import njit
from numpy.typing import NDArray

from matcher.solver.insertion import END, FLAGS, PINNED, SLOT, START, WHO, Offer, State, added, put, swapped, take

Ints = NDArray[np.int64]
Floats = NDArray[np.float64]

SEARCHES, STEPS, LABELS = 0, 1, 2
"""What is in `Search.count`."""
LABEL, NODE, OUT = 0, 1, 2
"""What is in `Search.end`."""


class Search(NamedTuple):
    """Labels of a search: the post that lacks a visit, the label before, who fills the post before with which node,
    leaving out which, what all that adds, and whether the search went on from there.

    label, stamp: of each post, its label and the search that is of. dead: posts to which nobody more can come [S].
    end: last label, node and node left out (-1: none) of the best chain. count: searches, steps, labels.
    """

    post: Ints
    parent: Ints
    who: Ints
    node: Ints
    out: Ints
    gain: Floats
    done: Ints
    label: Ints
    stamp: Ints
    dead: Ints
    end: Ints
    count: Ints


def search_over(posts: int) -> Search:
    """Room for searches over so many posts."""
    names = ("post", "parent", "who", "node", "out", "done", "label", "stamp", "dead")
    return Search(
        **{name: np.zeros(posts + 1, dtype=np.int64) for name in names},
        gain=np.zeros(posts + 1),
        end=np.zeros(3, dtype=np.int64),
        count=np.zeros(3, dtype=np.int64),
    )


@njit(cache=True)
def chain(
    f: Offer, s: State, c: Search, post: int, floor: float, depth: int, width: int, eager: bool
) -> float:
    """The most that one more visit of a post adds with a chain of at most `depth` swaps; `floor` if not more than that.

    Each layer is gone on from at its best `width` labels only; if `eager`, the search ends with the first
    layer from which somebody can come. The chain is in `c.end`, for `apply`.
    """
    c.count[SEARCHES] += 1
    c.count[LABELS] = 0
    c.end[LABEL] = -1
    _label(c, 0, post, -1, -1, -1, -1, 0.0)
    low, best = 0, floor
    for layer in range(depth + 1):
        high = c.count[LABELS]
        for _ in range(min(width, high - low)):
            best = _extend(f, s, c, _next(c, low, high), high, best, layer < depth)
        if low == high or (eager and c.end[LABEL] >= 0 and c.end[OUT] < 0):
            break
        low = high
    return best


@njit(cache=True)
def _label(c: Search, fresh: int, post: int, parent: int, who: int, node: int, out: int, gain: float) -> None:
    """Sets the label of a post if it has none, or a worse one that is `fresh`: of that number or later."""
    at = c.label[post]
    if c.stamp[post] != c.count[SEARCHES]:
        at = c.count[LABELS]
        c.count[LABELS] += 1
        c.label[post], c.stamp[post], c.done[at] = at, c.count[SEARCHES], 0
    elif at < fresh or c.gain[at] >= gain:
        return
    c.post[at], c.parent[at], c.who[at], c.node[at], c.out[at], c.gain[at] = post, parent, who, node, out, gain


@njit(cache=True)
def _next(c: Search, low: int, high: int) -> int:
    """The best label of a layer from which the search did not go on."""
    best = -1
    for at in range(low, high):
        if not c.done[at] and (best < 0 or c.gain[at] > c.gain[best]):
            best = at
    c.done[best] = 1
    return best


@njit(cache=True)
def _extend(f: Offer, s: State, c: Search, label: int, fresh: int, best: float, swaps: bool) -> float:
    """Ends a chain at a label, and if `swaps`, goes on to the posts that may be left for it; the best end so far."""
    post, gain = c.post[label], c.gain[label]
    if gain + f.hope[post] <= best:
        return best
    for at in range(f.low[post], f.high[post]):
        v, total = f.nodes[at, WHO], gain + f.alone[at]
        empty = s.lengths[v] == 0
        if total == np.inf or (empty and total <= best) or _in_chain(c, label, v):
            continue
        if not empty:
            total = gain + added(f, s, v, at)
        if total > best:
            best = total
            c.end[LABEL], c.end[NODE], c.end[OUT] = label, at, -1
        elif swaps and not empty:
            best = _swaps(f, s, c, label, fresh, best, v, at)
    c.count[STEPS] += f.high[post] - f.low[post]
    return best


@njit(cache=True)
def _swaps(f: Offer, s: State, c: Search, label: int, fresh: int, best: float, v: int, node: int) -> float:
    """Labels the posts that a volunteer could leave for a node; ends the chain where a post can do without."""
    n, route, slot, only = s.lengths[v], s.routes[v], f.nodes[node, SLOT], -1
    for q in range(n):
        other = f.nodes[route[q], SLOT]
        if f.slots[other, START] < f.slots[slot, END] and f.slots[slot, START] < f.slots[other, END]:
            if only >= 0:
                return best
            only = q
    for q in range(n):
        post = f.post[f.nodes[route[q], SLOT]]
        settled = c.stamp[post] == c.count[SEARCHES] and c.label[post] < fresh
        if (only >= 0 and q != only) or f.nodes[route[q], FLAGS] & PINNED or settled or c.dead[post]:
            continue
        gain = c.gain[label] + swapped(f, s, v, q, node)
        c.count[STEPS] += 4
        if gain > best and s.present[post] > f.least[post]:
            best = gain
            c.end[LABEL], c.end[NODE], c.end[OUT] = label, node, route[q]
        if gain + f.hope[post] > best:
            _label(c, fresh, post, label, v, node, route[q], gain)
    return best


@njit(cache=True)
def _in_chain(c: Search, label: int, v: int) -> bool:
    while label > 0:
        if c.who[label] == v:
            return True
        label = c.parent[label]
    return False


@njit(cache=True)
def apply(f: Offer, s: State, c: Search) -> None:
    """Makes the changes of the chain found last."""
    label, node = c.end[LABEL], c.end[NODE]
    _change(f, s, f.nodes[node, WHO], node, c.end[OUT])
    while label > 0:
        _change(f, s, c.who[label], c.node[label], c.out[label])
        label = c.parent[label]


@njit(cache=True)
def _change(f: Offer, s: State, v: int, node: int, out: int) -> None:
    """Puts a visit into a volunteer's day, and takes another out of it if there is one."""
    for q in range(s.lengths[v]):
        if s.routes[v, q] == out:
            take(f, s, v, q)
            break
    put(f, s, v, node)
