"""What a run came to: the table, and the file of results."""

import json
from collections.abc import Sequence
from pathlib import Path

from rich.box import SIMPLE
from rich.table import Table

from benchmarks.machine import origin
from benchmarks.reliability.run import Done


def reliability_table(done: Sequence[Done]) -> Table:
    """The rows for the terminal. short: not reached; FAILED: not reached, which fails the whole run."""
    shown = Table("test", "to reach", "measured", "", box=SIMPLE)
    for one in done:
        shown.add_row(one.row.name, one.outcome.asked, one.outcome.measured, one.word)
    return shown


def write_reliability(path: Path, done: Sequence[Done], short: bool) -> None:
    """Writes what was measured as JSON, with what made it; rows that were not run now stay as they are in the file."""
    made = origin("make reliability")
    rows = [
        {
            "test": one.row.name,
            "commit": made["commit"],
            "to_reach": one.outcome.asked,
            "measured": one.outcome.measured,
            "reached": one.outcome.reached,
            "fails_the_run": one.row.fails,
            "seconds": round(one.seconds, 1),
            "figures": one.outcome.figures,
            "notes": one.outcome.notes,
        }
        for one in done
    ]
    before = json.loads(path.read_text(encoding="utf-8")) if path.exists() else {}
    kept = {row["test"]: row for row in before["rows"]} if before.get("short") == short else {}
    kept |= {str(row["test"]): row for row in rows}
    told = {**made, "short": short, "rows": list(kept.values())}
    path.write_text(json.dumps(told, ensure_ascii=False, indent=1) + "\n", encoding="utf-8")
