"""Which strategy solves an instance, and how its answer is read off."""

from collections.abc import Callable

import numpy as np

from matcher.instance import Instance
from matcher.solver.budget import Budget
from matcher.solver.flow import applies, solve_flow
from matcher.solver.generation import Generation
from matcher.solver.graph import Graph
from matcher.solver.routes import legs
from matcher.solver.solution import Solution, Stay

Tell = Callable[[str, list[float] | None, list[float | None]], None]
"""Told the stage, the values of the best plan so far and the bounds, both without offset."""


def solve(inst: Instance, budget: Budget, gap: float, tell: Tell) -> Solution:
    """Solves an instance within a budget, to a gap of at most `gap` in every tier."""

    def report(stage: str) -> None:
        tell(stage, None if generation.best is None else generation.best.values.tolist(), generation.bounds)

    if applies(inst):
        return _by_flow(inst, budget, tell)
    generation = Generation(inst, budget, report)
    generation.run(gap)
    best = generation.best
    visits = None
    if best is not None:
        visits = [stay for c in best.columns for stay in _stays(generation.graph, *generation.pool.route(c))]
    stop = budget.stopped or ("gap" if gap > 0 else "work")
    values = [] if best is None else best.values.tolist()
    return Solution(visits, values, generation.bounds, stop, budget.used, generation.log)


def _by_flow(inst: Instance, budget: Budget, tell: Tell) -> Solution:
    tell("flow", None, [None] * inst.tiers.count)
    nodes, value, bound = solve_flow(inst, budget)
    visits = [Stay(int(n), False, True, int(inst.node["out"][n])) for n in nodes]
    log = [f"min-cost flow is exact here: {len(nodes)} visits"]
    return Solution(visits, value.tolist(), bound.tolist(), "proved", budget.used, log)


def _stays(graph: Graph, nodes: np.ndarray, vias: np.ndarray) -> list[Stay]:
    travel, home = legs(graph, nodes, vias)
    return [
        Stay(int(n), bool(via), bool(h), int(t)) for n, via, h, t in zip(nodes, vias, home, travel, strict=True)
    ]
