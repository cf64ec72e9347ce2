"""The smallest changes that would mend a gap, each verified by solving again (docs/answers.md)."""

import time
from collections.abc import Sequence

from matcher.answers.compare import Comparison, compare
from matcher.answers.phrases import joined, phrase
from matcher.answers.price import tier_words
from matcher.answers.repairs.hints import hints_of
from matcher.answers.repairs.levers import levers_of
from matcher.answers.repairs.search import Found, Pull, pair, singles
from matcher.answers.repairs.trials import Trials, tiers_upto
from matcher.answers.trial import OnTrial, Trial
from matcher.base import Frozen, Items
from matcher.batch import Batch, Request
from matcher.plan import Plan, Repair


class Mend(Frozen):
    """One change, or two together, with which the request is served and no tier up to its own falls."""

    changes: Items[Repair]
    """What is changed."""
    effort: int
    """Sum of steps, a step of ten minutes or a kilometre being 1."""
    proved: bool
    """Whether with it the best plan serves the request, by solving to the end; false: there is such a plan, no more."""
    tiers: Items[float]
    """Change of each tier of the plan's value."""
    comparison: Comparison
    """What it does to everyone else, the plan in force as `before`."""
    zh: str
    """The change and what follows, in Chinese."""
    en: str
    """The change and what follows, in English."""


class Repairs(Frozen):
    """The smallest changes of every kind, those of least effort first; where no single one helps, a smallest pair."""

    mends: Items[Mend]
    """For each kind those with fewest steps, at most three."""
    complete: bool
    """Whether all was looked at: no smaller change of any kind helps. False: time ended the search."""
    solved: int
    """How often a plan was solved for this."""
    zh: str
    """What was found, in Chinese."""
    en: str
    """What was found, in English."""


def repairs_for(
    batch: Batch,
    before: Plan,
    request: Request,
    demanded: Sequence[int] | None,
    seconds: float | None,
    on_trial: OnTrial,
) -> Repairs:
    """The smallest changes with which the best plan serves a request and no tier up to its own falls.

    before: the plan in force, judged. demanded: least number of people in each role; null: the request's own. seconds:
    for all of it; null: to the end. on_trial: hears how it goes on.
    """
    assert before.score
    until = None if seconds is None else time.monotonic() + seconds
    trials = Trials(request, before.score.tiers, tiers_upto(batch, request), demanded, until, on_trial)
    known, found = levers_of(batch, request), list[Found]()
    for number, lever in enumerate(known, start=1):
        on_trial(Trial(batch, *phrase(f"trial.{lever.code}"), number, len(known)))
        found += singles(batch, lever, trials, hints_of(before, request))
    if not found:
        found = pair(batch, known, trials)
    mends = list[Mend]()
    for number, each in enumerate(found, start=1):
        on_trial(Trial(batch, *phrase("trial.nearest"), number, len(found)))
        mends.append(_mend(batch, before, each, trials))
    mends.sort(key=lambda mend: mend.effort)
    kind = ("pair" if len(mends[0].changes) == 2 else "some") if mends else "none"
    zh, en = phrase(f"repairs.{kind}{'' if not trials.out_of_time else '.cut'}", request=request.id, count=len(mends))
    return Repairs(mends=tuple(mends), complete=not trials.out_of_time, solved=trials.done, zh=zh, en=en)


def _mend(batch: Batch, before: Plan, found: Found, trials: Trials) -> Mend:
    assert before.score
    assert found.plan.score
    changes, compared = (
        tuple(map(_repair, found.pulls)),
        compare(before, trials.nearest(found.batch, before, found.plan), batch.requests),
    )
    tiers = tuple(round(a - b, 6) for a, b in zip(found.plan.score.tiers, before.score.tiers, strict=True))
    zh, en = phrase(
        "mend" if found.proved else "mend.unproved",
        what=joined([(change.zh, change.en) for change in changes]),
        effect=tier_words(batch.policy.tiers, tiers),
        n=len(compared.changes),
        people=len(compared.people),
    )
    effort = sum(pull.effort for pull in found.pulls)
    return Mend(changes=changes, effort=effort, proved=found.proved, tiers=tiers, comparison=compared, zh=zh, en=en)


def _repair(pull: Pull) -> Repair:
    zh, en = pull.lever.words(pull.object, pull.steps)
    named = pull.object[0] if pull.lever.code in ("shift", "max_travel") else None
    return Repair(code=pull.lever.code, volunteer=named, role=pull.lever.role, steps=pull.steps, zh=zh, en=en)
