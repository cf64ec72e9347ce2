"""Scenarios over HTTP: submitted, followed, stopped, listed, told as a page. What a worker does is done here."""

import json
import threading
from typing import Any

import pytest

from matcher.service.access.phones import new_phone_key
from matcher.service.http.described import EXAMPLE_BATCH, EXAMPLE_SCENARIO, EXAMPLE_SCENARIOS
from matcher.service.jobs.child import Task
from matcher.service.jobs.comparing import comparison
from scenarios.scenario import ready
from tests.service.http.conftest import Serve, Served, problem
from tests.service.http.test_plans import ADDRESS, PHONE, with_people

SURGE = f"""
schema = "matcher.scenario/1"
id = "surge"
zh = "突发，问 {PHONE}"

[[edits]]
kind = "surge"
count = 2
title = "转移群众，问 {PHONE}"
"""
RESULT = {"progress": {"done": 1, "of": 1}, "comparison": {"rows": []}, "pages": {"zh": "页", "en": "page"}}


def submitted(served: Served, scenarios: Any = ({"id": "no-shows"},), **body: Any) -> str:
    """The id of a new comparison, of the example's batch if no other is named."""
    named = {"batch": EXAMPLE_BATCH} if "plan" not in body else {}
    answer = served.http.post("/v1/scenarios", json={**named, "scenarios": scenarios, **body})
    assert answer.status_code == 202, answer.text
    assert answer.headers["location"] == f"/v1/scenarios/{answer.json()['id']}"
    return str(answer.json()["id"])


def compared(served: Served, id: str) -> list[str]:
    """Compares what was submitted, and returns the payload and the result that the job keeps."""
    payload = served.services.jobs.payload(id)
    result = comparison(payload, Task(60, 10_000, threading.Event(), lambda told: None)).decode()
    served.solved(id, result)
    return [payload.decode(), result]


def refused(served: Served, **body: Any) -> set[tuple[str, str]]:
    found = problem(served.http.post("/v1/scenarios", json=body), 422, "bad_input")
    return {(error["pointer"], error["code"]) for error in found["errors"]}


def test_scenarios_are_compared_with_the_batch_as_it_is(serve: Serve) -> None:
    served = serve(phone_key=new_phone_key())
    wanted = [{"id": "no-shows", "values": {"rate": 1.0}}, {"id": "no-shows", "values": {"rate": 1.0}}, {"toml": SURGE}]
    id = submitted(served, wanted, batch=with_people())
    problem(served.http.get(f"/v1/scenarios/{id}/report"), 409, "not_yet")
    kept = compared(served, id)
    assert [words for words in (PHONE, ADDRESS, '"people":') if words in kept[0] or words in kept[1]] == []
    state = served.http.get(f"/v1/scenarios/{id}").json()
    assert (state["state"], state["progress"]) == ("done", {"done": 4, "of": 4})
    rows = state["comparison"]["rows"]
    assert [row["name"] for row in rows] == ["baseline", "no-shows rate=1.0", "no-shows rate=1.0 (2)", "surge"]
    assert [row["figures"][4]["mean"] for row in rows[:3]] == [1, 0, 0]  # places filled
    assert (rows[3]["asked"]["urgent"], rows[3]["zh"]) == (2, "突发，问 138****0001")
    for lang, title in (("zh", "三成志愿者来不了 rate=1.0 (2)"), ("en", "30 % no-shows rate=1.0 (2)")):
        page = served.http.get(f"/v1/scenarios/{id}/report", params={"lang": lang})
        assert page.headers["content-type"] == "text/html; charset=utf-8"
        assert "attachment" in page.headers["content-disposition"]
        assert (title in page.text, PHONE in page.text) == (True, False)


def test_progress_is_told_and_kinds_of_jobs_are_kept_apart(served: Served) -> None:
    id, plan = submitted(served, samples=2), served.plan(EXAMPLE_BATCH)
    job = served.services.jobs.claim()
    assert job
    served.services.jobs.heartbeat(id, job.attempt, {"done": 1, "of": 3})
    state = served.http.get(f"/v1/scenarios/{id}").json()
    assert (state["state"], state["progress"], state["comparison"]) == ("running", {"done": 1, "of": 3}, None)
    problem(served.http.get(f"/v1/plans/{id}"), 404, "not_found")
    for path in ("", "/report"):
        problem(served.http.get(f"/v1/scenarios/{plan}{path}"), 404, "not_found")
    assert [each["id"] for each in served.http.get("/v1/plans").json()["plans"]] == [plan]


def test_the_batch_of_a_plan_is_taken(served: Served) -> None:
    plan = served.plan(with_people())
    payload = json.loads(served.services.jobs.payload(submitted(served, plan=plan)))
    assert payload["batch"] == json.loads(served.services.jobs.payload(plan))["batch"]
    nowhere = {"plan": "job-none", "scenarios": EXAMPLE_SCENARIOS}
    problem(served.http.post("/v1/scenarios", json=nowhere), 404, "not_found")
    both = {"batch": EXAMPLE_BATCH, "plan": plan}
    assert [refused(served, scenarios=EXAMPLE_SCENARIOS, **given) for given in (both, {})] == [{("", "one_of")}] * 2


