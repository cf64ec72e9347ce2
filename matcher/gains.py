"""The objective as numbers: what each slot, option and node adds to each tier.

Terms that depend on a volunteer's whole day (travel, waiting, workload, levels of load) are left as rates.
"""

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from matcher.batch import Batch, Request, Role
from matcher.clock import Clock, whole_seconds
from matcher.people import People
from matcher.policy import Tier
from matcher.rules import LEVELS

Ints = NDArray[np.int64]
Floats = NDArray[np.float64]

REQUIRED = Tier(terms={})
"""The tier before all others where something must be: required requests served and pins kept, counted."""

PER_VISIT = {
    "escalation": -1,
    "overskill": -1,
    "preference": 1,
    "familiar": 1,
    "interest": 1,
    "tags": 1,
    "disruption": 1,
    "reliability": -1,
}
"""Terms that are the same whatever else a volunteer does, with their sign."""


CENTURIES = 2**33
"""More seconds than between any two moments of a batch."""


class _Windows:
    """The time windows of requests in one row, by request, start and end, in seconds."""

    def __init__(self, requests: Sequence[Request], clock: Clock) -> None:
        counts = [len(request.windows) for request in requests]
        windows = [window for request in requests for window in request.windows]
        start, end = clock.all_seconds(w.start for w in windows), clock.all_seconds(w.end for w in windows)
        key = np.repeat(np.arange(len(requests)), counts) * CENTURIES + start
        order = np.lexsort((end, key))
        self._key, self._end = key[order], end[order]
        self._first = np.cumsum([0, *counts], dtype=np.int64)

    def end(self, request: Ints, start: Ints) -> Ints:
        """End of the last window of each request that has begun at the start; of the first if none has [S]."""
        at = np.searchsorted(self._key, request * CENTURIES + start, side="right") - 1
        return self._end[np.maximum(at, self._first[request])]


