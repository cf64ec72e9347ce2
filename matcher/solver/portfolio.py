"""Which strategy solves which part of an instance, and how the answers are put together."""

from collections.abc import Callable, Sequence
from dataclasses import replace
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from matcher.instance import Instance
from matcher.memory import FIRST_PLAN
from matcher.plan import Note, Stop
from matcher.solver.budget import Budget
from matcher.solver.components import part_of, parts, together
from matcher.solver.flow import applies, solve_flow
from matcher.solver.generation import Generation
from matcher.solver.legs import legs
from matcher.solver.past import Past
from matcher.solver.past import together as pasts_together
from matcher.solver.search import improve
from matcher.solver.solution import Proof, Solution, Stay
from matcher.strategies import STRATEGIES, Strategy

Ints = NDArray[np.int64]

PARTS_TOLD = 5
"""How many parts solved by routes are told one by one."""

Tell = Callable[[str, Sequence[float] | None, Sequence[float | None]], None]
"""Told the stage, the values of the best plan so far and the bounds, both without offset."""


class Solver(Protocol):
    """A part of an instance and a way to solve it."""

    def start(self, past: Past | None) -> None:
        """Finds a first plan, if it can; past: what another solve found."""

    def run(self, gap: float) -> None:
        """Goes on until every tier is within the gap of its bound, nothing more can be done or the budget ends."""

    def found(self) -> bool:
        """Whether there is a plan."""

    def proof(self) -> Proof:
        """What is proved of the part so far."""

    def visits(self) -> list[Stay]:
        """The visits of the best plan, of the whole instance."""

    def size(self) -> int:
        """How many requests there are."""

    def past(self) -> Past:
        """What was found, for another solve."""


def solve(
    inst: Instance,
    budget: Budget,
    gap: float,
    tell: Tell,
    seed: int = 0,
    strategy: Strategy = "auto",
    past: Past | None = None,
) -> Solution:
    """Solves an instance within a budget, to a gap of at most `gap` in every tier.

    past: what the solve of another instance found, whose first moment is the same one.
    Raises OutOfMemoryError if there is no memory for a first plan.
    """
    solvers: list[Solver] = []

    def report(stage: str) -> None:
        if len(solvers) == len(found):
            tell(stage, *_sum_of(solvers, inst))

    found = parts(inst)
    for requests in found:
        part, nodes = (inst, None) if len(found) == 1 else part_of(inst, requests)
        kind = ASKED.get(strategy) or (_Flow if applies(part) else _Routes)
        solvers.append(kind(part, Numbers(inst, nodes), budget, report, seed))
        budget.memory.require(FIRST_PLAN)
        solvers[-1].start(past)
    sizes, stops = np.array([solver.size() for solver in solvers], dtype=np.float64), list[Stop | None]()
    for solver, share in zip(solvers, sizes / np.cumsum(sizes[::-1])[::-1], strict=True):
        with budget.part(share):
            solver.run(gap)
            stops.append(budget.stopped)
    values, bounds = _sum_of(solvers, inst)
    complete = values is not None and not (inst.tiers.required and values[0] < inst.needed - 0.5)
    visits = [stay for solver in solvers for stay in solver.visits()] if complete else None
    ended: list[Stop] = [stop for stop in (budget.stopped, *stops) if stop is not None]
    return Solution(
        visits=visits,
        values=values or [],
        bounds=bounds,
        stop=ended[0] if ended else "work",
        work=budget.used,
        log=[*asked(strategy), *_log(solvers)],
        past=lambda: pasts_together(solver.past() for solver in solvers),
    )


def _sum_of(solvers: Sequence[Solver], inst: Instance) -> tuple[list[float] | None, list[float | None]]:
    """Values of the whole, null if a part has no plan yet, and the bounds proved of it."""
    proofs = [solver.proof() for solver in solvers]
    values: list[float] = np.sum([[0.0] * inst.tiers.count, *(p.values for p in proofs)], axis=0).tolist()
    bounds: list[float | None] = [None] * inst.tiers.count
    if inst.complete:
        bounds = together(proofs, inst.tiers.count)
    return values if all(solver.found() for solver in solvers) else None, bounds


