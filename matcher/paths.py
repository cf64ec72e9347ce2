"""Shortest paths between the places of a batch: over a network of roads, and around blocked cells of a grid.

Lengths from one place to all others are a row. Rows are computed when first asked for, and kept while memory lasts.
"""

from collections.abc import Callable
from functools import partial

import numba
import numpy as np
from numpy.typing import NDArray
from scipy.sparse import csr_array
from scipy.sparse.csgraph import dijkstra

from matcher.batch import CellPlace, Edge, GridTravel, NodePlace, Place
from matcher.errors import InputError, Problem

Floats = NDArray[np.float64]
Indices = NDArray[np.integer]
Steps = NDArray[np.int32]

KEPT_BYTES = 2**29
"""Most memory of the rows kept by one `Rows`."""
MOST_CELLS = 2**24
"""Largest box of cells that is searched, 4,096 × 4,096; every path in it has a length that a float32 holds exactly."""
SEARCHED = 2**22
"""Lengths from a block of sources to all nodes of a network computed at a time."""
FREE, BLOCKED = -1, -2


class Rows:
    """Lengths (inf where there is no path) from places to all places."""

    def __init__(
        self, places: int, kind: type[np.floating], compute: Callable[[Indices], NDArray[np.floating]]
    ) -> None:
        """`compute(sources)` gives the rows of these places, [sources, places], of float type `kind`."""
        self.compute = compute
        most = max(1, KEPT_BYTES // (np.dtype(kind).itemsize * max(1, places)))
        self.kept = np.empty((min(places, most), places), kind)
        self.slot = np.full(places, -1, np.int64)
        self.used = 0

    def look_up(self, source: Indices, target: Indices) -> Floats:
        """Lengths from source[i] to target[i], of one shape."""
        length = np.empty(source.shape)
        sources = distinct(source, len(self.slot))
        room = len(self.kept)
        for first in range(0, len(sources), max(1, room)):
            part = sources[first : first + room]
            self._keep(part)
            here = ... if len(part) == len(sources) else (part[0] <= source) & (source <= part[-1])
            length[here] = self.kept[self.slot[source[here]], target[here]]
        return length

    def _keep(self, sources: Indices) -> None:
        missing = sources[self.slot[sources] < 0]
        if self.used + len(missing) > len(self.kept):
            self.slot[:] = -1
            self.used = 0
            missing = sources
        if len(missing):
            self.kept[self.used : self.used + len(missing)] = self.compute(missing)
            self.slot[missing] = np.arange(self.used, self.used + len(missing))
            self.used += len(missing)


class ShortestPaths:
    """Lengths of shortest paths, searched from whichever side has fewer distinct places."""

    def __init__(self, forward: Rows, backward: Rows) -> None:
        self.forward = forward
        self.backward = backward

    def base(self, a: Indices, b: Indices) -> Floats:
        """Lengths from a[i] to b[i] (broadcast), inf where there is no path."""
        a, b = np.broadcast_arrays(a, b)
        places = len(self.forward.slot)
        if len(distinct(b, places)) < len(distinct(a, places)):
            return self.backward.look_up(b, a)
        return self.forward.look_up(a, b)


def distinct(indices: Indices, count: int) -> Indices:
    """The different values among indices below `count`, ascending."""
    seen = np.zeros(count, np.bool_)
    seen[indices] = True
    return np.flatnonzero(seen)


def over_network(edges: tuple[Edge, ...], unique: tuple[Place, ...]) -> ShortestPaths:
    """Seconds of shortest paths over the edges; a place on no edge is cut off, also from itself."""
    names = dict.fromkeys(name for edge in edges for name in (edge.from_, edge.to))
    number = {name: i for i, name in enumerate(names)}
    fastest: dict[tuple[int, int], float] = {}
    for edge in edges:
        ways = [(number[edge.from_], number[edge.to])]
        if not edge.one_way:
            ways.append((ways[0][1], ways[0][0]))
        for way in ways:
            fastest[way] = min(edge.seconds, fastest.get(way, np.inf))
    tails, heads = np.array(list(fastest), np.int32).reshape(-1, 2).T
    roads = csr_array((np.array(list(fastest.values())), (tails, heads)), shape=(len(names), len(names)))
    node = np.array([number.get(p.node, -1) if isinstance(p, NodePlace) else -1 for p in unique], np.int64)
    forward, backward = (partial(_network_rows, node, graph) for graph in (roads, csr_array(roads.T)))
    return ShortestPaths(*(Rows(len(unique), np.float64, compute) for compute in (forward, backward)))


def _network_rows(node: Indices, roads: csr_array, sources: Indices) -> Floats:
    rows = np.full((len(sources), len(node)), np.inf)
    starts, targets = np.flatnonzero(node[sources] >= 0), np.flatnonzero(node >= 0)
    height = max(1, SEARCHED // max(1, roads.shape[0]))
    for first in range(0, len(starts), height):
        block = starts[first : first + height]
        lengths = dijkstra(roads, indices=node[sources[block]])
        rows[np.ix_(block, targets)] = lengths[:, node[targets]]
    return rows


def over_grid(travel: GridTravel, unique: tuple[Place, ...]) -> ShortestPaths:
    """Steps of shortest paths over free cells; a blocked or walled-in place is cut off, also from itself.

    Raises InputError where the box of all places and blocked cells is too large to be searched.
    """
    cells = [p.cell for p in unique if isinstance(p, CellPlace)]
    # One cell of room on each side belongs to the box, one more is the wall around it.
    top, left = (min(numbers) - 2 for numbers in zip(*cells, *travel.blocked, strict=True))
    bottom, right = (max(numbers) + 2 for numbers in zip(*cells, *travel.blocked, strict=True))
    height, width = bottom - top + 1, right - left + 1
    if height * width > MOST_CELLS:
        raise _too_large(height - 2, width - 2)
    ground = np.full((height, width), BLOCKED, np.int32)
    ground[1:-1, 1:-1] = FREE
    for row, column in travel.blocked:
        ground[row - top, column - left] = BLOCKED
    place = np.array([(row - top) * width + column - left for row, column in cells], np.int32)
    rows = Rows(len(unique), np.float32, partial(_grid_rows, ground.ravel(), width, place))
    return ShortestPaths(rows, rows)


def _too_large(height: int, width: int) -> InputError:
    problem = Problem(
        code="grid_too_large",
        where="/travel/blocked",
        value=f"{height} × {width}",
        zh=f"有障碍格时，所有地点和障碍格所占的矩形最多 {MOST_CELLS:,} 格",
        en=f"with blocked cells, the box of all places and blocked cells has at most {MOST_CELLS:,} cells",
    )
    return InputError("网格范围过大", "The grid is too large", [problem])


def _grid_rows(ground: Steps, width: int, place: Steps, sources: Indices) -> NDArray[np.float32]:
    rows = np.empty((len(sources), len(place)), np.float32)
    _walk(ground, np.int32(width), place, place[sources], rows)
    rows[rows < 0] = np.inf
    return rows


@numba.njit(cache=True)
def _walk(ground: Steps, width: np.int32, place: Steps, sources: Steps, rows: NDArray[np.float32]) -> None:
    """Breadth-first search from every source; `rows` gets the steps to every place, negative if not reached."""
    steps = np.empty_like(ground)
    queue = np.empty(ground.size, np.int32)
    for i in range(sources.size):
        steps[:] = ground
        head = tail = 0
        if ground[sources[i]] == FREE:
            queue[0] = sources[i]
            steps[sources[i]] = 0
            tail = 1
        while head < tail:
            cell = queue[head]
            head += 1
            for neighbour in (cell - width, cell - 1, cell + 1, cell + width):
                if steps[neighbour] == FREE:
                    steps[neighbour] = steps[cell] + 1
                    queue[tail] = neighbour
                    tail += 1
        if tail == 1:
            steps[sources[i]] = BLOCKED  # no way leads out: cut off, also from itself
        for j in range(place.size):
            rows[i, j] = steps[place[j]]
