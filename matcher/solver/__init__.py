"""The solver: sees an instance, gives visits and a proved bound. The one home of OR-Tools and HiGHS."""

from matcher.solver.portfolio import solve
from matcher.solver.solution import Solution, Stay

__all__ = ["Solution", "Stay", "solve"]
