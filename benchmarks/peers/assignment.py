"""The assignment problem: one person each request, one request each person, by SciPy's `linear_sum_assignment`."""

import numpy as np
from scipy.optimize import linear_sum_assignment

from benchmarks.peers.plans import Stay, plan_of
from benchmarks.peers.scope import beyond, one_visit, places
from benchmarks.peers.task import Task, starts_of
from benchmarks.peers.worth import Costs, prizes
from matcher import Batch, Plan

EXACT = 2**53
"""Above this, float64 no longer tells whole numbers apart."""


class Assignment:
    """Exact where it applies; takes no time limit, and needs none at some thousand people."""

    name = "assignment"

    def cannot(self, batch: Batch) -> str | None:
        if words := beyond(batch):
            return words
        if any(places(request) > 1 for request in batch.requests):
            return "requests for several people"
        if any(len(starts) > 1 for starts in starts_of(batch)):
            return "starts to be chosen"
        if not one_visit(batch):
            return "several visits a person"
        task = Task(batch)
        best = max(prizes(task, Costs(task), len(task.posts)), default=0)
        return None if best * len(task.posts) < EXACT else "so strict an order of tiers in one number"

    def solve(self, batch: Batch, seconds: float, seed: int) -> Plan | None:
        task = Task(batch)
        costs = Costs(task)
        prize = prizes(task, costs, len(task.posts))
        gain = np.zeros((len(batch.volunteers), len(task.posts)))
        via = np.full(gain.shape, -1)
        for turn, options in enumerate(task.options):
            volunteer = task.turns[turn].volunteer
            for p in options:
                if task.limits[volunteer].visits and (worth := prize[p] - costs.alone(volunteer, task.posts[p])) > 0:
                    gain[volunteer, p], via[volunteer, p] = worth, turn
        pairs = zip(*linear_sum_assignment(gain, maximize=True), strict=True)
        starts = [task.starts[post.request][0] for post in task.posts]
        return plan_of(task, [Stay(int(via[v, p]), int(p), starts[p]) for v, p in pairs if via[v, p] >= 0])


PEER = Assignment()
