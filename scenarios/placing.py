"""Where the next volunteers are of most use: one after the other, and how far from the best choice that may be."""

from collections.abc import Callable, Sequence

from matcher import Batch, Plan
from matcher.base import Frozen, Items
from matcher.dispatching import dispatch_from
from matcher.margins import Newcomers, Worth, enough_for
from matcher.solver.past import Past
from scenarios.store import Limits
from scenarios.worth import SAME, Thought, in_turn, may_gain, or_more, thought_of

TRIED = 6
"""How many are tried in each step at most."""


class Placed(Frozen):
    """One of the next volunteers."""

    skill: str
    """Id of the skill."""
    town: str
    """Id of the town."""
    part: str
    """Part of the day: `morning`, `afternoon`, `evening`."""
    tiers: Items[float]
    """What the plan with this one, and those before, reaches in each tier."""


class Placing(Frozen):
    """Where the next volunteers are of most use."""

    placed: Items[Placed]
    """In the order in which they were chosen; fewer than asked for where nobody more could add anything."""
    before: Items[float]
    """What the plan without them reaches in each tier."""
    most: Items[float | None]
    """What no choice of as many reaches more than in each tier, if it reaches as much in all tiers before; null: not
    proved."""

    @property
    def after(self) -> tuple[float, ...]:
        """What the plan with all of them reaches in each tier."""
        return self.placed[-1].tiers if self.placed else self.before

    @property
    def gap(self) -> tuple[int, float | None] | None:
        """The first tier in which another choice might reach more, and by how much; null: none."""
        for tier, (most, now) in enumerate(zip(self.most, self.after, strict=True)):
            if most is None or most > now + SAME:
                return tier, None if most is None else most - now
        return None


def placing(
    batch: Batch, plan: Plan, count: int, past: Past | None, limits: Limits, tell: Callable[[int], None]
) -> Placing:
    """Where the next `count` volunteers are of most use beside a plan that is proved best.

    In each step the one is taken who adds most of those tried (Nemhauser, Wolsey, Fisher, Mathematical Programming 14,
    1978). Bounds come from the prices of every step: no choice adds more than as many of the best kind at its price.
    tell: hears how many are placed.
    """
    thought = list(thought_of(batch))
    kinds, copies = [each.volunteer for each in thought], enough_for(batch, [each.volunteer for each in thought], count)
    placed, there, best, bounds = list[Placed](), list[str](), plan, list[_Bound]()
    wider = batch
    while best.score is not None:
        newcomers = Newcomers(wider, best, kinds, copies)
        bounds.append((best.score.tiers, newcomers.most_with(count, there)))
        found = _best(wider, best, thought, newcomers.worths(), past, limits) if len(placed) < count else None
        if found is None:
            break
        each, wider, best, past = found
        there.append(wider.volunteers[-1].id)
        assert best.score
        placed.append(Placed(skill=each.skill, town=each.town, part=each.part, tiers=best.score.tiers))
        tell(len(placed))
    assert plan.score
    return Placing(placed=tuple(placed), before=plan.score.tiers, most=_most(bounds))


_Bound = tuple[Sequence[float], Sequence[float | None]]
"""What the tiers of a plan are, and what they could be at most if all before are as good."""


def _best(
    batch: Batch, plan: Plan, thought: Sequence[Thought], worths: Sequence[Worth], past: Past | None, limits: Limits
) -> tuple[Thought, Batch, Plan, Past] | None:
    """Who of those that surely or perhaps add most adds most indeed; null: nobody could add anything."""
    order = [n for n in in_turn(worths) if may_gain(worths[n])]
    best: tuple[Thought, Batch, Plan, Past] | None = None
    for n in [n for n in order if n == order[0] or _may_beat(worths[n], worths[order[0]])][:TRIED]:
        id = f"{thought[n].volunteer.id}+{len(batch.volunteers)}"
        newcomer = thought[n].volunteer.model_copy(update={"id": id})
        wider = batch.model_copy(update={"volunteers": (*batch.volunteers, newcomer)})
        found, past_of = dispatch_from(past, wider, seconds=limits.seconds, work=limits.work, seed=limits.seed)
        if found.score is not None and (best is None or _tiers(found) > _tiers(best[2])):
            best = thought[n], wider, found, past_of()
    return best


def _may_beat(worth: Worth, sure: Worth) -> bool:
    """Whether somebody may add more than another one surely does."""
    apart = (or_more(high) - low for high, low in zip(worth.high, sure.low, strict=True))
    return next((more for more in apart if abs(more) > SAME), 0.0) > 0


def _tiers(plan: Plan) -> list[float]:
    """Values that are compared, without what is rounding."""
    assert plan.score
    return [round(value, 6) for value in plan.score.tiers]


def _most(bounds: Sequence[_Bound]) -> tuple[float | None, ...]:
    """The least bound of each tier, of those of plans that are as the last one in all tiers before."""
    last, most = bounds[-1][0], list[float | None]()
    for tier in range(len(last)):
        same = (b for v, b in bounds if all(abs(v[t] - last[t]) <= SAME for t in range(tier)))
        known = [value for each in same if (value := each[tier]) is not None]
        most.append(min(known, default=None))
    return tuple(most)
