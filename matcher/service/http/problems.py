"""Every refusal as RFC 9457 has it, in Chinese and English, with all that is wrong (docs/service.md)."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, cast

from fastapi import FastAPI, Request
from fastapi.exceptions import RequestValidationError
from pydantic import BaseModel, ValidationError
from starlette.exceptions import HTTPException
from starlette.responses import Response

from matcher.errors import SHOWN, InputError, InternalError, MatcherError, OutOfMemoryError, Problem
from matcher.service.access.caller import RefusedError
from matcher.service.access.phones import SealError
from matcher.service.http.wire import Fault, ProblemDetails
from matcher.service.store.engine import Unavailable
from matcher.shape import shape_problems

MEDIA_TYPE = "application/problem+json"
RETRY_SECONDS = 5
"""After so long a caller may try again where the service could not answer."""

KINDS: dict[str, tuple[int, str, str]] = {
    "bad_request": (400, "请求有误", "bad request"),
    "no_key": (401, "缺少有效的密钥", "no valid key"),
    "forbidden": (403, "无权访问", "out of reach"),
    "not_found": (404, "没有找到", "not found"),
    "not_allowed": (405, "不支持这种方法", "method not allowed"),
    "too_slow": (408, "发送太慢", "sent too slowly"),
    "in_flight": (409, "同一请求正在处理", "the same request is under way"),
    "not_yet": (409, "尚无结果", "no result yet"),
    "too_large": (413, "内容太大", "too large"),
    "wrong_media": (415, "内容类型不对", "wrong type of content"),
    "bad_input": (422, "输入有误", "bad input"),
    "other_body": (422, "同一 Idempotency-Key 的内容不同", "another body under the same Idempotency-Key"),
    "too_many": (429, "请求太频繁", "too many requests"),
    "internal": (500, "程序内部错误", "internal error"),
    "unavailable": (503, "暂时无法处理", "not available just now"),
}
"""Status and title of each kind of problem."""
BY_STATUS = {status: kind for kind, (status, _, _) in reversed(KINDS.items())}
BY_ERROR: tuple[tuple[type[MatcherError], str], ...] = (
    (InputError, "bad_input"),
    (RefusedError, "forbidden"),
    (Unavailable, "unavailable"),
    (OutOfMemoryError, "unavailable"),
    (SealError, "unavailable"),
    (InternalError, "internal"),
    (MatcherError, "bad_input"),
)
INTERNAL = (
    "程序内部错误，没有改动任何内容；请把请求编号报告给维护人员",
    "internal error, nothing was changed; please report the id of the request",
)


@dataclass(eq=False)
class RefusalError(MatcherError):
    """A request that is not answered; kind: one of `KINDS`. headers: of the answer."""

    kind: str
    headers: Mapping[str, str] = field(default_factory=dict)


def later(zh: str, en: str, seconds: int = RETRY_SECONDS) -> RefusalError:
    """Not just now: the caller may try again after some seconds."""
    return RefusalError(zh, en, "unavailable", {"Retry-After": str(seconds)})


def request_id(scope: Mapping[str, Any]) -> str:
    """The id of a request."""
    return str(scope.get("state", {}).get("request_id", "-"))


def answer(error: MatcherError, scope: Mapping[str, Any]) -> Response:
    """The answer to a request that failed so."""
    kind = error.kind if isinstance(error, RefusalError) else next(k for cls, k in BY_ERROR if isinstance(error, cls))
    headers = dict(error.headers) if isinstance(error, RefusalError) else {}
    if kind == "unavailable":
        headers.setdefault("Retry-After", str(RETRY_SECONDS))
    zh, en = INTERNAL if kind == "internal" else (error.zh, error.en)
    return _response(kind, zh, en, error.problems if isinstance(error, InputError) else [], scope, headers)


def internal(scope: Mapping[str, Any]) -> Response:
    """The answer where the service itself failed."""
    return _response("internal", *INTERNAL, [], scope, {})


def _response(
    kind: str, zh: str, en: str, problems: Sequence[Problem], scope: Mapping[str, Any], headers: Mapping[str, str]
) -> Response:
    status, title_zh, title_en = KINDS[kind]
    details = ProblemDetails(
        type=f"urn:matcher:problem:{kind}",
        title=f"{title_zh} / {title_en}",
        status=status,
        detail=f"{zh} / {en}",
        zh=zh,
        en=en,
        request=request_id(scope),
        errors=[Fault(pointer=p.where, code=p.code, value=p.value, zh=p.zh, en=p.en) for p in problems[:SHOWN]],
        total=len(problems),
    )
    return Response(details.model_dump_json(), status, headers, MEDIA_TYPE)


def install(app: FastAPI) -> None:
    """Makes an app answer its failures so."""
    app.add_exception_handler(MatcherError, _matcher_error)
    app.add_exception_handler(HTTPException, _http_error)
    app.add_exception_handler(RequestValidationError, _bad_parameters)


def _matcher_error(request: Request, error: Exception) -> Response:
    return answer(cast(MatcherError, error), request.scope)


def _http_error(request: Request, error: Exception) -> Response:
    """What Starlette refuses by itself: unknown paths and methods."""
    found = cast(HTTPException, error)
    kind = BY_STATUS.get(found.status_code, "bad_request")
    words = {
        "not_found": ("没有这个地址或内容", "there is nothing at this address"),
        "not_allowed": ("这个地址不支持这种方法", "this address does not take this method"),
    }
    zh, en = words.get(kind, ("请求有误", "the request is wrong"))
    return _response(kind, zh, en, [], request.scope, found.headers or {})


class _Parameters(BaseModel):
    """Parameters as a model of their own; FastAPI has said already which there are."""


def _bad_parameters(request: Request, error: Exception) -> Response:
    class Found:
        """FastAPI's list of errors, asked for as pydantic's is."""

        @staticmethod
        def errors(include_url: bool) -> Sequence[Any]:
            return cast(RequestValidationError, error).errors()

    problems = shape_problems(_Parameters, cast(ValidationError, Found))
    zh, en = f"参数有 {len(problems)} 处错误", f"Problems in the parameters: {len(problems)}"
    return answer(InputError(zh, en, problems), request.scope)
