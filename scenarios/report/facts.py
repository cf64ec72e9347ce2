"""What a report tells: the comparison, and what became of each request in the first sample of a scenario."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal, NamedTuple

from matcher import Batch
from matcher.batch import Request
from scenarios.comparing import Comparison, Row, compared
from scenarios.findings import NOTHING, Findings
from scenarios.outcome import Outcome
from scenarios.report.words import Lang, Words
from scenarios.running import Ran, edited_of

Kind = Literal["lost", "unmet", "gained", "met", "gone", "unserved", "served"]
"""Served before and not now, added and not served, newly served, added and served, asked no more, neither, both."""


class Fate(NamedTuple):
    """What became of a request."""

    request: Request
    village: str
    """Name of its site, else the id; "" where it has none."""
    kind: Kind
    affected: bool
    """Whether the comparison counts it: nobody goes there in one of the two plans only."""


@dataclass(frozen=True)
class Told:
    """A scenario beside the baseline."""

    row: Row
    samples: tuple[Ran, ...]
    batch: Batch
    """The batch as the first sample changes it."""
    fates: tuple[Fate, ...]
    """Those of the first sample, in the batch's order, then those asked no more."""

    @property
    def affected(self) -> list[Fate]:
        """Requests whose being served differs; those that lost come first."""
        order = ("lost", "unmet", "gained", "met", "gone")
        return sorted((fate for fate in self.fates if fate.affected), key=lambda fate: order.index(fate.kind))


@dataclass(frozen=True)
class Report:
    """All that a report tells."""

    batch: Batch
    baseline: Ran
    table: Comparison
    scenarios: tuple[Told, ...]
    words: Words
    found: Findings = NOTHING
    """What was looked into besides scenarios."""

    @property
    def base(self) -> Row:
        """The baseline's row."""
        return self.table.rows[0]


def report(batch: Batch, ran: Sequence[Ran], lang: Lang, found: Findings = NOTHING) -> Report:
    """The report on what `run` returned for a batch: the baseline first, then each scenario with all its samples.

    found: what was looked into besides.
    """
    table = compared(batch.id, ran)
    told = []
    for row in table.rows[1:]:
        samples = tuple(each for each in ran if each.case.name == row.name)
        changed = edited_of(samples[0].case, batch).batch if samples[0].case.scenario else batch
        fates = _fates(batch, ran[0].result.outcome, changed, samples[0].result.outcome)
        told.append(Told(row=row, samples=samples, batch=changed, fates=fates))
    words = Words(lang)
    return Report(batch=batch, baseline=ran[0], table=table, scenarios=tuple(told), words=words, found=found)


def _fates(base: Batch, before: Outcome, changed: Batch, after: Outcome) -> tuple[Fate, ...]:
    was, now = frozenset(before.unserved), frozenset(after.unserved)
    known, kept = ({request.id for request in batch.requests} for batch in (base, changed))
    names = {site.id: site.name or site.id for site in (*base.sites, *changed.sites)}
    gone = [request for request in base.requests if request.id not in kept]

    def fate(request: Request, kind: Kind) -> Fate:
        return Fate(request, names.get(request.site or "", ""), kind, request.id in was ^ now)

    return (
        *(fate(request, _kind(request.id, known, was, now)) for request in changed.requests),
        *(fate(request, "gone") for request in gone),
    )


def _kind(id: str, known: set[str], was: frozenset[str], now: frozenset[str]) -> Kind:
    if id not in known:
        return "unmet" if id in now else "met"
    if (id in was) != (id in now):
        return "lost" if id in now else "gained"
    return "unserved" if id in now else "served"
