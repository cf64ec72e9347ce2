"""What the plans of a model cost, term by term, as docs/problem.md has the terms.

Each cost is at least the term and may be no more than it; the solver makes costs small.
"""

from collections.abc import Iterator

from matcher.order.hours import Day
from matcher.order.model import Model, Person, Sum
from matcher.order.timing import (
    BY_BREAK,
    BY_IDLE,
    BY_LATENESS,
    BY_LATEST,
    BY_LOAD,
    BY_OVERTIME,
    BY_SPREAD,
    BY_TARDINESS,
    BY_TRAVEL,
    BY_WAITING,
    DUE,
    RECENT,
    WINDOW_FROM,
    WINDOW_TO,
)
from matcher.people import NEVER


class Costs:
    """The terms of a model that have a weight in some tier. of [10]: by their positions in `Outline.weight`.

    In units of time, missed breaks, and workload; `spread_parts` times the unit for `workload_spread`.
    """

    def __init__(self, model: Model, weighed: list[bool]) -> None:
        self._m, self._cp, self._weighed = model, model.cp, weighed
        self.spread_parts = len(model.people)
        self.of: list[Sum] = [0] * len(weighed)
        self.of[BY_TRAVEL] = sum(person.travel for person in model.people)
        if weighed[BY_TARDINESS] or weighed[BY_LATEST]:
            self._tardiness()
        if weighed[BY_LATENESS]:
            self.of[BY_LATENESS] = sum(self._lateness())
        if weighed[BY_LOAD]:
            self.of[BY_LOAD] = sum(self._workload(v, person) for v, person in enumerate(model.people))
        if weighed[BY_SPREAD]:
            self._spread()
        if any(weighed[term] for term in (BY_WAITING, BY_OVERTIME, BY_IDLE, BY_BREAK)):
            self._days()

    def _new(self, most: int, name: str, least: int = 0) -> Sum:
        return self._cp.new_int_var(least, max(least, most), name)

    def _tardiness(self) -> None:
        """How late each visit is after the last of the request's windows that has begun, and the most of it."""
        m, late = self._m, list[Sum]()
        for p, r in enumerate(m.request):
            windows = m.o.windows[:, m.o.window_ptr[r] : m.o.window_ptr[r + 1]].T.tolist()
            windows = sorted((w[WINDOW_FROM], w[WINDOW_TO]) for w in windows)
            moment = m.end(p) if m.o.late_by_end else m.start[p]
            late.append(self._new(m.span, f"late{p}"))
            if len(windows) == 1:
                self._cp.add(late[p] >= moment - windows[0][1]).only_enforce_if(m.served[r])
                continue
            counts = [self._cp.new_bool_var(f"w{p}_{w}") for w in range(len(windows))]
            self._cp.add_exactly_one(counts)
            for w, (this, (opens, to)) in enumerate(zip(counts, windows, strict=True)):
                if w:
                    self._cp.add(m.start[p] >= opens).only_enforce_if(this)
                if w + 1 < len(windows):
                    self._cp.add(m.start[p] < windows[w + 1][0]).only_enforce_if(this)
                self._cp.add(late[p] >= moment - to).only_enforce_if(this, m.served[r])
        self.of[BY_TARDINESS] = sum(late)
        if self._weighed[BY_LATEST]:
            latest = self._new(m.span, "latest")
            for one in late:
                self._cp.add(latest >= one)
            self.of[BY_LATEST] = latest

    def _lateness(self) -> Iterator[Sum]:
        """How late the last end of each request is after its due time."""
        m = self._m
        for r, due in enumerate(m.o.requests[DUE].tolist()):
            if due < NEVER:
                late = self._new(m.span, f"due{r}")
                for p in m.places_of(r):
                    self._cp.add(late >= m.end(p) - due).only_enforce_if(m.served[r])
                yield late

    def _workload(self, v: int, person: Person) -> Sum:
        """Recent requests for each visit, and pairs of visits: by the lines through whole numbers of visits."""
        most, count = len(person.comes), sum(person.comes.values())
        pairs = self._new(most * (most - 1) // 2, f"load{v}")
        for k in range(most):
            self._cp.add(pairs >= k * count - k * (k + 1) // 2)
        return int(self._m.o.people[RECENT, v]) * count + pairs

    def _spread(self) -> None:
        """Distances of working time from the mean, times the number of people."""
        loads = [person.travel + person.service for person in self._m.people]
        total, away = sum(loads), list[Sum]()
        for v, load in enumerate(loads):
            away.append(self._new(len(loads) * self._m.span, f"away{v}"))
            self._cp.add(away[v] >= len(loads) * load - total)
            self._cp.add(away[v] >= total - len(loads) * load)
        self.of[BY_SPREAD] = sum(away)

    def _days(self) -> None:
        """Overtime, waiting, idle time and missed breaks of all people."""
        days = [Day(self._m, v, person, self._weighed[BY_WAITING]) for v, person in enumerate(self._m.people)]
        self.of[BY_OVERTIME] = sum(day.overtime for day in days)
        self.of[BY_WAITING] = sum(day.waiting for day in days)
        self.of[BY_BREAK] = sum(day.missed for day in days)
        if self._weighed[BY_IDLE]:
            idlest = self._new(self._m.span, "idle")
            for day in days:
                self._cp.add(idlest >= day.idle)
            self.of[BY_IDLE] = idlest
