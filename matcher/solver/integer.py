"""The integer step: which routes of the pool make the best plan (HiGHS branch and cut)."""

from dataclasses import dataclass

import highspy
import numpy as np
from numpy.typing import NDArray

from matcher.instance import Instance
from matcher.solver.branch import Branch
from matcher.solver.budget import Budget
from matcher.solver.columns import Columns
from matcher.solver.lp import add_columns, add_routes, linked_options, new_model, set_objective
from matcher.solver.rows import Rows, bounds_in

Ints = NDArray[np.int64]
Floats = NDArray[np.float64]

ITERATION_UNITS = 20
"""Units of work of one simplex iteration."""

COLUMN_UNITS = 30
"""Units of work of one variable: reading it in and simplifying the model."""

MOST_BRANCHES = 1_000
FEW_BRANCHES = 100
BRANCH_UNITS = 5_000
"""Units of work that a branch is expected to take, where there is a limit."""


SHORTFALL = 100
STEEPER = 3
"""What a unit short in an earlier tier costs when rounding, in the dearest routes; how much more in the one before."""


@dataclass(frozen=True)
class Choice:
    """What the integer step found.

    columns, options: what was chosen, columns as often as people take them; null if nothing was found. bound: upper
    bound of the tier over all choices from the routes given, minus infinity if there is none, null if not proved.
    """

    columns: Ints | None
    options: Ints | None
    bound: float | None


def choose(
    inst: Instance,
    rows: Rows,
    pool: Columns,
    tier: int,
    held: Floats,
    branch: Branch,
    tight: Ints,
    start: tuple[Ints, Ints] | None,
    budget: Budget,
    seed: int,
) -> Choice:
    """Maximises a tier in a branch over the routes of a pool.

    Earlier tiers are kept at `held`, rows `tight` at their upper end. start: columns and options of a plan to
    begin with.
    """
    lp, options = _model(inst, rows, pool, tier, held, branch), linked_options(inst)
    _, high = bounds_in(inst, rows, branch)
    for row in tight.tolist():
        lp.changeRowBounds(row, high[row], high[row])
    if lp.getNumCol() == 0:
        return Choice(np.zeros(0, dtype=np.int64), np.zeros(0, dtype=np.int64), 0.0)
    if start is not None:
        solution = highspy.HighsSolution()
        often = np.bincount(start[0], minlength=len(pool))
        solution.col_value = np.concatenate([np.isin(options, start[1]), often]).astype(float).tolist()
        lp.setSolution(solution)
    return _solve(lp, options, len(pool), MOST_BRANCHES, budget, seed)


def round_off(
    inst: Instance,
    rows: Rows,
    pool: Columns,
    tier: int,
    held: Floats,
    branch: Branch,
    taken: Ints,
    budget: Budget,
    seed: int,
) -> Choice:
    """A good plan near a relaxation that is nearly whole: its routes are kept as often as they are `taken` [C].

    The rest is chosen.

    What earlier tiers fall short of `held` costs far more than what the tier can gain by it. Proves nothing.
    """
    lp = _model(inst, rows, pool, tier, held, branch)
    first = len(linked_options(inst))
    for at in np.flatnonzero(taken).tolist():
        lp.changeColBounds(first + at, float(taken[at]), np.inf)
    earlier = np.arange(tier)
    add_columns(lp, tier, earlier, rows.tier_row + earlier, np.ones(tier))
    price = SHORTFALL * (1 + np.abs(pool.value[tier]).max(initial=0))
    for t in range(tier):
        lp.changeColCost(lp.getNumCol() - tier + t, -price * STEEPER ** (tier - 1 - t))
    found = _solve(lp, linked_options(inst), len(pool), FEW_BRANCHES, budget, seed)
    return Choice(found.columns, found.options, None)


def _model(inst: Instance, rows: Rows, pool: Columns, tier: int, held: Floats, branch: Branch) -> highspy.Highs:
    """Options, then the routes of the pool, as whole variables in a branch; earlier tiers are held."""
    rows = rows.copy()
    rows.meet(pool.volunteer)
    lp, options = new_model(inst, rows), linked_options(inst)
    add_routes(lp, inst, rows, pool, np.arange(len(pool)))
    set_objective(lp, np.concatenate([inst.option_gain[tier, options], pool.value[tier]]))
    low, high = bounds_in(inst, rows, branch)
    for row in np.flatnonzero((low != rows.low) | (high != rows.high)).tolist():
        lp.changeRowBounds(row, low[row], high[row])
    for t in range(tier):
        lp.changeRowBounds(rows.tier_row + t, held[t], np.inf)
    for at in np.flatnonzero(branch.forbidden[options]):
        lp.changeColBounds(int(at), 0.0, 0.0)
    n = lp.getNumCol()
    if n:
        lp.changeColsIntegrality(n, np.arange(n, dtype=np.int32), np.full(n, highspy.HighsVarType.kInteger))
    return lp


def _solve(lp: highspy.Highs, options: Ints, routes: int, branches: int, budget: Budget, seed: int) -> Choice:
    """Runs branch and cut on options and routes; variables behind them are not looked at."""
    for name, value in (("mip_rel_gap", 0.0), ("mip_abs_gap", 1e-9), ("mip_feasibility_tolerance", 1e-7)):
        lp.setOptionValue(name, value)
    lp.setOptionValue("mip_max_nodes", max(1, int(min(branches, budget.work_left() / BRANCH_UNITS))))
    lp.setOptionValue("random_seed", seed % 2**31)
    lp.setOptionValue("time_limit", budget.wall_seconds())
    lp.run()
    info, status = lp.getInfo(), lp.getModelStatus()
    budget.spend(lp.getNumCol() * COLUMN_UNITS + max(0, info.simplex_iteration_count) * ITERATION_UNITS)
    if status == highspy.HighsModelStatus.kInfeasible:
        return Choice(None, None, -np.inf)
    if info.primal_solution_status != highspy.SolutionStatus.kSolutionStatusFeasible:
        return Choice(None, None, None)
    x = np.round(lp.getSolution().col_value).astype(np.int64)
    bound = info.mip_dual_bound if np.isfinite(info.mip_dual_bound) else None
    columns = np.repeat(np.arange(routes), x[len(options) : len(options) + routes])
    return Choice(columns, options[x[: len(options)] > 0], bound)
