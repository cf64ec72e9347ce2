"""Dispatch: batch → instance → solver → plan → check."""

import gc
import importlib.metadata
import platform
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, nullcontext
from threading import Event

from matcher import order
from matcher.batch import Batch
from matcher.building import build_instance
from matcher.checker import check
from matcher.conflicts import contradiction
from matcher.errors import InputError, InternalError, Problem
from matcher.instance import Instance
from matcher.leaving import left_in_time
from matcher.memory import FIRST_PLAN, PREPARING, READING, STOP_AT, Memory
from matcher.plan import Bound, Note, Plan, Score, Stop, Visit
from matcher.planning import gap_of, rounded_bound, status_of, unserved_of, visits_of
from matcher.progress import OnProgress, Progress
from matcher.reading import check_batch
from matcher.reasons import reasons_for
from matcher.scene import Scene
from matcher.solver import Solution, solve
from matcher.solver.budget import Budget
from matcher.strategies import STRATEGIES, Strategy
from matcher.whole import beyond_routes, unsupported

AFTERWARDS = 0.7
"""Checking and reasons take at most about so much of the time that preparing took: half in a county, more in a town."""
DECIDING = ("volunteer-matcher", "highspy", "ortools", "numpy", "numba")
"""Distributions whose version decides the result."""

ORDERED = Note(
    zh="有整个方案才能计算的指标：按需求先后次序安排，并用模拟退火改进；上界只逐件需求得出",
    en="terms of the plan as a whole: an order of requests, bettered by annealing; bounds of each request alone",
)
PROVED = Note(
    zh="有整个方案才能计算的指标：按需求先后次序安排，再由 CP-SAT 逐级证明并改进",
    en="terms of the plan as a whole: an order of requests, bettered and proved tier by tier by CP-SAT",
)
"""What is said of plans by order, and of those of small days."""
FIRST_SHARE, FIRST_UNITS = 0.2, 200_000
"""How much of the time, and how many units of work, an order is searched for before it is proved."""


@contextmanager
def _set_aside() -> Iterator[None]:
    """The garbage collector leaves alone what is there: a county's batch has millions of objects, all of them used."""
    mine = gc.get_freeze_count() == 0
    if mine:
        gc.freeze()
    try:
        yield
    finally:
        if mine:
            gc.unfreeze()


@_set_aside()
def dispatch(
    batch: Batch,
    *,
    seconds: float | None = None,
    work: int | None = None,
    gap: float = 0.0,
    seed: int = 0,
    memory: float | None = None,
    strategy: Strategy = "auto",
    on_progress: OnProgress | None = None,
    cancel: Event | None = None,
) -> Plan:
    """The best plan of a batch that can be found, with a proved bound, checked by independent code.

    seconds: wall-clock guard. work: limit in units of about a microsecond, which reproduces the same
    bytes on every run. gap: stop when every tier is within this relative gap of its bound; 0 asks for a
    proof. memory: cap on the resident memory of the process in megabytes (2^20 bytes); the search stops
    some way before it and keeps the best plan. strategy: how to solve (`matcher.strategies.STRATEGIES`).
    cancel: set it from another thread to stop early and keep the best plan.

    Raises InputError if the batch contradicts itself, the policy weighs a term that routes do not know
    (`matcher.whole`) or the strategy is unknown, and OutOfMemoryError if
    the cap is reached before there is any plan; a batch that merely has no valid plan gives one with
    status `infeasible`.
    """
    budget = Budget(work, seconds, cancel, Memory(memory))
    if strategy not in STRATEGIES:
        raise _unknown(strategy)
    ordered = strategy == "auto" and not order.obstacles(batch) and bool(beyond_routes(batch))
    problems = check_batch(batch) or ([] if ordered else unsupported(batch))
    if problems:
        raise InputError("批次数据有误", "the batch has problems", problems)
    tell = _Teller(on_progress, budget)
    tell("prepare", None, [])
    budget.memory.require(READING)
    scene = Scene(batch)
    budget.memory.require(PREPARING)
    if ordered:
        return _by_order(scene, budget, gap, seed, tell)
    inst = build_instance(batch, scene)
    budget.memory.require(PREPARING)
    if inst.conflicts:
        return _infeasible(scene, seed, budget)
    budget.keep_back(min(AFTERWARDS * budget.elapsed, budget.wall_seconds() / 2))
    tell.skip, tell.offset = int(inst.tiers.required), inst.tiers.offset.tolist()
    solution = solve(inst, budget, gap, tell, seed, strategy)
    tell("check", solution.values or None, solution.bounds)
    return _plan(scene, inst, solution, gap, seed, budget)


