"""Large-neighbourhood search whose moves are routes: some people's days are planned anew, all at once and exactly.

Shaw, *Using constraint programming and local search methods to solve vehicle routing problems*, 1998: requests that
could take each other's place are freed together. Which people are free follows from them.
"""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import coo_array, csr_array

from matcher.instance import Instance
from matcher.solver import generation
from matcher.solver.budget import Budget
from matcher.solver.graph import Graph
from matcher.solver.incumbent import Incumbent
from matcher.solver.neighbourhood import Neighbourhood, Standing, around

Ints = NDArray[np.int64]
Floats = NDArray[np.float64]
Bools = NDArray[np.bool_]

WORK = 400_000
GAP = 1e-5
FEWEST, FIRST, MOST = 4, 10, 80
PATIENCE = 100
SPARE = 3
STATS = []

def improve(
    inst: Instance, graph: Graph, incumbent: Incumbent, budget: Budget, seed: int, tell: Callable[[str], None]
) -> None:
    if incumbent.best is None or inst.nodes == 0:
        return
    import time
    rng = np.random.default_rng(seed)
    places = Nearness(inst)
    size, idle = float(FIRST), 0
    while budget.stopped is None and idle < PATIENCE:
        plan = Standing(inst, incumbent)
        t0=time.time()
        people, requests = places.draw(plan, rng, int(size))
        part = around(inst, plan, people, requests)
        t1=time.time()
        child = Budget(int(min(WORK, budget.work_left())), budget.wall_seconds())
        before = incumbent.best
        found = _solve(inst, incumbent, plan, part, child, seed)
        budget.spend(child.used)
        STATS.append((places.kind, int(size), int(people.sum()), part.inst.requests, part.inst.nodes, t1-t0, time.time()-t1, child.used, child.stopped, incumbent.best is not before, incumbent.best.values.copy()))
        idle = 0 if incumbent.best is not before else idle + 1
        if len(part.nodes) == inst.nodes and child.stopped is None:
            return
        if child.used >= WORK:
            size = max(FEWEST, size * 0.9)
        elif child.used < WORK / 4:
            size = min(MOST, size * 1.05)


def _solve(inst, incumbent, plan, part: Neighbourhood, budget: Budget, seed: int):
    gen = generation.Generation(part.inst, budget, lambda stage: None, seed)
    people = np.unique(inst.node["volunteer"][part.nodes])
    columns = plan.column[people]
    routes = [incumbent.pool.route(c) for c in columns[columns >= 0]]
    option = np.flatnonzero(np.isin(part.options, incumbent.best.options))
    start = gen.pool.take([(np.searchsorted(part.nodes, nodes), vias) for nodes, vias in routes])
    gen.incumbent.keep(start, option)
    first = gen.best
    gen.run(GAP)
    if gen.best is first:
        return
    fresh = [gen.pool.route(c) for c in gen.best.columns]
    fresh = incumbent.pool.take([(part.nodes[n], v) for n, v in fresh])
    stay = np.setdiff1d(incumbent.best.columns, columns)
    options = np.setdiff1d(incumbent.best.options, part.options)
    chosen = part.options[gen.best.options]
    incumbent.keep(np.concatenate([stay, fresh]), np.concatenate([options, chosen]))


class Nearness:
    def __init__(self, inst: Instance) -> None:
        self.inst = inst
        nr, nv = inst.node_request, inst.node["volunteer"].astype(np.int64)
        key = np.unique(nr * inst.volunteers + nv)
        r, v = key // inst.volunteers, key % inst.volunteers
        self.can = csr_array((np.ones(len(key), dtype=np.int32), (r, v)), shape=(inst.requests, inst.volunteers))
        self.by = self.can.T.tocsr()
        n = np.bincount(inst.option_request, minlength=inst.requests)
        self.time = np.bincount(inst.option_request, inst.option_start, minlength=inst.requests) / np.maximum(n, 1)
        last = inst.tiers.count - 1
        cost = (inst.node["out"].astype(float) + inst.node["back"])
        order = np.lexsort((cost, nr * inst.volunteers + nv))
        k = (nr * inst.volunteers + nv)[order]
        first = np.concatenate([[True], np.diff(k) > 0])
        self.cost = cost[order][first]   # aligned with key / can.data
        self.servable = np.flatnonzero(np.diff(self.can.indptr) > 0)
        self.at = 0

    def draw(self, plan: Standing, rng, size: int):
        inst = self.inst
        short = np.zeros(inst.requests, dtype=bool)
        short[inst.role_request[plan.room > 0]] = True
        self.at += 1
        kind = self.kind = self.at % 3
        some = self.servable
        if kind == 2 and short[some].any():
            some = some[short[some]]
        one = int(rng.choice(some))
        share = self.can[[one]] @ self.by
        near, shared = share.indices, share.data
        time = self.time.copy()
        served = plan.option >= 0
        time[served] = inst.option_start[plan.option[served]]
        time[plan.request] = inst.slot_start[inst.node_slot[plan.nodes]]
        far = inst.table[inst.start_place[one], inst.start_place[near]]
        far = np.where(np.isfinite(far), far, 1e6)
        score = far + (0.25 if kind == 1 else 0.0) * np.abs(time[near] - time[one])
        score = score * rng.uniform(0.5, 1.5, len(near))
        order = near[np.lexsort((near, score))]
        people = np.zeros(inst.volunteers, dtype=bool)
        requests = np.zeros(inst.requests, dtype=bool)
        busy = plan.column >= 0
        by_request = [plan.owner[plan.request == r] for r in order[: 3 * size]]
        for r, crew in zip(order, by_request):
            people[crew] = True
            a, b = self.can.indptr[r], self.can.indptr[r + 1]
            who, cost = self.can.indices[a:b], self.cost[a:b]
            idle = ~busy[who] & ~people[who]
            who, cost = who[idle], cost[idle]
            if len(who):
                pick = np.argsort(cost * rng.uniform(0.5, 1.5, len(cost)), kind="stable")[: (SPARE if r == one else 1)]
                people[who[pick]] = True
            requests[r] = True
            if people.sum() >= size:
                break
        # what else they could fill
        can = np.unique(self.by[np.flatnonzero(people)].indices)
        rank = np.full(inst.requests, len(order)); rank[order] = np.arange(len(order))
        can = can[short[can]]
        can = can[np.argsort(rank[can], kind="stable")][: 2 * size]
        requests[can] = True
        return people, requests
