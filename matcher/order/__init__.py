"""Plans by an order of requests: for long days and for terms that belong to the plan as a whole.

The exact solver makes a plan of routes that are worth something each by itself, at starts it lists one by one. Here a
plan is an order of all requests with a person for each place, everybody starts as early as they can, and all terms of
docs/problem.md are told from the times. Small days are proved by CP-SAT; of others, each request is bounded by itself.
"""

from pathlib import Path

from matcher.solver.cache import kernel_cache

KERNELS = ("annealing", "moves", "timing", "trial")

with kernel_cache(Path(__file__).parent, KERNELS):
    from matcher.order.bound import bounds
    from matcher.order.outline import draw
    from matcher.order.serving import obstacles, provable, visits_of
    from matcher.order.solving import Ordered, search

__all__ = ["Ordered", "bounds", "draw", "obstacles", "provable", "search", "visits_of"]
