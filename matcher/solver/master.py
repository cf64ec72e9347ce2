"""The master problem's linear relaxation, over the routes found so far (HiGHS, warm; PDLP where large).

Its duals are the price of each place and the worth of each volunteer. From any duals a bound follows
that holds for all plans (Lagrangian relaxation; Desaulniers, Desrosiers, Solomon, *Column
Generation*, 2005, chapter 1), whatever the LP's tolerances are.
"""

import highspy
import numpy as np
from numpy.typing import NDArray

from matcher.instance import Instance
from matcher.solver.branch import Branch
from matcher.solver.columns import Columns, nodes_of
from matcher.solver.firstorder import solve_nearly
from matcher.solver.integer import ITERATION_UNITS
from matcher.solver.lp import (
    add_columns,
    add_empty_rows,
    add_routes,
    heed,
    linked_options,
    new_model,
    set_objective,
)
from matcher.solver.prices import Prices
from matcher.solver.rows import Rows, add_cuts, bounds_in

Ints = NDArray[np.int64]
Floats = NDArray[np.float64]


CUT_TOLERANCE, CUT_REACH = 1e-6, 2e-4
"""A cut is broken by more than this; how near to the best a route is that might break one next, relatively."""

DUAL, PRIMAL = 1, 4
"""HiGHS's numbers of the variants of the simplex."""

ENTRY_UNITS = 0.003
"""Units of work of one entry of the matrix in one iteration of the first-order method."""

MANY_ROWS, LEAST_ACCURACY = 10_000, 1e-3
"""Rows from which on programs that need not be exact are solved nearly, to this relative accuracy at first; to a
higher one when the value changes less than that."""


