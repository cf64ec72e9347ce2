"""Questions about a plan that the service has, and the plan after events, which it keeps too."""

import copy
import json
from typing import Any

import pytest

from matcher import check, read_batch, read_plan
from matcher.service.access.phones import new_phone_key
from matcher.service.http.described import EXAMPLE_BATCH, EXAMPLE_EVENTS, EXAMPLE_PLAN
from tests.service.http.conftest import Serve, Served, problem
from tests.service.http.test_answers import FAKE
from tests.service.http.test_plans import ADDRESS, PHONE, visits_csv, with_people

QUESTIONS = [
    ("explanations", {"request": "r00001"}),
    ("explanations", {"request": "r00001", "volunteer": "v00001"}),
    ("recommendations", {"request": "r00001"}),
    ("redispatch", {"events": EXAMPLE_EVENTS}),
]


def stored(served: Served, batch: Any = EXAMPLE_BATCH, **change: Any) -> str:
    """The id of a plan that is there: the example's, but for a change."""
    id = served.plan(batch)
    served.solved(id, json.dumps({**EXAMPLE_PLAN, **change}))
    return id


def of_three() -> dict[str, Any]:
    """The example with three volunteers, alike but for their names, in which a phone stands."""
    batch = copy.deepcopy(EXAMPLE_BATCH)
    (one,) = batch["volunteers"]
    batch["volunteers"] = [{**one, "id": f"v0000{i}", "name": f"{i} 号 {PHONE}"} for i in (1, 2, 3)]
    return batch


def ask(served: Served, id: str, question: str, body: Any, **also: Any) -> Any:
    return served.http.post(f"/v1/plans/{id}/{question}", json=body, **also)


def said(answer: Any) -> Any:
    """An answer without what only one of the two routes tells, and without the new plan's seconds."""
    return {name: value for name, value in answer.items() if name not in ("id", "people", "batch", "plan")}


@pytest.mark.parametrize(("question", "body"), QUESTIONS)
def test_the_answer_is_that_of_batch_and_plan_in_the_body(served: Served, question: str, body: Any) -> None:
    answer = ask(served, stored(served), question, body)
    assert answer.status_code == (201 if question == "redispatch" else 200), answer.text
    whole = served.http.post(f"/v1/{question}", json={"batch": EXAMPLE_BATCH, "plan": EXAMPLE_PLAN, **body}).json()
    assert said(answer.json()) == said(whole)


@pytest.mark.parametrize(("question", "body"), QUESTIONS)
def test_nothing_is_said_of_a_plan_that_is_not_there(served: Served, question: str, body: Any) -> None:
    problem(ask(served, "job-none", question, body), 404, "not_found")
    problem(ask(served, served.plan(EXAMPLE_BATCH), question, body), 409, "not_yet")


@pytest.mark.parametrize(("question", "body"), QUESTIONS)
def test_batch_and_plan_are_not_taken(served: Served, question: str, body: Any) -> None:
    answer = ask(served, stored(served), question, {**body, "plan": EXAMPLE_PLAN})
    assert [error["pointer"] for error in problem(answer, 422, "bad_input")["errors"]] == ["/plan"]


def test_who_is_recommended_is_named_as_the_batch_names_them(served: Served) -> None:
    id = stored(served, of_three(), visits=[])
    found = ask(served, id, "recommendations", {"request": "r00001", "count": 2}).json()
    ids = {visit["volunteer"] for advice in found["advice"] for visit in advice["visits"]}
    assert len(ids) == 2
    everybody = served.http.get(f"/v1/plans/{id}/batch").json()["volunteers"]
    assert found["people"] == [{"id": v["id"], "name": v["name"]} for v in everybody if v["id"] in ids]
    assert PHONE not in str(found)


@pytest.mark.parametrize("fixed", [{}, {"pins": [EXAMPLE_PLAN["visits"][0]]}])
def test_somebody_else_is_recommended_in_the_place_of_one_who_cannot_come(served: Served, fixed: Any) -> None:
    """Also of one whose visit is fixed; two of the three are left."""
    id = stored(served, {**of_three(), **fixed})
    body = {"request": "r00001", "instead": "v00001", "count": 2}
    advice = ask(served, id, "recommendations", body).json()["advice"]
    assert {visit["volunteer"] for each in advice for visit in each["visits"]} == {"v00002", "v00003"}
    # with the plan as it is, no place is empty
    assert ask(served, id, "recommendations", {"request": "r00001"}).json()["advice"] == []


