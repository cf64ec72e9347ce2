"""Plans: a batch in, a job that solves it, its progress, its plan."""

from typing import Annotated

from anyio import CapacityLimiter, to_thread
from fastapi import APIRouter, Path, Query, Request, Response
from pydantic import Field

from matcher.base import Frozen
from matcher.batch import Batch
from matcher.errors import InputError
from matcher.problems import problem
from matcher.reading import read_batch
from matcher.service.access.caller import Caller
from matcher.service.http.bundle import payload_of
from matcher.service.http.described import EXAMPLE_BATCH, body_of, problems, refused
from matcher.service.http.listing import page_of
from matcher.service.http.once import OnceRoute
from matcher.service.http.parts import first_member, json_body, read_parts
from matcher.service.http.problems import RefusalError
from matcher.service.http.services import Called, Served, Services
from matcher.service.http.wire import PlanPage, PlanState
from matcher.service.jobs.queue import Job

KIND = "plan"
"""Jobs that are plans."""
MOST_PLANS = 100
READING = CapacityLimiter(1)
"""Batches are read one at a time: threads would only take the interpreter from each other, and none be done sooner."""

router = APIRouter(prefix="/v1/plans", tags=["方案 plans"], route_class=OnceRoute)

Id = Annotated[str, Path(description="方案编号 / id of the plan", max_length=100)]


class Asked(Frozen):
    """How a batch is to be solved."""

    seconds: float | None = Field(default=None, gt=0, le=86_400)
    """Most seconds of the solve; null: as many as the service allows."""
    work: int | None = Field(default=None, ge=0)
    """Most units of work, about a microsecond each, which reproduces the same plan."""
    gap: float = Field(default=0, ge=0)
    """Stop within this relative gap of the bound; 0 asks for a proof."""
    seed: int = Field(default=0, ge=0, le=2**31 - 1)
    """Seed of the search."""


BODY = body_of(
    {
        "type": "object",
        "required": ["batch"],
        "properties": {"batch": {"$ref": "#/components/schemas/batch"}, **Asked.model_json_schema()["properties"]},
        "description": "批次本身也可以直接作为内容 / the batch may also be the whole body",
    },
    {"batch": EXAMPLE_BATCH, "seconds": 30},
)


@router.post(
    "", status_code=202, summary="提交批次", response_model=PlanState, responses=refused(409), openapi_extra=BODY
)
async def submit(request: Request, services: Served, caller: Called) -> Response:
    """Takes a batch to be planned; the answer comes at once, `Location` says where to follow it."""
    body = await json_body(request)
    payload = await to_thread.run_sync(_payload, services, body, limiter=READING)
    return await services.quick(_submitted, services, caller, payload)


def _payload(services: Services, body: bytes) -> bytes:
    """The payload of a job for a body, once that is found sound."""
    batch, asked = _read(body)
    require_time(services, asked)
    return payload_of(batch, asked.model_dump(), services.phones)


def _read(body: bytes) -> tuple[Batch, Asked]:
    """The batch, which may be the whole body, and how it is to be solved."""
    if first_member(body) not in ("batch", *Asked.model_fields):
        return read_batch(body), Asked()
    (batch,), asked = read_parts(body, ("batch",), Asked)
    return batch, asked


def _submitted(services: Services, caller: Caller, payload: bytes) -> Response:
    job = services.jobs.submit(KIND, payload, site=caller.site, key=caller.key)
    return _state(job, 202, {"Location": f"/v1/plans/{job.id}"})


@router.get("", summary="方案列表", response_model=PlanPage, responses=problems())
def page(
    services: Served,
    caller: Called,
    after: Annotated[
        str | None, Query(description="上一页给出的编号 / as the page before says", max_length=100)
    ] = None,
    limit: Annotated[int, Query(ge=1, le=MOST_PLANS)] = 50,
) -> PlanPage:
    """The plans the caller may see, newest first."""
    found = page_of(services.store, KIND, caller.sites, after, limit)
    return PlanPage(plans=[told(job) for job in found], after=found[-1].id if len(found) == limit else None)


@router.get("/{id}", summary="进度和方案", response_model=PlanState, responses=problems(404))
def state(id: Id, services: Served, caller: Called) -> Response:
    """How far a plan is: value, bound and gap of the best so far; the plan when it is there."""
    job = job_of(services, caller, id)
    return _state(job, 200, {}, services.jobs.result(id) if job.state == "done" else None)


@router.delete(
    "/{id}",
    status_code=202,
    summary="提前结束，保留目前最好的方案",
    response_model=PlanState,
    responses={200: {"model": PlanState, "description": "已经结束 / it was over already"}, **problems(404)},
)
def stop(id: Id, services: Served, caller: Called) -> Response:
    """Stops a solve early: the best plan so far is kept; one that has not begun is cancelled."""
    job_of(services, caller, id)
    asked = services.jobs.cancel(id)
    return _state(job_of(services, caller, id), 202 if asked else 200, {})


def job_of(services: Services, caller: Caller, id: str) -> Job:
    """The job of a plan. Raises RefusalError where there is none, or none the caller may see."""
    job = services.jobs.get(id)
    if job is None or job.kind != KIND or not caller.may(job.site):
        raise RefusalError("没有这个方案", "there is no such plan", "not_found")
    return job


def result_of(services: Services, caller: Caller, id: str) -> bytes:
    """The text of a plan. Raises RefusalError where there is none yet, or none the caller may see."""
    job_of(services, caller, id)
    result = services.jobs.result(id)
    if result is None:
        raise RefusalError("方案还没有算出来", "the plan is not there yet", "not_yet")
    return result


def require_time(services: Services, asked: Asked) -> None:
    """Raises InputError where more time is asked for than the service gives."""
    most = services.settings.solve_seconds
    if asked.seconds is not None and asked.seconds > most:
        words = {"relation_zh": "不大于", "relation_en": "of at most", "limit": f"{most:g}"}
        raise InputError("时间太长", "too long", [problem("out_of_range", "/seconds", f"{asked.seconds:g}", **words)])


def told(job: Job) -> PlanState:
    """A job as callers see it."""
    return PlanState.model_validate(job.model_dump())


def _state(job: Job, status: int, headers: dict[str, str], plan: bytes | None = None) -> Response:
    """The state of a plan; the plan's text goes out as it is."""
    text = told(job).model_dump_json(exclude={"plan"}).encode()
    body = text[:-1] + b',"plan":' + (b"null" if plan is None else plan) + b"}"
    return Response(body, status, headers, "application/json")
