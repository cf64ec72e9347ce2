"""An outline as a CP-SAT model: who comes to each place, in which order, and when.

Each person has a circuit over the places they can fill, with loops around those they do not. What follows from the
rules but is not said by the circuits alone is added, as it makes proofs short: least times between visits of one person
in either order, and intervals that do not overlap.
"""

from collections import defaultdict
from dataclasses import dataclass, field
from itertools import combinations, pairwise
from typing import Any, Literal

import numpy as np
from numpy.typing import NDArray
from ortools.sat.python import cp_model

from matcher.order.outline import Drawn
from matcher.order.timing import (
    CLOSES,
    END_SITE,
    FINISH,
    HOME,
    LAG_MAX,
    LAG_MIN,
    MOST,
    OPENS,
    REQUEST,
    SECONDS,
    SITE,
    SPEED,
    WINDOW_FROM,
    WINDOW_UNTIL,
    Outline,
)
from matcher.order.units import shortest, span_of

Ints = NDArray[np.int64]
Sum = Any
"""A variable of CP-SAT, a linear expression of them, or a number."""
Home = Literal["never", "shorter", "always"]
"""When people may go home between two visits: where nothing but time is won by it, only if that is shorter."""


@dataclass(frozen=True)
class Arc:
    """A way that a person may take, from a place (-1: home) to a place (-1: the end), in units; by way of home?"""

    taken: Sum
    tail: int
    head: int
    leg: int
    by_home: bool = False


@dataclass
class Person:
    """What a person may do: arcs, and for each of their places the variable that says whether they come."""

    arcs: list[Arc] = field(default_factory=list)
    comes: dict[int, Sum] = field(default_factory=dict)
    used: Sum = 0
    travel: Sum = 0
    service: Sum = 0


