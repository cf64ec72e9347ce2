"""What a little more is worth: a person, an hour, reach, one duty less; as a range.

From below: the best place beside the plan in force. From above: a plan's certified prices (`matcher.solver.marginal`).
"""

from collections import defaultdict
from collections.abc import Collection, Sequence
from typing import NamedTuple

import numpy as np

from matcher.base import Frozen, Items
from matcher.batch import Batch, Volunteer
from matcher.building import build_instance
from matcher.candidates import Finder, Spans
from matcher.checker import check
from matcher.clock import Clock
from matcher.errors import InputError
from matcher.insertion import Standing
from matcher.instance import Instance
from matcher.options import Starts
from matcher.people import Bools, Ints
from matcher.plan import Plan, Visit
from matcher.reading import check_batch
from matcher.scene import Scene
from matcher.solver.budget import Budget
from matcher.solver.marginal import Marginals, marginals, new_nodes
from matcher.solver.past import NamedRoute, NamedVisit

SAME = 1e-6


class Worth(Frozen):
    """What is added to each tier: in the first tier that changes, the gain lies between the two."""

    low: Items[float]
    """The gain of the best place beside the plan in force; no best plan need be worse."""
    high: Items[float | None]
    """The tier cannot gain more where no tier before it changes; null: not proved."""


class Newcomers:
    """Some people beside a batch and a plan of it.

    Nothing is proved where the plan is not proved best, or where a county is so large that not everybody is looked at
    in each role.
    """

    def __init__(self, batch: Batch, plan: Plan, kinds: Sequence[Volunteer], copies: int = 1) -> None:
        """kinds: people with new ids, each of whom stands for any number of the kind. copies: of each, so that there
        are enough for roles that ask for several.

        Raises InputError where one of them is none that a batch could have.
        """
        self._ids = [kind.id for kind in kinds]
        more = (kind.model_copy(update={"id": f"{kind.id}/{n}"}) for n in range(2, copies + 1) for kind in kinds)
        everybody = [*kinds, *more]
        self._plan, self._wider = plan, _with(batch, (*batch.volunteers, *everybody))
        self._known = _known(self._wider, plan, {volunteer.id for volunteer in everybody})

    def worths(self) -> tuple[Worth, ...]:
        """What one of each kind would add alone."""
        return _worths(self._wider, self._plan, self._ids, self._known and self._known.rises(self._ids))

    def most_with(self, count: int, there: Collection[str]) -> tuple[float | None, ...]:
        """What each tier can be at most with `count` of the kinds, whichever, in place of those `there`.

        there: people of the batch. It holds for all choices as good as the plan in all tiers before, if no role lacks
        an option for want of copies (`enough_for`); null: not proved.
        """
        if self._known is None:
            return (None,) * len(self._wider.policy.tiers)
        found, at = self._known.marginals, self._known.numbers(there)
        best = found.opened[:, self._known.numbers(self._ids)].max(axis=1, initial=0.0)
        highs = self._known.highs(found.bound - found.there[:, at].sum(axis=1) + count * best)
        return tuple(None if h is None else h + now for h, now in zip(highs, self._known.tiers, strict=True))


def worths_of(batch: Batch, plan: Plan, newcomers: Sequence[Volunteer]) -> tuple[Worth, ...]:
    """What each of some newcomers would add alone to a batch, against a plan of it that is proved best.

    Their ids must be new. Upper ends are null where nothing is proved. Raises InputError as `Newcomers` does.
    """
    return Newcomers(batch, plan, newcomers).worths()


def enough_for(batch: Batch, kinds: Sequence[Volunteer], count: int) -> int:
    """How many copies of each kind give every role all options that any `count` of them would."""
    copies = 1
    while copies < count:
        more = (kind.model_copy(update={"id": f"{kind.id}/{n}"}) for n in range(copies) for kind in kinds)
        scene = Scene(batch.model_copy(update={"volunteers": (*batch.volunteers, *more)}))
        if _has_options(scene, {volunteer.id for volunteer in batch.volunteers}, count):
            break
        copies *= 2
    return copies


def _has_options(scene: Scene, there: Collection[str], count: int) -> bool:
    """Whether each start is one for which there are enough, if there were with `count` people more."""
    finder, new = Finder(scene), np.array([id not in there for id in scene.people.ids])
    for index, request in enumerate(scene.batch.requests):
        starts = Starts(request, scene.step, scene.clock, scene.pins.get(request.id, []))
        for q, role in enumerate(request.roles):
            times = starts.of_role(q)
            spans = finder.spans(index, request, role, starts.seconds[q], times)
            least = role.count if role.min_count is None else role.min_count
            able, more = _able(spans, len(times)), _able(spans.at(new[spans.who]), len(times))
            if not request.one_team and ((able < least) & (more > 0) & (able - more + count >= least)).any():
                return False
    return True


def _able(spans: Spans, starts: int) -> Ints:
    """How many can come at each start."""
    ends = np.bincount(spans.first + spans.length, minlength=starts + 1)
    found: Ints = np.cumsum(np.bincount(spans.first, minlength=starts + 1) - ends)[:-1]
    return found