class Master:
    """The linear relaxation over a growing pool of columns.

    held [T]: what earlier tiers must keep (without the tier's offset). work: of all programs so far, in units.
    Variables are options, then one to fill up each row of a request or tier that the routes at hand cannot
    (fixed to 0 but in branches, where it costs a penalty), then routes.
    """

    def __init__(self, inst: Instance, rows: Rows, columns: Columns) -> None:
        self._inst, self._rows, self._columns = inst, rows, columns
        self._lp = new_model(inst, rows)
        for name, value in (("presolve", "off"), ("solver", "simplex")):
            self._lp.setOptionValue(name, value)
        self.held = np.zeros(inst.tiers.count)
        self.branch = Branch.whole(inst)
        self._options = linked_options(inst)
        branched = np.concatenate([rows.request_row, rows.role_row])
        self._branched = branched[branched >= 0]
        self._filled = np.concatenate([self._branched, rows.tier_row + np.arange(inst.tiers.count)])
        add_columns(self._lp, len(self._filled), np.arange(len(self._filled)), self._filled, np.ones(len(self._filled)))
        self._routes_from = len(self._options) + len(self._filled)
        self._penalty, self._basis_holds = np.nan, False
        self._taken, self._tier = 0, 0
        self._last: tuple[float, Prices] | None = None
        self.is_large = len(rows.low) > MANY_ROWS
        self._accuracy = LEAST_ACCURACY
        self._solution = np.zeros(self._routes_from)
        self.set_branch(self.branch, 0.0)
        self.work = 0.0

    def set_tier(self, tier: int) -> None:
        """Makes a tier the objective; those from it on are no longer held."""
        self._tier, self._accuracy, self._last = tier, LEAST_ACCURACY, None
        for t in range(tier, self._inst.tiers.count):
            self._lp.changeRowBounds(self._rows.tier_row + t, -np.inf, np.inf)

    def hold(self, tier: int, value: float) -> None:
        """Asks an earlier tier to keep at least this value (without the tier's offset)."""
        self.held[tier] = value
        self._lp.changeRowBounds(self._rows.tier_row + tier, value, np.inf)

    def set_branch(self, branch: Branch, penalty: float) -> None:
        """Confines options and routes to a branch; a unit that it or a tier lacks costs `penalty`.

        For people who must fill a role there is no row: a route that does is worth the penalty more, and as
        many penalties as there are such people are taken off in the end.
        """
        if branch is self.branch and penalty == self._penalty:
            return
        self.branch, self._penalty, self._basis_holds = branch, penalty, False
        free = np.where(branch.forbidden[self._options], 0.0, np.inf)
        filled = np.full(len(self._filled), np.inf if penalty else 0.0)
        routes = np.where(self._dead_routes(np.arange(self._taken)), 0.0, np.inf)
        high = np.concatenate([free, filled, routes])
        heed(self._lp.changeColsBounds(len(high), np.arange(len(high), dtype=np.int32), np.zeros(len(high)), high))
        lows, highs = bounds_in(self._inst, self._rows, branch)
        for row in self._branched.tolist():
            self._lp.changeRowBounds(row, lows[row], highs[row])

    def _add_routes(self) -> None:
        """Takes the pool's new routes into the model; those that the branch does not allow are fixed to 0."""
        fresh = np.arange(self._taken, len(self._columns))
        met = self._rows.meet(self._columns.volunteer[fresh])
        if met:
            add_empty_rows(self._lp, np.array(self._rows.low[-met:]), np.array(self._rows.high[-met:]))
        add_routes(self._lp, self._inst, self._rows, self._columns, fresh)
        self._taken = len(self._columns)
        for route in fresh[self._dead_routes(fresh)].tolist():
            self._lp.changeColBounds(self._routes_from + route, 0.0, 0.0)

    def _dead_routes(self, routes: Ints) -> NDArray[np.bool_]:
        """Which of some routes the branch does not allow."""
        column, nodes = nodes_of(self._columns, routes)
        dead: NDArray[np.bool_] = np.bincount(column, self.branch.closed[nodes], minlength=len(routes)) > 0
        return dead

    def begin(self, columns: Ints, options: Ints) -> None:
        """Starts the simplex at a plan: its routes and options are basic, and their people and requests are used up.

        Routes of people who are alike are left out: a class is used up by several of them.
        """
        self._add_routes()
        columns = columns[self._rows.alike.size[self._columns.volunteer[columns]] == 1]
        rows, basis = self._rows, highspy.HighsBasis()
        status = highspy.HighsBasisStatus
        variables = np.zeros(self._routes_from + self._taken, dtype=np.bool_)
        variables[self._routes_from + columns] = True
        variables[np.searchsorted(self._options, options)] = True
        used = np.zeros(len(rows.low), dtype=np.bool_)
        used[rows.person_row[self._columns.volunteer[columns]]] = True
        used[rows.request_row[self._inst.option_request[options]]] = True
        basis.col_status = [status.kBasic if basic else status.kLower for basic in variables.tolist()]
        basis.row_status = [status.kUpper if full else status.kBasic for full in used.tolist()]
        basis.valid = True
        self._basis_holds = self._lp.setBasis(basis) == highspy.HighsStatus.kOk

    def is_near(self, near: float) -> bool:
        """Whether the program is solved nearly where its value need be so `near`, relatively."""
        return self.is_large and near >= LEAST_ACCURACY / 1000

    def solve(self, near: float, seconds: float) -> tuple[float, Prices] | None:
        """Solves the LP over the columns at hand; returns its value and the prices.

        Where it is large and its value need only be so `near`, relatively, both are a little off.
        Null if time ran out, or HiGHS does not come to an end even from scratch.
        """
        self._add_routes()
        pool, tier = self._columns, self._tier
        fill = np.full(len(self._filled), -self._penalty)
        column, nodes = nodes_of(pool, np.arange(len(pool)))
        sought = self._penalty * np.bincount(column, self.branch.sought[nodes], minlength=len(pool))
        gain = np.concatenate([self._inst.option_gain[tier, self._options], fill, pool.value[tier] + sought])
        set_objective(self._lp, gain)
        duals = self._nearly(seconds) if self.is_near(near) else None
        if duals is None:
            duals = self._exactly(seconds)
        if duals is None:
            return None
        value = float(gain @ self._solution) - self._penalty * self.branch.pairs
        if self._last is not None and abs(value - self._last[0]) <= self._accuracy * abs(value):
            self._accuracy = max(self._accuracy / 3, near / 4)
        self._last = value, Prices(self._inst, self._rows, self._tier, duals, self.held, self.branch, self._penalty)
        return self._last

    def _exactly(self, seconds: float) -> Floats | None:
        """The duals at the optimum, by the simplex; null if there is none in time."""
        status = self._run(seconds)
        if status == highspy.HighsModelStatus.kModelEmpty:
            return np.zeros(len(self._rows.low))
        if status not in (highspy.HighsModelStatus.kOptimal, highspy.HighsModelStatus.kTimeLimit):
            self._lp.clearSolver()
            self._basis_holds = False
            status = self._run(seconds)
        if status != highspy.HighsModelStatus.kOptimal:
            return None
        self.work += max(0, self._lp.getInfo().simplex_iteration_count) * ITERATION_UNITS
        self._solution = np.array(self._lp.getSolution().col_value)
        return np.array(self._lp.getSolution().row_dual)

    def _nearly(self, seconds: float) -> Floats | None:
        """Duals near the optimum, by a first-order method; null if it fails."""
        self._basis_holds = False
        found = solve_nearly(self._lp, self._accuracy, seconds)
        if found is None:
            return None
        self._solution = found.variables
        self.work += found.iterations * found.entries * ENTRY_UNITS
        return found.duals

    def _run(self, seconds: float) -> highspy.HighsModelStatus:
        """Solves by the primal simplex if the last basis is still feasible, else by the dual."""
        self._lp.setOptionValue("simplex_strategy", PRIMAL if self._basis_holds else DUAL)
        self._basis_holds = True
        self._lp.setOptionValue("time_limit", self._lp.getRunTime() + seconds)
        self._lp.run()
        return self._lp.getModelStatus()

    def chosen(self) -> Floats:
        """How far the last solution chooses each option of a linked request, 0 for others [O]."""
        chosen = np.zeros(len(self._inst.option_request))
        chosen[self._options] = self._solution[: len(self._options)]
        return chosen

    def taken(self) -> Floats:
        """How far the last solution takes each route of the pool, 0 for those added since [C]."""
        routes = np.zeros(len(self._columns))
        routes[: len(self._solution) - self._routes_from] = self._solution[self._routes_from :]
        return routes

    def visits(self) -> Floats:
        """How often the last solution visits each node [N]."""
        routes = self.taken()
        used = np.flatnonzero(routes)
        column, nodes = nodes_of(self._columns, used)
        return np.bincount(nodes, routes[used][column], minlength=self._inst.nodes).astype(np.float64)

    def cut(self) -> int:
        """Adds the cuts that the last solution breaks (`rows`); returns how many nodes broke one.

        With them come those of nodes in the same slots whose routes are nearly as good, which would break them next.
        """
        inst, rows, chosen, visits = self._inst, self._rows, self.chosen(), self.visits()
        slot = np.bincount(
            inst.option_slots, np.repeat(chosen, np.diff(inst.option_ptr)), minlength=len(inst.slot_role)
        )
        people = rows.alike.size[inst.node["volunteer"]]
        several = inst.linked[inst.node_request] & (inst.role_max[inst.slot_role[inst.node_slot]] > people)
        uncut = several & (rows.cut_row < 0)
        broken = np.flatnonzero(uncut & (visits > people * slot[inst.node_slot] + CUT_TOLERANCE))
        if len(broken):
            parted = (slot > CUT_TOLERANCE) & (slot < 1 - CUT_TOLERANCE)
            next_to_break = self._near_nodes()
            next_to_break &= uncut & parted[inst.node_slot]
            self._add_cuts(np.union1d(broken, np.flatnonzero(next_to_break)))
        return len(broken)

    def _near_nodes(self) -> NDArray[np.bool_]:
        """Nodes of routes that fall short of their volunteer's worth by little [N]."""
        pool, near = self._columns, np.zeros(self._inst.nodes, dtype=np.bool_)
        if self._last is not None:
            value, prices = self._last
            short = prices.worth[pool.volunteer] - prices.route_worth(pool)
            _, nodes = nodes_of(pool, np.flatnonzero(short <= CUT_REACH * max(1.0, abs(value))))
            near[nodes] = True
        return near

    def _add_cuts(self, nodes: Ints) -> None:
        rows, entered, self._basis_holds = self._rows, len(self._rows.option), False
        add_cuts(self._inst, rows, nodes)
        number = np.full(len(self._inst.option_request), -1, dtype=np.int64)
        number[self._options] = np.arange(len(self._options))
        column, visited = nodes_of(self._columns, np.arange(self._taken))
        cut = rows.cut_row[visited]
        fresh = cut >= rows.cut_row[nodes].min()
        row = np.concatenate([np.array(rows.row[entered:], dtype=np.int64), cut[fresh]])
        index = np.concatenate(
            [number[np.array(rows.option[entered:], dtype=np.int64)], column[fresh] + self._routes_from]
        )
        value = np.concatenate([np.array(rows.coefficient[entered:]), np.ones(int(fresh.sum()))])
        order = np.lexsort((index, row))
        first = rows.cut_row[nodes].min()
        starts = np.searchsorted(row[order], np.arange(first, first + len(nodes))).astype(np.int32)
        low, high = np.full(len(nodes), -np.inf), np.zeros(len(nodes))
        heed(self._lp.addRows(len(nodes), low, high, len(row), starts, index[order].astype(np.int32), value[order]))