def test_all_that_is_wrong_comes_back_at_once_with_its_place(served: Served) -> None:
    wrong = [
        {"id": "no-show"},
        {"toml": "id = ["},
        {"toml": "x=" + "[" * 5_000},
        {"toml": "x=" + "9" * 5_000},
        {"id": "no-shows", "values": {"rat": 1, "rate": 9}},
        {},
        {"toml": EXAMPLE_SCENARIO.replace("10", "-1")},
        {"id": "../scenario"},
    ]
    batch = {**EXAMPLE_BATCH, "volunteers": [{**EXAMPLE_BATCH["volunteers"][0], "site": "t99"}]}
    assert refused(served, scenarios=wrong, batch=batch, samples=0, seed="x") == {
        ("/batch/volunteers/0/site", "unknown_id"),
        ("/scenarios/0/id", "unknown_name"),
        ("/scenarios/1/toml", "bad_toml"),
        ("/scenarios/2/toml", "bad_toml"),
        ("/scenarios/3/toml", "bad_toml"),
        ("/scenarios/4/values/rat", "unknown_field"),
        ("/scenarios/4/values", "out_of_range"),
        ("/scenarios/5", "one_of"),
        ("/scenarios/6/toml/edits/0/count", "out_of_range"),
        ("/scenarios/7/id", "unknown_name"),
        ("/samples", "out_of_range"),
        ("/seed", "wrong_type"),
    }
    shapes = {("/scenarios/0/values/rate", "invalid"), ("/scenarios/1", "wrong_type")}
    assert refused(served, scenarios=[{"id": "no-shows", "values": {"rate": None}}, 3], batch=EXAMPLE_BATCH) == shapes


def test_the_nearest_name_is_told(served: Served) -> None:
    answer = served.http.post("/v1/scenarios", json={"batch": EXAMPLE_BATCH, "scenarios": [{"id": "flood"}]})
    assert "flood-day" in problem(answer, 422, "bad_input")["errors"][0]["zh"]


def test_more_plans_or_time_than_the_service_gives_are_refused(serve: Serve) -> None:
    served = serve(scenarios=4, solve_seconds=10)
    many = [{"id": "no-shows"}] * 2
    assert refused(served, batch=EXAMPLE_BATCH, scenarios=many * 3) == {("/scenarios", "too_long")}
    assert refused(served, batch=EXAMPLE_BATCH, scenarios=many, samples=3, seconds=2) == {
        ("/samples", "out_of_range"),
        ("/seconds", "out_of_range"),
    }
    submitted(served, many, samples=2, seconds=2)


def test_what_is_queued_is_cancelled_and_what_runs_is_asked_to_stop(served: Served) -> None:
    id = submitted(served)
    first, second = (served.http.delete(f"/v1/scenarios/{id}") for _ in range(2))
    assert [(each.status_code, each.json()["state"]) for each in (first, second)] == [
        (202, "cancelled"),
        (200, "cancelled"),
    ]
    id = submitted(served)
    job = served.services.jobs.claim()
    assert job
    assert served.http.delete(f"/v1/scenarios/{id}").status_code == 202
    assert served.services.jobs.heartbeat(id, job.attempt, None) == "cancel"


def test_comparisons_are_listed_newest_first_page_by_page(served: Served) -> None:
    ids = [submitted(served) for _ in range(3)]
    for id in ids:
        served.solved(id, json.dumps(RESULT))
    first = served.http.get("/v1/scenarios", params={"limit": 2}).json()
    rest = served.http.get("/v1/scenarios", params={"limit": 2, "after": first["after"]}).json()
    assert [each["id"] for page in (first, rest) for each in page["scenarios"]] == ids[::-1]
    assert rest["after"] is None


def test_the_same_key_compares_once(served: Served) -> None:
    body = {"batch": EXAMPLE_BATCH, "scenarios": EXAMPLE_SCENARIOS}
    first, again = (served.http.post("/v1/scenarios", json=body, headers={"Idempotency-Key": "once"}) for _ in range(2))
    assert (again.content, again.headers["location"]) == (first.content, first.headers["location"])


@pytest.mark.parametrize("elsewhere", [False, True])
def test_the_library_has_every_ready_scenario(
    served: Served, monkeypatch: pytest.MonkeyPatch, tmp_path: Any, elsewhere: bool
) -> None:
    """A file of such a name where the service runs is not taken."""
    if elsewhere:
        (tmp_path / "no-shows").write_text(SURGE, encoding="utf-8")
        monkeypatch.chdir(tmp_path)
    found = {each["id"]: each for each in served.http.get("/v1/scenarios/library").json()["scenarios"]}
    assert list(found) == ready()
    expected = {"id": "no-shows", "zh": "三成志愿者来不了", "en": "30 % no-shows", "parameters": {"rate": 0.3}}
    assert found["no-shows"] == expected
