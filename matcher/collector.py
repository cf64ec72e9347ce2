"""Collects what is wrong between the parts of a batch, with the checks that many parts share."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any, TypeVar

from matcher.batch import (
    Batch,
    CellPlace,
    Interval,
    MatrixTravel,
    NetworkTravel,
    NodePlace,
    Place,
    PointPlace,
    Request,
    Volunteer,
)
from matcher.errors import SHOWN, Problem
from matcher.problems import hints, pointer, problem, shown

T = TypeVar("T")

LISTS = {
    "skills": ("技能", "skill"),
    "categories": ("需求类别", "category"),
    "sites": ("站点", "site"),
    "teams": ("队伍", "team"),
    "volunteers": ("志愿者", "volunteer"),
    "requests": ("需求", "request"),
}
"""The lists of a batch whose entries have ids, with the word for an entry."""

PLACES: dict[str, tuple[type, str]] = {
    "grid": (CellPlace, '{"cell": [3, 5]}'),
    "geographic": (PointPlace, '{"lat": 24.1, "lon": 115.2}'),
    "matrix": (NodePlace, '{"node": "n1"}'),
    "network": (NodePlace, '{"node": "n1"}'),
}
"""The kind of place that goes with a kind of travel, with an example."""

FIRST_YEAR, LAST_YEAR = 2000, 2099
LONGEST = timedelta(days=366)


@dataclass(frozen=True)
class LeftOut:
    """What a batch lacks because its shape was wrong.

    numbers: for each list, the original position of every entry kept (absent: nothing is missing).
    ids: for each list, the ids of the entries left out; they count as known.
    nameless: the lists with an entry left out whose id is not known; any id could be its id.
    """

    numbers: Mapping[str, Sequence[int]] = field(default_factory=dict)
    ids: Mapping[str, frozenset[str]] = field(default_factory=dict)
    nameless: frozenset[str] = frozenset()


def time_problems(moment: datetime, *where: str | int) -> Iterator[Problem]:
    """A time that is no whole second, or so far away that it must be a slip."""
    if moment.microsecond:
        yield problem("fraction_of_second", pointer(*where), moment.isoformat())
    if not FIRST_YEAR <= moment.year <= LAST_YEAR:
        yield problem("time_range", pointer(*where), moment.isoformat())


def _nodes(batch: Batch) -> frozenset[str]:
    match batch.travel:
        case MatrixTravel(nodes=nodes):
            return frozenset(nodes)
        case NetworkTravel(edges=edges):
            return frozenset(node for edge in edges for node in (edge.from_, edge.to))
        case _:
            return frozenset()


class Collector:
    """`problems` holds what was found so far; a check takes the way to the value it looks at as its last arguments."""

    def __init__(self, batch: Batch, left_out: LeftOut) -> None:
        self.batch = batch
        self.left_out = left_out
        self.problems: list[Problem] = []
        self.ids = {
            name: frozenset(entry.id for entry in getattr(batch, name)) | left_out.ids.get(name, frozenset())
            for name in LISTS
        }
        self.sites = {site.id: site for site in reversed(batch.sites)}
        self.nodes, self.fitting = _nodes(batch), PLACES[batch.travel.kind]

    def add(self, code: str, where: Sequence[str | int], value: Any = None, **words: object) -> None:
        self.problems.append(problem(code, pointer(*where), None if value is None else shown(value), **words))

    def hints(self, name: str, known: frozenset[str]) -> dict[str, str]:
        """The nearest known name, for as many problems as are ever printed: looking for it takes milliseconds."""
        return hints(name, known if len(self.problems) < SHOWN else frozenset())

    def numbered(self, name: str, entries: Sequence[T]) -> Iterator[tuple[int, T]]:
        """The entries of a list with the positions they have in the text."""
        return zip(self.left_out.numbers.get(name, range(len(entries))), entries, strict=True)

    def unique(self, ids: Iterable[tuple[int, str]], *where: str | int, key: tuple[str, ...] = ("id",)) -> None:
        """Ids with their positions in a list occur once; `key` leads from an entry to its id."""
        first: dict[str, int] = {}
        for i, entry in ids:
            if first.setdefault(entry, i) != i:
                self.add("duplicate_id", (*where, i, *key), entry, first=pointer(*where, first[entry], *key))

    def known(self, name: str, entry: str | None, *where: str | int) -> None:
        """An id is one of a list of the batch; no id at all passes."""
        if entry is None or entry in self.ids[name] or name in self.left_out.nameless:
            return
        zh, en = LISTS[name]
        self.add("unknown_id", where, entry, kind_zh=zh, kind_en=en, **self.hints(entry, self.ids[name]))

    def all_known(self, name: str, entries: Sequence[str], *where: str | int) -> None:
        ids = self.ids[name]
        for k, entry in enumerate(entries):
            if entry not in ids:
                self.known(name, entry, *where, k)

    def place(self, place: Place | None, *where: str | int) -> None:
        """A place is written as the kind of travel wants it, and its node is known."""
        if place is None:
            return
        fitting, form = self.fitting
        if not isinstance(place, fitting):
            self.add("wrong_place", where, travel=self.batch.travel.kind, form=form)
        elif isinstance(place, NodePlace) and place.node not in self.nodes:
            words = self.hints(place.node, self.nodes)
            self.add("unknown_id", (*where, "node"), place.node, kind_zh="节点", kind_en="node", **words)

    def somewhere(self, entry: Volunteer | Request, *where: str | int) -> None:
        """An entry, its site or one above has a place; sites that are unknown or loop are reported elsewhere."""
        above, place, seen = entry.site, entry.place, set[str]()
        while place is None and above in self.sites and above not in seen:
            seen.add(above)
            place, above = self.sites[above].place, self.sites[above].parent
        if place is None and above is None:
            self.add("no_place", (*where, "place"))

    def time(self, moment: datetime | None, *where: str | int) -> None:
        if moment is not None:
            self.problems.extend(time_problems(moment, *where))

    def interval(self, interval: Interval, *where: str | int, instant: bool = False) -> bool:
        """Whether the end lies after the start, or with it if that makes sense."""
        start, end = interval.start, interval.end
        if start.microsecond or end.microsecond or not FIRST_YEAR <= start.year <= end.year <= LAST_YEAR:
            self.time(start, *where, "start")
            self.time(end, *where, "end")
        if start < end or (instant and start == end):
            return True
        code = "backwards" if instant else "no_duration"
        self.add(code, (*where, "end"), end.isoformat(), start=start.isoformat())
        return False

    def not_long(self, interval: Interval, *where: str | int) -> None:
        if interval.end - interval.start > LONGEST:
            self.add("interval_too_long", (*where, "end"), interval.end.isoformat(), start=interval.start.isoformat())

    def at_most(self, least: float | None, most: float | None, name: str, *where: str | int) -> None:
        """A least amount is not above the most amount, whose field is `name`."""
        if least is not None and most is not None and least > most:
            self.add("min_above_max", where, least, field=name, limit=most)
