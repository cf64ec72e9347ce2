"""Looks through an .xls before it is read: where its last cells are, and which cells hold an error such as #N/A.

An .xls is a small file system of sectors ([MS-CFB]) whose stream `Workbook` is a row of records ([MS-XLS]).
"""

import struct
from collections.abc import Iterator

from matcher.sheets.limits import check_size
from matcher.sheets.report import refuse
from matcher.sheets.xlsx_scan import ERROR_TEXT, Errors

_END = 0xFFFFFFFA
"""Sector numbers from here on mean the end of a chain, or nothing."""
_WORKBOOKS = ("Workbook", "Book")
_SMALLEST = 4096
"""Smaller streams are kept elsewhere in the file; a workbook never is that small."""
_BOF, _SHEET, _BOOL_OR_ERROR, _MANY_NUMBERS = 0x809, 0x85, 0x205, 0xBD
_CELLS = {0x203, 0xFD, 0x27E, 0x204, 0x06, 0xD6, _BOOL_OR_ERROR}
"""NUMBER, LABELSST, RK, LABEL, FORMULA, RSTRING, BOOLERR."""


def scan_xls(content: bytes, name: str) -> dict[str, Errors]:
    """The error cells of each sheet. Raises InputError (`damaged`, `encrypted`, `too_large`)."""
    try:
        streams = _streams(content)
        if "EncryptedPackage" in streams:
            raise refuse("encrypted", name, "文件有密码，请取消密码后另存", "the file has a password; save it without")
        return _sheets(next(streams[title] for title in _WORKBOOKS if title in streams), name)
    except (struct.error, IndexError, StopIteration, ValueError) as error:
        raise refuse(
            "damaged",
            name,
            "文件已损坏或不是 .xls，请用 Excel 或 WPS 打开后另存为 .xlsx",
            "the file is damaged or no .xls",
        ) from error


def _streams(content: bytes) -> dict[str, bytes]:
    """The workbook's stream of a compound file, and the names of the others."""
    (shift,) = struct.unpack_from("<H", content, 30)
    if shift not in (9, 12):
        raise ValueError("sectors are of 512 or 4,096 bytes")
    size = 1 << shift
    sectors = len(content) // size
    numbers = struct.Struct(f"<{size // 4}I")
    (directory,) = struct.unpack_from("<I", content, 48)
    (more,) = struct.unpack_from("<I", content, 68)
    table_sectors = list(struct.unpack_from("<109I", content, 76))
    most = 109 + 2 * sectors // (size // 4)
    while more < _END and len(table_sectors) < most:
        *further, more = numbers.unpack_from(content, (more + 1) * size)
        table_sectors += further
    table = [n for s in table_sectors[:most] if s < _END for n in numbers.unpack_from(content, (s + 1) * size)]
    entries = _chain(content, table, size, directory)
    found: dict[str, bytes] = {}
    for at in range(0, len(entries) - 127, 128):
        (length,) = struct.unpack_from("<H", entries, at + 64)
        title = entries[at : at + max(0, min(length, 64) - 2)].decode("utf-16-le")
        if title not in found:
            first, stream_size = struct.unpack_from("<II", entries, at + 116)
            wanted = title in _WORKBOOKS and stream_size >= _SMALLEST
            found[title] = _chain(content, table, size, first)[:stream_size] if wanted else b""
    return found


def _chain(content: bytes, table: list[int], size: int, sector: int) -> bytes:
    parts: list[bytes] = []
    while sector < _END and len(parts) * size < len(content):
        parts.append(content[(sector + 1) * size : (sector + 2) * size])
        sector = table[sector]
    return b"".join(parts)


def _sheets(stream: bytes, name: str) -> dict[str, Errors]:
    """Walk over the records; sheets begin at the offsets that the workbook's list of sheets gives."""
    titles: dict[int, str] = {}
    found: dict[str, Errors] = {}
    errors: Errors = {}
    rows = columns = 0
    for at, kind, body in _records(stream):
        if kind == _SHEET:
            titles[struct.unpack_from("<I", body)[0]] = _title(body)
        elif kind == _BOF and at in titles:
            errors, rows, columns = found.setdefault(titles[at], {}), 0, 0
        elif kind in _CELLS or kind == _MANY_NUMBERS:
            row, column = struct.unpack_from("<HH", body)
            last = struct.unpack("<H", body[-2:])[0] if kind == _MANY_NUMBERS else column
            rows, columns = max(rows, row + 1), max(columns, last + 1)
            check_size(name, rows, columns)
            if kind == _BOOL_OR_ERROR and body[7]:
                errors[row, column] = ERROR_TEXT
    return found


def _records(stream: bytes) -> Iterator[tuple[int, int, bytes]]:
    at = 0
    while at + 4 <= len(stream):
        kind, length = struct.unpack_from("<HH", stream, at)
        yield at, kind, stream[at + 4 : at + 4 + length]
        at += 4 + length


def _title(body: bytes) -> str:
    length, wide = body[6], body[7] & 1
    return body[8 : 8 + 2 * length].decode("utf-16-le") if wide else body[8 : 8 + length].decode("latin-1")
