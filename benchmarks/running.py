"""A county's day that takes events: how long each takes, how much it changes, and whether every plan is valid."""

import time
from statistics import mean, median
from typing import Any

import numpy as np
from rich.console import Console

from benchmarks.days import Chance, keys
from matcher import Batch, Plan, Running, check, dispatch
from matcher.demo import county_day

SIZE = (94_066, 3000)
"""Volunteers and requests of the day."""
SECONDS = 60
"""Wall seconds for a plan of the whole day."""


def run_day(events: int, afresh: int, size: tuple[int, int] = SIZE, seed: int = 1) -> dict[str, Any]:
    """Takes random events one after the other; every `afresh`-th time the day is also solved anew, to compare.

    Raises ValueError where a plan is not valid, a pinned visit moved without being told, or the churn told is not the
    difference of the two plans.
    """
    progress = Console(stderr=True)
    batch = county_day(*size)
    with progress.status("plan"):
        plan = dispatch(batch, seconds=SECONDS)
    running, chance = Running(batch, plan), Chance(seed, batch, 2.0)
    taken, churned, others = list[float](), list[int](), list[tuple[int, int]]()
    for number in range(events):
        told = chance.events(running.batch, plan)
        pins = {(pin.request, pin.role, pin.volunteer, pin.start) for pin in running.batch.pins}
        with progress.status(f"{number + 1} / {events}: {told.events[0].kind}"):
            started = time.perf_counter()
            found = running.take(told)
            taken.append(time.perf_counter() - started)
            _hold(running.batch, plan, found, pins)
            churned.append(len(found.churn))
            if number % afresh == afresh - 1:
                anew = dispatch(running.batch.model_copy(update={"previous": ()}), seconds=SECONDS)
                others.append((churned[-1], len(keys(anew) - keys(plan))))
            plan = found.plan
    return {
        "batch": batch.id,
        "visits": len(plan.visits),
        "events": events,
        "median_seconds": round(median(taken), 3),
        "p99_seconds": round(float(np.percentile(taken, 99)), 3),
        "most_seconds": round(max(taken), 3),
        "mean_changed": round(mean(churned), 2),
        "beside_afresh": others,
    }


def _hold(batch: Batch, before: Plan, found: Any, pins: set[Any]) -> None:
    """Raises ValueError where something is wrong with a new plan."""
    report = check(batch, found.plan)
    if not report.valid:
        raise ValueError(f"not valid: {report.violations[0].en}")
    told = {(note.request, note.volunteer) for note in found.notes}
    moved = [pin for pin in pins - keys(found.plan) if (pin[0], pin[2]) not in told]
    if moved:
        raise ValueError(f"pinned and moved: {moved[0]}")
    gone = {(e.change.request, e.change.role, e.change.before, e.change.was) for e in found.churn if e.change.before}
    come = {(e.change.request, e.change.role, e.change.after, e.change.at) for e in found.churn if e.change.after}
    if (gone, come) != (keys(before) - keys(found.plan), keys(found.plan) - keys(before)):
        raise ValueError("the churn told is not the difference of the plans")
