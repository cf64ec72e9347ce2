"""A hundred scenarios on a Dask cluster of this machine: one worker, two workers, and two of which one is killed.

What two processes can do more than one on this machine at all is measured beside it: two threads of one core share it.
"""

import json
import os
import signal
import time
from concurrent.futures import ProcessPoolExecutor
from multiprocessing import get_context
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from benchmarks.machine import origin
from benchmarks.whatif import LIMITS, TOWN, hundred
from matcher import Batch, dispatch
from matcher.demo import county_day
from scenarios.cases import Case
from scenarios.cluster import run_on
from scenarios.running import Ran

ALIKE = 16
"""Plans of one batch, for what two processes can do more."""


def run_cluster() -> dict[str, Any]:
    """Seconds with one worker and with two, their ratio, and how many results came where one was killed."""
    batch, cases = county_day(*TOWN), hundred()
    _alike(2, 2)
    one, two = _seconds_alike(1), _seconds_alike(2)
    told: dict[str, Any] = {"scenarios": len(cases) - 1, "two processes do so much more": round(one / two, 2)}
    for workers in (1, 2):
        seconds, results = _run(batch, cases, workers, False)
        told[f"{workers} workers"] = {"seconds": round(seconds, 1), "results": results}
    told["ratio"] = round(told["1 workers"]["seconds"] / told["2 workers"]["seconds"], 2)
    seconds, results = _run(batch, cases, 2, True)
    return told | {"one of two killed": {"seconds": round(seconds, 1), "results": results}}


def _run(batch: Batch, cases: list[Case], workers: int, kill: bool) -> tuple[float, int]:
    """Seconds from the end of the baseline to that of all, and how many scenarios have a result."""
    from distributed import LocalCluster

    begun: list[float] = []

    def heard(ran: Ran) -> None:
        begun.append(time.perf_counter())
        if kill and len(begun) == len(cases) // 2:
            os.kill(next(iter(cluster.workers.values())).pid, signal.SIGKILL)

    with (
        TemporaryDirectory() as folder,
        LocalCluster(  # type: ignore[no-untyped-call]
            n_workers=workers, threads_per_worker=1, processes=True, host="127.0.0.1", dashboard_address=None
        ) as cluster,
    ):
        ran = run_on(cluster.scheduler_address, batch, cases, LIMITS, Path(folder), heard)
        return time.perf_counter() - begun[0], sum(each.result.plan.score is not None for each in ran[1:])


def _seconds_alike(processes: int) -> float:
    start = time.perf_counter()
    _alike(processes, ALIKE)
    return time.perf_counter() - start


def _alike(processes: int, plans: int) -> None:
    with ProcessPoolExecutor(processes, get_context("spawn")) as pool:
        list(pool.map(_plan, range(plans)))


def _plan(number: int) -> None:
    dispatch(county_day(*TOWN), gap=LIMITS.gap)


def write_cluster(out: Path) -> None:
    """Runs, and writes what was found with where it was run."""
    out.write_text(json.dumps(origin("python -m benchmarks cluster --out FILE") | run_cluster(), indent=1) + "\n")
