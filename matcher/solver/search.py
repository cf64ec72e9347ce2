"""Large-neighbourhood search whose moves are routes: some people's days are planned anew, all at once and exactly.

Requests that could take each other's place are freed together (Shaw, *Using constraint programming and local search
methods to solve vehicle routing problems*, 1998), and with them those who serve them.
"""

from collections.abc import Callable

import numpy as np
from numpy.typing import NDArray

from matcher.instance import Instance
from matcher.solver.budget import Budget
from matcher.solver.closing import Closing
from matcher.solver.columns import Columns
from matcher.solver.graph import Graph, graph_of
from matcher.solver.incumbent import Incumbent
from matcher.solver.neighbourhood import Neighbourhood, Standing, around
from matcher.solver.related import Related
from matcher.solver.relaxation import Relaxation
from matcher.solver.rows import build_rows

Ints = NDArray[np.int64]

WORK = 100_000
GAP = 3e-3
FEWEST, FIRST = 4, 10
GROW, SHRINK = 1.05, 0.9
PATIENCE = 100
LISTED, TRIES = 2000, 1
NO_ROWS = np.zeros(0, dtype=np.int64)
STATS = []
KINDS = 15


def improve(
    inst: Instance, graph: Graph, incumbent: Incumbent, budget: Budget, seed: int, tell: Callable[[str], None]
) -> None:
    if incumbent.best is None or inst.nodes == 0:
        return
    import time
    rng = np.random.default_rng(seed)
    related = Related(inst)
    known = None
    size, idle, count = float(FIRST), 0, 0
    kinds = [k for k in range(4) if KINDS >> k & 1]
    while budget.stopped is None and idle < PATIENCE:
        plan = Standing(inst, incumbent)
        t0 = time.process_time()
        count += 1
        kind = kinds[count % len(kinds)]
        people, requests = related.draw(plan, rng, int(size), kind)
        part = around(inst, plan, people, requests)
        t1 = time.process_time()
        child = Budget(int(min(WORK, budget.work_left())), budget.wall_seconds())
        before = incumbent.best
        _solve(inst, incumbent, plan, part, child, seed, known)
        budget.spend(child.used)
        STATS.append((kind, int(size), int(people.sum()), part.inst.requests, part.inst.nodes, t1-t0, time.process_time()-t1, child.used, child.stopped, incumbent.best is not before, incumbent.best.values.copy()))
        idle = 0 if incumbent.best is not before else idle + 1
        if len(part.nodes) == inst.nodes and child.stopped is None:
            return
        if child.used >= WORK:
            size = max(FEWEST, size * SHRINK)
        elif child.used < WORK / 4:
            size = min(inst.volunteers, size * GROW)


def _solve(inst, incumbent, plan, part: Neighbourhood, budget: Budget, seed: int, known):
    sub = part.inst
    graph = graph_of(sub)
    pool = Columns(sub, graph)
    inner = Incumbent(sub, graph, pool, lambda stage: None)
    people = np.unique(inst.node["volunteer"][part.nodes])
    columns = plan.column[people]
    routes = [incumbent.pool.route(c) for c in columns[columns >= 0]]
    option = np.flatnonzero(np.isin(part.options, incumbent.best.options))
    start = pool.take([(np.searchsorted(part.nodes, nodes), vias) for nodes, vias in routes])
    inner.keep(start, option)
    first = inner.best
    relaxation = Relaxation(sub, graph, build_rows(sub), pool, budget)
    closing = Closing(relaxation, inner, budget, seed)
    _better(relaxation, inner, closing)
    if inner.best is first:
        return
    fresh = [pool.route(c) for c in inner.best.columns]
    fresh = incumbent.pool.take([(part.nodes[n], v) for n, v in fresh])
    stay = np.setdiff1d(incumbent.best.columns, columns)
    options = np.setdiff1d(incumbent.best.options, part.options)
    chosen = part.options[inner.best.options]
    incumbent.keep(np.concatenate([stay, fresh]), np.concatenate([options, chosen]))


def _better(relaxation, inner, closing):
    whole = relaxation.master.branch
    last = relaxation.inst.tiers.count - 1
    for tier in range(last + 1):
        gap = GAP if tier == last else 0.0
        found = relaxation.unproved(tier)
        if inner.short(tier, found.bound, gap):
            found, _ = relaxation.solve(tier, whole, 0.0, lambda bound: not inner.short(tier, bound, gap))
        if inner.short(tier, found.bound, gap):
            bound = closing.close(tier, found, whole, NO_ROWS, gap, LISTED, TRIES) if tier == last else found.bound
            if inner.short(tier, bound, gap):
                closing.nearest(tier, found, whole, NO_ROWS)
        value = float(inner.best.values[tier])
        relaxation.master.hold(tier, value - 1e-9 * max(1.0, abs(value)))
