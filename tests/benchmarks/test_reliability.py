"""The reliability run: its tools find what they should, waiting counts, and a row that falls short is told."""

import asyncio
import io
import sqlite3
import sys
import zipfile
import zlib
from collections.abc import Callable
from contextlib import closing, nullcontext
from pathlib import Path

import pytest
from typer.testing import CliRunner

if sys.platform != "linux":
    pytest.skip("the run itself needs Linux", allow_module_level=True)

from benchmarks.__main__ import app
from benchmarks.reliability import rows, run
from benchmarks.reliability.bodies import START, phone
from benchmarks.reliability.formula import READERS
from benchmarks.reliability.generator import Pool
from benchmarks.reliability.generator import run as generate
from benchmarks.reliability.load import Told
from benchmarks.reliability.phones import found_under
from benchmarks.reliability.row import Found, Ground, Outcome, Row
from benchmarks.reliability.servers import Forks, Server

PHONE = START + "0042"
SHEET, STRINGS = "xl/worksheets/sheet1.xml", "xl/sharedStrings.xml"


def archive(parts: dict[str, str]) -> bytes:
    """A zip of these parts."""
    content = io.BytesIO()
    with zipfile.ZipFile(content, "w", zipfile.ZIP_DEFLATED) as packed:
        for name, text in parts.items():
            packed.writestr(name, text)
    return content.getvalue()


@pytest.mark.parametrize(
    "content",
    [
        f"电话{PHONE}。".encode(),
        archive({"sheet": f"<t>{PHONE}</t>"}),
        zlib.compress(PHONE.encode()),
        b"x\t\\\\x" + zlib.compress(f'{{"phone": "{PHONE}"}}'.encode()).hex().encode() + b"\n",
    ],
)
def test_phones_are_found(tmp_path: Path, content: bytes) -> None:
    (tmp_path / "file").write_bytes(content)
    assert found_under(tmp_path) == Found(1, len(content), 1)


def test_phones_are_found_in_packed_values_of_a_database(tmp_path: Path) -> None:
    with closing(sqlite3.connect(tmp_path / "x.db")) as connection:
        connection.execute("CREATE TABLE bodies (id TEXT, body BLOB)")
        connection.execute("INSERT INTO bodies VALUES ('1', ?)", (zlib.compress(PHONE.encode()),))
        connection.commit()
    assert found_under(tmp_path).phones == 1


def test_other_numbers_are_no_phones(tmp_path: Path) -> None:
    (tmp_path / "file").write_text(f"139****0042 0.{PHONE} {PHONE}0 2{PHONE}")
    assert found_under(tmp_path).phones == 0
    assert phone().startswith(START)
    assert len(phone()) == 11


@pytest.mark.parametrize(
    ("format", "good", "bad"),
    [
        (
            "xlsx",
            archive({SHEET: "<c/>", STRINGS: "<t>=A</t>"}),
            archive({SHEET: "<c><f>A</f></c>", STRINGS: ""}),
        ),
        ("csv", archive({"a": "'=A,-1.5"}), archive({"a": "x,=A"})),
        ("ics", archive({"a": "SUMMARY:x\\n=A\r\n y\r\n"}), archive({"a": "SUMMARY:x\r\n=A\r\n"})),
    ],
)
def test_formulas_are_found(format: str, good: bytes, bad: bytes) -> None:
    found, text = READERS[format](good)
    assert (found, "=A" in text) == (0, True)
    assert READERS[format](bad)[0] == 1


async def waits(requests: int, rate: float) -> list[tuple[int, float]]:
    """What the generator tells of a service that answers one request after the other, each after 50 ms."""
    turn, answering = asyncio.Lock(), list[asyncio.Task[None] | None]()

    async def answer(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        answering.append(asyncio.current_task())
        while await reader.readline():
            await reader.readuntil(b"\r\n")
            async with turn:
                await asyncio.sleep(0.05)
            writer.write(b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok")
        writer.close()
        await writer.wait_closed()

    async with await asyncio.start_server(answer, "127.0.0.1", 0) as server:
        pool = Pool(server.sockets[0].getsockname()[1], 30)
        told = await generate(pool, rate, requests / rate, [b"GET / HTTP/1.1\r\n\r\n"])
        await pool.close()
        await asyncio.gather(*filter(None, answering))
        return told


def test_waiting_counts_in_the_load() -> None:
    """20 requests, 40 a second: the last is due after 19/40 s and answered after 20/20 s at the earliest."""
    answers = asyncio.run(waits(20, 40))
    assert [status for status, _ in answers] == [200] * 20
    assert max(milliseconds for _, milliseconds in answers) >= 525


def test_what_nobody_answers_is_counted() -> None:
    answers = asyncio.run(generate(Pool(9, 1), 100, 0.05, [b"GET / HTTP/1.1\r\n\r\n"]))
    assert [status for status, _ in answers] == [0] * 5


def test_the_wait_of_99_of_100() -> None:
    """Of 200 waits of 1 to 200 ms, two are above 198."""
    told = Told([(202, milliseconds) for milliseconds in range(200, 0, -1)])
    assert (told.p99, told.refused, told.unanswered, told.holds(198), told.holds(199)) == (198, 0, 0, False, True)
    told = Told([(202, 1), (503, 1), (0, 1)])
    assert (told.refused, told.unanswered, told.holds(150)) == (1, 1, False)


def outcome(reached: bool) -> Callable[[Ground], Outcome]:
    return lambda ground: Outcome("all", "some", reached)


def broken(ground: Ground) -> Outcome:
    raise OSError("no answer")


def left_behind(ground: Ground) -> Outcome:
    (ground.folder / "log").write_text(PHONE)
    return Outcome("", "", True)


@pytest.mark.parametrize(
    ("row", "code", "word"),
    [
        (Row("one", outcome(True)), 0, "reached"),
        (Row("one", outcome(False), fails=False), 0, "short"),
        (Row("one", outcome(False), alone=True), 1, "FAILED"),
        (Row("one", broken), 1, "OSError: no answer"),
        (Row("one", left_behind), 1, "1 in 1 files"),
    ],
)
def test_a_row_that_falls_short_is_told(
    row: Row, code: int, word: str, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setattr(run, "Forks", nullcontext)
    monkeypatch.setattr(rows, "ROWS", (row, rows.ROWS[-1]))
    out = tmp_path / "reliability.json"
    done = CliRunner().invoke(app, ["reliability", "--out", str(out)])
    assert done.exit_code == code, done.output
    assert word in done.output
    assert '"test": "one"' in out.read_text(encoding="utf-8")


@pytest.mark.slow
def test_servers_are_killed_started_again_and_gone_at_the_end(tmp_path: Path) -> None:
    with Forks() as forks:
        server = Server(forks, tmp_path, f"sqlite:///{tmp_path}/m.db", "", solvers=0)
        server.start()
        server.kill()
        server.start()
        assert server.call("GET", "/health/live").status == 200
    with pytest.raises(ConnectionError):
        server.call("GET", "/health/live")
