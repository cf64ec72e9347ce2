"""Bounds that need no prices, and the grid that a tier's values lie on."""

from fractions import Fraction
from math import lcm

import numpy as np
from numpy.typing import NDArray

from matcher.instance import Instance
from matcher.solver.kernel import maker

Ints = NDArray[np.int64]
Floats = NDArray[np.float64]

ROUNDED = 1e-4
"""More than a gain in 32 bits may be rounded by."""
FINEST = 1_000_000
"""Finest grid looked for."""


def each_by_itself(inst: Instance, tier: int) -> float:
    """A bound from each request by itself: all its places filled by the best people, at no cost."""
    options = np.zeros(inst.requests)
    np.maximum.at(options, inst.option_request, inst.option_gain[tier])
    most, able = by_role(inst, tier)
    return float((most * np.minimum(able, inst.role_max)).sum() + options.sum())


def in_all_tiers(inst: Instance) -> list[float]:
    """`each_by_itself` of every tier."""
    return [each_by_itself(inst, tier) for tier in range(inst.tiers.count)]


def by_role(inst: Instance, tier: int) -> tuple[Floats, Ints]:
    """What a visit in each role adds at most, at least 0, and how many people could make one [Q]."""
    slot_gain = np.ascontiguousarray(inst.slot_gain[tier])
    most, able = np.zeros(len(inst.role_max)), np.zeros(len(inst.role_max), dtype=np.int64)
    node_gain = inst.node_gain.get(tier, np.zeros(0))
    _alone(inst.node_ptr, inst.node_slot, inst.slot_role, slot_gain, node_gain, most, able)
    if inst.outside is not None:
        _with_those_outside(inst, tier, most, able)
    return most, able


def _with_those_outside(inst: Instance, tier: int, most: Floats, able: Ints) -> None:
    """Raises what a visit in each role adds at most, and how many people could make one, by those left out."""
    assert inst.outside is not None
    slot = np.full(len(most), -np.inf)
    np.maximum.at(slot, inst.slot_role, inst.slot_gain[tier])
    for role, asked in inst.outside.asked.items():
        gain = asked.gain.get(tier)
        most[role] = max(most[role], slot[role] + (0.0 if gain is None else float(gain.max()) + ROUNDED))
        able[role] += len(asked.who)


@maker
def _alone(
    ptr: Ints, node_slot: Ints, slot_role: Ints, slot_gain: Floats, node_gain: Floats, most: Floats, able: Ints
) -> None:
    """Writes what a visit in each role adds at most, at least 0, and how many people could make one."""
    last = np.full(len(able), -1)
    for v in range(len(ptr) - 1):
        for node in range(ptr[v], ptr[v + 1]):
            slot = node_slot[node]
            role = slot_role[slot]
            gain = slot_gain[slot] + (node_gain[node] if len(node_gain) else 0.0)
            most[role] = max(most[role], gain)
            able[role] += last[role] != v
            last[role] = v


def grid_of(inst: Instance, tier: int) -> int | None:
    """The number g such that all values of the tier are whole multiples of 1/g, null if there is no small one.

    A linked request whose roles all take their full number or nobody adds what its option adds in all.
    """
    if inst.outside is not None and any(tier in asked.gain for asked in inst.outside.asked.values()):
        return None
    rates = [inst.tiers.travel[tier], inst.tiers.waiting[tier], inst.tiers.workload[tier], *inst.tiers.over[tier]]
    whole = inst.linked.copy()
    np.logical_and.at(whole, inst.role_request, inst.role_min == inst.role_max)
    option_of = np.repeat(np.arange(len(inst.option_request)), np.diff(inst.option_ptr))
    visits = inst.role_max[inst.slot_role] * inst.slot_gain[tier]
    filled = np.bincount(option_of, visits[inst.option_slots], minlength=len(inst.option_request))
    filled = (filled + inst.option_gain[tier])[whole[inst.option_request]]
    single = ~whole[inst.role_request[inst.slot_role]]
    loose = [inst.slot_gain[tier][single], inst.option_gain[tier][~whole[inst.option_request]]]
    parts = [filled, *loose, np.array(rates), inst.node_gain.get(tier, np.zeros(0))]
    grid = 1
    for x in np.unique(np.abs(np.concatenate(parts))).tolist():
        fraction = Fraction(x).limit_denominator(10_000)
        if abs(float(fraction) - x) > 1e-12 * max(1.0, x):
            return None
        grid = lcm(grid, fraction.denominator)
        if grid > FINEST:
            return None
    return grid
