"""Volunteers who can fill a place: where there is room in their days, and how their tours change, as arrays."""

from typing import Any, NamedTuple

from numpy.typing import NDArray

from matcher.people import Bools, Ints


class Spans(NamedTuple):
    """Volunteers with a gap that holds a service at the sorted starts from index `first` to `last` (left out) [n].

    level: of the skill asked for. out, home, back: see `matcher.ways.Legs`.
    """

    who: Ints
    level: Ints
    out: Ints
    home: Ints
    back: Ints
    first: Ints
    last: Ints

    def at(self, rows: Ints) -> "Spans":
        """Some of them."""
        return Spans(*(column[rows] for column in self))


class Openings(NamedTuple):
    """Volunteers at starts who fit in [n].

    out: see `matcher.ways.Legs`. before, after: their visits around the new one in the shift, as indices of
    `matcher.insertion.duties.Duties`. way: seconds of the way to the new visit; onward: of that from it to the visit
    after, or back. home_to, home_on: whether these ways lead over home. travel, waiting: seconds the tour has more.
    """

    who: Ints
    start: Ints
    level: Ints
    out: Ints
    before: Ints
    after: Ints
    way: Ints
    onward: Ints
    home_to: Bools
    home_on: Bools
    travel: Ints
    waiting: Ints

    def at(self, rows: Ints | list[int]) -> "Openings":
        """Some of them."""
        columns: list[NDArray[Any]] = [column[rows] for column in self]
        return Openings(*columns)
