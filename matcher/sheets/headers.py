"""Finds the sheets, the header row and the columns in tables as people keep them."""

import re
import unicodedata
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import cache
from typing import TypeVar

from matcher.sheets.columns import COLUMNS, SHEETS, Column, Kind
from matcher.sheets.report import Cell, FieldError, Report, Value, visible, without_numbers
from matcher.sheets.tables import Table, column_letters
from matcher.sheets.xlsx_scan import ERROR_TEXT

T = TypeVar("T")
D = TypeVar("D")

HEADER_ROWS = 20
"""The header row is looked for in so many first rows."""
_IGNORED_SHEETS = {"说明", "填写说明", "使用说明", "readme", "instructions", "错误说明", "errors"}
_NOTHING = {"", "-", "/", "—", "无"}
_EXCEL_ERRORS = {ERROR_TEXT, "#N/A", "#REF!", "#VALUE!", "#DIV/0!", "#NAME?", "#NULL!", "#NUM!"}
_FOOTER = re.compile(r"合计|总计|小计|共计|(?:制表|填表|审核|复核|负责|填报|注|备注|说明)[^:：]{0,6}[:：]")
_IGNORED_HEADERS = {"序号", "no", "错误说明", "errors"}


@dataclass(frozen=True)
class Sheet:
    """A table whose kind and columns are known; `columns` gives the column number of each field."""

    kind: Kind
    title: str
    columns: dict[str, int]
    headers: dict[str, str]
    """The header of each field: as found, or the template's where the column is missing."""
    personal: frozenset[str]


@dataclass(frozen=True)
class Row:
    """A row of a sheet; `number` counts from 1 as Excel does."""

    sheet: Sheet
    number: int
    values: list[Value]

    def cell(self, field: str) -> Cell:
        """The cell of a field with its place; of a missing column, the row with the column's name."""
        at = self.sheet.columns.get(field)
        letters = "" if at is None else column_letters(at)
        where = f"{self.sheet.title}!{letters}{self.number}（{self.sheet.headers[field]}）"
        return Cell(self.value(field), where, field in self.sheet.personal)

    def value(self, field: str) -> Value:
        """What stands in the field's cell, the empty string if nothing or no such column."""
        at = self.sheet.columns.get(field)
        return "" if at is None or at >= len(self.values) else self.values[at]

    def read(self, field: str, parse: Callable[[Value], T], report: Report, default: D) -> T | D:
        """The parsed value; the default where the cell is empty, and, with a problem, where it cannot be read."""
        if not self.has(field):
            return default
        value = self.value(field)
        try:
            if isinstance(value, str) and value.strip() in _EXCEL_ERRORS:
                raise FieldError("cell_error", "单元格里是公式错误，请改正公式", "the cell holds a formula error")
            return parse(value)
        except FieldError as error:
            report.problem(error.code, self.cell(field), error.zh, error.en)
            return default

    def has(self, field: str) -> bool:
        """Whether something stands there."""
        value = self.value(field)
        return value != "" and not (isinstance(value, str) and visible(value) in _NOTHING)


def header_key(text: str) -> str:
    """A header without case, spaces and punctuation: `* 村（社区）` gives 村社区."""
    key = re.sub(r"[\W_]+", "", unicodedata.normalize("NFKC", text).lower())
    return re.sub(r"(必填|选填|可选|required|optional)$", "", key)


@cache
def _fields(kind: Kind) -> dict[str, Column]:
    found: dict[str, Column] = {}
    for column in COLUMNS[kind]:
        for name in (column.zh, column.en, column.field, *column.variants.split()):
            found.setdefault(header_key(name), column)
    return found


@cache
def _kinds() -> dict[str, Kind]:
    return {header_key(n): kind for kind, (zh, en, more) in SHEETS.items() for n in (zh, en, *more.split())}


def known_headers(kind: Kind, row: list[Value]) -> int:
    """How many different columns of the kind a row names."""
    fields = _fields(kind)
    return len({c.field for v in row if isinstance(v, str) and (c := fields.get(header_key(v)))})


def kind_of(title: str) -> Kind | None:
    """The kind that a sheet's name says."""
    return _kinds().get(header_key(title))


def kind_like(title: str) -> Kind | None:
    """The only kind of which a sheet's name holds a word: 东镇群众点单 has that of 点单."""
    kinds = {kind for words, kind in _kinds().items() if words in header_key(title)}
    return kinds.pop() if len(kinds) == 1 else None


