"""A series of batches, as the days of a week: every case is planned on each, and its figures are taken over all.

What lasts, as training, is drawn alike on all days; what differs from day to day, as who cannot come, is drawn anew on
each, on the first one as by itself. Batches share nothing else: no plan knows of the day before.
"""

from collections import Counter
from collections.abc import Callable, Sequence

from matcher import Batch, MatcherError
from scenarios.cases import Case
from scenarios.running import Ran, edited_of

Plans = Callable[[Batch, Sequence[Case]], list[Ran]]
"""Plans all cases on one batch, the baseline first: `run` or `run_on` with all else given."""


def run_series(bases: Sequence[Batch], cases: Sequence[Case], plans: Plans) -> list[Ran]:
    """Each case as it was planned on the first batch, with its figures on the further ones.

    cases: the baseline first. Raises MatcherError where two batches have one id, InputError where a scenario does not
    fit a batch, with the names of both, before anything is planned; and what `plans` raises.
    """
    _require_own_ids(bases)
    days = [(base, [_on(case, base.id if n else "") for case in cases]) for n, base in enumerate(bases)]
    _require_fit(days)
    found: list[Ran] = []
    for base, mine in days:
        ran = plans(base, mine)
        found = [_with(one, base.id, more) for one, more in zip(found, ran, strict=True)] if found else ran
    return found


def _on(case: Case, day: str) -> Case:
    return case.model_copy(update={"day": day})


def _with(one: Ran, batch: str, more: Ran) -> Ran:
    return one._replace(further=(*one.further, (batch, more.result.outcome)))


def _require_own_ids(bases: Sequence[Batch]) -> None:
    twice = [id for id, number in Counter(base.id for base in bases).items() if number > 1]
    if twice:
        raise MatcherError(f"多个批次的编号相同：{'、'.join(twice)}", f"batches with one id: {', '.join(twice)}")


def _require_fit(days: Sequence[tuple[Batch, Sequence[Case]]]) -> None:
    """Of each scenario the first sample is tried: names do not depend on draws."""
    for base, mine in days:
        for case in mine:
            if case.scenario and case.sample == 0:
                edited_of(case, base)
