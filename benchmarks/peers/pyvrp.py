"""PyVRP: places as clients with a prize, turns as vehicle types with ways and costs of their own."""

import time
from collections.abc import Iterator

import numpy as np
import pyvrp
from numpy.typing import NDArray

from benchmarks.peers.apart import solve_apart
from benchmarks.peers.jobs import FAR, jobs_of, vehicles_of
from benchmarks.peers.plans import earliest, plan_of
from benchmarks.peers.scope import beyond, beyond_vehicles
from benchmarks.peers.task import Task
from benchmarks.peers.worth import Costs, prizes
from matcher import Batch, Plan

UNITS = 4
"""Units of cost in a weighted second, so that a quarter of a second of waiting is one."""
OUTWEIGHED = 2
"""Dearest visits that one step of coverage outweighs: larger prizes would dwarf the price of being late."""
SHARE = 0.75
"""Share of the time left that is asked for: at some thousand places one step of its search takes seconds."""
DEARER = 10
"""Times the largest prize that breaking a limit may come to cost while it searches: with less, prizes buy it."""
MOST_BYTES = 3 * 10**9
"""Most memory of all turns' tables."""


class PyVrp:
    """Each turn has a table of its own from home, so whom it may serve and what each visit costs is exact."""

    name = "pyvrp"

    def cannot(self, batch: Batch) -> str | None:
        if words := beyond(batch) or beyond_vehicles(batch):
            return words
        if any(len(request.windows) > 1 for request in batch.requests):
            return "several windows of a request"
        posts = sum(len(request.roles) for request in batch.requests)
        size = sum(len(volunteer.shifts) for volunteer in batch.volunteers) * (posts + 1) ** 2 * 16
        return f"{size / 1e9:.1f} GB of tables (at most {MOST_BYTES / 1e9:g})" if size > MOST_BYTES else None

    def solve(self, batch: Batch, seconds: float, seed: int) -> Plan | None:
        return solve_apart(self.name, batch, seconds, seed)

    def plans(self, batch: Batch, seconds: float, seed: int) -> Iterator[Plan]:
        until = time.monotonic() + seconds
        task = Task(batch)
        jobs, turns = jobs_of(task), vehicles_of(task)
        if not jobs or not turns:
            yield plan_of(task, [])
            return
        data = _data(task, jobs, turns)
        stop = pyvrp.stop.MaxRuntime(max(0.001, SHARE * (until - time.monotonic())))
        dearest = max(client.prize for client in data.clients())
        params = pyvrp.SolveParams(penalty=pyvrp.PenaltyParams(max_penalty=DEARER * dearest))
        best = pyvrp.solve(data, stop, seed=seed, collect_stats=False, params=params).best
        tours = {
            turns[route.vehicle_type()]: [jobs[visit.idx] for visit in route.schedule() if visit.is_client()]
            for route in best.routes()
        }
        yield plan_of(task, [stay for turn, posts in tours.items() for stay in earliest(task, turn, posts)])


def _data(task: Task, jobs: list[int], turns: list[int]) -> pyvrp.ProblemData:
    """Location 0 is the home of whoever looks at it, location 1 + p is post p."""
    costs = Costs(task)
    tables = [_tables(task, costs, turn) for turn in turns]
    prize = [min(worth, 2**50) for worth in prizes(task, costs, OUTWEIGHED)]
    return pyvrp.ProblemData(
        locations=[pyvrp.Location(0, 0) for _ in range(1 + len(task.posts))],
        clients=[_client(task, costs, p, prize[p]) for p in jobs],
        depots=[pyvrp.Depot(0)],
        vehicle_types=[_vehicle(task, costs, turn, profile) for profile, turn in enumerate(turns)],
        distance_matrices=[distance for distance, _ in tables],
        duration_matrices=[duration for _, duration in tables],
    )


def _client(task: Task, costs: Costs, p: int, prize: int) -> pyvrp.Client:
    post = task.posts[p]
    starts = task.starts[post.request]
    return pyvrp.Client(
        1 + p,
        delivery=[1, post.seconds],
        service_duration=post.seconds,
        tw_early=starts[0],
        tw_late=starts[-1],
        prize=UNITS * prize + round(UNITS * costs.waiting) * post.seconds,
        required=False,
    )


def _vehicle(task: Task, costs: Costs, turn: int, profile: int) -> pyvrp.VehicleType:
    shift = task.turns[turn]
    limits = task.limits[shift.volunteer]
    return pyvrp.VehicleType(
        capacity=[min(limits.visits, limits.daily), limits.seconds],
        tw_early=max(0, shift.start),
        tw_late=shift.end,
        unit_distance_cost=1,
        unit_duration_cost=round(UNITS * costs.waiting),
        profile=profile,
    )


def _tables(task: Task, costs: Costs, turn: int) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """What each leg of a turn costs beside its time, visit at its end included, and its seconds [posts + 1] twice.

    No way leads to a post that the turn may not fill.
    """
    volunteer, options = task.turns[turn].volunteer, task.options[turn]
    request = np.array([post.request for post in task.posts])
    duration = np.zeros((len(request) + 1, len(request) + 1), np.int64)
    duration[0, 1:], duration[1:, 0] = task.out[volunteer, request], task.back[volunteer, request]
    duration[1:, 1:] = task.legs(float(task.factor[volunteer]))[np.ix_(request, request)]
    duration[:, [1 + p for p in range(len(request)) if p not in options]] = FAR
    duration = np.minimum(duration, FAR)
    np.fill_diagonal(duration, 0)
    visit = [0, *(costs.visit(volunteer, post) if p in options else 0 for p, post in enumerate(task.posts))]
    timed = round(UNITS * costs.waiting)
    distance = np.rint(UNITS * (costs.travel * duration + np.array(visit))).astype(np.int64) - timed * duration
    distance = np.maximum(distance, 0)
    np.fill_diagonal(distance, 0)
    return distance, duration


PEER = PyVrp()
