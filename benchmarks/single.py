"""Solves one case with our solver or with a peer, and says all there is to say of it in one line."""

import json
import time
from collections.abc import Callable
from importlib import import_module
from typing import Any, Protocol

from benchmarks.apart import peak_mb
from benchmarks.best import digest_of
from benchmarks.case import Case, Judged
from benchmarks.lines import Line
from matcher import Batch, Plan, check, dispatch, to_json
from matcher.demo import county_day

MATCHER = "matcher"
"""The solver's name for ours."""
MOST_REPORTS = 200
"""Points kept of a run's course."""

Report = tuple[float, tuple[float | None, ...] | None, tuple[float | None, ...]]
"""Wall seconds, values of the best plan or null, bounds."""


class Peer(Protocol):
    """Another program that is given the same batches (benchmarks/peers)."""

    @property
    def name(self) -> str:
        """Short and unique."""

    def cannot(self, batch: Batch) -> str | None:
        """Why it cannot express the batch; null if it can."""

    def solve(self, batch: Batch, seconds: float, seed: int) -> Plan | None:
        """Its plan within wall seconds; null if it found none."""


def all_peers() -> list[Peer]:
    """Every peer that is there; imported now, since each brings its own libraries."""
    found: Callable[[], list[Peer]] = import_module("benchmarks.peers").peers
    return found()


def solve_case(case: Case, solver: str, seconds: float, seed: int) -> tuple[Line, dict[str, Any] | None]:
    """A line about the case, and the solution, in the family's format if it has one, else our plan.

    solver: MATCHER or the name of a peer. seconds: wall seconds it may take. The solution is null if nobody goes
    anywhere. docs/benchmarks.md says what each field of the line means.
    """
    batch = case.make()
    if solver == MATCHER:
        line, plan = _solved_by_us(case, batch, seconds, seed)
    else:
        peer = next(peer for peer in all_peers() if peer.name == solver)
        line, plan = solved_by_peer(case, batch, peer, seconds, seed)
    if plan is None or not plan.visits:
        return line, None
    return line, case.solution(batch, plan) if case.solution else json.loads(to_json(plan))


def warm_up() -> None:
    """Solves a small day that calls what large ones do: starting libraries is not counted, as it is not with peers."""
    dispatch(county_day(volunteers=40, requests=30))


def solved_by_peer(case: Case, batch: Batch, peer: Peer, seconds: float, seed: int) -> tuple[Line, Plan | None]:
    """The line of a peer: status `cannot` with the reason, `none`, or `feasible`; bounds of peers are not asked for."""
    head = {"status": "cannot", "failure": peer.cannot(batch)} | _size(batch)
    if head["failure"] is not None:
        return head, None
    started = time.perf_counter()
    plan = peer.solve(batch, seconds, seed)
    took = round(time.perf_counter() - started, 3)
    if plan is None:
        return head | {"status": "none", "seconds": took, "peak_mb": peak_mb()}, None
    report = {"status": "feasible", "stop": plan.stop, "seconds": took, "peak_mb": peak_mb()}
    return head | report | _judged(case, batch, plan), plan


def thinned(reports: list[Report]) -> list[Report]:
    """Those reports that say something new, at most MOST_REPORTS, spread evenly, with the first and the last."""
    new = [
        now for before, now in zip([None, *reports], reports, strict=False) if before is None or before[1:] != now[1:]
    ]
    if len(new) <= MOST_REPORTS:
        return new
    return [new[i * (len(new) - 1) // (MOST_REPORTS - 1)] for i in range(MOST_REPORTS)]


def _solved_by_us(case: Case, batch: Batch, seconds: float, seed: int) -> tuple[Line, Plan | None]:
    warm_up()
    reports: list[Report] = []
    started = time.perf_counter()
    plan = dispatch(
        batch,
        seconds=seconds,
        seed=seed,
        on_progress=lambda told: reports.append(
            (round(told.seconds, 3), _short(told.values), _short(told.bounds) or ())
        ),
    )
    took = round(time.perf_counter() - started, 3)
    bounds = plan.bound.tiers if plan.bound else None
    line = {
        "status": plan.status,
        "stop": plan.stop,
        "bounds": bounds,
        "gap": plan.gap,
        "objective_bound": None,
        "seconds": took,
        "work": plan.work,
        "peak_mb": peak_mb(),
        "anytime": thinned(reports),
        "digest": digest_of(to_json(batch)),
    }
    if case.bound and bounds and bounds[-1] is not None:
        line["objective_bound"] = case.bound(bounds[-1])
    return line | _size(batch) | _judged(case, batch, plan), plan


def _short(numbers: tuple[float | None, ...] | None) -> tuple[float | None, ...] | None:
    """To six decimals, as in a plan."""
    return None if numbers is None else tuple(None if number is None else round(number, 6) for number in numbers)


def _size(batch: Batch) -> dict[str, int]:
    return {
        "places": sum(role.count for request in batch.requests for role in request.roles),
        "volunteers": len(batch.volunteers),
        "requests": len(batch.requests),
    }


def _judged(case: Case, batch: Batch, plan: Plan) -> Line:
    """What the checker and the family's judge say of a plan; nothing where there is none to judge."""
    if plan.status in ("none", "infeasible"):
        return {"known": case.known, "violations": (), "wrong": ()}
    report = check(batch, plan)
    judged = case.judge(batch, plan) if case.judge else Judged(None)
    known, objective = case.known, judged.objective
    return {
        "objective": objective,
        "parts": judged.parts,
        "wrong": judged.wrong,
        "known": known,
        "distance": objective / known - 1 if objective is not None and known else None,
        "values": report.score.tiers,
        "served": len({visit.request for visit in plan.visits}),
        "visits": len(plan.visits),
        "violations": [violation.en for violation in report.violations],
    }
