"""County sizes with what is to be reached at each, growth, and degenerate batches, in one table."""

import json
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from rich.box import SIMPLE
from rich.console import Console
from rich.table import Column, Table

from benchmarks.apart import FailedError, solve_apart
from benchmarks.best import Best, Known, digest_of
from benchmarks.degenerate import alike, no_shifts, nobody_can, one_place
from benchmarks.machine import origin
from benchmarks.plain import fixed_batch, mixed_batch
from matcher import Batch, to_json

CAP = 6
"""Gigabytes a child may ask for."""
PROVED = 1e-6
"""Gap of a plan that is called optimal."""


@dataclass(frozen=True)
class Row:
    """A batch, and the seconds of `dispatch`, the plan's gap and the peak of memory to reach (null: no matter).

    grows: seconds may grow as the number of volunteers does, from the first row of the section on.
    """

    name: str
    make: Callable[[], Batch]
    seconds: float
    gap: float
    gigabytes: float | None = None
    grows: bool = False


def county(all_or_nothing: bool) -> tuple[Row, ...]:
    """The county sizes; groups take any number from one, or all or nobody."""
    fixed = partial(fixed_batch, all_or_nothing=all_or_nothing)
    mixed = partial(mixed_batch, all_or_nothing=all_or_nothing)
    end = " all or nothing" if all_or_nothing else ""
    return (
        Row(f"3000x300 fixed{end}", partial(fixed, 3000, 300), 1, 1e-4),
        Row(f"9000x1000 fixed{end}", partial(fixed, 9000, 1000), 5, 1e-4),
        Row(f"9000x1000 mixed{end}", partial(mixed, 9000, 1000), 30, 5e-3),
        Row(f"20000x2000 fixed{end}", partial(fixed, 20000, 2000), 20, 1e-3),
        Row(f"94066x10000 mixed{end}", partial(mixed, 94066, 10000, step=15), 60, 5e-3, 2),
    )


GROWTH = tuple(
    Row(f"growth {count}x1000", partial(fixed_batch, count, 1000), 60, 1e-4, grows=True)
    for count in (10000, 30000, 60000, 90000)
)
DEGENERATE = (
    Row("all alike 9000x1000", partial(alike, 9000, 1000), 2, PROVED),
    Row("one request 94066x1", partial(fixed_batch, 94066, 1), 2, PROVED),
    Row("nobody can 3000x10000", partial(nobody_can, 3000, 10000), 2, PROVED),
    Row("no shifts 9000x1000", partial(no_shifts, 9000, 1000), 2, PROVED),
    Row("one place 9000x1000", partial(one_place, 9000, 1000), 2, PROVED),
)
ROWS = (county(False), county(True), GROWTH, DEGENERATE)
"""The sections of the table."""


@dataclass(frozen=True)
class Measured:
    """What became of a row. line: as `solve_apart` gives it, null if it failed. known: as `Best.hold` says."""

    row: Row
    volunteers: int
    places: int
    line: dict[str, Any] | None
    failure: str = ""
    known: str = "-"

    @property
    def seconds(self) -> float | None:
        """Wall time of `dispatch`, all in, if the gap was reached."""
        if self.line is None or self.line["result"]["gap"] is None or self.line["result"]["gap"] > self.row.gap:
            return None
        return float(self.line["result"]["seconds"])

    @property
    def reached(self) -> bool:
        """Whether gap, time and memory are as they should be; memory is taken as good where it is not known."""
        peak = self.line["peak_mb"] if self.line else None
        fits = self.row.gigabytes is None or peak is None or peak <= self.row.gigabytes * 1024
        return self.seconds is not None and self.seconds <= self.row.seconds and fits

    @property
    def broken(self) -> int:
        """Violations in the plan."""
        return int(self.line["result"]["violations"]) if self.line else 0


