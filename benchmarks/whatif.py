"""A hundred scenarios of a town's day, begun with what the baseline found and begun from nothing, in one run."""

import json
import time
from concurrent.futures import ProcessPoolExecutor
from multiprocessing import get_context
from pathlib import Path
from statistics import fmean
from tempfile import TemporaryDirectory
from typing import Any

from benchmarks.machine import origin
from matcher import Batch, dispatch
from matcher.demo import county_day
from scenarios import apply
from scenarios.cases import Case, Swept, cases_of
from scenarios.running import cores, run
from scenarios.store import Limits

TOWN = (1000, 300)
LIMITS = Limits(seconds=60, gap=0.001)
"""As `matcher whatif` has them."""
SWEPT = {
    "recruit-scarcest": Swept(name="count", values=tuple(range(1, 26))),
    "legal-volunteers": Swept(name="count", values=tuple(range(1, 26))),
    "train-scarcest": Swept(name="count", values=tuple(range(1, 26))),
    "further-out": Swept(name="factor", values=tuple(1 + n / 100 for n in range(1, 26))),
}
"""What is planned: more people, more who can, more who come that far; not absences, whose proofs take long."""


def hundred() -> list[Case]:
    """The baseline and 100 scenarios."""
    first, *rest = [case for name, swept in SWEPT.items() for case in cases_of([name], [swept], {}, 1)]
    return [first, *(case for case in rest if case.scenario is not None)]


def run_whatif() -> dict[str, Any]:
    """Seconds of the whole run both ways, and how far from the best the plans are at most and on average."""
    batch, cases = county_day(*TOWN), hundred()
    with TemporaryDirectory() as folder:
        start = time.perf_counter()
        warm = [ran.result.plan for ran in run(batch, cases, LIMITS, Path(folder), cores())]
        seconds = time.perf_counter() - start
    start = time.perf_counter()
    with ProcessPoolExecutor(cores(), get_context("spawn")) as pool:
        cold = list(pool.map(_cold, [batch] * len(cases), cases))
    return {
        "scenarios": len(cases) - 1,
        "cores": cores(),
        "warm": _told(seconds, [plan.gap for plan in warm]),
        "cold": _told(time.perf_counter() - start, cold),
    }


def _cold(batch: Batch, case: Case) -> float | None:
    changed = batch if case.scenario is None else apply(case.scenario, batch, case.sample).batch
    return dispatch(changed, seconds=LIMITS.seconds, gap=0.0 if case.scenario is None else LIMITS.gap).gap


def _told(seconds: float, gaps: list[float | None]) -> dict[str, Any]:
    known = [gap for gap in gaps if gap is not None]
    return {"seconds": round(seconds, 1), "mean gap": fmean(known), "largest gap": max(known), "plans": len(known)}


def write_whatif(out: Path) -> None:
    """Runs, and writes what was found with where it was run."""
    out.write_text(json.dumps(origin("python -m benchmarks whatif --out FILE") | run_whatif(), indent=1) + "\n")
