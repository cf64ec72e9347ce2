"""What the brute-force oracle reads from a batch: possible starts, pins, and who is eligible for what."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from fractions import Fraction
from typing import NamedTuple

from matcher.batch import Batch, FixedVisit, Interval, Request, Volunteer
from matcher.clock import Clock, whole_seconds
from tests.oracle.ways import Ways


class Slot(NamedTuple):
    """A possible visit of one volunteer; job and role are indices, times are seconds."""

    job: int
    role: int
    start: int
    end: int
    pinned: bool


@dataclass(frozen=True)
class Job:
    """A request in seconds. Lists are per role.

    groups: roles of one group start together (0: with the first role, else the role's own index).
    offsets: how much later than the first role a role may start.
    starts: when the first role may start. windows: start and end, in order.
    """

    request: Request
    groups: tuple[int, ...]
    seconds: tuple[int, ...]
    least: tuple[int, ...]
    most: tuple[int, ...]
    offsets: tuple[tuple[int, ...], ...]
    starts: tuple[int, ...]
    windows: tuple[tuple[int, int], ...]
    after: tuple[tuple[int, int, int | None], ...]
    due: int | None
    share: Fraction


class Facts:
    """A batch in indices and seconds; `waived` names hard rules to leave out (for the census only)."""

    def __init__(self, batch: Batch, waived: frozenset[str]) -> None:
        self.batch, self.waived = batch, waived
        self.clock = Clock(batch.horizon.start)
        self.step = max(1, whole_seconds(batch.policy.start_step_minutes))
        self.now = None if batch.now is None or "now" in waived else self.clock.seconds(batch.now)
        self.ways = Ways(batch)
        self.sites = {site.id: site for site in batch.sites}
        self.request_index = {request.id: n for n, request in enumerate(batch.requests)}
        self.volunteer_index = {volunteer.id: n for n, volunteer in enumerate(batch.volunteers)}
        self.pins = set() if "pin" in waived else {self._fixed(pin) for pin in batch.pins}
        self.previous = [self._fixed(visit) for visit in batch.previous]
        self.jobs = [self._job(n) for n in range(len(batch.requests))]

    def span(self, interval: Interval) -> tuple[int, int]:
        """Both ends of an interval in seconds."""
        return self.clock.seconds(interval.start), self.clock.seconds(interval.end)

    def shifts(self, volunteer: int) -> list[tuple[int, int]]:
        """A volunteer's shifts in order."""
        if "shift" in self.waived:
            return [(-(10**9), 10**9)]
        shifts = self.batch.volunteers[volunteer].shifts
        return sorted((a, b + whole_seconds(s.overtime)) for s in shifts for a, b in [self.span(s)])

    def tardy(self, slot: Slot) -> int:
        """Seconds after the end of its window at which a visit starts, or ends if the policy says so."""
        job = self.jobs[slot.job]
        begun = [end for start, end in job.windows if start <= slot.start]
        moment = slot.end if self.batch.policy.late_by == "end" else slot.start
        return max(0, moment - (begun[-1] if begun else job.windows[0][1]))

    def slots(self, volunteer: int) -> Iterator[Slot]:
        """Every visit of a volunteer that breaks no rule by itself, travel left aside."""
        for n, job in enumerate(self.jobs):
            for role, seconds in enumerate(job.seconds):
                for start in sorted({first + offset for first in job.starts for offset in job.offsets[role]}):
                    pinned = (n, role, volunteer, start) in self.pins
                    held = any(a <= start and start + seconds <= b for a, b in self.shifts(volunteer))
                    if held and (pinned or not set(self._broken(volunteer, n, role, start)) - self.waived):
                        yield Slot(n, role, start, start + seconds, pinned)

    def level(self, volunteer: int, slot: Slot) -> int:
        """Highest level of the role's skill that the volunteer holds on the day; 0 for none."""
        role = self.jobs[slot.job].request.roles[slot.role]
        return _level(self.batch.volunteers[volunteer], role.skill, self.clock.day(slot.start))

    def tier_distance(self, volunteer: int, job: int) -> int:
        """Tier distance of the volunteer's and the request's site."""
        one, other = self.batch.volunteers[volunteer].site, self.jobs[job].request.site
        if one is None or other is None or one == other:
            return 0
        for distance, tier in enumerate(("village", "town", "county")):
            if self._above(one, tier) is not None and self._above(one, tier) == self._above(other, tier):
                return distance
        return 3

    def _above(self, site: str | None, tier: str) -> str | None:
        while site is not None and self.sites[site].tier != tier:
            site = self.sites[site].parent
        return site

    def _broken(self, v: int, n: int, r: int, start: int) -> Iterator[str]:
        """Rules a visit that is not pinned breaks by itself."""
        volunteer, request = self.batch.volunteers[v], self.batch.requests[n]
        role, day, policy = request.roles[r], self.clock.day(start), self.batch.policy
        if role.skill is not None and _level(volunteer, role.skill, day) < role.level:
            yield "skill"
        if any(not _qualified(volunteer, asked, day) for asked in request.qualifications):
            yield "qualification"
        if request.min_age is not None and _age(volunteer.birth_date, day) < request.min_age:
            yield "age"
        if set(request.tags_required) - set(volunteer.tags):
            yield "tag"
        if volunteer.id in request.excluded:
            yield "excluded"
        if request.team is not None and request.team not in volunteer.teams:
            yield "team"
        if request.one_team and not volunteer.teams:
            yield "team"
        if self.tier_distance(v, n) > policy.reach.get(request.priority, 3):
            yield "reach"
        if volunteer.max_travel_minutes is not None:
            leg = self.ways.leg(v, self.ways.home[v], self.ways.place[n])
            if leg is None or leg > whole_seconds(volunteer.max_travel_minutes):
                yield "max_travel"
        if self.now is not None and start < self.now:
            yield "now"

    def _fixed(self, visit: FixedVisit) -> tuple[int, int, int, int]:
        job = self.request_index[visit.request]
        role = [role.id for role in self.batch.requests[job].roles].index(visit.role)
        return job, role, self.volunteer_index[visit.volunteer], self.clock.seconds(visit.start)

    def _job(self, n: int) -> Job:
        request = self.batch.requests[n]
        roles = request.roles
        starts = {pin[3] for pin in self.pins if pin[0] == n and roles[pin[1]].lag is None}
        for window in request.windows:
            first, last = self.span(window)
            starts.update(range(first, last + whole_seconds(window.late) + 1, self.step))
        offsets: list[tuple[int, ...]] = []
        for role in roles:
            lag = role.lag
            span = (0, 0) if lag is None else (whole_seconds(lag.min), whole_seconds(lag.max))
            offsets.append(tuple(range(span[0], span[1] + 1, self.step)))
        least = [1 if "count" in self.waived else role.min_count or role.count for role in roles]
        after = [] if "after" in self.waived else request.after
        return Job(
            request=request,
            groups=tuple(0 if role.lag is None else r for r, role in enumerate(roles)),
            seconds=tuple(whole_seconds(role.minutes or request.minutes) for role in roles),
            least=tuple(least),
            most=tuple(role.count for role in roles),
            offsets=tuple(offsets),
            starts=tuple(sorted(starts)),
            windows=tuple(sorted(map(self.span, request.windows))),
            after=tuple(
                (
                    self.request_index[link.request],
                    whole_seconds(link.min),
                    None if link.max is None else whole_seconds(link.max),
                )
                for link in after
            ),
            due=None if request.due is None else self.clock.seconds(request.due),
            share=Fraction(str(request.value)) / sum(role.count for role in roles),
        )


def _level(volunteer: Volunteer, skill: str | None, day: date) -> int:
    held = [s for s in volunteer.skills if s.skill == skill and (s.valid_until is None or day <= s.valid_until)]
    return max((s.level for s in held), default=0)


def _qualified(volunteer: Volunteer, asked: str, day: date) -> bool:
    return any(q.id == asked and (q.valid_until is None or day <= q.valid_until) for q in volunteer.qualifications)


def _age(birth: date | None, day: date) -> int:
    """Full years on the day; -1 where the birth date is unknown."""
    if birth is None:
        return -1
    return day.year - birth.year - ((day.month, day.day) < (birth.month, birth.day))
