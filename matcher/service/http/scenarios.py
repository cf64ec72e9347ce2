"""Scenarios: a batch and what could change in it, one job that plans all of that, and the comparison."""

import json
from typing import Annotated, Any

from anyio import to_thread
from fastapi import APIRouter, Path, Query, Request, Response
from pydantic import Field

from matcher.batch import Batch
from matcher.errors import InputError, Problem
from matcher.problems import problem
from matcher.service.access.caller import Caller
from matcher.service.access.masking import for_solving
from matcher.service.http import plans
from matcher.service.http.bundle import solved_batch_of
from matcher.service.http.described import EXAMPLES, body_of, problems, refused
from matcher.service.http.exporting import Lang, file_response
from matcher.service.http.listing import page_of
from matcher.service.http.once import OnceRoute
from matcher.service.http.parts import has_member, json_body, read_parts
from matcher.service.http.problems import RefusalError
from matcher.service.http.services import Called, Served, Services
from matcher.service.http.wanted import Several, cases_of, library
from matcher.service.http.wire import Library, ReadyScenario, ScenariosPage, ScenariosState
from matcher.service.jobs.queue import Job
from matcher.service.settings import Settings

KIND = "scenarios"
"""Jobs that compare scenarios."""
MOST_LISTED = 100
PAGE = ("whatif.html", "text/html; charset=utf-8")
"""Name and type of the report."""

router = APIRouter(prefix="/v1/scenarios", tags=["情景 scenarios"], route_class=OnceRoute)

Id = Annotated[str, Path(description="情景对比的编号 / id of the comparison", max_length=100)]


class Asked(plans.Asked):
    """Whose batch is changed, and how it is to be solved."""

    plan: str | None = Field(default=None, max_length=100, pattern="^[!-~]+$")
    """Id of a plan whose batch is taken; null: `batch` stands in the body."""
    samples: int = Field(default=1, ge=1, le=10_000)
    """How often what is random is drawn."""
    seconds: float | None = Field(default=None, gt=0, le=86_400)
    """Most seconds of each plan; null: an equal share of what the service allows for all."""
    gap: float = Field(default=0.001, ge=0)
    """Stop within this relative gap of the bound; 0 asks for a proof. The batch as it is is always pursued to one."""


BODY = body_of(
    {
        "type": "object",
        "required": ["scenarios"],
        "properties": {
            "batch": {"$ref": "#/components/schemas/batch"},
            "scenarios": {"$ref": "#/components/schemas/scenarios"},
            **Asked.model_json_schema()["properties"],
        },
        "description": "batch 和 plan 二选一 / batch or plan, one of the two",
    },
    {"batch": EXAMPLES["batch"], "scenarios": EXAMPLES["scenarios"], "samples": 3},
)


@router.post(
    "",
    status_code=202,
    summary="提交情景，与现状比较",
    response_model=ScenariosState,
    responses=refused(404, 409),
    openapi_extra=BODY,
)
async def submit(request: Request, services: Served, caller: Called) -> Response:
    """Takes scenarios to be compared; the answer comes at once, `Location` says where to follow them."""
    body = await json_body(request)
    payload = await to_thread.run_sync(_payload, services, caller, body, limiter=plans.READING)
    return await services.quick(_submitted, services, caller, payload)


def _payload(services: Services, caller: Caller, body: bytes) -> bytes:
    """The payload of a job for a body, once that is found sound; of people it has what solving needs, and no more."""
    named = ("batch",) if has_member(body, "batch") else ()
    (*given, scenarios), asked = read_parts(body, (*named, "scenarios"), Asked)
    if bool(given) == (asked.plan is not None):
        zh, en = "应写 batch 或 plan 其中之一", "expected batch or plan, one of the two"
        raise InputError("要改动哪个批次不清楚", "it is not clear which batch", [Problem("one_of", "", None, zh, en)])
    _require_room(services.settings, scenarios, asked)
    batch = given[0] if given else _batch_of(services, caller, str(asked.plan))
    cases = [case.model_dump(mode="json", by_alias=True, exclude_defaults=True) for case in cases_of(scenarios)]
    rest = {"scenarios": cases, **asked.model_dump(exclude={"plan"})}
    return f'{{"batch":{for_solving(batch)},{json.dumps(rest)[1:]}'.encode()


def _batch_of(services: Services, caller: Caller, plan: str) -> Batch:
    """The batch of a plan. Raises RefusalError where there is none the caller may see."""
    plans.job_of(services, caller, plan)
    return solved_batch_of(services.jobs.payload(plan))


