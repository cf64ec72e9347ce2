"""Who can fill a place, and at which start: the nodes of one role.

A node is one volunteer in one slot. Everything about it that does not depend on what else the
volunteer does is computed here, for all candidates of a role at once.
"""

from collections.abc import Sequence
from datetime import date, datetime, time
from functools import lru_cache, partial
from itertools import groupby
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from matcher.batch import Request, Role
from matcher.clock import Clock
from matcher.nodes import Nodes
from matcher.options import Pin
from matcher.people import STOPS, Ints, People
from matcher.scene import Scene
from matcher.ways import FAR, Legs

DAY = 86_400
KEPT = 32
"""Kinds of place whose holders are remembered; with 100,000 volunteers each takes a few megabytes."""


class _Held(NamedTuple):
    """Holders of a skill with each shift that touches a day: volunteer, level held, index of the shift, its times."""

    who: Ints
    level: Ints
    shift: Ints
    opens: Ints
    closes: Ints

    def at(self, rows: Ints) -> "_Held":
        return _Held(*(column[rows] for column in self))


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


class Finder:
    """Finds the nodes of a request's roles."""

    def __init__(self, scene: Scene) -> None:
        self._scene, self._people = scene, scene.people
        self._tour = scene.batch.policy.shift_covers == "tour"
        self._reach = scene.batch.policy.reach
        self._holders = lru_cache(KEPT)(partial(_holders, scene.people, scene.clock))

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
        parts, at = [], 0
        for day, of_day in groupby(starts, key=self._scene.clock.day):
            moments = np.array(list(of_day), dtype=np.int64)
            passed = np.searchsorted(moments, self._scene.now)
            if passed < len(moments):
                found = self._of_day(index, request, role, day, moments[passed:], seconds, among)
                parts.append(found._replace(first=found.first + at + passed))
            at += len(moments)
        if len(parts) == 1:
            return parts[0]
        none = Spans(*(np.zeros(0, dtype=np.int64) for _ in Spans._fields))
        return Spans(*(np.concatenate(columns) for columns in zip(none, *parts, strict=True)))

    def nodes(
        self, index: int, role: Role, seconds: int, starts: Sequence[int], spans: Spans, pins: Sequence[Pin]
    ) -> Nodes:
        """Nodes of a role in its spans and of its pins, in any order."""
        parts = [self._expanded(spans, np.array(starts, dtype=np.int64), seconds, pinned=False)]
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
        fits = (held.opens <= moments[-1]) & (held.closes >= moments[0] + seconds)
        rows = np.flatnonzero(fits if among is None else fits & among[held.who])
        who = held.who[rows]
        passed = np.flatnonzero(
            self._people.first_stop(request, day, self._reach.get(request.priority, 3), who) == STOPS.index("")
        )
        near, legs = self._scene.ways.near(index, who[passed])
        return _spans(held.at(rows[passed[near]]), legs, moments, seconds)

    def _pinned(self, index: int, role: Role, pin: Pin, seconds: int) -> Nodes:
        """The node of a pin; none if the service lies in no shift."""
        day, who = self._scene.clock.day(pin.start), np.array([self._people.index[pin.volunteer]])
        holders, levels = self._people.holders(role.skill, 1, day)
        level = np.array([max([role.level, *levels[holders == who[0]]])])
        held = _on_shift(self._people, self._scene.clock, day, who, level)
        moments = np.array([pin.start])
        spans = _spans(held, self._scene.ways.legs(index, held.who), moments, seconds)
        return self._expanded(spans, moments, seconds, pinned=True)

    def _expanded(self, spans: Spans, starts: Ints, seconds: int, pinned: bool) -> Nodes:
        """A node for each start of each span."""
        row = np.repeat(np.arange(len(spans.who)), spans.length)
        at = np.arange(len(row)) + (spans.first - np.cumsum(spans.length) + spans.length)[row]
        start, spans = starts[at], spans.at(row)
        may_begin, may_end = spans.out < FAR, spans.back < FAR
        if self._tour:
            may_begin &= start - spans.out >= spans.opens
            may_end &= start + seconds + spans.back <= spans.closes
        if not pinned:
            may_begin &= start - spans.out >= self._scene.now
        flag = np.full(len(row), pinned)
        legs = (spans.out, spans.home, spans.back, spans.turn)
        columns = (spans.who, start, spans.shift, *legs, spans.level, may_begin, may_end, flag)
        return Nodes(*(column.astype(np.int32) for column in columns))


def _spans(held: _Held, legs: Legs, moments: Ints, seconds: int) -> Spans:
    """With each shift, the run of the sorted moments at which the service lies in it, if there is any."""
    first = np.searchsorted(moments, held.opens)
    length = np.searchsorted(moments, held.closes - seconds, side="right") - first
    return Spans(*held, *legs, first, length).at(np.flatnonzero(length > 0))


def _holders(people: People, clock: Clock, skill: str | None, level: int, day: date) -> _Held:
    return _on_shift(people, clock, day, *people.holders(skill, level, day))


def _on_shift(people: People, clock: Clock, day: date, who: Ints, level: Ints) -> _Held:
    """Volunteers with each shift in which a service on a day may lie."""
    begin, counts = people.shift_ptr[who], people.shift_ptr[who + 1] - people.shift_ptr[who]
    row = np.repeat(np.arange(len(who)), counts)
    shift = np.arange(len(row)) + (begin - np.cumsum(counts) + counts)[row]
    opens, closes = people.shift_start[shift], people.shift_end[shift]
    dawn = clock.seconds(datetime.combine(day, time(), clock.start.tzinfo))
    rows = np.flatnonzero((opens < dawn + DAY) & (closes > dawn))
    return _Held(who[row], level[row], shift, opens, closes).at(rows)
