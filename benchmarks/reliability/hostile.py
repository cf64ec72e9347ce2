"""Hostile and damaged workbooks: each is answered in words, in a moment, and without filling the memory."""

import json
import random
import struct
import subprocess
import sys
import time
import zipfile
from collections.abc import Callable, Iterator
from pathlib import Path

from benchmarks.reliability.row import Ground, Outcome
from benchmarks.reliability.servers import BROKEN, Server

MOST_MEGABYTES, MOST_SECONDS = 256, 5
BOMB_BYTES = 300 << 20
DAMAGED = 45
"""Files of a sound workbook that are cut off or have some bytes changed; with the others they are 60."""
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
OFFICE = b"http://schemas.openxmlformats.org"

Make = Callable[[Path, Path], None]
"""Makes a hostile file out of a sound one."""


def bomb(sound: Path, target: Path) -> None:
    """A sheet that is 300 MB once unpacked, and says so."""
    with zipfile.ZipFile(sound) as old, zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED, compresslevel=1) as new:
        for name in old.namelist():
            with new.open(name, "w") as part:
                for piece in _spaces() if name == SHEET else [old.read(name)]:
                    part.write(piece)


def lying_bomb(sound: Path, target: Path) -> None:
    """The same, but the archive says that the sheet has a thousand bytes."""
    bomb(sound, target)
    with zipfile.ZipFile(target) as archive:
        size = archive.getinfo(SHEET).file_size
    target.write_bytes(target.read_bytes().replace(struct.pack("<L", size), struct.pack("<L", 1000)))


def many_parts(sound: Path, target: Path) -> None:
    """Three thousand empty parts besides its own."""
    with zipfile.ZipFile(sound) as old, zipfile.ZipFile(target, "w") as new:
        for name in old.namelist():
            new.writestr(name, old.read(name))
        for number in range(3_000):
            new.writestr(f"xl/worksheets/more{number}.xml", b"")


def with_part(part: str, content: bytes) -> Make:
    """The sound workbook with one part in place of its own, or besides."""

    def make(sound: Path, target: Path) -> None:
        with zipfile.ZipFile(sound) as old, zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as new:
            for name in {*old.namelist(), part}:
                new.writestr(name, content if name == part else old.read(name))

    return make


def plain(content: bytes) -> Make:
    """A file of these bytes."""

    def make(sound: Path, target: Path) -> None:
        target.write_bytes(content)

    return make


def damaged(number: int) -> Make:
    """The sound workbook cut off, or with ten of its bytes changed."""

    def make(sound: Path, target: Path) -> None:
        content, rng = bytearray(sound.read_bytes()), random.Random(number)
        if number % 2:
            del content[rng.randrange(len(content)) :]
        else:
            for _ in range(10):
                content[rng.randrange(len(content))] = rng.randrange(256)
        target.write_bytes(content)

    return make


def relation(target: bytes) -> bytes:
    """Says that the workbook's first sheet is in another place."""
    kind = OFFICE + b"/officeDocument/2006/relationships/worksheet"
    one = b'<Relationship Id="rId1" Type="%s" Target="%s"/>' % (kind, target)
    return b'<Relationships xmlns="%s/package/2006/relationships">%s</Relationships>' % (OFFICE, one)


