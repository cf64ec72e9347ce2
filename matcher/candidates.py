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


class Finder:
    """Finds the nodes of a request's roles."""

    def __init__(self, scene: Scene) -> None:
        self._scene, self._people = scene, scene.people
        self._tour = scene.batch.policy.shift_covers == "tour"
        self._reach = scene.batch.policy.reach
        self._holders = lru_cache(KEPT)(partial(_holders, scene.people, scene.clock))

    def nodes(
        self, index: int, request: Request, role: Role, seconds: int, starts: Sequence[int], pins: Sequence[Pin]
    ) -> Nodes:
        """Nodes of a role at its sorted starts, in any order; the request is the one at this index of the batch."""
        mine = [pin for pin in pins if pin.role == role.id and pin.start in starts]
        parts = []
        for day, of_day in groupby(starts, key=self._scene.clock.day):
            moments = np.array([start for start in of_day if start >= self._scene.now], dtype=np.int64)
            if len(moments):
                parts.append(self._unpinned(index, request, role, day, moments, seconds))
        for pin in mine:
            who = self._people.index[pin.volunteer]
            parts = [part.at((part.volunteer != who) | (part.start != pin.start)) for part in parts]
        parts += [self._pinned(index, role, pin, seconds) for pin in mine]
        return parts[0] if len(parts) == 1 else Nodes.joined(parts)

    def _unpinned(self, index: int, request: Request, role: Role, day: date, moments: Ints, seconds: int) -> Nodes:
        """Volunteers who pass every rule but limits at some of the starts of a day."""
        held = self._holders(role.skill, role.level, day)
        rows = np.flatnonzero((held.opens <= moments[-1]) & (held.closes >= moments[0] + seconds))
        who = held.who[rows]
        passed = np.flatnonzero(
            self._people.first_stop(request, day, self._reach.get(request.priority, 3), who) == STOPS.index("")
        )
        near, legs = self._scene.ways.near(index, who[passed])
        return self._fitting(held.at(rows[passed[near]]), legs, moments, seconds, pinned=False)

    def _pinned(self, index: int, role: Role, pin: Pin, seconds: int) -> Nodes:
        """The node of a pin; none if the service lies in no shift."""
        day, who = self._scene.clock.day(pin.start), np.array([self._people.index[pin.volunteer]])
        holders, levels = self._people.holders(role.skill, 1, day)
        level = np.array([max([role.level, *levels[holders == who[0]]])])
        held = _on_shift(self._people, self._scene.clock, day, who, level)
        legs = self._scene.ways.legs(index, held.who)
        return self._fitting(held, legs, np.array([pin.start]), seconds, pinned=True)

    def _fitting(self, held: _Held, legs: Legs, moments: Ints, seconds: int, pinned: bool) -> Nodes:
        """Nodes where the service lies in the shift: with each shift, a run of the sorted moments."""
        first = np.searchsorted(moments, held.opens)
        counts = np.maximum(0, np.searchsorted(moments, held.closes - seconds, side="right") - first)
        row = np.repeat(np.arange(len(counts)), counts)
        start = moments[np.arange(len(row)) + (first - np.cumsum(counts) + counts)[row]]
        held, legs = held.at(row), legs.at(row)
        may_begin, may_end = legs.out < FAR, legs.back < FAR
        if self._tour:
            may_begin &= start - legs.out >= held.opens
            may_end &= start + seconds + legs.back <= held.closes
        if not pinned:
            may_begin &= start - legs.out >= self._scene.now
        flag = np.full(len(row), pinned)
        columns = (held.who, start, held.shift, *legs, held.level, may_begin, may_end, flag)
        return Nodes(*(column.astype(np.int32) for column in columns))


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
