"""Finds raw mobile and identity numbers in anything that was written: bytes, files, whole folders.

Opens zip archives (workbooks), gzip, zlib (bodies of jobs), and SQLite files (there, values stand side by side without
a gap, so each is looked at by itself besides the file's raw bytes).
"""

import gzip
import io
import re
import sqlite3
import zipfile
import zlib
from collections.abc import Iterable, Iterator
from contextlib import closing
from pathlib import Path

MOBILE = re.compile(
    r"1(?:(?<!\d1)(?<!\d\.1)|(?<=(?<!\d)861))(?:[3-9]\d|00|09)[ -]?\d{4}[ -]?\d{4}(?!\d)",
    re.ASCII,
)
"""Mobile numbers, and those of the demo county, which begin with 100 and 109 so that they are nobody's.

As below, neither inside a longer number nor the decimals of one; the first character stands first for speed.
"""
BIRTH_DATE = r"(?:18|19|20)\d\d(?:0[1-9]|1[0-2])(?:0[1-9]|[12]\d|3[01])"
IDENTITY = re.compile(
    rf"[1-9](?<!\d[1-9])(?<!\d\.[1-9])\d{{5}}{BIRTH_DATE}\d{{3}}(?:\d|[Xx](?![A-Za-z]))(?!\d)", re.ASCII
)
UUID = re.compile(r"[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}", re.ASCII)
HEXADECIMAL = re.compile(r"(?=.*[a-f])[0-9a-f]{12,}", re.ASCII)
"""Ids of requests, keys and people, and digests: eleven digits in a row are chance there, one id in 10,000 has them."""
TOKEN = re.compile(r"[0-9A-Za-z]+", re.ASCII)
NEAR = 40
"""Characters around a number that are looked at."""
LONGEST_TOKEN = 20
"""A longer run of letters and digits is a digest or a secret, not a number with a word before it."""
FULL_WIDTH = re.compile("[０-９]")
HALF_WIDTH = {0xFF10 + digit: str(digit) for digit in range(10)}
SQLITE, ZIP, GZIP = b"SQLite format 3\0", b"PK\x03\x04", b"\x1f\x8b"
ZLIB = (b"\x78\x01", b"\x78\x9c", b"\x78\xda")
DEEPEST = 3


def found_in(data: bytes | str, depth: int = 0) -> list[str]:
    """The raw numbers in a text or the content of a file, mobile ones first; [] is what it should be."""
    if isinstance(data, str):
        return _in_text(data)
    found = _in_text(_as_text(data))
    if depth < DEEPEST:
        found += [number for part in _unpacked(data) for number in found_in(part, depth + 1)]
    return found


def found_in_file(path: Path) -> list[str]:
    """The raw numbers in a file, and in its name."""
    data = path.read_bytes()
    found = _in_text(path.name) + found_in(data)
    if data.startswith(SQLITE):
        found += [number for value in _values(path) for number in found_in(value)]
    return found


def found_under(folders: Iterable[Path]) -> dict[Path, list[str]]:
    """The files in folders, at any depth, that hold raw numbers."""
    paths = sorted(path for folder in folders for path in folder.rglob("*") if path.is_file())
    return {path: found for path in paths if (found := found_in_file(path))}


def _as_text(data: bytes) -> str:
    """The bytes as text: UTF-16 where they begin so, else UTF-8; what is neither stands for itself, digits stay."""
    return data.decode("utf-16" if data[:2] in (b"\xff\xfe", b"\xfe\xff") else "utf-8", "replace")


def _in_text(text: str) -> list[str]:
    plain = text.translate(HALF_WIDTH) if FULL_WIDTH.search(text) else text
    found = [match for kind in (MOBILE, IDENTITY) for match in kind.finditer(plain)]
    return [match.group() for match in found if not _by_chance(plain, match)]


def _by_chance(text: str, match: re.Match[str]) -> bool:
    """Whether the number is a piece of an id, or of a long run of letters and digits."""
    start, end = match.span()
    near = text[max(0, start - NEAR) : end + NEAR]
    at = min(start, NEAR)
    if any(id.start() <= at < id.end() for id in UUID.finditer(near)):
        return True
    token = next(token.group() for token in TOKEN.finditer(near) if token.start() <= at < token.end())
    return len(token) > LONGEST_TOKEN or HEXADECIMAL.fullmatch(token) is not None


def _unpacked(data: bytes) -> Iterator[bytes]:
    if data.startswith(ZIP):
        try:
            with zipfile.ZipFile(io.BytesIO(data)) as archive:
                yield from (archive.read(name) for name in archive.namelist())
        except (zipfile.BadZipFile, zlib.error, NotImplementedError, RuntimeError):
            return
    elif data.startswith((GZIP, *ZLIB)):
        try:
            yield gzip.decompress(data) if data.startswith(GZIP) else zlib.decompress(data)
        except (OSError, EOFError, zlib.error):
            return


def _values(path: Path) -> Iterator[bytes | str]:
    """Every value in every table of an SQLite file; whole numbers too, a phone may be kept as one."""
    with closing(sqlite3.connect(f"{path.resolve().as_uri()}?mode=ro", uri=True)) as connection:
        tables = [name for (name,) in connection.execute("SELECT name FROM sqlite_master WHERE type = 'table'")]
        for table in tables:
            for row in connection.execute(f'SELECT * FROM "{table}"'):
                yield from (value if isinstance(value, bytes) else str(value) for value in row if value is not None)
