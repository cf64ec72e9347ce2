"""The solver: sees an instance, gives visits and a proved bound. The one home of OR-Tools and HiGHS."""

from matcher.solver.solution import Solution, Stay
from matcher.solver.portfolio import solve

__all__ = ["Solution", "Stay", "solve"]
