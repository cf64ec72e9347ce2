"""The sizes a county's day must be solved at, each read and solved in a process of its own."""

import json
from collections.abc import Callable
from functools import partial
from pathlib import Path
from tempfile import TemporaryDirectory

from rich.box import SIMPLE
from rich.console import Console
from rich.table import Column, Table

from benchmarks.apart import solve_apart
from benchmarks.plain import fixed_batch, single_batch
from matcher import Batch, to_json

SIZES: tuple[tuple[str, Callable[[], Batch], float], ...] = (
    ("1000x300", partial(fixed_batch, 1000, 300), 60),
    ("3000x300", partial(fixed_batch, 3000, 300), 60),
    ("1000x300 all or nothing", partial(fixed_batch, 1000, 300, all_or_nothing=True), 10),
    ("3000x300 all or nothing", partial(fixed_batch, 3000, 300, all_or_nothing=True), 10),
    ("94066x3000 single", single_batch, 60),
)
"""What is solved, and the seconds it may take."""


def run_sizes() -> Table:
    """Solve all sizes; gap, violations (broken), seconds and peak memory of each."""
    shown = Table(
        Column("batch", no_wrap=True), "status", "gap", "broken", "start s", "read s", "solve s", "peak MB", box=SIMPLE
    )
    progress = Console(stderr=True)
    with TemporaryDirectory() as folder:
        path = Path(folder) / "batch.json"
        for name, make, seconds in SIZES:
            with progress.status(name):
                path.write_text(to_json(make()), encoding="utf-8")
                line = solve_apart(path, seconds)
            result = line["result"]
            shown.add_row(
                name,
                result["status"],
                "-" if result["gap"] is None else f"{result['gap']:.1e}",
                str(result["violations"]),
                f"{line['start']:.1f}",
                f"{line['reading']:.1f}",
                f"{result['seconds']:.2f}",
                "-" if line["peak_mb"] is None else f"{line['peak_mb']:.0f}",
            )
            progress.print(json.dumps(line, ensure_ascii=False), soft_wrap=True)
    return shown
