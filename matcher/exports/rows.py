"""Batch and plan joined: the visits and empty places with everything that people want to read about them."""

from collections import Counter
from dataclasses import dataclass
from datetime import datetime, timedelta, tzinfo
from functools import cached_property
from itertools import groupby
from typing import Literal

from matcher.batch import Batch, Place, Request, Role, Site, Team, Volunteer
from matcher.clock import Clock, whole_seconds
from matcher.errors import InputError, Problem
from matcher.places import site_places
from matcher.plan import Plan, Visit
from matcher.summary import Summary, site_name, summarise

Status = Literal["served", "partly", "unserved"]


@dataclass(frozen=True)
class VisitRow:
    """A visit with its request, role and volunteer; times at the horizon's offset.

    team: the one team to call about it. leave, travel_minutes: null where the plan does not state them.
    """

    request: Request
    role: Role
    volunteer: Volunteer
    team: Team | None
    start: datetime
    end: datetime
    leave: datetime | None
    travel_minutes: int | None
    via_home: bool

    @property
    def key(self) -> tuple[str, str, str]:
        """What tells a visit from all others of its plan."""
        return (self.request.id, self.role.id, self.volunteer.id)


@dataclass(frozen=True)
class Tour:
    """The visits of one volunteer in one shift, by start."""

    volunteer: Volunteer
    visits: tuple[VisitRow, ...]


@dataclass(frozen=True)
class Joined:
    """A batch and a plan of it, ready to be shown."""

    batch: Batch
    plan: Plan
    visits: tuple[VisitRow, ...]
    """By start, request, role and volunteer."""

    @cached_property
    def summary(self) -> Summary:
        """The figures of the plan."""
        return summarise(self.batch, self.plan)

    @cached_property
    def sites(self) -> dict[str, Site]:
        """Sites by id."""
        return {site.id: site for site in self.batch.sites}

    @cached_property
    def requests(self) -> dict[str, Request]:
        """Requests by id."""
        return {request.id: request for request in self.batch.requests}

    @cached_property
    def volunteers(self) -> dict[str, Volunteer]:
        """Volunteers by id."""
        return {volunteer.id: volunteer for volunteer in self.batch.volunteers}

    @cached_property
    def skills(self) -> dict[str, str]:
        """Names of skills by id."""
        return {skill.id: skill.name or skill.id for skill in self.batch.skills}

    @cached_property
    def several_days(self) -> bool:
        """Whether times need their date."""
        days = {row.start.date() for row in self.visits}
        return len(days) > 1 or self.summary.first_day != self.summary.last_day

    @cached_property
    def tours(self) -> tuple[Tour, ...]:
        """All tours, by volunteer and start."""
        by_shift: dict[tuple[str, int], list[VisitRow]] = {}
        for row in self.visits:
            by_shift.setdefault((row.volunteer.id, _shift(row)), []).append(row)
        return tuple(Tour(rows[0].volunteer, tuple(rows)) for _, rows in sorted(by_shift.items()))

    def site_name(self, site: str | None) -> str:
        """Town and village of a site."""
        return site_name(self.sites, site)

    @cached_property
    def site_places(self) -> dict[str | None, Place]:
        """Where each site is, by id; without those that have no place."""
        return site_places(self.batch.sites)

    def place(self, thing: Request | Volunteer) -> Place | None:
        """Where a request or volunteer is: its own place, else its site's; null where there is none."""
        return thing.place or self.site_places.get(thing.site)

    def stops(self, tour: Tour) -> list[Place | None]:
        """Where a tour leads, from home on; neighbours differ."""
        home = self.place(tour.volunteer)
        places = [home]
        for row in tour.visits:
            at = self.place(row.request)
            places += [home, at] if row.via_home else [at]
            places.append(row.request.end_place or at)
        end = tour.volunteer.ends_at
        places += [] if isinstance(end, str) else [end or home]
        return [place for place, _ in groupby(places)]

    def filled(self, request: Request) -> int:
        """How many places of a request are filled."""
        return self._filled[request.id]

    def status(self, request: Request) -> Status:
        """Whether a request is served, with all places or some."""
        filled = self.filled(request)
        return "unserved" if filled == 0 else "partly" if filled < sum(r.count for r in request.roles) else "served"

    @cached_property
    def _filled(self) -> Counter[str]:
        return Counter(row.request.id for row in self.visits)


def join(batch: Batch, plan: Plan) -> Joined:
    """Batch and plan together. InputError names every visit whose ids the batch does not have."""
    requests = {request.id: request for request in batch.requests}
    volunteers = {volunteer.id: volunteer for volunteer in batch.volunteers}
    teams = {team.id: team for team in batch.teams}
    problems = []
    if plan.batch != batch.id:
        problems.append(_unknown("/batch", plan.batch, "方案不属于这个批次", "the plan is of another batch"))
    rows = []
    for number, visit in enumerate(plan.visits):
        request, volunteer = requests.get(visit.request), volunteers.get(visit.volunteer)
        role = next((role for role in request.roles if role.id == visit.role), None) if request else None
        where = f"/visits/{number}"
        if request is None:
            problems.append(_unknown(f"{where}/request", visit.request, "批次里没有这个需求", "no such request"))
        elif role is None:
            problems.append(_unknown(f"{where}/role", visit.role, "该需求没有这个岗位", "no such role in the request"))
        if volunteer is None:
            problems.append(
                _unknown(f"{where}/volunteer", visit.volunteer, "批次里没有这名志愿者", "no such volunteer")
            )
        if request and role and volunteer:
            team = _team(visit, request, role, volunteer, teams)
            rows.append(_row(visit, request, role, volunteer, team, batch.horizon.start.tzinfo))
    if problems:
        raise InputError("方案与批次不符", "plan and batch do not fit", problems)
    rows.sort(key=lambda row: (row.start, row.request.id, row.role.id, row.volunteer.id))
    return Joined(batch, plan, tuple(rows))


def _unknown(where: str, value: str, zh: str, en: str) -> Problem:
    return Problem("unknown_id", where, value, zh, en)


def _row(
    visit: Visit, request: Request, role: Role, volunteer: Volunteer, team: Team | None, zone: tzinfo | None
) -> VisitRow:
    start = visit.start.astimezone(zone)
    minutes = request.minutes if role.minutes is None else role.minutes
    end = visit.end or start + timedelta(seconds=whole_seconds(minutes))
    return VisitRow(
        request=request,
        role=role,
        volunteer=volunteer,
        team=team,
        start=start,
        end=end.astimezone(zone),
        leave=visit.leave.astimezone(zone) if visit.leave else None,
        travel_minutes=None if visit.travel_seconds is None else -(-visit.travel_seconds // 60),
        via_home=visit.via_home,
    )


def _team(visit: Visit, request: Request, role: Role, volunteer: Volunteer, teams: dict[str, Team]) -> Team | None:
    """The team sent, else the team asked for, else the volunteer's team known for the skill, else the first."""
    own = [teams[id] for id in volunteer.teams if id in teams]
    known = [team for team in own if role.skill in team.skills]
    named = [teams[id] for id in (visit.team, request.team) if id in teams]
    return next(iter([*named, *known, *own]), None)


def _shift(row: VisitRow) -> int:
    """Number of the first shift that holds the service; -1 where none does (a plan that breaks `shift`)."""
    clock = Clock(row.start)
    for number, shift in enumerate(sorted(row.volunteer.shifts, key=lambda shift: shift.start)):
        closes = clock.seconds(shift.end) + whole_seconds(shift.overtime)
        if clock.seconds(shift.start) <= 0 and clock.seconds(row.end) <= closes:
            return number
    return -1
