"""Who can fill a place, and at which start: the nodes of one request.

A node is one volunteer in one slot. Everything about it that does not depend on what else the
volunteer does is computed here, for all candidates of a role at once.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

import numpy as np
from numpy.typing import NDArray

from matcher.batch import Batch, Request, Role
from matcher.clock import Clock, whole_seconds
from matcher.options import Pin
from matcher.people import Ints, People
from matcher.places import OPEN, Places
from matcher.travel import UNREACHABLE, Travel

FAR = 2**30
"""Seconds of a way that does not exist, in 32-bit arrays."""

NODE_FIELDS = ("volunteer", "start", "shift", "out", "home", "back", "turn", "level", "first", "last", "pinned")
"""Columns of a node; legs in seconds: `out` place to request, `home` request to place, `back` request to
`ends_at`, `turn` request to `ends_at` and on to `place`; `first` and `last` of a tour possible."""


@dataclass(frozen=True)
class Legs:
    """The ways of some volunteers to and from one request, seconds, `FAR` where there is none."""

    out: Ints
    home: Ints
    back: Ints
    turn: Ints


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
        seconds = self._travel.seconds(a, b, factor)
        return np.where(seconds >= UNREACHABLE, FAR, np.minimum(seconds, FAR))

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


class Finder:
    """Finds candidates and nodes of a request's roles."""

    def __init__(self, batch: Batch, clock: Clock, people: People, ways: Ways) -> None:
        self.people, self._clock, self._ways = people, clock, ways
        self._now = -FAR if batch.now is None else clock.seconds(batch.now)
        self._tour = batch.policy.shift_covers == "tour"
        self._reach = batch.policy.reach

    def _eligible(self, index: int, request: Request, role: Role, day: date) -> tuple[Ints, Ints, Legs]:
        """Volunteers who pass every rule but time and limits on a day, their level and legs."""
        who, level = self.people.holders(role, day)
        passed = self.people.first_stop(request, role, day, self._reach.get(request.priority, 3), who) == 0
        who, level = who[passed], level[passed]
        legs = self._ways.legs(index, who)
        near = legs.out <= self.people.max_travel[who]
        return who[near], level[near], Legs(legs.out[near], legs.home[near], legs.back[near], legs.turn[near])

    def nodes(
        self, index: int, request: Request, role: Role, seconds: int, starts: Sequence[int], pins: list[Pin]
    ) -> NDArray[np.int64]:
        """Nodes of a role at its starts: an array [n, len(NODE_FIELDS)], sorted by start and volunteer."""
        parts = []
        days: dict[date, list[int]] = {}
        for start in starts:
            days.setdefault(self._clock.day(start), []).append(start)
        for day, moments in days.items():
            who, level, legs = self._eligible(index, request, role, day)
            mine = [pin for pin in pins if pin.role == role.id and pin.start in moments]
            unpinned = [start for start in moments if start >= self._now]
            parts.append(self._fitting(who, level, legs, unpinned, seconds, pinned=False))
            parts += [self._pinned(index, role, day, pin, seconds) for pin in mine]
        rows = np.concatenate(parts) if parts else np.zeros((0, len(NODE_FIELDS)), dtype=np.int64)
        rows = rows[np.lexsort((-rows[:, 10], rows[:, 0], rows[:, 1]))]
        twice = np.zeros(len(rows), dtype=np.bool_)
        twice[1:] = (rows[1:, 0] == rows[:-1, 0]) & (rows[1:, 1] == rows[:-1, 1])
        return rows[~twice]

    def _pinned(self, index: int, role: Role, day: date, pin: Pin, seconds: int) -> NDArray[np.int64]:
        who = np.array([self.people.index[pin.volunteer]])
        holders, levels = self.people.holders(role.model_copy(update={"level": 1}), day)
        level = levels[holders == who[0]] if role.skill is not None else np.array([role.level])
        level = np.maximum(level if len(level) else np.zeros(1, dtype=np.int64), role.level)
        legs = self._ways.legs(index, who)
        return self._fitting(who, level, legs, [pin.start], seconds, pinned=True)

    def _fitting(
        self, who: Ints, level: Ints, legs: Legs, starts: Sequence[int], seconds: int, pinned: bool
    ) -> NDArray[np.int64]:
        """Nodes of those volunteers and starts whose service lies in a shift."""
        people, moments = self.people, np.array(starts, dtype=np.int64)
        shift = np.full((len(moments), len(who)), -1, dtype=np.int64)
        for k in range(people.max_shifts):
            at = people.shift_ptr[who] + k
            has = np.flatnonzero(at < people.shift_ptr[who + 1])
            at = at[has]
            fits = (people.shift_start[at] <= moments[:, None]) & (people.shift_end[at] >= moments[:, None] + seconds)
            part = shift[:, has]
            shift[:, has] = np.where((part < 0) & fits, at, part)
        t, v = np.nonzero(shift >= 0)
        rows = np.empty((len(t), len(NODE_FIELDS)), dtype=np.int64)
        rows[:, 0], rows[:, 1], rows[:, 2] = who[v], moments[t], shift[t, v]
        for column, leg in enumerate((legs.out, legs.home, legs.back, legs.turn), start=3):
            rows[:, column] = leg[v]
        rows[:, 7], rows[:, 10] = level[v], pinned
        earliest = people.shift_start[rows[:, 2]] if self._tour else np.full(len(rows), -FAR)
        latest = people.shift_end[rows[:, 2]] if self._tour else np.full(len(rows), 2 * FAR)
        leave, out, back = rows[:, 1] - rows[:, 3], rows[:, 3], rows[:, 5]
        rows[:, 8] = (out < FAR) & (leave >= earliest) & (pinned | (leave >= self._now))
        rows[:, 9] = (back < FAR) & (rows[:, 1] + seconds + back <= latest)
        return rows


def step_seconds(batch: Batch) -> int:
    """The start step in whole seconds, at least 1."""
    return max(1, whole_seconds(batch.policy.start_step_minutes))
