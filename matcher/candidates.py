"""Who can fill a place, and at which start: the nodes of one role.

A node is one volunteer in one slot. Everything about it that does not depend on what else the
volunteer does is computed here, for all candidates of a role at once.
"""

from bisect import bisect_left
from collections.abc import Sequence
from datetime import date, datetime, time
from functools import lru_cache, partial
from itertools import groupby
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from matcher.batch import Request, Role
from matcher.nodes import EVER, Nodes, Runs, spread
from matcher.options import Pin
from matcher.people import STOPS, Ints
from matcher.scene import Scene
from matcher.ways import FAR, Legs, Residents

DAY = 86_400
ROUNDED = 60
"""Seconds by which a way by other places may be shorter than the straight one, as each leg is rounded."""
KEPT = 32
"""Kinds of place whose holders are remembered; with 100,000 volunteers each takes a few megabytes."""


class _Held(NamedTuple):
    """Holders of a skill with each shift that touches a day: who, level held, index of the shift, and which of the
    distinct times it has, that open and close then."""

    some: Residents
    level: Ints
    shift: Ints
    kind: Ints
    opens: Ints
    closes: Ints


class Spans(NamedTuple):
    """Volunteers with a shift, and the run of a role's sorted starts whose services lie in it.

    first, length: of the run. opens, closes: of the shift. legs: as in `matcher.ways.Legs`.
    """

    who: Ints
    level: Ints
    shift: Ints
    opens: Ints
    closes: Ints
    out: Ints
    home: Ints
    back: Ints
    turn: Ints
    first: Ints
    length: Ints

    def at(self, rows: Ints | NDArray[np.bool_]) -> "Spans":
        """Some of the spans."""
        return Spans(*(column[rows] for column in self))


NOBODY = Spans(*(np.zeros(0, dtype=np.int64) for _ in Spans._fields))


class Finder:
    """Finds the nodes of a request's roles."""

    def __init__(self, scene: Scene) -> None:
        self._scene, self._people = scene, scene.people
        self._tour = scene.batch.policy.shift_covers == "tour"
        self._reach = scene.batch.policy.reach
        straight = (scene.places.start == scene.places.finish).all() and scene.batch.travel.kind != "matrix"
        self._direct = bool(self._tour and straight)
        self._holders = lru_cache(KEPT)(partial(_holders, scene))

    def spans(
        self,
        index: int,
        request: Request,
        role: Role,
        seconds: int,
        starts: Sequence[int],
        among: NDArray[np.bool_] | None = None,
    ) -> Spans:
        """Who can fill a place of a role at which of its sorted starts, pins aside; only those `among` [V].

        The request is the one at this index of the batch.
        """
        parts, at = [], bisect_left(starts, self._scene.now)
        for day, of_day in groupby(starts[at:], key=self._scene.clock.day):
            moments = np.array(list(of_day), dtype=np.int64)
            found = self._of_day(index, request, role, day, moments, seconds, among)
            parts.append(found._replace(first=found.first + at) if at else found)
            at += len(moments)
        if len(parts) == 1:
            return parts[0]
        return Spans(*(np.concatenate(columns) for columns in zip(NOBODY, *parts, strict=True)))

    def nodes(
        self, index: int, role: Role, seconds: int, starts: Sequence[int], spans: Spans, pins: Sequence[Pin]
    ) -> Nodes:
        """Nodes of a role in its spans and of its pins, in any order."""
        parts = [self._expanded(self.runs(spans, seconds), starts)]
        mine = [pin for pin in pins if pin.role == role.id and pin.start in starts]
        for pin in mine:
            who = self._people.index[pin.volunteer]
            parts = [part.at((part.volunteer != who) | (part.start != pin.start)) for part in parts]
        parts += [self._pinned(index, role, pin, seconds) for pin in mine]
        return parts[0] if len(parts) == 1 else Nodes.joined(parts)

    def _of_day(
        self,
        index: int,
        request: Request,
        role: Role,
        day: date,
        moments: Ints,
        seconds: int,
        among: NDArray[np.bool_] | None,
    ) -> Spans:
        """Volunteers who pass every rule but limits at some of the starts of a day."""
        held = self._holders(role.skill, role.level, day)
        if not len(held.shift):
            return NOBODY
        first = np.searchsorted(moments, held.opens)
        length = np.searchsorted(moments, held.closes - seconds, side="right") - first
        fits = (length > 0)[held.kind]
        if among is not None:
            fits &= among[held.some.who]
        stop = self._people.first_stop(request, day, self._reach.get(request.priority, 3), held.some.who)
        if stop.any():
            fits &= stop == STOPS.index("")
        if not fits.any():
            return NOBODY
        rows, legs = self._scene.ways.near(index, held.some, fits)
        spans = _spans(held, rows, legs, first, length)
        return _within_tours(spans, moments, seconds) if self._direct else spans

    def _pinned(self, index: int, role: Role, pin: Pin, seconds: int) -> Nodes:
        """The node of a pin; none if the service lies in no shift."""
        day, who = self._scene.clock.day(pin.start), np.array([self._people.index[pin.volunteer]])
        holders, levels = self._people.holders(role.skill, 1, day)
        level = np.array([max([role.level, *levels[holders == who[0]]])])
        held = _on_shift(self._scene, day, who, level)
        inside = (held.opens <= pin.start) & (held.closes >= pin.start + seconds)
        rows = np.flatnonzero(inside[held.kind])
        legs = self._scene.ways.legs(index, held.some.who[rows])
        spans = _spans(held, rows, legs, np.zeros_like(held.opens), np.ones_like(held.opens))
        return self._expanded(self.runs(spans, seconds, pinned=True), [pin.start])

    def runs(self, spans: Spans, seconds: Ints | int, pinned: bool = False) -> Runs:
        """Nodes for all starts of the spans, with so many `seconds` of service."""
        earliest, latest = spans.out + (self._scene.now if not pinned else -EVER), np.full(len(spans.who), EVER)
        if self._tour:
            earliest, latest = np.maximum(earliest, spans.opens + spans.out), spans.closes - seconds - spans.back
        earliest, latest = np.where(spans.out < FAR, earliest, EVER), np.where(spans.back < FAR, latest, -EVER)
        legs = (spans.out, spans.home, spans.back, spans.turn)
        flag, bounds = np.full(len(spans.who), pinned), np.clip((earliest, latest), -EVER, EVER)
        columns = (spans.who, spans.shift, *legs, spans.level, flag, *bounds, spans.first, spans.length)
        return Runs(*(column.astype(np.int32) for column in columns))

    def _expanded(self, runs: Runs, starts: Sequence[int]) -> Nodes:
        """A node for each start of each run."""
        row, at = spread(runs.begin, runs.length)
        start = np.array(starts, dtype=np.int32)[at]
        columns = {name: column[row] for name, column in runs._asdict().items() if name in Nodes._fields}
        columns["first"] = (start >= runs.earliest[row]).astype(np.int32)
        columns["last"] = (start <= runs.latest[row]).astype(np.int32)
        return Nodes(**columns, start=start)


