"""Sheets of a workbook that people print and fill in: titles, tables, drop-downs, print setup.

Every text goes in as text, in cells of the text format: it neither is a formula nor becomes one when edited.
"""

import math
import re
from datetime import UTC, datetime
from io import BytesIO
from typing import Any

import xlsxwriter
from rich.cells import cell_len

from matcher.exports.tables import Cell, Column, Table
from matcher.exports.view import View

A4 = 9
HEADER_ROW = 1
FIRST_ROW = HEADER_ROW + 1
SHADES = ("#FFFFFF", "#F1F5F9")
GOOD, BAD = "#DCFCE7", "#FEE2E2"
NAME_LENGTH = 31
LINE_POINTS = 14


class Workbook:
    """An xlsx workbook in memory; the same content gives the same bytes. `created` is its date of creation."""

    def __init__(self, view: View, created: datetime) -> None:
        self.view = view
        self.names: set[str] = set()
        self._bytes = BytesIO()
        as_text = {"strings_to_formulas": False, "strings_to_urls": False, "strings_to_numbers": False}
        self._book = xlsxwriter.Workbook(self._bytes, {"in_memory": True} | as_text)
        self._book.set_properties({"created": created.astimezone(UTC).replace(tzinfo=None)})
        font = {"font_name": "Microsoft YaHei", "font_size": 10, "valign": "vcenter"}
        cell = font | {"num_format": "@", "border": 1, "border_color": "#CBD5E1", "text_wrap": True}
        self.title = self._format(font | {"bold": True, "font_size": 14, "num_format": "@"})
        self.header = self._format(cell | {"bold": True, "bg_color": "#1E3A5F", "font_color": "#FFFFFF"})
        self.plain = self._format(font | {"num_format": "@", "text_wrap": True})
        self.strong = self._format(font | {"num_format": "@", "bold": True, "font_size": 12})
        self.link = self._format(cell | {"font_color": "#1D4ED8", "underline": 1})
        self.cells = [self._format(cell | {"bg_color": shade}) for shade in SHADES]
        self.numbers = [self._format(cell | {"bg_color": shade, "num_format": "0"}) for shade in SHADES]
        self.good = self._format({"bg_color": GOOD, "font_color": "#14532D"})
        self.bad = self._format({"bg_color": BAD, "font_color": "#7F1D1D"})

    def _format(self, properties: dict[str, Any]) -> Any:
        return self._book.add_format(properties)

    def name(self, wanted: str) -> str:
        """A valid name for a sheet, made unique: at most 31 UTF-16 units, none of []:*?/\\, no quote at the ends."""
        clean = re.sub(r"[\[\]:*?/\\\x00-\x1f]", " ", wanted).strip(" '") or "-"
        name, number = _cut(clean, NAME_LENGTH), 1
        while name.casefold() in self.names or name.casefold() == "history":
            number += 1
            name = _cut(clean, NAME_LENGTH - len(f" {number}")).strip(" '") + f" {number}"
        self.names.add(name.casefold())
        return name

    def sheet(self, name: str, title: str) -> Any:
        """A new sheet with its title in the first row, ready to be printed."""
        sheet = self._book.add_worksheet(name)
        sheet.set_landscape()
        sheet.set_paper(A4)
        sheet.fit_to_pages(1, 0)
        sheet.set_margins(0.4, 0.4, 0.6, 0.6)
        sheet.set_footer("&C&P / &N")
        sheet.ignore_errors({"number_stored_as_text": "A1:XFD1048576"})
        sheet.set_row(0, 24)
        sheet.write_string(0, 0, title, self.title)
        return sheet

    def add_table(self, name: str, title: str, table: Table) -> Any:
        """A sheet that holds one table: title in row 1, headings in row 2, then the rows."""
        sheet = self.sheet(name, title)
        last_row, last_column = FIRST_ROW + len(table.cells) - 1, len(table.columns) - 1
        self.headings(sheet, HEADER_ROW, table.columns)
        widths = [self._width(column, [row[i] for row in table.cells]) for i, column in enumerate(table.columns)]
        for column, (properties, width) in enumerate(zip(table.columns, widths, strict=True)):
            sheet.set_column(column, column, width, None, {"hidden": properties.kind == "id"})
            if properties.kind == "state" and table.cells:
                self._drop_down(sheet, column, last_row)
        for row, (cells, group) in enumerate(zip(table.cells, table.groups, strict=True), FIRST_ROW):
            shown = [(c, w) for c, w, p in zip(cells, widths, table.columns, strict=True) if p.kind != "id"]
            sheet.set_row(row, LINE_POINTS * max(_lines(cell, width) for cell, width in shown) + 6)
            for column, cell in enumerate(cells):
                self.write(sheet, row, column, cell, group)
        sheet.autofilter(HEADER_ROW, 0, max(last_row, HEADER_ROW), last_column)
        sheet.freeze_panes(FIRST_ROW, 0)
        sheet.repeat_rows(0, HEADER_ROW)
        return sheet

    def add_line(self, sheet: Any, row: int, text: str, columns: int, width: int) -> None:
        """A line of prose over the first `columns` columns, which are `width` characters wide together."""
        sheet.set_row(row, LINE_POINTS * _lines(text, width) + 4)
        sheet.merge_range(row, 0, row, columns - 1, text, self.plain)

    def _width(self, column: Column[Any], cells: list[Cell]) -> int:
        """Wide enough for heading and cells, at most the column's width; room to write in the column of states."""
        if column.kind == "state":
            return column.width
        heading = cell_len(self.view.say(column.zh, column.en)) + 3
        widest = max((cell_len(line) for cell in cells for line in str(cell).splitlines()), default=0) + 2
        return min(max(heading, widest), max(column.width, heading))

    def headings(self, sheet: Any, row: int, columns: tuple[Column[Any], ...]) -> None:
        """The headings of a table."""
        for column, properties in enumerate(columns):
            sheet.write_string(row, column, self.view.say(properties.zh, properties.en), self.header)

    def write(self, sheet: Any, row: int, column: int, cell: Cell, group: int = 0) -> None:
        """One cell, shaded by the parity of its group."""
        if isinstance(cell, str):
            sheet.write_string(row, column, cell, self.cells[group % 2])
        else:
            sheet.write_number(row, column, cell, self.numbers[group % 2])

    def _drop_down(self, sheet: Any, column: int, last_row: int) -> None:
        words = self.view.state_words()
        sheet.data_validation(
            FIRST_ROW,
            column,
            last_row,
            column,
            {
                "validate": "list",
                "source": words,
                "error_title": self.view.say("接单情况", "state"),
                "error_message": self.view.say("请从下拉列表中选择。", "Please choose from the list."),
            },
        )
        for word, look in zip(words, (self.good, self.bad, self.bad, self.bad, self.good), strict=True):
            rule = {"type": "cell", "criteria": "==", "value": f'"{word}"', "format": look}
            sheet.conditional_format(FIRST_ROW, column, last_row, column, rule)

    def close(self) -> bytes:
        """The finished file."""
        self._book.close()
        return self._bytes.getvalue()


def _lines(cell: Cell, width: int) -> int:
    """How many lines a cell takes in a column so many characters wide."""
    return sum(max(1, math.ceil((cell_len(line) + 1) / width)) for line in str(cell).splitlines() or [""])


def _cut(text: str, units: int) -> str:
    """The longest beginning of at most so many UTF-16 units, the unit that Excel counts in."""
    return text.encode("utf-16-le")[: 2 * units].decode("utf-16-le", "ignore")
