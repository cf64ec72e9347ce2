"""Large-neighbourhood search whose moves are routes: some people's days are planned anew, all at once.

Requests that could take each other's place are freed together (Shaw, *Using constraint programming and local search
methods to solve vehicle routing problems*, 1998), and with them those who serve them. What comes of it is an instance
of its own, solved like any other, but within a small gap and little work. Neighbourhoods grow while they are solved
easily and shrink where they are not. Nothing is proved of the whole.
"""

from collections.abc import Callable

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import csr_array

from matcher.instance import Instance
from matcher.solver.alike import nobody_alike
from matcher.solver.branch import Branch
from matcher.solver.branching import NO_ROWS, Tree
from matcher.solver.budget import Budget
from matcher.solver.closing import Closing
from matcher.solver.columns import Columns
from matcher.solver.graph import Graph, graph_of
from matcher.solver.incumbent import Chosen, Incumbent
from matcher.solver.neighbourhood import Neighbourhood, Standing, around
from matcher.solver.relaxation import Relaxation
from matcher.solver.rows import build_rows

Ints = NDArray[np.int64]
Bools = NDArray[np.bool_]
Routes = list[tuple[Ints, Ints]]

WORK = 80_000
GAP = 1e-3
"""Units of work for one neighbourhood, and how near its last tier is brought to its bound."""

FIRST, GROW, SHRINK, FEWEST = 10, 1.05, 0.8, 2
"""People of the first neighbourhood; factors after one that was easy or too much; the fewest."""

PATIENCE = 200
"""Neighbourhoods without improvement after which the search ends."""

SPARE = 2
"""People without visits who are freed with a request, and with one that nobody serves so many more than it needs."""

OPENED = 2
"""Most requests that may change their start or be served anew, for each of the people."""

NEXT_DOOR = 300
"""Seconds of way below which requests are hardly told apart."""

TIME_RATES = (0.0, 0.25)
"""What a second between starts may weigh against a second of way."""


def improve(
    inst: Instance, graph: Graph, incumbent: Incumbent, budget: Budget, seed: int, tell: Callable[[str], None]
) -> None:
    """Improves the best plan until the budget ends or nothing better turns up; does nothing without a plan.

    The same seed and work limit give the same plan. `tell` hears of the start; `incumbent` tells what is better.
    """
    if incumbent.best is None or not graph.ptr[-1]:
        return
    tell("search")
    rng, related = np.random.default_rng(seed), Related(inst)
    size, turn, vain = float(FIRST), 0, 0
    while budget.stopped is None and vain < PATIENCE:
        before = incumbent.best
        plan = Standing(inst, before, incumbent.pool)
        people, requests = related.draw(plan, rng, int(size), turn)
        part = around(inst, plan, people, requests)
        child = Budget(int(min(WORK, budget.work_left())), budget.wall_seconds())
        _plan_anew(inst, incumbent, plan, part, child, seed)
        budget.spend(child.used)
        if len(part.nodes) == inst.nodes and child.stopped is None:
            return
        turn, vain = turn + 1, vain + 1 if incumbent.best is before else 0
        if child.stopped is not None:
            size = max(FEWEST, size * SHRINK)
        elif child.used < WORK / 4:
            size = min(inst.volunteers, size * GROW)


