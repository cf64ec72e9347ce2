"""What is proved of the tiers: of each the last relaxation, and the bounds of earlier ones, which still hold."""

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from matcher.solver.incumbent import Chosen
from matcher.solver.relaxation import Relaxation, Relaxed
from matcher.solver.rows import Rows

Ints = NDArray[np.int64]
Floats = NDArray[np.float64]


class Best(NamedTuple):
    """The lowest bound of a tier that holds for a plan, the Lagrangian bound it comes from, and what that takes for a
    unit less of each tier before."""

    bound: float
    lagrangian: float
    multiplier: Floats


class Proofs:
    """The relaxations of all tiers; latest: of each tier the last one, with its prices."""

    def __init__(self, relaxation: Relaxation) -> None:
        self._tiers = relaxation.inst.tiers.count
        self._earlier: list[list[Relaxed]] = [[] for _ in range(self._tiers)]
        self.latest: list[Relaxed] = []
        self.begin(relaxation)

    def begin(self, relaxation: Relaxation) -> None:
        """Goes on with another relaxation of the same tiers; what was proved still holds."""
        for tier in range(len(self.latest)):
            self._lay_aside(tier)
        self._relaxation = relaxation
        self.latest = [relaxation.unproved(t, np.full(self._tiers, -np.inf)) for t in range(self._tiers)]

    def begin_tier(self, tier: int) -> None:
        """Forgets the prices of a tier's last relaxation."""
        self._lay_aside(tier)
        self.latest[tier] = self._relaxation.unproved(tier)

    def _lay_aside(self, tier: int) -> None:
        found = self.latest[tier]
        if found.prices is not None and found.everybody:
            self._earlier[tier].append(found.without_prices())

    def best(self, tier: int, plan: Chosen | None) -> Best:
        """The lowest bound for all plans that are as good as a plan in the tiers before.

        Each unit that the plan lacks of what a proof keeps of an earlier tier adds its multiplier to it.
        """
        alone = self._relaxation.alone[tier]
        best = Best(alone, alone, np.zeros(self._tiers))
        for found in (self.latest[tier], *self._earlier[tier]):
            short = self.short(tier, found, plan)
            if not found.everybody or (short.any() and not np.isfinite(found.lagrangian)):
                continue
            lagrangian = found.lagrangian + float(found.multiplier[:tier] @ short)
            bound = self._relaxation.on_grid(tier, lagrangian) if short.any() else found.bound
            if bound < best.bound:
                best = Best(bound, lagrangian, found.multiplier)
        return best

    def short(self, tier: int, found: Relaxed, plan: Chosen | None) -> Floats:
        """What a plan lacks of what a proof keeps of the tiers before [tier]."""
        if plan is None:
            return np.zeros(tier)
        values = plan.values[:tier]
        lacking = found.held[:tier] - values
        return np.where(lacking > 1e-8 * np.maximum(1.0, np.abs(values)), lacking, 0.0)

    def is_own(self, tier: int, plan: Chosen) -> bool:
        """Whether a tier's last proof keeps of earlier tiers what the plan reaches."""
        return bool(np.allclose(plan.values[:tier], self.latest[tier].held[:tier], rtol=1e-7, atol=1e-7))

    def tight(self, tier: int, rows: Rows) -> Ints:
        """Rows that every plan must fill that keeps what the tier's proof asks (complementary slackness)."""
        asked, found_tight = self.latest[tier].held, set[int]()
        for t in range(tier):
            found = self.latest[t]
            if found.prices is not None:
                less = np.maximum(0.0, found.held[:t] - asked[:t])
                slack = found.lagrangian + float(found.multiplier[:t] @ less) - asked[t]
                found_tight |= set(np.flatnonzero(found.prices.row > slack + 1e-6).tolist())
        return np.array(sorted(r for r in found_tight if np.isfinite(rows.high[r])), dtype=np.int64)
