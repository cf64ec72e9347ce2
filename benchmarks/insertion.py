"""How long it takes to find the best volunteers for one request against a plan in force."""

import time
from collections.abc import Callable
from pathlib import Path

import numpy as np
from rich.box import SIMPLE
from rich.console import Console
from rich.table import Column, Table

from benchmarks.plain import single_batch
from matcher import Batch, Plan, Standing, dispatch, load_plan, to_json
from matcher.demo import county_day

BATCHES: dict[str, Callable[[], Batch]] = {"single-94066x3000": single_batch, "county-day": county_day}
ASKED = 50
"""Requests of each batch that are asked for, served or not, the same in every run."""
SECONDS = 60
"""Wall seconds for the plan in force."""


def run_insertion(plans: Path | None) -> Table:
    """Milliseconds of `best`, of requests that stand in the batch and of new ones; plans are kept in a folder."""
    times = ("in batch: median ms", "worst ms", "new: median ms", "worst ms")
    shown = Table(Column("batch", no_wrap=True), "visits", "prepare s", *times, box=SIMPLE)
    progress = Console(stderr=True)
    for name, make in BATCHES.items():
        with progress.status(name):
            batch = make()
            shown.add_row(name, *_measured(batch, _plan(batch, plans)))
    return shown


def _plan(batch: Batch, plans: Path | None) -> Plan:
    path = None if plans is None else plans / f"{batch.id}.json"
    if path is not None and path.is_file():
        return load_plan(path)
    plan = dispatch(batch, seconds=SECONDS)
    if path is not None:
        path.write_text(to_json(plan), encoding="utf-8")
    return plan


def _measured(batch: Batch, plan: Plan) -> list[str]:
    rows = np.random.default_rng(0).choice(len(batch.requests), min(ASKED, len(batch.requests)), replace=False)
    asked = [batch.requests[row] for row in sorted(rows.tolist())]
    gone = {request.id for request in asked}
    kept = tuple(visit for visit in plan.visits if visit.request not in gone)
    in_force = Plan(schema="matcher.plan/1", batch=batch.id, visits=kept)
    started = time.perf_counter()
    standing = Standing(batch, in_force)
    prepared = time.perf_counter() - started
    known, new = [], []
    for request in asked:
        started = time.perf_counter()
        standing.best(request.id)
        known.append((time.perf_counter() - started) * 1000)
        arriving = request.model_copy(update={"id": f"{request.id}-new"})
        started = time.perf_counter()
        standing.best(arriving)
        new.append((time.perf_counter() - started) * 1000)
    times = (f"{value:.1f}" for taken in (known, new) for value in (float(np.median(taken)), max(taken)))
    return [str(len(in_force.visits)), f"{prepared:.1f}", *times]
