"""Small batches under a limit of work, held against what they gave before: what has become worse is told."""

import json
import re
import time
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import asdict, dataclass
from pathlib import Path

from rich.box import SIMPLE
from rich.table import Column, Table

from benchmarks.best import RELATIVE, SAME, digest_of
from benchmarks.machine import versions
from benchmarks.single import warm_up
from matcher import Batch, Plan, check, dispatch, to_json

WORK = 1_000_000
"""Units of work each batch is given: about a second on a machine with nothing else running, to a few."""
MORE = 1.1
"""Work and routes may grow to so many times what they were."""
ROUTES = re.compile(r"tier by tier, (\d+) routes")


@dataclass(frozen=True)
class Mark:
    """What a batch gave. digest: of the batch's JSON. gap: null if a tier has no bound. routes: in the pools."""

    digest: str
    values: tuple[float, ...] | None
    bounds: tuple[float | None, ...] | None
    gap: float | None
    work: int
    routes: int


@dataclass(frozen=True)
class Outcome:
    """A batch's mark, the one before (null: there is none), rules broken and what is worse in words, wall seconds."""

    name: str
    mark: Mark
    before: Mark | None
    broken: tuple[str, ...]
    worse: tuple[str, ...]
    seconds: float


def hold(batches: Mapping[str, Callable[[], Batch]], baseline: Mapping[str, Mark]) -> list[Outcome]:
    """Solves the batches under the limit of work, and compares each with its mark in the baseline."""
    warm_up()
    outcomes = []
    for name, make in batches.items():
        batch = make()
        started = time.perf_counter()
        plan = dispatch(batch, work=WORK)
        took = time.perf_counter() - started
        mark, before = mark_of(batch, plan), baseline.get(name)
        broken = tuple(violation.en for violation in check(batch, plan).violations)
        worse = ("is not in the baseline",) if before is None else tuple(worse_than(before, mark))
        outcomes.append(Outcome(name, mark, before, broken, worse, took))
    return outcomes


def mark_of(batch: Batch, plan: Plan) -> Mark:
    """What is kept of a plan; routes as its log tells them."""
    return Mark(
        digest=digest_of(to_json(batch)),
        values=plan.score.tiers if plan.score else None,
        bounds=plan.bound.tiers if plan.bound else None,
        gap=plan.gap,
        work=plan.work or 0,
        routes=sum(int(count) for note in plan.log for count in ROUTES.findall(note.en)),
    )


def worse_than(before: Mark, now: Mark) -> Iterator[str]:
    """In what a mark is worse, in words; a bound is compared where the values of the tiers before are the same."""
    if before.digest != now.digest:
        yield "is another batch than in the baseline"
        return
    if now.values is None or before.values is None:
        if now.values != before.values:
            yield f"values {before.values} -> {now.values}"
        return
    yield from _worse_tiers(before, now)
    if before.gap is not None and (now.gap is None or now.gap > before.gap + SAME):
        yield f"gap {before.gap:.3g} -> {'none' if now.gap is None else format(now.gap, '.3g')}"
    for name, old, new in (("work", before.work, now.work), ("routes", before.routes, now.routes)):
        if new > MORE * old:
            yield f"{name} {old} -> {new}"


def read_baseline(path: Path) -> dict[str, Mark]:
    """The marks by the batches' names; none if there is no file."""
    if not path.exists():
        return {}
    entries = json.loads(path.read_text(encoding="utf-8"))["marks"]
    return {
        name: Mark(**entry | {key: _tuple(entry[key]) for key in ("values", "bounds")})
        for name, entry in entries.items()
    }


def write_baseline(path: Path, outcomes: Iterable[Outcome]) -> None:
    """Writes all marks, with the versions that made them."""
    marks = {outcome.name: asdict(outcome.mark) for outcome in outcomes}
    text = json.dumps({"versions": versions(), "marks": marks}, indent=1)
    path.write_text(text + "\n", encoding="utf-8", newline="\n")


def other_versions(path: Path) -> str | None:
    """Which versions differ from those that made the baseline, in words; null if none does, or there is no file."""
    then = json.loads(path.read_text(encoding="utf-8"))["versions"] if path.exists() else versions()
    changed = [f"{name} {then.get(name)} -> {now}" for name, now in versions().items() if then.get(name) != now]
    return ", ".join(changed) or None


def gate_table(outcomes: Iterable[Outcome]) -> Table:
    """The outcomes for the terminal; seconds are told and not judged."""
    shown = Table(Column("batch", no_wrap=True), "gap", "work", "before", "routes", "before", "s", "worse", box=SIMPLE)
    for outcome in outcomes:
        mark, before = outcome.mark, outcome.before
        shown.add_row(
            outcome.name,
            "-" if mark.gap is None else f"{mark.gap:.3g}",
            str(mark.work),
            str(before.work) if before else "-",
            str(mark.routes),
            str(before.routes) if before else "-",
            f"{outcome.seconds:.1f}",
            "\n".join([*outcome.broken, *outcome.worse]) or "no",
        )
    return shown


def _worse_tiers(before: Mark, now: Mark) -> Iterator[str]:
    """The first tier with another value, if it is lower; and the bounds up to there that are higher or lost."""
    if before.values is None or now.values is None:
        return
    old_bounds = before.bounds or (None,) * len(before.values)
    new_bounds = now.bounds or (None,) * len(now.values)
    for tier, (old, new) in enumerate(zip(before.values, now.values, strict=True)):
        held, bound = old_bounds[tier], new_bounds[tier]
        if held is not None and (bound is None or bound > held + SAME + RELATIVE * abs(held)):
            yield f"bound of tier {tier + 1}: {held:g} -> {'none' if bound is None else format(bound, 'g')}"
        if abs(old - new) > SAME:
            if new < old:
                yield f"value of tier {tier + 1}: {old:g} -> {new:g}"
            return


def _tuple(values: list[float] | None) -> tuple[float, ...] | None:
    return None if values is None else tuple(values)
