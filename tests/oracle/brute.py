"""The brute-force oracle: the best plan of a tiny batch, by looking at all of them.

All routes of every volunteer (every set of visits of one person) are listed. Then volunteers are
added one after the other, each with each of his or her routes. Two half-made plans in which every
request has the same starts, the same number of people in each role and the same possible teams go on
in the same way, so of those only the better one is kept. Values are whole numbers: weights and
amounts are read as decimals and scaled, so that nothing is rounded before the end.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from fractions import Fraction
from itertools import pairwise
from math import inf, lcm
from typing import Literal, NamedTuple

from matcher.batch import Batch
from matcher.clock import whole_seconds
from matcher.plan import Plan, Visit
from matcher.rules import TERMS
from matcher.whole import NEVER_KNOWN
from tests.oracle.facts import Facts, Job, Slot

Amounts = dict[str, int]
Vector = tuple[int, ...]
KNOWN = [name for name in TERMS if name not in NEVER_KNOWN and not name.startswith("load_over.")]
SIGNS = {"gain": 1, "cost": -1}


@dataclass(frozen=True)
class Best:
    """The optimum: value of each tier, amount of each term, one best plan, number of combinations looked at."""

    status: Literal["optimal", "infeasible"]
    tiers: tuple[float, ...]
    terms: dict[str, float]
    plan: Plan | None
    count: int


class Leg(NamedTuple):
    """The way to a visit: seconds on the way, minutes of waiting as seconds, when home was left (null: not)."""

    travel: int
    waiting: int
    leave: int | None


class Route(NamedTuple):
    """All visits of one volunteer by start, the legs to them, and the amounts they add."""

    slots: tuple[Slot, ...]
    legs: tuple[Leg, ...]
    amounts: Amounts
    value: Vector


class Part(NamedTuple):
    """A request in a half-made plan: start of each group, people in each role, teams that all share."""

    starts: tuple[int | None, ...]
    people: tuple[int, ...]
    teams: frozenset[str] | None


State = tuple[Part | None, ...]


def brute(batch: Batch, waived: frozenset[str] = frozenset()) -> Best:
    """The lexicographically best plan of a tiny batch; `waived` leaves hard rules out (for the census)."""
    return _Search(Facts(batch, waived)).run()


class _Search:
    def __init__(self, facts: Facts) -> None:
        self.facts, self.batch, self.ways, self.waived = facts, facts.batch, facts.ways, facts.waived
        policy = self.batch.policy
        self.refusal = [
            1 - Fraction(str(policy.prior_acceptance if v.acceptance is None else v.acceptance))
            for v in self.batch.volunteers
        ]
        self.unit = lcm(60, *(share.denominator for share in (*self.refusal, *(job.share for job in facts.jobs))))
        weights = [{name: Fraction(str(weight)) for name, weight in tier.terms.items()} for tier in policy.tiers]
        self.scale = lcm(*(weight.denominator for tier in weights for weight in tier.values()))
        self.weights = [
            {name: int(weight * self.scale) * SIGNS[TERMS[name].sign] for name, weight in tier.items()}
            for tier in weights
        ]
        self.levels = {
            name: int(name.split(".")[1]) for tier in weights for name in tier if name.startswith("load_over.")
        }
        self.count = 0

    def run(self) -> Best:
        layers: list[dict[State, tuple[Vector, State, Route | None]]] = []
        nothing: State = (None,) * len(self.facts.jobs)
        layers.append({nothing: (self.value({"disruption": len(self.facts.previous) * self.unit}), nothing, None)})
        for v in range(len(self.batch.volunteers)):
            layer: dict[State, tuple[Vector, State, Route | None]] = {}
            routes = list(self.routes(v))
            for state, (value, _, _) in layers[-1].items():
                for route in routes:
                    self.count += 1
                    joined = self.join(v, state, route)
                    if joined is not None:
                        total = _sum(value, route.value)
                        if joined not in layer or total > layer[joined][0]:
                            layer[joined] = (total, state, route)
            layers.append(layer)
        return self.finish(layers)

    def finish(self, layers: list[dict[State, tuple[Vector, State, Route | None]]]) -> Best:
        """The best complete plan among the states of the last layer, followed back through the layers."""
        best: tuple[Vector, State, Amounts] | None = None
        for state, (value, _, _) in layers[-1].items():
            if self.complete(state):
                amounts = {"lateness": self.lateness(state) * self.unit // 60}
                total = _sum(value, self.value(amounts))
                if best is None or total > best[0]:
                    best = (total, state, amounts)
        if best is None:
            return Best("infeasible", (), {}, None, self.count)
        total, state, amounts = best
        amounts = {"disruption": len(self.facts.previous) * self.unit} | amounts
        terms = dict.fromkeys([*KNOWN, *self.levels], 0) | amounts
        chosen: list[Route] = []
        for layer in reversed(layers[1:]):
            _, state, route = layer[state]
            assert route is not None
            chosen.insert(0, route)
            for name, amount in route.amounts.items():
                terms[name] += amount
        return Best(
            "optimal",
            tuple(float(Fraction(n, self.unit * self.scale)) for n in total),
            {name: float(Fraction(n, self.unit)) for name, n in terms.items()},
            self.plan(chosen, best[1]),
            self.count,
        )

    def value(self, amounts: Amounts) -> Vector:
        """The scaled value of amounts, per tier."""
        return tuple(sum(tier.get(name, 0) * amount for name, amount in amounts.items()) for tier in self.weights)

    # One volunteer.

    def routes(self, v: int) -> Iterator[Route]:
        """Every valid set of visits of one volunteer that holds his or her pins."""
        by_job: dict[tuple[int, int], list[Slot]] = {}
        for slot in self.facts.slots(v):
            by_job.setdefault((slot.job, slot.role if "distinct" in self.waived else 0), []).append(slot)
        pins = {pin for pin in self.facts.pins if pin[2] == v}
        for slots in _choices(list(by_job.values()), ()):
            if pins <= {(s.job, s.role, v, s.start) for s in slots} and self.within_limits(v, slots):
                ordered = tuple(sorted(slots, key=lambda s: s.start))
                tours = self.tours(v, ordered)
                if tours is not None:
                    legs, back = tours
                    amounts = self.amounts(v, ordered, legs, back)
                    yield Route(ordered, legs, amounts, self.value(amounts))

    def within_limits(self, v: int, slots: tuple[Slot, ...]) -> bool:
        """Limits of one volunteer; visits that are all pinned may exceed them."""
        volunteer = self.batch.volunteers[v]
        days = [[s for s in slots if self.facts.clock.day(s.start) == day] for day in map(self._day, slots)]
        seconds = sum(s.end - s.start for s in slots)
        most = None if volunteer.max_minutes is None else whole_seconds(volunteer.max_minutes)
        checks = [
            ("max_requests", slots, len(slots), volunteer.max_requests),
            *(("max_requests_per_day", day, len(day), volunteer.max_requests_per_day) for day in days),
            ("max_minutes", slots, seconds, most),
            ("max_asks", slots, volunteer.asked + len(slots), volunteer.max_asks),
        ]
        return not any(
            limit is not None and amount > limit and not all(s.pinned for s in counted) and rule not in self.waived
            for rule, counted, amount, limit in checks
        )

    def _day(self, slot: Slot) -> object:
        return self.facts.clock.day(slot.start)

    def tours(self, v: int, slots: tuple[Slot, ...]) -> tuple[tuple[Leg, ...], int] | None:
        """The legs to the visits and the seconds of all ways back to `ends_at`; null if they break a rule."""
        home, ends, leg = self.ways.home[v], self.ways.ends[v], self.ways.leg
        legs: list[Leg] = []
        backs = 0
        ready: float = -inf
        for opens, closes in self.facts.shifts(v):
            tour = [s for s in slots if opens <= s.start and s.end <= closes]
            if not tour:
                continue
            covers = self.batch.policy.shift_covers == "tour"
            out = leg(v, home, self.ways.place[tour[0].job])
            if out is None:
                return None
            leave = tour[0].start - out
            if (covers and leave < opens) or (leave < ready and "overlap" not in self.waived):
                return None
            if self.facts.now is not None and not tour[0].pinned and leave < self.facts.now:
                return None
            legs.append(Leg(out, 0, leave))
            for one, following in pairwise(tour):
                ways = list(self.between(v, one, following))
                if not ways:
                    return None
                legs.append(max(ways, key=self.leg_value))
            at, end = self.ways.end_place[tour[-1].job], tour[-1].end
            back = 0 if ends is None else leg(v, at, ends)
            if back is None or (covers and end + back > closes):
                return None
            backs += back
            on = leg(v, at, home) if ends is None else 0 if ends == home else leg(v, ends, home)
            ready = inf if on is None else end + back + on
        return tuple(legs), backs

    def between(self, v: int, one: Slot, following: Slot) -> Iterator[Leg]:
        """The possible ways from one visit to the next in a tour."""
        at, to, home = self.ways.end_place[one.job], self.ways.place[following.job], self.ways.home[v]
        now = None if following.pinned else self.facts.now
        late = "overlap" in self.waived
        straight = self.ways.leg(v, at, to)
        leave = one.end if now is None else max(one.end, now)
        if straight is not None and (leave + straight <= following.start or late):
            yield Leg(straight, max(0, following.start - leave - straight), None)
        back, out = self.ways.leg(v, at, home), self.ways.leg(v, home, to)
        if self.batch.policy.home_between and back is not None and out is not None:
            leave = following.start - out
            if (one.end + back <= leave or late) and (now is None or leave >= now):
                yield Leg(back + out, 0, leave)

    def leg_value(self, leg: Leg) -> Vector:
        return self.value({"travel": leg.travel, "waiting": leg.waiting})

    def amounts(self, v: int, slots: tuple[Slot, ...], legs: tuple[Leg, ...], back: int) -> Amounts:
        """What one volunteer's visits add to each term, times `unit`."""
        volunteer = self.batch.volunteers[v]
        visits = dict.fromkeys(KNOWN, 0)
        coverage: dict[str, Fraction] = {}
        for slot in slots:
            job = self.facts.jobs[slot.job]
            request, role = job.request, job.request.roles[slot.role]
            name = f"coverage.{request.priority}"
            coverage[name] = coverage.get(name, Fraction()) + job.share
            visits["escalation"] += self.facts.tier_distance(v, slot.job)
            if role.skill is not None:
                visits["overskill"] += max(0, self.facts.level(v, slot) - role.level)
            visits["disruption"] -= self.facts.previous.count((slot.job, slot.role, v, slot.start))
            visits["preference"] += volunteer.id in request.preferred
            visits["familiar"] += volunteer.id in request.familiar
            visits["interest"] += request.category is not None and request.category in volunteer.interests
            visits["tags"] += len(set(request.tags_preferred) & set(volunteer.tags))
        visits["workload"] = sum(volunteer.recent_requests + k for k in range(len(slots)))
        for name, level in self.levels.items():
            visits[name] = sum(volunteer.recent_requests + k >= level for k in range(len(slots)))
        amounts = {name: amount * self.unit for name, amount in visits.items()}
        amounts["travel"] = (sum(leg.travel for leg in legs) + back) * self.unit // 60
        amounts["waiting"] = sum(leg.waiting for leg in legs) * self.unit // 60
        amounts["tardiness"] = sum(map(self.facts.tardy, slots)) * self.unit // 60
        amounts["reliability"] = int(self.refusal[v] * len(slots) * self.unit)
        return amounts | {name: int(share * self.unit) for name, share in coverage.items()}

    # All together.

    def join(self, v: int, state: State, route: Route) -> State | None:
        """The half-made plan with one more volunteer's route; null if they do not go together."""
        parts = list(state)
        for slot in route.slots:
            job = self.facts.jobs[slot.job]
            count, group = len(job.seconds), job.groups[slot.role]
            starts, people, teams = parts[slot.job] or Part((None,) * count, (0,) * count, None)
            if starts[group] not in (None, slot.start) or people[slot.role] == job.most[slot.role]:
                return None
            if job.request.one_team and not slot.pinned and "team" not in self.waived:
                own = frozenset(self.batch.volunteers[v].teams)
                teams = own if teams is None else teams & own
                if not teams:
                    return None
            parts[slot.job] = Part(
                (*starts[:group], slot.start, *starts[group + 1 :]),
                (*people[: slot.role], people[slot.role] + 1, *people[slot.role + 1 :]),
                teams,
            )
        return tuple(parts)

    def complete(self, state: State) -> bool:
        """Whether a plan keeps the rules about whole requests."""
        spans = [part and self.span(job, part) for job, part in zip(self.facts.jobs, state, strict=True)]
        for job, part, span in zip(self.facts.jobs, state, spans, strict=True):
            if part is None or span is None:
                if part is not None or (job.request.mandatory and "mandatory" not in self.waived):
                    return False
                continue
            for other, least, most in job.after:
                before = spans[other]
                if before is None or span[0] < before[1] + least or (most is not None and span[0] > before[1] + most):
                    return False
        return True

    def span(self, job: Job, part: Part) -> tuple[int, int] | None:
        """First start and last end of a request; null if its count or synchrony is broken."""
        starts = [part.starts[group] for group in job.groups]
        first, *_ = starts
        last = 0
        for r, start in enumerate(starts):
            if first is None or start is None or part.people[r] < job.least[r] or start - first not in job.offsets[r]:
                return None
            last = start + job.seconds[r] if r == 0 else max(last, start + job.seconds[r])
        assert first is not None
        return first, last

    def lateness(self, state: State) -> int:
        """Seconds of lateness of all requests."""
        late = 0
        for job, part in zip(self.facts.jobs, state, strict=True):
            span = part and self.span(job, part)
            if span and job.due is not None:
                late += max(0, span[1] - job.due)
        return late

    def plan(self, routes: list[Route], state: State) -> Plan:
        """The plan in the user's words."""
        visits = [
            self.visit(v, slot, leg, following > 0 and leg.leave is not None, state)
            for v, route in enumerate(routes)
            for slot, leg, following in zip(route.slots, route.legs, self.places_in_tours(v, route), strict=True)
        ]
        visits.sort(key=lambda visit: (visit.request, visit.role, visit.volunteer))
        return Plan(schema="matcher.plan/1", batch=self.batch.id, visits=tuple(visits))

    def places_in_tours(self, v: int, route: Route) -> Iterator[int]:
        """For every visit of a route, how many visits stand before it in its tour."""
        for opens, closes in self.facts.shifts(v):
            yield from range(sum(opens <= s.start and s.end <= closes for s in route.slots))

    def visit(self, v: int, slot: Slot, leg: Leg, via_home: bool, state: State) -> Visit:
        request, moment, part = self.facts.jobs[slot.job].request, self.facts.clock.moment, state[slot.job]
        team = min(part.teams) if request.one_team and part is not None and part.teams else None
        return Visit(
            request=request.id,
            role=request.roles[slot.role].id,
            volunteer=self.batch.volunteers[v].id,
            start=moment(slot.start),
            end=moment(slot.end),
            team=team,
            leave=None if leg.leave is None else moment(leg.leave),
            travel_seconds=leg.travel,
            via_home=via_home,
        )


def _choices(jobs: list[list[Slot]], chosen: tuple[Slot, ...]) -> Iterator[tuple[Slot, ...]]:
    """At most one slot of each request, with no two services at the same time."""
    if not jobs:
        yield chosen
        return
    yield from _choices(jobs[1:], chosen)
    for slot in jobs[0]:
        if all(slot.end <= other.start or other.end <= slot.start for other in chosen):
            yield from _choices(jobs[1:], (*chosen, slot))


def _sum(one: Vector, other: Vector) -> Vector:
    return tuple(map(sum, zip(one, other, strict=True)))
