"""Closing a gap: list the routes that can be in a better plan, and choose among them."""

from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

from matcher.plan import Note
from matcher.solver.branch import WHOLE, Branch
from matcher.solver.budget import Budget
from matcher.solver.columns import Columns
from matcher.solver.incumbent import TOLERANCE, Incumbent
from matcher.solver.integer import choose, round_off
from matcher.solver.listing import enumerate_routes
from matcher.solver.loads import Load, load_of
from matcher.solver.relaxation import STEP_UNITS, Relaxation, Relaxed

Ints = NDArray[np.int64]
Floats = NDArray[np.float64]

Routes = list[tuple[Ints, Ints]]

LISTING_STEPS = 200_000_000
LISTED_A_CHUNK = 20
STEPS_A_CHUNK = 10_000_000
"""People whose routes are listed between two looks at the clock, and the steps they may take."""

EVERYTHING_AT_MOST = 3_000
CHOSEN_FROM = 6_000
FIRST_REACH = 1e-4
"""Relative distance from the bound within which routes are listed first."""


class Closing:
    """Finds the best plan of a branch from a list of routes; keeps it if it is the best so far."""

    def __init__(
        self, relaxation: Relaxation, incumbent: Incumbent, budget: Budget, seed: int, log: list[Note]
    ) -> None:
        self._relaxation, self._incumbent, self._budget, self._seed = relaxation, incumbent, budget, seed
        self.log = log

    def close(self, tier: int, found: Relaxed, branch: Branch, tight: Ints, gap: float, most: int, tries: int) -> float:
        """Lists the routes within some distances of the tier's bound in the branch and chooses among them.

        Returns the bound proved; where routes are more than `most`, that is what was known. tight: see `choose`.
        The distance grows fourfold from try to try.
        """
        bound, reach = found.bound, FIRST_REACH * max(1.0, abs(found.lagrangian))
        for _ in range(tries):
            reaches = self._incumbent.keeps(found.held, tier)
            if reaches and not self._incumbent.short(tier, bound, gap):
                break
            if self._budget.stopped is not None or found.prices is None:
                break
            if reaches and self._incumbent.best is not None:
                distance = found.lagrangian - float(self._incumbent.best.values[tier])
                reach = max(distance, TOLERANCE) if distance < 4 * reach else reach
            routes = self._within(found, reach, most)
            if routes is None:
                break
            over = self._choose(tier, found, branch, tight, routes)
            number = self._relaxation.inst.tiers.number(tier)
            self.log.append(
                Note(
                    zh=f"第 {number} 级：从距上界 {reach:.6g} 以内的 {len(routes)} 条路线中选择",
                    en=f"tier {number}: chosen from the {len(routes)} routes within {reach:.6g} of the bound",
                )
            )
            if over is None:
                break
            over = max(over, found.lagrangian - reach)
            bound = min(bound, self._relaxation.on_grid(tier, over + 1e-9 * max(1.0, abs(over))))
            reach *= 4
        return bound

    def as_it_is(self) -> None:
        """Keeps what the relaxation just solved takes and chooses, if all of that is whole."""
        master = self._relaxation.master
        taken, chosen = master.taken(), master.chosen()
        often, options = np.round(taken), np.round(chosen)
        if max(np.abs(taken - often).max(initial=0), np.abs(chosen - options).max(initial=0)) <= WHOLE:
            columns = np.repeat(np.arange(len(often)), often.astype(np.int64))
            self._incumbent.keep(columns, np.flatnonzero(options))

    def among_all(self, tier: int, found: Relaxed, branch: Branch, tight: Ints) -> float | None:
        """Chooses among all routes there are; the bound proved, null if they are too many or nothing was proved."""
        inst = self._relaxation.inst
        last, tiers = inst.tiers.count - 1, inst.tiers
        load = load_of(inst, np.eye(tiers.count)[last])
        gain = inst.slot_gain[last][inst.node_slot] + inst.node_gain.get(last, 0.0)
        rates = (float(tiers.travel[last]), float(tiers.waiting[last]), load)
        routes = self._list(np.full(inst.volunteers, -np.inf), gain, rates, EVERYTHING_AT_MOST)
        return None if routes is None else self._choose(tier, found, branch, tight, routes)

    def nearest(self, tier: int, found: Relaxed, branch: Branch, tight: Ints) -> None:
        """Chooses among the routes at hand that fall least short of their volunteer's worth; proves nothing."""
        pool = self._relaxation.pool
        closed = np.concatenate(
            [np.zeros(1, dtype=np.int64), np.cumsum(branch.dead(self._relaxation.inst)[pool.nodes])]
        )
        take = np.flatnonzero(closed[pool.ptr[1:]] == closed[pool.ptr[:-1]])
        if found.prices is not None and len(take) > CHOSEN_FROM:
            short = (found.worth[pool.volunteer] - found.prices.route_worth(pool))[take]
            near = take[np.argsort(short, kind="stable")[:CHOSEN_FROM]]
            take = np.union1d(near, take[self._relaxation.master.taken()[take] > 0])
        self._choose(tier, found, branch, tight, [pool.route(int(c)) for c in take])

    def round_off(self, tier: int, found: Relaxed, branch: Branch) -> None:
        """Rounds the relaxation just solved: what it takes wholly stays, the rest is chosen from what is near."""
        pool, taken = self._relaxation.pool, self._relaxation.master.taken()
        worth = np.full(len(pool), -np.inf) if found.prices is None else found.prices.route_worth(pool)
        alike, often = self._relaxation.rows.alike, np.floor(taken + WHOLE).astype(np.int64)
        free = np.bincount(pool.volunteer, often, minlength=len(alike.size)) < alike.size
        loose = np.flatnonzero(free[pool.volunteer] & (taken == 0))
        short = (found.worth[pool.volunteer] - worth)[loose]
        near = loose[np.argsort(short, kind="stable")[:CHOSEN_FROM]]
        take = np.union1d(np.flatnonzero(taken > 0), near)
        among = Columns(self._relaxation.inst, self._relaxation.graph, alike)
        among.add([pool.route(int(c)) for c in take])
        choice = round_off(
            self._relaxation.inst, self._relaxation.rows, among, tier, found.held, branch, often[take],
            self._budget,
            self._seed,
        )  # fmt: skip
        if choice.columns is not None and choice.options is not None:
            self._incumbent.keep(take[choice.columns], choice.options)

    def _within(self, found: Relaxed, reach: float, most: int) -> Routes | None:
        """All routes that can be in a plan within `reach` of the Lagrangian bound, null if too many."""
        prices = found.prices
        if prices is None:
            return None
        floor = found.worth - reach - 1e-9 * max(1.0, abs(found.lagrangian))
        return self._list(floor, prices.node, (prices.travel, prices.waiting, prices.load), most)

    def _list(self, floor: Floats, profit: Floats, rates: tuple[float, float, Load], most: int) -> Routes | None:
        """All routes worth at least `floor` [V] under some profits and rates; null if more than `most`, or stopped."""
        routes: Routes = []
        who, left = self._relaxation.who, LISTING_STEPS
        for some in np.array_split(who, 1 + len(who) // LISTED_A_CHUNK):
            if self._budget.stopped is not None:
                return None
            ptr, nodes, vias, complete, used = enumerate_routes(
                self._relaxation.graph, some, profit, floor, *rates, most - len(routes), min(left, STEPS_A_CHUNK)
            )
            self._budget.spend(used * STEP_UNITS)
            if not complete:
                return None
            routes += [(nodes[a:b], vias[a:b]) for a, b in pairwise(ptr)]
            left -= used
        return routes

    def _choose(self, tier: int, found: Relaxed, branch: Branch, tight: Ints, routes: Routes) -> float | None:
        """The integer step over some routes; keeps the plan if it is better. Returns the bound over them."""
        inst, pool = self._relaxation.inst, self._relaxation.pool
        best, start = self._incumbent.best, None
        among = Columns(inst, self._relaxation.graph, pool.alike)
        among.add(routes)
        if (
            best is not None
            and self._incumbent.keeps(found.held, tier)
            and branch.holds(inst, best.options, self._incumbent.nodes())
        ):
            start = (among.take([pool.route(c) for c in best.columns]), best.options)
        choice = choose(
            inst, self._relaxation.rows, among, tier, found.held, branch, tight, start, self._budget, self._seed
        )
        if choice.columns is not None and choice.options is not None:
            self._incumbent.keep(pool.take([among.route(c) for c in choice.columns]), choice.options)
        return choice.bound
