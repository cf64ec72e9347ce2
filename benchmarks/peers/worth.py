"""What visits are worth: coverage in whole steps, everything else in weighted seconds (docs/problem.md, Terms).

Left out for all peers: `lateness`, and the part of `workload` that grows with a person's second visit, which
`more_work` gives to those that can use it.
"""

import math

import numpy as np
from numpy.typing import NDArray

from benchmarks.peers.eligible import level
from benchmarks.peers.scope import places
from benchmarks.peers.task import Post, Task

FINEST = 1_000_000
"""Most steps of coverage in one place of value 1."""


def coverage(task: Task) -> NDArray[np.int64]:
    """What a place of each post adds to each tier before the last, in whole steps [tiers - 1, posts].

    A step is the reciprocal of the least common multiple of the requests' places; a thousandth of it where values
    are no whole numbers.
    """
    requests = task.batch.requests
    unit = math.lcm(*(places(request) for request in requests)) if requests else 1
    unit = min(FINEST, unit if all(float(request.value).is_integer() for request in requests) else unit * 1000)
    steps = np.zeros((len(task.batch.policy.tiers) - 1, len(task.posts)), np.int64)
    for t, tier in enumerate(task.batch.policy.tiers[:-1]):
        for p, post in enumerate(task.posts):
            request = requests[post.request]
            weight = tier.terms.get(f"coverage.{request.priority}", 0.0)
            steps[t, p] = round(weight * request.value * unit / places(request))
    return steps


class Costs:
    """The last tier in weighted seconds: a minute of weight 1 is 60."""

    def __init__(self, task: Task) -> None:
        self._task, self._terms = task, task.batch.policy.tiers[-1].terms
        self.travel = self._terms.get("travel", 0.0)
        self.waiting = self._terms.get("waiting", 0.0)
        self.more_work = round(60 * self._terms.get("workload", 0.0))
        """What each visit costs for every visit the same person makes before it."""

    def visit(self, v: int, post: Post) -> int:
        """What a visit of volunteer v costs by itself, its way and waiting left out; may be negative."""
        task, weight = self._task, self._terms
        volunteer, request = task.batch.volunteers[v], task.batch.requests[post.request]
        role, day = request.roles[post.role], task.clock.day(task.starts[post.request][0])
        accepts = task.batch.policy.prior_acceptance if volunteer.acceptance is None else volunteer.acceptance
        amounts = {
            "escalation": task.eligible.tiers_apart(volunteer, request),
            "overskill": 0 if role.skill is None else max(0, level(volunteer, role.skill, day) - role.level),
            "workload": volunteer.recent_requests,
            "reliability": 1 - accepts,
            "preference": -(volunteer.id in request.preferred),
            "familiar": -(volunteer.id in request.familiar),
            "interest": -(request.category is not None and request.category in volunteer.interests),
            "tags": -len(set(request.tags_preferred) & set(volunteer.tags)),
        }
        return round(60 * sum(weight.get(name, 0.0) * amount for name, amount in amounts.items()))

    def alone(self, v: int, post: Post) -> int:
        """What a visit costs that is a tour of its own: from home and back."""
        there = int(self._task.out[v, post.request] + self._task.back[v, post.request])
        return self.visit(v, post) + round(self.travel * there)

    def average(self, turn: int) -> int:
        """What a visit of this turn costs on average by itself; 0 where the turn has no option."""
        v, posts = self._task.turns[turn].volunteer, self._task.options[turn]
        return round(sum(self.visit(v, self._task.posts[p]) for p in posts) / max(1, len(posts)))


def dearest(task: Task, costs: Costs) -> int:
    """The most that any visit costs as a tour of its own, after waiting for a whole shift; at least 1."""
    visits = ((turn, p) for turn, posts in zip(task.turns, task.options, strict=True) for p in posts)
    prices = (
        abs(costs.alone(turn.volunteer, task.posts[p])) + round(costs.waiting * (turn.end - turn.start))
        for turn, p in visits
    )
    return max(prices, default=0) or 1


def prizes(task: Task, costs: Costs, visits: int) -> list[int]:
    """What a place of each post earns in one sum of weighted seconds.

    One step of coverage outweighs so many of the dearest visits, and a step of one tier so many of the largest
    prizes of the tiers after it. With as many visits as a plan may have, the order of the tiers is strict.
    """
    prize, outweighed = [0] * len(task.posts), dearest(task, costs)
    for steps in coverage(task)[::-1].tolist():
        each = 2 * visits * outweighed
        prize = [old + each * step for old, step in zip(prize, steps, strict=True)]
        outweighed = max(outweighed, *prize) if prize else outweighed
    return prize
