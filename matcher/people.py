"""Volunteers and sites as arrays, and who may serve what.

`People.first_stop` walks the eligibility rules in the order in which a dispatcher would ask
(docs/problem.md, Hard rules); candidates and reasons both come from it.
"""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from operator import attrgetter

import numpy as np
from numpy.typing import NDArray

from matcher.batch import Batch, Request, Site, Volunteer
from matcher.clock import Clock, all_whole_seconds

Ints = NDArray[np.int64]
Bools = NDArray[np.bool_]

NEVER = np.iinfo(np.int32).max
"""A day, count or number of seconds that is never reached."""

STOPS = ("", "skill", "qualification", "age", "tag", "excluded", "team", "reach")
"""Rule codes by the number that `first_stop` returns; 0 passes all."""


NUMBERS = (
    "travel_factor",
    "recent_requests",
    "asked",
    "acceptance",
    "max_requests",
    "max_requests_per_day",
    "max_asks",
    "max_minutes",
    "max_travel_minutes",
)


def _limits(values: NDArray[np.float64]) -> Ints:
    """Limits as whole numbers, `NEVER` where they are not a number."""
    return np.where(np.isnan(values), NEVER, np.minimum(values, NEVER)).astype(np.int64)


def _number(day: date) -> int:
    return day.year * 10000 + day.month * 100 + day.day


def _until(day: date | None) -> int:
    return NEVER if day is None else day.toordinal()


class _Sites:
    """Village, town and county of every site, as numbers; -1 where there is none."""

    def __init__(self, sites: Sequence[Site]) -> None:
        by_id = {site.id: site for site in sites}
        self.index = {site_id: i for i, site_id in enumerate(sorted(by_id))}
        self.levels = np.full((3, len(by_id) + 1), -1, dtype=np.int64)
        for site_id, i in self.index.items():
            at: Site | None = by_id[site_id]
            while at is not None:
                for row, tier in enumerate(("village", "town", "county")):
                    if at.tier == tier and self.levels[row, i] < 0:
                        self.levels[row, i] = self.index[at.id]
                at = by_id[at.parent] if at.parent is not None else None

    def number(self, site: str | None) -> int:
        return -1 if site is None else self.index[site]

    def distance(self, ours: int, theirs: Ints) -> Ints:
        """Tier distance (0 to 3) of one site to many."""
        if ours < 0:
            return np.zeros(len(theirs), dtype=np.int64)
        result = np.full(len(theirs), 3, dtype=np.int64)
        for row, value in ((2, 2), (1, 1), (0, 0)):
            level = self.levels[row, ours]
            if level >= 0:
                result[self.levels[row, theirs] == level] = value
        result[(theirs == ours) | (theirs < 0)] = 0
        return result


@dataclass(frozen=True)
class _Held:
    """Who holds a skill: one row per volunteer and entry."""

    who: Ints
    level: Ints
    until: Ints


