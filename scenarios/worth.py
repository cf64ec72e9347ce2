"""What one volunteer more is worth, by skill, town and part of the day (docs/whatif.md)."""

import math
from collections.abc import Iterator, Sequence
from datetime import datetime, time
from statistics import median
from typing import NamedTuple

from matcher import Batch, Plan
from matcher.base import Frozen, Items
from matcher.batch import HeldSkill, Shift, Site, Volunteer
from matcher.dispatching import dispatch_from
from matcher.margins import Worth, worths_of
from matcher.solver.past import Past
from scenarios.edits.base import days
from scenarios.store import Limits
from scenarios.world import World

PARTS = (("morning", time(6), time(12)), ("afternoon", time(12), time(18)), ("evening", time(18), time(22)))
"""Parts of a day in which somebody may be free."""
SAME = 1e-6
"""Less is rounding."""
CONFIRMED = 10
"""How many cells are solved again."""
GROWN_UP = 1970
"""Year of birth of somebody who is thought of."""


class Cell(Frozen):
    """A volunteer who is thought of, and what that one adds."""

    skill: str
    """Id of the skill held, at the highest level asked for."""
    town: str
    """Id of the town lived in."""
    part: str
    """Part of every day in which there is time: `morning`, `afternoon`, `evening`."""
    worth: Worth
    """The range."""
    solved: Items[float] | None = None
    """What a best plan with this one adds to each tier; null: not solved."""


class Thought(NamedTuple):
    """A volunteer who is thought of."""

    skill: str
    town: str
    part: str
    volunteer: Volunteer


def cells(batch: Batch, plan: Plan) -> tuple[Cell, ...]:
    """What each volunteer that one can think of adds to a best plan of a batch, what is surely most first."""
    thought = list(thought_of(batch))
    worths = worths_of(batch, plan, [each.volunteer for each in thought])
    found = [Cell(skill=t.skill, town=t.town, part=t.part, worth=w) for t, w in zip(thought, worths, strict=True)]
    return tuple(sorted(found, key=_first))


def confirmed(batch: Batch, plan: Plan, found: Sequence[Cell], past: Past | None, limits: Limits) -> tuple[Cell, ...]:
    """The same cells, `CONFIRMED` of them solved again: in turn what may add most and what surely does."""
    volunteers = {each[:3]: each.volunteer for each in thought_of(batch)}
    order = [found[n] for n in in_turn([cell.worth for cell in found])]
    solved = [_solved(batch, plan, cell, volunteers, past, limits) for cell in order[:CONFIRMED]]
    return tuple(sorted((*solved, *order[CONFIRMED:]), key=_first))


def _solved(
    batch: Batch,
    plan: Plan,
    cell: Cell,
    volunteers: dict[tuple[str, str, str], Volunteer],
    past: Past | None,
    limits: Limits,
) -> Cell:
    newcomer = volunteers[cell.skill, cell.town, cell.part]
    wider = batch.model_copy(update={"volunteers": (*batch.volunteers, newcomer)})
    best, _ = dispatch_from(past, wider, seconds=limits.seconds, work=limits.work, seed=limits.seed)
    return cell.model_copy(update={"solved": gained(plan, best)})


def gained(plan: Plan, best: Plan) -> tuple[float, ...] | None:
    """What a plan adds to each tier of another one; null: it is not proved best."""
    if best.status != "optimal" or best.score is None or plan.score is None:
        return None
    return tuple(round(new - old, 6) for new, old in zip(best.score.tiers, plan.score.tiers, strict=True))


def may_gain(worth: Worth) -> bool:
    """Whether any tier could gain."""
    return any(high is None or high > SAME for high in worth.high)


def in_turn(worths: Sequence[Worth]) -> list[int]:
    """The numbers of some ranges, in turn what surely adds most and what may add most."""
    sure = sorted(range(len(worths)), key=lambda n: surest(worths[n].low, worths[n].high))
    may = sorted(range(len(worths)), key=lambda n: [-or_more(high) for high in worths[n].high])
    return list(dict.fromkeys(n for both in zip(sure, may, strict=True) for n in both))


def surest(low: Sequence[float], high: Sequence[float | None]) -> tuple[list[float], ...]:
    """The more is sure in an earlier tier, the sooner; of what is equally sure there, what may be more."""
    first = next((tier for tier, gain in enumerate(low) if gain > SAME), len(low))
    more = [-or_more(most) for most in high[first : first + 1] or high]
    return [-gain for gain in low[: first + 1]], more, [-gain for gain in low[first + 1 :]]


def or_more(high: float | None) -> float:
    """The upper end of a range; infinite where none is proved."""
    return math.inf if high is None else high


def _first(cell: Cell) -> tuple[list[float], ...]:
    return surest(cell.solved or cell.worth.low, cell.solved or cell.worth.high)


def thought_of(batch: Batch) -> Iterator[Thought]:
    """A volunteer for each skill asked for, town and part of the day, as mobile as half of all there are."""
    world, level = World(batch), dict[str, int]()
    for request in batch.requests:
        for role in request.roles:
            if role.skill is not None:
                level[role.skill] = max(level.get(role.skill, 1), role.level)
    limits = [v.max_travel_minutes for v in batch.volunteers if v.max_travel_minutes is not None]
    furthest = median(limits) if 2 * len(limits) > len(batch.volunteers) else None
    for skill in sorted(level):
        for town in _towns(batch):
            for part, first, last in PARTS:
                shifts = tuple(_shifts(batch, first, last))
                if shifts:
                    volunteer = Volunteer(
                        id=f"+/{skill}/{town.id}/{part}",
                        site=town.id,
                        place=world.place_of(town),
                        skills=(HeldSkill(skill=skill, level=level[skill]),),
                        birth_date=datetime(GROWN_UP, 1, 1).date(),
                        shifts=shifts,
                        max_travel_minutes=furthest,
                    )
                    yield Thought(skill, town.id, part, volunteer)


def _towns(batch: Batch) -> list[Site]:
    """The towns; all sites where none is a town."""
    return [site for site in batch.sites if site.tier == "town"] or list(batch.sites)


def _shifts(batch: Batch, first: time, last: time) -> Iterator[Shift]:
    """The part of each day, as far as it lies in the horizon."""
    zone = batch.horizon.start.tzinfo
    for day in days(batch):
        start = max(batch.horizon.start, datetime.combine(day, first, zone))
        end = min(batch.horizon.end, datetime.combine(day, last, zone))
        if start < end:
            yield Shift(start=start, end=end)
