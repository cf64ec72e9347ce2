"""The objective as numbers: what each slot, option and node adds to each tier.

Terms that depend on a volunteer's whole day (travel, waiting, workload) are left as rates.
"""

from collections.abc import Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from matcher.batch import Batch, Request, Role
from matcher.clock import Clock, whole_seconds
from matcher.nodes import Nodes
from matcher.people import People
from matcher.policy import Tier

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


class Tiers:
    """The tiers of an instance [T] and what adds to them.

    travel, waiting: cost of one second. workload: cost of one unit. offset: value of the empty plan.
    required: whether tier 0 counts required requests and pins kept; the policy's tiers follow.
    """

    def __init__(self, batch: Batch, people: People, clock: Clock, requests: Sequence[Request], required: bool) -> None:
        self._people, self._clock, self._requests = people, clock, requests
        self.required = bool(required)
        self._tiers = ([REQUIRED] if required else []) + list(batch.policy.tiers)
        self.count = len(self._tiers)
        self.travel, self.waiting = self._weights("travel") / 60, self._weights("waiting") / 60
        self.workload = self._weights("workload")
        self.offset = -self._weights("disruption") * len(set(batch.previous))
        self._previous: dict[str, set[tuple[str, int, int]]] = {}
        for v in batch.previous:
            visits = self._previous.setdefault(v.request, set())
            visits.add((v.role, people.index[v.volunteer], clock.seconds(v.start)))
        self._places = [sum(role.count for role in r.roles) for r in requests]

    def _weights(self, term: str) -> Floats:
        return np.array([tier.terms.get(term, 0.0) for tier in self._tiers])

    def _late_minutes(self, request: int, end: int) -> float:
        due = self._requests[request].due
        return 0.0 if due is None else max(0, end - self._clock.seconds(due)) / 60

    def slot_gain(self, request: Ints, role: Ints, start: Ints, linked: NDArray[np.bool_]) -> Floats:
        """Coverage of one visit in each slot, less lateness where the request is not linked [T, S]."""
        coverage = {p: self._weights(f"coverage.{p}") for p in ("emergency", "urgent", "normal", "low")}
        gain = np.zeros((self.count, len(self._requests)))
        for r, asked in enumerate(self._requests):
            gain[:, r] = coverage[asked.priority] * (asked.value / self._places[r])
        gain = np.take(gain, request, axis=1)
        lateness = self._weights("lateness")
        for s in np.flatnonzero(~linked[request]):
            asked = self._requests[request[s]]
            if asked.due is not None:
                end = int(start[s]) + whole_seconds(asked.roles[role[s]].minutes or asked.minutes)
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

    def node_gain(self, asked: Request, role: Role, nodes: Nodes) -> dict[int, Floats]:
        """What each visit in a role adds by who makes it, for the tiers where that is anything."""
        gains = {0: nodes.pinned.astype(np.float64)} if self.required else {}
        for name, sign in PER_VISIT.items():
            weights = [(t, tier.terms[name]) for t, tier in enumerate(self._tiers) if tier.terms.get(name)]
            amount = self._amount(name, asked, role, nodes) if weights else np.zeros(0)
            if amount.any():
                for t, weight in weights:
                    gains[t] = gains.get(t, np.zeros(len(amount))) + sign * weight * amount
        return gains

    def _amount(self, term: str, asked: Request, role: Role, nodes: Nodes) -> NDArray[Any]:
        """What each visit is in the unit of a term; empty where it is nothing for anybody."""
        people, who = self._people, nodes.volunteer.astype(np.int64)
        match term:
            case "escalation":
                return people.tier_distance(asked, who)
            case "overskill" if role.skill is not None:
                return np.maximum(0, nodes.level - role.level)
            case "preference" if asked.preferred:
                return np.isin(who, [people.index[v] for v in asked.preferred])
            case "familiar" if asked.familiar:
                return np.isin(who, [people.index[v] for v in asked.familiar])
            case "interest" if asked.category is not None:
                return people.likes(asked.category)[who]
            case "tags" if asked.tags_preferred:
                return sum((people.tagged(tag)[who] for tag in set(asked.tags_preferred)), np.zeros(len(who)))
            case "disruption" if asked.id in self._previous:
                kept = [
                    (who == volunteer) & (nodes.start == start)
                    for role_id, volunteer, start in self._previous[asked.id]
                    if role_id == role.id
                ]
                return np.any(kept, axis=0) if kept else np.zeros(0)
            case "reliability":
                return people.refusal[who]
        return np.zeros(0)
