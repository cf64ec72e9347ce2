"""A plan as a file: workbook, tables, map data, calendars, a map."""

import io
import tempfile
import zipfile
from collections.abc import Callable
from pathlib import Path
from typing import Annotated, Any, Literal

from fastapi import APIRouter, Query, Response

from matcher.batch import Batch
from matcher.memory import without_collection
from matcher.plan import Plan
from matcher.reading import read_plan
from matcher.service.access.audit import PHONE_READ
from matcher.service.access.caller import Caller
from matcher.service.http.bundle import batch_of, require_kept
from matcher.service.http.described import problems
from matcher.service.http.plans import Id, result_of
from matcher.service.http.services import Called, Served, Services
from matcher.service.http.wire import Format

Lang = Literal["zh", "en"]
Write = Callable[[Batch, Plan, Path, bool, Lang], None]

XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
MEDIA: dict[Format, tuple[str, str]] = {
    "json": ("plan.json", "application/json"),
    "xlsx": ("plan.xlsx", XLSX),
    "csv": ("plan-csv.zip", "application/zip"),
    "geojson": ("plan.geojson", "application/geo+json"),
    "ics": ("plan-ics.zip", "application/zip"),
    "map": ("map.html", "text/html; charset=utf-8"),
}
"""Name and type of each file."""
A_FILE: dict[str, Any] = {
    "content": {media.partition(";")[0]: {} for _, media in MEDIA.values()},
    "description": "文件 / a file",
}

router = APIRouter(prefix="/v1/plans", tags=["方案 plans"])


@router.get(
    "/{id}/plan",
    summary="下载方案：JSON、工作簿、表格、日历、地图",
    response_class=Response,
    responses={200: A_FILE, **problems(404, 409)},
)
async def export(
    id: Id,
    services: Served,
    caller: Called,
    format: Annotated[Format, Query(description="csv 和 ics 为 zip / csv and ics come as a zip")] = "json",
    lang: Annotated[Lang, Query(description="文件的语言 / language of the file")] = "zh",
    phones: Annotated[
        bool, Query(description="显示完整电话和地址，将记入审计 / phones and addresses in full, which is noted")
    ] = False,
) -> Response:
    """The plan as a file. Maps and JSON never hold phones."""
    return await services.answer(_file, services, caller, id, format, lang, phones)


@without_collection()
def _file(services: Services, caller: Caller, id: str, format: Format, lang: Lang, phones: bool) -> Response:
    result = result_of(services, caller, id)
    if format == "json":
        return file_response(result, *MEDIA[format])
    batch = batch_of(services.jobs.payload(id), services.phones)
    if phones:
        require_kept(services.phones)
        services.audit.note(caller, PHONE_READ, id, len(batch.volunteers))
    return file_response(written(format, batch, read_plan(result), phones, lang), *MEDIA[format])


def file_response(content: bytes, name: str, media: str) -> Response:
    """An answer that browsers save as a file of this name."""
    return Response(content, headers={"Content-Disposition": f'attachment; filename="{name}"'}, media_type=media)


def written(format: Format, batch: Batch, plan: Plan, phones: bool, lang: Lang) -> bytes:
    """The file of a plan. Raises MatcherError where the plan has no such file."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / MEDIA[format][0]
        _writer(format)(batch, plan, path, phones, lang)
        return _zipped(path) if path.is_dir() else path.read_bytes()


def _writer(format: Format) -> Write:
    from matcher.exports.csv import write_csv
    from matcher.exports.geojson import write_geojson
    from matcher.exports.ics import write_ics
    from matcher.exports.map import write_map
    from matcher.exports.xlsx import write_xlsx

    writers: dict[Format, Write] = {
        "xlsx": lambda b, p, path, phones, lang: write_xlsx(b, p, path, with_phones=phones, lang=lang),
        "csv": lambda b, p, path, phones, lang: write_csv(b, p, path, with_phones=phones, lang=lang),
        "ics": lambda b, p, path, phones, lang: write_ics(b, p, path, with_phones=phones, lang=lang),
        "geojson": lambda b, p, path, phones, lang: write_geojson(b, p, path),
        "map": lambda b, p, path, phones, lang: write_map(b, p, path, lang=lang),
    }
    return writers[format]


def _zipped(folder: Path) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        for path in sorted(folder.iterdir()):
            archive.write(path, path.name)
    return out.getvalue()
