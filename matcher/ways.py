"""The ways of volunteers to and from requests."""

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from matcher.batch import Batch
from matcher.people import Ints, People
from matcher.places import OPEN, Places
from matcher.travel import Travel

Indices = NDArray[np.integer]

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


class Residents(NamedTuple):
    """Some volunteers, with the number of their home, shared by those as fast, and the most seconds of a way there."""

    who: Ints
    home: Ints
    limit: Ints

    def at(self, rows: Ints) -> "Residents":
        """Some of them."""
        return Residents(*(column[rows] for column in self))


class Ways:
    """Legs between volunteers' homes and requests."""

    def __init__(self, batch: Batch, people: People, places: Places, travel: Travel) -> None:
        self._places, self._travel, self._factor = places, travel, people.factor
        self._max_travel = people.max_travel
        self._home = places.home[people.order].astype(np.int64)
        self._end = places.end[people.order].astype(np.int64)
        self._symmetric = batch.travel.kind in ("grid", "geographic")
        self._away = away = (self._end != self._home) & (self._end != OPEN)
        self._all_return = bool((self._end == self._home).all())
        self._end_home = np.zeros(people.count, dtype=np.int64)
        self._end_home[away] = self._seconds(self._end[away], self._home[away], self._factor[away])
        factors, factor = np.unique(self._factor, return_inverse=True)
        _, alike, self._like = np.unique(self._home * len(factors) + factor, return_index=True, return_inverse=True)
        self._homes = self._home[alike], self._factor[alike]

    def residents(self, who: Ints) -> Residents:
        """Volunteers `who`, as `near` wants them."""
        return Residents(who, self._like[who], self._max_travel[who])

    def _seconds(self, a: Indices | int, b: Indices | int, factor: NDArray[np.float64]) -> Ints:
        return np.minimum(self._travel.seconds(a, b, factor), FAR)

    def _fewer_homes(self, people: int) -> bool:
        """Whether ways from all homes are found sooner than those from the homes of so many people, one by one."""
        return len(self._homes[0]) < 2 * people

    def _between_home(self, place: Indices | int, some: Residents, homeward: bool) -> Ints:
        """Legs between their homes and a place; computed once for all who live together and are equally fast."""
        together = np.ndim(place) == 0 and self._fewer_homes(len(some.who))
        home, factor = self._homes if together else (self._home[some.who], self._factor[some.who])
        legs = self._seconds(place, home, factor) if homeward else self._seconds(home, place, factor)
        return legs[some.home] if together else legs

    def legs(self, request: Ints | int, who: Ints) -> Legs:
        """The legs of volunteers `who` for the request at this index of the batch, or each for one of their own."""
        some = self.residents(who)
        out = self._between_home(self._places.start[request], some, homeward=False)
        return self._complete(request, some, np.arange(len(who)), out)

    def near(self, request: int, some: Residents, among: NDArray[np.bool_]) -> tuple[NDArray[np.intp], Legs]:
        """The positions of those `among` some whose way to the request is not over their limit, and their legs."""
        place = int(self._places.start[request])
        if self._fewer_homes(int(np.count_nonzero(among))):
            out = self._between_home(place, some, homeward=False)
            rows = (among & (out <= some.limit)).nonzero()[0]
            return rows, self._complete(request, some, rows, out[rows])
        rows = among.nonzero()[0]
        few = some.at(rows)
        out = self._between_home(place, few, homeward=False)
        near = (out <= few.limit).nonzero()[0]
        return rows[near], self._complete(request, few, near, out[near])

    def _complete(self, request: Ints | int, some: Residents, rows: Ints, out: Ints) -> Legs:
        """All legs of some at these rows, given those to the request."""
        start, finish = self._places.start[request], self._places.finish[request]
        same = self._symmetric and bool(np.all(start == finish))
        if same and self._all_return:
            return Legs(out, out, out, out)
        some = some.at(rows)
        home = out if same else self._between_home(finish, some, homeward=True)
        end, away = self._end[some.who], np.flatnonzero(self._away[some.who])
        back, turn = np.where(end == OPEN, 0, home), home
        if len(away):
            turn, who = home.copy(), some.who[away]
            back[away] = self._seconds(finish[away] if np.ndim(finish) else finish, end[away], self._factor[who])
            turn[away] = np.minimum(back[away] + self._end_home[who], FAR)
        return Legs(out, home, back, turn)
