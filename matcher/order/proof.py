"""Proofs for small days: tier after tier, CP-SAT finds the best value, and that no plan has a better one.

What a tier reached is asked of the next ones. The model is exact (`matcher.order.model`, `matcher.order.costs`); where
time ends, the solver's bound of the tier holds, and nothing is said of later tiers.
"""

from collections import defaultdict
from dataclasses import dataclass
from math import floor

import numpy as np
from numpy.typing import NDArray
from ortools.sat.python import cp_model

from matcher.order.costs import Costs
from matcher.order.cpsat import PLAIN, Solved, Solver, efforts, value_of
from matcher.order.model import Home, Model
from matcher.order.outline import Drawn
from matcher.order.solving import Ordered
from matcher.order.tiers import DUST, tiers_of
from matcher.order.timing import BY_IDLE, BY_SPREAD, BY_WAITING
from matcher.order.units import in_units
from matcher.scene import Scene
from matcher.solver.budget import Budget

Ints = NDArray[np.int64]

CONFLICT = 2.0
"""Deterministic seconds in which a conflict may prove to be one without one of its requests."""


@dataclass(frozen=True)
class Proof:
    """What is proved: a bound of each tier (null: none), and a plan at least as good as the one given (null: none
    found). conflict: mandatory requests that cannot all be served, as indices in the batch; null if nothing is proved.
    """

    bounds: list[float | None]
    found: Ordered | None
    conflict: list[int] | None = None


def prove(scene: Scene, drawn: Drawn, found: Ordered, budget: Budget, seed: int, gap: float = 0.0) -> Proof:
    """What CP-SAT proves of an outline in the time left; under a work limit the same on every run.

    found: a plan to begin with; it may leave out mandatory requests. gap: a tier is done within this relative gap.
    """
    left_out = [i for i, r in enumerate(scene.batch.requests) if r.mandatory and i not in drawn.requests]
    if left_out:
        return Proof([None] * len(drawn.weights), None, left_out[:1])
    return _Prover(scene, drawn, budget, seed, gap).run(found)


def _by_home(scene: Scene, drawn: Drawn) -> Home:
    """When going home between two visits can be worth it: it costs travel, and saves waiting, idle time or a mean."""
    if not scene.batch.policy.home_between:
        return "never"
    return "always" if drawn.weights[:, [BY_WAITING, BY_IDLE, BY_SPREAD]].any() else "shorter"


