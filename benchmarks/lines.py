"""Files of results: a JSON line for each instance and solver, written as soon as it is there, read back to resume."""

import json
from collections.abc import Iterable
from pathlib import Path
from typing import Any

Line = dict[str, Any]

FIELDS = (
    *("instance", "family", "solver", "limit", "seed", "status", "stop", "failure"),
    *("objective", "known", "distance", "objective_bound", "parts", "wrong", "violations"),
    *("values", "bounds", "gap", "held", "places", "volunteers", "requests", "served", "visits"),
    *("seconds", "work", "peak_mb", "anytime", "digest"),
    *("versions", "machine", "date", "commit", "command"),
)
"""What a line tells, null where there is nothing to tell; docs/benchmarks.md says what each means."""
CRASHED = "crashed"
"""Status of an instance whose process gave no result."""


def whole(told: Line) -> Line:
    """A line with every field, in order."""
    return {name: told.get(name) for name in FIELDS}


def key(line: Line) -> tuple[str, ...]:
    """What makes two lines the same run: instance, solver, limit, seed and versions."""
    named = (line["instance"], line["solver"], f"{line['limit']:g}", str(line["seed"]))
    return (*named, json.dumps(line["versions"], sort_keys=True))


def read_lines(path: Path) -> list[Line]:
    """The lines of a file, of those with one key the last; none if there is no file, and no half-written last one.

    Raises ValueError where any other line is not JSON.
    """
    texts = path.read_text(encoding="utf-8").split("\n") if path.exists() else [""]
    lines = [json.loads(text) for text in texts[:-1] if text]
    return list({key(line): line for line in lines}.values())


def mend(path: Path) -> None:
    """Cuts off what stands after the last line's end: a run was ended while it wrote."""
    if path.exists():
        text = path.read_bytes()
        path.write_bytes(text[: text.rfind(b"\n") + 1])


def append(path: Path, line: Line) -> None:
    """Adds one line."""
    path.parent.mkdir(parents=True, exist_ok=True)
    with path.open("a", encoding="utf-8", newline="\n") as file:
        file.write(json.dumps(line, ensure_ascii=False) + "\n")


def already(lines: Iterable[Line]) -> dict[tuple[str, ...], Line]:
    """The lines that need not be made again, by key: all but those that crashed."""
    return {key(line): line for line in lines if line["status"] != CRASHED}
