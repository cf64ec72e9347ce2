"""Files of the public families: instances in JSON, best known values in CSV."""

import csv
import json
from pathlib import Path
from typing import Any


def read(path: Path) -> dict[str, Any]:
    """An instance as it stands in its file."""
    file: dict[str, Any] = json.loads(path.read_text(encoding="utf-8"))
    return file


def known(path: Path, column: str) -> dict[str, float]:
    """The best known value of each instance, from this column."""
    with path.open(encoding="utf-8", newline="") as lines:
        return {row["instance"]: float(row[column]) for row in csv.DictReader(lines)}
