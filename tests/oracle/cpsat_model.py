"""The second oracle: a compact CP-SAT model straight from the batch, for up to 30 volunteers × 15 requests.

It shares nothing with `brute`: travel, eligibility, tours and terms are written again from
docs/problem.md, in another form. One Boolean says that a volunteer makes a visit (request, role,
start), one that a leg is travelled; tours are flows over the legs. Tiers are solved one after the
other, each held by a row for those that follow. Amounts and weights are scaled to whole numbers.
"""

from dataclasses import dataclass
from fractions import Fraction
from math import lcm
from typing import Any, Literal

from ortools.sat.python import cp_model

from matcher.batch import Batch
from matcher.clock import Clock, whole_seconds
from matcher.rules import TERMS
from tests.oracle.legs import Legs
from tests.oracle.people import eligible, level_held, tier_distance

Row = Any
"""A linear expression of CP-SAT."""


@dataclass(frozen=True, eq=False)
class Call:
    """A possible visit of a volunteer: indices of request and role, seconds, and the Boolean that it is made."""

    request: int
    role: int
    start: int
    end: int
    pinned: bool
    made: cp_model.IntVar


def solve_compact(batch: Batch) -> tuple[Literal["optimal", "infeasible"], tuple[float, ...]]:
    """Status and value of each tier of the best plan."""
    return _Compact(batch).solve()


