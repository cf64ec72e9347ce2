"""Which strategy solves which part of an instance, and how the answers are put together."""

from collections.abc import Callable, Sequence

import numpy as np
from numpy.typing import NDArray

from matcher.instance import Instance
from matcher.plan import Note, Stop
from matcher.solver.budget import Budget
from matcher.solver.components import part_of, parts, together
from matcher.solver.flow import applies, solve_flow
from matcher.solver.generation import Generation
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
        part, nodes = (inst, None) if len(found) == 1 else part_of(inst, requests)
        if applies(part):
            tell("flow", None, [None] * inst.tiers.count)
            solvers.append(_Flow(part, budget, Numbers(inst, nodes)))
        else:
            solvers.append(_Routes(Generation(part, budget, report, seed), Numbers(inst, nodes)))
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


class Numbers:
    """What the nodes of a part are in the whole; nodes: their numbers there, null if the part is the whole."""

    def __init__(self, whole: Instance, nodes: Ints | None) -> None:
        self._whole, self._nodes = whole, nodes

    def stay(self, part: Instance, node: int, via_home: bool, from_home: bool, travel: int) -> Stay:
        """A visit of the part as one of the whole."""
        inst, at = (part, node) if self._nodes is None else (self._whole, int(self._nodes[node]))
        column = inst.node
        return Stay(
            int(column["volunteer"][at]), int(inst.node_slot[at]), int(column["out"][at]), via_home, from_home, travel
        )


class _Flow:
    """A part solved by min-cost flow."""

    def __init__(self, inst: Instance, budget: Budget, numbers: Numbers) -> None:
        self._inst, self._numbers = inst, numbers
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
        return [self._numbers.stay(self._inst, int(n), False, True, int(out[n])) for n in self._visited]

    def size(self) -> int:
        return self._inst.requests


class _Routes:
    """A part solved by routes; it has a first plan from the beginning."""

    def __init__(self, generation: Generation, numbers: Numbers) -> None:
        self._generation, self._numbers = generation, numbers
        generation.start()

    def run(self, gap: float) -> None:
        self._generation.run(gap)

    def found(self) -> bool:
        return self._generation.best is not None

    def proof(self) -> Proof:
        return self._generation.proof()

    def visits(self) -> list[Stay]:
        made, stays = self._generation, list[Stay]()
        for column in [] if made.best is None else made.best.columns.tolist():
            nodes, vias = made.pool.route(column)
            ways = zip(nodes.tolist(), vias.tolist(), *legs(made.graph, nodes, vias), strict=True)
            stays += [self._numbers.stay(made.inst, n, bool(via), bool(h), int(t)) for n, via, t, h in ways]
        return stays

    def size(self) -> int:
        return self._generation.inst.requests

    def log(self) -> list[Note]:
        """What was done, the routes found first."""
        requests, routes = self.size(), len(self._generation.pool)
        head = Note(
            zh=f"{requests} 件相互牵连的需求：按路线逐级求解，共 {routes} 条路线",
            en=f"{requests} requests that share people: solved by routes, tier by tier, {routes} routes",
        )
        return [head, *self._generation.log]
