"""What a visit costs by its volunteer's load, as the kernels want it.

A load is `recent_requests` and visits. Whatever the tiers weigh, the cost of the next visit is at least 0 and does not
fall with the load: `workload` is a line, each `load_over.K` one step up. So the visits of a route cost at least as much
as those of any part of it, and the first ones least.
"""

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from matcher.instance import Instance
from matcher.solver.kernel import kernel

Floats = NDArray[np.float64]


class Load(NamedTuple):
    """rate: cost of the next visit for each one before. above: what it costs more at a load of 0, 1, ...

    The last of `above` holds for all higher loads.
    """

    rate: float
    above: Floats


def load_of(inst: Instance, weight: Floats) -> Load:
    """The costs under weights of the tiers [T]."""
    return Load(float(weight @ inst.tiers.workload), np.ascontiguousarray(weight @ inst.tiers.above))


@kernel
def next_cost(load: Load, before: int) -> float:
    """Cost of the visit that follows a load."""
    return float(load.rate * before + load.above[min(before, len(load.above) - 1)])