class _Compact:
    def __init__(self, batch: Batch) -> None:
        self.batch, self.model = batch, cp_model.CpModel()
        self.clock, self.legs = Clock(batch.horizon.start), Legs(batch)
        self.step = max(1, whole_seconds(batch.policy.start_step_minutes))
        self.now = None if batch.now is None else self.clock.seconds(batch.now)
        self.terms: dict[str, list[tuple[Row, Fraction]]] = {name: [] for name in TERMS}
        self.pins = {(p.request, p.role, p.volunteer, self.clock.seconds(p.start)) for p in batch.pins}
        self.kept_pins = 0
        self.served = [self.flag() for _ in batch.requests]
        self.begins = [self._begins(n) for n in range(len(batch.requests))]
        self.crew: list[list[tuple[int, Call]]] = [[] for _ in batch.requests]
        self.calls = [self._calls(v) for v in range(len(batch.volunteers))]
        for n in range(len(batch.requests)):
            self._headcount(n)
        self.last_end = [self._last_end(n) for n in range(len(batch.requests))]
        for n in range(len(batch.requests)):
            self._sequence(n)
        for v in range(len(batch.volunteers)):
            self._limits(v)
            self._tours(v)
            self._person(v)
        self._disruption()

    def flag(self) -> cp_model.IntVar:
        return self.model.new_bool_var("")

    def amount(self, term: str, row: Row, factor: Fraction | int) -> None:
        """Adds factor × row to a term."""
        if factor:
            self.terms[term].append((row, Fraction(factor)))

    # Requests.

    def _begins(self, n: int) -> list[dict[int, cp_model.IntVar]]:
        """Per role, a Boolean for each time at which the role may start; one of them if it is served."""
        request = self.batch.requests[n]
        together = {role.id for role in request.roles if role.lag is None}
        firsts = {start for name, role, _, start in self.pins if name == request.id and role in together}
        for window in request.windows:
            at = self.clock.seconds(window.start)
            while at <= self.clock.seconds(window.end) + whole_seconds(window.late):
                firsts.add(at)
                at += self.step
        first = {at: self.flag() for at in sorted(firsts)}
        self.model.add(sum(first.values()) == self.served[n])
        begins = []
        for role in request.roles:
            if role.lag is None:
                begins.append(first)
                continue
            least, most = whole_seconds(role.lag.min), whole_seconds(role.lag.max)
            pairs = {(at, at + lag): self.flag() for at in first for lag in range(least, most + 1, self.step)}
            for at, begun in first.items():
                self.model.add(sum(pair for (one, _), pair in pairs.items() if one == at) == begun)
            later = {at: self.flag() for at in sorted({at for _, at in pairs})}
            for at, begun in later.items():
                self.model.add(sum(pair for (_, two), pair in pairs.items() if two == at) == begun)
            begins.append(later)
        return begins

    def _calls(self, v: int) -> list[Call]:
        volunteer = self.batch.volunteers[v]
        calls = []
        for n, request in enumerate(self.batch.requests):
            own = []
            for r, role in enumerate(request.roles):
                for start, begun in self.begins[n][r].items():
                    pinned = (request.id, role.id, volunteer.id, start) in self.pins
                    if pinned or self._allowed(v, n, r, start):
                        minutes = request.minutes if role.minutes is None else role.minutes
                        call = Call(n, r, start, start + whole_seconds(minutes), pinned, self.flag())
                        self.model.add_implication(call.made, begun)
                        self.kept_pins += pinned
                        if pinned:
                            self.model.add(call.made == 1)
                        own.append(call)
            self.model.add_at_most_one(call.made for call in own)
            self.crew[n] += [(v, call) for call in own]
            calls += own
        return calls

    def _allowed(self, v: int, n: int, r: int, start: int) -> bool:
        volunteer, request = self.batch.volunteers[v], self.batch.requests[n]
        if self.now is not None and start < self.now:
            return False
        if not eligible(self.batch, volunteer, request, request.roles[r], self.clock.day(start)):
            return False
        if volunteer.max_travel_minutes is None:
            return True
        way = self.legs.out(v, n)
        return way is not None and way <= whole_seconds(volunteer.max_travel_minutes)

    def _headcount(self, n: int) -> None:
        request = self.batch.requests[n]
        for r, role in enumerate(request.roles):
            people = sum(call.made for _, call in self.crew[n] if call.role == r)
            least = role.count if role.min_count is None else role.min_count
            self.model.add(people >= least * self.served[n])
            self.model.add(people <= role.count * self.served[n])
        if request.mandatory:
            self.model.add(self.served[n] == 1)
        if request.one_team:
            teams = sorted({team for volunteer in self.batch.volunteers for team in volunteer.teams})
            sent = {team: self.flag() for team in teams}
            self.model.add(sum(sent.values()) <= 1)
            for v, call in self.crew[n]:
                if not call.pinned:
                    self.model.add(call.made <= sum(sent[team] for team in set(self.batch.volunteers[v].teams)))
        share = Fraction(repr(request.value)) / sum(role.count for role in request.roles)
        for _, call in self.crew[n]:
            self.amount(f"coverage.{request.priority}", call.made, share)

    def _last_end(self, n: int) -> cp_model.IntVar:
        """When the request's last service ends; 0 if it is not served."""
        request = self.batch.requests[n]
        ends = []
        for role, begins in zip(request.roles, self.begins[n], strict=True):
            seconds = whole_seconds(request.minutes if role.minutes is None else role.minutes)
            ends.append(sum((start + seconds) * begun for start, begun in begins.items()))
        last = self.model.new_int_var(-(10**8), 10**8, "")
        self.model.add_max_equality(last, ends)
        return last

    def _sequence(self, n: int) -> None:
        """`after` and `lateness` of a request."""
        request, served = self.batch.requests[n], self.served[n]
        first = sum(start * begun for start, begun in self.begins[n][0].items())
        for link in request.after:
            other = [one.id for one in self.batch.requests].index(link.request)
            self.model.add_implication(served, self.served[other])
            gap = first - self.last_end[other]
            self.model.add(gap >= whole_seconds(link.min)).only_enforce_if(served)
            if link.max is not None:
                self.model.add(gap <= whole_seconds(link.max)).only_enforce_if(served)
        if request.due is not None:
            late = self.model.new_int_var(0, 10**8, "")
            self.model.add(late >= self.last_end[n] - self.clock.seconds(request.due)).only_enforce_if(served)
            self.amount("lateness", late, Fraction(1, 60))

    # Volunteers.

    def _limits(self, v: int) -> None:
        volunteer, calls = self.batch.volunteers[v], self.calls[v]
        self._limit(calls, [1] * len(calls), volunteer.max_requests)
        if volunteer.max_asks is not None:
            self._limit(calls, [1] * len(calls), volunteer.max_asks - volunteer.asked)
        if volunteer.max_minutes is not None:
            self._limit(calls, [call.end - call.start for call in calls], whole_seconds(volunteer.max_minutes))
        for day in {self.clock.day(call.start) for call in calls}:
            on_day = [call for call in calls if self.clock.day(call.start) == day]
            self._limit(on_day, [1] * len(on_day), volunteer.max_requests_per_day)

    def _limit(self, calls: list[Call], sizes: list[int], limit: int | None) -> None:
        """At most `limit`, unless all visits made are pinned."""
        if limit is None:
            return
        fixed = sum(size for call, size in zip(calls, sizes, strict=True) if call.pinned)
        if fixed >= limit:
            for call in calls:
                if not call.pinned:
                    self.model.add(call.made == 0)
        else:
            self.model.add(sum(call.made * size for call, size in zip(calls, sizes, strict=True)) <= limit)

    def _tours(self, v: int) -> None:
        """Flows over the legs of each shift, and what two tours need between them."""
        volunteer, remaining = self.batch.volunteers[v], list(self.calls[v])
        earlier: list[tuple[cp_model.IntVar, int | None]] = []
        for shift in sorted(volunteer.shifts, key=lambda shift: shift.start):
            opens = self.clock.seconds(shift.start)
            closes = self.clock.seconds(shift.end) + whole_seconds(shift.overtime)
            calls = [call for call in remaining if opens <= call.start and call.end <= closes]
            remaining = [call for call in remaining if call not in calls]
            into: dict[Call, list[cp_model.IntVar]] = {call: [] for call in calls}
            out: dict[Call, list[cp_model.IntVar]] = {call: [] for call in calls}
            leaving, coming = [], []
            for call in calls:
                if (way := self._first_leg(v, call, opens)) is not None:
                    first = self.flag()
                    into[call].append(first)
                    leaving.append((first, call.start - way))
                    self.amount("travel", first, Fraction(way, 60))
                for following in calls:
                    for way, waiting in self._between(v, call, following):
                        leg = self.flag()
                        out[call].append(leg)
                        into[following].append(leg)
                        self.amount("travel", leg, Fraction(way, 60))
                        self.amount("waiting", leg, Fraction(waiting, 60))
                back = self.legs.back(v, call.request)
                if back is not None and (self.batch.policy.shift_covers == "service" or call.end + back <= closes):
                    last = self.flag()
                    out[call].append(last)
                    home = self.legs.back_home(v, call.request)
                    coming.append((last, None if home is None else call.end + home))
                    self.amount("travel", last, Fraction(back, 60))
            for call in calls:
                self.model.add(sum(into[call]) == call.made)
                self.model.add(sum(out[call]) == call.made)
            self.model.add_at_most_one(first for first, _ in leaving)
            for first, leave in leaving:
                for last, ready in earlier:
                    if ready is None or ready > leave:
                        self.model.add_at_most_one(first, last)
            earlier += coming
        for call in remaining:
            self.model.add(call.made == 0)

    def _first_leg(self, v: int, call: Call, opens: int) -> int | None:
        """Seconds from home to the first visit of a tour; null if it may not be the first."""
        way = self.legs.out(v, call.request)
        if way is None or (self.batch.policy.shift_covers == "tour" and call.start - way < opens):
            return None
        early = self.now is not None and not call.pinned and call.start - way < self.now
        return None if early else way

    def _between(self, v: int, one: Call, following: Call) -> list[tuple[int, int]]:
        """Seconds of travel and of waiting of every possible way from one visit to a later one."""
        if following.start < one.end or following.request == one.request:
            return []
        earliest = -(10**9) if self.now is None or following.pinned else self.now
        ways = []
        straight = self.legs.between(v, one.request, following.request)
        if straight is not None:
            waiting = following.start - max(one.end, earliest) - straight
            if waiting >= 0:
                ways.append((straight, waiting))
        home, out = self.legs.home(v, one.request), self.legs.out(v, following.request)
        if self.batch.policy.home_between and home is not None and out is not None:
            leave = following.start - out
            if leave >= one.end + home and leave >= earliest:
                ways.append((home + out, 0))
        return ways

    def _person(self, v: int) -> None:
        """Terms counted per visit or per volunteer."""
        volunteer = self.batch.volunteers[v]
        accepts = self.batch.policy.prior_acceptance if volunteer.acceptance is None else volunteer.acceptance
        for call in self.calls[v]:
            request, made = self.batch.requests[call.request], call.made
            role = request.roles[call.role]
            self.amount("tardiness", made, Fraction(self._tardy(call), 60))
            self.amount("reliability", made, 1 - Fraction(repr(accepts)))
            self.amount("escalation", made, tier_distance(self.batch, volunteer.site, request.site))
            if role.skill is not None:
                held = level_held(volunteer, role.skill, self.clock.day(call.start))
                self.amount("overskill", made, max(0, held - role.level))
            self.amount("preference", made, int(volunteer.id in request.preferred))
            self.amount("familiar", made, int(volunteer.id in request.familiar))
            self.amount("interest", made, int(request.category in volunteer.interests))
            self.amount("tags", made, len({*request.tags_preferred}.intersection(volunteer.tags)))
        asks = [self.flag() for _ in self.batch.requests]
        self.model.add(sum(asks) == sum(call.made for call in self.calls[v]))
        for n, ask in enumerate(asks):
            self.amount("workload", ask, volunteer.recent_requests + n)
            for level in range(min(20, volunteer.recent_requests + n + 1)):
                self.amount(f"load_over.{level}", ask, 1)
            if n:
                self.model.add_implication(ask, asks[n - 1])

    def _tardy(self, call: Call) -> int:
        """Seconds after the window that began last before a visit, or after the first of all."""
        window = None
        for other in sorted(self.batch.requests[call.request].windows, key=lambda w: (w.start, w.end)):
            if window is None or self.clock.seconds(other.start) <= call.start:
                window = other
        assert window is not None
        late = {"start": call.start, "end": call.end}[self.batch.policy.late_by] - self.clock.seconds(window.end)
        return max(late, 0)

    def _disruption(self) -> None:
        """Each previous visit costs one, and gives it back where it is made."""
        for visit in self.batch.previous:
            self.amount("disruption", 1, 1)
            for n, request in enumerate(self.batch.requests):
                for v, call in self.crew[n]:
                    found = (request.id, request.roles[call.role].id, self.batch.volunteers[v].id)
                    if found == (visit.request, visit.role, visit.volunteer) and call.start == self.clock.seconds(
                        visit.start
                    ):
                        self.amount("disruption", call.made, -1)

    # Solving.

    def solve(self) -> tuple[Literal["optimal", "infeasible"], tuple[float, ...]]:
        if self.kept_pins < len(self.pins):
            return "infeasible", ()
        values: list[float] = []
        for tier in self.batch.policy.tiers:
            row, scale = self._tier(tier.terms)
            self.model.maximize(row)
            solver = cp_model.CpSolver()
            solver.parameters.num_workers = 1
            status = solver.solve(self.model)
            if status == cp_model.INFEASIBLE and not values:
                return "infeasible", ()
            assert status == cp_model.OPTIMAL, solver.status_name(status)
            best = round(solver.objective_value)
            self.model.add(row >= best)
            values.append(best / scale)
        return "optimal", tuple(values)

    def _tier(self, weights: dict[str, float]) -> tuple[Row, int]:
        """A tier as a row with whole coefficients, and what they were multiplied by."""
        parts: list[tuple[Row, Fraction]] = []
        for name, weight in weights.items():
            sign = 1 if TERMS[name].sign == "gain" else -1
            parts += [(row, sign * Fraction(repr(weight)) * factor) for row, factor in self.terms[name]]
        scale = lcm(*(factor.denominator for _, factor in parts))
        return _sum([row * int(factor * scale) for row, factor in parts]), scale


def _sum(rows: list[Row]) -> Row:
    return cp_model.LinearExpr.sum(rows) if rows else cp_model.LinearExpr.constant(0)
