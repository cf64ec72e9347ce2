"""The most that one person more could add, from prices: what the best day of a newcomer is worth under them.

A tier's Lagrangian bound is a sum over volunteers; one more raises it by the worth of that one's best route at most.
It holds for plans that are as good as the standing one in all tiers before.
"""

from collections.abc import Sequence
from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from matcher.instance import Instance
from matcher.solver.branch import Branch
from matcher.solver.budget import Budget
from matcher.solver.known import Known
from matcher.solver.past import NamedRoute, Recall
from matcher.solver.pricing import price
from matcher.solver.relaxation import PRICING_STEPS, Relaxed, to_the_end
from matcher.solver.worth import ALL

Ints = NDArray[np.int64]
Floats = NDArray[np.float64]


def most_added(
    inst: Instance, newcomers: Ints, plan: Sequence[NamedRoute], values: Sequence[float], budget: Budget
) -> Floats:
    """What each tier can rise by at most with each one of the newcomers alone [T, newcomers], infinite if not proved.

    inst: with all newcomers, nobody left out. plan: a best one without any, in routes; values: of its tiers. What is
    said of a tier holds where no tier before it changes.
    """
    known = Known(inst, budget, lambda stage: None)
    known.pool.add(Recall(inst, known.graph).routes(plan))
    new = np.zeros(inst.volunteers, dtype=np.bool_)
    new[newcomers] = True
    without = replace(Branch.whole(inst), closed=new[inst.node["volunteer"]])
    most = np.full((inst.tiers.count, len(newcomers)), np.inf)
    for tier, value in enumerate(values):
        found, _ = known.relaxation.solve(tier, without, 0.0, 0.0, to_the_end)
        if found.prices is None:
            return most
        reached = found.lagrangian + _worths(known, found, newcomers)
        most[tier] = [max(0.0, known.relaxation.on_grid(tier, bound) - value) for bound in reached.tolist()]
        known.relaxation.master.hold(tier, value - 1e-9 * max(1.0, abs(value)))
    return most


def _worths(known: Known, found: Relaxed, newcomers: Ints) -> Floats:
    """What the best route of each newcomer is worth at most under a tier's prices, nothing where none pays."""
    assert found.prices
    prices, inst = found.prices, known.inst
    profit = prices.opened(inst, Branch.whole(inst))
    floor, one = np.zeros(inst.volunteers), np.ones(len(newcomers), dtype=np.int64)
    most, _, _, used = price(
        known.graph, newcomers, profit, floor, prices.travel, prices.waiting, prices.load, one, PRICING_STEPS, ALL
    )
    known.budget.spend(int(used.sum()))
    return np.maximum(most, 0.0)
