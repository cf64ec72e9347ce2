"""One call to the service: sent again where that is safe, its refusals as our errors."""

import time
from collections.abc import Callable, Mapping
from typing import Any
from uuid import uuid4

import httpx
from pydantic import ValidationError

import matcher
from matcher.errors import InputError, MatcherError, Problem
from matcher.service.http.wire import ProblemDetails

TRIES = 4
"""How often a call is made where the service does not answer or says that it cannot just now."""
LATER = (429, 503)
UNDER_WAY = 409
MOST_WAIT = 30.0
"""Most seconds between two tries."""


class Unreachable(MatcherError):  # noqa: N818  what happened is the name, as with the service's Unavailable
    """The service cannot be reached, or says after some tries that it cannot answer."""


class Calling:
    """Calls one service; wait: what to do between two tries, given seconds."""

    def __init__(self, http: httpx.Client, wait: Callable[[float], None] = time.sleep) -> None:
        self._http, self._wait = http, wait

    def call(self, method: str, path: str, *, body: str | bytes | None = None, **given: Any) -> httpx.Response:
        """The answer to a call. A POST has an Idempotency-Key, so that it can be sent again.

        given: `params` and `headers` of httpx. Raises InputError with the problems the service found, Unreachable if
        there is no answer, MatcherError for every other refusal.
        """
        media = {} if body is None else {"Content-Type": "application/json"}
        once = {"Idempotency-Key": uuid4().hex} if method == "POST" else {}
        headers = {**media, **once, **given.pop("headers", {})}
        for number in range(TRIES):
            last, pause = number == TRIES - 1, 2.0**number / 4
            try:
                answer = self._http.request(method, path, content=body, headers=headers, **given)
            except httpx.TransportError as error:
                if last:
                    raise _unreachable(self._http.base_url, error) from error
            else:
                again = answer.status_code in LATER or _under_way(answer)
                if last or not again:
                    return _accepted(answer)
                pause = _seconds(answer.headers, pause)
            self._wait(min(pause, MOST_WAIT))
        raise AssertionError


def http_client(url: str, key: str | None, seconds: float) -> httpx.Client:
    """What speaks HTTP with the service at this address."""
    headers = {"User-Agent": f"matcher/{matcher.__version__}"}
    if key is not None:
        headers["Authorization"] = f"Bearer {key}"
    return httpx.Client(base_url=url, headers=headers, timeout=httpx.Timeout(seconds, connect=10))


def _accepted(answer: httpx.Response) -> httpx.Response:
    if answer.is_success:
        return answer
    try:
        found = ProblemDetails.model_validate_json(answer.content)
    except ValidationError:
        status = answer.status_code
        raise MatcherError(
            f"服务返回 {status}，内容看不懂；地址对吗？", f"status {status} and no words: is the address right?"
        ) from None
    if found.errors:
        problems = [Problem(fault.code, fault.pointer, fault.value, fault.zh, fault.en) for fault in found.errors]
        raise InputError(found.zh, found.en, problems)
    if answer.status_code in LATER:
        raise Unreachable(found.zh, found.en)
    raise MatcherError(found.zh, f"{found.en} [{found.type.rpartition(':')[2]}, {found.request}]")


def _under_way(answer: httpx.Response) -> bool:
    return answer.status_code == UNDER_WAY and "retry-after" in answer.headers


def _seconds(headers: Mapping[str, str], otherwise: float) -> float:
    found = headers.get("retry-after", "")
    return float(found) if found.isdecimal() else otherwise


def _unreachable(url: httpx.URL, error: httpx.TransportError) -> Unreachable:
    kind = type(error).__name__
    return Unreachable(
        f"连不上服务 {url}（{kind}）；它在运行吗？", f"cannot reach the service at {url} ({kind}): is it running?"
    )