def _require_room(settings: Settings, scenarios: Several, asked: Asked) -> None:
    """Raises InputError where more plans or more time are asked for than the service gives."""
    many, found, words = len(scenarios.root), list[Problem](), {"relation_zh": "不大于", "relation_en": "of at most"}
    seconds = settings.solve_seconds / (1 + many * asked.samples)
    if many > settings.scenarios:
        found.append(problem("too_long", "/scenarios", str(many), limit=settings.scenarios))
    elif many * asked.samples > settings.scenarios:
        most = settings.scenarios // many
        found.append(problem("out_of_range", "/samples", str(asked.samples), limit=most, **words))
    if asked.seconds is not None and asked.seconds > seconds:
        limit = f"{seconds:g}"
        found.append(problem("out_of_range", "/seconds", f"{asked.seconds:g}", limit=limit, **words))
    if found:
        raise InputError("要算的方案太多，或时间太长", "too many plans, or too long", found)


def _submitted(services: Services, caller: Caller, payload: bytes) -> Response:
    job = services.jobs.submit(KIND, payload, site=caller.site, key=caller.key)
    return _response(_told(job), 202, {"Location": f"/v1/scenarios/{job.id}"})


@router.get("", summary="情景对比列表", response_model=ScenariosPage, responses=problems())
def page(
    services: Served,
    caller: Called,
    after: Annotated[
        str | None, Query(description="上一页给出的编号 / as the page before says", max_length=100)
    ] = None,
    limit: Annotated[int, Query(ge=1, le=MOST_LISTED)] = 50,
) -> ScenariosPage:
    """The comparisons the caller may see, newest first."""
    found = page_of(services.store, KIND, caller.sites, after, limit)
    return ScenariosPage(scenarios=list(map(_told, found)), after=found[-1].id if len(found) == limit else None)


@router.get("/library", summary="现成的情景", response_model=Library, responses=problems())
def ready(services: Served, caller: Called) -> Library:
    """The ready scenarios, and what can be set in each."""
    return Library(scenarios=tuple(ReadyScenario.model_validate(each.model_dump()) for each in library()))


@router.get("/{id}", summary="进度和对比", response_model=ScenariosState, responses=problems(404))
def state(id: Id, services: Served, caller: Called) -> ScenariosState:
    """How many plans are made; the comparison when it is there."""
    job = _job_of(services, caller, id)
    return _told(job, services.jobs.result(id))


@router.get(
    "/{id}/report",
    summary="对比的网页",
    response_class=Response,
    responses={200: {"content": {"text/html": {}}, "description": "网页 / the page"}, **problems(404, 409)},
)
def report(
    id: Id,
    services: Served,
    caller: Called,
    lang: Annotated[Lang, Query(description="网页的语言 / language of the page")] = "zh",
) -> Response:
    """The comparison as one page that opens offline and prints; it names people by their ids alone."""
    _job_of(services, caller, id)
    result = services.jobs.result(id)
    if result is None:
        raise RefusalError("情景还没有算完", "the scenarios are not compared yet", "not_yet")
    return file_response(json.loads(result)["pages"][lang].encode(), *PAGE)


@router.delete(
    "/{id}",
    status_code=202,
    summary="提前结束，比较已经算出的情景",
    response_model=ScenariosState,
    responses={200: {"model": ScenariosState, "description": "已经结束 / it was over already"}, **problems(404)},
)
def stop(id: Id, services: Served, caller: Called) -> Response:
    """Stops early: what is planned so far is compared; what has not begun is cancelled."""
    _job_of(services, caller, id)
    asked = services.jobs.cancel(id)
    return _response(_told(_job_of(services, caller, id)), 202 if asked else 200, {})


def _job_of(services: Services, caller: Caller, id: str) -> Job:
    """The job of a comparison. Raises RefusalError where there is none, or none the caller may see."""
    job = services.jobs.get(id)
    if job is None or job.kind != KIND or not caller.may(job.site):
        raise RefusalError("没有这个情景对比", "there is no such comparison of scenarios", "not_found")
    return job


def _told(job: Job, result: bytes | None = None) -> ScenariosState:
    """A job as callers see it, with its result if it is there."""
    found: dict[str, Any] = {} if result is None else json.loads(result)
    return ScenariosState.model_validate(job.model_dump() | found)


def _response(state: ScenariosState, status: int, headers: dict[str, str]) -> Response:
    return Response(state.model_dump_json(), status, headers, "application/json")
