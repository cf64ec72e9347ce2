"""Programs solved nearly, against the simplex: value, rows and duals."""

from typing import Any

import highspy
import numpy as np
import pytest
from scipy.sparse import csc_array

import matcher.solver.firstorder as firstorder
from matcher.solver.firstorder import solve_nearly
from matcher.solver.lp import add_columns, add_empty_rows, set_objective

PEOPLE, PLACES, LONG = 60, 90, 30.0
"""Rows; seconds that no program here takes."""
SEEDS = range(8)


class Program:
    """Routes of people who compete for places; a first sum is held to most of what it can reach, a second is sought.

    Rows: people, places (twice at most), the sum that is held. Routes have no upper bound of their own.
    """

    def __init__(self, seed: int) -> None:
        self.rng = np.random.default_rng(seed)
        self.model = highspy.Highs()
        self.model.silent()
        self.model.changeObjectiveSense(highspy.ObjSense.kMaximize)
        rows = PEOPLE + PLACES + 1
        self.low, self.high = np.full(rows, -np.inf), np.repeat([1.0, 2.0, np.inf], [PEOPLE, PLACES, 1])
        add_empty_rows(self.model, self.low, self.high)
        self.add_routes(6)
        self.seek(self.held())
        self.low[-1] = 0.9 * self.optimum()
        self.model.changeRowBounds(rows - 1, self.low[-1], np.inf)
        self.seek(self.gain)

    def add_routes(self, each: int) -> None:
        """Each person gets so many routes of about three visits, each worth 1 to 10 in both sums."""
        count = PEOPLE * each
        place, column = np.nonzero(self.rng.random((PLACES, count)) < 3 / PLACES)
        people, everybody = np.arange(count) % PEOPLE, np.arange(count)
        worth = self.rng.uniform(1, 10, count)
        row = np.concatenate([people, PEOPLE + place, np.full(count, PEOPLE + PLACES)])
        column = np.concatenate([everybody, column, everybody])
        add_columns(self.model, count, column, row, np.concatenate([np.ones(count + len(place)), worth]))
        self.gain = self.rng.uniform(1, 10, count)
        self.seek(self.gain)

    def seek(self, gain: np.ndarray) -> None:
        set_objective(self.model, gain)

    def held(self) -> np.ndarray:
        return self.matrix()[[-1]].toarray()[0]

    def matrix(self) -> Any:
        lp = self.model.getLp()
        matrix = lp.a_matrix_
        entries = np.array(matrix.value_), np.array(matrix.index_), np.array(matrix.start_)
        return csc_array(entries, shape=(lp.num_row_, lp.num_col_)).tocsr()

    def optimum(self) -> float:
        self.model.run()
        assert self.model.getModelStatus() == highspy.HighsModelStatus.kOptimal
        return float(self.model.getInfo().objective_function_value)

    def bound(self, duals: np.ndarray) -> float:
        """What duals prove, those of the wrong sign set to zero; no route is taken more than once."""
        up, down = np.maximum(duals, 0.0), np.minimum(duals, 0.0)
        up[np.isinf(self.high)], down[np.isinf(self.low)] = 0.0, 0.0
        fixed = np.where(up > 0, self.high, 0.0) @ up + np.where(down < 0, self.low, 0.0) @ down
        return float(fixed + np.maximum(0.0, self.gain - self.matrix().T @ (up + down)).sum())


@pytest.mark.parametrize("accuracy", [1e-2, 3e-3, 1e-3])
def test_value_rows_and_duals_are_nearly_those_of_the_simplex(accuracy: float) -> None:
    for seed in SEEDS:
        program = Program(seed)
        best, near = program.optimum(), solve_nearly(program.model, accuracy, LONG)
        assert float(program.gain @ near.variables) == pytest.approx(best, rel=5 * accuracy)
        assert near.variables.min() >= 0
        filled, room = program.matrix() @ near.variables, accuracy * np.linalg.norm(program.high[:-1])
        assert np.all(filled <= program.high + room)
        assert filled[-1] >= program.low[-1] * (1 - 2 * accuracy)
        assert near.duals[:-1].min() >= 0 > near.duals[-1]
        assert best * (1 - 1e-9) <= program.bound(near.duals) <= best * (1 + 10 * accuracy)
        assert near.entries == program.matrix().nnz
        assert 0 < near.iterations < firstorder.MOST_ITERATIONS


def test_more_accuracy_takes_more_iterations_and_brings_a_better_bound() -> None:
    for seed in SEEDS:
        program = Program(seed)
        rough, fine = (solve_nearly(program.model, accuracy, LONG) for accuracy in (1e-2, 1e-3))
        assert rough.iterations < fine.iterations
        assert program.bound(fine.duals) < program.bound(rough.duals)


def test_a_program_without_a_solution_has_no_prices() -> None:
    """Duals of a program that cannot be met grow without end; nothing may be concluded from them."""
    program = Program(0)
    program.model.changeRowBounds(PEOPLE + PLACES, 100 * program.low[-1], np.inf)
    assert solve_nearly(program.model, 1e-3, LONG) is None
