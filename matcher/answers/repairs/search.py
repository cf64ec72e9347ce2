"""Finds the smallest changes that mend a gap: first how few steps could do for all at once, then for whom.

A change for one is among the changes for all, so where a step for everybody does not help, it helps for nobody;
halves of the people are tried in the same way (Dorfman, The detection of defective members of large populations,
Annals of Mathematical Statistics 14, 1943).
"""

from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import combinations_with_replacement

from matcher.answers.phrases import phrase
from matcher.answers.repairs.levers import Lever, Object
from matcher.answers.repairs.trials import Trials
from matcher.answers.trial import Trial
from matcher.batch import Batch
from matcher.plan import Plan

Hints = Callable[[Batch, Lever, int], list[Object]]
"""Objects for which so many steps of a lever are likely to do."""
MOST_OF_A_KIND = 3
"""Changes of one kind and size that are told."""
MOST_OF_A_PAIR = 8
"""Steps of two changes together."""


@dataclass(frozen=True)
class Pull:
    """A lever pulled for one object by some steps."""

    lever: Lever
    object: Object
    steps: int

    def on(self, batch: Batch) -> Batch:
        """The batch with it."""
        return self.lever.edit(batch, (self.object,), self.steps)

    @property
    def effort(self) -> int:
        """In steps of ten minutes."""
        return self.steps * self.lever.effort


@dataclass(frozen=True)
class Found:
    """Changes that mend the gap together, the batch and a best plan with them; proved: that this plan is the best."""

    pulls: tuple[Pull, ...]
    batch: Batch
    plan: Plan
    proved: bool


def singles(batch: Batch, lever: Lever, trials: Trials, hints: Hints) -> list[Found]:
    """The changes by one lever that mend the gap in fewest steps, at most `MOST_OF_A_KIND`; first those hinted at."""
    if trials.over or not trials.hopeful(lever.edit(batch, lever.objects, lever.most)):
        return []
    found = list[Found]()
    for steps in range(_fewest(batch, lever, trials), lever.most + 1):
        groups: tuple[Iterable[Object], ...] = (lever.objects,)
        if len(lever.objects) > 1:
            groups = hints(batch, lever, steps), _hopeful(batch, lever, lever.objects, steps, trials)
        for objects in groups:
            for object in objects:
                found += _mending(batch, (Pull(lever, object, steps),), trials)
                if len(found) == MOST_OF_A_KIND or trials.over:
                    break
            if found or trials.over:
                break
        if found or trials.over:
            break
    return found


def pair(batch: Batch, levers: Sequence[Lever], trials: Trials) -> list[Found]:
    """Two changes that mend the gap together in fewest steps in all, at most `MOST_OF_A_PAIR`; none where no two do."""
    useless = defaultdict[tuple[int, int], list[tuple[int, int]]](list)
    cells = list(_cells(levers))
    for number, (i, j, first, second) in enumerate(cells, start=1):
        one, other = levers[i], levers[j]
        if trials.over:
            return []
        if any(first <= a and second <= b for a, b in useless[i, j]):
            continue
        trials.on_trial(Trial(batch, *phrase("trial.pair"), number, len(cells)))
        if not trials.hopeful(other.edit(one.edit(batch, one.objects, first), other.objects, second)):
            useless[i, j].append((first, second))
        elif first + second <= MOST_OF_A_PAIR and (found := _pair(batch, one, other, first, second, trials)):
            return found
    return []


def _cells(levers: Sequence[Lever]) -> Iterator[tuple[int, int, int, int]]:
    """Two levers and steps of each: first as many of both as there can be, which rules many out, then by their sum."""
    numbers = combinations_with_replacement(range(len(levers)), 2)
    pairs = [(i, j) for i, j in numbers if i != j or len(levers[i].objects) > 1]
    most = [min(lever.most, MOST_OF_A_PAIR - 1) for lever in levers]
    yield from ((i, j, most[i], most[j]) for i, j in pairs if most[i] + most[j] > MOST_OF_A_PAIR)
    for total in range(2, MOST_OF_A_PAIR + 1):
        for i, j in pairs:
            for first in range(max(1, total - most[j]), min(most[i], total - 1) + 1):
                yield i, j, first, total - first


def _pair(batch: Batch, one: Lever, other: Lever, first: int, second: int, trials: Trials) -> list[Found]:
    """The first two objects for which so many steps of two levers mend the gap."""
    if one is other and first > second:
        return []
    for object in _hopeful(other.edit(batch, other.objects, second), one, one.objects, first, trials):
        changed = one.edit(batch, (object,), first)
        rest = [o for o in other.objects if one is not other or o != object]
        for partner in _hopeful(changed, other, rest, second, trials):
            found = _mending(batch, (Pull(one, object, first), Pull(other, partner, second)), trials)
            if found or trials.over:
                return found
    return []


def _mending(batch: Batch, pulls: tuple[Pull, ...], trials: Trials) -> list[Found]:
    for pull in pulls:
        batch = pull.on(batch)
    verdict, plan = trials.tried(batch)
    return [Found(pulls, batch, plan, verdict == "mends")] if plan is not None else []


def _fewest(batch: Batch, lever: Lever, trials: Trials) -> int:
    """The fewest steps that could do, if all objects had them."""
    low, high = 1, lever.most
    while low < high:
        middle = (low + high) // 2
        if trials.hopeful(lever.edit(batch, lever.objects, middle)):
            high = middle
        else:
            low = middle + 1
    return low


def _hopeful(batch: Batch, lever: Lever, objects: Sequence[Object], steps: int, trials: Trials) -> Iterator[Object]:
    """The objects for which so many steps could do."""
    if not objects or trials.over or not trials.hopeful(lever.edit(batch, objects, steps)):
        return
    if len(objects) == 1:
        yield objects[0]
        return
    half = len(objects) // 2
    yield from _hopeful(batch, lever, objects[:half], steps, trials)
    yield from _hopeful(batch, lever, objects[half:], steps, trials)
