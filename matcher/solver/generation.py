"""Exact solution by routes: column generation, integer step, and proof by enumeration, tier after tier.

1. `_relax`: for every tier, column generation finds prices under which no route is worth more than its
   volunteer. The Lagrangian bound at these prices holds for all plans that keep what is asked of the
   tiers before; rounded down to the grid of the tier's values it is what the next tiers must keep.
2. `_close`: all routes that could be part of a plan within a small gap of the last tier's bound are
   listed: those whose worth is within the gap of their volunteer's best (Baldacci, Christofides,
   Mingozzi, Mathematical Programming 115, 2008). The integer step over them finds the best plan and
   ends the proof of all tiers at once, if the targets of the earlier tiers can be met by whole people.
3. `_settle`: if they cannot, tiers are settled one by one: integer step, bound, next.
"""

from dataclasses import replace

from matcher.plan import Note
from matcher.solver.branch import by_options, surest
from matcher.solver.branching import Tree
from matcher.solver.incumbent import TOLERANCE
from matcher.solver.known import Known
from matcher.solver.relaxation import to_the_end
from matcher.solver.search import improve
from matcher.solver.widening import Pairs, look_outside

LISTED_AT_MOST = 5_000
SETTLED_NEAR = 1e-3
"""How near a plan must be to all bounds, relatively, so that tiers are settled without a search before."""
LARGE_GAP = 0.05
"""How near an earlier tier must be to its bound, relatively, so that large programs are not solved for it."""
MOST_WIDENINGS = 4
"""How often people are taken in before a bound is left as it is."""
ROUGH = 0.01
"""Where people are left out and no gap is asked for, relaxations first come only so near: a proof is there soon."""
EXACT_SHARE, LONG_EXACT_SHARE, EXACT_UNITS, NODE_UNITS = 0.97, 0.5, 20_000_000, 30
LONG_DAY = 8
FEW = 200
"""Nodes up to which branches come before neighbourhoods: their routes are few, and a unit of work takes far longer."""
SEARCH_SHARE, LONG_SEARCH_SHARE, SEARCH_UNITS = 0.2, 0.7, 5_000_000
"""Share of what is left, and most units of work (and more for each node), of the relaxations and of the large
neighbourhoods.

The relaxations get the shorter share where somebody could make as many visits as on a long day. Neighbourhoods
get the longer share where the relaxations did not come to their end.
"""
SETTLE_SHARE, SETTLE_UNITS = 0.5, 1_500_000
"""Share of what is left, and most units of work, of branches before neighbourhoods: near a proof they end it soon."""
INSIDE_SHARE, LARGE_SHARE = 0.85, 0.3
"""Share of what is left for relaxations where those left out are looked at afterwards; for bettering the first plan
where programs are large."""


