"""Exact solution by routes: column generation, integer step, and proof by enumeration, tier after tier.

1. `_relax`: for every tier, column generation finds prices under which no route is worth more than its
   volunteer. The Lagrangian bound at these prices holds for all plans that keep what is asked of the
   tiers before; rounded down to the grid of the tier's values it is what the next tiers must keep.
2. `_close`: all routes that could be part of a plan within a small gap of the last tier's bound are
   listed: those whose worth is within the gap of their volunteer's best (Baldacci, Christofides,
   Mingozzi, Mathematical Programming 115, 2008). The integer step over them finds the best plan and
   ends the proof of all tiers at once, if the targets of the earlier tiers can be met by whole people.
3. `_settle`: if they cannot, tiers are settled one by one: integer step, bound, next.
"""

from collections.abc import Callable
from dataclasses import dataclass, replace
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

from matcher.instance import Instance
from matcher.solver.bounds import each_by_itself, grid_of
from matcher.solver.budget import Budget
from matcher.solver.columns import Columns
from matcher.solver.graph import Graph, graph_of
from matcher.solver.greedy import greedy, topped_up
from matcher.solver.integer import ITERATION_UNITS, choose
from matcher.solver.legs import LONGEST, longest_possible
from matcher.solver.listing import enumerate_routes
from matcher.solver.master import Master, Prices
from matcher.solver.pricing import price
from matcher.solver.rows import Rows, build_rows
from matcher.solver.solution import Proof

Ints = NDArray[np.int64]
Floats = NDArray[np.float64]

TOLERANCE = 1e-7
"""Relative difference between bound and value that counts as none."""

ROUTES_A_ROUND = 3
PRICING_STEPS = 200_000
STEP_UNITS = 0.004
"""Units of work of one step of pricing."""

ENUMERATED_AT_MOST = 60_000
ENUMERATION_STEPS = 1_000_000_000
INTEGER_NODES = 20_000
CLOSE_TRIES = 4
CHOSEN_FROM = 30_000
ARCS_A_CHUNK = 5e6
PEOPLE_A_CHUNK = 5_000
"""How much is priced between two looks at the clock."""


@dataclass(frozen=True)
class Chosen:
    """A plan in indices: routes of the pool, options of linked requests, value per tier (without offset)."""

    columns: Ints
    options: Ints
    values: Floats


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


