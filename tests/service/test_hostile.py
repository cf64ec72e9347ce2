"""Hostile workbooks: refused in words, and without filling the memory."""

import json
import os
import struct
import subprocess
import sys
import zipfile
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

import matcher
from tests.sheets.books import REQUESTS, VOLUNTEERS, workbook

MOST_MEGABYTES = 256
BOMB_BYTES = 300 << 20
SHEET, STRINGS, BOOK, RELATIONS = (
    "xl/worksheets/sheet1.xml",
    "xl/sharedStrings.xml",
    "xl/workbook.xml",
    "xl/_rels/workbook.xml.rels",
)
LAUGHS = b'<?xml version="1.0"?><!DOCTYPE x [<!ENTITY a0 "ha">' + b"".join(
    b'<!ENTITY a%d "%s">' % (n, b"&a%d;" % (n - 1) * 10) for n in range(1, 10)
)
"""The beginning of an XML text in which &a9; stands for two billion letters."""
WORKSHEET = b'<worksheet xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"><sheetData>'


def spaces() -> Iterator[bytes]:
    """A sheet of so many spaces, piece by piece."""
    yield WORKSHEET
    yield from [b" " * (1 << 20)] * (BOMB_BYTES >> 20)
    yield b"</sheetData></worksheet>"


def bomb(sound: Path, target: Path) -> None:
    """A sheet that is 300 MB once unpacked, and says so."""
    with zipfile.ZipFile(sound) as old, zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED, compresslevel=1) as new:
        for name in old.namelist():
            with new.open(name, "w") as part:
                for piece in spaces() if name == SHEET else [old.read(name)]:
                    part.write(piece)


def lying(bomb: Path, target: Path) -> None:
    """The same, but the archive says that the sheet has a thousand bytes."""
    content = bomb.read_bytes()
    with zipfile.ZipFile(bomb) as archive:
        size = archive.getinfo(SHEET).file_size
    said = content.replace(struct.pack("<L", size), struct.pack("<L", 1000))
    assert said != content
    target.write_bytes(said)


def with_part(part: str, content: bytes) -> Callable[[Path, Path], None]:
    """The sound workbook with one part in place of its own, or besides."""

    def make(sound: Path, target: Path) -> None:
        with zipfile.ZipFile(sound) as old, zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as new:
            for name in {*old.namelist(), part}:
                new.writestr(name, content if name == part else old.read(name))

    return make


def many_parts(sound: Path, target: Path) -> None:
    with zipfile.ZipFile(sound) as old, zipfile.ZipFile(target, "w") as new:
        for name in old.namelist():
            new.writestr(name, old.read(name))
        for number in range(3_000):
            new.writestr(f"xl/worksheets/more{number}.xml", b"")


def plain(content: bytes) -> Callable[[Path, Path], None]:
    """A file of these bytes."""

    def make(sound: Path, target: Path) -> None:
        target.write_bytes(content)

    return make


def relation(target: str) -> bytes:
    """Says that the workbook's first sheet is in another place."""
    return (
        b'<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships">'
        b'<Relationship Id="rId1" Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/worksheet" '
        b'Target="%s"/></Relationships>' % target.encode()
    )


HOSTILE: dict[str, Callable[[Path, Path], None]] = {
    "bomb": bomb,
    "lying bomb": lambda sound, target: lying(target.with_name("0.xlsx"), target),
    "entities in a sheet": with_part(SHEET, LAUGHS + b"]>" + WORKSHEET + b"<row><c><v>&a9;</v></c></row>"),
    "entities in the strings": with_part(STRINGS, LAUGHS + b"]><sst><si><t>&a9;</t></si></sst>"),
    "entities in the workbook": with_part(
        BOOK, LAUGHS + b']><workbook><sheets><sheet name="&a9;"/></sheets></workbook>'
    ),
    "an entity that is a file": with_part(
        SHEET, b'<!DOCTYPE x [<!ENTITY f SYSTEM "file:///etc/passwd">]>' + WORKSHEET + b"<row><c><v>&f;</v></c></row>"
    ),
    "a sheet outside the archive": with_part(RELATIONS, relation("../../../../../etc/passwd")),
    "a sheet by its full path": with_part(RELATIONS, relation("/etc/passwd")),
    "many parts": many_parts,
    "the last corner": with_part(SHEET, WORKSHEET + b'<row r="1048576"><c r="XFD1048576"><v>1</v></c></row>'),
    "a broken archive": plain(b"PK\x03\x04" + b"\0" * 1000),
    "a broken xls": plain(b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\xff" * 5000),
    "one long line": plain("姓名,".encode() * 300_000),
    "bytes that are no text": plain(bytes(range(256)) * 1000),
}


@pytest.fixture(scope="module")
def done(tmp_path_factory: pytest.TempPathFactory) -> tuple[dict[str, Any], float, set[Path], set[Path]]:
    """The answer to each hostile file, megabytes grown at the peak, and the files around before and after."""
    folder = tmp_path_factory.mktemp("hostile")
    sound = workbook(folder / "sound.xlsx", {"志愿者": VOLUNTEERS, "需求": REQUESTS})
    paths = [folder / f"{number}.xlsx" for number in range(len(HOSTILE) + 1)]
    for path, make in zip(paths, [*HOSTILE.values(), with_part("../../../evil.txt", b"evil")], strict=True):
        make(sound, path)
    inner = folder / "a" / "b" / "c" / "d"
    inner.mkdir(parents=True)
    before = set(folder.rglob("*"))
    root = str(Path(matcher.__file__).parents[1])
    ran = subprocess.run(
        [sys.executable, "-m", "tests.service.hostile", str(inner), str(sound), *map(str, paths)],
        capture_output=True,
        encoding="utf-8",
        env={**os.environ, "TMPDIR": str(inner), "PYTHONPATH": f"{Path(__file__).parents[2]}{os.pathsep}{root}"},
        timeout=300,
        check=False,
    )
    assert ran.returncode == 0, ran.stderr
    assert "Traceback" not in ran.stderr
    told = json.loads(ran.stdout.splitlines()[-1])
    answers = dict(zip([*HOSTILE, "a part outside"], told["answers"], strict=True))
    return answers, told["megabytes"], before, set(folder.rglob("*"))


Done = tuple[dict[str, Any], float, set[Path], set[Path]]
pytestmark = [
    pytest.mark.slow,
    pytest.mark.skipif(not Path("/proc/self/status").exists(), reason="memory is read from Linux's /proc"),
]


@pytest.mark.parametrize("name", HOSTILE)
def test_each_is_refused_in_words(done: Done, name: str) -> None:
    answer = done[0][name]
    assert 400 <= answer["status"] < 500
    assert answer["type"] == "application/problem+json"
    problem = json.loads(answer["body"])
    assert problem["zh"]
    assert problem["en"]
    assert all(error["zh"] and error["en"] for error in problem["errors"])
    assert "root:" not in answer["body"]
    assert "hahaha" not in answer["body"]


def test_a_part_with_a_path_is_written_nowhere(done: Done) -> None:
    """The workbook around it is sound and may be read; files stay where they were, but for the database's."""
    answers, _, before, after = done
    assert answers["a part outside"]["status"] in (200, 422)
    assert {path.name.split("-")[0] for path in after - before} == {"matcher.db"}


def test_the_memory_is_not_filled(done: Done) -> None:
    assert done[1] <= MOST_MEGABYTES
