"""The county over HTTP: who and what there is, for every day."""

from datetime import date
from typing import Annotated

from fastapi import APIRouter, Query, Request

from matcher.batch import Batch
from matcher.errors import InputError
from matcher.problems import problem
from matcher.reading import read_batch
from matcher.service.http.described import EXAMPLE_BATCH, body_of, file_body, refused
from matcher.service.http.loop import TAGS
from matcher.service.http.parts import json_body, media_of, require_day
from matcher.service.http.services import Called, Served
from matcher.service.http.sheets import SHEETS, with_file
from matcher.service.http.wire import CountyTaken

router = APIRouter(prefix="/v1", tags=TAGS)

BODY = body_of({"$ref": "#/components/schemas/batch"}, EXAMPLE_BATCH)
BODY["requestBody"]["content"] |= file_body(*SHEETS)["requestBody"]["content"]


@router.put("/county", summary="导入全县名册", response_model=CountyTaken, responses=refused(), openapi_extra=BODY)
async def put_county(
    request: Request,
    services: Served,
    caller: Called,
    first: Annotated[date | None, Query(alias="date", description="工作簿的第一天 / first day of a workbook")] = None,
    days: Annotated[int, Query(ge=1, le=366, description="工作簿共几天 / days of a workbook")] = 1,
) -> CountyTaken:
    """Keeps sites, skills, categories, teams, volunteers, travel and policy of a batch or workbook, no requests."""
    caller.require_county()
    sheets = media_of(request) in SHEETS
    data = await request.body() if sheets else await json_body(request)

    def taken() -> CountyTaken:
        batch = _of_sheets(data, first, days) if sheets else read_batch(data)
        revision = services.county.take_over(batch, services.phones, caller.name)
        counts = {"sites": len(batch.sites), "teams": len(batch.teams), "volunteers": len(batch.volunteers)}
        return CountyTaken(revision=revision, **counts)

    return await services.answer(taken)


def _of_sheets(content: bytes, first: date | None, days: int) -> Batch:
    """The batch in a workbook; a CSV file is one of volunteers."""
    from matcher.sheets.importer import import_sheets

    if first is None:
        raise InputError("缺少日期", "the date is missing", [problem("missing_field", "/query/date", None)])
    require_day(first, "/query/date")
    return with_file(content, "志愿者", lambda path: import_sheets(path, date=first, days=days).batch)
