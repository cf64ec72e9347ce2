"""The search: an order of requests and a person for each place, annealed until the budget ends."""

from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from threading import Lock

import numpy as np
from numpy.typing import NDArray

from matcher.order.annealing import anneal, begin
from matcher.order.moves import TURNED
from matcher.order.timing import (
    BY_TARDINESS,
    BY_TRAVEL,
    BY_WAITING,
    END_SITE,
    LATE,
    SECONDS,
    SITE,
    STAMP,
    START,
    TRAVEL,
    WAITING,
    WINDOW_FROM,
    WINDOW_TO,
    Outline,
    Plan,
    Trial,
)
from matcher.order.trial import BEST, COST, NUMBER, STEPS
from matcher.solver.budget import Budget

Ints = NDArray[np.int64]
Floats = NDArray[np.float64]

NEIGHBOURS = 25
HOT = ((0.8,), (2.0, 5.0))
"""Temperatures each run starts at, one annealing after the other, as shares of what a request costs in the first plan:
the hotter one does better by the end of small or full days, the other of large ones."""
COLD = 0.01
"""Temperature in the end, as a share of the first."""
ALIKE, LEAST = 1_000, 1e-3
"""Costs with weights up to so many times the least are of one tier; no request is taken to cost less than this."""
CYCLE = 200_000
"""Units of work for each request that an annealing takes; where there is more, it is heated again."""
TRY_UNITS, STEP_UNITS = 0.3, 0.35
"""Units of work of one change tried, and of one request timed anew."""
TRIES = 1_000
"""Changes between two looks at the clock."""
LITTLE, PAUSE = 1e-7, 2.0
"""By how much a plan is better that is told, and seconds from one to the next."""
UNITS_A_SECOND, ALMOST = 1e6, 1 - 1e-9
UNLIMITED = 20_000_000
"""Units of work of each run where no limit is given."""


@dataclass(frozen=True)
class Ordered:
    """A plan in numbers: who [P] as people of the outline (-1: nobody), start [P] in seconds, and its cost.

    by_home [P]: whether they come by way of home from the visit before; null: nobody does.
    """

    who: Ints
    start: Ints
    cost: float
    by_home: NDArray[np.bool_] | None = None


def near(o: Outline) -> Ints:
    """The requests that may best come before or after each one, nearest first [R, n] (Vidal et al. 2013, granular)."""
    count = o.requests.shape[1]
    first, last = o.windows[WINDOW_FROM, o.window_ptr[:-1]], o.windows[WINDOW_TO, o.window_ptr[1:] - 1]
    longest = np.maximum.reduceat(o.places[SECONDS], o.ptr[:-1])
    leg = o.table[0][np.ix_(o.requests[END_SITE], o.requests[SITE])]
    wait = np.maximum(0, first[None, :] - (last + longest)[:, None] - leg)
    late = np.maximum(0, (first + longest)[:, None] + leg - last[None, :])
    apart = leg + 0.2 * wait + late
    apart = np.minimum(apart, apart.T).astype(np.float64)
    np.fill_diagonal(apart, np.inf)
    return np.ascontiguousarray(np.argsort(apart, axis=1, kind="stable")[:, : max(1, min(NEIGHBOURS, count - 1))])