class Tiers:
    """The tiers of an instance [T] and what adds to them.

    travel, waiting: cost of one second. workload: cost of one unit. levels: those K of `load_over.K` that are weighed
    anywhere [K], over: their weights [T, K]. offset: value of the empty plan.
    required: whether tier 0 counts required requests and pins kept; the policy's tiers follow.
    """

    def __init__(self, batch: Batch, people: People, clock: Clock, requests: Sequence[Request], required: bool) -> None:
        self._people, self._clock, self._requests = people, clock, requests
        self.required = bool(required)
        self._tiers = ([REQUIRED] if required else []) + list(batch.policy.tiers)
        self.count = len(self._tiers)
        self.travel, self.waiting = self._weights("travel") / 60, self._weights("waiting") / 60
        self.workload = self._weights("workload")
        over = np.stack([self._weights(f"load_over.{k}") for k in range(LEVELS)], axis=1)
        self.levels = np.flatnonzero(over.any(axis=0))
        self.over = over[:, self.levels]
        self.offset = -self._weights("disruption") * len(set(batch.previous))
        self._previous: dict[str, set[tuple[str, int, int]]] = {}
        for v in batch.previous:
            visits = self._previous.setdefault(v.request, set())
            visits.add((v.role, people.index[v.volunteer], clock.seconds(v.start)))
        self._per_visit = {
            name: [(t, sign * tier.terms[name]) for t, tier in enumerate(self._tiers) if tier.terms.get(name)]
            for name, sign in PER_VISIT.items()
            if any(tier.terms.get(name) for tier in self._tiers)
        }
        self._windows = _Windows(requests, clock)
        self._by_end = batch.policy.late_by == "end"
        self._seconds = [[whole_seconds(role.minutes or r.minutes) for role in r.roles] for r in requests]
        self._places = [sum(role.count for role in r.roles) for r in requests]

    def number(self, tier: int) -> int:
        """A tier as the policy counts them, from 1; 0: the one of what is required."""
        return tier + 1 - int(self.required)

    def _weights(self, term: str) -> Floats:
        return np.array([tier.terms.get(term, 0.0) for tier in self._tiers])

    @property
    def above(self) -> Floats:
        """What a visit costs more than `workload` where its volunteer's load is 0, 1, ... before it [T, LEVELS]."""
        return np.asarray(self.over @ (self.levels[:, None] <= np.arange(LEVELS)))

    def load_cost(self, recent: Ints, visits: Ints) -> Floats:
        """What so many visits cost volunteers with so many recent requests [T, n]."""
        above = np.maximum(0, recent + visits - np.maximum(recent, self.levels[:, None]))
        workload = visits * recent + visits * (visits - 1) // 2
        cost: Floats = np.outer(self.workload, workload) + self.over @ above
        return cost

    def _late_minutes(self, request: int, end: int) -> float:
        due = self._requests[request].due
        return 0.0 if due is None else max(0, end - self._clock.seconds(due)) / 60

    def _tardy_minutes(self, request: Ints, role: Ints, start: Ints) -> Floats:
        """How long after the end of its window a visit in each slot starts, or ends if that is what counts [S]."""
        moment = start
        if self._by_end:
            pairs = zip(request.tolist(), role.tolist(), strict=True)
            moment = start + np.array([self._seconds[r][q] for r, q in pairs], dtype=np.int64)
        tardy: Floats = np.maximum(0, moment - self._windows.end(request, start)) / 60
        return tardy

    def slot_gain(self, request: Ints, role: Ints, start: Ints, linked: NDArray[np.bool_]) -> Floats:
        """Coverage of one visit in each slot, less its tardiness, and less lateness of requests not linked [T, S]."""
        coverage = {p: self._weights(f"coverage.{p}") for p in ("emergency", "urgent", "normal", "low")}
        gain = np.zeros((self.count, len(self._requests)))
        for r, asked in enumerate(self._requests):
            gain[:, r] = coverage[asked.priority] * (asked.value / self._places[r])
        gain = np.take(gain, request, axis=1)
        tardiness = self._weights("tardiness")
        if tardiness.any():
            gain -= np.outer(tardiness, self._tardy_minutes(request, role, start))
        lateness = self._weights("lateness")
        for s in np.flatnonzero(~linked[request]):
            asked = self._requests[request[s]]
            if asked.due is not None:
                end = int(start[s]) + self._seconds[request[s]][role[s]]
                gain[:, s] -= lateness * self._late_minutes(request[s], end)
        return gain

    def option_gain(self, request: Ints, end: Ints, linked: NDArray[np.bool_], required: NDArray[np.bool_]) -> Floats:
        """Lateness of each option of a linked request, and required requests served [T, O]."""
        late = np.array(
            [self._late_minutes(r, int(e)) if linked[r] else 0.0 for r, e in zip(request, end, strict=True)]
        )
        gain = -self._weights("lateness")[:, None] * late[None, :]
        if self.required:
            gain[0] = required[request]
        return np.asarray(gain, dtype=np.float64)

    def node_gain(
        self,
        asked: Request,
        role: Role,
        who: Ints,
        level: Ints,
        start: Ints | None = None,
        pinned: NDArray[np.integer] | None = None,
    ) -> dict[int, Floats]:
        """What each visit in a role adds by who makes it, for the tiers where that is anything.

        level: of the skill asked for. start: null where it cannot matter, as no visit was planned before. pinned: 1
        for pins, null where there are none.
        """
        gains = dict[int, Floats]()
        if self.required:
            gains[0] = np.zeros(len(who)) if pinned is None else pinned.astype(np.float64)
        for name, weights in self._per_visit.items():
            amount = self._amount(name, asked, role, who, level, start)
            if amount is not None and amount.any():
                for t, weight in weights:
                    gains[t] = gains.get(t, 0.0) + weight * amount
        return gains

    def some(self, gains: Mapping[int, Floats], rows: Ints | NDArray[np.bool_]) -> dict[int, Floats]:
        """What some of the visits in a role add, given what all do."""
        found = {t: gain[rows] for t, gain in gains.items()}
        return {t: gain for t, gain in found.items() if gain.any() or (self.required and t == 0)}

    def _amount(
        self, term: str, asked: Request, role: Role, who: Ints, level: Ints, start: Ints | None
    ) -> NDArray[Any] | None:
        """What each visit is in the unit of a term; null where it is nothing for anybody."""
        people = self._people
        match term:
            case "escalation" if asked.site is not None:
                return people.tier_distance(asked, who)
            case "overskill" if role.skill is not None:
                return np.maximum(0, level - role.level)
            case "preference" if asked.preferred:
                return np.isin(who, [people.index[v] for v in asked.preferred])
            case "familiar" if asked.familiar:
                return np.isin(who, [people.index[v] for v in asked.familiar])
            case "interest" if asked.category is not None:
                return people.likes(asked.category)[who]
            case "tags" if asked.tags_preferred:
                return sum((people.tagged(tag)[who] for tag in set(asked.tags_preferred)), np.zeros(len(who)))
            case "disruption" if asked.id in self._previous and start is not None:
                kept = [
                    (who == volunteer) & (start == planned)
                    for role_id, volunteer, planned in self._previous[asked.id]
                    if role_id == role.id
                ]
                return np.logical_or.reduce(kept) if kept else None
            case "reliability":
                return people.refusal[who]
        return None
