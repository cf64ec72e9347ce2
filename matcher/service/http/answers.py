"""Questions about a batch and its plan, answered while the caller waits."""

from fastapi import APIRouter, Request, Response
from pydantic import Field

from matcher.base import Frozen
from matcher.batch import Id
from matcher.service.http.described import json_body as body
from matcher.service.http.described import refused
from matcher.service.http.parts import json_body
from matcher.service.http.services import Called, Served, Services

ANSWER = {"content": {"application/json": {"schema": {"type": "object"}}}, "description": "回答 / the answer"}

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
    return await _answered("check", request, services)


@router.post(
    "/recommendations",
    summary="推荐人选或需求",
    responses={200: ANSWER, **refused()},
    openapi_extra=body(("batch", "plan"), Recommend, request="r00001"),
)
async def recommendations(request: Request, services: Served, caller: Called) -> Response:
    """The best people for a request, or the best requests for a volunteer, with the plan as it is."""
    return await _answered("recommend", request, services)


@router.post(
    "/redispatch",
    summary="情况有变，重新安排",
    responses={200: ANSWER, **refused()},
    openapi_extra=body(("batch", "plan", "events"), Nothing),
)
async def redispatch(request: Request, services: Served, caller: Called) -> Response:
    """The plan after events: what changes for whom and why, and the batch the new plan goes with."""
    return await _answered("redispatch", request, services)


@router.post(
    "/explanations",
    summary="说明为什么",
    responses={200: ANSWER, **refused()},
    openapi_extra=body(("batch", "plan"), Explain, request="r00001"),
)
async def explanations(request: Request, services: Served, caller: Called) -> Response:
    """Why a request has empty places, what filling one would cost, what would mend it; or why this volunteer."""
    return await _answered("explain", request, services)


async def _answered(kind: str, request: Request, services: Services) -> Response:
    return Response(await services.ask(kind, await json_body(request)), media_type="application/json")
