"""Random travel for tiny batches, of all four kinds, and places in it."""

from random import Random
from typing import Any

Json = dict[str, Any]


class Terrain:
    """`travel` is the batch's travel; `place()` is a random place in it."""

    def __init__(self, rng: Random) -> None:
        self.rng = rng
        self.kind = rng.choice(["manhattan", "euclidean", "blocked", "geographic", "matrix", "network"])
        self.nodes = [f"n{n}" for n in range(rng.choice([3, 4, 5]))]
        makers = {"geographic": self._geographic, "matrix": self._matrix, "network": self._network}
        self.travel: Json = makers.get(self.kind, self._grid)()

    def place(self) -> Json:
        rng = self.rng
        if self.kind in ("matrix", "network"):
            return {"node": rng.choice(self.nodes)}
        if self.kind == "geographic":
            return {"lat": round(24.1 + rng.uniform(0, 0.03), 4), "lon": round(115.25 + rng.uniform(0, 0.03), 4)}
        return {"cell": [rng.randrange(6), rng.randrange(5)]}

    def _grid(self) -> Json:
        grid: Json = {
            "kind": "grid",
            "cell_metres": self.rng.choice([250, 500]),
            "metric": "euclidean" if self.kind == "euclidean" else "manhattan",
            "speed_kmh": self.rng.choice([10, 20, 30]),
        }
        if self.kind == "blocked":
            cells = {(self.rng.randrange(6), self.rng.randrange(5)) for _ in range(self.rng.choice([3, 6, 9]))}
            grid["blocked"] = sorted(cells)
        return grid

    def _geographic(self) -> Json:
        travel: Json = {"kind": "geographic", "speed_kmh": self.rng.choice([15, 30])}
        return travel | ({"detour": 1.3} if self.rng.random() < 0.5 else {})

    def _matrix(self) -> Json:
        rng = self.rng
        seconds = [[rng.choice([60, 90.5, 240, 600, 900.25]) for _ in self.nodes] for _ in self.nodes]
        for n in range(len(self.nodes)):
            seconds[n][n] = rng.choice([0, 0, 0, 45])
        return {"kind": "matrix", "nodes": self.nodes, "seconds": seconds}

    def _network(self) -> Json:
        rng = self.rng
        pairs = [(rng.randrange(n), n) for n in range(1, len(self.nodes))]
        pairs += [tuple(rng.sample(range(len(self.nodes)), 2)) for _ in range(2)]  # type: ignore[misc]
        edges: list[Json] = []
        for one, other in pairs:
            seconds = rng.choice([60, 150, 300.5, 600])
            edge: Json = {"from": self.nodes[one], "to": self.nodes[other], "seconds": seconds}
            edges.append(edge | ({"one_way": True} if rng.random() < 0.2 else {}))
        return {"kind": "network", "edges": edges}
