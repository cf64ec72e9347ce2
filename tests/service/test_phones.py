"""The scanner finds what it should, and nothing else."""

import gzip
import sqlite3
import zipfile
import zlib
from contextlib import closing
from pathlib import Path

import pytest

from tests.service.phones import found_in, found_in_file, found_under

PHONE, ID = "13912345678", "11010519491231002X"
"""The identity number is the example of GB 11643-1999."""


@pytest.mark.parametrize(
    "text",
    [
        PHONE,
        f"电话{PHONE}。",
        f'"phone": "{PHONE}"',
        f"{PHONE}.0",
        f"+86{PHONE}",
        f"86-{PHONE}",
        "10000000042",
        "10900000042",
        "139 1234 5678",
        "139-1234-5678",
        "１３９１２３４５６７８",
        f"tel{PHONE}",
        f"v00001,{PHONE}",
        ID,
        ID.lower(),
        f"身份证：{ID}",
        "440222199002290123",
        f"{ID}号",
    ],
)
def test_numbers_are_found(text: str) -> None:
    assert len(found_in(text)) == len(found_in(text.encode())) == 1


@pytest.mark.parametrize(
    "text",
    [
        "139****5678",
        "1391234567",
        "139123456789",
        "12345678901",
        "23912345678",
        "0.13912345678",
        "115.13912345678",
        "1795809600000000",
        "1784592000000",
        "2026-07-21T08:00:00.139123+08:00",
        "v-13912345678a",
        "k-13912345678abcde",
        "3f2c9a10-1b2c-4d5e-8f90-13912345678a",
        "9f13912345678e0a4b7c22d1",
        "dd14195731259f08",
        "3f2ca139-1234-5678-8f90-a1b2c3d4e5f6",
        "mk_x13912345678yabcdefghijklmnop",
        "000105194912310021",
        "110105194913310021",
        "110105194912320021",
        "110105194912310",
        "",
    ],
)
def test_other_numbers_are_left_alone(text: str) -> None:
    assert found_in(text) == found_in(text.encode()) == []


def test_utf_16_and_bytes_that_are_no_text() -> None:
    assert found_in(PHONE.encode("utf-16")) == [PHONE]
    assert found_in(b"\xff\x00\x80" + PHONE.encode() + b"\xfe") == [PHONE]


def test_archives_are_opened(tmp_path: Path) -> None:
    book = tmp_path / "book.xlsx"
    with zipfile.ZipFile(book, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("xl/sharedStrings.xml", f"<t>{PHONE}</t>" * 2)
    assert PHONE.encode() not in book.read_bytes()
    assert found_in_file(book) == [PHONE, PHONE]
    assert found_in(gzip.compress(PHONE.encode())) == [PHONE]
    assert found_in(zlib.compress(PHONE.encode(), 1)) == [PHONE]
    assert found_in(b"PK\x03\x04 cut off") == found_in(b"\x1f\x8b cut off") == found_in(b"\x78\x9c cut off") == []


def test_every_value_of_a_database_is_looked_at(tmp_path: Path) -> None:
    """Beside each other in the file, `v00001` and the phone read as one longer number."""
    with closing(sqlite3.connect(tmp_path / "x.db")) as connection:
        connection.execute("CREATE TABLE people (id TEXT, phone TEXT, other INTEGER, body BLOB)")
        connection.execute(
            "INSERT INTO people VALUES ('v00001', ?, 15912345678, ?)", (PHONE, zlib.compress(ID.encode()))
        )
        connection.commit()
    assert found_in((tmp_path / "x.db").read_bytes()) == []
    assert sorted(found_in_file(tmp_path / "x.db")) == sorted([PHONE, "15912345678", ID])


def test_folders_are_walked_and_names_read(tmp_path: Path) -> None:
    (tmp_path / "a" / "b").mkdir(parents=True)
    (tmp_path / "a" / "b" / "log.txt").write_text(PHONE)
    (tmp_path / "a" / f"{PHONE}.ics").touch()
    (tmp_path / "clean.txt").write_text("139****5678")
    assert found_under([tmp_path]) == {
        tmp_path / "a" / "b" / "log.txt": [PHONE],
        tmp_path / "a" / f"{PHONE}.ics": [PHONE],
    }
