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
COUNTS = tuple(range(1, 26))
FACTORS = tuple(1 + n / 100 for n in range(1, 26, 5))


def hundred() -> list[Case]:
    """The baseline and 100 scenarios: more people, and more who can, by number and by skill."""
    skills = tuple(skill.id for skill in county_day(*TOWN).skills)[:25]
    many = Swept(name="count", values=COUNTS)
    swept = [(name, many) for name in ("recruit-scarcest", "legal-volunteers", "train-scarcest")]
    swept += [
        ("recruit-scarcest", Swept(name="skill", values=skills)),
        ("train-scarcest", Swept(name="skill", values=skills)),
    ]
    return _cases(swept)[:101]


def hard() -> list[Case]:
    """The baseline and five scenarios whose proofs take long: everybody may go further."""
    return _cases([("further-out", Swept(name="factor", values=FACTORS))])


def _cases(swept: list[tuple[str, Swept]]) -> list[Case]:
    first, *rest = [case for name, values in swept for case in cases_of([name], [values], {}, 1)]
    return [first, *(case for case in rest if case.scenario is not None)]


def run_whatif() -> dict[str, Any]:
    """Seconds of the whole run both ways, and how far from the best the plans are at most and on average."""
    return {"cores": cores()} | {"hundred": _both_ways(hundred()), "hard": _both_ways(hard())}


def _both_ways(cases: list[Case]) -> dict[str, Any]:
    batch = county_day(*TOWN)
    with TemporaryDirectory() as folder:
        start = time.perf_counter()
        warm = [ran.result.plan for ran in run(batch, cases, LIMITS, Path(folder), cores())]
        seconds = time.perf_counter() - start
    start = time.perf_counter()
    with ProcessPoolExecutor(cores(), get_context("spawn")) as pool:
        cold = list(pool.map(_cold, [batch] * len(cases), cases))
    return {
        "scenarios": len(cases) - 1,
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
