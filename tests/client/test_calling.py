"""A call is made again where that is safe, and its refusals become our errors."""

import httpx
import pytest

from matcher.client.calling import TRIES, Calling, Unreachable
from matcher.errors import InputError, MatcherError

PROBLEM = {
    "type": "urn:matcher:problem:unavailable",
    "title": "x",
    "status": 503,
    "detail": "忙 / busy",
    "zh": "忙",
    "en": "busy",
    "request": "1",
}


class Service:
    """Gives its answers one after the other, the last one again and again; an exception is raised."""

    def __init__(self, *answers: httpx.Response | Exception) -> None:
        self.requests: list[httpx.Request] = []
        self.waits: list[float] = []
        self._answers = list(answers)
        http = httpx.Client(base_url="http://service", transport=httpx.MockTransport(self._answer))
        self.calling = Calling(http, self.waits.append)

    def _answer(self, request: httpx.Request) -> httpx.Response:
        self.requests.append(request)
        answer = self._answers.pop(0) if len(self._answers) > 1 else self._answers[0]
        if isinstance(answer, Exception):
            raise answer
        return answer


def later(status: int = 503, **headers: str) -> httpx.Response:
    return httpx.Response(status, json=PROBLEM, headers={name.replace("_", "-"): v for name, v in headers.items()})


def test_a_post_is_sent_again_under_the_same_key() -> None:
    service = Service(httpx.ReadTimeout(""), later(retry_after="7"), later(409, retry_after="1"), httpx.Response(202))
    assert service.calling.call("POST", "/v1/plans", body="{}").status_code == 202
    keys = {request.headers["idempotency-key"] for request in service.requests}
    assert (len(service.requests), len(keys)) == (4, 1)
    # a quarter of a second for want of an answer, then what the service asks for
    assert service.waits == [0.25, 7, 1]


def test_two_calls_have_two_keys() -> None:
    service = Service(httpx.Response(202))
    for _ in range(2):
        service.calling.call("POST", "/v1/plans", body="{}")
    assert len({request.headers["idempotency-key"] for request in service.requests}) == 2


def test_it_is_given_up_in_the_end() -> None:
    busy = Service(later(retry_after="1000"))
    with pytest.raises(Unreachable, match="busy"):
        busy.calling.call("GET", "/v1/plans")
    assert busy.waits == [30.0] * (TRIES - 1)
    gone = Service(httpx.ConnectError(""))
    with pytest.raises(Unreachable, match="cannot reach the service at http://service"):
        gone.calling.call("GET", "/v1/plans")
    assert len(gone.requests) == TRIES


def test_what_will_not_change_is_asked_once() -> None:
    fault = {"pointer": "/batch/id", "code": "missing_field", "value": None, "zh": "缺少", "en": "missing"}
    service = Service(httpx.Response(422, json={**PROBLEM, "errors": [fault], "total": 1}))
    with pytest.raises(InputError) as raised:
        service.calling.call("POST", "/v1/plans", body="{}")
    assert [(p.where, p.code) for p in raised.value.problems] == [("/batch/id", "missing_field")]
    assert len(service.requests) == 1


def test_an_address_of_something_else_is_told() -> None:
    with pytest.raises(MatcherError, match="is the address right"):
        Service(httpx.Response(404, text="<html>")).calling.call("GET", "/v1/plans")
