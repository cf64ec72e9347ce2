"""Questions about a plan that the service has, without sending batch and plan back; a plan after events is kept too."""

import json
from collections.abc import Callable, Collection

from fastapi import APIRouter, Request, Response
from pydantic import BaseModel

from matcher.batch import Batch
from matcher.batch import Id as VolunteerId
from matcher.errors import InputError
from matcher.memory import without_collection
from matcher.plan import Plan
from matcher.problems import unknown
from matcher.reading import read_plan, to_json
from matcher.service.access.caller import Caller
from matcher.service.access.masking import masked_volunteer
from matcher.service.http.answers import ANSWER, SHARE, Explain, Nothing, Recommend, explained, recommended
from matcher.service.http.bundle import batch_of, payload_of
from matcher.service.http.described import json_body as body
from matcher.service.http.described import refused
from matcher.service.http.once import OnceRoute
from matcher.service.http.parts import json_body, read_parts
from matcher.service.http.plans import KIND, Id, job_of, result_of
from matcher.service.http.services import Called, Served, Services

router = APIRouter(prefix="/v1/plans", tags=["询问 questions"], route_class=OnceRoute)


class RecommendHere(Recommend):
    """Whom to send to a request, perhaps in somebody's place, or what to offer a volunteer."""

    instead: VolunteerId | None = None
    """Id of a volunteer whom the plan sends to the request and who cannot come: their place counts as empty, and they
    are not recommended."""


@router.post(
    "/{id}/explanations",
    summary="说明方案为什么这样",
    responses={200: ANSWER, **refused(404, 409)},
    openapi_extra=body((), Explain, request="r00001"),
)
async def explanations(id: Id, request: Request, services: Served, caller: Called) -> Response:
    """As `/v1/explanations`, of a plan that is there."""
    return await _answered(_explain, id, request, services, caller)


@router.post(
    "/{id}/recommendations",
    summary="为方案推荐人选或需求",
    responses={200: ANSWER, **refused(404, 409)},
    openapi_extra=body((), RecommendHere, request="r00001"),
)
async def recommendations(id: Id, request: Request, services: Served, caller: Called) -> Response:
    """As `/v1/recommendations`, of a plan that is there; `people` has the names of those recommended."""
    return await _answered(_recommend, id, request, services, caller)


@router.post(
    "/{id}/redispatch",
    status_code=201,
    summary="情况有变，重新安排并保存",
    responses={201: ANSWER, **refused(404, 409)},
    openapi_extra=body(("events",), Nothing),
)
async def redispatch(id: Id, request: Request, services: Served, caller: Called) -> Response:
    """As `/v1/redispatch`; the new plan and its batch are kept as the plan `id` of the answer, see `Location`.

    `people` has the names of those for whom something changes.
    """
    data = await json_body(request)
    answer, payload, result = await services.answer(_redispatch, services, caller, id, data)
    site = (await services.quick(job_of, services, caller, id)).site
    job = await services.quick(services.jobs.keep, KIND, payload, result, site=site, key=caller.key)
    headers = {"Location": f"/v1/plans/{job.id}"}
    return Response(f'{{"id":"{job.id}",{answer[1:]}', 201, headers, "application/json")


async def _answered(
    work: Callable[[Services, Caller, str, bytes], str], id: str, request: Request, services: Services, caller: Caller
) -> Response:
    data = await json_body(request)
    return Response(await services.answer(work, services, caller, id, data), media_type="application/json")


@without_collection()
def _explain(services: Services, caller: Caller, id: str, data: bytes) -> str:
    batch, plan = _kept(services, caller, id)
    _, asked = read_parts(data, (), Explain)
    return to_json(explained(batch, plan, asked, services.settings.answer_seconds))


@without_collection()
def _recommend(services: Services, caller: Caller, id: str, data: bytes) -> str:
    batch, plan = _kept(services, caller, id)
    _, asked = read_parts(data, (), RecommendHere)
    if asked.instead is not None:
        batch, plan = _without(batch, plan, asked.request, asked.instead)
    found = recommended(batch, plan, asked)
    return _with_names(found, batch, {visit.volunteer for advice in found.advice for visit in advice.visits})


@without_collection()
def _redispatch(services: Services, caller: Caller, id: str, data: bytes) -> tuple[str, bytes, bytes]:
    """The answer, and the payload and result of the job that is to be kept."""
    from matcher.running.day import redispatch

    batch, plan = _kept(services, caller, id)
    (events,), _ = read_parts(data, ("events",), Nothing)
    found, after = redispatch(batch, plan, events, SHARE * services.settings.answer_seconds)
    people = set[str]().union(*(churn.change.people() for churn in found.churn))
    return _with_names(found, batch, people), payload_of(after, {}, services.phones), to_json(found.plan).encode()


def _kept(services: Services, caller: Caller, id: str) -> tuple[Batch, Plan]:
    """Batch and plan of a job. Raises RefusalError where there is none yet, or none the caller may see."""
    plan = read_plan(result_of(services, caller, id))
    return batch_of(services.jobs.payload(id), services.phones), plan


def _without(batch: Batch, plan: Plan, request: str | None, volunteer: str) -> tuple[Batch, Plan]:
    """Batch and plan once a volunteer cannot come to a request. Raises InputError where the plan sends them not there.

    A pin of the visit falls too: no place of a request is filled while one of its pins is not kept.
    """
    visits = tuple(visit for visit in plan.visits if (visit.request, visit.volunteer) != (request, volunteer))
    if len(visits) == len(plan.visits):
        wrong = unknown(volunteer, "该需求已派的志愿者", "volunteer whom the plan sends there", "/instead")
        raise InputError("方案没有派此人去", "the plan does not send them there", [wrong])
    requests = tuple(
        each.model_copy(update={"excluded": (*each.excluded, volunteer)}) if each.id == request else each
        for each in batch.requests
    )
    pins = tuple(pin for pin in batch.pins if (pin.request, pin.volunteer) != (request, volunteer))
    changed = batch.model_copy(update={"requests": requests, "pins": pins})
    return changed, plan.model_copy(update={"visits": visits})


def _with_names(answer: BaseModel, batch: Batch, ids: Collection[str]) -> str:
    """An answer with the names of these volunteers, as the plan's batch shows them."""
    people = [{"id": v.id, "name": masked_volunteer(v).name} for v in batch.volunteers if v.id in ids]
    return f'{{"people":{json.dumps(people, ensure_ascii=False)},{to_json(answer)[1:]}'
