"""Report and record over HTTP, as JSON and as workbooks."""

from datetime import datetime
from typing import Annotated, Literal

from fastapi import APIRouter, Query, Response

from matcher.collector import FIRST_YEAR, LAST_YEAR
from matcher.errors import InputError
from matcher.problems import problem
from matcher.service.access.caller import Caller
from matcher.service.http.described import problems
from matcher.service.http.exporting import XLSX, Lang, file_response
from matcher.service.http.loop import TAGS
from matcher.service.http.services import Called, Served, Services
from matcher.service.orders.county import Known
from matcher.service.orders.figures import Monthly, Records
from matcher.service.orders.reports import monthly, records
from matcher.service.orders.xlsx import monthly_xlsx, records_xlsx

MOST_RECORDS = 10_000

router = APIRouter(prefix="/v1", tags=TAGS)

Format = Literal["json", "xlsx"]
Month = Annotated[str, Query(pattern=r"^2\d{3}-(0[1-9]|1[0-2])$", description="月份，如 2026-11 / the month")]


@router.get(
    "/reports/monthly",
    summary="月报",
    response_model=Monthly,
    responses={200: {"content": {XLSX: {}}, "description": "月报 / the report"}, **problems()},
)
async def report(
    services: Served, caller: Called, month: Month, format: Format = "json", lang: Lang = "zh"
) -> Response:
    """Orders, answers, ratings and services of a month by site and team, of what the caller sees."""
    return await services.answer(_report, services, caller, month, format, lang)


def _report(services: Services, caller: Caller, month: str, format: Format, lang: Lang) -> Response:
    known = services.county.known()
    with services.store.read() as connection:
        found = monthly(connection, known, *_span(known, month), caller.sites)
    if format == "json":
        return Response(found.model_dump_json(), media_type="application/json")
    return file_response(monthly_xlsx(found, lang), f"report-{month}.xlsx", XLSX)


@router.get(
    "/records",
    summary="志愿服务记录",
    response_model=Records,
    responses={200: {"content": {XLSX: {}}, "description": "服务记录 / the record"}, **problems()},
)
async def record(
    services: Served,
    caller: Called,
    volunteer: Annotated[str | None, Query(max_length=200, description="志愿者编号 / id of a volunteer")] = None,
    month: Month | None = None,
    format: Format = "json",
    lang: Lang = "zh",
    limit: Annotated[int, Query(ge=1, le=MOST_RECORDS)] = MOST_RECORDS,
) -> Response:
    """Who served when, at what, how long, and how it was rated; names are masked."""
    return await services.answer(_record, services, caller, volunteer, month, format, lang, limit)


def _record(
    services: Services,
    caller: Caller,
    volunteer: str | None,
    month: str | None,
    format: Format,
    lang: Lang,
    limit: int,
) -> Response:
    known = services.county.known()
    span = None if month is None else _span(known, month)
    with services.store.read() as connection:
        found = records(connection, known, volunteer, span, caller.sites, limit + 1)
    if format == "xlsx":
        return file_response(records_xlsx(found[:limit], known, lang), "records.xlsx", XLSX)
    shown = Records(records=tuple(found[:limit]), more=len(found) > limit)
    return Response(shown.model_dump_json(), media_type="application/json")


def _span(known: Known, month: str) -> tuple[datetime, datetime]:
    """A month of the county's time, its end excluded. Raises InputError beyond the years of batches."""
    year, number = map(int, month.split("-"))
    if not FIRST_YEAR <= year < LAST_YEAR:
        raise InputError("月份有误", "the month is wrong", [problem("time_range", "/query/month", month)])
    zone = known.batch.horizon.start.tzinfo
    following = datetime(year + number // 12, number % 12 + 1, 1, tzinfo=zone)
    return datetime(year, number, 1, tzinfo=zone), following
