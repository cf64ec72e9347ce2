"""Nothing that came in through the service is a formula in a file that goes out of it."""

import csv
import io
import re
import zipfile
from collections.abc import Iterator
from datetime import UTC, datetime
from functools import partial
from pathlib import Path

import httpx
import openpyxl  # type: ignore[import-untyped]
import pytest

from matcher.batch import Batch
from matcher.reading import to_json
from matcher.service.access.phones import new_phone_key
from matcher.service.jobs.queue import Jobs
from matcher.service.settings import Settings
from matcher.service.store.engine import Store
from tests.exports.build import HARMFUL, harmful, harmful_plan
from tests.service.access import world
from tests.service.access.behind import Behind
from tests.service.access.serving import served
from tests.sheets.books import REQUESTS, VOLUNTEERS, workbook

TEXTS = [f"{start}HYPERLINK(1)" for start in HARMFUL]
STARTS = tuple("=+-@\t\r\n＝＋－＠")
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


@pytest.fixture(scope="module")
def settings(tmp_path_factory: pytest.TempPathFactory) -> Settings:
    """A service on this machine, where no key is asked for; it solves nothing itself."""
    file = tmp_path_factory.mktemp("service") / "matcher.db"
    return Settings(database=f"sqlite:///{file}", solvers=0, phone_key=new_phone_key())


@pytest.fixture(scope="module")
def client(settings: Settings) -> Iterator[httpx.Client]:
    with served(settings) as client:
        yield client


@pytest.fixture(scope="module")
def plan(client: httpx.Client, settings: Settings) -> str:
    """The id of a plan whose every text is harmful; the worker's part is done here."""
    answer = client.post("/v1/plans", content=to_json(harmful()), headers={"Content-Type": "application/json"})
    assert answer.status_code == 202, answer.text
    id = str(answer.json()["id"])
    store = Store(settings.database)
    jobs = Jobs(store, partial(datetime.now, UTC))
    claimed = jobs.claim()
    assert claimed
    assert claimed.id == id
    assert jobs.finish(id, claimed.attempt, to_json(harmful_plan()).encode())
    store.close()
    return id


def exported(client: httpx.Client, plan: str, format: str) -> bytes:
    answer = client.get(f"/v1/plans/{plan}/plan", params={"format": format, "phones": True, "lang": "zh"})
    assert answer.status_code == 200, answer.text
    return answer.content


def cells_of(book: bytes) -> list[str]:
    """All texts in a workbook, after a look that it has no formula."""
    with zipfile.ZipFile(io.BytesIO(book)) as archive:
        sheets = [archive.read(name) for name in archive.namelist() if name.startswith("xl/worksheets/sheet")]
    assert sheets
    assert not [sheet for sheet in sheets if re.search(rb"<(\w+:)?f[ >/]", sheet)]
    cells = [cell for sheet in openpyxl.load_workbook(io.BytesIO(book)) for row in sheet.rows for cell in row]
    assert {cell.data_type for cell in cells} <= {"s", "n", "d", "b"}
    return [str(cell.value) for cell in cells if cell.data_type == "s"]


def same(text: str) -> str:
    """A text as a workbook gives it back, where a carriage return is a line feed."""
    return text.replace("\r\n", "\n").replace("\r", "\n")


def test_workbook(client: httpx.Client, plan: str) -> None:
    cells = {same(cell) for cell in cells_of(exported(client, plan, "xlsx"))}
    assert [text for text in TEXTS if same(text) not in cells] == []


def test_tables(client: httpx.Client, plan: str) -> None:
    """Each text stands with an apostrophe before it; only numbers begin with a sign."""
    with zipfile.ZipFile(io.BytesIO(exported(client, plan, "csv"))) as archive:
        tables = [archive.read(name).decode("utf-8-sig") for name in archive.namelist()]
    cells = {cell for table in tables for row in csv.reader(io.StringIO(table, newline="")) for cell in row}
    assert [text for text in TEXTS if f"'{text}" not in cells] == []
    assert [cell for cell in cells if cell.startswith(STARTS) and not re.fullmatch(r"-\d+(\.\d+)?", cell)] == []


def test_map_data_and_map(client: httpx.Client, plan: str) -> None:
    """Texts are strings of JSON there, and nothing of them is markup."""
    assert client.get(f"/v1/plans/{plan}/plan", params={"format": "geojson"}).json()["features"]
    assert b"<img src=x" not in exported(client, plan, "map")


def test_calendars(client: httpx.Client, plan: str) -> None:
    """A line break in a text begins no line of its own: every line has a known name, or goes on with a space."""
    with zipfile.ZipFile(io.BytesIO(exported(client, plan, "ics"))) as archive:
        lines = [line for name in archive.namelist() for line in archive.read(name).decode().split("\r\n") if line]
    names = {re.split("[:;]", line)[0] for line in lines if not line.startswith(" ")}
    assert names
    assert names <= {
        "BEGIN",
        "END",
        "VERSION",
        "PRODID",
        "CALSCALE",
        "METHOD",
        "UID",
        "DTSTAMP",
        "DTSTART",
        "DTEND",
    } | {
        "SUMMARY",
        "LOCATION",
        "DESCRIPTION",
        "GEO",
        "NAME",
        "X-WR-CALNAME",
        "X-WR-TIMEZONE",
        "TZID",
        "TZOFFSETFROM",
        "TZOFFSETTO",
        "TZNAME",
        "STATUS",
        "SEQUENCE",
        "CONTACT",
        "REFRESH-INTERVAL",
    }


@pytest.mark.parametrize("number", range(14))
def test_sheets_that_come_back_with_errors(client: httpx.Client, tmp_path: Path, number: int) -> None:
    """The text stands in a volunteer's name, skill and phone; space around it is dropped when sheets are read."""
    titles, *rows = VOLUNTEERS
    text = TEXTS[number]
    rows = [
        [text if title in ("姓名", "电话", "技能") else cell for title, cell in zip(titles, row, strict=False)]
        for row in rows
    ]
    book = workbook(tmp_path / "book.xlsx", {"志愿者": [titles, *rows], "需求": REQUESTS})
    answer = client.post(
        "/v1/batches/import/errors",
        params={"date": "2026-07-21"},
        content=book.read_bytes(),
        headers={"Content-Type": XLSX},
    )
    assert answer.status_code == 200, answer.text
    assert same(text).strip() in {same(cell) for cell in cells_of(answer.content)}


def test_reports_and_records(client: httpx.Client, settings: Settings) -> None:
    """Each text is the title of a service that is done, one the name of its village, one that of the team."""
    behind = Behind(settings)
    people = [person | {"teams": ["team-1"]} for person in world.COUNTY["volunteers"]]
    sites = [site | {"name": TEXTS[0]} for site in world.COUNTY["sites"]]
    county = world.COUNTY | {"volunteers": people, "sites": sites, "teams": [{"id": "team-1", "name": TEXTS[3]}]}
    behind.county.take_over(Batch.model_validate(county), behind.phones)
    for text in TEXTS:
        behind.offer(world.VILLAGE, "accepted", "started", "done", title=text)
    month = {"month": f"{world.DAY:%Y-%m}", "format": "xlsx"}
    records = {same(cell) for cell in cells_of(client.get("/v1/records", params={"format": "xlsx"}).content)}
    assert [text for text in TEXTS if same(text) not in records] == []
    assert {TEXTS[0], TEXTS[3]} <= set(cells_of(client.get("/v1/reports/monthly", params=month).content))
    behind.store.close()