def run_rows(sections: Iterable[Sequence[Row]], best: Best, seconds: float | None, store: bool) -> list[list[Measured]]:
    """Solve all rows, within `seconds` (null: each in those to reach), and hold them against the best known.

    With `store`, what is better is written as soon as it is there.
    """
    progress = Console(stderr=True)
    found = []
    for rows in sections:
        found.append(list[Measured]())
        for row in rows:
            with progress.status(row.name):
                done = _measured(row, best, seconds)
            found[-1].append(done)
            progress.print(f"{row.name}: {json.dumps(done.line) if done.line else done.failure}", soft_wrap=True)
            if store:
                best.save()
    return found


def write_scale(path: Path, sections: Sequence[Sequence[Measured]]) -> None:
    """Writes what was measured as JSON, with what made it."""
    rows = [_row(one) for measured in sections for one in measured]
    told = {**origin("python -m benchmarks scale --out FILE"), "rows": rows}
    path.write_text(json.dumps(told, ensure_ascii=False, indent=1) + "\n", encoding="utf-8")


def _row(one: Measured) -> dict[str, Any]:
    """A row of the file: null where there is nothing to tell."""
    result = one.line["result"] if one.line else {}
    return {
        "batch": one.row.name,
        "volunteers": one.volunteers,
        "places": one.places,
        "status": result.get("status"),
        "gap": result.get("gap"),
        "seconds": result.get("seconds"),
        "peak_mb": one.line["peak_mb"] if one.line else None,
        "violations": result.get("violations"),
        "to_reach": {"seconds": one.row.seconds, "gap": one.row.gap, "gigabytes": one.row.gigabytes},
        "reached": one.reached,
        "failure": one.failure or None,
    }


def scale_table(sections: Sequence[Sequence[Measured]]) -> Table:
    """The rows for the terminal; docs/benchmarks.md says what each column means."""
    names = ("batch", "places", "status", "gap %", "read s", "s", "x", "peak MB", "reached", "known")
    shown = Table(*(Column(name, no_wrap=name != "status") for name in names), box=SIMPLE)
    for measured in sections:
        for one in measured:
            shown.add_row(*_cells(one, *_growth(one, measured[0])))
        shown.add_section()
    return shown


def _measured(row: Row, best: Best, seconds: float | None) -> Measured:
    batch = row.make()
    size = len(batch.volunteers), sum(role.count for request in batch.requests for role in request.roles)
    name, text = batch.id, to_json(batch)
    del batch
    with TemporaryDirectory() as folder:
        path = Path(folder) / "batch.json"
        path.write_text(text, encoding="utf-8")
        try:
            line = solve_apart(path, seconds or row.seconds, row.gap, CAP)
        except FailedError as error:
            return Measured(row, *size, None, str(error))
    result = line["result"]
    if result["values"] is None or result["bounds"] is None or result["violations"]:
        return Measured(row, *size, line)
    run = Known(digest_of(text), tuple(result["values"]), tuple(result["bounds"]))
    return Measured(row, *size, line, known=best.hold(name, run))


def _growth(one: Measured, first: Measured) -> tuple[float | None, bool]:
    """How many times the seconds of the first row, and whether that is as it should be; null where nothing grows."""
    if not one.row.grows:
        return None, True
    if one.seconds is None or first.seconds is None:
        return None, False
    ratio = one.seconds / first.seconds
    return ratio, ratio <= one.volunteers / first.volunteers


def _cells(one: Measured, ratio: float | None, linear: bool) -> list[str]:
    if one.line is None:
        return [one.row.name, str(one.places), one.failure, "-", "-", "-", "-", "-", "no", one.known]
    result, peak = one.line["result"], one.line["peak_mb"]
    return [
        one.row.name,
        str(one.places),
        result["status"],
        f"{'-' if result['gap'] is None else format(100 * result['gap'], '.3g')} of {100 * one.row.gap:g}",
        f"{one.line['reading']:.1f}",
        f"{result['seconds']:.2f} of {one.row.seconds:g}",
        "-" if ratio is None else f"{ratio:.1f}",
        ("-" if peak is None else f"{peak:.0f}") + (f" of {1024 * one.row.gigabytes:.0f}" if one.row.gigabytes else ""),
        "yes" if one.reached and linear else "no",
        one.known,
    ]