class Generation:
    """Solves one instance; `best` is the best plan so far, `relaxed` what is proved of each tier."""

    def __init__(self, inst: Instance, budget: Budget, tell: Callable[[str], None], seed: int = 0) -> None:
        self.inst, self.budget, self._tell, self._seed = inst, budget, tell, seed
        self.graph: Graph = graph_of(inst)
        self.rows: Rows = build_rows(inst)
        self.pool = Columns(inst, self.graph)
        self.who = np.flatnonzero(np.diff(inst.node_ptr) > 0)
        arcs = float((np.diff(inst.node_ptr).astype(np.float64) ** 2).sum())
        self.chunks = 1 + int(arcs / ARCS_A_CHUNK) + len(self.who) // PEOPLE_A_CHUNK
        self.best: Chosen | None = None
        self.master = Master(inst, self.rows, self.pool)
        self.grid = [grid_of(inst, t) for t in range(inst.tiers.count)]
        free = np.full(inst.tiers.count, -np.inf)
        nothing = np.zeros(inst.volunteers)
        self._alone = [each_by_itself(inst, t) for t in range(inst.tiers.count)]
        self.relaxed = [Relaxed(bound, np.inf, None, nothing, free) for bound in self._alone]
        self._complete = bool(longest_possible(self.graph) <= LONGEST)
        self.log: list[str] = []

    @property
    def bounds(self) -> list[float | None]:
        """The proved bound of each tier (without offset), null where there is none."""
        if not self._complete:
            return [None] * self.inst.tiers.count
        return [r.bound if self._holds(t) else self._alone[t] for t, r in enumerate(self.relaxed)]

    def proof(self) -> Proof:
        """What is proved, for putting parts together."""
        count = self.inst.tiers.count
        multiplier, lagrangian = np.zeros((count, count)), list(self._alone)
        for t, found in enumerate(self.relaxed):
            if found.prices is not None and self._holds(t):
                multiplier[t], lagrangian[t] = found.prices.multiplier, found.lagrangian
        values = [0.0] * count if self.best is None else self.best.values.tolist()
        return Proof(values, self.bounds, lagrangian, multiplier)

    def _holds(self, tier: int) -> bool:
        """Whether the tier's bound was proved for all plans whose earlier tiers are as good as the best plan's."""
        if self.best is None:
            return True
        values = self.best.values[:tier]
        return bool(np.all(self.relaxed[tier].held[:tier] <= values + 1e-8 * np.maximum(1.0, np.abs(values))))

    def _meets(self, tier: int) -> bool:
        """Whether the best plan keeps what the tier's bound asks of the tiers before."""
        return self.best is not None and bool(np.all(self.best.values[:tier] >= self.relaxed[tier].held[:tier]))

    def run(self, gap: float) -> None:
        """Solves all tiers after `start`, each until its gap is at most `gap` or the budget ends."""
        tiers = range(self.inst.tiers.count)
        for tier in tiers:
            self._relax(tier)
            if self._impossible():
                return
        self._close(tiers[-1], gap)
        if any(self._open(tier, gap) for tier in tiers):
            self._settle(gap)
        if self.best is not None and any(self._open(tier, gap) for tier in tiers):
            self._take(*topped_up(self.inst, self.graph, self._routes_of(self.best), self.best.options))

    def start(self) -> None:
        """A first plan; its routes serve in any case."""
        self.budget.spend(self.inst.nodes)
        self._take(*greedy(self.inst, self.graph))

    def _take(self, routes: list[tuple[Ints, Ints]], options: Ints) -> None:
        """Takes a plan's routes into the pool and keeps the plan, if it has everything required."""
        self.pool.add(routes)
        columns = np.array([self.pool.find(*route) for route in routes], dtype=np.int64)
        if not self.inst.tiers.required or self._values(columns, options)[0] > self.inst.needed - 0.5:
            self._keep(columns, options)

    def _routes_of(self, plan: Chosen) -> list[Ints]:
        return [self.pool.route(c)[0] for c in plan.columns]

    def _relax(self, tier: int) -> None:
        """Proves a bound of the tier, given what the tiers before must keep, and asks to keep it."""
        self._tell(f"tier {tier + 1}")
        self.master.set_tier(tier)
        held = self.master.held.copy()
        found = Relaxed(self._alone[tier], np.inf, None, np.zeros(self.inst.volunteers), held)
        value = -np.inf
        while self.budget.stopped is None:
            value, found, more = self._round(tier, found)
            if not more and not self.master.cut():
                break
        self.relaxed[tier] = found
        self.master.hold(tier, min(found.bound, value) - 1e-9 * max(1.0, abs(found.bound)))

    def _round(self, tier: int, found: Relaxed) -> tuple[float, Relaxed, bool]:
        """One round of column generation: the LP's value, what is proved by now, whether to go on."""
        before = self.master.iterations
        solved = self.master.solve(self.budget.wall_seconds())
        self.budget.spend((self.master.iterations - before) * ITERATION_UNITS)
        if solved is None:
            return -np.inf, found, False
        value, prices = solved
        floor = prices.worth + 1e-9 * max(1.0, abs(value))
        priced = self._price(prices, floor)
        if priced is None:
            return value, found, False
        worth, routes = priced
        total = prices.constant + prices.option_worth(self.inst) + float(worth.sum())
        if total < found.lagrangian:
            each = np.zeros(self.inst.volunteers)
            each[self.who] = np.maximum(worth, 0)
            bound = min(found.bound, self._on_grid(tier, total))
            found = replace(found, bound=bound, lagrangian=total, prices=prices, worth=each)
        fresh = self.pool.add(routes)
        return value, found, fresh > 0 and found.lagrangian - value > TOLERANCE * max(1.0, abs(value))

    def _price(self, prices: Prices, floor: Floats) -> tuple[Floats, list[tuple[Ints, Ints]]] | None:
        """Prices all volunteers: what each is worth at most, and routes that pay; null if time ran out."""
        worth, routes = [], []
        for who in np.array_split(self.who, self.chunks):
            if self.budget.stopped is not None:
                return None
            most, nodes, vias, used = price(
                self.graph, who, prices.node, floor, prices.travel, prices.waiting, prices.workload,
                ROUTES_A_ROUND, PRICING_STEPS,
            )  # fmt: skip
            self.budget.spend(int(used.sum()) * STEP_UNITS)
            worth.append(most)
            routes += _routes(nodes, vias)
        return np.concatenate(worth), routes

    def _on_grid(self, tier: int, bound: float) -> float:
        """A bound rounded down to the grid that all values of the tier lie on."""
        grid = self.grid[tier]
        return bound if grid is None or not np.isfinite(bound) else float(np.floor(bound * grid + 1e-6) / grid)

    def _open(self, tier: int, gap: float) -> bool:
        """Whether the best plan is further from the tier's bound than `gap`."""
        if self.best is None or not self._meets(tier):
            return True
        value = self.best.values[tier]
        full = abs(value + self.inst.tiers.offset[tier])
        return bool(self.relaxed[tier].bound - value > max(gap, TOLERANCE) * max(1.0, full))

    def _close(self, tier: int, gap: float) -> None:
        """Proves a tier: lists the routes within a growing distance of its bound and chooses among them.

        Where they are too many, it chooses among the best routes at hand, which proves nothing.
        """
        found = self.relaxed[tier]
        reach = 1e-4 * max(1.0, abs(found.lagrangian))
        for _ in range(CLOSE_TRIES):
            if not self._open(tier, gap) or self.budget.stopped is not None or found.prices is None:
                return
            if self.best is not None and self._meets(tier) and found.lagrangian - self.best.values[tier] < 4 * reach:
                reach = max(found.lagrangian - self.best.values[tier], TOLERANCE)
            take = self._within(tier, reach)
            if take is None:
                self._choose(tier, self._nearest(tier))
                return
            bound = self._choose(tier, take)
            self.log.append(f"tier {tier + 1}: {len(take)} routes within {reach:.6g} of the bound")
            if bound is None:
                return
            self._lower(tier, max(bound, found.lagrangian - reach))
            reach *= 4

    def _nearest(self, tier: int) -> Ints:
        """The routes at hand that fall least short of their volunteer's worth under the tier's prices."""
        found = self.relaxed[tier]
        if found.prices is None or len(self.pool) <= CHOSEN_FROM:
            return np.arange(len(self.pool))
        short = found.worth[self.pool.volunteer] - found.prices.route_worth(self.pool)
        return np.sort(np.argsort(short, kind="stable")[:CHOSEN_FROM])

    def _lower(self, tier: int, bound: float) -> None:
        found, bound = self.relaxed[tier], self._on_grid(tier, bound + 1e-9 * max(1.0, abs(bound)))
        if bound < found.bound:
            self.relaxed[tier] = replace(found, bound=bound)

    def _within(self, tier: int, reach: float) -> Ints | None:
        """All routes that can be in a plan within `reach` of the Lagrangian bound of the tier, null if too many."""
        found = self.relaxed[tier]
        prices = found.prices
        assert prices is not None
        floor = found.worth - reach - 1e-9 * max(1.0, abs(found.lagrangian))
        return self._list(floor, prices.node, (prices.travel, prices.waiting, prices.workload))

    def _everything(self) -> Ints | None:
        """All routes, in the pool; null if too many."""
        last, tiers = self.inst.tiers.count - 1, self.inst.tiers
        gain = self.inst.slot_gain[last][self.inst.node_slot] + self.inst.node_gain.get(last, 0.0)
        rates = (float(tiers.travel[last]), float(tiers.waiting[last]), float(tiers.workload[last]))
        return self._list(np.full(self.inst.volunteers, -np.inf), gain, rates)

    def _list(self, floor: Floats, profit: Floats, rates: tuple[float, float, float]) -> Ints | None:
        """All routes worth at least `floor` [V] under some profits and rates, in the pool; null if too many."""
        ptr, nodes, vias, complete, used = enumerate_routes(
            self.graph, self.who, profit, floor, *rates, ENUMERATED_AT_MOST, ENUMERATION_STEPS
        )
        self.budget.spend(used * STEP_UNITS)
        if not complete:
            return None
        routes = [(nodes[a:b], vias[a:b]) for a, b in pairwise(ptr)]
        self.pool.add(routes)
        return np.array([self.pool.find(n, w) for n, w in routes], dtype=np.int64)

    def _choose(self, tier: int, take: Ints) -> float | None:
        """The integer step over some routes; keeps the plan if it is better. Returns the bound over them."""
        held = self.relaxed[tier].held
        start = None
        if self.best is not None and self._meets(tier):
            start = (self.best.columns, self.best.options)
            take = np.union1d(take, self.best.columns)
        choice = choose(
            self.inst,
            self.rows,
            self.pool,
            take,
            tier,
            held,
            self._tight(tier),
            start,
            self.budget,
            INTEGER_NODES,
            self._seed,
        )
        if choice.columns is not None and choice.options is not None:
            self._keep(choice.columns, choice.options)
        return choice.bound

    def _tight(self, tier: int) -> Ints:
        """Rows that every plan must fill that keeps the earlier tiers at their bounds (complementary slackness)."""
        rows: set[int] = set()
        for t in range(tier):
            found = self.relaxed[t]
            if found.prices is not None:
                slack = found.lagrangian - self.relaxed[tier].held[t]
                rows |= set(np.flatnonzero(found.prices.row > slack + 1e-6).tolist())
        return np.array(sorted(r for r in rows if np.isfinite(self.rows.high[r])), dtype=np.int64)

    def _keep(self, columns: Ints, options: Ints) -> None:
        values = self._values(columns, options)
        if self.best is None or _better(values, self.best.values):
            self.best = Chosen(columns, options, values)
            self._tell("better")

    def _values(self, columns: Ints, options: Ints) -> Floats:
        values: Floats = self.pool.value[:, columns].sum(axis=1) + self.inst.option_gain[:, options].sum(axis=1)
        return values

    def _settle(self, gap: float) -> None:
        """Settles tier after tier by integer steps, where the relaxations' targets cannot all be met."""
        if self.budget.stopped is not None:
            return
        everything = self._everything()
        for tier in range(self.inst.tiers.count):
            if self.budget.stopped is not None:
                return
            if tier and self.best is not None:
                self._keep_tier(tier - 1)
            if self._open(tier, gap) and everything is not None:
                bound = self._choose(tier, everything)
                if bound is not None:
                    self._lower(tier, bound)
            elif self._open(tier, gap):
                self._choose(tier, self._nearest(tier))
                self._close(tier, gap)
            if self.best is None or self._impossible():
                return

    def _keep_tier(self, tier: int) -> None:
        """Asks to keep what the best plan reaches in a tier, and proves the next tier's bound anew if that is less."""
        assert self.best is not None
        kept = float(self.best.values[tier])
        self.master.hold(tier, kept - 1e-9 * max(1.0, abs(kept)))
        if not self._holds(tier + 1):
            self._relax(tier + 1)

    def _impossible(self) -> bool:
        """Whether it is known that not everything required can be kept, or the best plan does not."""
        if not self.inst.tiers.required:
            return False
        reached = self.relaxed[0].bound if self.best is None else min(self.relaxed[0].bound, self.best.values[0])
        return bool(reached < self.inst.needed - 0.5)


def _better(ours: Floats, theirs: Floats) -> bool:
    """Whether a value vector is lexicographically better, differences below 1e-9 aside."""
    for a, b in zip(ours, theirs, strict=True):
        if abs(a - b) > 1e-9 * max(1.0, abs(a)):
            return bool(a > b)
    return False


def _routes(nodes: Ints, vias: Ints) -> list[tuple[Ints, Ints]]:
    """The routes in the arrays that `price` returns."""
    flat, via = nodes.reshape(-1, LONGEST), vias.reshape(-1, LONGEST)
    lengths = (flat >= 0).sum(axis=1)
    return [(flat[k, : lengths[k]], via[k, : lengths[k]]) for k in np.flatnonzero(lengths)]
