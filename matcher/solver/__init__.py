"""The solver: sees an instance, gives visits and a proved bound. The one home of OR-Tools and HiGHS."""

from pathlib import Path

from matcher.solver.cache import KERNELS, kernel_cache

with kernel_cache(Path(__file__).parent, KERNELS):
    from matcher.solver.portfolio import Tell, asked, solve
    from matcher.solver.solution import Solution, Stay

__all__ = ["Solution", "Stay", "Tell", "asked", "solve"]
