"""What volunteers do already in a plan in force, as arrays."""

from collections import defaultdict
from collections.abc import Sequence
from datetime import date

import numpy as np

from matcher.clock import whole_seconds
from matcher.people import Ints
from matcher.plan import Visit
from matcher.reasons import room
from matcher.reasons.room import Gaps, Room, reachable_far
from matcher.scene import Scene

NONE = -1
"""Index of a duty that is not there; every array of `Duties` has a last entry for it, which is 0."""
HALF = 2**31
"""More than any number of seconds from the horizon's start."""


class Duties:
    """The visits of a plan in force by volunteer and start [D + 1], times and legs in seconds.

    visits: they themselves. who: index. place, finish: where the service starts and ends. out, home, back,
    turn: see `matcher.ways.Legs`. travel, waiting: on the way to it, as the plan has it. gaps: what is free between
    them. count, seconds: visits and service of each volunteer [V].
    """

    def __init__(self, scene: Scene, visits: Sequence[Visit]) -> None:
        people, clock = scene.people, scene.clock
        self._scene = scene
        who = np.array([people.index[visit.volunteer] for visit in visits], dtype=np.int64)
        start = np.array([clock.seconds(visit.start) for visit in visits], dtype=np.int64)
        order = np.lexsort((start, who))
        self.visits = [visits[i] for i in order.tolist()]
        self.who, self.start = _ended(who[order]), _ended(start[order])
        self.end, self.out, self.home, self.back, self.turn = (np.zeros_like(self.who) for _ in range(5))
        self._request, self._pinned = np.zeros(len(visits), dtype=np.int64), np.zeros(len(self.who), dtype=np.bool_)
        self._of_requests()
        where = scene.places
        self.place, self.finish = (_ended(at[self._request].astype(np.int64)) for at in (where.start, where.finish))
        self._shift_key = _key(np.repeat(np.arange(people.count), np.diff(people.shift_ptr)), people.shift_start)
        self._key = _key(self.who[:-1], self.start[:-1])
        self._shift = self._held()
        self.travel, self.waiting = self._ways()
        self.count = np.bincount(self.who[:-1], minlength=people.count)
        self.seconds = np.zeros(people.count, dtype=np.int64)
        np.add.at(self.seconds, self.who[:-1], (self.end - self.start)[:-1])
        self._day = np.array([clock.day(moment).toordinal() for moment in self.start[:-1].tolist()], dtype=np.int64)
        self._days: dict[date, Ints] = {}
        self.gaps = self._gaps()

    def on(self, day: date) -> Ints:
        """Visits of each volunteer on a day [V]."""
        if day not in self._days:
            rows = np.flatnonzero(self._day == day.toordinal())
            self._days[day] = np.bincount(self.who[rows], minlength=self._scene.people.count)
        return self._days[day]

    def around(self, who: Ints, start: Ints) -> tuple[Ints, Ints]:
        """The visits before and after a start in the shift that holds it, `NONE` where there is none."""
        key = _key(who, start)
        after, shift = np.searchsorted(self._key, key), np.searchsorted(self._shift_key, key, side="right") - 1
        before = after - 1
        return np.where(self._shift[before] == shift, before, NONE), np.where(self._shift[after] == shift, after, NONE)

    def _of_requests(self) -> None:
        """Fills what the visits of each request have from it."""
        scene, rows_of = self._scene, defaultdict[str, list[int]](list)
        for row, visit in enumerate(self.visits):
            rows_of[visit.request].append(row)
        for index, request in enumerate(scene.batch.requests):
            rows = rows_of.get(request.id, [])
            if rows:
                seconds = {role.id: whole_seconds(role.minutes or request.minutes) for role in request.roles}
                pins = {(pin.role, pin.volunteer, pin.start) for pin in scene.pins.get(request.id, [])}
                self._request[rows] = index
                self.end[rows] = self.start[rows] + [seconds[self.visits[row].role] for row in rows]
                mine = ((self.visits[row].role, self.visits[row].volunteer, int(self.start[row])) for row in rows)
                self._pinned[rows] = [visit in pins for visit in mine]
                legs = reachable_far(scene.ways.legs(index, self.who[rows]))
                self.out[rows], self.home[rows], self.back[rows], self.turn[rows] = legs

    def _held(self) -> Ints:
        """Index of the shift that holds each visit, `NONE` where none does."""
        people, none = self._scene.people, np.full(len(self.who), NONE)
        if not len(self._shift_key):
            return none
        shift = np.searchsorted(self._shift_key, _key(self.who, self.start), side="right") - 1
        held = (self._shift_key[shift] // (2 * HALF) == self.who) & (self.end <= people.shift_end[shift])
        held[-1] = False
        return np.where(held, shift, none)

    def _ways(self) -> tuple[Ints, Ints]:
        """Travel and waiting on the way to each visit."""
        follows = np.zeros(len(self.who), dtype=np.bool_)
        follows[1:-1] = (self._shift[1:-1] == self._shift[:-2]) & (self._shift[1:-1] != NONE)
        via_home = np.array([*(visit.via_home for visit in self.visits), False], dtype=np.bool_)
        travel, waiting = self.out.copy(), np.zeros_like(self.out)
        rows = np.flatnonzero(follows & via_home)
        travel[rows] += self.home[rows - 1]
        rows = np.flatnonzero(follows & ~via_home)
        factor = self._scene.people.factor[self.who[rows]]
        travel[rows] = self._scene.travel.seconds(self.finish[rows - 1], self.place[rows], factor)
        leave = np.where(self._pinned[rows], self.end[rows - 1], np.maximum(self.end[rows - 1], self._scene.now))
        waiting[rows] = np.maximum(0, self.start[rows] - leave - travel[rows])
        return travel, waiting

    def _gaps(self) -> Gaps:
        columns = (self.who, self.start, self.end, self.place, self.finish, self.out, self.home, self.turn)
        return Room(self._scene).between(room.Duties(*(column[:-1] for column in columns)))


def _key(who: Ints, moment: Ints) -> Ints:
    """One number that sorts by volunteer and moment."""
    return who * (2 * HALF) + moment + HALF


def _ended(column: Ints) -> Ints:
    """The column with an entry for `NONE`."""
    return np.append(column, 0)
