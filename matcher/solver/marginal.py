"""What prices say of people who are not there and of duties dropped: how far the bounds of all tiers would move.

A tier's Lagrangian bound is a sum over volunteers; one more raises it by the worth of that one's best route at most.
One required request less raises it by the dual of the first tier at most. Both hold for plans that are as good as the
standing one in all tiers before (Geoffrion, Lagrangean relaxation for integer programming, 1974).
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from matcher.instance import Instance
from matcher.solver.alike import nobody_alike
from matcher.solver.branch import Branch
from matcher.solver.budget import Budget
from matcher.solver.known import Known
from matcher.solver.past import NamedRoute, Recall, slot_names
from matcher.solver.pricing import price
from matcher.solver.relaxation import PRICING_STEPS, Relaxed, to_the_end
from matcher.solver.worth import ALL

Ints = NDArray[np.int64]
Floats = NDArray[np.float64]
Bools = NDArray[np.bool_]


@dataclass(frozen=True)
class Marginals:
    """Bounds of all tiers and what they are made of; infinite where nothing is proved.

    bound: of the instance as it is [T]. there: what each volunteer is worth in it [T, V]. opened: what each would be
    worth with the nodes that are closed [T, V]. duty: what one required request less would add [T]. on_grid: a bound
    of a tier rounded down to the values that the tier can have.
    """

    bound: Floats
    there: Floats
    opened: Floats
    duty: Floats
    on_grid: Callable[[int, float], float]


def marginals(
    inst: Instance, closed: Bools, plan: Sequence[NamedRoute], values: Sequence[float], budget: Budget
) -> Marginals:
    """The marginals of an instance some of whose nodes are closed [N]: those of people or times that are not there yet.

    inst: with nobody left out. plan: a best one without these nodes, in routes; values: of its tiers [T], which the
    bounds of later tiers keep.
    """
    known = Known(inst, budget, lambda stage: None, alike=nobody_alike(inst))
    known.pool.add(Recall(inst, known.graph).routes(plan))
    without = replace(Branch.whole(inst), closed=closed)
    looked = np.unique(inst.node["volunteer"][closed]).astype(np.int64)
    bound, duty = (np.full(inst.tiers.count, np.inf) for _ in range(2))
    there, opened = (np.zeros((inst.tiers.count, inst.volunteers)) for _ in range(2))
    for tier, value in enumerate(values):
        found, _ = known.relaxation.solve(tier, without, 0.0, 0.0, to_the_end)
        if found.prices is None:
            break
        bound[tier], there[tier], opened[tier] = found.lagrangian, found.worth, found.worth
        opened[tier, looked] = _worths(known, found, looked)
        duty[tier] = found.multiplier[0] if inst.tiers.required else 0.0
        known.relaxation.master.hold(tier, value - 1e-9 * max(1.0, abs(value)))
    return Marginals(bound, there, opened, duty, known.relaxation.on_grid)


def new_nodes(inst: Instance, before: Instance) -> Bools | None:
    """The nodes of an instance that an earlier one, of the same people, did not have [N]; null: it had others, too."""
    slots = {name: slot for slot, name in enumerate(slot_names(inst))}
    number = np.array([slots.get(name, -1) for name in slot_names(before)], dtype=np.int64)
    old = before.node["volunteer"].astype(np.int64) * len(slots) + number[before.node_slot]
    new = inst.node["volunteer"].astype(np.int64) * len(slots) + inst.node_slot
    if (number[before.node_slot] < 0).any() or not np.isin(old, new).all():
        return None
    found: Bools = ~np.isin(new, old)
    return found


def _worths(known: Known, found: Relaxed, who: Ints) -> Floats:
    """What the best route of each is worth at most under a tier's prices where no node is closed."""
    assert found.prices
    prices, inst = found.prices, known.inst
    profit = prices.opened(inst, Branch.whole(inst))
    floor, one = np.zeros(inst.volunteers), np.ones(len(who), dtype=np.int64)
    most, _, _, used = price(
        known.graph, who, profit, floor, prices.travel, prices.waiting, prices.load, one, PRICING_STEPS, ALL
    )
    known.budget.spend(int(used.sum()))
    return np.maximum(most, 0.0)
