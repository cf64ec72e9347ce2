"""Whether changes mend a gap, by brute force: what repairs are held against."""

from collections.abc import Iterator, Sequence

from matcher.answers.price import serving
from matcher.answers.repairs import Mend
from matcher.answers.repairs.levers import Lever, levers_of
from matcher.answers.repairs.search import Pull
from matcher.answers.repairs.trials import tiers_upto
from matcher.batch import Batch, Request
from tests.oracle.brute import Best, brute

SAME = 1e-6


def mends(batch: Batch, request: Request, demanded: Sequence[int] | None, now: Best) -> bool:
    """Whether a best plan of the changed batch serves the request and no tier up to its own is below now."""
    forced = brute(serving(batch, request.id, demanded))
    if forced.plan is None:
        return False
    upto = tiers_upto(batch, request)
    if any(a < b - SAME for a, b in zip(forced.tiers[:upto], now.tiers, strict=False)):
        return False
    return all(abs(a - b) <= SAME for a, b in zip(forced.tiers, brute(batch).tiers, strict=True))


def pulls_of(batch: Batch, request: Request, mend: Mend) -> list[Pull]:
    """The levers that a repair speaks of, found again by their words."""
    found = [
        pull
        for change in mend.changes
        for pull in every(levers_of(batch, request), range(change.steps, change.steps + 1))
        if pull.lever.words(pull.object, pull.steps) == (change.zh, change.en)
    ]
    assert len(found) == len(mend.changes)
    return found


def every(known: Sequence[Lever], steps: range) -> Iterator[Pull]:
    """Every lever pulled for every object by each number of steps."""
    for lever in known:
        for object in lever.objects:
            yield from (Pull(lever, object, number) for number in steps if number <= lever.most)


def changed(batch: Batch, pulls: Sequence[Pull]) -> Batch:
    for pull in pulls:
        batch = pull.on(batch)
    return batch


def wrong(
    batch: Batch, request: Request, now: Best, demanded: Sequence[int] | None, found: Sequence[Mend]
) -> list[str]:
    """What is not true of the repairs found: one that mends nothing, or a smaller single one that was missed."""
    said = []
    known = levers_of(batch, request)
    fewest = {lever: lever.most for lever in known}
    for mend in found:
        pulls = pulls_of(batch, request, mend)
        if not mends(changed(batch, pulls), request, demanded, now):
            said.append(f"mends nothing: {mend.en}")
        if len(pulls) == 1:
            same = next(
                lever for lever in known if lever.words(pulls[0].object, 1) == pulls[0].lever.words(pulls[0].object, 1)
            )
            fewest[same] = pulls[0].steps - 1
    for lever, most in fewest.items():
        smaller = every([lever], range(1, most + 1))
        missed = (pull for pull in smaller if mends(pull.on(batch), request, demanded, now))
        said += [f"missed: {lever.words(pull.object, pull.steps)[1]}" for pull in missed]
    return said
