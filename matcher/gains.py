"""The objective as numbers: what each slot, option and node adds to each tier.

Terms that depend on a volunteer's whole day (travel, waiting, workload) are left as rates.
"""

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from matcher.batch import Batch, Request
from matcher.clock import Clock
from matcher.people import People
from matcher.policy import Tier

Ints = NDArray[np.int64]
Floats = NDArray[np.float64]

REQUIRED = Tier(terms={})
"""The tier before all others where something must be: required requests served and pins kept, counted."""


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

    def slot_gain(self, request: Ints, slots: Ints, linked: NDArray[np.bool_]) -> Floats:
        """Coverage of one visit in each slot, less lateness where the request is not linked [T, S]."""
        gain = np.zeros((self.count, len(slots)))
        lateness = self._weights("lateness")
        coverage = {p: self._weights(f"coverage.{p}") for p in ("emergency", "urgent", "normal", "low")}
        for s, r in enumerate(request):
            asked = self._requests[r]
            gain[:, s] = coverage[asked.priority] * (asked.value / self._places[r])
            if not linked[r] and asked.due is not None:
                minutes = asked.roles[0].minutes or asked.minutes
                gain[:, s] -= lateness * self._late_minutes(r, int(slots[s, 1]) + round(minutes * 60))
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

    def node_gain(self, request: Ints, role: Ints, node: dict[str, NDArray[np.int32]]) -> dict[int, Floats]:
        """What each visit adds by who makes it [N], for the tiers where that is anything."""
        terms = self._terms_per_visit(request, role, node)
        gains: dict[int, Floats] = {0: node["pinned"].astype(np.float64)} if self.required else {}
        for t, tier in enumerate(self._tiers):
            for name, (sign, amount) in terms.items():
                weight = tier.terms.get(name, 0.0)
                if weight and amount.any():
                    gains[t] = gains.get(t, np.zeros(len(request))) + sign * weight * amount
        return gains

    def _terms_per_visit(
        self, request: Ints, role: Ints, node: dict[str, NDArray[np.int32]]
    ) -> dict[str, tuple[int, Floats]]:
        who = node["volunteer"].astype(np.int64)
        names = ("escalation", "overskill", "preference", "familiar", "interest", "tags", "disruption")
        amount = {name: np.zeros(len(who)) for name in names}
        order = np.argsort(request, kind="stable")
        bounds = np.searchsorted(request[order], np.arange(len(self._requests) + 1))
        for r, asked in enumerate(self._requests):
            at = order[bounds[r] : bounds[r + 1]]
            if len(at):
                self._fill(asked, at, who[at], role[at], node, amount)
        reliability = self._people.refusal[who]
        gains = ("preference", "familiar", "interest", "tags", "disruption")
        return {name: (1 if name in gains else -1, x) for name, x in amount.items()} | {
            "reliability": (-1, reliability)
        }

    def _fill(
        self,
        asked: Request,
        at: Ints,
        who: Ints,
        role: Ints,
        node: dict[str, NDArray[np.int32]],
        amount: dict[str, Floats],
    ) -> None:
        people = self._people
        amount["escalation"][at] = people.tier_distance(asked, who)
        levels = np.array([0 if x.skill is None else x.level for x in asked.roles])[role]
        amount["overskill"][at] = np.where(levels > 0, np.maximum(0, node["level"][at] - levels), 0)
        for term, ids in (("preference", asked.preferred), ("familiar", asked.familiar)):
            if ids:
                amount[term][at] = np.isin(who, [people.index[v] for v in ids])
        if asked.category is not None:
            amount["interest"][at] = people.likes(asked.category)[who]
        for tag in set(asked.tags_preferred):
            amount["tags"][at] += people.tagged(tag)[who]
        for role_id, volunteer, start in self._previous.get(asked.id, ()):
            q = [x.id for x in asked.roles].index(role_id)
            same = (who == volunteer) & (role == q) & (node["start"][at] == start)
            amount["disruption"][at[same]] = 1
