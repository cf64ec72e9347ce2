"""Which strategy solves which part of an instance, and how the answers are put together."""

from collections.abc import Callable, Sequence
from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from matcher.instance import Instance
from matcher.plan import Stop
from matcher.solver.budget import Budget
from matcher.solver.components import part_of, parts, together
from matcher.solver.flow import applies, solve_flow
from matcher.solver.generation import Generation
from matcher.solver.graph import Graph
from matcher.solver.legs import legs
from matcher.solver.solution import Proof, Solution, Stay

Ints = NDArray[np.int64]

Tell = Callable[[str, Sequence[float] | None, Sequence[float | None]], None]
"""Told the stage, the values of the best plan so far and the bounds, both without offset."""


def solve(inst: Instance, budget: Budget, gap: float, tell: Tell, seed: int = 0) -> Solution:
    """Solves an instance within a budget, to a gap of at most `gap` in every tier."""
    found, log = parts(inst), []
    proofs: list[Proof] = []
    stays: list[Stay] = []
    complete = True
    for number, requests in enumerate(found, start=1):
        part, nodes = (inst, np.arange(inst.nodes)) if len(found) == 1 else part_of(inst, requests)
        told = tell if len(found) == 1 else _told_of_part(tell, number, len(found))
        visits, proof, note = _solve_part(part, budget, gap, told, seed)
        log.append(note)
        proofs.append(proof)
        complete = complete and visits is not None
        stays += [replace(stay, node=int(nodes[stay.node])) for stay in visits or []]
    values = np.sum([p.values for p in proofs], axis=0).tolist() if proofs else [0.0] * inst.tiers.count
    bounds: list[float | None] = [0.0] * inst.tiers.count
    if proofs:
        bounds = together(proofs, inst.tiers.count)
    if inst.tiers.required and values[0] < inst.needed - 0.5:
        complete = False
    if not inst.complete:
        bounds = [None] * inst.tiers.count
    stop: Stop = budget.stopped or ("gap" if gap > 0 else "work")
    return Solution(stays if complete else None, values, bounds, stop, budget.used, log)


def _told_of_part(tell: Tell, number: int, count: int) -> Tell:
    """Of one part of several only the stage is told: its values are not the plan's."""
    return lambda stage, values, bounds: tell(f"part {number} of {count}", None, [])


def _solve_part(
    inst: Instance, budget: Budget, gap: float, tell: Tell, seed: int
) -> tuple[list[Stay] | None, Proof, str]:
    if applies(inst):
        tell("flow", None, [None] * inst.tiers.count)
        nodes, value, bound = solve_flow(inst, budget)
        free = np.full((inst.tiers.count, inst.tiers.count), np.inf)
        visits = [Stay(int(n), False, True, int(inst.node["out"][n])) for n in nodes]
        proof = Proof(value.tolist(), bound.tolist(), bound.tolist(), free)
        return visits, proof, f"min-cost flow is exact: {inst.requests} requests, {len(nodes)} visits"
    return _by_routes(inst, budget, gap, tell, seed)


def _by_routes(
    inst: Instance, budget: Budget, gap: float, tell: Tell, seed: int
) -> tuple[list[Stay] | None, Proof, str]:
    def report(stage: str) -> None:
        tell(stage, None if generation.best is None else generation.best.values.tolist(), generation.bounds)

    generation = Generation(inst, budget, report, seed)
    generation.run(gap)
    note = f"routes: {inst.requests} requests, {len(generation.pool)} routes; " + "; ".join(generation.log)
    best = generation.best
    if best is None:
        return None, generation.proof(), note
    visits = [stay for c in best.columns for stay in _stays(generation.graph, *generation.pool.route(c))]
    return visits, generation.proof(), note


def _stays(graph: Graph, nodes: Ints, vias: Ints) -> list[Stay]:
    travel, home = legs(graph, nodes, vias)
    return [Stay(int(n), bool(via), bool(h), int(t)) for n, via, h, t in zip(nodes, vias, home, travel, strict=True)]
