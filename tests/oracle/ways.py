"""Ways of the brute-force oracle: where everybody is, and how long a leg takes. Plain Python."""

import math
from collections import deque
from collections.abc import Iterable
from heapq import heappop, heappush

from matcher.batch import Batch, CellPlace, GridTravel, MatrixTravel, NetworkTravel, NodePlace, PointPlace
from matcher.clock import whole_seconds

Cell = tuple[float, float]
Spot = Cell | str
"""A place as a plain value: row and column, latitude and longitude, or a node's id."""


def spot(place: CellPlace | PointPlace | NodePlace) -> Spot:
    """The place as a plain value."""
    if isinstance(place, CellPlace):
        return place.cell
    return place.node if isinstance(place, NodePlace) else (place.lat, place.lon)


class Ways:
    """Places of a batch and the seconds between them.

    home, ends: spot of each volunteer's `place` and `ends_at` (null: open).
    place, end_place: spot of each request.
    """

    def __init__(self, batch: Batch) -> None:
        self.travel = batch.travel
        self.least = whole_seconds(batch.policy.min_travel_minutes)
        sites = {site.id: site for site in batch.sites}

        def located(own: CellPlace | PointPlace | NodePlace | None, site: str | None) -> Spot:
            while own is None:
                assert site is not None, "a place is missing"
                own, site = sites[site].place, sites[site].parent
            return spot(own)

        self.home = [located(v.place, v.site) for v in batch.volunteers]
        self.ends: list[Spot | None] = [
            home if v.ends_at is None else None if isinstance(v.ends_at, str) else spot(v.ends_at)
            for v, home in zip(batch.volunteers, self.home, strict=True)
        ]
        self.place = [located(r.place, r.site) for r in batch.requests]
        self.end_place = [
            place if r.end_place is None else spot(r.end_place)
            for r, place in zip(batch.requests, self.place, strict=True)
        ]
        self.factor = [v.travel_factor for v in batch.volunteers]
        own = [site.place for site in batch.sites if site.place is not None]
        ends = [end for end in self.ends if end is not None]
        self.known = {*map(spot, own), *self.home, *ends, *self.place, *self.end_place}
        self.reached: dict[Spot, dict[Spot, float]] = {}
        self.legs: dict[tuple[float, Spot, Spot], int | None] = {}

    def leg(self, volunteer: int, start: Spot, goal: Spot) -> int | None:
        """Seconds of one leg of a volunteer; null where there is no way."""
        key = (self.factor[volunteer], start, goal)
        if key not in self.legs:
            base = self._base(start, goal)
            self.legs[key] = None if base is None else max(self.least, math.floor(base * key[0] + 0.5 + 1e-6))
        return self.legs[key]

    def _base(self, start: Spot, goal: Spot) -> float | None:
        travel = self.travel
        if isinstance(travel, MatrixTravel):
            return travel.seconds[travel.nodes.index(str(start))][travel.nodes.index(str(goal))]
        if isinstance(travel, NetworkTravel):
            return self._shortest(start).get(goal)
        assert not isinstance(start, str)
        assert not isinstance(goal, str)
        if isinstance(travel, GridTravel):
            if travel.blocked:
                cells = self._free_ways(start).get(goal)
                return None if cells is None else cells * travel.cell_metres * 3.6 / travel.speed_kmh
            rows, columns = abs(start[0] - goal[0]), abs(start[1] - goal[1])
            cells = rows + columns if travel.metric == "manhattan" else math.sqrt(rows * rows + columns * columns)
            return cells * travel.cell_metres * 3.6 / travel.speed_kmh
        lat, lon, lat2, lon2 = map(math.radians, (*start, *goal))
        half = math.sin((lat2 - lat) / 2) ** 2 + math.cos(lat) * math.cos(lat2) * math.sin((lon2 - lon) / 2) ** 2
        return 2 * 6_371_008.8 * math.asin(min(1.0, math.sqrt(half))) * travel.detour * 3.6 / travel.speed_kmh

    def _free_ways(self, start: Spot) -> dict[Spot, float]:
        """Steps to every free cell that can be reached; nothing from a blocked or walled-in cell."""
        if start in self.reached:
            return self.reached[start]
        assert isinstance(self.travel, GridTravel)
        blocked = set(self.travel.blocked)
        cells = [cell for cell in {*self.known, *blocked} if not isinstance(cell, str)]
        rows, columns = [cell[0] for cell in cells], [cell[1] for cell in cells]

        def free(cell: Cell) -> bool:
            inside = min(rows) - 1 <= cell[0] <= max(rows) + 1 and min(columns) - 1 <= cell[1] <= max(columns) + 1
            return inside and cell not in blocked

        assert not isinstance(start, str)
        steps: dict[Cell, float] = {start: 0} if free(start) else {}
        queue = deque(steps)
        while queue:
            cell = queue.popleft()
            for near in _neighbours(cell):
                if near not in steps and free(near):
                    steps[near] = steps[cell] + 1
                    queue.append(near)
        self.reached[start] = dict(steps.items()) if len(steps) > 1 else {}
        return self.reached[start]

    def _shortest(self, start: Spot) -> dict[Spot, float]:
        """Seconds to every node that can be reached; nothing from a node on no road (Dijkstra)."""
        if start in self.reached:
            return self.reached[start]
        assert isinstance(self.travel, NetworkTravel)
        roads: dict[str, list[tuple[str, float]]] = {}
        for edge in self.travel.edges:
            roads.setdefault(edge.from_, []).append((edge.to, edge.seconds))
            back = roads.setdefault(edge.to, [])
            if not edge.one_way:
                back.append((edge.from_, edge.seconds))
        done: dict[Spot, float] = {}
        queue = [(0.0, str(start))] if start in roads else []
        while queue:
            far, node = heappop(queue)
            if node not in done:
                done[node] = far
                for near, seconds in roads[node]:
                    heappush(queue, (far + seconds, near))
        self.reached[start] = done
        return done


def _neighbours(cell: Cell) -> Iterable[Cell]:
    row, column = cell
    return ((row - 1, column), (row + 1, column), (row, column - 1), (row, column + 1))
