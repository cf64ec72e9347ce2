"""The land of the demo county: its real towns, and villages scattered around them."""

import csv
from dataclasses import dataclass
from importlib.resources import files

import numpy as np

from matcher.batch import PointPlace, Site

VILLAGES = 322
SEAT = 0
"""Index of the county seat among the towns."""
SEAT_SHARE = 0.22
PAST = 10
"""Places asked for in past batches by a village of middling size."""
KM_PER_DEGREE = 111.2


@dataclass(frozen=True)
class Map:
    """The county's sites in arrays: a row per village.

    lat, lon: where villages lie. town: index of each village's town. people: share of people living there.
    """

    sites: tuple[Site, ...]
    lat: np.ndarray
    lon: np.ndarray
    town: np.ndarray
    people: np.ndarray

    def village_id(self, village: int) -> str:
        return f"village-{village + 1}"

    def town_id(self, village: int) -> str:
        return f"town-{self.town[village] + 1}"

    def near(self, village: int, rng: np.random.Generator) -> PointPlace:
        """A point within a few hundred metres of a village's centre."""
        north, east = rng.normal(0, 0.25, 2) / KM_PER_DEGREE
        return _point(self.lat[village] + north, self.lon[village] + east)


def draw_map(rng: np.random.Generator) -> Map:
    """The 24 towns where they are, and villages around them drawn with `rng`."""
    with (files("matcher.demo") / "towns.csv").open(encoding="utf-8") as lines:
        towns = list(csv.DictReader(line for line in lines if not line.startswith("#")))
    share = rng.dirichlet(np.full(len(towns), 8.0)) * (1 - SEAT_SHARE)
    share[SEAT] += SEAT_SHARE
    counts = np.maximum(1, np.floor(share * VILLAGES)).astype(int)
    counts[SEAT] += VILLAGES - counts.sum()
    town = np.repeat(np.arange(len(towns)), counts)
    spread = np.where(town == SEAT, 2.0, 3.0) / KM_PER_DEGREE
    centre = np.array([[float(row["lat"]), float(row["lon"])] for row in towns])
    offset = np.clip(rng.normal(0, 1, (VILLAGES, 2)), -2.2, 2.2) * spread[:, None]
    lat, lon = (centre[town] + offset).T
    people = rng.gamma(3.0, 1.0, VILLAGES)
    asked = rng.poisson(PAST * people / people.mean())
    filled = rng.binomial(asked, rng.beta(6.0, 2.0, VILLAGES))
    sites = [
        Site(id="county", name="龙川县", tier="county", place=_point(*centre[SEAT])),
        *(
            Site(id=f"town-{i + 1}", name=row["name"], tier="town", parent="county", place=_point(*centre[i]))
            for i, row in enumerate(towns)
        ),
        *(
            Site(
                id=f"village-{i + 1}",
                name=f"示例村 {i + 1}",
                tier="village",
                parent=f"town-{town[i] + 1}",
                place=_point(lat[i], lon[i]),
                past_places=int(asked[i]),
                past_filled=int(filled[i]),
            )
            for i in range(VILLAGES)
        ),
    ]
    return Map(tuple(sites), lat, lon, town, people / people.sum())


def _point(lat: float, lon: float) -> PointPlace:
    return PointPlace(lat=round(float(lat), 5), lon=round(float(lon), 5))
