"""Where one more visit fits into what a volunteer does (docs/problem.md, A volunteer's tours).

A shift falls into gaps: before its first visit, between two visits, after the last. In each gap the
starts that leave time for all ways form one interval, so all gaps of all volunteers are judged at once.
"""

from collections.abc import Iterator, Sequence
from itertools import pairwise
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


class Duty(NamedTuple):
    """A visit that a volunteer has already: when (seconds), where (places), and the legs around it."""

    start: int
    end: int
    place: int
    finish: int
    out: int
    home: int
    turn: int


class Gaps(NamedTuple):
    """Gaps of volunteers [G], times and legs in seconds.

    who: volunteer. opens, closes: the shift. home_by: when the volunteer is home from the tour before, `leave_by`:
    when it is time to leave for the next. before: place where the visit before ends (or `NOWHERE`), at `end`, and
    `home` the leg from there to the volunteer's place. after: place of the visit after (or `NOWHERE`), which starts
    at `start`, and `out` the leg to it from the volunteer's place.
    """

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

    def at(self, rows: NDArray[np.intp]) -> "Gaps":
        """Some of the gaps."""
        return Gaps(*(column[rows] for column in self))


class Fits(NamedTuple):
    """Gaps that hold a visit: volunteer, and the starts from index `first` to `last` (left out) that fit."""

    who: Ints
    first: NDArray[np.intp]
    last: NDArray[np.intp]


def reachable_far(legs: Legs) -> Legs:
    """The legs with `UNREACHABLE` instead of `FAR`, which no sum of times can make up for."""
    return Legs(*(np.where(leg >= FAR, UNREACHABLE, leg) for leg in legs))


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
        rest = (nowhere, no, no, nowhere, no, no)
        long_ago, never = np.full_like(who, LONG_AGO), np.full_like(who, NEVER)
        return Gaps(who, people.shift_start, people.shift_end, long_ago, never, *rest)

    def between(self, duties: dict[int, list[Duty]]) -> Gaps:
        """The gaps of all volunteers, given the visits some of them have."""
        empty = self.empty()
        idle = np.ones(self._people.count, dtype=np.bool_)
        idle[list(duties)] = False
        rows = [row for who, mine in duties.items() for row in self._gaps(who, sorted(mine))]
        others = empty.at(np.flatnonzero(idle[empty.who]))
        busy = np.array(rows, dtype=np.int64).reshape(-1, len(Gaps._fields)).T
        return Gaps(*(np.concatenate(columns) for columns in zip(others, busy, strict=True)))

    def _gaps(self, who: int, duties: Sequence[Duty]) -> Iterator[tuple[int, ...]]:
        people = self._people
        part = slice(people.shift_ptr[who], people.shift_ptr[who + 1])
        shifts = list(zip(people.shift_start[part].tolist(), people.shift_end[part].tolist(), strict=True))
        tours: list[list[Duty]] = [[] for _ in shifts]
        for duty in duties:
            shift = next((k for k, (a, b) in enumerate(shifts) if a <= duty.start and duty.end <= b), None)
            if shift is not None:
                tours[shift].append(duty)
        for k, (opens, closes) in enumerate(shifts):
            home_by = max((tour[-1].end + tour[-1].turn for tour in tours[:k] if tour), default=LONG_AGO)
            leave_by = min((tour[0].start - tour[0].out for tour in tours[k + 1 :] if tour), default=NEVER)
            for a, b in pairwise([None, *tours[k], None]):
                earlier = (NOWHERE, 0, 0) if a is None else (a.finish, a.end, a.home)
                later = (NOWHERE, 0, 0) if b is None else (b.place, b.start, b.out)
                yield (who, opens, closes, home_by, leave_by, *earlier, *later)

    def fits(self, gaps: Gaps, request: int, who: Ints, legs: Legs, seconds: int, starts: Sequence[int]) -> Fits:
        """The gaps of volunteers `who`, with these legs, that hold a service at one of the sorted starts."""
        number = np.full(self._people.count, -1, dtype=np.int64)
        number[who] = np.arange(len(who))
        gaps = gaps.at(np.flatnonzero(number[gaps.who] >= 0))
        at = number[gaps.who]
        mine = legs.at(at)
        moments = np.array(starts, dtype=np.int64)
        first = np.searchsorted(moments, self._earliest(gaps, request, mine), side="left")
        last = np.searchsorted(moments, self._latest(gaps, request, mine) - seconds, side="right")
        rows = np.flatnonzero(first < last)
        return Fits(gaps.who[rows], first[rows], last[rows])

    def _earliest(self, gaps: Gaps, request: int, legs: Legs) -> Ints:
        """Earliest start: from home, or after the visit before, straight or via home."""
        ready = np.maximum(gaps.home_by, self._now)
        earliest: Ints = legs.out + (np.maximum(ready, gaps.opens) if self._tour else ready)
        rows = np.flatnonzero(gaps.before != NOWHERE)
        place, factor = self._places.start[request], self._people.factor[gaps.who[rows]]
        straight = np.maximum(gaps.end[rows], self._now)
        straight += self._travel.seconds(gaps.before[rows], place, factor)
        via_home = np.maximum(gaps.end[rows] + gaps.home[rows], self._now) + legs.out[rows]
        earliest[rows] = np.minimum(straight, via_home) if self._between else straight
        return np.maximum(earliest, gaps.opens, out=earliest)

    def _latest(self, gaps: Gaps, request: int, legs: Legs) -> Ints:
        """Latest end: in time for the way back and the next tour, or for the visit after."""
        counted = self._tour | (legs.back >= UNREACHABLE)
        latest: Ints = np.minimum(gaps.leave_by - legs.turn, gaps.closes - np.where(counted, legs.back, 0))
        rows = np.flatnonzero(gaps.after != NOWHERE)
        place, factor = self._places.finish[request], self._people.factor[gaps.who[rows]]
        way = self._travel.seconds(place, gaps.after[rows], factor)
        if self._between:
            way = np.minimum(way, legs.home[rows] + gaps.out[rows])
        latest[rows] = gaps.start[rows] - way
        return latest
