"""Scenarios against the baseline: figures, their means over samples, and what that says for sure."""

from collections.abc import Sequence
from math import sqrt
from statistics import fmean, stdev

from matcher.base import Frozen, Items
from scenarios.cases import BASELINE
from scenarios.findings import NOTHING, Findings
from scenarios.outcome import Outcome, figures
from scenarios.running import Ran

CONFIDENCE = 0.95


class Figure(Frozen):
    """A figure of a scenario, over its samples."""

    name: str
    """As `figures` calls it."""
    mean: float | None
    """Mean; null where a sample has none."""
    change: float | None
    """Mean of the differences from the baseline."""
    half: float | None
    """Half the width of the 95 % confidence interval of the mean, and of the change; null with one sample."""


class Row(Frozen):
    """A scenario in the table."""

    name: str
    """Its name, with the values swept."""
    zh: str
    """Its title in Chinese."""
    en: str
    """In English."""
    samples: int
    """How many draws."""
    asked: dict[str, float]
    """Requests by priority, mean."""
    proved: int
    """Of how many samples the plan was proved best."""
    gap: float | None
    """How far the plan of a sample may be from the best at most, relatively; null: of one nothing is proved."""
    affected: float
    """Requests whose being served or not differs from the baseline, mean over samples."""
    changes_zh: Items[str]
    """What each edit changed, in the first sample."""
    changes_en: Items[str]
    """In English."""
    figures: Items[Figure]
    """The figures."""


class Comparison(Findings):
    """All scenarios against the baseline, and what was found besides."""

    batch: str
    """Id of the batch; of a series of the first one."""
    rows: Items[Row]
    """The baseline first."""
    further: Items[str] = ()
    """Ids of the further batches of a series, over all of which figures are taken."""


def compared(batch: str, ran: Sequence[Ran], found: Findings = NOTHING) -> Comparison:
    """The table of what was run: the baseline first, each scenario with all its samples; and what was found besides."""
    base = ran[0].outcome
    names = list(dict.fromkeys(each.case.name for each in ran))
    rows = [_row([each for each in ran if each.case.name == name], base) for name in names]
    further = tuple(id for id, _ in ran[0].further)
    return Comparison(batch=batch, rows=tuple(rows), further=further, **dict(found))


def _row(mine: Sequence[Ran], base: Outcome) -> Row:
    first, outcomes = mine[0], [each.outcome for each in mine]
    scenario, changes = first.case.scenario, first.changes
    return Row(
        name=first.case.name,
        zh=scenario.zh if scenario else "现状",
        en=scenario.en if scenario else BASELINE,
        samples=len(mine),
        asked={name: fmean(outcome.asked[name] for outcome in outcomes) for name in base.asked},
        proved=sum(outcome.status == "optimal" for outcome in outcomes),
        gap=largest_gap(outcomes),
        affected=fmean(len(set(outcome.unserved) ^ set(base.unserved)) for outcome in outcomes),
        changes_zh=tuple(said.zh for said in changes),
        changes_en=tuple(said.en for said in changes),
        figures=tuple(_figure(name, outcomes, base) for name in figures(base)),
    )


def largest_gap(outcomes: Sequence[Outcome]) -> float | None:
    """How far plans may be from the best at most; null: of one nothing is proved."""
    gaps = [outcome.gap for outcome in outcomes if outcome.gap is not None]
    return max(gaps) if len(gaps) == len(outcomes) else None


def _figure(name: str, outcomes: Sequence[Outcome], base: Outcome) -> Figure:
    """The baseline draws nothing, so that the interval of the change is that of the mean."""
    found, before = [figures(outcome)[name] for outcome in outcomes], figures(base)[name]
    values = [value for value in found if value is not None]
    if len(values) < len(found) or not values:
        return Figure(name=name, mean=None, change=None, half=None)
    mean = fmean(values)
    half = _quantile(len(values) - 1) * stdev(values) / sqrt(len(values)) if len(values) > 1 else None
    return Figure(name=name, mean=mean, change=None if before is None else mean - before, half=half)


def _quantile(freedom: int) -> float:
    from scipy.stats import t

    return float(t.ppf((1 + CONFIDENCE) / 2, freedom))
