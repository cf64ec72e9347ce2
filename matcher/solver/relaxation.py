"""Column generation: the linear relaxation of a tier in a branch, and the bound it proves."""

import os
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from matcher.instance import Instance
from matcher.solver.bounds import each_by_itself, grid_of
from matcher.solver.branch import Branch
from matcher.solver.budget import Budget
from matcher.solver.columns import Columns
from matcher.solver.graph import Graph
from matcher.solver.incumbent import TOLERANCE
from matcher.solver.integer import ITERATION_UNITS
from matcher.solver.legs import LONGEST
from matcher.solver.master import Master, Prices
from matcher.solver.pricing import price
from matcher.solver.rows import Rows

Ints = NDArray[np.int64]
Floats = NDArray[np.float64]

ROUTES_A_ROUND = 3
PRICING_STEPS = 200_000
STEP_UNITS = 0.004
"""Units of work of one step of pricing."""

NODES_A_SAMPLE = 10_000
"""How much is priced between two looks at the clock."""

SAMPLES_AT_ONCE = 4
ENOUGH_ROUTES = 3_000

Routes = list[tuple[Ints, Ints]]


CUT_GAIN = 1e-5
IDLE_CUTS = 3
"""Cutting ends after so many rounds of cuts that lower the bound by less than this, relatively."""


@dataclass(frozen=True)
class Relaxed:
    """What is proved of a tier: the bound (on the grid), the Lagrangian bound and the prices it comes from.

    worth: each volunteer's best worth under the prices [V]. held: what earlier tiers had to keep.
    """

    bound: float
    lagrangian: float
    prices: Prices | None
    worth: Floats
    held: Floats


def to_the_end(bound: float, value: float) -> bool:
    """Whether a relaxation is near enough to its bound: never."""
    return False


class Relaxation:
    """The relaxation of one instance over a growing pool of routes."""

    def __init__(self, inst: Instance, graph: Graph, rows: Rows, pool: Columns, budget: Budget) -> None:
        self.inst, self.graph, self.rows, self.pool, self._budget = inst, graph, rows, pool, budget
        self.master = Master(inst, rows, pool)
        self.who = np.flatnonzero(np.diff(inst.node_ptr) > 0)
        self.alone = [each_by_itself(inst, t) for t in range(inst.tiers.count)]
        self._grid = [grid_of(inst, t) for t in range(inst.tiers.count)]
        self._samples, self._next_sample = 1 + inst.nodes // NODES_A_SAMPLE, 0
        self._workers = ThreadPoolExecutor(os.cpu_count())

    def unproved(self, tier: int) -> Relaxed:
        """What is known of a tier before any pricing."""
        return Relaxed(self.alone[tier], np.inf, None, np.zeros(self.inst.volunteers), self.master.held.copy())

    def solve(
        self, tier: int, branch: Branch, penalty: float, enough: Callable[[float, float], bool]
    ) -> tuple[Relaxed, float]:
        """What can be proved of a tier in a branch, what earlier tiers must keep given, and the LP's value.

        Ends early where `enough` says so of the bound and the value. `penalty`: see `Master.set_branch`.
        """
        self.master.set_tier(tier)
        self.master.set_branch(branch, penalty)
        found, value, before, idle = self.unproved(tier), -np.inf, np.inf, 0
        while self._budget.stopped is None:
            value, found, more = self._round(tier, found)
            if enough(found.bound, value):
                break
            if more:
                continue
            gained = before - found.lagrangian > CUT_GAIN * max(1.0, abs(value))
            before, idle = found.lagrangian, 0 if gained else idle + 1
            if idle > IDLE_CUTS or not self.master.cut():
                break
        return found, value

    def _round(self, tier: int, found: Relaxed) -> tuple[float, Relaxed, bool]:
        """One round of column generation: the LP's value, what is proved by now, whether to go on."""
        before = self.master.iterations
        solved = self.master.solve(self._budget.wall_seconds())
        self._budget.spend((self.master.iterations - before) * ITERATION_UNITS)
        if solved is None:
            return -np.inf, found, False
        value, prices = solved
        floor = prices.worth + 1e-9 * max(1.0, abs(value))
        priced = self._price(prices, floor)
        if priced is None:
            return value, found, False
        worth, routes = priced
        fresh = self.pool.add(routes)
        if worth is None:
            return value, found, True
        total = prices.constant + prices.option_worth(self.inst) + float(worth.sum())
        if total < found.lagrangian:
            each = np.zeros(self.inst.volunteers)
            each[self.who] = np.maximum(worth, 0)
            bound = min(found.bound, self.on_grid(tier, total))
            found = replace(found, bound=bound, lagrangian=total, prices=prices, worth=each)
        return value, found, fresh > 0 and found.lagrangian - value > TOLERANCE * max(1.0, abs(value))

    def _price(self, prices: Prices, floor: Floats) -> tuple[Floats | None, Routes] | None:
        """Prices volunteers, sample by sample, until there are enough new routes or all are priced.

        Returns what each is worth at most [who], null if not all were priced, and routes that pay; null if time
        ran out. Too many routes found at poor prices would make the linear program slow for good.
        """

        def sample(at: int) -> tuple[Floats, Ints, Ints, Ints] | None:
            if self._budget.stopped is not None:
                return None
            who = np.ascontiguousarray(self.who[at :: self._samples])
            return price(
                self.graph, who, prices.node, floor, prices.travel, prices.waiting, prices.workload,
                ROUTES_A_ROUND, PRICING_STEPS,
            )  # fmt: skip

        worth, routes, first = np.zeros(len(self.who)), Routes(), self._next_sample
        for some in range(first, first + self._samples, SAMPLES_AT_ONCE):
            samples = [at % self._samples for at in range(some, min(some + SAMPLES_AT_ONCE, first + self._samples))]
            for at, priced in zip(samples, self._workers.map(sample, samples), strict=True):
                if priced is None:
                    return None
                most, nodes, vias, used = priced
                self._budget.spend(int(used.sum()) * STEP_UNITS)
                worth[at :: self._samples] = most
                routes += _routes(nodes, vias)
            if len(routes) > ENOUGH_ROUTES and some + SAMPLES_AT_ONCE < first + self._samples:
                self._next_sample = (some + SAMPLES_AT_ONCE) % self._samples
                return None, routes
        return worth, routes

    def on_grid(self, tier: int, bound: float) -> float:
        """A bound rounded down to the grid that all values of the tier lie on."""
        grid = self._grid[tier]
        return bound if grid is None or not np.isfinite(bound) else float(np.floor(bound * grid + 1e-6) / grid)


def _routes(nodes: Ints, vias: Ints) -> Routes:
    """The routes in the arrays that `price` returns."""
    flat, via = nodes.reshape(-1, LONGEST), vias.reshape(-1, LONGEST)
    lengths = (flat >= 0).sum(axis=1)
    return [(flat[k, : lengths[k]], via[k, : lengths[k]]) for k in np.flatnonzero(lengths)]
