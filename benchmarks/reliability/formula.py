"""Texts that a spreadsheet could take for formulas go in, and no formula comes out."""

import csv
import io
import json
import re
import zipfile
from collections.abc import Iterator
from html import unescape
from typing import Any

from benchmarks.reliability.bodies import batch, request, volunteer
from benchmarks.reliability.row import Ground, Outcome

STARTS = (*"=+-@\t\r\n＝＋－＠", " =", '"=', "'=")
"""The 14 beginnings that a spreadsheet could take for a formula."""
FORMATS = ("xlsx", "csv", "ics", "geojson")
SIGNS = tuple("=+-@\t\r\n＝＋－＠")


def formulas(ground: Ground) -> Outcome:
    """Plans a batch whose every text is harmful, and looks for formulas in each format of the plan."""
    texts = [f"{start}HYPERLINK(1)" for start in STARTS]
    people = [volunteer(f"v{i}", name=text, phone=text) for i, text in enumerate(texts)]
    contacts = [{"name": text, "phone": text} for text in texts]
    asked = [
        request(id=f"r{i}", title=text, note=text, address=text, contact=contact)
        for i, (text, contact) in enumerate(zip(texts, contacts, strict=True))
    ]
    with ground.server(solvers=1) as server:
        plan = server.call("POST", "/v1/plans", batch("harmful", people, asked)).json["id"]
        server.solved(plan)
        files = {
            format: server.call("GET", f"/v1/plans/{plan}/plan?format={format}&phones=true").body for format in FORMATS
        }
    found, absent = 0, []
    for format, content in files.items():
        many, cells = READERS[format](content)
        found += many
        absent += [f"{format}: {text!r} is not in the file" for text in texts if not _is_in(text, cells)]
    return Outcome(
        f"{len(STARTS)} prefixes × {len(FORMATS)} formats, 0 formulas",
        f"{found} formulas, {len(STARTS) * len(FORMATS) - len(absent)} of {len(STARTS) * len(FORMATS)} texts kept",
        not found and not absent,
        {"formulas": found, "absent": len(absent)},
        tuple(absent),
    )


def _is_in(text: str, cells: str) -> bool:
    """Whether a text is among what was read, whatever became of its white space."""
    return "".join(text.split()) in "".join(cells.split())


def _workbook(content: bytes) -> tuple[int, str]:
    """How many formulas a workbook has, and its texts."""
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        parts = {name: archive.read(name).decode() for name in archive.namelist() if name.endswith(".xml")}
    formulas = sum(len(re.findall(r"<f[ >/]", parts[name])) for name in parts if name.startswith("xl/worksheets/"))
    return formulas, unescape(re.sub(r"<[^>]*>", "\n", parts["xl/sharedStrings.xml"]))


def _tables(content: bytes) -> tuple[int, str]:
    """How many cells of tables begin as a formula does, numbers aside, and their texts."""
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        tables = [archive.read(name).decode("utf-8-sig") for name in archive.namelist()]
    cells = [cell for table in tables for row in csv.reader(io.StringIO(table, newline="")) for cell in row]
    return sum(cell.startswith(SIGNS) and not re.fullmatch(r"-[\d.]+", cell) for cell in cells), "\n".join(cells)


def _calendars(content: bytes) -> tuple[int, str]:
    """How many lines of calendars have no name, as a text with a line break would make them; all text, unfolded."""
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        text = "".join(archive.read(name).decode() for name in archive.namelist()).replace("\r\n ", "")
    lines = text.split("\r\n")
    nameless = sum(bool(line) and not re.match(r"[A-Z-]+[:;]", line) for line in lines)
    return nameless, re.sub(r"\\(.)", lambda match: "\n" if match[1] == "n" else match[1], text)


def _map_data(content: bytes) -> tuple[int, str]:
    """None: texts are strings of JSON there; and all of these."""
    return 0, "\n".join(_strings(json.loads(content)))


def _strings(value: Any) -> Iterator[str]:
    """The strings in a value of JSON."""
    if isinstance(value, str):
        yield value
    elif isinstance(value, dict | list):
        for inner in value.values() if isinstance(value, dict) else value:
            yield from _strings(inner)


READERS = {"xlsx": _workbook, "csv": _tables, "ics": _calendars, "geojson": _map_data}
"""Of each format: how many formulas, and all texts."""
