"""Prices: the duals of the master problem as what routes and options are worth, and the bound that follows."""

import numpy as np
from numpy.typing import NDArray

from matcher.instance import Instance
from matcher.solver.branch import Branch
from matcher.solver.columns import Columns
from matcher.solver.loads import load_of
from matcher.solver.rows import Rows, bounds_in
from matcher.solver.worth import CLOSED

Ints = NDArray[np.int64]
Floats = NDArray[np.float64]


class Prices:
    """Duals of the rows, made sound: of the right sign, zero on the rows of volunteers and of requests.

    `multiplier` [T]: how much each tier weighs in the priced objective (1 for the current one, the
    dual of its row for each earlier one). `constant`: what the rows themselves add to the bound. `node`:
    profit of each node [N], `CLOSED` where the branch has no option for it, and `slot` what of it depends on its slot
    alone [S].
    """

    def __init__(
        self, inst: Instance, rows: Rows, tier: int, duals: Floats, held: Floats, branch: Branch, penalty: float
    ) -> None:
        low, high = bounds_in(inst, rows, branch)
        sound = np.where(
            np.isneginf(low), np.maximum(duals, 0), np.where(np.isposinf(high), np.minimum(duals, 0), duals)
        )
        met = np.flatnonzero(rows.person_row >= 0)
        self.worth = np.zeros(inst.volunteers)
        self.worth[met] = np.maximum(duals[rows.person_row[met]], 0)
        sound[rows.person_row[met]] = 0
        sound[rows.request_row[rows.request_row >= 0]] = 0
        self._branch = branch
        self.multiplier = np.zeros(inst.tiers.count)
        self.multiplier[:tier] = np.maximum(0, -duals[rows.tier_row : rows.tier_row + tier])
        self.multiplier[tier] = 1
        sound[rows.tier_row : rows.tier_row + inst.tiers.count] = 0
        finite = np.where(sound > 0, high, np.where(sound < 0, low, 0))
        kept = np.where(self.multiplier[:tier] > 0, held[:tier], 0.0)
        self.constant = float(np.dot(sound, finite) - self.multiplier[:tier] @ kept)
        self.row = sound
        self.option = self.multiplier @ inst.option_gain
        np.subtract.at(
            self.option,
            np.array(rows.option, dtype=np.int64),
            np.array(rows.coefficient) * sound[np.array(rows.row, dtype=np.int64)],
        )
        slot = np.where(rows.upper_row >= 0, sound[rows.upper_row], 0)
        slot = slot + np.where(rows.lower_row >= 0, sound[rows.lower_row], 0)
        slot = slot + self._raised(inst)
        self.slot = self.multiplier @ inst.slot_gain - slot
        self._charge = -slot[inst.node_slot]
        cut = np.flatnonzero(rows.cut_row >= 0)
        self._charge[cut] -= sound[rows.cut_row[cut]]
        self._charge[branch.sought] += penalty
        self.constant -= penalty * branch.pairs
        self.node = self.opened(inst, branch)
        self.travel = float(self.multiplier @ inst.tiers.travel)
        self.waiting = float(self.multiplier @ inst.tiers.waiting)
        self.load = load_of(inst, self.multiplier)

    def opened(self, inst: Instance, branch: Branch) -> Floats:
        """Profit of each node in a branch that differs from the one priced in what it closes only [N]."""
        node: Floats = self._charge + (self.multiplier @ inst.slot_gain)[inst.node_slot]
        for t, gain in inst.node_gain.items():
            if self.multiplier[t]:
                node = node + self.multiplier[t] * gain
        node[branch.dead(inst)] = CLOSED
        return node

    def _raised(self, inst: Instance) -> Floats:
        """By how much more each slot may cost before an option of it is worth more than its request's best one [S].

        Options are then worth that much more: of each request only the best counts, so the bound does not rise, but a
        visit at a start that no route at hand has is no longer free.
        """
        raised = np.zeros(len(inst.slot_role))
        allowed = inst.linked[inst.option_request] & ~self._branch.forbidden
        best = np.where(self._branch.served, -np.inf, 0.0)
        np.maximum.at(best, inst.option_request[allowed], self.option[allowed])
        lengths = np.diff(inst.option_ptr)
        for place in range(int(lengths.max(initial=0))):
            options = np.flatnonzero(allowed & (lengths > place))
            slots = inst.option_slots[inst.option_ptr[options] + place]
            room = np.full(len(raised), np.inf)
            np.minimum.at(room, slots, best[inst.option_request[options]] - self.option[options])
            more = np.where(np.isfinite(room), np.maximum(room, 0), 0) / np.maximum(1, inst.role_max[inst.slot_role])
            raised += more
            self.option[options] += (more * inst.role_max[inst.slot_role])[slots]
        return raised

    def route_worth(self, pool: Columns) -> Floats:
        """Worth of each route of the pool under these prices [C]."""
        charges = np.concatenate([[0.0], np.cumsum(self._charge[pool.nodes])])
        worth: Floats = self.multiplier @ pool.value + charges[pool.ptr[1:]] - charges[pool.ptr[:-1]]
        return worth

    def option_worth(self, inst: Instance) -> float:
        """The best that the options of all linked requests can add: one each, or none where the branch allows that."""
        best = np.where(self._branch.served, -np.inf, 0.0)
        allowed = inst.linked[inst.option_request] & ~self._branch.forbidden
        np.maximum.at(best, inst.option_request[allowed], self.option[allowed])
        return float(best.sum())