class People:
    """All volunteers of a batch in the order of their ids, as arrays [V].

    recent, asked: counts. factor: travel factor. refusal: 1 - acceptance. max_*: limits, `NEVER` if none,
    in requests or seconds. shift_ptr [V+1], shift_start, shift_end: shifts by start, with their overtime, in
    seconds.
    """

    def __init__(self, batch: Batch, clock: Clock) -> None:
        order = sorted(range(len(batch.volunteers)), key=lambda i: batch.volunteers[i].id)
        volunteers = [batch.volunteers[i] for i in order]
        self.order = np.array(order, dtype=np.int64)
        self.ids = [v.id for v in volunteers]
        self.index = {volunteer_id: i for i, volunteer_id in enumerate(self.ids)}
        self.count = len(volunteers)
        numbers_of = attrgetter(*NUMBERS)
        numbers = np.array([numbers_of(v) for v in volunteers], dtype=np.float64).reshape(-1, len(NUMBERS)).T.copy()
        self.factor = numbers[0]
        self.recent, self.asked = numbers[1:3].astype(np.int64)
        self.refusal = 1 - np.where(np.isnan(numbers[3]), batch.policy.prior_acceptance, numbers[3])
        self.max_requests, self.max_day, self.max_asks = _limits(numbers[4:7])
        self.max_service, self.max_travel = _limits(all_whole_seconds(numbers[7:9]))
        self.birth = np.array([NEVER if v.birth_date is None else _number(v.birth_date) for v in volunteers])
        self._sites = _Sites(batch.sites)
        self.site = np.array([self._sites.number(v.site) for v in volunteers], dtype=np.int64)
        self._shifts(volunteers, clock)
        self._holdings(volunteers)

    def _shifts(self, volunteers: Sequence[Volunteer], clock: Clock) -> None:
        counts = [len(volunteer.shifts) for volunteer in volunteers]
        shifts = [shift for volunteer in volunteers for shift in volunteer.shifts]
        start, end = clock.all_seconds(s.start for s in shifts), clock.all_seconds(s.end for s in shifts)
        end += all_whole_seconds(np.array([s.overtime for s in shifts], dtype=np.float64)).astype(np.int64)
        order = np.lexsort((start, np.repeat(np.arange(len(counts)), counts)))
        self.shift_start, self.shift_end = start[order], end[order]
        self.shift_ptr = np.cumsum([0, *counts], dtype=np.int64)

    def _holdings(self, volunteers: Sequence[Volunteer]) -> None:
        skills: dict[str, list[tuple[int, int, int]]] = defaultdict(list)
        qualifications: dict[str, dict[int, int]] = defaultdict(dict)
        tags, interests, teams = (defaultdict[str, set[int]](set) for _ in range(3))
        for i, volunteer in enumerate(volunteers):
            for held in volunteer.skills:
                skills[held.skill].append((i, held.level, _until(held.valid_until)))
            for owned in volunteer.qualifications:
                known = qualifications[owned.id]
                known[i] = max(known.get(i, 0), _until(owned.valid_until))
            for tag in volunteer.tags:
                tags[tag].add(i)
            for category in volunteer.interests:
                interests[category].add(i)
            for team in volunteer.teams:
                teams[team].add(i)
        self._skills = {name: _Held(*np.array(rows, dtype=np.int64).T) for name, rows in skills.items()}
        self._qualifications = qualifications
        self._tags, self._interests, self._teams = tags, interests, teams
        self._masks: dict[tuple[str, str], Bools] = {}
        self._until: dict[str, Ints] = {}
        self._holders: dict[tuple[str | None, int, int], tuple[Ints, Ints]] = {}

    def _members(self, kind: str, sets: dict[str, set[int]], name: str) -> Bools:
        key = (kind, name)
        if key not in self._masks:
            mask = np.zeros(self.count, dtype=np.bool_)
            mask[list(sets.get(name, ()))] = True
            self._masks[key] = mask
        return self._masks[key]

    def tagged(self, tag: str) -> Bools:
        """Who has the tag [V]."""
        return self._members("tag", self._tags, tag)

    def likes(self, category: str) -> Bools:
        """Who likes the category [V]."""
        return self._members("interest", self._interests, category)

    def in_team(self, team: str) -> Bools:
        """Who is a member of the team [V]."""
        return self._members("team", self._teams, team)

    def teams(self) -> list[str]:
        """All teams that have members, sorted."""
        return sorted(self._teams)

    def _qualified_until(self, name: str) -> Ints:
        if name not in self._until:
            until = np.zeros(self.count, dtype=np.int64)
            for i, day in self._qualifications.get(name, {}).items():
                until[i] = day
            self._until[name] = until
        return self._until[name]

    def holders(self, skill: str | None, level: int, day: date) -> tuple[Ints, Ints]:
        """Who holds a skill at a level on a day, sorted, and their highest valid level; anybody where it is null."""
        key = (skill, level, day.toordinal())
        if key not in self._holders:
            self._holders[key] = self._find_holders(*key)
        return self._holders[key]

    def ever_held(self, skill: str | None) -> Ints:
        """Who holds a skill at any level, today or not, sorted; anybody where it is null."""
        if skill is None:
            return np.arange(self.count, dtype=np.int64)
        held = self._skills.get(skill)
        return np.zeros(0, dtype=np.int64) if held is None else np.unique(held.who)

    def _find_holders(self, skill: str | None, level: int, day: int) -> tuple[Ints, Ints]:
        if skill is None:
            return np.arange(self.count, dtype=np.int64), np.full(self.count, level, dtype=np.int64)
        held = self._skills.get(skill)
        if held is None:
            return np.zeros(0, dtype=np.int64), np.zeros(0, dtype=np.int64)
        top = np.full(self.count, -1, dtype=np.int64)
        valid = held.until >= day
        np.maximum.at(top, held.who[valid], held.level[valid])
        who = np.flatnonzero(top >= level)
        return who, top[who]

    def tier_distance(self, request: Request, who: Ints) -> Ints:
        """Tier distance (0 to 3) of the request's site to each volunteer's [len(who)]."""
        return self._sites.distance(self._sites.number(request.site), self.site[who])

    def first_stop(self, request: Request, day: date, reach: int, who: Ints) -> NDArray[np.int8]:
        """The first rule after `skill` that stops each of its holders `who` on a day, as an index into `STOPS`."""
        stop = np.zeros(len(who), dtype=np.int8)

        def fail(code: str, mask: Bools) -> None:
            stop[(stop == 0) & mask] = STOPS.index(code)

        ordinal = day.toordinal()
        for name in request.qualifications:
            fail("qualification", self._qualified_until(name)[who] < ordinal)
        if request.min_age is not None:
            fail("age", self.birth[who] > _number(day) - request.min_age * 10000)
        for tag in request.tags_required:
            fail("tag", ~self.tagged(tag)[who])
        if request.excluded:
            fail("excluded", np.isin(who, [self.index[v] for v in request.excluded]))
        if request.team is not None:
            fail("team", ~self.in_team(request.team)[who])
        if reach < 3:
            fail("reach", self.tier_distance(request, who) > reach)
        return stop