@pytest.mark.parametrize("other", [{"instead": "v00002"}, {"request": None, "volunteer": "v00001"}])
def test_only_of_somebody_whom_the_plan_sends_there(served: Served, other: Any) -> None:
    body = {"request": "r00001", "instead": "v00001", **other}
    found = problem(ask(served, stored(served, of_three()), "recommendations", body), 422, "bad_input")
    assert [(error["pointer"], error["code"]) for error in found["errors"]] == [("/instead", "unknown_id")]


def test_the_plan_after_events_is_kept_with_its_batch(serve: Serve) -> None:
    served = serve(phone_key=new_phone_key())
    batch = with_people()
    batch["volunteers"].append({**batch["volunteers"][0], "id": "v00002"})
    first = stored(served, batch)
    answer = ask(served, first, "redispatch", {"events": EXAMPLE_EVENTS})
    found = answer.json()
    id = found["id"]
    assert answer.headers["location"] == f"/v1/plans/{id}"
    # whoever declined and whoever goes instead
    assert [each["id"] for each in found["people"]] == ["v00001", "v00002"]
    assert "batch" not in found
    state = served.http.get(f"/v1/plans/{id}").json()
    assert (state["state"], state["plan"]) == ("done", found["plan"])
    after = served.http.get(f"/v1/plans/{id}/batch").json()
    assert after["requests"][0]["excluded"] == ["v00001"]
    assert check(read_batch(json.dumps(after)), read_plan(json.dumps(found["plan"]))).valid
    assert [plan["id"] for plan in served.http.get("/v1/plans").json()["plans"]] == [id, first]
    # phones and addresses go over, sealed
    payload = served.services.jobs.payload(id)
    assert PHONE.encode() not in payload
    assert ADDRESS.encode() not in payload
    full = served.http.get(f"/v1/plans/{id}/plan", params={"format": "csv", "phones": True}).content
    assert PHONE in visits_csv(full)
    # the next events are taken by the new plan
    events = copy.deepcopy(EXAMPLE_EVENTS)
    events["events"][0]["volunteer"] = "v00002"
    assert ask(served, id, "redispatch", {"events": events}).json()["plan"]["visits"] == []


def test_the_plan_after_events_is_its_site_s(serve: Serve) -> None:
    served = serve()
    assert served.http.put("/v1/county", json=EXAMPLE_BATCH).status_code == 200
    county, town = served.key(), served.key("town", "t01")
    first = served.http.post("/v1/plans", json=EXAMPLE_BATCH, headers=town).json()["id"]
    served.solved(first, json.dumps(EXAMPLE_PLAN))
    # the county plans anew; the plan stays the town's
    id = ask(served, first, "redispatch", {"events": EXAMPLE_EVENTS}, headers=county).json()["id"]
    assert served.http.get(f"/v1/plans/{id}", headers=town).json()["site"] == "t01"


def test_the_same_key_plans_anew_once(served: Served) -> None:
    id, key = stored(served), {"Idempotency-Key": "anew"}
    first, second = (ask(served, id, "redispatch", {"events": EXAMPLE_EVENTS}, headers=key) for _ in range(2))
    assert (second.content, second.headers["idempotent-replay"]) == (first.content, "true")
    assert len(served.http.get("/v1/plans").json()["plans"]) == 2


def test_what_took_too_long_is_not_kept(serve: Serve) -> None:
    served = serve(command=FAKE, answer_seconds=0.5)
    problem(ask(served, stored(served), "redispatch", {"events": EXAMPLE_EVENTS}), 503, "unavailable")
    assert len(served.http.get("/v1/plans").json()["plans"]) == 1


def test_a_child_is_given_no_phone(serve: Serve) -> None:
    served = serve(command=FAKE, phone_key=new_phone_key())
    id = stored(served, with_people())
    (given,) = ask(served, id, "explanations", {"request": "r00001"}).json()
    assert json.loads(given)["job"]["people"]  # sealed
    assert (PHONE in given, ADDRESS in given) == (False, False)
