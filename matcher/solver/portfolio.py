"""Which strategy solves which part of an instance, and how the answers are put together."""

from collections.abc import Callable, Sequence
from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from matcher.instance import Instance
from matcher.plan import Note, Stop
from matcher.solver.budget import Budget
from matcher.solver.components import part_of, parts, together
from matcher.solver.flow import applies, solve_flow
from matcher.solver.generation import Generation
from matcher.solver.graph import Graph
from matcher.solver.legs import legs
from matcher.solver.solution import Proof, Solution, Stay

Ints = NDArray[np.int64]

PARTS_TOLD = 5
"""How many parts solved by routes are told one by one."""

Tell = Callable[[str, Sequence[float] | None, Sequence[float | None]], None]
"""Told the stage, the values of the best plan so far and the bounds, both without offset."""


def solve(inst: Instance, budget: Budget, gap: float, tell: Tell, seed: int = 0) -> Solution:
    """Solves an instance within a budget, to a gap of at most `gap` in every tier."""
    solvers: list[_Flow | _Routes] = []

    def report(stage: str) -> None:
        if len(solvers) == len(found):
            tell(stage, *_sum_of(solvers, inst))

    found = parts(inst)
    for requests in found:
        part, nodes = (inst, np.arange(inst.nodes)) if len(found) == 1 else part_of(inst, requests)
        if applies(part):
            tell("flow", None, [None] * inst.tiers.count)
            solvers.append(_Flow(part, nodes, budget))
        else:
            solvers.append(_Routes(part, nodes, Generation(part, budget, report, seed)))
    for solver in solvers:
        solver.run(gap)
    values, bounds = _sum_of(solvers, inst)
    complete = values is not None and not (inst.tiers.required and values[0] < inst.needed - 0.5)
    visits = [stay for solver in solvers for stay in solver.visits()] if complete else None
    stop: Stop = budget.stopped or "work"
    return Solution(visits, values or [], bounds, stop, budget.used, _log(solvers))


def _sum_of(solvers: Sequence["_Flow | _Routes"], inst: Instance) -> tuple[list[float] | None, list[float | None]]:
    """Values of the whole, null if a part has no plan yet, and the bounds proved of it."""
    proofs = [solver.proof() for solver in solvers]
    values: list[float] = np.sum([[0.0] * inst.tiers.count, *(p.values for p in proofs)], axis=0).tolist()
    bounds: list[float | None] = [None] * inst.tiers.count
    if inst.complete:
        bounds = together(proofs, inst.tiers.count)
    return values if all(solver.found() for solver in solvers) else None, bounds


def _log(solvers: Sequence["_Flow | _Routes"]) -> list[Note]:
    """What was done: all flows in one note, then the largest parts solved by routes."""
    flows = [solver.size() for solver in solvers if isinstance(solver, _Flow)]
    routes = [solver for solver in solvers if isinstance(solver, _Routes)]
    notes = []
    if flows:
        notes.append(
            Note(
                zh=f"{sum(flows)} 件需求（{len(flows)} 个部分）：每人至多服务一次，最小费用流就是精确解",
                en=f"{sum(flows)} requests in {len(flows)} parts: nobody makes two visits, so min-cost flow is exact",
            )
        )
    for solver in sorted(routes, key=lambda solver: -solver.size())[:PARTS_TOLD]:
        notes += solver.log()
    if len(routes) > PARTS_TOLD:
        more = len(routes) - PARTS_TOLD
        notes.append(Note(zh=f"另有 {more} 个部分按路线求解", en=f"{more} more parts solved by routes"))
    return notes


class _Flow:
    """A part solved by min-cost flow."""

    def __init__(self, inst: Instance, nodes: Ints, budget: Budget) -> None:
        self._inst, self._nodes = inst, nodes
        self._visited, value, bound = solve_flow(inst, budget)
        unknown = np.full((inst.tiers.count, inst.tiers.count), np.inf)
        self._proof = Proof(value.tolist(), bound.tolist(), bound.tolist(), unknown)

    def run(self, gap: float) -> None:
        """The flow is exact at once."""

    def found(self) -> bool:
        return True

    def proof(self) -> Proof:
        return self._proof

    def visits(self) -> list[Stay]:
        out = self._inst.node["out"]
        return [Stay(int(self._nodes[n]), False, True, int(out[n])) for n in self._visited]

    def size(self) -> int:
        return self._inst.requests


class _Routes:
    """A part solved by routes; it has a first plan from the beginning."""

    def __init__(self, inst: Instance, nodes: Ints, generation: Generation) -> None:
        self._inst, self._nodes, self._generation = inst, nodes, generation
        generation.start()

    def run(self, gap: float) -> None:
        self._generation.run(gap)

    def found(self) -> bool:
        return self._generation.best is not None

    def proof(self) -> Proof:
        return self._generation.proof()

    def visits(self) -> list[Stay]:
        best, pool, graph = self._generation.best, self._generation.pool, self._generation.graph
        columns = [] if best is None else best.columns.tolist()
        stays = [stay for c in columns for stay in _stays(graph, *pool.route(c))]
        return [replace(stay, node=int(self._nodes[stay.node])) for stay in stays]

    def size(self) -> int:
        return self._inst.requests

    def log(self) -> list[Note]:
        """What was done, the routes found first."""
        requests, routes = self._inst.requests, len(self._generation.pool)
        head = Note(
            zh=f"{requests} 件相互牵连的需求：按路线逐级求解，共 {routes} 条路线",
            en=f"{requests} requests that share people: solved by routes, tier by tier, {routes} routes",
        )
        return [head, *self._generation.log]


def _stays(graph: Graph, nodes: Ints, vias: Ints) -> list[Stay]:
    travel, home = legs(graph, nodes, vias)
    return [Stay(int(n), bool(via), bool(h), int(t)) for n, via, h, t in zip(nodes, vias, home, travel, strict=True)]