HOSTILE: dict[str, Make] = {
    "bomb": bomb,
    "lying bomb": lying_bomb,
    "entities in a sheet": with_part(SHEET, LAUGHS + b"]>" + WORKSHEET + b"<row><c><v>&a9;</v></c></row>"),
    "entities in the strings": with_part(STRINGS, LAUGHS + b"]><sst><si><t>&a9;</t></si></sst>"),
    "entities in the workbook": with_part(
        BOOK, LAUGHS + b']><workbook><sheets><sheet name="&a9;"/></sheets></workbook>'
    ),
    "an entity that is a file": with_part(
        SHEET, b'<!DOCTYPE x [<!ENTITY f SYSTEM "file:///etc/passwd">]>' + WORKSHEET + b"<row><c><v>&f;</v></c></row>"
    ),
    "a sheet outside the archive": with_part(RELATIONS, relation(b"../../../../../etc/passwd")),
    "a sheet by its full path": with_part(RELATIONS, relation(b"/etc/passwd")),
    "many parts": many_parts,
    "the last corner": with_part(SHEET, WORKSHEET + b'<row r="1048576"><c r="XFD1048576"><v>1</v></c></row>'),
    "a broken archive": plain(b"PK\x03\x04" + b"\0" * 1000),
    "a broken xls": plain(b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\xff" * 5000),
    "one long line": plain("姓名,".encode() * 300_000),
    "bytes that are no text": plain(bytes(range(256)) * 1000),
}
"""Each is refused."""


def hostile(ground: Ground) -> Outcome:
    """Imports each file, and sound ones before, so that what is loaded once does not count."""
    files = {**HOSTILE, **{f"damaged {number}": damaged(number) for number in range(ground.size(DAMAGED, 5))}}
    files["a part outside"] = with_part("../../evil.txt", b"evil")
    subprocess.run([sys.executable, "-m", "matcher", "template", str(ground.folder)], check=True, capture_output=True)
    sound, target = next(ground.folder.glob("*.xlsx")), ground.folder / "hostile"
    slowest = highest = 0.0
    wrong: list[str] = []
    with ground.server() as server:
        assert _imported(server, sound)[0] in (200, 422)
        for done, (name, make) in enumerate(files.items()):
            make(sound, target)
            before = _megabytes(server, "VmRSS")
            Path(f"/proc/{server.pid}/clear_refs").write_text("5")  # the peak is counted anew
            began = time.monotonic()
            status, text = _imported(server, target)
            seconds, megabytes = time.monotonic() - began, _megabytes(server, "VmHWM") - before
            slowest, highest = max(slowest, seconds), max(highest, megabytes)
            fast = seconds <= MOST_SECONDS and megabytes <= MOST_MEGABYTES
            if not fast or not _is_good(status, text, refused=name in HOSTILE) or list(ground.folder.rglob("evil.txt")):
                wrong.append(f"{name}: {status} after {seconds:.1f} s and {megabytes:.0f} MB")
            target.unlink()
            ground.told(done + 1, len(files))
    return Outcome(
        f"{len(files)} files, ≤ {MOST_MEGABYTES} MB and {MOST_SECONDS} s each, none taken amiss",
        f"≤ {highest:.0f} MB and {slowest:.1f} s, {len(wrong)} amiss",
        not wrong,
        {"files": len(files), "megabytes": round(highest), "seconds": round(slowest, 2)},
        tuple(wrong),
    )


def _imported(server: Server, path: Path) -> tuple[int, str]:
    """Status and text of the answer to an import; 0: there was none."""
    headers = {"Content-Type": "application/octet-stream"}
    try:
        answer = server.call("POST", "/v1/batches/import?date=2026-07-21", path.read_bytes(), headers)
    except BROKEN:
        return 0, ""
    return answer.status, answer.body.decode()


def _is_good(status: int, text: str, refused: bool) -> bool:
    """Whether the answer is a refusal in both languages, or else the batch, and nothing of a file or entity in it."""
    if not 400 <= status < 500:
        return status == 200 and not refused
    told = json.loads(text)
    worded = all(each["zh"] and each["en"] for each in (told, *told.get("errors", ())))
    return worded and "root:" not in text and "hahaha" not in text


def _megabytes(server: Server, name: str) -> float:
    """A line of Linux's account of the server: VmRSS, in use now, or VmHWM, the most."""
    status = Path(f"/proc/{server.pid}/status").read_text(encoding="utf-8")
    return int(status.split(f"{name}:")[1].split()[0]) / 1024


def _spaces() -> Iterator[bytes]:
    """A sheet of so many spaces, piece by piece."""
    yield WORKSHEET
    yield from [b" " * (1 << 20)] * (BOMB_BYTES >> 20)
    yield b"</sheetData></worksheet>"
