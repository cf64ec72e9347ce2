"""Sheets and demo data: a workbook in, a batch out."""

import json
import tempfile
from collections.abc import Callable
from dataclasses import asdict
from datetime import date
from pathlib import Path
from typing import Annotated, TypeVar

from fastapi import APIRouter, Query, Request, Response

from matcher.errors import InputError
from matcher.reading import to_json
from matcher.service.http.described import file_body, problems, refused
from matcher.service.http.exporting import XLSX, Lang, file_response
from matcher.service.http.parts import media_of, require_day
from matcher.service.http.problems import RefusalError
from matcher.service.http.services import Called, Served
from matcher.service.http.wire import Import

T = TypeVar("T")

SHEETS = (XLSX, "application/vnd.ms-excel", "text/csv", "application/octet-stream")
"""Types of content that may be sheets; what they are is seen from the bytes."""
NAME = "表格"
MOST_DEMO_VOLUNTEERS, MOST_DEMO_REQUESTS = 5_000, 500

router = APIRouter(prefix="/v1", tags=["表格 sheets"])

First = Annotated[date, Query(alias="date", description="第一天，如 2026-07-21 / the first day")]
Days = Annotated[int, Query(ge=1, le=366, description="共几天 / number of days")]
Name = Annotated[str, Query(max_length=100, description="CSV 的表名，如 志愿者 / what a CSV file is called")]
BODY = file_body(*SHEETS)


@router.post("/batches/import", summary="读入表格", response_model=Import, responses=refused(), openapi_extra=BODY)
async def read(
    request: Request, services: Served, caller: Called, first: First, days: Days = 1, name: Name = NAME
) -> Response:
    """The batch in a workbook or CSV file; where it has errors, all of them with their cells."""
    return await services.answer(_imported, await _sheets(request, first), first, days, name)


@router.post(
    "/batches/import/errors",
    summary="带“错误说明”列的表格",
    response_class=Response,
    responses={200: {"content": {XLSX: {}}, "description": "同一表格 / the same sheets"}, **refused()},
    openapi_extra=BODY,
)
async def errors(
    request: Request,
    services: Served,
    caller: Called,
    first: First,
    days: Days = 1,
    name: Name = NAME,
    lang: Lang = "zh",
) -> Response:
    """The same sheets as a workbook, what is wrong written beside each row."""
    content = await services.answer(_explained, await _sheets(request, first), first, days, name, lang)
    return file_response(content, "errors.xlsx", XLSX)


@router.get("/demo", summary="演示数据", responses={200: {"content": {"application/json": {}}}, **problems()})
async def demo(
    services: Served,
    caller: Called,
    volunteers: Annotated[int, Query(ge=1, le=MOST_DEMO_VOLUNTEERS)] = 300,
    requests: Annotated[int, Query(ge=1, le=MOST_DEMO_REQUESTS)] = 40,
    seed: Annotated[int, Query(ge=0, le=2**31 - 1)] = 1,
) -> Response:
    """A county day to try the service with; villages, people and requests are made up."""
    return Response(await services.answer(_demo, volunteers, requests, seed), media_type="application/json")


async def _sheets(request: Request, first: date) -> bytes:
    """The body, if it may be sheets of days that can be."""
    require_day(first, "/query/date")
    if media_of(request) not in SHEETS:
        raise RefusalError(
            f"Content-Type 应为 {'、'.join(SHEETS)} 之一",
            f"expected a Content-Type of {', '.join(SHEETS)}",
            "wrong_media",
        )
    return await request.body()


def _imported(content: bytes, first: date, days: int, name: str) -> Response:
    from matcher.sheets.importer import import_sheets

    found = with_file(content, name, lambda path: import_sheets(path, date=first, days=days))
    counts = {"volunteers": len(found.batch.volunteers), "requests": len(found.batch.requests)}
    head = json.dumps({**counts, "notes": [asdict(note) for note in found.notes]}, ensure_ascii=False)
    return Response(f'{head[:-1]},"batch":{to_json(found.batch)}}}', media_type="application/json")


def _explained(content: bytes, first: date, days: int, name: str, lang: Lang) -> bytes:
    from matcher.sheets.errors_out import write_errors
    from matcher.sheets.importer import import_sheets

    def explained(path: Path) -> bytes:
        problems = []
        try:
            import_sheets(path, date=first, days=days)
        except InputError as error:
            problems = error.problems
        target = path.with_name("errors.xlsx.out")
        write_errors(path, problems, target, lang=lang)
        return target.read_bytes()

    return with_file(content, name, explained)


def with_file(content: bytes, name: str, work: Callable[[Path], T]) -> T:
    """Does work on a file with this content, whose name tells what a CSV holds."""
    kind = ".xlsx" if content.startswith(b"PK") else ".xls" if content.startswith(b"\xd0\xcf\x11\xe0") else ".csv"
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / f"{_plain(name)}{kind}"
        path.write_bytes(content)
        return work(path)


def _plain(name: str) -> str:
    """The name without folders, ending and what a file's name cannot hold."""
    plain = "".join(c for c in Path(name.replace("\\", "/")).name if c.isalnum() or c in " -_（）()")
    return plain[:60].strip() or NAME


def _demo(volunteers: int, requests: int, seed: int) -> str:
    from matcher.demo import county_day

    return to_json(county_day(volunteers, requests, seed))
