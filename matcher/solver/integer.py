"""The integer step: which routes of the pool make the best plan (HiGHS branch and cut)."""

from dataclasses import dataclass

import highspy
import numpy as np
from numpy.typing import NDArray

from matcher.instance import Instance
from matcher.solver.budget import Budget
from matcher.solver.columns import Columns
from matcher.solver.lp import add_routes, linked_options, new_model, set_objective
from matcher.solver.rows import Rows

Ints = NDArray[np.int64]
Floats = NDArray[np.float64]

ITERATION_UNITS = 20
"""Units of work of one simplex iteration."""


@dataclass(frozen=True)
class Choice:
    """What the integer step found.

    columns, options: what was chosen, null if nothing was found. bound: upper bound of the tier over
    all choices from the routes given, minus infinity if there is none, null if not proved.
    """

    columns: Ints | None
    options: Ints | None
    bound: float | None


def choose(
    inst: Instance,
    rows: Rows,
    pool: Columns,
    take: Ints,
    tier: int,
    held: Floats,
    tight: Ints,
    start: tuple[Ints, Ints] | None,
    budget: Budget,
    nodes: int,
    seed: int,
) -> Choice:
    """Maximises a tier over the routes `take`, earlier tiers kept at `held`, rows `tight` at their upper end.

    start: columns and options of a plan to begin with. nodes: most branches.
    """
    lp, options = new_model(inst, rows), linked_options(inst)
    add_routes(lp, inst, rows, pool, take)
    set_objective(lp, np.concatenate([inst.option_gain[tier, options], pool.value[tier, take]]))
    for t in range(tier):
        lp.changeRowBounds(rows.tier_row + t, held[t], np.inf)
    for row in tight.tolist():
        lp.changeRowBounds(row, rows.high[row], rows.high[row])
    n = lp.getNumCol()
    if n == 0:
        return Choice(np.zeros(0, dtype=np.int64), np.zeros(0, dtype=np.int64), 0.0)
    lp.changeColsIntegrality(n, np.arange(n, dtype=np.int32), np.full(n, highspy.HighsVarType.kInteger))
    for name, value in (("mip_rel_gap", 0.0), ("mip_abs_gap", 1e-9), ("mip_feasibility_tolerance", 1e-7)):
        lp.setOptionValue(name, value)
    lp.setOptionValue("mip_max_nodes", nodes)
    lp.setOptionValue("random_seed", seed % 2**31)
    lp.setOptionValue("time_limit", budget.wall_seconds())
    if start is not None:
        solution = highspy.HighsSolution()
        solution.col_value = (
            np.concatenate([np.isin(options, start[1]), np.isin(take, start[0])]).astype(float).tolist()
        )
        lp.setSolution(solution)
    lp.run()
    info, status = lp.getInfo(), lp.getModelStatus()
    budget.spend(max(0, info.simplex_iteration_count) * ITERATION_UNITS)
    if status == highspy.HighsModelStatus.kInfeasible:
        return Choice(None, None, -np.inf)
    if info.primal_solution_status != highspy.SolutionStatus.kSolutionStatusFeasible:
        return Choice(None, None, None)
    x = np.array(lp.getSolution().col_value) > 0.5
    bound = info.mip_dual_bound if np.isfinite(info.mip_dual_bound) else None
    return Choice(take[x[len(options) :]], options[x[: len(options)]], bound)
