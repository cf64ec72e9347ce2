"""Questions about a batch and a plan that are answered at once."""

import threading
from typing import Any

import pytest

from matcher.service.http import answers
from matcher.service.http.described import EXAMPLE_BATCH, EXAMPLE_EVENTS, EXAMPLE_PLAN
from tests.service.http.conftest import Serve, Served, problem

BOTH = {"batch": EXAMPLE_BATCH, "plan": EXAMPLE_PLAN}
EMPTY = {"batch": EXAMPLE_BATCH, "plan": {**EXAMPLE_PLAN, "visits": []}}


def test_a_plan_is_judged(served: Served) -> None:
    late = {**EXAMPLE_PLAN, "visits": [{**EXAMPLE_PLAN["visits"][0], "start": "2026-07-21T11:00:00+08:00"}]}
    assert served.http.post("/v1/check", json=BOTH).json()["valid"] is True
    report = served.http.post("/v1/check", json={**BOTH, "plan": late}).json()
    # the window ends at 10:00
    assert [violation["code"] for violation in report["violations"]] == ["window"]


def test_people_are_recommended_for_a_request_and_requests_for_a_volunteer(served: Served) -> None:
    for asked in ({"request": "r00001"}, {"volunteer": "v00001"}):
        answer = served.http.post("/v1/recommendations", json={**EMPTY, **asked})
        (advice,) = answer.json()["advice"]
        assert [(visit["request"], visit["volunteer"]) for visit in advice["visits"]] == [("r00001", "v00001")]


@pytest.mark.parametrize("asked", [{}, {"request": "r00001", "volunteer": "v00001"}])
def test_a_recommendation_is_for_one_of_the_two(served: Served, asked: dict[str, str]) -> None:
    answer = served.http.post("/v1/recommendations", json={**BOTH, **asked})
    assert problem(answer, 422, "bad_input")["errors"][0]["code"] == "one_of"


def test_a_decline_is_planned_anew(served: Served) -> None:
    answer = served.http.post("/v1/redispatch", json={**BOTH, "events": EXAMPLE_EVENTS})
    found = answer.json()
    # the only one who could go has declined
    assert found["plan"]["visits"] == []
    (churn,) = found["churn"]
    assert (churn["change"]["before"], churn["change"]["after"]) == ("v00001", None)
    assert found["batch"]["requests"][0]["excluded"] == ["v00001"]


def test_a_full_request_and_a_volunteer_who_goes_are_explained(served: Served) -> None:
    request = served.http.post("/v1/explanations", json={**BOTH, "request": "r00001"}).json()
    assert (request["state"], request["gaps"]) == ("served", [])
    volunteer = served.http.post("/v1/explanations", json={**BOTH, "request": "r00001", "volunteer": "v00001"}).json()
    assert volunteer["serves"] is True


@pytest.mark.parametrize(
    ("path", "asked"),
    [
        ("recommendations", {"request": "r00001"}),
        ("redispatch", {"events": EXAMPLE_EVENTS}),
        ("explanations", {"request": "r00001"}),
    ],
)
@pytest.mark.parametrize("change", [{"volunteer": "v99999"}, {"request": "r99999"}, {"role": "厨师"}])
def test_a_plan_of_something_else_is_refused(
    served: Served, path: str, asked: dict[str, Any], change: dict[str, str]
) -> None:
    plan = {**EXAMPLE_PLAN, "visits": [{**EXAMPLE_PLAN["visits"][0], **change}]}
    found = problem(served.http.post(f"/v1/{path}", json={**BOTH, "plan": plan, **asked}), 422, "bad_input")
    assert {error["pointer"] for error in found["errors"]} == {"/plan"}


def test_unknown_ids_that_are_asked_for_are_refused(served: Served) -> None:
    for asked in ({"request": "r99999"}, {"request": "r00001", "volunteer": "v99999"}):
        found = problem(served.http.post("/v1/explanations", json={**BOTH, **asked}), 422, "bad_input")
        assert found["errors"][0]["code"] == "unknown_id"


def test_an_answer_that_takes_too_long_is_not_waited_for(serve: Serve, monkeypatch: pytest.MonkeyPatch) -> None:
    over = threading.Event()
    monkeypatch.setattr(answers, "_check", lambda data: over.wait(60))
    answer = serve(answer_seconds=0.01).http.post("/v1/check", json=BOTH)
    over.set()
    problem(answer, 503, "unavailable")
