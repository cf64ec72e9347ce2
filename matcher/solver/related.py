import numpy as np
from scipy.sparse import csr_array
from matcher.instance import Instance
from matcher.solver.neighbourhood import Standing
SPARE = 2
FILL = 2

class Related:
    def __init__(self, inst: Instance) -> None:
        self.inst = inst
        nr, nv = inst.node_request, inst.node["volunteer"].astype(np.int64)
        pair = nr * inst.volunteers + nv
        key, first = np.unique(pair, return_index=True)
        r, v = key // inst.volunteers, key % inst.volunteers
        self.can = csr_array((np.ones(len(key), dtype=np.int32), (r, v)), shape=(inst.requests, inst.volunteers))
        self.by = self.can.T.tocsr()
        n = np.bincount(inst.option_request, minlength=inst.requests)
        self.time = np.bincount(inst.option_request, inst.option_start, minlength=inst.requests) / np.maximum(n, 1)
        self.cost = (inst.node["out"].astype(float) + inst.node["back"])[first]
        self.servable = np.flatnonzero(np.diff(self.can.indptr) > 0)

    def draw(self, plan: Standing, rng, size: int, kind: int):
        inst = self.inst
        short = np.zeros(inst.requests, dtype=bool)
        short[inst.role_request[plan.room > 0]] = True
        some = self.servable
        if kind == 2 and short[some].any():
            some = some[short[some]]
        if kind == 3 and len(plan.owner):
            who = rng.choice(plan.owner)
            seeds = plan.request[plan.owner == who]
        else:
            seeds = np.array([rng.choice(some)])
        share = np.asarray((self.can[seeds] @ self.by).sum(axis=0)).ravel() if len(seeds) > 1 else None
        if share is None:
            near = (self.can[seeds] @ self.by).indices
        else:
            near = np.flatnonzero(share)
        time = self.time.copy()
        served = plan.option >= 0
        time[served] = inst.option_start[plan.option[served]]
        time[plan.request] = inst.slot_start[inst.node_slot[plan.nodes]]
        far = inst.table[inst.start_place[seeds][:, None], inst.start_place[near][None, :]]
        far = np.where(np.isfinite(far), far, 1e6)
        score = (far + (0.25 if kind == 1 else 0.0) * np.abs(time[near][None, :] - time[seeds][:, None])).min(axis=0)
        score = score * rng.uniform(0.5, 1.5, len(near))
        order = near[np.lexsort((near, score))]
        people = np.zeros(inst.volunteers, dtype=bool)
        requests = np.zeros(inst.requests, dtype=bool)
        busy = plan.column >= 0
        for r in order[: 3 * size]:
            people[plan.owner[plan.request == r]] = True
            a, b = self.can.indptr[r], self.can.indptr[r + 1]
            who, cost = self.can.indices[a:b], self.cost[a:b]
            idle = ~busy[who] & ~people[who]
            who, cost = who[idle], cost[idle]
            if len(who):
                pick = np.argsort(cost * rng.uniform(0.5, 1.5, len(cost)), kind="stable")[:SPARE]
                people[who[pick]] = True
            requests[r] = True
            if people.sum() >= size:
                break
        can = np.unique(self.by[np.flatnonzero(people)].indices)
        rank = np.full(inst.requests, len(order)); rank[order] = np.arange(len(order))
        can = can[short[can]]
        can = can[np.argsort(rank[can], kind="stable")][: FILL * size]
        requests[can] = True
        return people, requests
