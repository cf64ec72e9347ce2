"""Idempotency-Key: one plan for a caller, a key and a body, however often it is sent."""

import copy
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from matcher.service.http.described import EXAMPLE_BATCH
from matcher.service.http.once import KEPT, UNDER_WAY, Answer, Claim, Once
from matcher.service.jobs.queue import Job, Jobs
from tests.service.http.conftest import Served, problem

KEY = {"Idempotency-Key": "k-1"}


def ids(served: Served) -> set[str]:
    return {plan["id"] for plan in served.http.get("/v1/plans").json()["plans"]}


def test_the_same_key_and_body_give_the_first_answer_again(served: Served) -> None:
    first, again = (served.http.post("/v1/plans", json=EXAMPLE_BATCH, headers=KEY) for _ in range(2))
    assert again.status_code == first.status_code == 202
    assert again.content == first.content
    assert again.headers["location"] == first.headers["location"]
    assert again.headers["idempotent-replay"] == "true"
    assert ids(served) == {first.json()["id"]}


def test_another_body_under_the_same_key_is_refused(served: Served) -> None:
    served.http.post("/v1/plans", json=EXAMPLE_BATCH, headers=KEY)
    other = {**EXAMPLE_BATCH, "id": "2026-07-22"}
    problem(served.http.post("/v1/plans", json=other, headers=KEY), 422, "other_body")
    assert len(ids(served)) == 1


def test_keys_are_each_caller_s_own(served: Served) -> None:
    one, other = served.key(), served.key()
    answers = [served.http.post("/v1/plans", json=EXAMPLE_BATCH, headers={**KEY, **who}) for who in (one, other, one)]
    first, second, third = [answer.json()["id"] for answer in answers]
    assert first == third != second


def test_many_sendings_of_few_keys_make_few_plans(served: Served) -> None:
    for i in range(30):
        headers = {"Idempotency-Key": f"k-{i % 5}"}
        assert served.http.post("/v1/plans", json=EXAMPLE_BATCH, headers=headers).status_code == 202
    assert len(ids(served)) == 5


def test_what_was_refused_leaves_the_key_free(served: Served) -> None:
    wrong = copy.deepcopy(EXAMPLE_BATCH)
    wrong["requests"][0]["minutes"] = -1
    problem(served.http.post("/v1/plans", json=wrong, headers=KEY), 422, "bad_input")
    assert served.http.post("/v1/plans", json=EXAMPLE_BATCH, headers=KEY).status_code == 202


def test_what_failed_leaves_the_key_free(served: Served, monkeypatch: pytest.MonkeyPatch) -> None:
    def broken(*_: Any, **__: Any) -> None:
        raise ZeroDivisionError

    with monkeypatch.context() as patch:
        patch.setattr(Jobs, "submit", broken)
        problem(served.http.post("/v1/plans", json=EXAMPLE_BATCH, headers=KEY), 500, "internal")
    assert served.http.post("/v1/plans", json=EXAMPLE_BATCH, headers=KEY).status_code == 202


@pytest.mark.parametrize("key", ["", "a b", "中文", "x" * 201])
def test_a_key_that_is_none_is_refused(served: Served, key: str) -> None:
    answer = served.http.post("/v1/plans", json=EXAMPLE_BATCH, headers={b"Idempotency-Key": key.encode()})
    assert problem(answer, 422, "bad_input")["errors"][0]["pointer"] == "/header/Idempotency-Key"


def test_a_request_under_way_is_waited_for_a_lost_one_made_again_an_old_one_forgotten(served: Served) -> None:
    now = datetime(2026, 7, 21, tzinfo=UTC)
    once = Once(served.services.store, lambda: now)
    first = once.begin("", "k-1", b"body")
    assert isinstance(first, Claim)
    now += UNDER_WAY
    with pytest.raises(Exception, match="under way"):
        once.begin("", "k-1", b"body")
    now += timedelta(microseconds=1)
    second = once.begin("", "k-1", b"body")
    assert isinstance(second, Claim)
    once.keep(second, Answer(202, {}, b"second"))
    once.forget(first)  # the one that was lost comes to itself, and changes nothing
    once.keep(first, Answer(202, {}, b"first"))
    assert once.begin("", "k-1", b"body") == Answer(202, {}, b"second")
    now += KEPT + timedelta(seconds=1)
    assert isinstance(once.begin("", "k-1", b"body"), Claim)


def test_the_same_request_under_way_is_told_so(served: Served, monkeypatch: pytest.MonkeyPatch) -> None:
    submit = Jobs.submit
    answers = []

    def meanwhile(jobs: Jobs, *args: Any, **given: Any) -> Job:
        monkeypatch.setattr(Jobs, "submit", submit)
        answers.append(served.http.post("/v1/plans", json=EXAMPLE_BATCH, headers=KEY))
        return submit(jobs, *args, **given)

    monkeypatch.setattr(Jobs, "submit", meanwhile)
    assert served.http.post("/v1/plans", json=EXAMPLE_BATCH, headers=KEY).status_code == 202
    problem(answers[0], 409, "in_flight")
    assert answers[0].headers["retry-after"] == "1"
    assert len(ids(served)) == 1


def test_the_same_request_at_the_same_time_is_made_once(served: Served) -> None:
    def send(_: int) -> int:
        return int(served.http.post("/v1/plans", json=EXAMPLE_BATCH, headers=KEY).status_code)

    with ThreadPoolExecutor(8) as senders:
        statuses = set(senders.map(send, range(16)))
    assert statuses <= {202, 409}
    assert len(ids(served)) == 1
