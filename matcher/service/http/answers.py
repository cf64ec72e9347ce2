"""Questions about a batch and its plan, answered while the caller waits."""

from typing import TYPE_CHECKING, Any

from fastapi import APIRouter, Request, Response
from pydantic import BaseModel, Field

from matcher.base import Frozen
from matcher.batch import Batch, Id
from matcher.errors import InputError, Problem
from matcher.plan import Plan
from matcher.reading import to_json
from matcher.service.http.described import json_body as body
from matcher.service.http.described import refused
from matcher.service.http.parts import json_body, read_parts
from matcher.service.http.services import Called, Served, Services

if TYPE_CHECKING:
    from matcher.answers.recommend import Recommendation

ANSWER = {"content": {"application/json": {"schema": {"type": "object"}}}, "description": "回答 / the answer"}
UNFIT = ("batch", "unknown", "duplicate")
"""What may not be said of a plan that questions are asked about."""

router = APIRouter(prefix="/v1", tags=["询问 questions"])


class Nothing(Frozen):
    """Nothing more is asked."""


class Recommend(Frozen):
    """Whom to send to a request, or what to offer a volunteer: one of the two."""

    request: Id | None = None
    """Id of the request."""
    volunteer: Id | None = None
    """Id of the volunteer."""
    count: int = Field(default=10, ge=1, le=1000)
    """How many at most."""


class Explain(Frozen):
    """Which request, and perhaps which volunteer, is to be explained."""

    request: Id
    """Id of the request."""
    volunteer: Id | None = None
    """Id of the volunteer; null: why the request has empty places."""


@router.post(
    "/check", summary="校验方案", responses={200: ANSWER, **refused()}, openapi_extra=body(("batch", "plan"), Nothing)
)
async def check(request: Request, services: Served, caller: Called) -> Response:
    """Judges a plan of a batch by every rule, also one written by hand."""
    return await _answered(services, _check, await json_body(request))


@router.post(
    "/recommendations",
    summary="推荐人选或需求",
    responses={200: ANSWER, **refused()},
    openapi_extra=body(("batch", "plan"), Recommend, request="r00001"),
)
async def recommendations(request: Request, services: Served, caller: Called) -> Response:
    """The best people for a request, or the best requests for a volunteer, with the plan as it is."""
    return await _answered(services, _recommend, await json_body(request))


@router.post(
    "/redispatch",
    summary="情况有变，重新安排",
    responses={200: ANSWER, **refused()},
    openapi_extra=body(("batch", "plan", "events"), Nothing),
)
async def redispatch(request: Request, services: Served, caller: Called) -> Response:
    """The plan after events: what changes for whom and why, and the batch the new plan goes with."""
    return await _answered(services, _redispatch, await json_body(request), services.settings.answer_seconds)


@router.post(
    "/explanations",
    summary="说明为什么",
    responses={200: ANSWER, **refused()},
    openapi_extra=body(("batch", "plan"), Explain, request="r00001"),
)
async def explanations(request: Request, services: Served, caller: Called) -> Response:
    """Why a request has empty places, what filling one would cost, what would mend it; or why this volunteer."""
    return await _answered(services, _explain, await json_body(request), services.settings.answer_seconds)


async def _answered(services: Services, work: Any, *args: Any) -> Response:
    return Response(await services.answer(work, *args), media_type="application/json")


def _check(data: bytes) -> str:
    from matcher.checker import check

    (batch, plan), _ = read_parts(data, ("batch", "plan"), Nothing)
    return to_json(check(batch, plan))


def _recommend(data: bytes) -> str:
    (batch, plan), asked = read_parts(data, ("batch", "plan"), Recommend)
    require_fit(batch, plan)
    return to_json(recommended(batch, plan, asked))


def recommended(batch: Batch, plan: Plan, asked: Recommend) -> "Recommendation":
    """What is recommended. Raises InputError where request or volunteer is unknown, or not just one is named."""
    from matcher.answers.recommend import recommend

    if (asked.request is None) == (asked.volunteer is None):
        zh, en = "应写 request 或 volunteer 其中之一", "expected request or volunteer, one of the two"
        raise InputError("要问什么不清楚", "it is not clear what is asked", [Problem("one_of", "", None, zh, en)])
    return recommend(batch, plan, request=asked.request, volunteer=asked.volunteer, count=asked.count)


def _redispatch(data: bytes, seconds: float) -> str:
    from matcher.running.day import redispatch

    (batch, plan, events), _ = read_parts(data, ("batch", "plan", "events"), Nothing)
    require_fit(batch, plan)
    found, after = redispatch(batch, plan, events, SHARE * seconds)
    return f'{{"batch":{to_json(after)},{to_json(found)[1:]}'


def _explain(data: bytes, seconds: float) -> str:
    (batch, plan), asked = read_parts(data, ("batch", "plan"), Explain)
    require_fit(batch, plan)
    return to_json(explained(batch, plan, asked, seconds))


def explained(batch: Batch, plan: Plan, asked: Explain, seconds: float) -> BaseModel:
    """Why, found within so many seconds. Raises InputError where the request or volunteer is unknown."""
    from matcher.answers.explain import explain
    from matcher.answers.volunteer import explain_volunteer

    if asked.volunteer is None:
        return explain(batch, plan, asked.request, SHARE * seconds)
    return explain_volunteer(batch, plan, asked.request, asked.volunteer, SHARE * seconds)


SHARE = 0.3
"""Part of the time that one solve of an answer may take: there may be two, and reading and checking besides."""


def require_fit(batch: Batch, plan: Plan) -> None:
    """Raises InputError where the plan is another batch's, or names what the batch does not have."""
    from matcher.checker import check

    found = [said for said in check(batch, plan).violations if said.code in UNFIT]
    if found:
        problems = [Problem(said.code, "/plan", None, said.zh, said.en) for said in found]
        raise InputError("方案与批次不符", "the plan does not go with the batch", problems)
