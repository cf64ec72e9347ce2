"""Dispatches instances one after the other and writes a line about each."""

import json
import platform
import time
from collections.abc import Iterable
from dataclasses import asdict, dataclass
from typing import TextIO

from rich.box import SIMPLE
from rich.console import Console
from rich.table import Column, Table

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


def run(instances: Iterable[tuple[str, Batch]], seconds: float | None, seed: int, out: TextIO | None) -> list[Result]:
    """Solve every instance; each result is a JSON line in `out` as soon as it is there."""
    progress = Console(stderr=True)
    results = []
    for name, batch in instances:
        with progress.status(f"{name}: {len(batch.volunteers)} x {len(batch.requests)}"):
            result = solve(name, batch, seconds, seed)
        progress.print(f"{name}: {result.status}, gap {_number(result.gap)}, {result.seconds:.1f} s")
        results.append(result)
        if out:
            out.write(json.dumps(asdict(result), ensure_ascii=False) + "\n")
            out.flush()
    return results


def table(results: list[Result]) -> Table:
    """The results for the terminal; `broken` counts violations."""
    shown = Table(
        Column("instance", no_wrap=True), "size", "served", "values", "gap", "s", "status", "broken", box=SIMPLE
    )
    for result in results:
        shown.add_row(
            result.instance,
            f"{result.volunteers} x {result.requests}",
            str(result.served),
            " ".join(_number(value) for value in result.values or ()),
            _number(result.gap),
            f"{result.seconds:.1f}",
            result.status,
            str(result.violations),
        )
    return shown


def _gaps(plan: Plan) -> tuple[float | None, ...] | None:
    if not (plan.score and plan.bound):
        return None
    return tuple(
        None if bound is None else (bound - value) / max(1, abs(value))
        for value, bound in zip(plan.score.tiers, plan.bound.tiers, strict=True)
    )


def _number(value: float | None) -> str:
    return "-" if value is None else f"{value:.6g}"
