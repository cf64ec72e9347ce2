"""What one hour more, a tenth more reach and one duty less are worth (docs/whatif.md)."""

from collections.abc import Iterator, Sequence
from typing import Literal

from matcher import Batch, Plan
from matcher.base import Frozen, Items
from matcher.batch import Volunteer
from matcher.dispatching import dispatch_from
from matcher.margins import Worth, worths_of_changed, worths_of_duties
from matcher.solver.past import Past
from scenarios.edits.people import Range, Shifts
from scenarios.store import Limits
from scenarios.world import World
from scenarios.worth import gained, may_gain, surest

Kind = Literal["hour", "reach", "duty"]
EDITS: dict[Kind, Shifts | Range] = {"hour": Shifts(kind="shifts", later=60), "reach": Range(kind="range", factor=1.1)}
CONFIRMED = 3
"""How many of each kind are solved again."""


class Easing(Frozen):
    """A little more of something, and what that adds."""

    kind: Kind
    """`hour`: the volunteer's shifts end an hour later; `reach`: the volunteer may travel a tenth further; `duty`: the
    mandatory request need not be served."""
    id: str
    """Of the volunteer or request."""
    worth: Worth
    """The range."""
    solved: Items[float] | None = None
    """What a best plan adds to each tier then; null: not solved."""


def easings(batch: Batch, plan: Plan) -> tuple[Easing, ...]:
    """All that may add something to a best plan of a batch, what surely adds most first."""
    found = list[Easing]()
    for kind in EDITS:
        changed = list(_changed(batch, kind))
        worths = worths_of_changed(batch, plan, changed) if changed else ()
        found += [Easing(kind=kind, id=v.id, worth=worth) for v, worth in zip(changed, worths, strict=True)]
    found += [Easing(kind="duty", id=id, worth=worth) for id, worth in worths_of_duties(batch, plan).items()]
    return tuple(sorted((each for each in found if may_gain(each.worth)), key=_first))


def confirmed(batch: Batch, plan: Plan, found: Sequence[Easing], past: Past | None, limits: Limits) -> list[Easing]:
    """The same, the first `CONFIRMED` of each kind solved again; what surely adds most first."""
    told = list[Easing]()
    for kind in (*EDITS, "duty"):
        mine = [each for each in found if each.kind == kind]
        solved = [_solved(batch, plan, each, past, limits) for each in mine[:CONFIRMED]]
        told += sorted((*solved, *mine[CONFIRMED:]), key=_first)
    return told


def _solved(batch: Batch, plan: Plan, easing: Easing, past: Past | None, limits: Limits) -> Easing:
    best, _ = dispatch_from(past, eased(batch, easing), seconds=limits.seconds, work=limits.work, seed=limits.seed)
    return easing.model_copy(update={"solved": gained(plan, best)})


def eased(batch: Batch, easing: Easing) -> Batch:
    """The batch with a little more of something."""
    if easing.kind == "duty":
        requests = (r.model_copy(update={"mandatory": False}) if r.id == easing.id else r for r in batch.requests)
        return batch.model_copy(update={"requests": tuple(requests)})
    (changed,) = (volunteer for volunteer in _changed(batch, easing.kind) if volunteer.id == easing.id)
    return batch.model_copy(
        update={"volunteers": tuple(changed if v.id == changed.id else v for v in batch.volunteers)}
    )


def _changed(batch: Batch, kind: Kind) -> Iterator[Volunteer]:
    """Everybody with a little more, where that is limited."""
    wider, _ = EDITS[kind].made(World(batch))
    return (new for new, old in zip(wider.volunteers, batch.volunteers, strict=True) if new != old)


def _first(easing: Easing) -> tuple[list[float], ...]:
    return surest(easing.solved or easing.worth.low, easing.solved or easing.worth.high)
