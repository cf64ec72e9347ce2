"""The best plan so far, and the pool of routes that plans are made of."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from matcher.instance import Instance
from matcher.solver.budget import Budget
from matcher.solver.columns import Columns, nodes_of
from matcher.solver.graph import Graph
from matcher.solver.greedy import Greedy
from matcher.solver.packing import pack

Ints = NDArray[np.int64]
Floats = NDArray[np.float64]

IMPROVED_FROM = 50_000
"""Nodes from which on the first plan is improved at once; with fewer, the relaxations are sooner there."""


@dataclass(frozen=True)
class Chosen:
    """A plan in indices: routes of the pool, options of linked requests, value per tier (without offset).

    A route may be there more than once, where people are alike.
    """

    columns: Ints
    options: Ints
    values: Floats


class Incumbent:
    """The best plan so far (`best`, null before the first one) over the pool of routes."""

    def __init__(self, inst: Instance, pool: Columns, tell: Callable[[str], None]) -> None:
        self.inst, self.pool = inst, pool
        self.best: Chosen | None = None
        self._tell = tell

    def start(self, graph: Graph, wanted: NDArray[np.bool_], budget: Budget, seed: int) -> None:
        """The greedy plan, and what it can be filled or improved to; their routes serve in any case.

        wanted: volunteers of whom there are too few [V].
        """
        growing = Greedy(self.inst)
        growing.fill()
        self._take(*growing.plan())
        if wanted.any():
            packed = self._packed(growing, graph, wanted, seed)
            growing = packed if self._take(*packed.plan()) else growing
        if self.inst.nodes > IMPROVED_FROM:
            growing.improve(budget)
        else:
            growing.fill_by_chains(budget)
        self._take(*growing.plan())
        self.pool.add(growing.spare())

    def _packed(self, like: Greedy, graph: Graph, wanted: NDArray[np.bool_], seed: int) -> Greedy:
        """A plan that begins with full days of those of whom there are too few."""
        first = Greedy(self.inst, like=like)
        first.fill_required()
        routes, options = pack(self.inst, graph, wanted, first.plan(), seed)
        growing = Greedy(self.inst, [nodes for nodes, _ in routes], options, like)
        growing.fill()
        return growing

    def resume(self, routes: Sequence[tuple[Ints, Ints]], options: Ints, budget: Budget) -> None:
        """A plan that begins with some routes and options, filled."""
        growing = Greedy(self.inst, [nodes for nodes, _ in routes], options)
        growing.fill()
        growing.fill_by_chains(budget)
        self._take(*growing.plan())

    def top_up(self) -> None:
        """Fills what the best plan leaves empty although somebody could come."""
        growing = self._growing()
        growing.fill()
        self._take(*growing.plan())

    def improve(self, budget: Budget) -> None:
        """Moves people of the best plan about until that helps no more or the budget ends."""
        growing, before = self._growing(), None
        while self.best is not before and budget.stopped is None:
            before = self.best
            growing.improve(budget)
            self._take(*growing.plan())

    def _growing(self) -> Greedy:
        if self.best is None:
            return Greedy(self.inst)
        return Greedy(self.inst, [nodes for nodes, _ in self.pool.spread(self.best.columns)], self.best.options)

    def _take(self, routes: list[tuple[Ints, Ints]], options: Ints) -> bool:
        """Takes a plan's routes into the pool; keeps the plan if it is better."""
        return self.keep(self.pool.take(routes), options)

    def keep(self, columns: Ints, options: Ints) -> bool:
        """Keeps a plan if it has everything required and is better; whether it is."""
        values = self._values(columns, options)
        if self.inst.tiers.required and values[0] < self.inst.needed - 0.5:
            return False
        better = self.best is None or _better(values, self.best.values)
        if better:
            self.best = Chosen(columns, options, values)
            self._tell("better")
        return better

    def _values(self, columns: Ints, options: Ints) -> Floats:
        values: Floats = self.pool.value[:, columns].sum(axis=1) + self.inst.option_gain[:, options].sum(axis=1)
        return values

    def nodes(self) -> Ints:
        """The nodes of the best plan."""
        columns = np.zeros(0, dtype=np.int64) if self.best is None else self.best.columns
        return nodes_of(self.pool, columns)[1]

    def keeps(self, held: Floats, tier: int) -> bool:
        """Whether the best plan reaches in every tier before `tier` what is held of it."""
        return self.best is not None and bool(np.all(self.best.values[:tier] >= held[:tier]))

    def short(self, tier: int, bound: float, gap: float) -> bool:
        """Whether there is no plan yet or it is further from a bound of the tier than `gap` allows."""
        if self.best is None:
            return True
        value = self.best.values[tier]
        full = abs(value + self.inst.tiers.offset[tier])
        return bool(bound - value > max(gap, TOLERANCE) * max(1.0, full))


TOLERANCE = 1e-7
"""Relative difference between bound and value that counts as none."""


def _better(ours: Floats, theirs: Floats) -> bool:
    """Whether a value vector is lexicographically better, differences below 1e-9 aside."""
    for a, b in zip(ours, theirs, strict=True):
        if abs(a - b) > 1e-9 * max(1.0, abs(a)):
            return bool(a > b)
    return False