def asked(strategy: Strategy) -> list[Note]:
    """Which strategy was used, where it was not left to the program."""
    zh, en = STRATEGIES[strategy]
    return [] if strategy == "auto" else [Note(zh=f"按要求用 {strategy}：{zh}", en=f"{strategy}, as asked for: {en}")]


def _log(solvers: Sequence[Solver]) -> list[Note]:
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
        notes.append(Note(zh=f"另有 {more} 个部分同样求解", en=f"{more} more parts solved likewise"))
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

    def __init__(
        self, inst: Instance, numbers: Numbers, budget: Budget, tell: Callable[[str], None], seed: int
    ) -> None:
        self._inst, self._numbers, self._budget, self._tell = inst, numbers, budget, tell
        count = inst.tiers.count
        self._visited = np.zeros(0, dtype=np.int64)
        self._proof = Proof([0.0] * count, [None] * count, [np.inf] * count, np.full((count, count), np.inf))

    def start(self, past: Past | None) -> None:
        """The flow is exact at once."""
        self._tell("flow")
        self._visited, value, bound = solve_flow(self._inst, self._budget)
        self._proof = replace(self._proof, values=value.tolist(), bounds=bound.tolist(), lagrangian=bound.tolist())

    def run(self, gap: float) -> None:
        """There is nothing left to do."""

    def found(self) -> bool:
        return None not in self._proof.bounds

    def proof(self) -> Proof:
        return self._proof

    def visits(self) -> list[Stay]:
        out = self._inst.node["out"]
        return [self._numbers.stay(self._inst, int(n), False, True, int(out[n])) for n in self._visited]

    def size(self) -> int:
        return self._inst.requests

    def past(self) -> Past:
        return Past()


class _Routes:
    """A part solved by routes, tier by tier."""

    how = ("按路线逐级求解", "solved by routes, tier by tier")

    def __init__(
        self, inst: Instance, numbers: Numbers, budget: Budget, tell: Callable[[str], None], seed: int
    ) -> None:
        self._numbers, self._budget, self._tell, self._seed = numbers, budget, tell, seed
        self._generation = Generation(inst, budget, tell, seed)

    def start(self, past: Past | None) -> None:
        self._generation.start(past)

    def run(self, gap: float) -> None:
        self._generation.run(gap)

    def found(self) -> bool:
        return self._generation.best is not None

    def proof(self) -> Proof:
        return self._generation.proof()

    def visits(self) -> list[Stay]:
        made, stays = self._generation, list[Stay]()
        for nodes, vias in [] if made.best is None else made.pool.spread(made.best.columns):
            ways = zip(nodes.tolist(), vias.tolist(), *legs(made.graph, nodes, vias), strict=True)
            stays += [self._numbers.stay(made.inst, n, bool(via), bool(h), int(t)) for n, via, t, h in ways]
        return stays

    def size(self) -> int:
        return self._generation.inst.requests

    def past(self) -> Past:
        return self._generation.past()

    def log(self) -> list[Note]:
        """What was done, the routes found first."""
        requests, routes = self.size(), len(self._generation.pool)
        zh, en = self.how
        head = Note(
            zh=f"{requests} 件相互牵连的需求：{zh}，共 {routes} 条路线",
            en=f"{requests} requests that share people: {en}, {routes} routes",
        )
        return [head, *self._generation.log]


class _Search(_Routes):
    """A part whose first plan is bettered by large neighbourhoods; bounds are those of each request by itself."""

    how = ("第一个安排用大邻域改进", "a first plan bettered by large neighbourhoods")

    def run(self, gap: float) -> None:
        generation = self._generation
        if any(b is None or generation.incumbent.short(t, b, gap) for t, b in enumerate(generation.bounds)):
            improve(generation.inst, generation.graph, generation.incumbent, self._budget, self._seed, self._tell)


class _Quick(_Routes):
    """A part with its first plan only."""

    how = ("只求第一个安排", "a first plan only")

    def run(self, gap: float) -> None:
        """There is nothing more to do."""


ASKED: dict[Strategy, type[_Routes]] = {"routes": _Routes, "search": _Search, "quick": _Quick}
"""What solves every part where a strategy is asked for."""