class Generation(Known):
    """Solves one instance."""

    def run(self, gap: float) -> None:
        """Solves all tiers after `start`, each until its gap is at most `gap` or the budget ends.

        What the relaxations leave open is explored by branches for a while, then bettered by large neighbourhoods.
        """
        if self.relaxation.master.is_large:
            with self.budget.part(LARGE_SHARE, SEARCH_UNITS):
                self.incumbent.improve(self.budget)
                self._begin()
        share = LONG_EXACT_SHARE if self._longest >= LONG_DAY else EXACT_SHARE
        with self.budget.part(share, EXACT_UNITS + NODE_UNITS * self.inst.nodes):
            if self.inst.outside is not None and gap == 0:
                self._relax_all(ROUGH)
            if self._any_open(gap):
                self._relax_all(gap)
            known = self.budget.stopped is None
        near = gap if self.inst.outside is not None else max(gap, SETTLED_NEAR)
        if self._unsettled(near) and known:
            with self.budget.part(SETTLE_SHARE, SETTLE_UNITS):
                self._settle(gap)
        if self._unsettled(near) and (self.inst.nodes > FEW or not known):
            with self.budget.part(SEARCH_SHARE if known else LONG_SEARCH_SHARE, SEARCH_UNITS):
                if not known:
                    self.incumbent.improve(self.budget)
                improve(self.inst, self.graph, self.incumbent, self.budget, self._seed, self._tell)
            if not known:
                self._relax_all(gap)
        if self._unsettled(gap):
            self._settle(gap)
        if self._unsettled(gap) and (self.rows.alike.size > 1).any():
            self._tell_apart()
            self._relax_all(gap)
            if self._unsettled(gap):
                self._settle(gap)
        if self._any_open(gap) and not self.budget.memory.full:
            self.incumbent.top_up()

    def _unsettled(self, gap: float) -> bool:
        """Whether there is something left to find, and the means to look for it."""
        return self.budget.stopped is None and not self._impossible() and self._any_open(gap)

    def _relax_all(self, gap: float) -> None:
        """The relaxations of all tiers, each to half the gap, and a plan near the last one's bound.

        Where the plan reaches more or less in earlier tiers than was asked, the last bound is not its own. Where no
        branches follow, it is proved anew for what the plan reaches.
        """
        last = self.inst.tiers.count - 1
        self._prove(range(last + 1), gap)
        if self._impossible():
            return
        self._close(last, gap)
        final = gap > 0 or self.inst.outside is not None
        if final and self._unsettled(gap) and self.best is not None and not self._proofs.is_own(last, self.best):
            for tier in range(last):
                self._hold(tier)
            self._prove(range(last, last + 1), gap)
            self._close(last, gap)

    def _prove(self, tiers: range, gap: float) -> None:
        """The relaxations of some tiers, with as many people taken in as matter."""
        for _ in range(MOST_WIDENINGS):
            for tier in tiers:
                with self.budget.part(1.0 if self.inst.outside is None else INSIDE_SHARE):
                    self._relax(tier, gap)
                if self._impossible():
                    return
            if self.inst.outside is None or self.budget.stopped is not None:
                return
            pairs = self._look_outside(tiers, gap)
            if not pairs or self.budget.stopped is not None:
                return
            self._take_in(pairs)

    def _look_outside(self, tiers: range, gap: float) -> Pairs:
        """Makes the bounds hold for people left out of roles, too; who must be taken in, as bounds rise by too much."""
        known = [t for t in tiers if self.relaxed[t].prices is not None and not self.relaxed[t].everybody]
        if not known:
            return {}
        self._tell("outside")
        wider = look_outside(self.inst, self.graph, [self.relaxed[t] for t in known], self.budget)
        if wider.rise is None:
            return wider.pairs
        matters = False
        for tier, rise in zip(known, wider.rise, strict=True):
            found = self.relaxed[tier]
            lagrangian = found.lagrangian + rise
            bound = self.relaxation.on_grid(tier, lagrangian)
            self.relaxed[tier] = replace(found, lagrangian=lagrangian, bound=bound, everybody=True)
            matters |= rise > max(gap / 8, TOLERANCE) * max(1.0, abs(lagrangian))
        self.log.append(
            Note(
                zh=f"名单以外的志愿者使各级上界升高 {sum(wider.rise):.6g}，其中 {wider.size} 人次值得列入名单",
                en=f"those left out raise the bounds by {sum(wider.rise):.6g}; {wider.size} of them may matter",
            )
        )
        return wider.pairs if matters else {}

    def _relax(self, tier: int, gap: float) -> None:
        """Proves a bound of the tier, given what the tiers before must keep, and asks to keep it.

        Ends where what people in part could reach is near the bound, a tier with others after it nearer. Where requests
        are served in part, no plan reaches that: then half of the gap less is asked. Where the best plan already gives
        every request of the tier all it can have, and the tiers before what is asked of them, there is nothing to
        prove.
        """
        self._tell(f"tier {self.inst.tiers.number(tier)}")
        self._proofs.begin_tier(tier)
        last, large = tier == self.inst.tiers.count - 1, self.relaxation.master.is_near(gap / 4)
        reached = self.incumbent.keeps(self.relaxation.master.held, tier)
        if not reached or self._open(tier, LARGE_GAP if large and not last else 0.0):
            near = gap / (4 if large or last else 100)
            found, value = self.relaxation.solve(tier, self._nothing_decided, 0.0, near, to_the_end)
            self.relaxed[tier], least = found, min(found.bound, value)
            parted = by_options(self.inst, self._nothing_decided, self.relaxation.master.chosen()) is not None
            if (large or parted) and self.best is not None:
                less = found.bound - gap / 2 * max(1.0, abs(found.bound))
                least = min(least, max(less, float(self.best.values[tier])))
            self.relaxation.master.hold(tier, least - 1e-9 * max(1.0, abs(least)))
        else:
            self._hold(tier)

    def _close(self, tier: int, gap: float) -> None:
        """Looks for a plan near the last tier's bound: its own, if it is whole, then the best plan improved, then
        among all routes there, or by rounding if options are whole.
        """
        if self.budget.memory.full:
            return
        if self._any_open(gap):
            self._closing.as_it_is()
        if self._any_open(gap):
            self.incumbent.improve(self.budget)
        found, tight, chosen = self.relaxed[tier], self._proofs.tight(tier, self.rows), self.relaxation.master.chosen()
        if self._any_open(gap) and self.inst.outside is None:
            self._lower(tier, self._closing.close(tier, found, self._nothing_decided, tight, gap, LISTED_AT_MOST, 2))
        if self._any_open(gap):
            self._dive(tier, gap)
        if self._any_open(gap) and by_options(self.inst, self._nothing_decided, chosen) is None:
            self._closing.nearest(tier, found, self._nothing_decided, tight)

    def _dive(self, tier: int, gap: float) -> None:
        """Looks for a plan near the relaxation just solved: options, the surest first, then routes are made whole.

        Proves nothing.
        """
        branch, found = self._nothing_decided, self.relaxed[tier]
        lacking = 100 * (1 + abs(found.bound))
        while self.budget.stopped is None:
            surer = surest(self.inst, branch, self.relaxation.master.chosen())
            if surer is None:
                self._closing.round_off(tier, found, branch)
                return
            branch = surer
            found, _ = self.relaxation.solve(tier, branch, lacking, gap, to_the_end)

    def _settle(self, gap: float) -> None:
        """Settles tier after tier, where the relaxations' targets cannot all be met.

        Where people are left out, only what must be kept: nobody is left out of that (`matcher.outside.tied`).
        """
        everything = self.inst.outside is None
        for tier in range(self.inst.tiers.count if everything else int(self.inst.tiers.required)):
            if self.budget.stopped is not None:
                return
            if tier and self.best is not None:
                self._keep_tier(tier - 1, gap)
            if self._open(tier, gap):
                self._settle_tier(tier, gap)
            if self.best is None or self._impossible():
                return

    def _settle_tier(self, tier: int, gap: float) -> None:
        """Among all routes, if they are few, else by branching.

        A tier that an earlier plan left nothing to gain in has not been relaxed yet.
        """
        if self.relaxed[tier].prices is None:
            self._relax(tier, gap)
        if self.relaxed[tier].prices is None or not self._open(tier, gap):
            return
        found, tight = self.relaxed[tier], self._proofs.tight(tier, self.rows)
        bound = self._closing.among_all(tier, found, self._nothing_decided, tight)
        if bound is not None:
            self._lower(tier, self.relaxation.on_grid(tier, bound + 1e-9 * max(1.0, abs(bound))))
            return
        tree = Tree(self.relaxation, self.incumbent, self._closing, self.budget, tier, gap, tight)
        tree.search(found, lambda bound: self._lower(tier, bound))

    def _keep_tier(self, tier: int, gap: float) -> None:
        """Asks to keep what the best plan reaches in a tier, and proves the next tier's bound anew if that is less."""
        self._hold(tier)
        if self._proofs.short(tier + 1, self.relaxed[tier + 1], self.best).any():
            self._relax(tier + 1, gap)
