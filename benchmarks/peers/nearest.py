"""What a dispatcher does by hand: the most pressing request first, and to it whoever is free and nearest."""

import time
from collections import Counter, defaultdict

from benchmarks.peers.plans import Stay, plan_of
from benchmarks.peers.scope import beyond
from benchmarks.peers.task import Task
from matcher import Batch, Plan
from matcher.policy import PRIORITIES


class Nearest:
    """Requests by priority, then by first start; at the start for which most people are free; nobody is moved."""

    name = "nearest"

    def cannot(self, batch: Batch) -> str | None:
        return beyond(batch)

    def solve(self, batch: Batch, seconds: float, seed: int) -> Plan | None:
        until = time.monotonic() + seconds
        day = _Day(Task(batch))
        requests = batch.requests
        order = sorted(
            range(len(requests)),
            key=lambda q: (PRIORITIES.index(requests[q].priority), day.task.starts[q][:1], requests[q].id),
        )
        for q in order:
            if time.monotonic() > until:
                break
            for stay in max((day.sent(q, start) for start in day.task.starts[q]), key=len, default=[]):
                day.send(stay)
        return plan_of(day.task, day.stays)


class _Day:
    """Who has been sent so far."""

    def __init__(self, task: Task) -> None:
        self.task = task
        self.stays: list[Stay] = []
        self._tour: dict[int, list[Stay]] = defaultdict(list)
        self._visits: Counter[int] = Counter()
        self._daily: Counter[tuple[int, object]] = Counter()
        self._seconds: Counter[int] = Counter()
        self._turns: dict[int, list[int]] = defaultdict(list)
        for turn, options in enumerate(task.options):
            for post in options:
                self._turns[post].append(turn)
        for post, turns in self._turns.items():
            request = task.posts[post].request
            turns.sort(key=lambda turn: (task.out[task.turns[turn].volunteer, request], turn))

    def sent(self, request: int, start: int) -> list[Stay]:
        """The nearest free people for all posts of a request at a start; nobody where they are too few."""
        stays: list[Stay] = []
        taken: set[int] = set()
        for p in self.task.posts_of[request]:
            post, found = self.task.posts[p], 0
            for turn in self._turns[p]:
                volunteer, stay = self.task.turns[turn].volunteer, Stay(turn, p, start)
                if found < post.most and volunteer not in taken and self._free(stay):
                    stays.append(stay)
                    taken.add(volunteer)
                    found += 1
            if found < post.least:
                return []
        return stays

    def send(self, stay: Stay) -> None:
        volunteer = self.task.turns[stay.turn].volunteer
        self.stays.append(stay)
        self._tour[stay.turn].append(stay)
        self._visits[volunteer] += 1
        self._daily[volunteer, self.task.clock.day(stay.start)] += 1
        self._seconds[volunteer] += self.task.posts[stay.post].seconds

    def _free(self, stay: Stay) -> bool:
        task, volunteer = self.task, self.task.turns[stay.turn].volunteer
        limits = task.limits[volunteer]
        return (
            stay.start in task.options[stay.turn][stay.post]
            and self._visits[volunteer] < limits.visits
            and self._daily[volunteer, task.clock.day(stay.start)] < limits.daily
            and self._seconds[volunteer] + task.posts[stay.post].seconds <= limits.seconds
            and all(self._apart(volunteer, stay, other) for other in self._tour[stay.turn])
        )

    def _apart(self, volunteer: int, one: Stay, other: Stay) -> bool:
        return self.task.follows(volunteer, one[1:], other[1:]) or self.task.follows(volunteer, other[1:], one[1:])


PEER = Nearest()
