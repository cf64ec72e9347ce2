"""Linear programs solved nearly, by a first-order method (PDLP).

Where a program has tens of thousands of rows and is degenerate, the simplex takes half a minute for what this does in
a second. Its duals are off by a little, but any duals prove a bound, and those near the middle of the best ones lead
to fewer rounds (Applegate and others, *Practical large-scale linear programming using primal-dual hybrid gradient*,
2021).
"""

from typing import NamedTuple

import highspy
import numpy as np
from numpy.typing import NDArray
from ortools.pdlp import solve_log_pb2, solvers_pb2
from ortools.pdlp.python import pdlp
from scipy.sparse import csc_matrix

Floats = NDArray[np.float64]

MOST_ITERATIONS = 1_500
USABLE = (
    solve_log_pb2.TERMINATION_REASON_OPTIMAL,
    solve_log_pb2.TERMINATION_REASON_ITERATION_LIMIT,
    solve_log_pb2.TERMINATION_REASON_TIME_LIMIT,
)
"""Ends at which a solution is near the best, or on its way there."""


class Near(NamedTuple):
    """A solution that is nearly feasible and nearly the best: variables, duals of the rows as HiGHS has them for a
    maximum, iterations, and the entries of the matrix each has looked at."""

    variables: Floats
    duals: Floats
    iterations: int
    entries: int


def solve_nearly(model: highspy.Highs, accuracy: float, seconds: float) -> Near | None:
    """Maximises a model to a relative accuracy of value and rows, as far as `MOST_ITERATIONS` and the time allow.

    Null if the method fails: duals may then be of any size, and bounds from them rounded by more than they are worth.
    Begins from nothing: the last solution is no better start, routes that are new change too much.
    """
    lp = model.getLp()
    matrix = lp.a_matrix_
    program = pdlp.QuadraticProgram()
    program.resize_and_initialize(lp.num_col_, lp.num_row_)
    program.objective_vector = -np.array(lp.col_cost_)
    program.variable_lower_bounds, program.variable_upper_bounds = np.array(lp.col_lower_), np.array(lp.col_upper_)
    program.constraint_lower_bounds, program.constraint_upper_bounds = np.array(lp.row_lower_), np.array(lp.row_upper_)
    columns = np.array(matrix.value_), np.array(matrix.index_), np.array(matrix.start_)
    program.constraint_matrix = csc_matrix(columns, shape=(lp.num_row_, lp.num_col_))
    found = pdlp.primal_dual_hybrid_gradient(program, _parameters(accuracy, seconds))
    if found.solve_log.termination_reason not in USABLE:
        return None
    iterations = int(found.solve_log.iteration_count)
    return Near(np.array(found.primal_solution), -np.array(found.dual_solution), iterations, len(columns[0]))


def _parameters(accuracy: float, seconds: float) -> solvers_pb2.PrimalDualHybridGradientParams:
    parameters = solvers_pb2.PrimalDualHybridGradientParams(num_threads=1)
    until = parameters.termination_criteria
    until.simple_optimality_criteria.eps_optimal_absolute = 0
    until.simple_optimality_criteria.eps_optimal_relative = accuracy
    until.iteration_limit = MOST_ITERATIONS
    until.time_sec_limit = seconds
    return parameters
