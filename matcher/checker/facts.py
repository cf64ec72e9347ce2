"""What a batch and the visits of a plan say, by id and in whole seconds."""

from collections import defaultdict
from dataclasses import dataclass
from datetime import date
from typing import NamedTuple

from matcher.batch import Batch, FixedVisit, Place, Request, Role, Volunteer
from matcher.checker.distances import base_seconds, rounded
from matcher.checker.report import At, Findings
from matcher.checker.sites import Sites
from matcher.clock import Clock, whole_seconds
from matcher.plan import Plan, Visit


class WindowSpan(NamedTuple):
    """A time window in seconds: start, end, and how much later a service may start."""

    start: int
    end: int
    late: int


Key = tuple[str, str, str, int]
"""Request, role, volunteer and start of a visit."""


@dataclass(frozen=True, eq=False)
class KnownVisit:
    """A visit whose ids are known, in seconds."""

    stated: Visit
    request: Request
    role: Role
    volunteer: Volunteer
    start: int
    end: int
    day: date
    pinned: bool

    @property
    def at(self) -> At:
        """Its ids."""
        return At(self.request.id, self.role.id, self.volunteer.id)


class Facts:
    """A batch and the visits of a plan, looked up by id; unknown and repeated visits are told and left out."""

    def __init__(self, batch: Batch, plan: Plan, findings: Findings) -> None:
        self.batch = batch
        self.policy = batch.policy
        self.clock = Clock(batch.horizon.start)
        self.now = None if batch.now is None else self.clock.seconds(batch.now)
        self.step = max(1, whole_seconds(batch.policy.start_step_minutes))
        self.sites = Sites(batch.sites)
        self.volunteers = {volunteer.id: volunteer for volunteer in batch.volunteers}
        self.requests = {request.id: request for request in batch.requests}
        self.roles = {At(request.id, role.id): role for request in batch.requests for role in request.roles}
        self.pins = {self.key(pin) for pin in batch.pins}
        self._base = base_seconds(batch.travel)
        self._least = whole_seconds(batch.policy.min_travel_minutes)
        known = self._known(plan, findings)
        self.kept = known.keys()
        self.visits = sorted(known.values(), key=lambda v: (v.start, v.end, v.request.id, v.role.id, v.volunteer.id))
        self.of_request: dict[str, list[KnownVisit]] = defaultdict(list)
        self.of_volunteer: dict[str, list[KnownVisit]] = defaultdict(list)
        for visit in self.visits:
            self.of_request[visit.request.id].append(visit)
            self.of_volunteer[visit.volunteer.id].append(visit)

    def key(self, visit: Visit | FixedVisit) -> Key:
        """What makes two visits the same."""
        return visit.request, visit.role, visit.volunteer, self.clock.seconds(visit.start)

    def leg(self, volunteer: Volunteer, a: Place, b: Place) -> int | None:
        """Seconds the volunteer needs from a to b; null if no way leads there."""
        seconds = self._base(a, b)
        return None if seconds is None else max(self._least, rounded(seconds, volunteer.travel_factor))

    def home(self, volunteer: Volunteer) -> Place:
        """Where the volunteer's tours start."""
        return volunteer.place or self.sites.place(volunteer.site)

    def place(self, request: Request) -> Place:
        """Where the request's service starts."""
        return request.place or self.sites.place(request.site)

    def end_place(self, request: Request) -> Place:
        """Where the request's service ends."""
        return request.end_place or self.place(request)

    def windows(self, request: Request) -> list[WindowSpan]:
        """The request's windows by start, then end."""
        at = self.clock.seconds
        return sorted(WindowSpan(at(w.start), at(w.end), whole_seconds(w.late)) for w in request.windows)

    def _known(self, plan: Plan, findings: Findings) -> dict[Key, KnownVisit]:
        known: dict[Key, KnownVisit] = {}
        for stated in plan.visits:
            at = At(stated.request, stated.role, stated.volunteer)
            if not self.told_unknown(findings, at):
                key = self.key(stated)
                if key in known:
                    findings.add("duplicate", "同一安排列出了多次", "this visit is listed more than once", at)
                else:
                    known[key] = self._resolve(stated, key)
        return known

    def _resolve(self, stated: Visit, key: Key) -> KnownVisit:
        request, role = self.requests[stated.request], self.roles[At(stated.request, stated.role)]
        start = key[3]
        return KnownVisit(
            stated=stated,
            request=request,
            role=role,
            volunteer=self.volunteers[stated.volunteer],
            start=start,
            end=start + whole_seconds(request.minutes if role.minutes is None else role.minutes),
            day=self.clock.day(start),
            pinned=key in self.pins,
        )

    def told_unknown(self, findings: Findings, at: At) -> bool:
        """Whether one of the ids is not in the batch; if so it is noted."""
        if at.request not in self.requests:
            findings.add("unknown", "批次中没有这个需求编号", "the batch has no request of this id", at)
        elif At(at.request, at.role) not in self.roles:
            findings.add("unknown", "该需求没有这个岗位编号", "the request has no role of this id", at)
        elif at.volunteer is not None and at.volunteer not in self.volunteers:
            findings.add("unknown", "批次中没有这个志愿者编号", "the batch has no volunteer of this id", at)
        else:
            return False
        return True
