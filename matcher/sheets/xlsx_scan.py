"""Looks through an .xlsx before it is read: its true size, and the cells that hold an error such as #N/A.

python-calamine allots the whole rectangle up to the last cell, and shows error cells as empty; both are found here by
the standard XML parser, which refuses entity tricks and damaged parts on the way.
"""

import io
import re
import zipfile
import zlib
from xml.etree import ElementTree
from xml.parsers import expat

from matcher.sheets.limits import MAX_ELEMENTS, MAX_PARTS, MAX_UNPACKED_BYTES, check_size, too_large
from matcher.sheets.report import refuse

CHUNK = 1 << 20
ERROR_TEXT = "#错误"
"""What stands for an error cell, whatever the error."""
_REFERENCE = re.compile(r"([A-Z]{1,3})(\d{1,7})")
Errors = dict[tuple[int, int], str]
"""Error texts by row and column, both from 0."""


def scan_xlsx(content: bytes, name: str) -> dict[str, Errors]:
    """The error cells of each sheet. Raises InputError (`damaged`, `too_large`)."""
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            parts = archive.infolist()
            if len(parts) > MAX_PARTS or sum(part.file_size for part in parts) > MAX_UNPACKED_BYTES:
                raise too_large(name)
            found = {part.filename: _scan(archive, part, name) for part in parts if not part.is_dir()}
            return {title: found.get(part, {}) for title, part in _sheet_parts(archive).items()}
    except (
        zipfile.BadZipFile, zlib.error, expat.ExpatError, ElementTree.ParseError, KeyError, ValueError, EOFError,
        NotImplementedError, RuntimeError, OSError,
    ) as error:  # fmt: skip
        raise refuse(
            "damaged", name, "文件已损坏或不是 .xlsx，请用 Excel 或 WPS 打开后另存", "the file is damaged or no .xlsx"
        ) from error


def _sheet_parts(archive: zipfile.ZipFile) -> dict[str, str]:
    """The part of the archive that holds each sheet."""
    relations = ElementTree.fromstring(archive.read("xl/_rels/workbook.xml.rels"))
    targets = {r.get("Id"): r.get("Target", "") for r in relations}
    parts = {}
    for element in ElementTree.fromstring(archive.read("xl/workbook.xml")).iter():
        if element.tag.rpartition("}")[2] == "sheet":
            relation = next((v for k, v in element.attrib.items() if k.endswith("}id")), None)
            target = targets.get(relation, "")
            parts[element.get("name", "")] = target.lstrip("/") if target.startswith("/") else f"xl/{target}"
    return parts


def _scan(archive: zipfile.ZipFile, part: zipfile.ZipInfo, name: str) -> Errors:
    with archive.open(part) as stream:
        chunk = stream.read(CHUNK)
        if chunk.lstrip(b"\xef\xbb\xbf \r\n\t")[:1] != b"<":
            return {}
        sheet = _SheetScan(name)
        while chunk:
            sheet.parser.Parse(chunk, False)
            chunk = stream.read(CHUNK)
        sheet.parser.Parse(b"", True)
        return sheet.errors


class _SheetScan:
    """Follows the cells of a sheet; other parts simply have none."""

    def __init__(self, name: str) -> None:
        self.name = name
        self.errors: Errors = {}
        self.row = self.column = -1
        self.rows = self.columns = self.elements = 0
        self.is_error = False
        self.parser = expat.ParserCreate()
        self.parser.StartElementHandler = self.start
        self.parser.StartDoctypeDeclHandler = self.refuse_doctype

    def refuse_doctype(self, *_: object) -> None:
        raise ValueError("document types are not part of a workbook")

    def start(self, tag: str, attributes: dict[str, str]) -> None:
        self.elements += 1
        if self.elements > MAX_ELEMENTS:
            raise too_large(self.name)
        kind = tag.rpartition(":")[2] if ":" in tag else tag
        if kind == "c":
            self.cell(attributes)
        elif kind == "row":
            self.row = int(attributes["r"]) - 1 if "r" in attributes else self.row + 1
            self.column = -1
        elif kind in ("v", "is", "f"):
            self.rows, self.columns = max(self.rows, self.row + 1), max(self.columns, self.column + 1)
            check_size(self.name, self.rows, self.columns)
            if self.is_error:
                self.errors[self.row, self.column] = ERROR_TEXT

    def cell(self, attributes: dict[str, str]) -> None:
        reference = attributes.get("r")
        if reference is None:
            self.column += 1
        elif match := _REFERENCE.fullmatch(reference):
            self.row = int(match[2]) - 1
            self.column = 0
            for letter in match[1]:
                self.column = self.column * 26 + ord(letter) - ord("A") + 1
            self.column -= 1
        else:
            raise ValueError("a cell has no proper reference")
        self.is_error = attributes.get("t") == "e"
