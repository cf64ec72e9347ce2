"""The ways of volunteers to and from requests."""

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from matcher.batch import Batch
from matcher.people import Ints, People
from matcher.places import OPEN, Places
from matcher.travel import Travel

FAR = 2**30
"""Seconds of a way that does not exist, in 32-bit arrays."""


class Legs(NamedTuple):
    """The ways of some volunteers to and from one request, seconds, `FAR` where there is none.

    out: place to request. home: request to place. back: request to `ends_at`. turn: request to `ends_at` and on to
    place.
    """

    out: Ints
    home: Ints
    back: Ints
    turn: Ints

    def at(self, rows: Ints | NDArray[np.bool_]) -> "Legs":
        """The ways of some of them."""
        return Legs(*(leg[rows] for leg in self))


class Ways:
    """Legs between volunteers' homes and requests."""

    def __init__(self, batch: Batch, people: People, places: Places, travel: Travel) -> None:
        self._places, self._travel, self._factor = places, travel, people.factor
        self._home = places.home[people.order].astype(np.int64)
        self._end = places.end[people.order].astype(np.int64)
        self._symmetric = batch.travel.kind in ("grid", "geographic")
        elsewhere = (self._end != self._home) & (self._end != OPEN)
        self._end_home = np.zeros(people.count, dtype=np.int64)
        self._end_home[elsewhere] = self._seconds(self._end[elsewhere], self._home[elsewhere], self._factor[elsewhere])

    def _seconds(self, a: Ints | int, b: Ints | int, factor: NDArray[np.float64]) -> Ints:
        return np.minimum(self._travel.seconds(a, b, factor), FAR)

    def legs(self, request: int, who: Ints) -> Legs:
        """The legs of volunteers `who` for the request at this index of the batch."""
        start, finish = int(self._places.start[request]), int(self._places.finish[request])
        home, end, factor = self._home[who], self._end[who], self._factor[who]
        out = self._seconds(home, start, factor)
        homeward = out if self._symmetric and start == finish else self._seconds(finish, home, factor)
        back, turn = homeward.copy(), homeward.copy()
        back[end == OPEN] = 0
        away = np.flatnonzero((end != home) & (end != OPEN))
        if len(away):
            back[away] = self._seconds(finish, end[away], factor[away])
            turn[away] = np.minimum(back[away] + self._end_home[who[away]], FAR)
        return Legs(out, homeward, back, turn)
