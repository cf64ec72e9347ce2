"""Dispatches one batch, has the plan checked, and says what became of it."""

import platform
import time
from dataclasses import dataclass

import matcher
from matcher import Batch, Plan


@dataclass(frozen=True)
class Result:
    """What became of one instance.

    values, bounds, gaps: per tier, null where not known. gap: the plan's. seconds: wall time of `dispatch`.
    violations: as the checker counts them; always 0.
    """

    instance: str
    volunteers: int
    requests: int
    served: int
    visits: int
    status: str | None
    stop: str | None
    values: tuple[float, ...] | None
    bounds: tuple[float | None, ...] | None
    gaps: tuple[float | None, ...] | None
    gap: float | None
    violations: int
    seconds: float
    work: int | None
    seed: int
    versions: dict[str, str]


def solve(instance: str, batch: Batch, seconds: float | None, seed: int, gap: float = 0.0) -> Result:
    """Dispatch a batch, to the gap asked for, and have the plan checked."""
    started = time.perf_counter()
    plan = matcher.dispatch(batch, seconds=seconds, gap=gap, seed=seed)
    took = time.perf_counter() - started
    values = plan.score.tiers if plan.score else None
    bounds = plan.bound.tiers if plan.bound else None
    return Result(
        instance=instance,
        volunteers=len(batch.volunteers),
        requests=len(batch.requests),
        served=len({visit.request for visit in plan.visits}),
        visits=len(plan.visits),
        status=plan.status,
        stop=plan.stop,
        values=values,
        bounds=bounds,
        gaps=_gaps(plan),
        gap=plan.gap,
        violations=len(matcher.check(batch, plan).violations),
        seconds=round(took, 3),
        work=plan.work,
        seed=seed,
        versions={**plan.versions, "python": platform.python_version()},
    )


def _gaps(plan: Plan) -> tuple[float | None, ...] | None:
    if not (plan.score and plan.bound):
        return None
    return tuple(
        None if bound is None else (bound - value) / max(1, abs(value))
        for value, bound in zip(plan.score.tiers, plan.bound.tiers, strict=True)
    )
