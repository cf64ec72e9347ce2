"""Where one more visit fits into what a volunteer does (docs/problem.md, A volunteer's tours).

A shift falls into gaps: before its first visit, between two visits, after the last. In each gap the
starts that leave time for all ways form one interval, so all gaps of all volunteers are judged at once.
"""

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from matcher.people import Ints
from matcher.scene import Scene
from matcher.travel import UNREACHABLE
from matcher.ways import FAR, Legs

NOWHERE = -1
"""Index of a place that is not there."""
LONG_AGO, NEVER = -FAR, 4 * UNREACHABLE
"""Moments before and after all others, also with an unreachable leg added to the one or taken from the other."""
CENTURIES = 2**33
"""More seconds than between any two moments of a batch."""


class Duties(NamedTuple):
    """Visits that volunteers have already [D]: who, when (seconds), where (places), and the legs around them."""

    who: Ints
    start: Ints
    end: Ints
    place: Ints
    finish: Ints
    out: Ints
    home: Ints
    turn: Ints

    def at(self, rows: Ints) -> "Duties":
        """Some of them."""
        return Duties(*(column[rows] for column in self))


class Gaps(NamedTuple):
    """Gaps of volunteers [G], those of volunteer v from `ptr[v]` to `ptr[v + 1]`; times and legs in seconds.

    who: volunteer. opens, closes: the shift. home_by: when the volunteer is home from the tour before, `leave_by`:
    when it is time to leave for the next. before: place where the visit before ends (or `NOWHERE`), at `end`, and
    `home` the leg from there to the volunteer's place. after: place of the visit after (or `NOWHERE`), which starts
    at `start`, and `out` the leg to it from the volunteer's place.
    """

    ptr: Ints
    who: Ints
    opens: Ints
    closes: Ints
    home_by: Ints
    leave_by: Ints
    before: Ints
    end: Ints
    home: Ints
    after: Ints
    start: Ints
    out: Ints


class Fits(NamedTuple):
    """Gaps that hold a visit: volunteer, and the starts from index `first` to `last` (left out) that fit."""

    who: Ints
    first: NDArray[np.intp]
    last: NDArray[np.intp]


def reachable_far(legs: Legs) -> Legs:
    """The legs with `UNREACHABLE` instead of `FAR`, which no sum of times can make up for."""
    different = {id(leg): leg for leg in legs}  # one array, where all ways are alike
    far = {key: np.where(leg >= FAR, UNREACHABLE, leg) for key, leg in different.items()}
    return Legs(*(far[id(leg)] for leg in legs))


