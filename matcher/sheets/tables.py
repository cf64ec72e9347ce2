"""Reads workbooks and CSV files into plain tables, whatever their encoding; refuses what would not fit in memory."""

import codecs
import csv
import io
import zipfile
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from itertools import islice
from pathlib import Path

from python_calamine import CalamineError, CalamineWorkbook, PasswordError

from matcher.errors import InputError
from matcher.sheets.biff import scan_xls
from matcher.sheets.limits import MAX_FILE_BYTES, ROWS, check_size, too_large
from matcher.sheets.report import Value, refuse
from matcher.sheets.xlsx_scan import scan_xlsx

DELIMITERS = ",;\t"
HEAD_LINES = 30
Score = Callable[[str, list[Value]], int]
"""How many known headers a row of the table with this title names."""


@dataclass(frozen=True)
class Table:
    """A sheet as it is: its rows from the first row and column on, each a list of values."""

    title: str
    rows: list[list[Value]]


def column_letters(at: int) -> str:
    """The letters of a column that Excel shows: 0 is A, 26 is AA."""
    letters = ""
    while at >= 0:
        letters = chr(ord("A") + at % 26) + letters
        at = at // 26 - 1
    return letters


def read_tables(source: Path, score: Score) -> list[Table]:
    """The tables of a workbook (.xlsx, .xls), a CSV file, or a folder of CSV files.

    `score` picks the encoding and delimiter of CSV files: those that give the most known headers.
    Raises InputError for what is missing, damaged, encrypted, of another kind or too large.
    """
    if source.is_dir():
        files = sorted(p for p in source.iterdir() if p.is_file() and p.suffix.lower() in (".csv", ".tsv", ".txt"))
        if not files:
            raise refuse("no_file", source.name, "文件夹里没有 CSV 文件", "the folder holds no CSV file")
        return [_csv(path.stem, _bytes(path), score) for path in files]
    content = _bytes(source)
    if content.startswith(b"PK"):
        return _workbook(content, source.name, scan_xlsx(content, source.name))
    if content.startswith(b"\xd0\xcf\x11\xe0"):
        return _workbook(content, source.name, scan_xls(content, source.name))
    if content.lstrip()[:1] == b"<":
        raise refuse(
            "not_a_sheet", source.name,
            "这是网页文件，请用 Excel 或 WPS 打开后另存为 .xlsx", "this is a web page; save it as .xlsx",
        )  # fmt: skip
    return [_csv(source.stem, content, score)]


def _bytes(path: Path) -> bytes:
    try:
        size = path.stat().st_size
        if size > MAX_FILE_BYTES:
            raise too_large(path.name)
        return path.read_bytes()
    except FileNotFoundError:
        raise refuse("no_file", path.name, "文件不存在", "there is no such file") from None
    except PermissionError:
        raise refuse(
            "file_open", path.name, "文件正被 Excel/WPS 打开，请关闭后重试", "the file is open in another program"
        ) from None
    except OSError:
        raise refuse("no_file", path.name, "文件无法读取", "the file cannot be read") from None


def _workbook(content: bytes, name: str, errors: dict[str, dict[tuple[int, int], str]]) -> list[Table]:
    try:
        book = CalamineWorkbook.from_filelike(io.BytesIO(content))
        tables = []
        for sheet_name in book.sheet_names:
            sheet = book.get_sheet_by_name(sheet_name)
            check_size(f"{name}!{sheet_name}", sheet.total_height, sheet.total_width)
            rows = sheet.to_python(skip_empty_area=False)
            _fill_merged(rows, sheet.merged_cell_ranges or [])
            for (row, column), text in errors.get(sheet_name, {}).items():
                if row < len(rows) and column < len(rows[row]):
                    rows[row][column] = text
            tables.append(Table(sheet_name, rows))
        return tables
    except InputError:
        raise
    except PasswordError:
        raise refuse(
            "encrypted", name, "文件有密码，请取消密码后另存", "the file has a password; save it without"
        ) from None
    except (CalamineError, ValueError, OSError, zipfile.BadZipFile) as error:
        raise damaged(name) from error
    except BaseException as error:
        if type(error).__name__ != "PanicException":
            raise
        raise damaged(name) from None


def damaged(name: str) -> InputError:
    """The error of a file that cannot be understood."""
    return refuse(
        "damaged", name, "文件已损坏或不是表格，请用 Excel 或 WPS 打开后另存为 .xlsx",
        "the file is damaged or no workbook; open it in Excel or WPS and save it as .xlsx",
    )  # fmt: skip


def _fill_merged(rows: list[list[Value]], ranges: list[tuple[tuple[int, int], tuple[int, int]]]) -> None:
    """Give every row of a merged cell its value, in the first column."""
    for (top, left), (bottom, _) in ranges:
        if top < len(rows) and left < len(rows[top]):
            for row in rows[top + 1 : bottom + 1]:
                row[left] = rows[top][left]


def _csv(title: str, content: bytes, score: Score) -> Table:
    readings = [(text, d) for text in _texts(content) for d in DELIMITERS]
    if not readings or "\0" in readings[0][0]:
        raise refuse(
            "encoding", title, "不是文本表格，或编码不是 UTF-8、UTF-16、GB18030", "no text in UTF-8, UTF-16 or GB18030"
        )
    best = max(readings, key=lambda r: max((score(title, row) for row in _head(*r)), default=0))
    try:
        rows: list[list[Value]] = [list(row) for row in islice(_reader(*best), ROWS + 2)]
    except csv.Error:
        raise damaged(title) from None
    check_size(title, len(rows), max(map(len, rows), default=0))
    return Table(title, rows)


def _texts(content: bytes) -> list[str]:
    """The file's text in every encoding that fits, the likeliest first."""
    if content.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        encodings = ["utf-16"]
    else:
        encodings = ["utf-8-sig", "gb18030"]
    found = []
    for encoding in encodings:
        try:
            found.append(content.decode(encoding))
        except UnicodeDecodeError:
            continue
    return found


def _reader(text: str, delimiter: str) -> Iterator[list[str]]:
    return csv.reader(io.StringIO(text, newline=""), delimiter=delimiter)


def _head(text: str, delimiter: str) -> list[list[Value]]:
    try:
        return [list(row) for row in islice(_reader(text[:100_000], delimiter), HEAD_LINES)]
    except csv.Error:
        return []
