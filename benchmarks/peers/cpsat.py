"""Plain CP-SAT: a Boolean for each turn, post and start, what cannot both be done as clauses, tier after tier."""

import os
import time
from collections import defaultdict
from collections.abc import Iterator
from itertools import combinations
from typing import Any

from ortools.sat.python import cp_model

from benchmarks.peers.apart import solve_apart
from benchmarks.peers.plans import Stay, plan_of
from benchmarks.peers.scope import beyond
from benchmarks.peers.task import ENDLESS, Task
from benchmarks.peers.worth import Costs, coverage
from matcher import Batch, Plan

MOST = 2_000_000
"""Booleans of visits beyond which the model would not fit into a few gigabytes."""


class CpSat:
    """All tiers in strict order; ways are priced as if from home, less what going straight on saves."""

    name = "cpsat"

    def cannot(self, batch: Batch) -> str | None:
        if words := beyond(batch):
            return words
        count = sum(len(starts) for options in Task(batch).options for starts in options.values())
        return f"{count:,} possible visits (at most {MOST:,})" if count > MOST else None

    def solve(self, batch: Batch, seconds: float, seed: int) -> Plan | None:
        return solve_apart(self.name, batch, seconds, seed)

    def plans(self, batch: Batch, seconds: float, seed: int) -> Iterator[Plan]:
        until = time.monotonic() + seconds
        model = _Model(Task(batch))
        tiers = model.tiers()
        for t, tier in enumerate(tiers):
            left = until - time.monotonic()
            found = model.best(tier, left if t == len(tiers) - 1 else left / 2, seed) if left > 0 else None
            if found is None:
                break
            yield plan_of(model.task, found)