def _spans(held: _Held, rows: Ints, legs: Legs, first: Ints, length: Ints) -> Spans:
    """Some of the shifts, with the run of starts of each kind."""
    kind = held.kind[rows]
    times = (held.opens[kind], held.closes[kind])
    return Spans(held.some.who[rows], held.level[rows], held.shift[rows], *times, *legs, first[kind], length[kind])


def _within_tours(spans: Spans, moments: Ints, seconds: int) -> Spans:
    """The spans without starts that no tour of the shift reaches, or from which it is too far back.

    No other visit shortens a way, unless it moves people from one place to another.
    """
    first = np.maximum(spans.first, np.searchsorted(moments, spans.opens + spans.out - ROUNDED))
    end = np.searchsorted(moments, spans.closes - seconds - spans.back + ROUNDED, side="right")
    length = np.minimum(spans.first + spans.length, end) - first
    spans = spans._replace(first=first, length=length)
    return spans if (length > 0).all() else spans.at(length > 0)


def _holders(scene: Scene, skill: str | None, level: int, day: date) -> _Held:
    return _on_shift(scene, day, *scene.people.holders(skill, level, day))


def _on_shift(scene: Scene, day: date, who: Ints, level: Ints) -> _Held:
    """Volunteers with each shift in which a service on a day may lie."""
    people, clock = scene.people, scene.clock
    begin, counts = people.shift_ptr[who], people.shift_ptr[who + 1] - people.shift_ptr[who]
    row = np.repeat(np.arange(len(who)), counts)
    shift = np.arange(len(row)) + (begin - np.cumsum(counts) + counts)[row]
    opens, closes = people.shift_start[shift], people.shift_end[shift]
    dawn = clock.seconds(datetime.combine(day, time(), clock.start.tzinfo))
    rows = np.flatnonzero((opens < dawn + DAY) & (closes > dawn))
    times, kind = np.unique(np.stack([opens[rows], closes[rows]]), axis=1, return_inverse=True)
    return _Held(scene.ways.residents(who[row[rows]]), level[row[rows]], shift[rows], kind, *times)
