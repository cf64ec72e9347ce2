"""Branch and price: decides which requests are served and when, where the relaxation leaves that open.

Most of what a relaxation leaves fractional comes from requests that need several people at once: half of a
request is served by half of the people. Once it is settled which options are chosen, routes are nearly whole.
Branches are explored best bound first, each followed down to its end.
"""

from collections.abc import Callable
from heapq import heappop, heappush

import numpy as np
from numpy.typing import NDArray

from matcher.solver.branch import Branch, by_options, by_people
from matcher.solver.budget import Budget
from matcher.solver.closing import Closing
from matcher.solver.incumbent import Incumbent
from matcher.solver.relaxation import Relaxation, Relaxed, to_the_end

Ints = NDArray[np.int64]

LISTED_AT_END = 5_000
NO_ROWS: Ints = np.zeros(0, dtype=np.int64)


class Tree:
    """The branches of one tier that may hold a better plan."""

    def __init__(
        self, relaxation: Relaxation, incumbent: Incumbent, closing: Closing, budget: Budget,
        tier: int, gap: float, tight: Ints,
    ) -> None:  # fmt: skip
        self._relaxation, self._incumbent, self._closing, self._budget = relaxation, incumbent, closing, budget
        self._tier, self._gap, self._tight = tier, gap, tight
        self._open: list[tuple[float, int, Branch]] = []
        self._left, self._count = -np.inf, 0

    def search(self, root: Relaxed, lower: Callable[[float], None]) -> None:
        """Searches until nothing better is left or the budget ends; calls `lower` with each better bound.

        A branch whose end could not be closed stays a part of the bound.
        """
        inst, self._held = self._relaxation.inst, root.held
        at: tuple[float, Branch] | None = (root.bound, Branch.whole(inst))
        while at is not None and self._budget.stopped is None:
            bound, branch = at
            found, _ = self._relaxation.solve(self._tier, branch, self._penalty(root), 0.0, self._hopeless)
            bound = min(bound, found.bound)
            at = self._follow(bound, branch, found)
            if at is None:
                at = self._next()
            lower(self._bound(at))
        lower(self._bound(at))

    def _follow(self, bound: float, branch: Branch, found: Relaxed) -> tuple[float, Branch] | None:
        """What to explore below a branch; null if it has come to an end."""
        if self._hopeless(bound):
            return None
        if self._budget.stopped is not None:
            return bound, branch
        inst, master = self._relaxation.inst, self._relaxation.master
        chosen, visits = master.chosen(), master.visits()
        children = by_options(inst, branch, chosen)
        if children is None:
            bound = self._end(branch, found, bound)
            if self._hopeless(bound):
                return None
            children = by_people(inst, branch, visits, self._relaxation.rows.alike.size == 1)
        if children is None:
            self._closing.nearest(self._tier, found, branch, self._tight)
            self._left = self._left if self._hopeless(bound) else max(self._left, bound)
            return None
        self._count += 1
        heappush(self._open, (-bound, -self._count, children[1]))
        return bound, children[0]

    def _end(self, branch: Branch, found: Relaxed, bound: float) -> float:
        """Looks for the best plan of a branch whose options are decided; the bound proved."""
        if self._tier < self._relaxation.inst.tiers.count - 1:
            self._finish(branch, bound)
        if self._hopeless(bound):
            return bound
        return min(bound, self._closing.close(self._tier, found, branch, self._tight, self._gap, LISTED_AT_END, 1))

    def _finish(self, branch: Branch, bound: float) -> None:
        """A plan with the options chosen that reaches the bound and is good in all later tiers."""
        inst, master = self._relaxation.inst, self._relaxation.master
        branch, last = branch.only(inst, np.flatnonzero(master.chosen() > 0.5)), inst.tiers.count - 1
        value = bound
        for tier in range(self._tier + 1, last + 1):
            master.hold(tier - 1, value - 1e-9 * max(1.0, abs(value)))
            found, value = self._relaxation.solve(tier, branch, 0.0, 0.0, to_the_end)
        self._closing.close(last, found, branch, NO_ROWS, self._gap, LISTED_AT_END, 2)

    def _next(self) -> tuple[float, Branch] | None:
        """The open branch with the highest bound, null if none can be better than what is left over anyway."""
        while self._open:
            bound, _, branch = heappop(self._open)
            if not self._hopeless(-bound) and -bound > self._left:
                return -bound, branch
        return None

    def _bound(self, at: tuple[float, Branch] | None) -> float:
        """The bound over all that is still open, and of the best plan."""
        best = self._incumbent.best
        bounds = [self._left, *(-bound for bound, _, _ in self._open[:1])]
        if at is not None:
            bounds.append(at[0])
        if best is not None:
            bounds.append(float(best.values[self._tier]))
        return max(bounds)

    def _hopeless(self, bound: float) -> bool:
        """Whether a branch with this bound cannot hold a plan better than the best one by more than the gap."""
        return self._incumbent.keeps(self._held, self._tier) and not self._incumbent.short(self._tier, bound, self._gap)

    def _penalty(self, root: Relaxed) -> float:
        best = self._incumbent.best
        return 100 * (1 + abs(root.lagrangian if best is None else root.lagrangian - float(best.values[self._tier])))
