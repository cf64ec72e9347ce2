"""The sheets as they came, with what is wrong written beside each row."""

import re
from collections import defaultdict
from collections.abc import Sequence
from pathlib import Path
from typing import Literal

from xlsxwriter import Workbook

from matcher.errors import InputError, Problem
from matcher.sheets.fields import shown_text
from matcher.sheets.importer import read_sheets
from matcher.sheets.saving import MAX_CELL, saved_workbook
from matcher.sheets.tables import Table

Lang = Literal["zh", "en"]
HEADERS: dict[Lang, str] = {"zh": "错误说明", "en": "Errors"}
_CELL = re.compile(r"(?P<title>.*)!(?P<column>[A-Z]*)(?P<row>\d+)(?:（.*）)?", re.DOTALL)


def write_errors(source: Path, problems: Sequence[Problem], path: Path, *, lang: Lang = "zh") -> None:
    """Write the sheets of `source`, all cells as text, with a column 错误说明 and the cells at fault coloured.

    Problems without a row, and those of a file that cannot be read at all, stand in a sheet 错误说明 of their own.
    In English, column and sheet are called Errors.
    Raises MatcherError if `path` cannot be written.
    """
    try:
        tables = read_sheets(source)
    except InputError:
        tables = []
    placed: dict[str, list[tuple[int, str, Problem]]] = defaultdict(list)
    titles = {table.title for table in tables}
    loose = []
    for problem in problems:
        match = _CELL.fullmatch(problem.where)
        if match and match["title"] in titles:
            placed[match["title"]].append((int(match["row"]) - 1, match["column"], problem))
        else:
            loose.append(problem)
    with saved_workbook(path) as book:
        if loose or not tables:
            _list(book, loose, lang)
        for table in tables:
            _sheet(book, table, placed[table.title], lang)


def _list(book: Workbook, problems: list[Problem], lang: Lang) -> None:
    sheet = book.add_worksheet(HEADERS[lang])
    sheet.set_column(0, 0, 100)
    sheet.write_string(0, 0, HEADERS[lang], book.add_format({"bold": True}))
    for i, problem in enumerate(problems, 1):
        sheet.write_string(i, 0, problem.text(lang)[:MAX_CELL])


def _sheet(book: Workbook, table: Table, problems: list[tuple[int, str, Problem]], lang: Lang) -> None:
    fault = book.add_format({"bg_color": "#FFC7CE", "num_format": "@"})
    text = book.add_format({"num_format": "@"})
    said = book.add_format({"font_color": "#9C0006", "text_wrap": True})
    sheet = book.add_worksheet(_title(book, table.title))
    at_fault = {(row, _number(letters)) for row, letters, _ in problems if letters}
    sentences: dict[int, list[str]] = defaultdict(list)
    for row, _, problem in problems:
        header = problem.where.partition("（")[2].rstrip("）")
        sentence = problem.zh if lang == "zh" else problem.en
        sentences[row].append(f"{header}：{sentence}" if header else sentence)
    width = max(map(len, table.rows), default=0)
    for r, values in enumerate(table.rows):
        for c, value in enumerate(values):
            written = shown_text(value)[:MAX_CELL]
            if written or (r, c) in at_fault:
                sheet.write_string(r, c, written, fault if (r, c) in at_fault else text)
    for r, found in sentences.items():
        sheet.write_string(r, width, ("；\n" if lang == "zh" else "\n").join(found)[:MAX_CELL], said)
    sheet.set_column(0, max(0, width - 1), 14)
    sheet.set_column(width, width, 60)
    if sentences and 0 not in sentences:
        sheet.write_string(0, width, HEADERS[lang], book.add_format({"bold": True}))


def _number(letters: str) -> int:
    number = 0
    for letter in letters:
        number = number * 26 + ord(letter) - ord("A") + 1
    return number - 1


def _title(book: Workbook, title: str) -> str:
    """A sheet name that Excel takes and that is still free: no []:*?/\\, at most 31 characters."""
    used = {sheet.get_name().lower() for sheet in book.worksheets()}
    base = re.sub(r"[\[\]:*?/\\]", "_", title).strip("'")[:28] or "Sheet"
    free = [base, *(f"{base}_{n}" for n in range(2, 100))]
    return next(name for name in free if name.lower() not in used)
