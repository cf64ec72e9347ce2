"""The dispatcher's page, and what it needs to show a plan: its batch, and what sites are called."""

from collections.abc import Iterable, Set
from importlib.resources import files
from typing import Annotated, Literal

from fastapi import APIRouter, Query, Response

from matcher.batch import Batch
from matcher.memory import without_collection
from matcher.reading import read_plan, to_json
from matcher.service.access.caller import Caller
from matcher.service.access.masking import masked_batch
from matcher.service.http.bundle import batch_of
from matcher.service.http.described import problems
from matcher.service.http.loop import TAGS
from matcher.service.http.plans import Id, job_of
from matcher.service.http.problems import RefusalError
from matcher.service.http.services import Called, Served, Services
from matcher.service.http.wire import SiteName, Sites

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


@router.get("/v1/sites", tags=TAGS, summary="站点", response_model=Sites, responses=problems())
def sites(services: Served, caller: Called) -> Sites:
    """The county's sites that the caller sees, and those above them, so that each can be called by its full name."""
    known = services.county.last()
    if known is None:
        return Sites(sites=())
    shown = {id for site in known.sites if caller.may(site) for id in known.upwards(site)}
    found = (site for site in known.batch.sites if site.id in shown)
    return Sites(sites=tuple(SiteName(id=s.id, name=s.name, tier=s.tier, parent=s.parent) for s in found))


@router.get(
    "/v1/plans/{id}/batch",
    tags=["方案 plans"],
    summary="方案的批次",
    response_class=Response,
    responses={200: {"content": {"application/json": {}}, "description": "批次 / the batch"}, **problems(404)},
)
async def batch(
    id: Id,
    services: Served,
    caller: Called,
    people: Annotated[
        Literal["all", "sent"],
        Query(description="sent：只列方案中的人，供阅读 / only those in the plan, for reading"),
    ] = "all",
    also: Annotated[
        list[str] | None, Query(description="sent 时另列这些志愿者 / with sent: these volunteers too", max_length=1000)
    ] = None,
) -> Response:
    """The batch that a plan was made for; phones, contacts and addresses masked.

    `people=sent` leaves out all volunteers but those whom the plan sends or keeps as backups, whom pins or `previous`
    name, and `also`. That is for reading, not for solving: requests may prefer or exclude people who are left out.
    """
    found = await services.answer(_batch, services, caller, id, people == "sent", also or ())
    return Response(found, media_type="application/json")


@without_collection()
def _batch(services: Services, caller: Caller, id: str, sent: bool, also: Iterable[str]) -> str:
    job_of(services, caller, id)
    batch = batch_of(services.jobs.payload(id), services.phones)
    if sent:
        batch = _of_these(batch, {*also, *_sent(batch, services.jobs.result(id))})
    return to_json(masked_batch(batch))


def _sent(batch: Batch, result: bytes | None) -> set[str]:
    """Ids of the volunteers in a plan, and in what its batch has of the plan before."""
    ids = {visit.volunteer for visit in (*batch.pins, *batch.previous)}
    if result is not None:
        plan = read_plan(result)
        ids |= {visit.volunteer for visit in plan.visits} | {backup.volunteer for backup in plan.standby}
    return ids


def _of_these(batch: Batch, ids: Set[str]) -> Batch:
    return batch.model_copy(update={"volunteers": tuple(v for v in batch.volunteers if v.id in ids)})
