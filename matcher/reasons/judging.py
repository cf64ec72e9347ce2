"""How far each volunteer gets on the way to an empty place."""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date
from functools import lru_cache
from itertools import groupby

import numpy as np
from numpy.typing import NDArray

from matcher.batch import Request
from matcher.candidates import KEPT
from matcher.clock import whole_seconds
from matcher.options import Starts
from matcher.people import STOPS, Bools, Ints
from matcher.plan import Visit
from matcher.reasons.room import Duties, Fits, Room, reachable_far
from matcher.reasons.words import ORDER
from matcher.scene import Scene
from matcher.ways import Residents

Stages = NDArray[np.int8]

NO_FITS = Fits(*(np.zeros(0, dtype=np.int64) for _ in Fits._fields))

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
        self._residents = lru_cache(KEPT)(self._find_residents)
        self._duties(visits)

    def _find_residents(self, skill: str | None, level: int, day: date) -> Residents:
        """Who holds a skill at a level on a day."""
        return self._scene.ways.residents(self.people.holders(skill, level, day)[0])

    def _duties(self, visits: Sequence[Visit]) -> None:
        """What volunteers do already: their gaps, seconds to spare, and who serves as much as their limits allow."""
        people, places = self.people, self._places
        served = [self._requests[request] for request in self._visits]
        seconds = {(r.id, role.id): _seconds(r, q) for r in served for q, role in enumerate(r.roles)}
        number = np.array([self._number[visit.request] for visit in visits], dtype=np.int64)
        who = np.array([people.index[visit.volunteer] for visit in visits], dtype=np.int64)
        starts = [self.clock.seconds(visit.start) for visit in visits]
        length = np.array([seconds[visit.request, visit.role] for visit in visits], dtype=np.int64)
        start, legs = np.array(starts, dtype=np.int64), reachable_far(self._scene.ways.legs(number, who))
        where = places.start[number].astype(np.int64), places.finish[number].astype(np.int64)
        self._planned = self._room.between(Duties(who, start, start + length, *where, legs.out, legs.home, legs.turn))
        count = np.bincount(who, minlength=people.count)
        self._busy, self._spare = count > 0, people.max_service.copy()
        np.subtract.at(self._spare, who, length)
        self._asked, self._full = people.asked + count >= people.max_asks, count >= people.max_requests
        of_day: dict[date, list[int]] = defaultdict(list)
        for row, moment in enumerate(starts):
            of_day[self.clock.day(moment)].append(row)
        counts = {day: np.bincount(who[rows], minlength=people.count) for day, rows in of_day.items()}
        self._full_day = {day: on_day >= people.max_day for day, on_day in counts.items()}
        self._never = people.max_day == 0

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
        parts = list[Fits]()
        stage = np.full(self.people.count, RANK["skill"] if starts else FREE, dtype=np.int8)
        for day, moments in groupby(enumerate(starts), key=lambda item: self.clock.day(item[1])):
            holders = self._residents(request.roles[q].skill, request.roles[q].level, day)
            if len(holders.who):
                indices, of_day = zip(*moments, strict=True)
                reached, fits = self._on_day(request, q, day, of_day, holders)
                stage[holders.who] = np.maximum(stage[holders.who], reached)
                parts.append(fits._replace(first=fits.first + indices[0], last=fits.last + indices[0]))
        if sent:
            stage[[self.people.index[visit.volunteer] for visit in sent]] = RANK["distinct"]
        elif not self.served(request.id) and self.pinned(request.id):
            pins = self._pins[request.id]
            stage[[self.people.index[pin.volunteer] for pin in pins if pin.role == role]] = FREE
        if len(parts) > 1:
            parts = [Fits(*(np.concatenate(columns) for columns in zip(*parts, strict=True)))]
        return Verdict(stage, starts, parts[0] if parts else NO_FITS)

    def _on_day(
        self, request: Request, q: int, day: date, starts: Sequence[int], holders: Residents
    ) -> tuple[Stages, Fits]:
        """How far each holder of the skill gets at the starts of a day, and where those who are free fit."""
        people, number = self.people, self._number[request.id]
        eligible = people.first_stop(request, day, self._reach.get(request.priority, 3), holders.who)
        stage = np.where(eligible == STOPS.index(""), FREE, eligible).astype(np.int8)
        if request.one_team:
            stage[~self._in_teams(request)[holders.who] & (stage > RANK["team"])] = RANK["team"]
        near, legs = self._scene.ways.near(number, holders, stage == FREE)
        who, legs = holders.who[near], reachable_far(legs)
        mine = np.full(len(who), FREE, dtype=np.int8)

        def stop(code: str, mask: Bools) -> None:
            mine[mask & (mine > RANK[code])] = RANK[code]

        seconds = _seconds(request, q)
        fits = self._room.fits(self._planned, number, who, legs, seconds, starts)
        fitting = self._mask(fits.who)[who]
        other = ~fitting & self._busy[who]
        alone = self._room.fits(self._alone, number, who[other], legs.at(other), seconds, starts)
        stop("shift", ~fitting & ~self._mask(alone.who)[who])
        serving = [people.index[visit.volunteer] for visit in self._visits.get(request.id, [])]
        stop("distinct", self._mask(serving)[who])
        stop("max_asks", self._asked[who])
        stop("max_requests", self._full[who])
        stop("max_requests_per_day", self._full_day.get(day, self._never)[who])
        stop("max_minutes", self._spare[who] < seconds)
        stop("busy", ~fitting)
        stage[stage == FREE] = RANK["max_travel"]
        stage[near] = mine
        free = self._mask(who[mine == FREE])[fits.who]
        return stage, Fits(*(column[free] for column in fits))

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
