"""Seconds from place to place, one pair at a time."""

import math
from collections.abc import Callable
from functools import cache, partial

import networkx as nx

from matcher.batch import (
    CellPlace,
    GeographicTravel,
    GridTravel,
    MatrixTravel,
    NetworkTravel,
    NodePlace,
    Place,
    PointPlace,
    Travel,
)

EARTH_METRES = 6_371_008.8

Cell = tuple[int, int]
Base = Callable[[Place, Place], float | None]


def base_seconds(travel: Travel) -> Base:
    """A function from two places to the seconds between them, unrounded, for a volunteer of factor 1.

    It returns null where no way leads from the first place to the second.
    """
    if isinstance(travel, GridTravel):
        return _grid(travel)
    if isinstance(travel, GeographicTravel):
        return _geographic(travel)
    if isinstance(travel, MatrixTravel):
        return _matrix(travel)
    return _network(travel)


def rounded(seconds: float, factor: float) -> int:
    """Whole seconds of a volunteer of that factor; the millionth keeps halves from falling by rounding errors."""
    return math.floor(seconds * factor + 0.5 + 1e-6)


def _grid(travel: GridTravel) -> Base:
    around = cache(partial(steps_around, frozenset(travel.blocked)))

    def cells(a: Cell, b: Cell) -> float | None:
        rows, columns = abs(a[0] - b[0]), abs(a[1] - b[1])
        if travel.metric == "euclidean":
            return math.sqrt(rows**2 + columns**2)
        return around(a, b) if travel.blocked else rows + columns

    def seconds(a: Place, b: Place) -> float | None:
        assert isinstance(a, CellPlace)
        assert isinstance(b, CellPlace)
        distance = cells(a.cell, b.cell)
        return None if distance is None else distance * travel.cell_metres * 3.6 / travel.speed_kmh

    return seconds


def steps_around(blocked: frozenset[Cell], a: Cell, b: Cell) -> int | None:
    """Steps of the shortest path over free cells, by breadth-first search; null if there is none.

    It searches the bounding box of both places and all blocked cells, widened by one cell: the ring
    around it is free, so a larger box (of all places of the batch) holds no shorter path.
    """
    if a in blocked or b in blocked or blocked.issuperset(_neighbours(a)):
        return None  # blocked or walled in: unreachable, also from itself
    corners = [a, b, *blocked]
    top, bottom = min(row for row, _ in corners) - 1, max(row for row, _ in corners) + 1
    left, right = min(column for _, column in corners) - 1, max(column for _, column in corners) + 1
    steps, frontier, seen = 0, [a], {a}
    while frontier:
        if b in seen:
            return steps
        ring = []
        for each in frontier:
            for cell in _neighbours(each):
                inside = top <= cell[0] <= bottom and left <= cell[1] <= right
                if inside and cell not in blocked and cell not in seen:
                    seen.add(cell)
                    ring.append(cell)
        steps, frontier = steps + 1, ring
    return None


def _neighbours(cell: Cell) -> tuple[Cell, Cell, Cell, Cell]:
    row, column = cell
    return (row - 1, column), (row + 1, column), (row, column - 1), (row, column + 1)


def _geographic(travel: GeographicTravel) -> Base:
    def seconds(a: Place, b: Place) -> float:
        assert isinstance(a, PointPlace)
        assert isinstance(b, PointPlace)
        return haversine_metres(a, b) * travel.detour * 3.6 / travel.speed_kmh

    return seconds


def haversine_metres(a: PointPlace, b: PointPlace) -> float:
    """Great-circle distance in metres."""
    lat_a, lat_b = math.radians(a.lat), math.radians(b.lat)
    half_lat, half_lon = (lat_b - lat_a) / 2, math.radians(b.lon - a.lon) / 2
    square = math.sin(half_lat) ** 2 + math.cos(lat_a) * math.cos(lat_b) * math.sin(half_lon) ** 2
    return 2 * EARTH_METRES * math.asin(min(1.0, math.sqrt(square)))


def _matrix(travel: MatrixTravel) -> Base:
    index = {node: i for i, node in enumerate(travel.nodes)}

    def seconds(a: Place, b: Place) -> float:
        assert isinstance(a, NodePlace)
        assert isinstance(b, NodePlace)
        return travel.seconds[index[a.node]][index[b.node]]

    return seconds


def _network(travel: NetworkTravel) -> Base:
    roads: dict[tuple[str, str], float] = {}
    for edge in travel.edges:
        ways = [(edge.from_, edge.to)] if edge.one_way else [(edge.from_, edge.to), (edge.to, edge.from_)]
        for way in ways:
            roads[way] = min(edge.seconds, roads.get(way, math.inf))
    graph = nx.DiGraph()
    graph.add_weighted_edges_from((a, b, seconds) for (a, b), seconds in roads.items())

    @cache
    def seconds_between(a: str, b: str) -> float | None:
        try:
            return float(nx.bidirectional_dijkstra(graph, a, b)[0])
        except (nx.NetworkXNoPath, nx.NodeNotFound):
            return None

    def seconds(a: Place, b: Place) -> float | None:
        assert isinstance(a, NodePlace)
        assert isinstance(b, NodePlace)
        return seconds_between(a.node, b.node)

    return seconds
