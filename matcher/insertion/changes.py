"""What new visits of a request change in each tier, and these changes as numbers that can be compared."""

from collections.abc import Sequence

import numpy as np

from matcher.batch import FixedVisit, Request
from matcher.gains import Floats, Tiers
from matcher.insertion.openings import Openings
from matcher.people import Bools, Ints
from matcher.policy import Tier
from matcher.scene import Scene

FINE = 60 * 10**6
"""Parts of a tier's unit that are told apart for each place: seconds, and weights of 6 decimals."""
DIGIT = 128
"""Bits of a tier in a number that is compared."""


class Changes:
    """What visits of one request change, in the tiers given [T].

    load: visits that each volunteer has already [V]. previous: those of the request in the batch's `previous`.
    fine: parts of a tier's unit in a `number`.
    """

    def __init__(
        self, scene: Scene, request: Request, previous: Sequence[FixedVisit], load: Ints, tiers: Sequence[Tier]
    ) -> None:
        policy = scene.batch.policy.model_copy(update={"tiers": tuple(tiers)})
        batch = scene.batch.model_copy(update={"policy": policy, "previous": tuple(previous)})
        self._request, self._load, self._recent = request, load, scene.people.recent
        self._had = [scene.people.index[visit.volunteer] for visit in previous]
        self._tiers = Tiers(batch, scene.people, scene.clock, [request], required=False)
        self.fine = FINE * sum(role.count for role in request.roles)

    def of_visits(self, q: int, openings: Openings) -> Floats:
        """What each visit in role `q` changes, but for lateness [T, n]."""
        tiers, who = self._tiers, openings.who
        this = np.zeros(len(who), dtype=np.int64)
        total = tiers.slot_gain(this, this + q, openings.start, np.ones(1, dtype=np.bool_))
        total -= np.outer(tiers.travel, openings.travel) + np.outer(tiers.waiting, openings.waiting)
        total -= tiers.load_cost(self._recent[who] + self._load[who], np.ones_like(who))
        role = self._request.roles[q]
        for tier, gain in tiers.node_gain(self._request, role, who, openings.level, openings.start).items():
            total[tier] += gain
        return total

    def of_end(self, end: int) -> Floats:
        """Lateness if the last service ends then [T]."""
        yes = np.ones(1, dtype=np.bool_)
        return self._tiers.option_gain(np.zeros(1, dtype=np.int64), np.array([end]), yes, ~yes)[:, 0]

    def had(self, who: Ints) -> Bools:
        """Which volunteers were to serve the request before, so that their start counts."""
        return np.isin(who, self._had)

    def prefers_home(self, saved: Ints, waiting: Ints) -> Bools:
        """Whether the way over home is better, which saves so much travel and waiting in seconds."""
        better, equal = np.zeros(len(saved), dtype=np.bool_), np.ones(len(saved), dtype=np.bool_)
        for travel_weight, waiting_weight in zip(self._tiers.travel, self._tiers.waiting, strict=True):
            gain = self.parts(travel_weight * saved + waiting_weight * waiting)
            better |= equal & (gain > 0)
            equal &= gain == 0
        return better

    def parts(self, value: Floats) -> Floats:
        """Values in whole parts of a unit."""
        return np.rint(value * self.fine)

    def number(self, value: Floats) -> int:
        """The value of all tiers [T] in one whole number: sums are compared as the tiers are, one after the other."""
        number = 0
        for part in self.parts(value).tolist():
            number = (number << DIGIT) + int(part)
        return number