class Related:
    """Who could serve what, what that costs in the last tier if it is all they do, and which requests are near."""

    def __init__(self, inst: Instance) -> None:
        self._inst = inst
        who, last = inst.node["volunteer"].astype(np.int64), inst.tiers.count - 1
        pairs, pair = np.unique(inst.node_request * inst.volunteers + who, return_inverse=True)
        ptr = np.searchsorted(pairs, np.arange(inst.requests + 1) * inst.volunteers)
        ones, size = np.ones(len(pairs), dtype=np.int32), (inst.requests, inst.volunteers)
        self._could = csr_array((ones, pairs % inst.volunteers, ptr), shape=size)
        alone = inst.tiers.travel[last] * (inst.node["out"].astype(np.float64) + inst.node["back"])
        alone += inst.tiers.load_cost(inst.recent, np.ones_like(inst.recent))[last, who]
        alone -= inst.node_gain.get(last, 0.0)
        self._cost = np.full(len(pairs), np.inf)
        np.minimum.at(self._cost, pair, alone)
        count = np.maximum(1, np.bincount(inst.option_request, minlength=inst.requests))
        self._usual = np.bincount(inst.option_request, inst.option_start, minlength=inst.requests) / count

    def draw(self, plan: Standing, rng: np.random.Generator, size: int, turn: int) -> tuple[Bools, Bools]:
        """About `size` people [V] and the requests [R] that they may serve besides those they serve.

        By turns it begins with any request, one with empty places, and somebody's day.
        """
        inst = self._inst
        room = np.zeros(inst.requests, dtype=np.bool_)
        room[inst.role_request[plan.room > 0]] = True
        lacking = np.bincount(inst.role_request, inst.role_min, minlength=inst.requests).astype(np.int64)
        lacking[plan.request] = 0
        near = self._near(plan, rng, self._seeds(plan, rng, room, turn % 3))
        busy, people, requests = plan.route >= 0, np.zeros(inst.volunteers, np.bool_), np.zeros_like(room)
        for request in near[: 3 * size]:
            people[plan.owner[plan.request == request]] = True
            at = slice(self._could.indptr[request], self._could.indptr[request + 1])
            dear = self._cost[at] - self._cost[at].min()
            dear = (dear + dear.max() / 10) * rng.uniform(0.5, 1.5, len(dear))
            able = self._could.indices[at][np.argsort(dear, kind="stable")]
            people[able[~busy[able] & ~people[able]][: SPARE + lacking[request] + size // 20]] = True
            requests[request] = True
            if people.sum() >= size:
                break
        room[plan.request[people[plan.owner]]] = True
        more = near[room[near] & (self._could[near] @ people > 0)]
        requests[more[: OPENED * size]] = True
        return people, requests

    def _seeds(self, plan: Standing, rng: np.random.Generator, room: Bools, turn: int) -> Ints:
        """The requests that a neighbourhood begins with."""
        if turn == 2 and len(plan.owner):
            theirs: Ints = plan.request[plan.owner == rng.choice(plan.owner)]
            return theirs
        able = np.diff(self._could.indptr) > 0
        some = np.flatnonzero(able & room) if turn == 1 and (able & room).any() else np.flatnonzero(able)
        return rng.choice(some, 1)

    def _near(self, plan: Standing, rng: np.random.Generator, seeds: Ints) -> Ints:
        """The requests that share somebody with one of the seeds, nearest first in place and time, with chance."""
        inst, rate = self._inst, rng.choice(TIME_RATES)
        able = self._could[seeds].sum(axis=0) > 0
        near = np.flatnonzero(self._could @ able > 0)
        start = self._usual.copy()
        start[plan.request] = inst.slot_start[inst.node_slot[plan.nodes]]
        way = inst.table[np.ix_(inst.start_place[seeds], inst.start_place[near])]
        apart = np.nan_to_num(way, posinf=1e9) + rate * np.abs(start[seeds][:, None] - start[near])
        score = (NEXT_DOOR + apart.min(axis=0)) * rng.uniform(0.5, 1.5, len(near))
        order: Ints = near[np.argsort(score, kind="stable")]
        return order


def _plan_anew(
    inst: Instance, incumbent: Incumbent, plan: Standing, part: Neighbourhood, budget: Budget, seed: int
) -> None:
    """Solves a neighbourhood from the plan that stands, and keeps what is better."""
    mine = plan.route[np.unique(inst.node["volunteer"][part.nodes])]
    mine = mine[mine >= 0]
    before = incumbent.pool.routes_of(plan.columns[mine], plan.people[mine])
    routes = [(np.searchsorted(part.nodes, nodes), vias) for nodes, vias in before]
    pool, found = _solved(part.inst, routes, np.flatnonzero(np.isin(part.options, plan.options)), budget, seed)
    fresh = [pool.route(c) for c in found.columns]
    fresh_columns = incumbent.pool.take([(part.nodes[nodes], vias) for nodes, vias in fresh])
    others, kept = np.delete(plan.columns, mine), np.setdiff1d(plan.options, part.options)
    incumbent.keep(np.concatenate([others, fresh_columns]), np.concatenate([kept, part.options[found.options]]))


def _solved(inst: Instance, routes: Routes, options: Ints, budget: Budget, seed: int) -> tuple[Columns, Chosen]:
    """The best plan found from a plan of these routes and options, and the pool it is made from."""
    graph = graph_of(inst)
    alike = nobody_alike(inst)
    pool = Columns(inst, graph, alike)
    inner = Incumbent(inst, pool, lambda stage: None)
    inner.keep(pool.take(routes), options)
    relaxation = Relaxation(inst, graph, build_rows(inst, alike), pool, budget)
    closing, last = Closing(relaxation, inner, budget, seed, []), inst.tiers.count - 1
    for tier in range(last):
        _settle(relaxation, inner, closing, budget, tier, 0.0)
    _settle(relaxation, inner, closing, budget, last, GAP)
    assert inner.best is not None
    return pool, inner.best


def _settle(relaxation: Relaxation, inner: Incumbent, closing: Closing, budget: Budget, tier: int, gap: float) -> None:
    """Bounds a tier, searches the branches that may be better by more than the gap, and holds what was reached."""
    found = relaxation.unproved(tier)
    if inner.short(tier, found.bound, gap):
        whole = Branch.whole(relaxation.inst)
        found, _ = relaxation.solve(tier, whole, 0.0, 0.0, lambda bound: not inner.short(tier, bound, gap))
    if inner.short(tier, found.bound, gap):
        Tree(relaxation, inner, closing, budget, tier, gap, NO_ROWS).search(found, lambda bound: None)
    if inner.best is not None:
        value = float(inner.best.values[tier])
        relaxation.master.hold(tier, value - 1e-9 * max(1.0, abs(value)))
