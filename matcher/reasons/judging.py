"""How far each volunteer gets on the way to an empty place."""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date
from itertools import groupby

import numpy as np
from numpy.typing import NDArray

from matcher.batch import Request
from matcher.clock import whole_seconds
from matcher.options import Starts
from matcher.people import STOPS, Bools, Ints
from matcher.plan import Visit
from matcher.reasons.room import Duty, Fits, Room, reachable_far
from matcher.reasons.words import ORDER
from matcher.scene import Scene

Stages = NDArray[np.int8]

RANK = {code: i for i, code in enumerate(ORDER, start=1)}
FREE = len(ORDER) + 1
"""How far those get whom nothing stops; `RANK` of a code: those whom it stops."""


@dataclass(frozen=True)
class Verdict:
    """How far each volunteer gets at best [V], and where those who are free fit among the sorted `starts`."""

    stage: Stages
    starts: list[int]
    fits: Fits

    def among(self, members: Bools) -> "Verdict":
        """The same for some volunteers only."""
        rows = np.flatnonzero(members[self.fits.who])
        return replace(self, fits=Fits(*(column[rows] for column in self.fits)))

    def counts(self) -> list[int]:
        """How many are free at each start; nobody is counted twice, as no two gaps hold the same start."""
        changes = np.bincount(self.fits.first, minlength=len(self.starts) + 1)
        changes -= np.bincount(self.fits.last, minlength=len(self.starts) + 1)
        counts: list[int] = np.cumsum(changes[:-1]).tolist()
        return counts

    def free_at(self, start: int) -> Ints:
        """Who is free at a start."""
        at, fits = self.starts.index(start), self.fits
        return fits.who[(fits.first <= at) & (at < fits.last)]


