"""Limits: size, time, depth and length of bodies, and how often somebody calls."""

import asyncio
import json
from collections.abc import Iterator
from typing import Any

import pytest

from matcher.errors import MatcherError
from matcher.service.http.limits import MOST_AT_ONCE, Bodies, check_json
from matcher.service.http.rates import MOST_BUCKETS, Rates
from matcher.service.settings import load_settings
from tests.service.http.conftest import Serve, problem

JSON = {"Content-Type": "application/json"}


def test_a_body_above_the_limit_is_refused_announced_or_in_pieces(serve: Serve) -> None:
    served = serve(body_mb=0.001)  # 1,048 bytes

    def pieces() -> Iterator[bytes]:
        yield from [b" " * 100] * 11

    problem(served.http.post("/v1/plans", content=b" " * 1049, headers=JSON), 413, "too_large")
    problem(served.http.post("/v1/plans", content=pieces(), headers=JSON), 413, "too_large")
    problem(served.http.post("/v1/plans", content=b" " * 1048, headers=JSON), 422, "bad_input")


def test_a_body_that_never_ends_is_not_waited_for() -> None:
    sent: list[Any] = []

    async def never() -> Any:
        await asyncio.sleep(60)

    async def send(message: Any) -> None:
        sent.append(message)

    async def app(*_: Any) -> None:
        raise AssertionError("the body was not there yet")

    scope = {"type": "http", "method": "POST", "headers": []}
    asyncio.run(Bodies(app, load_settings(body_seconds=0.01))(scope, never, send))
    assert sent[0]["status"] == 408


def test_more_requests_than_can_be_worked_on_are_refused_at_once() -> None:
    scope = {"type": "http", "method": "POST", "headers": []}
    refused: list[Any] = []
    taken: list[Any] = []

    async def body() -> Any:
        return {"type": "http.request", "body": b"1"}

    async def send(message: Any) -> None:
        refused.append(message)

    async def all_of_them() -> None:
        done = asyncio.Event()

        async def app(*_: Any) -> None:
            taken.append(1)
            await done.wait()

        bodies = Bodies(app, load_settings())
        under_way = [asyncio.create_task(bodies(scope, body, send)) for _ in range(MOST_AT_ONCE)]
        await asyncio.sleep(0)
        await bodies(scope, body, send)
        done.set()
        await asyncio.gather(*under_way)
        await bodies(scope, body, send)

    asyncio.run(all_of_them())
    assert len(taken) == MOST_AT_ONCE + 1
    assert refused[0]["status"] == 503
    assert (b"retry-after", b"1") in refused[0]["headers"]


@pytest.mark.parametrize(
    "text",
    [
        '[[["]", "[[[[[[["]]]',
        '{"a": {"b": {"c": "\\\\\\"[[[["}}}',
        '["\\\\", [["\\u005b\\"", []]]]',
    ],
)
def test_brackets_in_strings_do_not_count(text: str) -> None:
    depth = 4 if "[]]" in text else 3
    json.loads(text)
    check_json(text.encode(), rows=4, depth=depth)
    with pytest.raises(MatcherError):
        check_json(text.encode(), rows=4, depth=depth - 1)


def test_depth_and_length_are_exact() -> None:
    nested = b"[" * 20 + b"]" * 20
    check_json(nested, rows=20, depth=20)
    with pytest.raises(MatcherError, match="at most 19 objects and lists in each other"):
        check_json(nested, rows=20, depth=19)
    with pytest.raises(MatcherError, match="at most 19 objects and lists in the JSON, found 20"):
        check_json(nested, rows=19, depth=20)


def test_what_is_never_closed_goes_no_deeper_either(serve: Serve) -> None:
    served = serve()
    for text in (b"[" * 100_000, b'{"batch":' + b"[" * 100_000, b'{"a":' * 50_000):
        found = problem(served.http.post("/v1/plans", content=text, headers=JSON), 422, "bad_input")
        assert found["errors"][0]["code"] == "too_deep"


def test_too_many_objects_are_refused_before_they_are_read(serve: Serve) -> None:
    answer = serve(rows=10).http.post("/v1/plans", content=b"[" + b"{}," * 10 + b"1]", headers=JSON)
    problem(answer, 413, "too_large")


def test_a_bucket_empties_fills_and_is_each_caller_s_own() -> None:
    now = 0.0
    rates = Rates(rate=2, burst=3, clock=lambda: now)
    # 3 tokens at once; the fourth comes after 1/2 s, and until then nothing is taken
    assert [rates.take("a") for _ in range(5)] == [0, 0, 0, 0.5, 0.5]
    assert rates.take("b") == 0
    now = 0.5
    assert [rates.take("a") for _ in range(2)] == [0, 0.5]
    now = 100
    assert [rates.take("a") for _ in range(4)] == [0, 0, 0, 0.5]


def test_buckets_do_not_pile_up() -> None:
    rates = Rates(rate=1, burst=1, clock=lambda: 0.0)
    assert rates.take("first") == 0
    for i in range(MOST_BUCKETS):
        rates.take(str(i))
    assert rates.take("first") == 0  # forgotten, so it begins with a full bucket
    assert rates.take(str(MOST_BUCKETS - 1)) > 0


def test_who_calls_too_often_is_told_when_to_come_back(serve: Serve) -> None:
    served = serve(rate=0.001, burst=2)
    one, other = served.key(), served.key()
    for _ in range(2):
        assert served.http.get("/v1/plans", headers=one).status_code == 200
    answer = served.http.get("/v1/plans", headers=one)
    problem(answer, 429, "too_many")
    # one token in 1,000 s, less what has passed since the last request
    assert 900 < int(answer.headers["retry-after"]) <= 1000
    assert served.http.get("/v1/plans", headers=other).status_code == 200
    assert served.http.get("/health/live").status_code == 200


def test_guessing_keys_counts_for_the_address(serve: Serve) -> None:
    served = serve(rate=0.001, burst=2)
    served.key()
    statuses = [
        served.http.get("/v1/plans", headers={"Authorization": f"Bearer mk_{i:043}"}).status_code for i in range(3)
    ]
    assert statuses == [401, 401, 429]
