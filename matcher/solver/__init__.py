"""The solver: sees an instance, gives visits and a proved bound. The one home of OR-Tools and HiGHS."""

from matcher.solver.cache import kernel_cache

with kernel_cache():
    from matcher.solver.portfolio import solve
    from matcher.solver.solution import Solution, Stay

__all__ = ["Solution", "Stay", "solve"]