class Room:
    """Finds the gaps a visit fits into."""

    def __init__(self, scene: Scene) -> None:
        self._people, self._places, self._travel, self._now = scene.people, scene.places, scene.travel, scene.now
        policy = scene.batch.policy
        self._tour, self._between = policy.shift_covers == "tour", policy.home_between

    def empty(self) -> Gaps:
        """The gaps of volunteers without visits: their shifts."""
        people = self._people
        who = np.repeat(np.arange(people.count), np.diff(people.shift_ptr))
        no, nowhere = np.zeros_like(who), np.full_like(who, NOWHERE)
        long_ago, never = np.full_like(who, LONG_AGO), np.full_like(who, NEVER)
        shifts = (people.shift_start, people.shift_end, long_ago, never)
        return Gaps(people.shift_ptr, who, *shifts, nowhere, no, no, nowhere, no, no)

    def between(self, duties: Duties) -> Gaps:
        """The gaps of all volunteers, given the visits some of them have; those that no shift holds part none."""
        empty = self.empty()
        shift = self._shifts(empty.who, duties)
        order = np.lexsort((duties.finish, duties.place, duties.end, duties.start, shift))
        order = order[shift[order] >= 0]
        shift, duties = shift[order], duties.at(order)
        visits = np.bincount(shift, minlength=len(empty.who))
        gaps = empty._replace(ptr=empty.ptr + np.append(0, np.cumsum(visits))[empty.ptr])
        self._part_tours(gaps, shift, duties)
        gaps = Gaps(gaps.ptr, *(np.repeat(column, visits + 1) for column in gaps[1:]))
        later = np.arange(len(shift)) + shift
        gaps.after[later], gaps.start[later], gaps.out[later] = duties.place, duties.start, duties.out
        gaps.before[later + 1], gaps.end[later + 1], gaps.home[later + 1] = duties.finish, duties.end, duties.home
        return gaps

    def _shifts(self, owner: Ints, duties: Duties) -> Ints:
        """The shift that holds each visit, -1 where none does."""
        people = self._people
        if not len(owner):
            return np.full(len(duties.who), -1)
        key, mine = owner * CENTURIES + people.shift_start, duties.who * CENTURIES + duties.start
        shift = np.searchsorted(key, mine, side="right") - 1
        return np.where((owner[shift] == duties.who) & (duties.end <= people.shift_end[shift]), shift, -1)

    def _part_tours(self, shifts: Gaps, shift: Ints, duties: Duties) -> None:
        """Fills when to be home from the tour before each shift, and when to leave for the one after."""
        ptr = self._people.shift_ptr
        home, leave = duties.end + duties.turn, duties.start - duties.out
        several = np.diff(ptr)[duties.who] > 1
        first, last = (np.diff(shift, prepend=-1) > 0), (np.diff(shift, append=len(shifts.who)) > 0)
        for row in np.flatnonzero(several & last).tolist():
            later = slice(shift[row] + 1, ptr[duties.who[row] + 1])
            shifts.home_by[later] = np.maximum(shifts.home_by[later], home[row])
        for row in np.flatnonzero(several & first).tolist():
            earlier = slice(ptr[duties.who[row]], shift[row])
            shifts.leave_by[earlier] = np.minimum(shifts.leave_by[earlier], leave[row])

    def fits(self, gaps: Gaps, request: int, who: Ints, legs: Legs, seconds: int, starts: Sequence[int]) -> Fits:
        """The gaps of volunteers `who`, with these legs, that hold a service at one of the sorted starts."""
        moments = np.array(starts, dtype=np.int64)
        first_gap, counts = gaps.ptr[who], gaps.ptr[who + 1] - gaps.ptr[who]
        row = np.repeat(np.arange(len(who)), counts)
        at = np.arange(len(row)) + (first_gap - np.cumsum(counts) + counts)[row]
        inside = (gaps.opens[at] <= starts[-1]) & (gaps.closes[at] >= starts[0] + seconds)
        row, at = row[inside], at[inside]
        mine = legs.at(row)
        first = np.searchsorted(moments, self._earliest(gaps, at, request, mine), side="left")
        last = np.searchsorted(moments, self._latest(gaps, at, request, mine) - seconds, side="right")
        rows = np.flatnonzero(first < last)
        return Fits(who[row[rows]], first[rows], last[rows])

    def _earliest(self, gaps: Gaps, at: Ints, request: int, legs: Legs) -> Ints:
        """Earliest start: from home, or after the visit before, straight or via home."""
        ready, opens = np.maximum(gaps.home_by[at], self._now), gaps.opens[at]
        earliest: Ints = legs.out + (np.maximum(ready, opens) if self._tour else ready)
        rows = np.flatnonzero(gaps.before[at] != NOWHERE)
        after = at[rows]
        place, factor = self._places.start[request], self._people.factor[gaps.who[after]]
        straight = np.maximum(gaps.end[after], self._now)
        straight += self._travel.seconds(gaps.before[after], place, factor)
        via_home = np.maximum(gaps.end[after] + gaps.home[after], self._now) + legs.out[rows]
        earliest[rows] = np.minimum(straight, via_home) if self._between else straight
        return np.maximum(earliest, opens, out=earliest)

    def _latest(self, gaps: Gaps, at: Ints, request: int, legs: Legs) -> Ints:
        """Latest end: in time for the way back and the next tour, or for the visit after."""
        counted = self._tour | (legs.back >= UNREACHABLE)
        latest: Ints = np.minimum(gaps.leave_by[at] - legs.turn, gaps.closes[at] - np.where(counted, legs.back, 0))
        rows = np.flatnonzero(gaps.after[at] != NOWHERE)
        before = at[rows]
        place, factor = self._places.finish[request], self._people.factor[gaps.who[before]]
        way = self._travel.seconds(place, gaps.after[before], factor)
        if self._between:
            way = np.minimum(way, legs.home[rows] + gaps.out[before])
        latest[rows] = gaps.start[before] - way
        return latest
