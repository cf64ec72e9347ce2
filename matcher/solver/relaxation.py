"""Column generation: the linear relaxation of a tier in a branch, and the bound it proves."""

import os
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, replace
from functools import cache

import numpy as np
from numpy.typing import NDArray

from matcher.instance import Instance
from matcher.solver.bounds import grid_of, in_all_tiers
from matcher.solver.branch import Branch
from matcher.solver.budget import Budget
from matcher.solver.columns import Columns
from matcher.solver.graph import Graph, thinned
from matcher.solver.incumbent import TOLERANCE
from matcher.solver.master import Master
from matcher.solver.prices import Prices
from matcher.solver.pricing import price
from matcher.solver.rows import Rows
from matcher.solver.worth import ALL

Ints = NDArray[np.int64]
Floats = NDArray[np.float64]

ROUTES_A_ROUND, ROUTES_OF_CLASS = 3, 300
"""Routes of one person, and at most of all who are alike, that a round may add."""
PRICING_STEPS = 70_000
"""Steps of pricing for each route of a round."""
STEP_UNITS = 0.004
"""Units of work of one step of pricing."""

NODES_A_SAMPLE = 10_000
"""How much is priced between two looks at the clock."""

SAMPLES_AT_ONCE = 4
ENOUGH_ROUTES = 3_000

MANY, STARTS_AT_FIRST, NEAR = 50_000, 3, 2e-3
"""Nodes from which on routes are first looked for at so many starts of a role, until the bound is so near."""

SOME_SHARE = 0.7
"""Share of what is left for looking at some nodes only."""
CROWD, MANY_ROUTES, LARGE_NEAR = 150, 10_000, 1e-2
"""The same where programs are large: nodes of each volunteer that are looked at first, routes, and how near."""

Routes = list[tuple[Ints, Ints]]


ROUNDING = TOLERANCE / 10
"""Relative distance of a bound from the value of its linear program that comes from rounding."""
CUT_GAIN = 1e-5
IDLE_CUTS = 3
"""Cutting ends after so many rounds of cuts that lower the bound by less than this, relatively."""


@dataclass(frozen=True)
class Relaxed:
    """What is proved of a tier: the bound (on the grid), the Lagrangian bound and the prices it comes from.

    worth: each volunteer's best worth under the prices [V]. held: what earlier tiers had to keep. multiplier: what a
    unit less of each costs in the bound [T]. everybody: whether it holds for people left out of roles, too.
    """

    bound: float
    lagrangian: float
    prices: Prices | None
    worth: Floats
    held: Floats
    multiplier: Floats
    everybody: bool

    def without_prices(self) -> "Relaxed":
        """The proof alone."""
        return replace(self, prices=None, worth=np.zeros(0))


def to_the_end(bound: float) -> bool:
    """Whether a bound is low enough: never."""
    return False


class _Field:
    """Nodes that are priced together: sorted numbers of the instance's nodes, null for all of them; samples of people.

    first: whether a volunteer is the first one of a class [V]: the others need no pricing. crowd: how many of each
    volunteer are looked at. next_sample: where pricing goes on that ended when it had enough.
    """

    def __init__(self, graph: Graph, nodes: Ints | None, first: NDArray[np.bool_], crowd: int = ALL) -> None:
        self.nodes, self.crowd = nodes, crowd
        self.graph = graph if nodes is None else thinned(graph, nodes)
        self.who = np.flatnonzero(first & (np.diff(self.graph.ptr) > 0))
        self.samples, self.next_sample = 1 + len(self.graph.start) // NODES_A_SAMPLE, 0

    def profit(self, prices: Prices) -> Floats:
        """Profits of the nodes."""
        return prices.node if self.nodes is None else prices.node[self.nodes]

    def routes(self, nodes: Ints, vias: Ints) -> Routes:
        """The routes in the arrays that `price` returns, in the instance's nodes."""
        found = routes_in(nodes, vias)
        return found if self.nodes is None else [(self.nodes[nodes], vias) for nodes, vias in found]


def routes_in(nodes: Ints, vias: Ints) -> Routes:
    """The routes in the arrays that `price` returns."""
    lengths = (nodes >= 0).sum(axis=1)
    return [(nodes[k, : lengths[k]], vias[k, : lengths[k]]) for k in np.flatnonzero(lengths)]


