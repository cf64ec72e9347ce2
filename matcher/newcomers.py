"""What one person more is worth: a range, from a plan's certified prices and the best place beside the plan."""

from collections import defaultdict
from collections.abc import Sequence

import numpy as np

from matcher.base import Frozen, Items
from matcher.batch import Batch, Volunteer
from matcher.building import build_instance
from matcher.checker import check
from matcher.clock import Clock
from matcher.errors import InputError
from matcher.insertion import Standing
from matcher.plan import Plan, Visit
from matcher.reading import check_batch
from matcher.scene import Scene
from matcher.solver.budget import Budget
from matcher.solver.marginal import most_added
from matcher.solver.past import NamedRoute, NamedVisit

SAME = 1e-6


class Worth(Frozen):
    """What a newcomer adds to each tier: in the first tier that changes, the gain lies between the two."""

    low: Items[float]
    """The gain of the best place beside the plan in force; no plan with the newcomer need be worse."""
    high: Items[float | None]
    """The tier cannot gain more where no tier before it changes; null: not proved."""


def worths_of(batch: Batch, plan: Plan, newcomers: Sequence[Volunteer]) -> tuple[Worth, ...]:
    """What each of some newcomers would add alone to a batch, against a plan of it that is proved best.

    Their ids must be new. Upper ends are null where the plan is not proved best, or where a county is so large that not
    everybody is looked at in each role. Raises InputError where a newcomer is none that a batch could have.
    """
    wider = batch.model_copy(update={"volunteers": (*batch.volunteers, *newcomers)})
    problems = check_batch(wider)
    if problems:
        raise InputError("新增的志愿者有误", "the newcomers have problems", problems)
    score = check(wider, plan).score
    high = _highs(wider, plan, score.tiers, [newcomer.id for newcomer in newcomers])
    offers, worths = Standing(wider, plan).first_for([newcomer.id for newcomer in newcomers]), []
    for newcomer, most in zip(newcomers, high, strict=True):
        gain = offers[newcomer.id].tiers if newcomer.id in offers else ()
        first = next((change for change in gain if abs(change) > SAME), 0.0)
        low = gain if first > 0 else (0.0,) * len(score.tiers)
        worths.append(Worth(low=tuple(low), high=tuple(most)))
    return tuple(worths)


def _highs(wider: Batch, plan: Plan, tiers: Sequence[float], ids: Sequence[str]) -> list[list[float | None]]:
    """The most that each newcomer can add to each tier."""
    unknown: list[list[float | None]] = [[None] * len(tiers) for _ in ids]
    if plan.status != "optimal":
        return unknown
    scene = Scene(wider)
    inst = build_instance(wider, scene)
    if inst.outside is not None or not inst.complete or inst.conflicts:
        return unknown
    skip = int(inst.tiers.required)
    values = [float(inst.needed)] * skip + [
        v - o for v, o in zip(tiers, inst.tiers.offset[skip:].tolist(), strict=True)
    ]
    numbers = np.array([scene.people.index[id] for id in ids], dtype=np.int64)
    most = most_added(inst, numbers, _routes(plan, scene.clock), values, Budget())[skip:]
    return [[float(m) if np.isfinite(m) else None for m in column] for column in most.T]


def _routes(plan: Plan, clock: Clock) -> list[NamedRoute]:
    """The days of a plan."""
    days = defaultdict[str, list[Visit]](list)
    for visit in sorted(plan.visits, key=lambda visit: visit.start):
        days[visit.volunteer].append(visit)
    return [(volunteer, tuple(_named(visit, clock) for visit in visits)) for volunteer, visits in days.items()]


def _named(visit: Visit, clock: Clock) -> NamedVisit:
    return NamedVisit(visit.request, visit.role, visit.team, clock.seconds(visit.start), bool(visit.via_home))
