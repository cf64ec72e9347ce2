"""Questions about a plan that the service has, without sending batch and plan back; a plan after events is kept too."""

import json
from collections.abc import Sequence

from fastapi import APIRouter, Request, Response

from matcher.base import Frozen
from matcher.batch import Id as VolunteerId
from matcher.reading import to_json
from matcher.service.access.caller import Caller
from matcher.service.access.phones import Phones
from matcher.service.http.answers import ANSWER, Explain, Nothing, Recommend
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
    return await _answered("explain_kept", id, request, services, caller, Explain)


@router.post(
    "/{id}/recommendations",
    summary="为方案推荐人选或需求",
    responses={200: ANSWER, **refused(404, 409)},
    openapi_extra=body((), RecommendHere, request="r00001"),
)
async def recommendations(id: Id, request: Request, services: Served, caller: Called) -> Response:
    """As `/v1/recommendations`, of a plan that is there; `people` has the names of those recommended."""
    return await _answered("recommend_kept", id, request, services, caller, RecommendHere)


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
    question = await services.quick(_question, services, caller, id, await json_body(request), ("events",), Nothing)
    text = await services.ask("redispatch_kept", question)
    answer, result, payload = await services.answer(_sealed, text, services.phones)
    site = (await services.quick(job_of, services, caller, id)).site
    job = await services.quick(services.jobs.keep, KIND, payload, result, site=site, key=caller.key)
    headers = {"Location": f"/v1/plans/{job.id}"}
    return Response(f'{{"id":"{job.id}",{answer[1:]}', 201, headers, "application/json")


async def _answered(
    kind: str, id: str, request: Request, services: Services, caller: Caller, asked: type[Frozen]
) -> Response:
    question = await services.quick(_question, services, caller, id, await json_body(request), (), asked)
    return Response(await services.ask(kind, question), media_type="application/json")


def _question(
    services: Services, caller: Caller, id: str, data: bytes, names: Sequence[str], asked: type[Frozen]
) -> bytes:
    """What a child is given: a plan that the caller may see, what its job keeps, and the part or the rest of a body.

    Raises RefusalError where there is no such plan yet, and InputError.
    """
    plan = result_of(services, caller, id)
    parts, rest = read_parts(data, names, asked)
    (said,) = parts or (rest,)
    return b'{"job":%b,"plan":%b,"asked":%b}' % (services.jobs.payload(id), plan, to_json(said).encode())


def _sealed(text: str, phones: Phones) -> tuple[str, bytes, bytes]:
    """What a child has planned anew: the answer, and result and payload of the job that is to be kept."""
    answer, plan, payload = json.loads(text)
    return answer, plan.encode(), payload_of(batch_of(payload.encode(), phones), {}, phones)
