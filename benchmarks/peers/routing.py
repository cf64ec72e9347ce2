"""The routing library of OR-Tools: places as optional nodes, turns as vehicles, guided local search."""

import time
from collections import defaultdict
from collections.abc import Iterator
from typing import Any

import numpy as np
from ortools.constraint_solver import pywrapcp, routing_enums_pb2

from benchmarks.peers.apart import solve_apart
from benchmarks.peers.jobs import jobs_of, table, vehicles_of
from benchmarks.peers.plans import Stay, plan_of
from benchmarks.peers.scope import beyond, beyond_vehicles, places
from benchmarks.peers.task import Task
from benchmarks.peers.worth import Costs, prizes
from matcher import Batch, Plan

UNITS = 4
"""Units of cost in a weighted second, so that a quarter of a second of waiting is one."""
OUTWEIGHED = 2
"""Dearest visits that one step of coverage outweighs."""
MOST_NODES = 10_000
"""Homes and places beyond which the tables of legs would take gigabytes."""


class Routing:
    """Nothing is random, so the seed is not used."""

    name = "routing"

    def cannot(self, batch: Batch) -> str | None:
        if words := beyond(batch) or beyond_vehicles(batch):
            return words
        nodes = len(batch.volunteers) + sum(places(request) for request in batch.requests)
        return f"{nodes:,} homes and places (at most {MOST_NODES:,})" if nodes > MOST_NODES else None

    def solve(self, batch: Batch, seconds: float, seed: int) -> Plan | None:
        return solve_apart(self.name, batch, seconds, seed)

    def plans(self, batch: Batch, seconds: float, seed: int) -> Iterator[Plan]:
        until = time.monotonic() + seconds
        task = Task(batch)
        jobs, turns = jobs_of(task), vehicles_of(task)
        if not jobs or not turns:
            yield plan_of(task, [])
            return
        stays = _Model(task, jobs, turns).best(until)
        if stays is not None:
            yield plan_of(task, stays)


class _Model:
    """Nodes are the homes of those with a turn, in the order of the volunteers, then the jobs."""

    def __init__(self, task: Task, jobs: list[int], turns: list[int]) -> None:
        self._task, self._jobs, self._turns, self._costs = task, jobs, turns, Costs(task)
        self._who = sorted({task.turns[turn].volunteer for turn in turns})
        homes = [self._who.index(task.turns[turn].volunteer) for turn in turns]
        self._nodes = pywrapcp.RoutingIndexManager(len(self._who) + len(jobs), len(turns), homes, homes)
        self._routing = pywrapcp.RoutingModel(self._nodes)
        self._travel()
        self._limit()
        self._place()

    def best(self, until: float) -> list[Stay] | None:
        """The visits of the best solution found until a moment of the monotonic clock; null: none was."""
        parameters = pywrapcp.DefaultRoutingSearchParameters()
        first, search = routing_enums_pb2.FirstSolutionStrategy, routing_enums_pb2.LocalSearchMetaheuristic
        parameters.first_solution_strategy = first.LOCAL_CHEAPEST_INSERTION
        parameters.local_search_metaheuristic = search.GUIDED_LOCAL_SEARCH
        parameters.time_limit.FromMilliseconds(max(1, int(1000 * (until - time.monotonic()))))
        late = self._routing.solver().CustomLimit(lambda: time.monotonic() > until)
        self._routing.AddSearchMonitor(late)  # its own limit looks at the clock too seldom on a busy machine
        found = self._routing.SolveWithParameters(parameters)
        return self._stays(found) if found else None

    def _travel(self) -> None:
        """Time and price of legs; each turn is as fast as its volunteer."""
        task, routing = self._task, self._routing
        sites = [len(task.batch.volunteers) + task.posts[p].request for p in self._jobs]
        at = np.array([*self._who, *sites])
        service = np.array([0] * len(self._who) + [task.posts[p].seconds for p in self._jobs])
        factors = [float(task.factor[task.turns[turn].volunteer]) for turn in self._turns]
        timed, priced = {}, {}
        for factor in sorted(set(factors)):
            legs = table(task, factor)[np.ix_(at, at)]
            timed[factor] = routing.RegisterTransitMatrix((legs + service[:, None]).tolist())
            cost = np.rint(UNITS * self._costs.travel * legs).astype(np.int64)
            priced[factor] = routing.RegisterTransitMatrix(cost.tolist())
        latest = max(task.turns[turn].end for turn in self._turns)
        routing.AddDimensionWithVehicleTransits([timed[factor] for factor in factors], latest, latest, False, "time")
        self._time = routing.GetDimensionOrDie("time")
        for vehicle, (turn, factor) in enumerate(zip(self._turns, factors, strict=True)):
            shift = task.turns[turn]
            routing.SetArcCostEvaluatorOfVehicle(priced[factor], vehicle)
            for index in (routing.Start(vehicle), routing.End(vehicle)):
                self._time.CumulVar(index).SetRange(max(0, shift.start), shift.end)
        self._time.SetSlackCostCoefficientForAllVehicles(round(UNITS * self._costs.waiting))

    def _limit(self) -> None:
        """Visits and seconds of service of each turn, and what each visit of a person costs."""
        task, routing = self._task, self._routing
        limits = [task.limits[task.turns[turn].volunteer] for turn in self._turns]
        one = routing.RegisterUnaryTransitVector([0] * len(self._who) + [1] * len(self._jobs))
        most = [min(limit.visits, limit.daily, len(self._jobs)) for limit in limits]
        routing.AddDimensionWithVehicleCapacity(one, 0, most, True, "visits")
        visits = routing.GetDimensionOrDie("visits")
        for vehicle, turn in enumerate(self._turns):
            visits.SetSpanCostCoefficientForVehicle(UNITS * max(0, self._costs.average(turn)), vehicle)
            visits.SetCumulVarSoftUpperBound(routing.End(vehicle), 1, UNITS * self._costs.more_work)
        seconds = [0] * len(self._who) + [task.posts[p].seconds for p in self._jobs]
        service = routing.RegisterUnaryTransitVector(seconds)
        routing.AddDimensionWithVehicleCapacity(service, 0, [limit.seconds for limit in limits], True, "service")

    def _place(self) -> None:
        """Who may fill each place, when, and what it is worth."""
        prize = prizes(self._task, self._costs, OUTWEIGHED)
        able: dict[int, list[int]] = defaultdict(list)
        for vehicle, turn in enumerate(self._turns):
            for p in self._task.options[turn]:
                able[p].append(vehicle)
        for job, p in enumerate(self._jobs):
            index = self._nodes.NodeToIndex(len(self._who) + job)
            self._routing.AddDisjunction([index], min(UNITS * prize[p], 2**50))
            self._routing.VehicleVar(index).SetValues([-1, *able[p]])
            self._time.CumulVar(index).SetValues(self._task.starts[self._task.posts[p].request])

    def _stays(self, found: Any) -> list[Stay]:
        stays = []
        for vehicle, turn in enumerate(self._turns):
            index = found.Value(self._routing.NextVar(self._routing.Start(vehicle)))
            while not self._routing.IsEnd(index):
                post = self._jobs[self._nodes.IndexToNode(index) - len(self._who)]
                stays.append(Stay(turn, post, found.Min(self._time.CumulVar(index))))
                index = found.Value(self._routing.NextVar(index))
        return stays


PEER = Routing()