@cache
def _workers() -> ThreadPoolExecutor:
    """Threads for pricing, one pool for the process: many solves would leave theirs behind."""
    return ThreadPoolExecutor(os.cpu_count())


def _coarse(inst: Instance) -> Ints:
    """Nodes at a few starts of each role, evenly spread."""
    order = np.lexsort((inst.slot_start, inst.slot_role))
    role, start = inst.slot_role[order], inst.slot_start[order]
    first = np.searchsorted(role, role)
    new = np.concatenate([[0], np.cumsum((role[1:] != role[:-1]) | (start[1:] != start[:-1]))])
    rank = new - new[first]
    step = -(-(np.maximum.reduceat(rank, np.unique(first)) + 1) // STARTS_AT_FIRST)
    few = np.zeros(len(order), dtype=np.bool_)
    few[order] = rank % np.repeat(step, np.bincount(role)[np.unique(role)]) == 0
    return np.flatnonzero(few[inst.node_slot])


class Relaxation:
    """The relaxation of one instance over a growing pool of routes.

    Where there are many starts, routes are first looked for among those at a few of them. alone: bounds of the tiers
    that need no prices.
    """

    def __init__(self, inst: Instance, graph: Graph, rows: Rows, pool: Columns, budget: Budget) -> None:
        self.inst, self.graph, self.rows, self.pool, self._budget = inst, graph, rows, pool, budget
        self.master = Master(inst, rows, pool)
        first = rows.alike.first == np.arange(inst.volunteers)
        self._fields = [_Field(graph, None, first)]
        self.who = self._fields[0].who
        few = _coarse(inst) if inst.nodes > MANY else np.zeros(0, dtype=np.int64)
        if 0 < len(few) < inst.nodes / 2:
            crowd = CROWD if self.master.is_large else ALL
            self._fields.insert(0, _Field(graph, few, first, crowd))
        if self.master.is_large:
            self._fields.insert(-1, _Field(graph, None, first, CROWD))
        self.alone = in_all_tiers(inst)
        self._grid = [grid_of(inst, t) for t in range(inst.tiers.count)]

    def unproved(self, tier: int, held: Floats | None = None) -> Relaxed:
        """What is known of a tier before any pricing; held: what earlier tiers keep, null for what the master holds."""
        held, none = self.master.held.copy() if held is None else held, np.zeros(self.inst.tiers.count)
        worth = np.zeros(self.inst.volunteers)
        everybody = self.inst.outside is None or (self.inst.tiers.required and tier == 0)
        return Relaxed(self.alone[tier], np.inf, None, worth, held, none, everybody)

    def solve(
        self, tier: int, branch: Branch, penalty: float, near: float, enough: Callable[[float], bool]
    ) -> tuple[Relaxed, float]:
        """What can be proved of a tier in a branch, what earlier tiers must keep given, and the LP's value.

        Each LP is solved until its bound is so `near` its value, relatively. Ends early where a bound is low `enough`.
        `penalty`: see `Master.set_branch`.
        """
        self.master.set_tier(tier)
        self.master.set_branch(branch, penalty)
        found, value, before, idle = self.unproved(tier), -np.inf, np.inf, 0
        near = max(near, TOLERANCE)
        if not penalty:
            with self._budget.part(SOME_SHARE):
                self._at_few_starts(near)
        while self._budget.stopped is None:
            value, found, more = self._round(tier, found, near)
            if enough(found.bound):
                break
            if more:
                continue
            gained = before - found.lagrangian > max(CUT_GAIN, near / 5) * max(1.0, abs(value))
            before, idle = found.lagrangian, 0 if gained else idle + 1
            if self.master.is_near(near) or idle > (IDLE_CUTS if near == TOLERANCE else 0) or not self.master.cut():
                break
        return found, value

    def _at_few_starts(self, near: float) -> None:
        """Rounds of column generation and of cuts among the nodes at a few starts, as long as they gain much."""
        for field in self._fields[:-1]:
            last = np.inf
            while self._budget.stopped is None:
                solved = self._solved(near)
                if solved is None:
                    return
                value, prices = solved
                priced = self._price(field, prices, self._floor(prices, value))
                if priced is None:
                    return
                worth, routes = priced
                large = self.master.is_near(near)
                reach = max(LARGE_NEAR if large else NEAR, near / 2) * max(1.0, abs(value))
                if self.pool.add(routes) and (worth is None or self._total(prices, worth) - value > reach):
                    continue
                if large or last - value < reach / 2 or not self.master.cut():
                    break
                last = value

    def _solved(self, near: float) -> tuple[float, Prices] | None:
        """The LP's value and prices, null if it did not come to an end."""
        before = self.master.work
        solved = self.master.solve(near, self._budget.wall_seconds())
        self._budget.spend(self.master.work - before)
        return solved

    def _floor(self, prices: Prices, value: float) -> Floats:
        """What a route must be worth at least to be looked at [V]: what all leave unlooked at is within `ROUNDING`."""
        return prices.worth + ROUNDING * max(1.0, abs(value)) / max(1, len(self.who))

    def _total(self, prices: Prices, worth: Floats) -> float:
        """The bound that follows from what each volunteer is worth at most."""
        return prices.constant + prices.option_worth(self.inst) + float(worth.sum())

    def _round(self, tier: int, found: Relaxed, near: float) -> tuple[float, Relaxed, bool]:
        """One round of column generation: the LP's value, what is proved by now, whether to go on."""
        solved = self._solved(near)
        if solved is None:
            return -np.inf, found, False
        value, prices = solved
        priced = self._price(self._fields[-1], prices, self._floor(prices, value))
        if priced is None:
            return value, found, False
        worth, routes = priced
        fresh = self.pool.add(routes)
        if worth is None:
            return value, found, True
        total = self._total(prices, worth)
        if total < found.lagrangian:
            bound = min(found.bound, self.on_grid(tier, total))
            found = replace(
                found, bound=bound, lagrangian=total, prices=prices, worth=worth, multiplier=prices.multiplier
            )
        return value, found, fresh > 0 and found.lagrangian - value > near * max(1.0, abs(value))

    def _price(self, field: _Field, prices: Prices, floor: Floats) -> tuple[Floats | None, Routes] | None:
        """Prices the volunteers of a field, sample by sample, until there are enough new routes or all are priced.

        Returns what each is worth at most [V], null if not all were priced, and routes that pay; null if time ran out.
        Too many routes found at poor prices would make the linear program slow for good.
        """
        profit, size = field.profit(prices), self.rows.alike.size

        def sample(at: int) -> tuple[Floats, Ints, Ints, Ints] | None:
            if self._budget.interrupted is not None:
                return None
            who = np.ascontiguousarray(field.who[at :: field.samples])
            return price(
                field.graph, who, profit, floor, prices.travel, prices.waiting, prices.load,
                np.minimum(ROUTES_A_ROUND * size[who], ROUTES_OF_CLASS), PRICING_STEPS, field.crowd,
            )  # fmt: skip

        enough = MANY_ROUTES if self.master.is_large else ENOUGH_ROUTES
        worth, routes, first = np.zeros(self.inst.volunteers), Routes(), field.next_sample
        for some in range(first, first + field.samples, SAMPLES_AT_ONCE):
            if self._budget.stopped is not None:
                return None
            samples = [at % field.samples for at in range(some, min(some + SAMPLES_AT_ONCE, first + field.samples))]
            for at, priced in zip(samples, _workers().map(sample, samples), strict=True):
                if priced is None:
                    return None
                most, nodes, vias, used = priced
                self._budget.spend(int(used.sum()) * STEP_UNITS)
                worth[field.who[at :: field.samples]] = np.maximum(most, 0)
                routes += field.routes(nodes, vias)
            if len(routes) > enough and some + SAMPLES_AT_ONCE < first + field.samples:
                field.next_sample = (some + SAMPLES_AT_ONCE) % field.samples
                return None, routes
        return worth[self.rows.alike.first], routes

    def on_grid(self, tier: int, bound: float) -> float:
        """A bound rounded down to the grid that all values of the tier lie on."""
        grid = self._grid[tier]
        return bound if grid is None or not np.isfinite(bound) else float(np.floor(bound * grid + 1e-6) / grid)