def _unknown(strategy: str) -> InputError:
    names = list(STRATEGIES)
    problem = Problem(
        "unknown_strategy", "strategy", strategy, f"应为 {'、'.join(names)} 之一", f"expected one of {', '.join(names)}"
    )
    return InputError("没有这种求解策略", "there is no such strategy", [problem])


class _Teller:
    """Passes the solver's reports on, in the policy's tiers: without the tier of required requests, with offsets."""

    def __init__(self, listener: OnProgress | None, budget: Budget) -> None:
        self._listener, self._budget = listener, budget
        self.skip, self.offset = 0, list[float]()

    def __call__(self, stage: str, values: Sequence[float] | None, bounds: Sequence[float | None]) -> None:
        if self._listener is None:
            return
        offset = self.offset[self.skip :]
        told = None if values is None else tuple(v + o for v, o in zip(values[self.skip :], offset, strict=True))
        known = tuple(None if b is None else b + o for b, o in zip(bounds[self.skip :], offset, strict=False))
        gap = None if told is None else gap_of(told, Bound(tiers=known))
        self._listener(Progress(stage, told, known, gap, self._budget.used, self._budget.elapsed))


def _plan(scene: Scene, inst: Instance, solution: Solution, asked: float, seed: int, budget: Budget) -> Plan:
    batch = scene.batch
    skip = 1 if inst.tiers.required else 0
    if skip and solution.bounds[0] is not None and solution.bounds[0] < inst.needed - 0.5:
        return _infeasible(scene, seed, budget)
    if solution.visits is None:
        budget.memory.require(FIRST_PLAN)
        return _without_visits(scene, "none", solution.stop, [], seed, solution.work)
    visits = left_in_time(scene, visits_of(batch, inst, solution.visits))
    values = [v + o for v, o in zip(solution.values, inst.tiers.offset.tolist(), strict=True)][skip:]
    offset = inst.tiers.offset.tolist()
    bounds = [None if b is None else b + o for b, o in zip(solution.bounds, offset, strict=True)][skip:]
    return _checked(scene, visits, values, bounds, solution.stop, solution.log, asked, seed, budget)


def _by_order(scene: Scene, budget: Budget, asked: float, seed: int, tell: "_Teller") -> Plan:
    """The plan of a batch whose terms belong to the plan as a whole (`matcher.order`)."""
    drawn = order.draw(scene)
    bounds = order.bounds(scene, drawn)
    budget.keep_back(min(AFTERWARDS * budget.elapsed, budget.wall_seconds() / 2))

    def better(found: order.Ordered) -> None:
        tell("order", None, bounds)

    small = order.provable(scene, drawn)
    with budget.part(FIRST_SHARE, FIRST_UNITS) if small else nullcontext():
        found = order.search(drawn.outline, budget, seed, better)
    if small:
        proof = order.prove(scene, drawn, found, budget, seed, asked)
        if proof.conflict is not None:
            conflicts = [f"/requests/{i}" for i in proof.conflict]
            return _without_visits(scene, "infeasible", "proved", conflicts, seed, budget.used)
        found = proof.found or found
        bounds = [b if p is None else min(b, p) for b, p in zip(bounds, proof.bounds, strict=True)]
    visits = left_in_time(scene, order.visits_of(scene, drawn, found))
    served = {visit.request for visit in visits}
    if any(request.mandatory and request.id not in served for request in scene.batch.requests):
        return _without_visits(scene, "none", budget.stopped or "work", [], seed, budget.used)
    tell("check", None, bounds)
    log = [PROVED if small else ORDERED]
    return _checked(scene, visits, None, bounds, budget.stopped or "work", log, asked, seed, budget)