def recognise(tables: list[Table], report: Report) -> dict[Kind, list[Row]]:
    """The rows of each kind of sheet; a table alone whose name says nothing holds the requests.

    Where no sheet is called as it should, the only one whose name comes near and whose headers fit is taken.
    """
    named = [(kind_of(table.title), table) for table in tables]
    for wanted, (zh, en, _) in SHEETS.items():
        near = [at for at, (kind, table) in enumerate(named) if kind is None and _looks_like(wanted, table)]
        if len(near) == 1 and wanted not in [kind for kind, _ in named]:
            table = named[near[0]][1]
            named[near[0]] = (wanted, table)
            name = without_numbers(table.title)
            report.note("near_sheet", 1, f"工作表“{name}”按“{zh}”读取", f"sheet {name} is read as {en}")
    if not any(kind for kind, _ in named) and len(filled := [t for t in tables if any(map(_filled, t.rows))]) == 1:
        named = [("requests", filled[0])]
    found: dict[Kind, list[Row]] = {}
    unknown = []
    for kind, table in named:
        if kind:
            found.setdefault(kind, []).extend(_rows(kind, table, report))
        elif header_key(table.title) not in _IGNORED_SHEETS:
            unknown.append(table.title)
    names = "、".join(without_numbers(title) for title in unknown)
    report.note("unknown_sheet", len(unknown), f"未使用的工作表：{names}", f"sheets not used: {names}")
    return found


def _looks_like(kind: Kind, table: Table) -> bool:
    """Whether a sheet's name and headers fit a kind."""
    return kind_like(table.title) == kind and any(known_headers(kind, row) > 1 for row in table.rows[:HEADER_ROWS])


def _filled(row: list[Value]) -> bool:
    return any(value != "" and (not isinstance(value, str) or visible(value)) for value in row)


def _rows(kind: Kind, table: Table, report: Report) -> Iterator[Row]:
    """The filled rows below the header row."""
    if not any(map(_filled, table.rows)):
        return
    scores = [known_headers(kind, row) for row in table.rows[:HEADER_ROWS]]
    at = scores.index(max(scores))
    required = [c for c in COLUMNS[kind] if c.required]
    if not scores[at]:
        names = "、".join(c.zh for c in required or COLUMNS[kind][:8])
        report.problem(
            "no_header", Cell("", table.title),
            f"前 {HEADER_ROWS} 行里找不到表头，应有：{names}",
            f"no header row in the first {HEADER_ROWS} rows; expected: {names}",
        )  # fmt: skip
        return
    sheet, unknown = _sheet(kind, table, at)
    listed = "、".join(without_numbers(visible(h)) for h in table.rows[at] if isinstance(h, str) and visible(h))
    for column in required:
        if column.field not in sheet.columns:
            report.problem(
                "missing_column", Cell("", f"{table.title}!{at + 1}"),
                f"缺少“{column.zh}”一列；表头现有：{listed}", f"column {column.en} is missing; headers found: {listed}",
            )  # fmt: skip
    names = "、".join(without_numbers(name) for name in unknown)
    report.note(
        "unknown_column", len(unknown),
        f"工作表“{table.title}”中未使用的列：{names}", f"columns of sheet {table.title} not used: {names}",
    )  # fmt: skip
    if all(column.field in sheet.columns for column in required):
        filled = [Row(sheet, n, row) for n, row in enumerate(table.rows[at + 1 :], at + 2) if _filled(row)]
        kept = [row for row in filled if not _is_footer(row)]
        skipped = len(filled) - len(kept)
        report.note(
            "footer", skipped,
            f"工作表“{table.title}”中“合计”“制表人”之类的 {skipped} 行未读取",
            f"sheet {table.title}: {skipped} rows of totals or signatures are left out",
        )  # fmt: skip
        yield from kept


def _is_footer(row: Row) -> bool:
    """Whether a row begins with words as below a table: a total, or who made it."""
    first = next(shown for value in row.values if (shown := visible(str(value))))
    return _FOOTER.match(first) is not None


def _sheet(kind: Kind, table: Table, header: int) -> tuple[Sheet, list[str]]:
    columns: dict[str, int] = {}
    headers = {c.field: c.zh for c in COLUMNS[kind]}
    unknown = []
    for at, value in enumerate(table.rows[header]):
        text = visible(value) if isinstance(value, str) else str(value)
        column = _fields(kind).get(header_key(text))
        if column and column.field not in columns:
            columns[column.field] = at
            headers[column.field] = re.sub(r"\s+", " " if text.isascii() else "", text)
        elif header_key(text) and header_key(text) not in _IGNORED_HEADERS:
            unknown.append(text)
    personal = frozenset(c.field for c in COLUMNS[kind] if c.personal)
    return Sheet(kind, table.title, columns, headers, personal), unknown
