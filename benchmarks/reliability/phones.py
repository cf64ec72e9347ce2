"""Raw phone numbers in what was written: files, archives, databases with their packed values, dumps."""

import io
import re
import sqlite3
import zipfile
import zlib
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

from benchmarks.reliability.bodies import START
from benchmarks.reliability.row import Found

PHONE = re.compile(rb"(?<![\d.])%s\d{4}(?!\d)" % START.encode())
SQLITE, ZIP = b"SQLite format 3\0", b"PK\x03\x04"
ZLIB = (b"\x78\x01", b"\x78\x9c", b"\x78\xda")
HEXADECIMAL = re.compile(rb"\\\\x((?:[0-9a-f]{2}){20,})")
"""Binary values in a dump of PostgreSQL."""


def found_under(folder: Path) -> Found:
    """What is in a folder, at any depth."""
    found = Found()
    for path in folder.rglob("*"):
        if path.is_file():
            data = path.read_bytes()
            values = _values(path) if data.startswith(SQLITE) else []
            found += Found(1, len(data), _phones(data) + sum(map(_phones, values)))
    return found


def _phones(data: bytes) -> int:
    """How many phone numbers there are in bytes, also where they are packed."""
    return len(PHONE.findall(data)) + sum(map(_phones, _unpacked(data)))


def _unpacked(data: bytes) -> Iterator[bytes]:
    if data.startswith(ZIP):
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            yield from (archive.read(name) for name in archive.namelist())
    elif data.startswith(ZLIB):
        yield zlib.decompress(data)
    else:
        yield from (bytes.fromhex(value.decode()) for value in HEXADECIMAL.findall(data))


def _values(path: Path) -> Iterator[bytes]:
    """Every value in every table of an SQLite file and its log."""
    with closing(sqlite3.connect(f"{path.resolve().as_uri()}?mode=ro", uri=True)) as connection:
        tables = [name for (name,) in connection.execute("SELECT name FROM sqlite_master WHERE type = 'table'")]
        for table in tables:
            for row in connection.execute(f'SELECT * FROM "{table}"'):
                yield from (value if isinstance(value, bytes) else str(value).encode() for value in row)
