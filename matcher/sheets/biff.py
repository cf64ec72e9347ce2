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
_BOF, _EOF, _SHEET, _BOOL_OR_ERROR, _MANY_NUMBERS = 0x809, 0x0A, 0x85, 0x205, 0xBD
_CELLS = {0x203, 0xFD, 0x27E, 0x204, 0x06, 0xD6, _BOOL_OR_ERROR}
"""NUMBER, LABELSST, RK, LABEL, FORMULA, RSTRING, BOOLERR."""


def scan_xls(content: bytes, name: str) -> dict[str, Errors]:
    """The error cells of each sheet. Raises InputError (`damaged`, `encrypted`, `too_large`)."""
    try:
        streams = _streams(content)
        if "EncryptedPackage" in streams:
            raise refuse("encrypted", name, "文件有密码，请取消密码后另存", "the file has a password; save it without")
        return _sheets(streams["Workbook"] if "Workbook" in streams else streams["Book"], name)
    except (struct.error, IndexError, KeyError, UnicodeDecodeError) as error:
        raise refuse(
            "damaged",
            name,
            "文件已损坏或不是 .xls，请用 Excel 或 WPS 打开后另存为 .xlsx",
            "the file is damaged or no .xls",
        ) from error


def _streams(content: bytes) -> dict[str, bytes]:
    """The streams of a compound file by name; small ones, kept apart in the file, only by name."""
    (shift,) = struct.unpack_from("<H", content, 30)
    size = 1 << min(shift, 16)
    numbers = struct.Struct(f"<{size // 4}I")
    directory, smallest = struct.unpack_from("<I4xI", content, 48)
    table_sectors = list(struct.unpack_from("<109I", content, 76))
    (more,) = struct.unpack_from("<I", content, 68)
    for _ in range(len(content) // size):
        if more >= _END:
            break
        *further, more = numbers.unpack_from(content, (more + 1) * size)
        table_sectors += further
    table = [
        n for s in table_sectors if s < _END for n in struct.unpack_from(f"<{size // 4}I", content, (s + 1) * size)
    ]
    entries = _chain(content, table, size, directory)
    found = {}
    for at in range(0, len(entries) - 127, 128):
        (length,) = struct.unpack_from("<H", entries, at + 64)
        title = entries[at : at + max(0, min(length, 64) - 2)].decode("utf-16-le")
        first, stream_size = struct.unpack_from("<II", entries, at + 116)
        large = entries[at + 66] == 2 and stream_size >= smallest
        found[title] = _chain(content, table, size, first)[:stream_size] if large else b""
    return found


def _chain(content: bytes, table: list[int], size: int, sector: int) -> bytes:
    parts: list[bytes] = []
    while sector < _END and len(parts) <= len(table):
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