class Model:
    """All plans of an outline in units (`in_units`): served [R], start [P], people [V]."""

    def __init__(self, drawn: Drawn, outline: Outline, mandatory: list[int], by_home: Home) -> None:
        self.cp, self.o, self._by_home = cp_model.CpModel(), outline, by_home
        o = outline
        self.request = o.places[REQUEST].tolist()
        self.service = o.places[SECONDS].tolist()
        self.span = span_of(o)
        self.least = shortest(o)
        self.served: list[Sum] = [
            self.cp.new_constant(1) if r in mandatory else self.cp.new_bool_var(f"s{r}")
            for r in range(o.requests.shape[1])
        ]
        self.start = self._starts()
        self.people = [Person() for _ in range(o.people.shape[1])]
        self._assign(drawn)
        for v, person in enumerate(self.people):
            self._circuit(v, person)
            self._follow(v, person)
            self._keep_apart(v, person)
            self._limits(v, person)

    def places_of(self, request: int) -> range:
        return range(int(self.o.ptr[request]), int(self.o.ptr[request + 1]))

    def _starts(self) -> list[Sum]:
        """The start of each place: all roles without lag together, those with one by steps after them."""
        o, found = self.o, list[Sum]()
        for r in range(o.requests.shape[1]):
            windows = o.windows[:, o.window_ptr[r] : o.window_ptr[r + 1]].T
            first = self._first(r, windows.tolist())
            for p in self.places_of(r):
                low, high = o.places[LAG_MIN, p], o.places[LAG_MAX, p]
                if high < 0:
                    found.append(first)
                else:
                    after = self.cp.new_int_var(0, int(high - low) // o.step, f"l{p}")
                    found.append(self.cp.new_int_var(0, int(windows[:, WINDOW_UNTIL].max() + high), f"t{p}"))
                    self.cp.add(found[p] == first + int(low) + o.step * after)
        return found

    def _first(self, request: int, windows: list[list[int]]) -> Sum:
        """The first role's start."""
        step = self.o.step
        base = windows[0][WINDOW_FROM] % step
        spans = [(w[WINDOW_FROM], w[WINDOW_FROM] + (w[WINDOW_UNTIL] - w[WINDOW_FROM]) // step * step) for w in windows]
        if all(opens % step == base for opens, _ in spans):
            steps = [[(opens - base) // step, (until - base) // step] for opens, until in spans]
            return base + step * self.cp.new_int_var_from_domain(cp_model.Domain.from_intervals(steps), f"t{request}")
        values = sorted({start for opens, until in spans for start in range(opens, until + 1, step)})
        return self.cp.new_int_var_from_domain(cp_model.Domain.from_values(values), f"t{request}")

    def _assign(self, drawn: Drawn) -> None:
        """One person for each place of a request served, nobody twice; places that are alike by rising person."""
        o = self.o
        for p, r in enumerate(self.request):
            able = o.able[o.able_ptr[p] : o.able_ptr[p + 1]].tolist()
            for v in able:
                self.people[v].comes[p] = self.cp.new_bool_var(f"c{p}_{v}")
            self.cp.add(sum(self.people[v].comes[p] for v in able) == self.served[r])
        for r in range(o.requests.shape[1]):
            for p, q in pairwise(self.places_of(r)):
                if drawn.places[p].role is drawn.places[q].role:
                    before, after = (sum(v * self.people[v].comes[x] for v in self._able(x)) for x in (p, q))
                    self.cp.add(before + 1 <= after).only_enforce_if(self.served[r])
        for person in self.people:
            of_request = defaultdict[int, list[Sum]](list)
            for p, comes in person.comes.items():
                of_request[self.request[p]].append(comes)
            for some in of_request.values():
                if len(some) > 1:
                    self.cp.add_at_most_one(some)

    def _able(self, place: int) -> list[int]:
        found: list[int] = self.o.able[self.o.able_ptr[place] : self.o.able_ptr[place + 1]].tolist()
        return found

    def _circuit(self, v: int, person: Person) -> None:
        """The arcs of a person's day."""
        people = self.o.people[:, v].tolist()
        site, end = self.o.requests[SITE].tolist(), self.o.requests[END_SITE].tolist()
        table = self.o.table[people[SPEED]].tolist()
        for q in person.comes:
            self._arc(person, -1, q, table[people[HOME]][site[self.request[q]]])
            self._arc(person, q, -1, 0 if people[FINISH] < 0 else table[end[self.request[q]]][people[FINISH]])
            for p in person.comes:
                if self.request[p] == self.request[q]:
                    continue
                here, there = end[self.request[p]], site[self.request[q]]
                self._arc(person, p, q, table[here][there])
                by_home = table[here][people[HOME]] + table[people[HOME]][there]
                if self._by_home == "always" or (self._by_home == "shorter" and by_home < table[here][there]):
                    self._arc(person, p, q, by_home, True)
        number = {p: n for n, p in enumerate(person.comes, start=1)} | {-1: 0}
        if not person.comes:
            return
        person.used = self.cp.new_bool_var(f"u{v}")
        arcs = [(number[arc.tail], number[arc.head], arc.taken) for arc in person.arcs]
        loops = [(number[p], number[p], ~comes) for p, comes in person.comes.items()]
        self.cp.add_circuit([*arcs, *loops, (0, 0, ~person.used)])
        person.travel = sum(arc.leg * arc.taken for arc in person.arcs)
        person.service = sum(self.service[p] * comes for p, comes in person.comes.items())

    def _arc(self, person: Person, tail: int, head: int, leg: int, by_home: bool = False) -> None:
        if leg <= self.span:
            person.arcs.append(Arc(self.cp.new_bool_var(f"a{tail}_{head}"), tail, head, leg, by_home))

    def _follow(self, v: int, person: Person) -> None:
        """Each visit starts after the one before and the way; the first after the shift's start."""
        opens, closes = self.o.people[OPENS, v].item(), self.o.people[CLOSES, v].item()
        for arc in person.arcs:
            if arc.tail < 0:
                self.cp.add(self.start[arc.head] >= opens + arc.leg).only_enforce_if(arc.taken)
            elif arc.head < 0:
                self.cp.add(self.end(arc.tail) + arc.leg <= closes).only_enforce_if(arc.taken)
            else:
                self.cp.add(self.start[arc.head] >= self.end(arc.tail) + arc.leg).only_enforce_if(arc.taken)

    def _keep_apart(self, v: int, person: Person) -> None:
        """What follows for places that a person comes to, whatever is in between: intervals, and least times."""
        o, cp = self.o, self.cp
        least, home, finish = self.least[o.people[SPEED, v]], int(o.people[HOME, v]), int(o.people[FINISH, v])
        opens, closes = int(o.people[OPENS, v]), int(o.people[CLOSES, v])
        site, end = o.requests[SITE, self.request], o.requests[END_SITE, self.request]
        on = {arc.tail: arc.leg for arc in sorted(person.arcs, key=lambda arc: -arc.leg) if arc.head >= 0}
        spans = []
        for p, comes in person.comes.items():
            back = 0 if finish < 0 else int(least[end[p], finish])
            cp.add(self.start[p] >= opens + int(least[home, site[p]])).only_enforce_if(comes)
            cp.add(self.end(p) + back <= closes).only_enforce_if(comes)
            length = self.service[p] + on.get(p, 0)
            spans.append(cp.new_optional_fixed_size_interval_var(self.start[p], length, comes, f"i{p}"))
        cp.add_no_overlap(spans)
        direct = defaultdict[tuple[int, int], list[Sum]](list)
        for arc in person.arcs:
            direct[arc.tail, arc.head].append(arc.taken)
        for p, q in combinations(person.comes, 2):
            if self.request[p] == self.request[q]:
                continue
            before = cp.new_bool_var(f"b{p}_{q}")
            for a, b, first in ((p, q, before), (q, p, ~before)):
                soonest = self.end(a) + int(least[end[a], site[b]])
                cp.add(self.start[b] >= soonest).only_enforce_if(person.comes[p], person.comes[q], first)
                for taken in direct[a, b]:
                    cp.add_implication(taken, first)

    def end(self, place: int) -> Sum:
        """When a visit ends."""
        return self.start[place] + self.service[place]

    def _limits(self, v: int, person: Person) -> None:
        most = int(self.o.people[MOST, v])
        if most < len(person.comes):
            self.cp.add(sum(person.comes.values()) <= max(0, most))