def _checked(
    scene: Scene,
    visits: list[Visit],
    values: list[float] | None,
    bounds: Sequence[float | None],
    stop: Stop,
    log: Sequence[Note],
    asked: float,
    seed: int,
    budget: Budget,
) -> Plan:
    """The plan with these visits, after the independent check; values: what the solver says of it, null if nothing."""
    batch = scene.batch
    draft = Plan(schema="matcher.plan/1", batch=batch.id, visits=tuple(visits))
    report = check(batch, draft)
    told = report.score.tiers if values is None else values
    if not report.valid or any(abs(a - b) > 1e-5 for a, b in zip(told, report.score.tiers, strict=True)):
        raise InternalError(
            "内部错误：方案未通过独立校验，未输出。",
            "internal error: the plan did not pass the independent check and is not handed out: "
            + "; ".join([v.en for v in report.violations[:5]] + [f"tiers {values} against {report.score.tiers}"]),
        )
    bound = Bound(tiers=tuple(rounded_bound(b, v) for b, v in zip(bounds, told, strict=True)))
    gap = gap_of(report.score.tiers, bound)
    stop = _stop(gap, asked, stop)
    by_memory = [_memory_note(budget.memory)] if stop == "work" and budget.memory.full else []
    return draft.model_copy(
        update={
            "status": status_of(gap),
            "stop": stop,
            "score": Score(tiers=report.score.tiers, terms=report.score.terms),
            "bound": bound,
            "gap": gap,
            "unserved": reasons_for(batch, visits, unserved_of(batch, visits), scene),
            "seed": seed,
            "work": budget.used,
            "log": (*log, *by_memory),
            "versions": versions(),
        }
    )


def _stop(gap: float | None, asked: float, stop: Stop) -> Stop:
    """Why the search ended: proved, as near as asked, or stopped."""
    if status_of(gap) == "optimal":
        return "proved"
    return "gap" if gap is not None and gap <= asked else stop


def _memory_note(memory: Memory) -> Note:
    return Note(
        zh=f"因内存上限停止搜索：已用 {memory.used:.0f} MB，上限 {memory.cap:g} MB（用到 {STOP_AT:.0%} 即停）",
        en=f"the cap on memory ended the search: {memory.used:.0f} MB in use of at most {memory.cap:g} MB "
        f"(it stops at {STOP_AT:.0%})",
    )


def _infeasible(scene: Scene, seed: int, budget: Budget) -> Plan:
    return _without_visits(scene, "infeasible", "proved", contradiction(scene.batch, budget), seed, budget.used)


def _without_visits(scene: Scene, status: str, stop: Stop, conflicts: list[str], seed: int, work: int) -> Plan:
    batch = scene.batch
    return Plan.model_validate(
        {
            "schema": "matcher.plan/1",
            "batch": batch.id,
            "status": status,
            "stop": stop,
            "visits": (),
            "conflicts": tuple(conflicts),
            "unserved": reasons_for(batch, [], unserved_of(batch, []), scene),
            "seed": seed,
            "work": work,
            "versions": versions(),
        }
    )


def versions() -> dict[str, str]:
    """Versions of Python and of the libraries that decide the result."""
    found = {"python": platform.python_version()}
    for name in DECIDING:
        try:
            found[name] = importlib.metadata.version(name)
        except importlib.metadata.PackageNotFoundError:
            found[name] = "source"
    return found
