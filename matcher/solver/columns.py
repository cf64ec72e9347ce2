"""The pool of routes found so far: the columns of the master problem."""

from collections.abc import Sequence
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

from matcher.instance import Instance
from matcher.solver.alike import Alike
from matcher.solver.graph import Graph
from matcher.solver.legs import measure

Ints = NDArray[np.int64]
Floats = NDArray[np.float64]
Routes = Sequence[tuple[Ints, Ints]]


class Columns:
    """Routes in arrays, each once: volunteer [C], nodes by ptr [C + 1], vias, value per tier [T, C].

    Of volunteers who are alike, routes are the first one's; a plan may have such a column more than once.
    """

    def __init__(self, instance: Instance, graph: Graph, alike: Alike) -> None:
        self._instance, self._graph, self.alike = instance, graph, alike
        self.volunteer = np.zeros(0, dtype=np.int64)
        self.ptr = np.zeros(1, dtype=np.int64)
        self.nodes = np.zeros(0, dtype=np.int64)
        self.vias = np.zeros(0, dtype=np.int64)
        self.value = np.zeros((instance.tiers.count, 0))
        self._index: dict[bytes, int] = {}

    def __len__(self) -> int:
        return len(self.volunteer)

    def route(self, column: int) -> tuple[Ints, Ints]:
        """Nodes and vias of one route."""
        at = slice(self.ptr[column], self.ptr[column + 1])
        return self.nodes[at], self.vias[at]

    def spread(self, columns: Ints) -> Routes:
        """Routes of some columns, each of another volunteer."""
        return self.routes_of(columns, self.people(columns))

    def people(self, columns: Ints) -> Ints:
        """Volunteers who can take some columns, each another one."""
        return self.alike.of(self.volunteer[columns])

    def routes_of(self, columns: Ints, who: Ints) -> Routes:
        """Routes of some columns as those of volunteers `who`."""
        moved = self._moved(columns, who)
        return [(nodes + more, vias) for (nodes, vias), more in zip(map(self.route, columns), moved, strict=True)]

    def visits_of(self, columns: Ints, who: Ints) -> Ints:
        """Nodes of some columns, one after the other, as those of volunteers `who`."""
        column, nodes = nodes_of(self, columns)
        return nodes + self._moved(columns, who)[column]

    def _moved(self, columns: Ints, who: Ints) -> Ints:
        """By how much nodes of volunteers `who` have a higher number than those of the columns."""
        return self._graph.ptr[who] - self._graph.ptr[self.volunteer[columns]]

    def take(self, routes: Routes) -> Ints:
        """The columns of some routes, which are added where they are new."""
        return self._put(self._first_ones(routes))

    def add(self, routes: Routes) -> int:
        """Adds routes (nodes, vias) that are new; returns how many were."""
        before = len(self)
        self._put(self._first_ones(routes))
        return len(self) - before

    def _first_ones(self, routes: Routes) -> Routes:
        """The routes as those of the first one of each class."""
        who = self._graph_volunteers(np.array([nodes[0] for nodes, _ in routes], dtype=np.int64))
        moved = self._graph.ptr[who] - self._graph.ptr[self.alike.first[who]]
        if not moved.any():
            return routes
        return [(nodes - less, vias) for (nodes, vias), less in zip(routes, moved, strict=True)]

    def _put(self, routes: Routes) -> Ints:
        """The columns of routes of first ones."""
        fresh: list[tuple[Ints, Ints]] = []
        columns = np.empty(len(routes), dtype=np.int64)
        for at, (route, key) in enumerate(zip(routes, _keys(routes), strict=True)):
            column = self._index.setdefault(key, len(self) + len(fresh))
            if column == len(self) + len(fresh):
                fresh.append(route)
            columns[at] = column
        if fresh:
            self._append(fresh)
        return columns

    def _append(self, fresh: Routes) -> None:
        nodes = np.concatenate([n for n, _ in fresh])
        vias = np.concatenate([w for _, w in fresh])
        ptr = np.concatenate([np.zeros(1, dtype=np.int64), np.cumsum([len(n) for n, _ in fresh])])
        who = self._graph_volunteers(nodes[ptr[:-1]])
        value = self._values(who, ptr, nodes, vias)
        self.volunteer = np.concatenate([self.volunteer, who])
        self.ptr = np.concatenate([self.ptr, self.ptr[-1] + ptr[1:]])
        self.nodes = np.concatenate([self.nodes, nodes])
        self.vias = np.concatenate([self.vias, vias])
        self.value = np.concatenate([self.value, value], axis=1)

    def _graph_volunteers(self, nodes: Ints) -> Ints:
        return np.searchsorted(self._graph.ptr, nodes, side="right") - 1

    def _values(self, who: Ints, ptr: Ints, nodes: Ints, vias: Ints) -> Floats:
        """Value of each route in each tier [T, C]."""
        tiers, inst = self._instance.tiers, self._instance
        travel, waiting = measure(self._graph, who, ptr, nodes, vias)
        value = -np.outer(tiers.travel, travel) - np.outer(tiers.waiting, waiting)
        value -= tiers.load_cost(self._graph.recent[who], np.diff(ptr))
        for t in range(tiers.count):
            gain = inst.slot_gain[t, inst.node_slot[nodes]]
            if t in inst.node_gain:
                gain = gain + inst.node_gain[t][nodes]
            value[t] += np.add.reduceat(gain, ptr[:-1])
        return value


def nodes_of(pool: Columns, take: Ints) -> tuple[Ints, Ints]:
    """All nodes of some routes, and for each the position of its route in `take`."""
    lengths = pool.ptr[take + 1] - pool.ptr[take]
    column = np.repeat(np.arange(len(take)), lengths)
    within = np.arange(len(column)) - np.repeat(np.cumsum(lengths) - lengths, lengths)
    return column, pool.nodes[pool.ptr[take][column] + within]


def _keys(routes: Routes) -> list[bytes]:
    """A key for each route."""
    if not routes:
        return []
    flat = np.stack([np.concatenate([part[k] for part in routes]) for k in (0, 1)], axis=1)
    whole, width = flat.astype(np.int32).tobytes(), 2 * np.dtype(np.int32).itemsize
    ends = width * np.cumsum([len(nodes) for nodes, _ in routes])
    return [whole[start:end] for start, end in pairwise([0, *ends.tolist()])]