class Judge:
    """A batch and the visits of a plan of it, for which empty places are judged one by one."""

    def __init__(self, scene: Scene, visits: Sequence[Visit]) -> None:
        batch = scene.batch
        self.clock, self.people = scene.clock, scene.people
        self._scene, self._pins, self._places = scene, scene.pins, scene.places
        self._reach = batch.policy.reach
        self._number = {request.id: i for i, request in enumerate(batch.requests)}
        self._requests = {request.id: request for request in batch.requests}
        self._visits: dict[str, list[Visit]] = defaultdict(list)
        for visit in visits:
            self._visits[visit.request].append(visit)
        self._room = Room(scene)
        self._alone = self._room.empty()
        self._duties()

    def _duties(self) -> None:
        """What volunteers do already: times, places, counts and seconds."""
        duties: dict[int, list[Duty]] = defaultdict(list)
        self._days: dict[date, Ints] = {}
        self._seconds = np.zeros(self.people.count, dtype=np.int64)
        self._count = np.zeros(self.people.count, dtype=np.int64)
        for request_id, visits in self._visits.items():
            request, number = self._requests[request_id], self._number[request_id]
            seconds = {role.id: _seconds(request, q) for q, role in enumerate(request.roles)}
            who = np.array([self.people.index[visit.volunteer] for visit in visits], dtype=np.int64)
            legs = reachable_far(self._scene.ways.legs(number, who))
            place, finish = int(self._places.start[number]), int(self._places.finish[number])
            for i, visit in enumerate(visits):
                start = self.clock.seconds(visit.start)
                end = start + seconds[visit.role]
                ways = int(legs.out[i]), int(legs.home[i]), int(legs.turn[i])
                duties[int(who[i])].append(Duty(start, end, place, finish, *ways))
                self._seconds[who[i]] += end - start
                self._count[who[i]] += 1
                self._on(self.clock.day(start))[who[i]] += 1
        self._planned = self._room.between(duties)

    def _on(self, day: date) -> Ints:
        """Visits of each volunteer on a day [V]."""
        return self._days.setdefault(day, np.zeros(self.people.count, dtype=np.int64))

    def served(self, request: str) -> bool:
        """Whether the request has visits."""
        return request in self._visits

    def pinned(self, request: str) -> bool:
        """Whether the request has pins."""
        return request in self._pins

    def last_end(self, request_id: str) -> int:
        """When the last service of a served request ends."""
        request = self._requests[request_id]
        seconds = {role.id: _seconds(request, q) for q, role in enumerate(request.roles)}
        return max(self.clock.seconds(visit.start) + seconds[visit.role] for visit in self._visits[request_id])

    def possible(self, request: Request) -> Starts:
        """Every start the request's roles may have."""
        return Starts(request, self._scene.step, self.clock, self._pins.get(request.id, []))

    def verdict(self, request: Request, q: int) -> Verdict:
        """How far each volunteer gets for role `q`: at the start it has in the plan, else at the best one."""
        role = request.roles[q].id
        sent = [visit for visit in self._visits.get(request.id, []) if visit.role == role]
        starts = sorted({self.clock.seconds(visit.start) for visit in sent}) or self.possible(request).of_role(q)
        nobody = np.zeros(0, dtype=np.int64)
        parts = [Fits(nobody, nobody, nobody)]
        stage = np.full(self.people.count, RANK["skill"] if starts else FREE, dtype=np.int8)
        for day, moments in groupby(enumerate(starts), key=lambda item: self.clock.day(item[1])):
            indices, of_day = zip(*moments, strict=True)
            reached, fits = self._on_day(request, q, day, of_day)
            np.maximum(stage, reached, out=stage)
            parts.append(fits._replace(first=fits.first + indices[0], last=fits.last + indices[0]))
        stage[[self.people.index[visit.volunteer] for visit in sent]] = RANK["distinct"]
        pins = [] if self.served(request.id) else self._pins.get(request.id, [])
        stage[[self.people.index[pin.volunteer] for pin in pins if pin.role == role]] = FREE
        return Verdict(stage, starts, Fits(*(np.concatenate(columns) for columns in zip(*parts, strict=True))))

    def _on_day(self, request: Request, q: int, day: date, starts: Sequence[int]) -> tuple[Stages, Fits]:
        people, role, number = self.people, request.roles[q], self._number[request.id]
        stage = np.full(people.count, RANK["skill"], dtype=np.int8)
        who, _ = people.holders(role.skill, role.level, day)
        eligible = people.first_stop(request, day, self._reach.get(request.priority, 3), who)
        stage[who] = np.where(eligible == STOPS.index(""), FREE, eligible)
        if request.one_team:
            stage[~self._in_teams(request) & (stage > RANK["team"])] = RANK["team"]
        who = np.flatnonzero(stage == FREE)
        near, legs = self._scene.ways.near(number, self._scene.ways.residents(who), np.ones(len(who), dtype=np.bool_))
        stage[np.delete(who, near)] = RANK["max_travel"]
        who, legs = who[near], reachable_far(legs)
        if len(who) == 0:
            return stage, Fits(who, who, who)
        mine = np.full(len(who), FREE, dtype=np.int8)

        def stop(code: str, mask: Bools) -> None:
            mine[mask & (mine > RANK[code])] = RANK[code]

        seconds = _seconds(request, q)
        fits = self._room.fits(self._planned, number, who, legs, seconds, starts)
        fitting = self._mask(fits.who)[who]
        other = ~fitting & (self._count[who] > 0)
        alone = self._room.fits(self._alone, number, who[other], legs.at(other), seconds, starts)
        stop("shift", ~fitting & ~self._mask(alone.who)[who])
        serving = [people.index[visit.volunteer] for visit in self._visits.get(request.id, [])]
        stop("distinct", self._mask(serving)[who])
        stop("max_asks", (people.asked + self._count >= people.max_asks)[who])
        stop("max_requests", (self._count >= people.max_requests)[who])
        stop("max_requests_per_day", (self._on(day) >= people.max_day)[who])
        stop("max_minutes", (self._seconds + seconds > people.max_service)[who])
        stop("busy", ~fitting)
        stage[who] = mine
        rows = np.flatnonzero(stage[fits.who] == FREE)
        return stage, Fits(*(column[rows] for column in fits))

    def _mask(self, who: Ints | list[int]) -> Bools:
        mask = np.zeros(self.people.count, dtype=np.bool_)
        mask[who] = True
        return mask

    def _in_teams(self, request: Request) -> Bools:
        """Who is in a team that all unpinned people of the request are in, or in any team if there are none."""
        pinned = {(pin.volunteer, pin.role, pin.start) for pin in self._pins.get(request.id, [])}
        sent = [
            self.people.index[visit.volunteer]
            for visit in self._visits.get(request.id, [])
            if (visit.volunteer, visit.role, self.clock.seconds(visit.start)) not in pinned
        ]
        teams = [members for team in self.people.teams() if (members := self.people.in_team(team))[sent].all()]
        return np.logical_or.reduce(teams) if teams else self._mask([])


def _seconds(request: Request, q: int) -> int:
    """Seconds of service of a role."""
    return whole_seconds(request.roles[q].minutes or request.minutes)
