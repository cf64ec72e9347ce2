"""Workbooks in, batches out; sheets with errors come back with the errors in them."""

from pathlib import Path

import pytest
from openpyxl import load_workbook  # type: ignore[import-untyped]

from matcher import Batch
from matcher.service.http.exporting import XLSX
from matcher.sheets.template import write_template
from tests.service.http.conftest import Served, problem

CSV = "姓名,电话,技能,可服务时间\n".encode("utf-8-sig")


@pytest.fixture(scope="module")
def template(tmp_path_factory: pytest.TempPathFactory) -> bytes:
    """The workbook of `matcher template`."""
    return write_template(tmp_path_factory.mktemp("template"), lang="zh").read_bytes()


def test_a_workbook_becomes_a_batch(served: Served, template: bytes) -> None:
    answer = served.http.post("/v1/batches/import?date=2026-07-21", content=template, headers={"Content-Type": XLSX})
    found = answer.json()
    batch = Batch.model_validate(found["batch"], strict=False)
    assert (found["volunteers"], found["requests"]) == (len(batch.volunteers), len(batch.requests))
    assert found["requests"] > 0
    assert {"code", "count", "zh", "en"} == set(found["notes"][0])


def test_sheets_with_errors_come_back_with_them_beside_the_rows(
    served: Served, template: bytes, tmp_path: Path
) -> None:
    path = tmp_path / "需求.xlsx"
    path.write_bytes(template)
    book = load_workbook(path)
    sheet = book["需求"]
    header = [str(cell.value) for cell in sheet[1]]
    at = next(i for i, name in enumerate(header, 1) if "分钟" in name or "时长" in name)
    sheet.cell(2, at).value = "很久"
    book.save(path)
    sent = {"content": path.read_bytes(), "headers": {"Content-Type": XLSX}}
    found = problem(served.http.post("/v1/batches/import?date=2026-07-21", **sent), 422, "bad_input")
    assert found["errors"][0]["pointer"].startswith("需求!")
    answer = served.http.post("/v1/batches/import/errors?date=2026-07-21", **sent)
    assert answer.headers["content-type"] == XLSX
    (tmp_path / "errors.xlsx").write_bytes(answer.content)
    said = load_workbook(tmp_path / "errors.xlsx")["需求"]
    column = [cell.value for cell in said[1]].index("错误说明") + 1
    assert said.cell(2, column).value


@pytest.mark.parametrize("content", [b"", b"PK\x03\x04 broken", b"<html>", b"\xd0\xcf\x11\xe0 broken", b"\x00\x01\x02"])
def test_what_is_no_sheet_is_refused(served: Served, content: bytes) -> None:
    headers = {"Content-Type": "application/octet-stream"}
    answer = served.http.post("/v1/batches/import?date=2026-07-21", content=content, headers=headers)
    problem(answer, 422, "bad_input")


@pytest.mark.parametrize("name", ["../../etc/passwd", "..\\..\\x", "/", "志愿者", "a" * 100, "\x00"])
def test_a_name_stays_a_name(served: Served, name: str) -> None:
    answer = served.http.post(
        "/v1/batches/import",
        params={"date": "2026-07-21", "name": name},
        content=CSV,
        headers={"Content-Type": "text/csv"},
    )
    assert problem(answer, 422, "bad_input")["errors"][0]["code"] == "nothing"


@pytest.mark.parametrize("date", ["9999-12-31", "0001-01-01", "2099-01-01", "21.7.2026"])
def test_a_date_that_cannot_be_is_refused(served: Served, date: str) -> None:
    answer = served.http.post(f"/v1/batches/import?date={date}", content=CSV, headers={"Content-Type": "text/csv"})
    assert problem(answer, 422, "bad_input")["errors"][0]["pointer"] == "/query/date"


def test_the_demo_is_a_batch_that_can_be_sent_back(served: Served) -> None:
    batch = served.http.get("/v1/demo?volunteers=20&requests=5&seed=3").json()
    assert (len(batch["volunteers"]), len(batch["requests"])) == (20, 5)
    assert served.http.post("/v1/plans", json=batch).status_code == 202
