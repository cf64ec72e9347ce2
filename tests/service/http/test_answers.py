"""Questions about a batch and a plan that are answered at once."""

import json
import sys
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import psutil
import pytest

from matcher import check, dispatch, explain, read_batch, read_events, read_plan, recommend, redispatch, to_json
from matcher.demo import county_day
from matcher.service.http import services
from matcher.service.http.described import EXAMPLE_BATCH, EXAMPLE_EVENTS, EXAMPLE_PLAN
from tests.service.http.conftest import Serve, Served, problem
from tests.service.http.fake_questions import MARK
from tests.service.store.databases import until

FAKE = (sys.executable, str(Path(__file__).with_name("fake_questions.py")))

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


def children(command: Any) -> list[psutil.Process]:
    """The children that answer questions in this process, started so."""
    return [child for child in psutil.Process().children() if command[-1] in child.cmdline()]


def test_answers_are_those_of_the_core(served: Served) -> None:
    batch, plan = read_batch(json.dumps(EXAMPLE_BATCH)), read_plan(json.dumps(EMPTY["plan"]))
    found, after = redispatch(batch, plan, read_events(json.dumps(EXAMPLE_EVENTS)))
    asked = {
        "check": ({}, to_json(check(batch, plan))),
        "recommendations": ({"request": "r00001"}, to_json(recommend(batch, plan, request="r00001"))),
        "explanations": ({"request": "r00001"}, to_json(explain(batch, plan, "r00001"))),
        "redispatch": ({"events": EXAMPLE_EVENTS}, f'{{"batch":{to_json(after)},{to_json(found)[1:]}'),
    }
    for path, (more, expected) in asked.items():
        answer = served.http.post(f"/v1/{path}", json={**EMPTY, **more})
        assert timeless(answer.text) == timeless(expected)


def timeless(text: str) -> list[str]:
    """The lines of an answer, but for what depends on the clock."""
    return [line for line in text.splitlines() if '"seconds":' not in line]


def test_an_answer_that_takes_too_long_is_not_waited_for(serve: Serve) -> None:
    http = serve(command=FAKE, answer_seconds=1).http
    until(lambda: len(children(FAKE)) == 1)
    (first,) = children(FAKE)
    problem(http.post("/v1/redispatch", json=BOTH), 503, "unavailable")
    until(lambda: not first.is_running())


def test_a_crash_costs_one_answer(serve: Serve, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(MARK, str(tmp_path / "mark"))
    http = serve(command=FAKE).http
    refused = http.post("/v1/explanations", json=BOTH)
    found = problem(refused, 503, "unavailable")
    assert ("信号 SIGSEGV" in found["zh"], "signal SIGSEGV" in found["en"]) == (True, True)
    assert refused.headers["retry-after"]
    assert http.post("/v1/explanations", json=BOTH).json() == {"answered": True}


def test_what_answers_knows_no_setting_and_no_key(serve: Serve, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("MATCHER_PHONE_KEY", "secret")
    assert serve(command=FAKE, phone_key=None).http.post("/v1/check", json=BOTH).json() == []


@pytest.mark.slow
def test_a_kill_in_the_middle_of_an_explanation_costs_that_alone(serve: Serve) -> None:
    """Of a day whose explanation takes seconds; the child has computed for a tenth of one."""
    batch = county_day(200, 40)
    plan = dispatch(batch, work=20_000)
    asked = {"batch": json.loads(to_json(batch)), "plan": json.loads(to_json(plan))}
    asked["request"] = plan.unserved[0].request
    others = children(services.COMMAND)
    http = serve(command=services.COMMAND).http
    assert http.post("/v1/check", json=BOTH).status_code == 200
    first = min(set(children(services.COMMAND)) - set(others), key=psutil.Process.create_time)
    before = sum(first.cpu_times()[:2])
    with ThreadPoolExecutor() as threads:
        refused = threads.submit(http.post, "/v1/explanations", json=asked)
        until(lambda: sum(first.cpu_times()[:2]) > before + 0.1)
        first.kill()
        found = problem(refused.result(), 503, "unavailable")
    assert ("信号 SIGKILL" in found["zh"], "signal SIGKILL" in found["en"]) == (True, True)
    assert http.post("/v1/explanations", json=asked).status_code == 200
