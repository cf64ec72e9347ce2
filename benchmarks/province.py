"""What a province costs: days of counties of several sizes, planned on all cores as a series of batches would be."""

import json
import time
from concurrent.futures import ProcessPoolExecutor
from multiprocessing import get_context
from pathlib import Path
from statistics import fmean
from typing import Any, NamedTuple

from benchmarks.machine import origin
from matcher import dispatch
from matcher.demo import county_day
from scenarios.running import cores

COUNTIES, DAYS = 100, 365
SIZES = ((1000, 300), (3000, 300), (9000, 1000))
"""Volunteers and requests of a county's day."""
SEEDS = range(8)
GAP, SECONDS = 0.001, 60
"""As `matcher whatif` has them."""


class Cost(NamedTuple):
    """What a batch cost: seconds of processor, and the gap that is left."""

    seconds: float
    gap: float | None


def run_province() -> dict[str, Any]:
    """Seconds of processor a batch by size, and what 100 counties on 365 days take of it."""
    return {"cores": cores(), "sizes": [_size(*size) for size in SIZES]}


def _size(volunteers: int, requests: int) -> dict[str, Any]:
    start = time.perf_counter()
    with ProcessPoolExecutor(cores(), get_context("spawn")) as pool:
        costs = list(pool.map(_cost, *zip(*((volunteers, requests, seed) for seed in SEEDS), strict=True)))
    wall = time.perf_counter() - start
    mean = fmean(cost.seconds for cost in costs)
    return {
        "volunteers": volunteers,
        "requests": requests,
        "batches": len(costs),
        "seconds of processor a batch": round(mean, 2),
        "most": round(max(cost.seconds for cost in costs), 2),
        "seconds in all": round(wall, 1),
        "within the gap": sum(cost.gap is not None and cost.gap <= GAP for cost in costs),
        "hours of processor of the province": round(mean * COUNTIES * DAYS / 3600, 1),
    }


def _cost(volunteers: int, requests: int, seed: int) -> Cost:
    start = time.process_time()
    plan = dispatch(county_day(volunteers, requests, seed=seed), seconds=SECONDS, gap=GAP)
    return Cost(time.process_time() - start, plan.gap)


def write_province(out: Path) -> None:
    """Runs, and writes what was found with where it was run."""
    out.write_text(json.dumps(origin("python -m benchmarks province --out FILE") | run_province(), indent=1) + "\n")