class _Prover:
    """A model of an outline, and the best plan of it so far."""

    def __init__(self, scene: Scene, drawn: Drawn, budget: Budget, seed: int, gap: float) -> None:
        outline, self._unit = in_units(drawn.outline)
        self._must = [r for r, i in enumerate(drawn.requests) if scene.batch.requests[i].mandatory]
        self._drawn, self._budget, self._solver = drawn, budget, Solver(budget, seed, gap)
        self._by_home = _by_home(scene, drawn)
        self._model = Model(drawn, outline, self._must, self._by_home)
        costs = Costs(self._model, [bool(weights.any()) for weights in drawn.weights.T])
        self._tiers = tiers_of(drawn, self._model, costs, self._unit)
        self._best: list[int] | None = None
        self._sums: list[int] = []

    def run(self, found: Ordered) -> Proof:
        """Tier after tier, until time ends."""
        bounds: list[float | None] = [None] * len(self._tiers)
        self._look_at(found)
        for t, tier in enumerate(self._tiers):
            if isinstance(tier.sum, int):
                bounds[t] = tier.sum / tier.scale
                continue
            most, last = self._settle(t)
            if last.impossible:
                return Proof(bounds, None, self._conflict())
            bounds[t] = None if most is None else tier.bound(most)
            if not last.done:
                break
            self._model.cp.add(tier.sum >= tier.kept(self._sums[t]))
        return Proof(bounds, None if self._best is None else self._plan(self._soonest(self._best)))

    def _settle(self, t: int) -> tuple[float | None, Solved]:
        """A bound of a tier's sum, null if there is none, and how the last search ended.

        CP-SAT searches without linear programs and with them in turn, as either may be much faster than the other, and
        near the best plan.
        """
        tier, most = self._tiers[t], None
        for effort, kind in efforts():
            cp = self._model.cp.clone()
            cp.maximize(tier.sum)
            if self._best is not None:
                cp.add(tier.sum >= self._sums[t])
            if most is not None:
                cp.add(tier.sum <= floor(most + DUST))
            solved = self._solver.search(cp, effort, kind, self._best)
            if solved.values is not None:
                self._look_at(self._plan(solved.values), solved.values)
                most = solved.bound if most is None else min(most, solved.bound)
            if solved.done or solved.impossible or self._budget.stopped is not None:
                return most, solved
        raise AssertionError

    def _conflict(self) -> list[int]:
        """Mandatory requests that cannot all be served; none can be left out, unless time ends (deletion filter)."""
        model, kept = Model(self._drawn, self._model.o, [], self._by_home), list(self._must)
        for one in self._must:
            cp = model.cp.clone()
            for r in kept:
                if r != one:
                    cp.add(model.served[r] == 1)
            if self._solver.search(cp, CONFLICT, PLAIN, None).impossible:
                kept.remove(one)
        return [self._drawn.requests[r] for r in kept]

    def _look_at(self, found: Ordered, known: list[int] | None = None) -> None:
        """Remembers a plan, with all variables, if it is valid and better than the best. known: some values for it."""
        cp = self._fixed(found)
        for p, start in enumerate(self._model.start):
            if found.who[p] >= 0:
                cp.add(start == int(found.start[p]) // self._unit)
        cp.maximize(sum(tier.sum for tier in self._tiers))
        values = self._solver.rest(cp) or known
        if values is not None:
            sums = [value_of(tier.sum, values) for tier in self._tiers]
            if self._best is None or sums > self._sums:
                self._best, self._sums = values, sums

    def _soonest(self, values: list[int]) -> list[int]:
        """The same tours at starts as early as they can be without any loss."""
        found = self._plan(values)
        cp = self._fixed(found)
        for tier, reached in zip(self._tiers, self._sums, strict=True):
            cp.add(tier.sum >= reached)
        cp.minimize(sum(start for p, start in enumerate(self._model.start) if found.who[p] >= 0))
        return self._solver.rest(cp) or values

    def _fixed(self, found: Ordered) -> cp_model.CpModel:
        """The model with all tours given."""
        cp, ways = self._model.cp.clone(), _ways(self._drawn, found)
        for v, person in enumerate(self._model.people):
            for arc in person.arcs:
                cp.add(arc.taken == ((v, arc.tail, arc.head, arc.by_home) in ways))
        return cp

    def _plan(self, values: list[int]) -> Ordered:
        """The plan of a solution."""
        model = self._model
        who = np.full(len(model.start), -1, dtype=np.int64)
        home = np.zeros(len(model.start), dtype=np.bool_)
        for v, person in enumerate(model.people):
            for arc in person.arcs:
                if arc.head >= 0 and value_of(arc.taken, values):
                    who[arc.head], home[arc.head] = v, arc.by_home
        start = np.array([value_of(start, values) * self._unit for start in model.start], dtype=np.int64)
        return Ordered(who, np.where(who >= 0, start, -1), 0.0, home)


def _ways(drawn: Drawn, found: Ordered) -> set[tuple[int, int, int, bool]]:
    """The ways of a plan: person, from, to, by way of home; among places that are alike, people rise."""
    who, last = found.who.copy(), dict[int, int]()
    home = np.zeros(len(who), dtype=np.bool_) if found.by_home is None else found.by_home.copy()
    groups = defaultdict[tuple[int, int], list[int]](list)
    for p, place in enumerate(drawn.places):
        groups[place.request, id(place.role)].append(p)
    for alike in groups.values():
        rising = np.array(alike)[np.argsort(who[alike], kind="stable")]
        who[alike], home[alike] = who[rising], home[rising]
    ways = set()
    for p in np.argsort(found.start, kind="stable").tolist():
        v = int(who[p])
        if v >= 0:
            ways.add((v, last.get(v, -1), p, bool(home[p])))
            last[v] = p
    return ways | {(v, p, -1, False) for v, p in last.items()}
