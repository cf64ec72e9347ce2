"""CP-SAT within a budget: searches that prove, without and with linear programs, and one that betters a plan."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from threading import Event, Thread
from typing import Final, Literal

from ortools.sat.python import cp_model

from matcher.order.model import Sum
from matcher.solver.budget import Budget

Kind = Literal["plain", "linear", "nearby"]
UNITS = 3_500_000
"""Units of work of one of CP-SAT's deterministic seconds."""
EFFORT, FASTER = 1.5, 4.0
"""Deterministic seconds of the first search of each kind, and by how much each is longer than the one before."""
RESTING = 1.0
"""Deterministic seconds in which the rest is found where tours are given."""
LONGEST = 1e9
"""Seconds, where there is no limit."""
PLAIN: Final = "plain"
LINEAR: Final = "linear"
NEARBY: Final = "nearby"
"""Kinds of searches: without linear programs, with them, and near the best plan alone."""
LOOKS = 0.05
"""Seconds between two looks at the budget."""


@dataclass(frozen=True)
class Solved:
    """What CP-SAT says: values of all variables, null if it found none, the bound of the objective, whether the values
    are the best ones, and whether none are possible."""

    values: list[int] | None
    bound: float
    done: bool
    impossible: bool


def efforts() -> Iterator[tuple[float, Kind]]:
    """Deterministic seconds of each search, and its kind, in turn."""
    effort = EFFORT
    while True:
        yield from ((effort, kind) for kind in (PLAIN, LINEAR, NEARBY))
        effort *= FASTER


class Solver:
    """Solves models, counting its work; gap: a search ends within this relative gap."""

    def __init__(self, budget: Budget, seed: int, gap: float) -> None:
        self._budget, self._seed, self._gap = budget, seed, gap

    def search(self, cp: cp_model.CpModel, effort: float, kind: Kind, hint: list[int] | None) -> Solved:
        """The model solved within the budget. hint: values to begin with."""
        if self._budget.stopped is not None:
            return Solved(None, 0.0, False, False)
        for number, value in enumerate(hint or []):
            cp.add_hint(cp.get_int_var_from_proto_index(number), value)
        solver = cp_model.CpSolver()
        some = solver.parameters
        some.linearization_level, some.relative_gap_limit = int(kind != PLAIN), self._gap
        some.num_workers = 2 if kind == NEARBY else 1
        some.use_lns_only = some.interleave_search = kind == NEARBY
        some.max_deterministic_time = min(effort, self._budget.work_left() / UNITS)
        some.max_time_in_seconds = min(self._budget.wall_seconds(), LONGEST)
        with _watched(solver, self._budget):
            return self._solve(cp, solver)

    def rest(self, cp: cp_model.CpModel) -> list[int] | None:
        """The best values of all variables where tours are given, whatever is left of the budget."""
        solver = cp_model.CpSolver()
        solver.parameters.max_deterministic_time, solver.parameters.num_workers = RESTING, 1
        return self._solve(cp, solver).values

    def _solve(self, cp: cp_model.CpModel, solver: cp_model.CpSolver) -> Solved:
        """What CP-SAT finds."""
        solver.parameters.random_seed = self._seed % 2**31
        status = solver.solve(cp)
        assert status != cp_model.MODEL_INVALID
        self._budget.spend(solver.deterministic_time * UNITS)
        known = status in (cp_model.OPTIMAL, cp_model.FEASIBLE)
        values = list(solver.response_proto.solution) if known else None
        return Solved(values, solver.best_objective_bound, status == cp_model.OPTIMAL, status == cp_model.INFEASIBLE)


def value_of(amount: Sum, values: list[int]) -> int:
    """What a linear expression is in a solution."""
    if isinstance(amount, int):
        return amount
    flat = cp_model.FlatIntExpr(amount)
    return int(flat.offset + sum(c * values[x.index] for x, c in zip(flat.vars, flat.coeffs, strict=True)))


@contextmanager
def _watched(solver: cp_model.CpSolver, budget: Budget) -> Iterator[None]:
    """Stops the solver when the budget says so."""
    over = Event()

    def watch() -> None:
        while not over.wait(LOOKS):
            if budget.interrupted is not None or budget.memory.look():
                solver.stop_search()

    thread = Thread(target=watch, daemon=True)
    thread.start()
    try:
        yield
    finally:
        over.set()
        thread.join()