class _Model:
    """Variables and constraints; `best` settles one tier and holds it from then on."""

    def __init__(self, task: Task) -> None:
        self.task, self._costs, self._cp = task, Costs(task), cp_model.CpModel()
        self._x = {
            Stay(turn, p, start): self._cp.new_bool_var("")
            for turn, options in enumerate(task.options)
            for p, starts in options.items()
            for start in starts
        }
        self._saved: list[Any] = []
        """Terms of what going straight on saves, in weighted seconds."""
        self._by_turn: dict[int, list[Stay]] = defaultdict(list)
        for stay in self._x:
            self._by_turn[stay.turn].append(stay)
        self._staff()
        for stays in self._by_turn.values():
            self._tour(stays)
        self._more = self._limit()
        self._hint(dict.fromkeys(self._x, 0))

    def tiers(self) -> list[Any]:
        """What each tier adds up, as linear expressions to maximise, the last in weighted seconds."""
        steps = coverage(self.task).tolist()
        covers = [sum(tier[stay.post] * x for stay, x in self._x.items() if tier[stay.post]) for tier in steps]
        costs, task = self._costs, self.task
        each = (costs.alone(task.turns[stay.turn].volunteer, task.posts[stay.post]) * x for stay, x in self._x.items())
        return [*(cover for cover in covers if not isinstance(cover, int)), sum(self._saved) - sum(each) - self._more]

    def best(self, tier: Any, seconds: float, seed: int) -> list[Stay] | None:
        """The visits of the best solution found in so many seconds; null: none was."""
        self._cp.maximize(tier)
        solver = cp_model.CpSolver()
        solver.parameters.max_time_in_seconds = seconds
        solver.parameters.random_seed = seed
        solver.parameters.num_workers = os.cpu_count() or 1
        if solver.solve(self._cp) not in (cp_model.OPTIMAL, cp_model.FEASIBLE):
            return None
        self._cp.add(tier >= round(solver.objective_value))
        done = {stay: solver.value(x) for stay, x in self._x.items()}
        self._hint(done)
        return [stay for stay, made in done.items() if made]

    def _hint(self, done: dict[Stay, int]) -> None:
        """The next search starts from these visits."""
        self._cp.clear_hints()  # type: ignore[no-untyped-call]
        for stay, made in done.items():
            self._cp.add_hint(self._x[stay], made)

    def _staff(self) -> None:
        """A request is served at one start at most, by enough people in each post."""
        found: dict[tuple[int, int], list[Any]] = defaultdict(list)
        for stay, x in self._x.items():
            found[stay.post, stay.start].append(x)
        for request, posts in enumerate(self.task.posts_of):
            served = {start: self._cp.new_bool_var("") for start in self.task.starts[request]}
            self._cp.add_at_most_one(served.values())
            for p in posts:
                post = self.task.posts[p]
                for start, is_served in served.items():
                    people = sum(found[p, start])
                    self._cp.add(people <= post.most * is_served)
                    self._cp.add(people >= post.least * is_served)

    def _tour(self, stays: list[Stay]) -> None:
        """No two visits of a turn that cannot follow each other; of two that can, what going straight on saves."""
        of_request: dict[int, list[Stay]] = defaultdict(list)
        for stay in stays:
            of_request[self.task.posts[stay.post].request].append(stay)
        on: dict[Stay, list[Any]] = defaultdict(list)
        come: dict[Stay, list[Any]] = defaultdict(list)
        for group in of_request.values():
            self._cp.add_at_most_one(self._x[stay] for stay in group)
        for one, other in combinations(of_request.values(), 2):
            for a in one:
                near = [self._x[b] for b in other if not (self._follow(a, b) or self._follow(b, a))]
                if near:
                    self._cp.add_at_most_one([self._x[a], *near])
            if len(one) == len(other) == 1:
                first, second = sorted((one[0], other[0]), key=lambda stay: stay.start)
                if self._follow(first, second) and (worth := self._saving(first, second)) > 0:
                    straight = self._cp.new_bool_var("")
                    self._saved.append(worth * straight)
                    on[first].append(straight)
                    come[second].append(straight)
        for links in (on, come):
            for stay, ways in links.items():
                self._cp.add(sum(ways) <= self._x[stay])

    def _follow(self, a: Stay, b: Stay) -> bool:
        return self.task.follows(self.task.turns[a.turn].volunteer, a[1:], b[1:])

    def _saving(self, a: Stay, b: Stay) -> int:
        """Weighted seconds that going straight from a to b saves against going back and out again."""
        task, v = self.task, self.task.turns[a.turn].volunteer
        p, q = task.posts[a.post], task.posts[b.post]
        straight = task.straight(v, p.request, q.request)
        waiting = b.start - a.start - p.seconds - straight
        less = int(task.back[v, p.request] + task.out[v, q.request]) - straight
        return round(self._costs.travel * less - self._costs.waiting * waiting) if waiting >= 0 else 0

    def _limit(self) -> Any:
        """Limits of each volunteer; returns what second and later visits cost in `workload`, weighted seconds."""
        of_volunteer: dict[int, list[Stay]] = defaultdict(list)
        for turn, stays in self._by_turn.items():
            of_volunteer[self.task.turns[turn].volunteer] += stays
        more: Any = 0
        for volunteer, stays in of_volunteer.items():
            limits = self.task.limits[volunteer]
            total = sum(self._x[stay] for stay in stays)
            self._most(total, limits.visits)
            self._most(sum(self.task.posts[s.post].seconds * self._x[s] for s in stays), limits.seconds)
            for day in {self.task.clock.day(stay.start) for stay in stays} if limits.daily < ENDLESS else ():
                self._most(sum(self._x[s] for s in stays if self.task.clock.day(s.start) == day), limits.daily)
            most = min(limits.visits, len({self.task.posts[stay.post].request for stay in stays}))
            further = [self._cp.new_bool_var("") for _ in range(1, most)] if self._costs.more_work else []
            if further:
                self._cp.add(total <= 1 + sum(further))
                more += sum(self._costs.more_work * k * visit for k, visit in enumerate(further, start=1))
        return more

    def _most(self, total: Any, limit: int) -> None:
        if limit < ENDLESS:
            self._cp.add(total <= limit)


PEER = CpSat()
