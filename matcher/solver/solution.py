"""What the solver gives back: visits in indices, values and bounds per tier."""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from matcher.plan import Note, Stop
from matcher.solver.past import Past


@dataclass(frozen=True)
class Stay:
    """One visit: a volunteer in a slot of the instance, how the volunteer comes to it, and the seconds of that way.

    out: of the way from the volunteer's place.
    """

    volunteer: int
    slot: int
    out: int
    via_home: bool
    from_home: bool
    travel: int


@dataclass(frozen=True)
class Proof:
    """What is proved of an instance, per tier, without offset.

    values: of the plan found. bounds: null where not proved. lagrangian: a bound that holds, with
    `multiplier` [T, T] for what earlier tiers fall short of the values, also for less good plans.
    """

    values: list[float]
    bounds: list[float | None]
    lagrangian: list[float]
    multiplier: NDArray[np.float64]


@dataclass(frozen=True)
class Solution:
    """A plan in indices.

    visits: null if no plan was found. values: per tier of the instance, without offset. bounds: likewise,
    null where not proved. stop: why the search ended if the plan is not optimal; `work` also where its
    own limits were reached. log: what was done and why. past: gives what was found, for another solve.
    """

    visits: list[Stay] | None
    values: list[float]
    bounds: list[float | None]
    stop: Stop
    work: int
    log: list[Note]
    past: Callable[[], Past]
