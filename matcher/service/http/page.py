"""The dispatcher's page, and what it alone asks for: the batch of a plan, and files of a plan changed since."""

from importlib.resources import files
from typing import Annotated

from fastapi import APIRouter, Query, Request, Response

from matcher.batch import Batch
from matcher.memory import without_collection
from matcher.reading import to_json
from matcher.service.access.caller import Caller
from matcher.service.access.masking import masked_batch
from matcher.service.http.answers import Nothing
from matcher.service.http.bundle import batch_of, people_of, with_people
from matcher.service.http.described import json_body as body
from matcher.service.http.described import problems, refused
from matcher.service.http.exporting import A_FILE, MEDIA, Lang, file_response, written
from matcher.service.http.parts import json_body, read_parts
from matcher.service.http.plans import Id, job_of
from matcher.service.http.problems import RefusalError
from matcher.service.http.services import Called, Served, Services
from matcher.service.http.wire import Format

TYPES = {
    "html": "text/html; charset=utf-8",
    "css": "text/css; charset=utf-8",
    "js": "text/javascript; charset=utf-8",
    "svg": "image/svg+xml",
}
"""Types of the page's files by ending."""
HEADERS = {"Cache-Control": "no-cache", "Referrer-Policy": "no-referrer"}
PAGE = "default-src 'self'; object-src 'none'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
"""What the page may load: its own files, nothing from elsewhere."""
FRAME = (
    "default-src 'none'; script-src 'unsafe-inline'; style-src 'unsafe-inline'; img-src data:;"
    " frame-ancestors 'self'; sandbox allow-scripts"
)
"""What the map's frame may: run the map's own script, cut off from the page, its key and the network."""

_FOLDER = files("matcher.service.page")
_FILES = {path.name: path.read_bytes() for path in _FOLDER.iterdir() if path.name.rpartition(".")[2] in TYPES}

router = APIRouter()


@router.get("/", include_in_schema=False)
def page() -> Response:
    """The page."""
    return _file("index.html")


@router.get("/page/{name}", include_in_schema=False)
def part(name: str) -> Response:
    """A file of the page."""
    if name not in _FILES:
        raise RefusalError("没有这个文件", "there is no such file", "not_found")
    return _file(name)


def _file(name: str) -> Response:
    policy = FRAME if name == "frame.html" else PAGE
    headers = {**HEADERS, "Content-Security-Policy": policy}
    return Response(_FILES[name], headers=headers, media_type=TYPES[name.rpartition(".")[2]])


@router.get(
    "/v1/plans/{id}/batch",
    tags=["方案 plans"],
    summary="方案的批次",
    response_class=Response,
    responses={200: {"content": {"application/json": {}}, "description": "批次 / the batch"}, **problems(404)},
)
async def batch(id: Id, services: Served, caller: Called) -> Response:
    """The batch that a plan was made for; phones, contacts and addresses masked."""
    return Response(await services.answer(_masked, services, caller, id), media_type="application/json")


@router.post(
    "/v1/plans/{id}/files",
    tags=["方案 plans"],
    summary="下载改动过的方案",
    response_class=Response,
    responses={200: A_FILE, **refused(404)},
    openapi_extra=body(("batch", "plan"), Nothing),
)
async def export(
    id: Id,
    request: Request,
    services: Served,
    caller: Called,
    format: Annotated[Format, Query(description="csv 和 ics 为 zip / csv and ics come as a zip")] = "xlsx",
    lang: Annotated[Lang, Query(description="文件的语言 / language of the file")] = "zh",
) -> Response:
    """A file of what became of a plan: of the batch and plan sent, with masked contacts and addresses as the service
    keeps them for the plan `id`."""
    data = await json_body(request)
    content = await services.answer(_changed, services, caller, id, data, format, lang)
    return file_response(content, *MEDIA[format])


def _batch(services: Services, caller: Caller, id: str) -> Batch:
    job_of(services, caller, id)
    return batch_of(services.jobs.payload(id), services.phones)


@without_collection()
def _masked(services: Services, caller: Caller, id: str) -> str:
    return to_json(masked_batch(_batch(services, caller, id)))


@without_collection()
def _changed(services: Services, caller: Caller, id: str, data: bytes, format: Format, lang: Lang) -> bytes:
    kept = _batch(services, caller, id)
    (batch, plan), _ = read_parts(data, ("batch", "plan"), Nothing)
    if format == "json":
        return to_json(plan).encode()
    return written(format, with_people(batch, people_of(kept)), plan, False, lang)
