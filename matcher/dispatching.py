"""Dispatch: batch → instance → solver → plan → check."""

import importlib.metadata
import platform
from threading import Event

from matcher.batch import Batch
from matcher.checker import check
from matcher.errors import InputError, MatcherError
from matcher.instance import Instance, build_instance
from matcher.plan import Bound, Plan, Score, Stop
from matcher.planning import gap_of, rounded_bound, status_of, unserved_of, visits_of
from matcher.progress import OnProgress, Progress
from matcher.reading import check_batch
from matcher.reasons import reasons_for
from matcher.solver import Solution, solve
from matcher.solver.budget import Budget

DECIDING = ("volunteer-matcher", "highspy", "ortools", "numpy", "numba")
"""Distributions whose version decides the result."""


def dispatch(
    batch: Batch,
    *,
    seconds: float | None = None,
    work: int | None = None,
    gap: float = 0.0,
    seed: int = 0,
    on_progress: OnProgress | None = None,
    cancel: Event | None = None,
) -> Plan:
    """The best plan of a batch that can be found, with a proved bound, checked by independent code.

    seconds: wall-clock guard. work: limit in units of about a microsecond, which reproduces the same
    bytes on every run. gap: stop when every tier is within this relative gap of its bound; 0 asks for a
    proof. cancel: set it from another thread to stop early and keep the best plan.

    Raises InputError if the batch contradicts itself; a batch that merely has no valid plan gives one
    with status `infeasible`.
    """
    budget = Budget(work, seconds, cancel)
    problems = check_batch(batch)
    if problems:
        raise InputError("批次数据有误", "the batch has problems", problems)
    _tell(on_progress, budget, "prepare", None, [])
    inst = build_instance(batch)
    if inst.conflicts:
        return _without_visits(batch, "infeasible", "proved", [f"/pins/{i}" for i in inst.conflicts], seed, budget.used)
    solution = solve(inst, budget, gap, lambda *told: _tell(on_progress, budget, *told))
    _tell(on_progress, budget, "check", solution.values or None, solution.bounds)
    return _plan(batch, inst, solution, seed)


def _tell(
    listener: OnProgress | None, budget: Budget, stage: str, values: list[float] | None, bounds: list[float | None]
) -> None:
    if listener is not None:
        gap = None
        if values is not None and len(values) == len(bounds):
            gap = gap_of(values, Bound(tiers=tuple(bounds)))
        told = None if values is None else tuple(values)
        listener(Progress(stage, told, tuple(bounds), gap, budget.used, budget.elapsed))


def _plan(batch: Batch, inst: Instance, solution: Solution, seed: int) -> Plan:
    skip = 1 if inst.tiers.required else 0
    if skip and solution.bounds[0] is not None and solution.bounds[0] < inst.needed - 0.5:
        return _without_visits(batch, "infeasible", "proved", _required(batch), seed, solution.work)
    if solution.visits is None or (skip and solution.values[0] < inst.needed - 0.5):
        return _without_visits(batch, "none", solution.stop, [], seed, solution.work)
    visits = visits_of(batch, inst, solution.visits)
    draft = Plan(schema="matcher.plan/1", batch=batch.id, visits=tuple(visits))
    report = check(batch, draft)
    values = [v + o for v, o in zip(solution.values, inst.tiers.offset.tolist(), strict=True)][skip:]
    if not report.valid or any(abs(a - b) > 1e-5 for a, b in zip(values, report.score.tiers, strict=True)):
        raise MatcherError(
            "内部错误：方案未通过独立校验，未输出。",
            "internal error: the plan did not pass the independent check and is not handed out: "
            + "; ".join([v.en for v in report.violations[:5]] + [f"tiers {values} against {report.score.tiers}"]),
        )
    offset = inst.tiers.offset.tolist()
    bounds = [None if b is None else b + o for b, o in zip(solution.bounds, offset, strict=True)][skip:]
    bound = Bound(tiers=tuple(rounded_bound(b, v) for b, v in zip(bounds, values, strict=True)))
    gap = gap_of(report.score.tiers, bound)
    return draft.model_copy(
        update={
            "status": status_of(gap),
            "stop": "proved" if status_of(gap) == "optimal" else solution.stop,
            "score": Score(tiers=report.score.tiers, terms=report.score.terms),
            "bound": bound,
            "gap": gap,
            "unserved": reasons_for(batch, visits, unserved_of(batch, visits)),
            "seed": seed,
            "work": solution.work,
            "versions": versions(),
        }
    )


def _required(batch: Batch) -> list[str]:
    pins = [f"/pins/{i}" for i in range(len(batch.pins))]
    return pins + [f"/requests/{i}" for i, request in enumerate(batch.requests) if request.mandatory]


def _without_visits(batch: Batch, status: str, stop: Stop, conflicts: list[str], seed: int, work: int) -> Plan:
    return Plan.model_validate(
        {
            "schema": "matcher.plan/1",
            "batch": batch.id,
            "status": status,
            "stop": stop,
            "visits": (),
            "conflicts": tuple(conflicts),
            "unserved": reasons_for(batch, [], unserved_of(batch, [])),
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
