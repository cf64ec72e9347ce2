"""VROOM, by way of pyvroom: places as jobs with a priority, who may go as skills, travel as the cost."""

import os
import time
from collections import defaultdict
from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import vroom

from benchmarks.peers.apart import solve_apart
from benchmarks.peers.jobs import jobs_of, spans, table, vehicles_of
from benchmarks.peers.plans import Stay, earliest, plan_of
from benchmarks.peers.scope import beyond, beyond_vehicles
from benchmarks.peers.task import ENDLESS, Task
from benchmarks.peers.worth import Costs, coverage
from matcher import Batch, Plan

HIGHEST = 100
"""The highest priority there is."""
LEVELS = (0, 5)
"""Exploration levels, one after the other: the lowest is done soon, the highest ends late where much is asked."""
SHARE = 0.75
"""Share of the time left that is asked for: VROOM ends what it has begun, and comes up to a quarter late."""


class Vroom:
    """Most priority first, then least travel; nothing is random, so the seed is not used."""

    name = "vroom"

    def cannot(self, batch: Batch) -> str | None:
        return beyond(batch) or beyond_vehicles(batch)

    def solve(self, batch: Batch, seconds: float, seed: int) -> Plan | None:
        return solve_apart(self.name, batch, seconds, seed)

    def plans(self, batch: Batch, seconds: float, seed: int) -> Iterator[Plan]:
        until = time.monotonic() + seconds
        task = Task(batch)
        jobs, vehicles = jobs_of(task), vehicles_of(task)
        if not jobs or not vehicles:
            yield plan_of(task, [])
            return
        problem = vroom.Input()
        for factor in {float(task.factor[task.turns[t].volunteer]) for t in vehicles}:
            problem.set_durations_matrix(str(factor), table(task, factor))
        problem.add_vehicle([_vehicle(task, turn) for turn in vehicles])
        problem.add_job(_jobs(task, jobs))
        for level in LEVELS:
            left = until - time.monotonic()
            if left > 0:
                limit, threads = timedelta(seconds=SHARE * left), os.cpu_count() or 1
                routes = problem.solve(exploration_level=level, nb_threads=threads, timeout=limit).routes
                yield plan_of(task, _stays(task, jobs, routes))


def _vehicle(task: Task, turn: int) -> vroom.Vehicle:
    shift, costs = task.turns[turn], Costs(task)
    limits = task.limits[shift.volunteer]
    return vroom.Vehicle(
        turn,
        start=shift.volunteer,
        end=shift.volunteer,
        profile=str(float(task.factor[shift.volunteer])),
        capacity=[limits.seconds],
        skills=set(task.options[turn]),
        time_window=(max(0, shift.start), shift.end),
        costs=vroom.VehicleCosts(fixed=max(0, costs.average(turn)), per_hour=round(3600 * costs.travel)),
        max_tasks=min(limits.visits, limits.daily, ENDLESS),
    )


def _jobs(task: Task, jobs: list[int]) -> list[vroom.Job]:
    priority = priorities(task)
    return [
        vroom.Job(
            job,
            location=len(task.batch.volunteers) + task.posts[p].request,
            default_service=task.posts[p].seconds,
            delivery=[task.posts[p].seconds],
            skills={p},
            priority=priority[p],
            time_windows=spans(task.starts[task.posts[p].request], task.step),
        )
        for job, p in enumerate(jobs)
    ]


def priorities(task: Task) -> list[int]:
    """Coverage of each post as a priority from 0 to 100, each tier that is in use in a band above those after it."""
    tiers = [steps for steps in coverage(task) if steps.any()]
    band = HIGHEST / max(1, len(tiers))
    priority = [0] * len(task.posts)
    for rank, steps in enumerate(reversed(tiers)):
        for p, step in enumerate(steps.tolist()):
            if step:
                priority[p] = max(1, round(band * (rank + step / steps.max())))
    return priority


def _stays(task: Task, jobs: list[int], routes: Any) -> list[Stay]:
    tours: dict[int, list[int]] = defaultdict(list)
    steps = routes[routes["type"] == "job"]
    for turn, job in zip(steps["vehicle_id"], steps.get("id", ()), strict=True):
        tours[int(turn)].append(jobs[int(job)])
    return [stay for turn, posts in tours.items() for stay in earliest(task, turn, posts)]


PEER = Vroom()
