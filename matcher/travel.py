"""How long ways take: seconds between the places of a batch (docs/problem.md, section Travel).

Everything is vectorised over place indices (`matcher.places.Places`). Euclidean, manhattan and geographic ways are
computed on the spot, a matrix is looked up, shortest paths are searched when first asked for (`matcher.paths`).
"""

from dataclasses import dataclass
from typing import Protocol

import numpy as np
from numpy.typing import ArrayLike, NDArray

from matcher import paths
from matcher.batch import (
    Batch,
    CellPlace,
    GeographicTravel,
    GridTravel,
    MatrixTravel,
    NetworkTravel,
    NodePlace,
    Place,
    PointPlace,
)
from matcher.batch import Travel as AnyTravel
from matcher.clock import whole_seconds
from matcher.paths import Floats, Indices
from matcher.places import Places

UNREACHABLE = 2**40
"""Seconds of a leg that is impossible; also the most that is told of any leg (34,865 years)."""
EARTH_RADIUS_METRES = 6371008.8
BLOCK = 2**15
"""Pairs of places of a table computed at a time."""


class Measure(Protocol):
    """Something that knows the unrounded seconds from a[i] to b[i] (broadcast), inf where unreachable."""

    def base(self, a: Indices, b: Indices) -> Floats: ...


@dataclass(frozen=True)
class Travel:
    """Travel times between places, given by their indices in `Places.unique`. `OPEN` is no place: leave it out."""

    measure: Measure
    least: int
    """Least seconds of a leg."""

    def base(self, a: ArrayLike, b: ArrayLike) -> Floats:
        """Unrounded seconds from a[i] to b[i] (broadcast) with factor 1, inf where unreachable."""
        return self.measure.base(np.asarray(a, np.intp), np.asarray(b, np.intp))

    def seconds(self, a: ArrayLike, b: ArrayLike, factor: ArrayLike) -> NDArray[np.int64]:
        """Whole seconds of the leg from a[i] to b[i] for a volunteer with travel factor factor[i] (broadcast)."""
        return self.rounded(self.base(a, b), factor)

    def rounded(self, base: Floats, factor: ArrayLike) -> NDArray[np.int64]:
        """Whole seconds of legs with these unrounded seconds; `UNREACHABLE` where infinite."""
        seconds: Floats = np.floor(base * np.asarray(factor, np.float64) + 0.5 + 1e-6)
        return np.clip(seconds, self.least, UNREACHABLE).astype(np.int64)

    def table(self, indices: ArrayLike) -> Floats:
        """Unrounded seconds from each of the k places to each, [k, k]; meant for at most about 5,000 places."""
        among = np.asarray(indices, np.intp)
        seconds = np.empty((len(among), len(among)))
        height = max(1, BLOCK // max(1, len(among)))
        for first in range(0, len(among), height):
            rows = slice(first, first + height)
            seconds[rows] = self.base(among[rows, None], among[None, :])
        return seconds


def build(batch: Batch, places: Places) -> Travel:
    """The travel times of a checked batch.

    Raises InputError where blocked cells and places span too large a grid.
    """
    return between(places.unique, batch.travel, batch.policy.min_travel_minutes)


def between(unique: tuple[Place, ...], travel: AnyTravel, min_minutes: float = 0.0) -> Travel:
    """The travel times between some places, which may repeat; min_minutes: least minutes of a leg.

    Raises InputError where blocked cells and places span too large a grid.
    """
    measure: Measure
    if isinstance(travel, NetworkTravel):
        measure = paths.over_network(travel.edges, unique)
    elif isinstance(travel, MatrixTravel):
        measure = Matrix(travel, unique)
    elif isinstance(travel, GeographicTravel):
        measure = Geographic(travel, unique)
    elif travel.blocked:
        measure = BlockedGrid(travel, unique)
    else:
        measure = Grid(travel, unique)
    return Travel(measure, whole_seconds(min_minutes))


class Grid:
    """Cells without obstacles."""

    def __init__(self, travel: GridTravel, unique: tuple[Place, ...]) -> None:
        self.travel = travel
        cells = np.array([p.cell for p in unique if isinstance(p, CellPlace)], np.float64)
        self.row, self.column = cells.reshape(-1, 2).T

    def base(self, a: Indices, b: Indices) -> Floats:
        down = np.abs(self.row[a] - self.row[b])
        across = np.abs(self.column[a] - self.column[b])
        cells = down + across if self.travel.metric == "manhattan" else np.sqrt(down * down + across * across)
        return _driven(self.travel.cell_metres * cells, self.travel.speed_kmh)


class BlockedGrid:
    """Cells with obstacles."""

    def __init__(self, travel: GridTravel, unique: tuple[Place, ...]) -> None:
        self.travel = travel
        self.steps = paths.over_grid(travel, unique)

    def base(self, a: Indices, b: Indices) -> Floats:
        return _driven(self.travel.cell_metres * self.steps.base(a, b), self.travel.speed_kmh)


class Geographic:
    """Great circles, by the haversine formula: h = sin²(Δφ/2) + cos φa cos φb sin²(Δλ/2), metres = 2 R asin √h."""

    def __init__(self, travel: GeographicTravel, unique: tuple[Place, ...]) -> None:
        self.travel = travel
        points = np.array([(p.lat, p.lon) for p in unique if isinstance(p, PointPlace)], np.float64)
        self.lat, self.lon = np.radians(points.reshape(-1, 2)).T
        self.cos_lat = np.cos(self.lat)

    def base(self, a: Indices, b: Indices) -> Floats:
        half_lat = np.sin((self.lat[b] - self.lat[a]) / 2)
        half_lon = np.sin((self.lon[b] - self.lon[a]) / 2)
        h = half_lat * half_lat + self.cos_lat[a] * self.cos_lat[b] * half_lon * half_lon
        metres = 2 * EARTH_RADIUS_METRES * np.arcsin(np.sqrt(np.minimum(h, 1)))
        return _driven(metres * self.travel.detour, self.travel.speed_kmh)


class Matrix:
    """A table of seconds."""

    def __init__(self, travel: MatrixTravel, unique: tuple[Place, ...]) -> None:
        number = {name: i for i, name in enumerate(travel.nodes)}
        self.node = np.array([number[p.node] for p in unique if isinstance(p, NodePlace)], np.intp)
        used, self.row = np.unique(self.node, return_inverse=True)
        self.seconds = np.array([travel.seconds[i] for i in used.tolist()], np.float64).reshape(len(used), len(number))

    def base(self, a: Indices, b: Indices) -> Floats:
        return self.seconds[self.row[a], self.node[b]]


def _driven(metres: Floats, speed_kmh: float) -> Floats:
    return metres * 3.6 / speed_kmh