class Run:
    """One annealing, in pieces, with a thread of its own; hot: see `HOT`."""

    def __init__(self, outline: Outline, beside: Ints, seed: int, hot: Sequence[float]) -> None:
        self._o, self._near = outline, beside
        self.plan, self._best, self._trial = blank(outline), blank(outline), trial_of(outline)
        self._random = np.array([(seed + 1) * 2654435761 % 2**61 + 88172645463325252], dtype=np.uint64)
        self.sums = np.zeros(BEST + 1)
        begin(outline, self.plan, self._trial, True, self.sums)
        self._remember()
        usual = self._usual_cost()
        self.heat = [share * usual for share in hot]
        self.used = 0.0

    def _usual_cost(self) -> float:
        """What a request costs in the first plan, what is missing or comes before all else aside."""
        weight, days, late = self._o.weight, self.plan.days, self.plan.visits[LATE]
        least = weight.min(where=weight > 0, initial=np.inf)
        small = np.where(weight <= least * ALIKE, weight, 0.0)[[BY_TRAVEL, BY_WAITING, BY_TARDINESS]]
        cost = small @ [days[TRAVEL].sum(), days[WAITING].sum(), late.sum()]
        return float(max(cost / self._o.requests.shape[1], LEAST))

    def _remember(self) -> None:
        for name in ("order", "served", "who"):
            getattr(self._best, name)[:] = getattr(self.plan, name)

    def go_on(self, done: float) -> None:
        """Tries more changes; done: how many annealings are over, with the part of the one that goes on."""
        self.try_at(self.heat[int(done) % len(self.heat)] * COLD ** (done % 1.0), TRIES)

    def try_at(self, heat: float, tries: int) -> None:
        """Tries so many changes at a temperature."""
        before = int(self._trial.counts[STEPS])
        anneal(self._o, self.plan, self._best, self._trial, self._near, self._random, self.sums, heat, tries)
        self.used += tries * TRY_UNITS + (int(self._trial.counts[STEPS]) - before) * STEP_UNITS

    @property
    def best(self) -> float:
        """The cost of the best plan."""
        return float(self.sums[BEST])

    def found(self) -> Ordered:
        """The best plan, timed anew."""
        sums = np.zeros(BEST + 1)
        begin(self._o, self._best, self._trial, False, sums)
        start = self._best.visits[START].copy()
        return Ordered(np.where(start >= 0, self._o.able[self._best.who], -1), start, float(sums[COST]))


class _Teller:
    """Passes better plans on, not too often; runs share it."""

    def __init__(self, budget: Budget, tell: Callable[[Ordered], None]) -> None:
        self._budget, self._tell, self._lock = budget, tell, Lock()
        self._best, self._last = np.inf, -np.inf

    def __call__(self, run: Run) -> None:
        with self._lock:
            now = self._budget.elapsed
            if run.best < self._best - LITTLE and now - self._last > PAUSE:
                self._best, self._last = run.best, now
                self._tell(run.found())


def search(outline: Outline, budget: Budget, seed: int, tell: Callable[[Ordered], None]) -> Ordered:
    """The best of some annealings; under a work limit the same on every run. tell: hears of better plans meanwhile."""
    if not outline.places.shape[1]:
        return Ordered(np.zeros(0, dtype=np.int64), np.zeros(0, dtype=np.int64), 0.0)
    beside, limit = near(outline), budget.work_left()
    seconds, started, told = budget.wall_seconds(), budget.elapsed, _Teller(budget, tell)
    share = (limit if limit < np.inf else UNLIMITED * len(HOT) if seconds == np.inf else np.inf) / len(HOT)
    most = min(share, UNITS_A_SECOND * seconds)
    cycles = max(1, int(most / (CYCLE * outline.requests.shape[1])))
    runs = [Run(outline, beside, seed * len(HOT) + i, hot) for i, hot in enumerate(HOT)]

    def anneal_on(run: Run) -> None:
        while budget.interrupted is None and run.used < share:
            told(run)
            done = max(run.used / share, (budget.elapsed - started) / seconds)
            run.go_on(cycles * min(done, ALMOST))

    with ThreadPoolExecutor(len(HOT)) as threads:
        list(threads.map(anneal_on, runs))
    budget.spend(sum(run.used for run in runs))
    return min((run.found() for run in runs), key=lambda found: found.cost)


def blank(o: Outline) -> Plan:
    """A plan in which requests stand by the end of their first window and nobody comes."""
    requests, places, people = o.requests.shape[1], o.places.shape[1], o.people.shape[1]
    order = np.argsort(o.windows[WINDOW_TO, o.window_ptr[:-1]], kind="stable")
    return Plan(
        order=order,
        position=np.argsort(order),
        served=np.zeros(requests, dtype=np.bool_),
        who=o.able_ptr[:-1].copy(),
        people=np.zeros(requests, dtype=np.uint64),
        visits=np.zeros((STAMP, places), dtype=np.int64),
        days=np.zeros((6, people), dtype=np.int64),
        ends=np.zeros((4, people), dtype=np.int64),
    )


def trial_of(o: Outline) -> Trial:
    places, people = o.places.shape[1], o.people.shape[1]

    def zeros(*shape: int) -> Ints:
        return np.zeros(shape, dtype=np.int64)

    return Trial(
        visits=zeros(STAMP + 1, places),
        more=zeros(6, people),
        marks=zeros(4, people),
        places=zeros(places),
        ends=zeros(4, people),
        bits=zeros(64),
        counts=zeros(NUMBER + 1),
        change=zeros(TURNED + 1),
        sums=np.zeros(BEST + 1),
    )