def worths_of_changed(batch: Batch, plan: Plan, changed: Sequence[Volunteer]) -> tuple[Worth, ...]:
    """What each of some volunteers would add alone who had more time or reach than the one of the same id has.

    Raises InputError where a batch could not have such a volunteer.
    """
    by_id = {volunteer.id: volunteer for volunteer in changed}
    wider = _with(batch, tuple(by_id.get(volunteer.id, volunteer) for volunteer in batch.volunteers))
    known = _known(wider, plan, (), batch)
    return _worths(wider, plan, list(by_id), known and known.rises(list(by_id)))


def worths_of_duties(batch: Batch, plan: Plan) -> dict[str, Worth]:
    """What each mandatory request would add that need no longer be served, by its id; those with pins are left out."""
    pinned = {pin.request for pin in batch.pins}
    duties = [request.id for request in batch.requests if request.mandatory and request.id not in pinned]
    known = _known(batch, plan, ()) if duties else None
    tiers = len(batch.policy.tiers)
    high = [None] * tiers if known is None else known.highs(known.marginals.bound + known.marginals.duty)
    return dict.fromkeys(duties, Worth(low=(0.0,) * tiers, high=tuple(high)))


class _Known(NamedTuple):
    """The marginals of an instance. values: of the plan in the instance's tiers; tiers: as the policy counts them."""

    marginals: Marginals
    scene: Scene
    values: Sequence[float]
    tiers: Sequence[float]

    def numbers(self, ids: Collection[str]) -> Ints:
        return np.array([self.scene.people.index[id] for id in ids], dtype=np.int64)

    def rises(self, ids: Collection[str]) -> list[list[float | None]]:
        """The most that each tier can gain by what is closed for each of some volunteers."""
        found = self.marginals
        return [self.highs(found.bound + found.opened[:, v] - found.there[:, v]) for v in self.numbers(ids)]

    def highs(self, bound: Sequence[float] | np.ndarray) -> list[float | None]:
        """How far bounds of the instance's tiers are above the plan, for the policy's tiers."""
        most = [self.marginals.on_grid(t, b) - v for t, (b, v) in enumerate(zip(bound, self.values, strict=True))]
        return [max(0.0, float(m)) if np.isfinite(m) else None for m in most[len(self.values) - len(self.tiers) :]]


def _with(batch: Batch, volunteers: tuple[Volunteer, ...]) -> Batch:
    wider = batch.model_copy(update={"volunteers": volunteers})
    problems = check_batch(wider)
    if problems:
        raise InputError("设想的志愿者有误", "the volunteers thought of have problems", problems)
    return wider


def _worths(
    wider: Batch, plan: Plan, ids: Sequence[str], high: Sequence[Sequence[float | None]] | None
) -> tuple[Worth, ...]:
    """The ranges of some volunteers, what they add at most given."""
    offers, none = Standing(wider, plan).first_for(ids), (0.0,) * len(wider.policy.tiers)
    worths = list[Worth]()
    for number, id in enumerate(ids):
        gain = offers[id].tiers if id in offers else none
        first = next((change for change in gain if abs(change) > SAME), 0.0)
        most = tuple(high[number]) if high is not None else (None,) * len(none)
        worths.append(Worth(low=gain if first > 0 else none, high=most))
    return tuple(worths)


def _known(wider: Batch, plan: Plan, newcomers: Collection[str], before: Batch | None = None) -> _Known | None:
    """The marginals where some are newcomers, or where the batch was `before`; null: nothing can be proved."""
    if plan.status != "optimal" or plan.score is None:
        return None
    scene = Scene(wider)
    inst = build_instance(wider, scene)
    old = build_instance(before, Scene(before)) if before is not None else None
    if any(i is not None and (i.outside is not None or not i.complete or i.conflicts) for i in (inst, old)):
        return None
    closed = _of(inst, scene, newcomers) if old is None else new_nodes(inst, old)
    if closed is None:
        return None
    tiers, skip = check(wider, plan).score.tiers, int(inst.tiers.required)
    offset = inst.tiers.offset[skip:].tolist()
    values = [float(inst.needed)] * skip + [v - o for v, o in zip(tiers, offset, strict=True)]
    return _Known(marginals(inst, closed, _routes(plan, scene.clock), values, Budget()), scene, values, tiers)


def _of(inst: Instance, scene: Scene, people: Collection[str]) -> Bools:
    """The nodes of some people."""
    theirs = np.zeros(inst.volunteers, dtype=np.bool_)
    theirs[[scene.people.index[id] for id in people]] = True
    found: Bools = theirs[inst.node["volunteer"]]
    return found


def _routes(plan: Plan, clock: Clock) -> list[NamedRoute]:
    """The days of a plan."""
    days = defaultdict[str, list[Visit]](list)
    for visit in sorted(plan.visits, key=lambda visit: visit.start):
        days[visit.volunteer].append(visit)
    return [(volunteer, tuple(_named(visit, clock) for visit in visits)) for volunteer, visits in days.items()]


def _named(visit: Visit, clock: Clock) -> NamedVisit:
    return NamedVisit(visit.request, visit.role, visit.team, clock.seconds(visit.start), bool(visit.via_home))
