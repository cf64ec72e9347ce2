"""Volunteers whom nothing tells apart: one class with a count.

Whoever has the same nodes (places, starts, ways, gains), limits and recent service as another could take over that
one's day as it is. Routes are therefore looked for, priced and chosen once for a class, as often as it has people, and
spread over them in the end: which of them comes makes no difference to a plan's value (symmetry by identical columns;
Lübbecke and Desrosiers, Operations Research 53, 2005, section 1.2).
"""

from collections.abc import Iterator, Sequence
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from matcher.instance import Instance, nodes_of_people, pointers

Ints = NDArray[np.int64]
Column = NDArray[np.integer] | NDArray[np.floating]


class Alike(NamedTuple):
    """Classes of volunteers [V]: of each the first of its class, how many there are, and all by class.

    at: where the class of a first one begins in `order`.
    """

    first: Ints
    size: Ints
    order: Ints
    at: Ints

    def of(self, first: Ints) -> Ints:
        """Volunteers of some classes, given by their first ones: another one each time a class comes up again."""
        order = np.argsort(first, kind="stable")
        mine = first[order]
        who = np.empty_like(first)
        who[order] = self.order[self.at[mine] + np.arange(len(mine)) - np.searchsorted(mine, mine)]
        return who


def classes(first: Ints) -> Alike:
    """The classes that follow from the first one of each volunteer's class."""
    size, order = np.bincount(first, minlength=len(first)), np.argsort(first, kind="stable")
    return Alike(first, size[first], order, pointers(size)[:-1])


def nobody_alike(inst: Instance) -> Alike:
    """Each volunteer is a class."""
    return classes(np.arange(inst.volunteers))


def alike_in(inst: Instance) -> Alike:
    """The classes of an instance; who has pins is one by oneself."""
    first, (people, group) = np.arange(inst.volunteers), _likely(inst)
    if len(people):
        nodes, ptr = nodes_of_people(inst, people), pointers(np.diff(inst.node_ptr)[people])
        columns = _columns(inst, nodes, np.repeat(inst.node_ptr[people], np.diff(ptr)))
        found = _first_of_equals([group, *_marks(columns, ptr)])
        theirs = np.arange(len(nodes)) + np.repeat(ptr[found] - ptr[:-1], np.diff(ptr))
        same = np.ones(len(people), dtype=np.bool_)
        for column in columns:
            same &= np.logical_and.reduceat(column == column[theirs], ptr[:-1])
        first[people] = np.where(same, people[found], people)
    return classes(first)


def _likely(inst: Instance) -> tuple[Ints, Ints]:
    """Volunteers with another one of the same limits, recent service, number of nodes, first and last node.

    None of them has pins. Comes with a number for those who have all that in common.
    """
    size = np.diff(inst.node_ptr)
    people = np.flatnonzero((size > 0) & (np.diff(inst.pin_ptr) == 0))
    keys = [size, inst.recent, inst.factor, inst.cap_requests, inst.cap_day, inst.cap_seconds]
    begin = inst.node_ptr[people]
    ends = [column for nodes in (begin, begin + size[people] - 1) for column in _columns(inst, nodes, begin)]
    found = _first_of_equals([*(key[people] for key in keys), *ends])
    likely = np.bincount(found, minlength=len(people))[found] > 1
    return people[likely], found[likely]


def _columns(inst: Instance, nodes: Ints, begin: Ints) -> list[Column]:
    """All that is known of some nodes, but whose they are; begin: the first node of the same volunteer.

    Shifts are numbered over all volunteers, so only how they differ from the first one counts.
    """
    of_nodes = {name: column[nodes] for name, column in inst.node.items() if name != "volunteer"}
    of_nodes["shift"] = of_nodes["shift"] - inst.node["shift"][begin]
    return [inst.node_slot[nodes], *of_nodes.values(), *(gain[nodes] for gain in inst.node_gain.values())]


def _marks(columns: Sequence[Column], ptr: Ints) -> Iterator[Ints]:
    """For each column a number of each stretch [len(ptr) - 1], nearly always another one for another stretch."""
    within = np.arange(ptr[-1]) - np.repeat(ptr[:-1], np.diff(ptr))
    weight = np.random.default_rng(0).integers(1, 2**62, int(within.max()) + 1)[within]
    for column in columns:
        bits = column.view(np.int64) if column.dtype == np.float64 else column.astype(np.int64)
        yield np.add.reduceat(bits * weight, ptr[:-1])


def _first_of_equals(keys: Sequence[Column]) -> Ints:
    """For each position the first one that has the same in all keys."""
    order = np.lexsort(keys[::-1])
    new = np.zeros(len(order), dtype=np.bool_)
    for key in keys:
        new[1:] |= np.diff(key[order]) != 0
    found = np.empty(len(order), dtype=np.int64)
    begins = np.maximum.accumulate(np.where(new, np.arange(len(order)), 0))
    found[order] = order[begins]
    return found
