"""Travel for the compact model, with networkx (the brute-force oracle has its own, in `ways`)."""

import math
from typing import Any

import networkx as nx

from matcher.batch import Batch
from matcher.clock import whole_seconds

Place = Any
"""A place of whatever kind the batch's travel has."""


class Legs:
    """Seconds of every leg of a volunteer, null where there is no way."""

    def __init__(self, batch: Batch) -> None:
        self.batch = batch
        self.least = whole_seconds(batch.policy.min_travel_minutes)
        self.site = {site.id: site for site in batch.sites}
        self.known: dict[tuple[str, str, float], int | None] = {}
        self.starts = [self._resolve(v.place, v.site) for v in batch.volunteers]
        self.begins = [self._resolve(r.place, r.site) for r in batch.requests]
        self.ends = [r.end_place or begin for r, begin in zip(batch.requests, self.begins, strict=True)]
        self.graph = self._graph()

    def out(self, v: int, n: int) -> int | None:
        """From home to a request."""
        return self._leg(v, self.starts[v], self.begins[n])

    def home(self, v: int, n: int) -> int | None:
        """From a request's end to home."""
        return self._leg(v, self.ends[n], self.starts[v])

    def between(self, v: int, n: int, m: int) -> int | None:
        """From the end of one request to the start of another."""
        return self._leg(v, self.ends[n], self.begins[m])

    def back(self, v: int, n: int) -> int | None:
        """From a request's end to where tours end; 0 where they end there."""
        goal = self.batch.volunteers[v].ends_at
        if isinstance(goal, str):
            return 0
        return self.home(v, n) if goal is None else self._leg(v, self.ends[n], goal)

    def back_home(self, v: int, n: int) -> int | None:
        """From a request's end by way of where tours end to home, ready for the next tour."""
        goal = self.batch.volunteers[v].ends_at
        if goal is None or isinstance(goal, str) or goal == self.starts[v]:
            return self.home(v, n)
        there, home = self._leg(v, self.ends[n], goal), self._leg(v, goal, self.starts[v])
        return None if there is None or home is None else there + home

    def _resolve(self, place: Place | None, site: str | None) -> Place:
        if place is not None:
            return place
        assert site is not None
        return self._resolve(self.site[site].place, self.site[site].parent)

    def _leg(self, v: int, start: Place, goal: Place) -> int | None:
        factor = self.batch.volunteers[v].travel_factor
        key = (start.model_dump_json(), goal.model_dump_json(), factor)
        if key not in self.known:
            seconds = self._seconds(start, goal)
            self.known[key] = None if seconds is None else max(self.least, int(seconds * factor + 0.5 + 1e-6))
        return self.known[key]

    def _graph(self) -> nx.DiGraph:
        """Roads with seconds, or free cells with steps of one cell."""
        travel, graph = self.batch.travel, nx.DiGraph()
        if travel.kind == "network":
            for edge in travel.edges:
                for one, other in [(edge.from_, edge.to)] + [(edge.to, edge.from_)] * (not edge.one_way):
                    known = graph.get_edge_data(one, other, {"far": math.inf})["far"]
                    graph.add_edge(one, other, far=min(known, edge.seconds))
        elif travel.kind == "grid" and travel.blocked:
            ends = [v.ends_at for v in self.batch.volunteers if v.ends_at not in (None, "open")]
            own = [site.place for site in self.batch.sites if site.place is not None]
            cells = [place.cell for place in (*self.starts, *self.begins, *self.ends, *ends, *own)]
            cells += travel.blocked
            rows, columns = zip(*cells, strict=True)
            box = nx.DiGraph(nx.grid_2d_graph(max(rows) - min(rows) + 3, max(columns) - min(columns) + 3))
            graph = nx.relabel_nodes(box, {(r, c): (r + min(rows) - 1, c + min(columns) - 1) for r, c in box})
            graph.remove_nodes_from(travel.blocked)
            nx.set_edge_attributes(graph, travel.cell_metres * 3.6 / travel.speed_kmh, "far")
            graph.remove_nodes_from([cell for cell in graph if graph.degree(cell) == 0])
        return graph

    def _seconds(self, start: Place, goal: Place) -> float | None:
        travel = self.batch.travel
        if travel.kind == "network" or (travel.kind == "grid" and travel.blocked):
            one, other = (place.node if travel.kind == "network" else place.cell for place in (start, goal))
            if one not in self.graph or other not in self.graph or not nx.has_path(self.graph, one, other):
                return None
            return float(nx.shortest_path_length(self.graph, one, other, weight="far"))
        if travel.kind == "matrix":
            where = {node: n for n, node in enumerate(travel.nodes)}
            return travel.seconds[where[start.node]][where[goal.node]]
        if travel.kind == "grid":
            apart = [abs(a - b) for a, b in zip(start.cell, goal.cell, strict=True)]
            cells = sum(apart) if travel.metric == "manhattan" else math.hypot(*apart)
            return cells * travel.cell_metres * 3.6 / travel.speed_kmh
        assert travel.kind == "geographic"
        points = [(math.radians(place.lat), math.radians(place.lon)) for place in (start, goal)]
        chord = math.dist(*([math.cos(a) * math.cos(b), math.cos(a) * math.sin(b), math.sin(a)] for a, b in points))
        return 2 * math.asin(chord / 2) * 6_371_008.8 * travel.detour * 3.6 / travel.speed_kmh
