"""A person's day in a model: when it begins and ends, what of it is waiting and idle, and the break.

A break is taken in whichever gap costs least. That is the first one possible, as the law has it, but where `waiting`
counts and the first lies at home, before leaving or between two visits: so there nothing is chosen.
"""

from matcher.order.model import Model, Person, Sum
from matcher.order.timing import CLOSES, OPENS, REST, REST_FROM, REST_TO, SHUT


class Day:
    """A person's day: when it begins and ends, and the break."""

    def __init__(self, model: Model, v: int, person: Person, waiting: bool) -> None:
        self._m, self._cp, self._v, self._person = model, model.cp, v, person
        self._opens, self._shuts, self._closes = (int(model.o.people[row, v]) for row in (OPENS, SHUT, CLOSES))
        cp = self._cp
        self._rest_idle: Sum = 0
        self._rest_waits: Sum = 0
        self.overtime: Sum = 0
        self.waiting: Sum = 0
        self.missed: Sum = 0
        self.idle: Sum = self._shuts - self._opens
        if not person.comes:
            return
        self._over = cp.new_int_var(self._opens, self._closes, f"over{v}")
        self._stops = cp.new_int_var(self._shuts, self._closes, f"stops{v}")
        cp.add(self._stops >= self._over)
        self._leave = self._leaves()
        for arc in person.arcs:
            if arc.head < 0:
                cp.add(self._over >= model.end(arc.tail) + arc.leg).only_enforce_if(arc.taken)
        cp.add(self._over >= self._leave + person.travel + person.service)
        if model.o.people[REST, v]:
            self._rest(waiting)
        self.overtime = self._stops - self._shuts
        self.idle = self._stops - self._opens - person.travel - person.service - self._rest_idle
        if waiting:
            self.waiting = cp.new_int_var(0, self._closes - self._opens, f"wait{v}")
            gaps = self._over - self._leave - person.travel - person.service - self._at_home()
            cp.add(self.waiting >= gaps - self._rest_waits)

    def _leaves(self) -> Sum:
        """When the person leaves home, as the policy has it."""
        if self._m.o.leaves_at_shift:
            return self._opens
        leave = self._cp.new_int_var(self._opens, self._closes, f"leave{self._v}")
        for arc in self._person.arcs:
            if arc.tail < 0:
                self._cp.add(leave == self._m.start[arc.head] - arc.leg).only_enforce_if(arc.taken)
        self._cp.add(leave == self._opens).only_enforce_if(~self._person.used)
        return leave

    def _at_home(self) -> Sum:
        """Gaps that are spent at home, where nobody waits."""
        gaps: Sum = 0
        for q in {arc.head for arc in self._person.arcs if arc.by_home}:
            gap = self._cp.new_int_var(0, self._closes - self._opens, f"home{self._v}_{q}")
            ways = [arc for arc in self._person.arcs if arc.by_home and arc.head == q]
            for arc in ways:
                self._cp.add(gap <= self._m.start[q] - self._m.end(arc.tail) - arc.leg).only_enforce_if(arc.taken)
            self._cp.add(gap <= (self._closes - self._opens) * sum(arc.taken for arc in ways))
            gaps += gap
        return gaps

    def _rest(self, waiting: bool) -> None:
        """The break: before leaving, before one of the visits, or after coming back."""
        cp, m, person = self._cp, self._m, self._person
        seconds, first, last = (int(m.o.people[row, self._v]) for row in (REST, REST_FROM, REST_TO))
        home_until = max(self._opens, first) + seconds
        before = cp.new_bool_var(f"rest{self._v}")
        if m.o.leaves_at_shift or home_until > last:
            cp.add(before == 0)
        cp.add(self._leave >= home_until).only_enforce_if(before)
        after = cp.new_bool_var(f"rests{self._v}")
        cp.add(self._over + seconds <= min(last, self._closes)).only_enforce_if(after)
        if first + seconds > min(last, self._closes):
            cp.add(after == 0)
        shut = cp.new_int_var(0, max(0, min(seconds, self._shuts - first)), f"rested{self._v}")
        cp.add(shut <= seconds * after)
        cp.add(shut <= self._stops - self._over)
        between = [self._rest_before(q, seconds, first, last) for q in person.comes]
        if waiting and not m.o.leaves_at_shift and home_until <= last:
            for rests in between:
                cp.add(self._leave < home_until).only_enforce_if(rests)
        if waiting and any(arc.by_home for arc in person.arcs):
            self._first_at_home(before, between, seconds, first, last)
        cp.add(sum(between) + before + after <= person.used)
        self.missed = person.used - sum(between) - before - after
        self._rest_idle = seconds * (before + sum(between)) + shut
        self._rest_waits = seconds * sum(between)
        if waiting:
            at_home = [self._rests_at_home(q, rests) for q, rests in zip(person.comes, between, strict=True)]
            self._rest_waits -= seconds * sum(at_home)

    def _rest_before(self, q: int, seconds: int, first: int, last: int) -> Sum:
        """Whether the break is taken after the place before, there or at the place of this visit."""
        cp, m, person = self._cp, self._m, self._person
        rests, here = cp.new_bool_var(f"rest{self._v}_{q}"), cp.new_bool_var(f"here{self._v}_{q}")
        cp.add_implication(rests, person.comes[q])
        cp.add(m.start[q] >= first + seconds).only_enforce_if(rests)
        for arc in person.arcs:
            if arc.head != q:
                continue
            if arc.tail < 0:
                if m.o.leaves_at_shift and self._opens + arc.leg + seconds <= last:
                    cp.add(m.start[q] >= self._opens + arc.leg + seconds).only_enforce_if(rests, arc.taken)
                    cp.add_implication(arc.taken, here)
                else:
                    cp.add_bool_or(~rests, ~arc.taken)
                continue
            free = m.end(arc.tail)
            cp.add(m.start[q] >= free + arc.leg + seconds).only_enforce_if(rests, arc.taken)
            cp.add(free + arc.leg + seconds <= last).only_enforce_if(rests, arc.taken, here)
            cp.add(free + seconds <= last).only_enforce_if(rests, arc.taken, ~here)
            cp.add(m.start[q] - arc.leg >= first + seconds).only_enforce_if(rests, arc.taken, ~here)
        return rests

    def _first_at_home(self, before: Sum, between: list[Sum], seconds: int, first: int, last: int) -> None:
        """A gap at home that is long enough for the break comes no sooner than the break."""
        cp, m = self._cp, self._m
        rested = cp.new_int_var(self._opens, self._closes + 1, f"rested{self._v}")
        cp.add(rested == self._opens).only_enforce_if(before)
        for q, rests in zip(self._person.comes, between, strict=True):
            cp.add(rested == m.start[q]).only_enforce_if(rests)
        cp.add(rested == self._closes + 1).only_enforce_if(~before, *(~rests for rests in between))
        for arc in self._person.arcs:
            if not arc.by_home:
                continue
            free, start = m.end(arc.tail), m.start[arc.head]
            short, done, *no = (cp.new_bool_var(f"no{self._v}_{arc.tail}_{arc.head}") for _ in range(4))
            cp.add(start < free + arc.leg + seconds).only_enforce_if(short)
            cp.add(rested <= start).only_enforce_if(done)
            for leg, never in ((0, no[0]), (arc.leg, no[1])):
                early = cp.new_bool_var(f"early{self._v}_{arc.tail}_{arc.head}_{leg}")
                cp.add(start - arc.leg + leg < first + seconds).only_enforce_if(never, early)
                cp.add(free + leg + seconds > last).only_enforce_if(never, ~early)
            cp.add_bool_or(~arc.taken, short, done, no[0])
            cp.add_bool_or(~arc.taken, short, done, no[1])

    def _rests_at_home(self, q: int, rests: Sum) -> Sum:
        """Whether the break is taken in a gap spent at home, so that none of it would be waiting."""
        ways = [arc.taken for arc in self._person.arcs if arc.by_home and arc.head == q]
        if not ways:
            return 0
        found = self._cp.new_bool_var(f"hrest{self._v}_{q}")
        self._cp.add(found + 1 >= rests + sum(ways))
        return found
