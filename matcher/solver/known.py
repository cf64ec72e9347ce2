"""What is known of an instance while it is solved by routes: the best plan, the pool it is made of, what is proved."""

from collections.abc import Callable
from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from matcher.instance import Instance
from matcher.plan import Note
from matcher.solver.alike import Alike, alike_in, nobody_alike
from matcher.solver.branch import Branch
from matcher.solver.budget import Budget
from matcher.solver.closing import Closing
from matcher.solver.columns import Columns
from matcher.solver.graph import graph_of
from matcher.solver.incumbent import Chosen, Incumbent
from matcher.solver.legs import LONGEST, most_of_each
from matcher.solver.past import Past, Recall, past_of
from matcher.solver.proofs import Proofs
from matcher.solver.relaxation import MANY, Relaxation, Relaxed
from matcher.solver.rows import add_cuts, build_rows
from matcher.solver.solution import Proof
from matcher.solver.supply import supply_of
from matcher.solver.widening import Pairs, widened

Ints = NDArray[np.int64]


class Known:
    """One instance with all that looks at it; `best` is the best plan so far, `relaxed` what is proved of each tier."""

    def __init__(
        self, inst: Instance, budget: Budget, tell: Callable[[str], None], seed: int = 0, alike: Alike | None = None
    ) -> None:
        """alike: who is alike; null: to be found out."""
        self.budget, self._tell, self._seed = budget, tell, seed
        self.log: list[Note] = []
        self._set_up(inst, alike_in(inst) if alike is None else alike, np.zeros(0, dtype=np.int64))
        self._proofs = Proofs(self.relaxation)

    def _set_up(self, inst: Instance, alike: Alike, cut: Ints) -> None:
        """All that looks at an instance, with cuts of some nodes."""
        self.inst, self.graph, self.rows = inst, graph_of(inst), build_rows(inst, alike)
        add_cuts(inst, self.rows, cut)
        self.pool = Columns(inst, self.graph, alike)
        self.incumbent = Incumbent(inst, self.pool, self._tell)
        self.relaxation = Relaxation(inst, self.graph, self.rows, self.pool, self.budget)
        self._closing = Closing(self.relaxation, self.incumbent, self.budget, self._seed, self.log)
        self._longest = int(most_of_each(self.graph).max(initial=0))
        self._nothing_decided = Branch.whole(inst)

    @property
    def best(self) -> Chosen | None:
        """The best plan so far."""
        return self.incumbent.best

    @property
    def relaxed(self) -> list[Relaxed]:
        """Of each tier the last relaxation."""
        return self._proofs.latest

    @property
    def bounds(self) -> list[float | None]:
        """The proved bound of each tier (without offset), null where there is none."""
        if self._longest > LONGEST:
            return [None] * self.inst.tiers.count
        return [self._bound(t) for t in range(self.inst.tiers.count)]

    def _bound(self, tier: int) -> float:
        """The bound of a tier for all plans that are as good as the best one in the tiers before."""
        return self._proofs.best(tier, self.best).bound

    def proof(self) -> Proof:
        """What is proved, for putting parts together."""
        count = self.inst.tiers.count
        proved = [self._proofs.best(t, self.best) for t in range(count)]
        values = [0.0] * count if self.best is None else self.best.values.tolist()
        lagrangian, multiplier = [p.lagrangian for p in proved], np.array([p.multiplier for p in proved])
        return Proof(values, self.bounds, lagrangian, multiplier)

    def start(self, past: Past | None = None) -> None:
        """A first plan: that of the past, or another where nothing is left of it."""
        self.budget.spend(self.inst.nodes)
        wanted = np.zeros(self.inst.volunteers, dtype=np.bool_)
        if self.inst.nodes > MANY:
            supply = supply_of(self.inst, self.graph, self.relaxation.alone)
            self.relaxation.alone, wanted = supply.bound.tolist(), supply.wanted
        if past is None or not self._recalled(past):
            self.incumbent.start(self.graph, wanted, self.budget, self._seed)
        self._begin()

    def _recalled(self, past: Past) -> bool:
        """Takes in the routes of the past that are still possible, and begins with its plan; whether there is one."""
        recall = Recall(self.inst, self.graph)
        self.pool.add(recall.routes(past.routes))
        routes, options = recall.plan(past.plan)
        if routes:
            self.incumbent.resume(routes, options, self.budget)
        return self.best is not None

    def past(self) -> Past:
        """What was found, by name."""
        return past_of(self.inst, self.pool, None if self.best is None else self.best.columns)

    def _begin(self) -> None:
        """Lets the relaxation start at the best plan."""
        if self.best is not None:
            self.relaxation.master.begin(self.best.columns, self.best.options)

    def _take_in(self, pairs: Pairs) -> None:
        """Goes on with people taken into roles."""
        inst, number = widened(self.inst, pairs)
        self._go_on(inst, number, alike_in(inst))

    def _tell_apart(self) -> None:
        """Goes on without classes: branches decide about single people."""
        self._go_on(self.inst, np.arange(self.inst.nodes), nobody_alike(self.inst))

    def _go_on(self, inst: Instance, number: Ints, alike: Alike) -> None:
        """Goes on with an instance in which node n is number[n], and other classes; what was proved and found stays."""
        best, held, alone, pool = self.best, self.relaxation.master.held, self.relaxation.alone, self.pool
        cut = np.flatnonzero(self.rows.cut_row >= 0)
        self._set_up(inst, alike, number[cut[np.argsort(self.rows.cut_row[cut])]])
        self.relaxation.alone = alone
        self._proofs.begin(self.relaxation)
        self.pool.add([(number[nodes], vias) for nodes, vias in map(pool.route, range(len(pool)))])
        if best is not None:
            columns = self.pool.take([(number[nodes], vias) for nodes, vias in pool.spread(best.columns)])
            self.incumbent.best = replace(best, columns=columns)
        self._begin()
        for tier, value in enumerate(held):
            self.relaxation.master.hold(tier, value)

    def _open(self, tier: int, gap: float) -> bool:
        """Whether the best plan is further from the tier's bound than `gap`."""
        return self.incumbent.short(tier, self._bound(tier), gap)

    def _any_open(self, gap: float) -> bool:
        return any(self._open(tier, gap) for tier in range(self.inst.tiers.count))

    def _lower(self, tier: int, bound: float) -> None:
        if bound < self.relaxed[tier].bound:
            self.relaxed[tier] = replace(self.relaxed[tier], bound=bound)
            self._tell(f"tier {self.inst.tiers.number(tier)}")

    def _hold(self, tier: int) -> None:
        """Asks to keep what the best plan reaches in a tier."""
        if self.best is not None:
            kept = float(self.best.values[tier])
            self.relaxation.master.hold(tier, kept - 1e-9 * max(1.0, abs(kept)))

    def _impossible(self) -> bool:
        """Whether it is known that not everything required can be kept."""
        return self.inst.tiers.required and self.relaxed[0].bound < self.inst.needed - 0.5
