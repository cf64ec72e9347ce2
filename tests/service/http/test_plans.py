"""Plans over HTTP: submitted, followed, stopped, listed, downloaded."""

import copy
import io
import json
import time
import zipfile
from typing import Any

import pytest

from matcher import check, read_batch, read_plan
from matcher.service.access.caller import LOCAL
from matcher.service.access.phones import new_phone_key
from matcher.service.http.described import EXAMPLE_BATCH
from tests.service.http.conftest import Serve, Served, problem

PHONE = "13800000001"
ADDRESS = "老隆镇一村 12 号"


def with_people() -> dict[str, Any]:
    """The example, with whom to call and where to go."""
    batch = copy.deepcopy(EXAMPLE_BATCH)
    batch["volunteers"][0]["phone"] = PHONE
    batch["requests"][0] |= {"contact": {"name": "r00001", "phone": PHONE}, "address": ADDRESS, "note": f"打 {PHONE}"}
    return batch


def test_a_batch_is_accepted_solved_and_its_plan_valid(serve: Serve) -> None:
    served = serve(solvers=1)
    answer = served.http.post("/v1/plans", json=EXAMPLE_BATCH)
    assert answer.status_code == 202
    assert answer.headers["location"] == f"/v1/plans/{answer.json()['id']}"
    while (state := served.http.get(answer.headers["location"]).json())["state"] in ("queued", "running"):
        time.sleep(0.1)
    assert state["state"] == "done"
    plan = read_plan(json.dumps(state["plan"]))
    assert plan.status == "optimal"
    assert [visit.volunteer for visit in plan.visits] == ["v00001"]
    assert check(read_batch(json.dumps(EXAMPLE_BATCH)), plan).valid


def test_progress_shows_value_bound_and_gap(served: Served) -> None:
    id = served.plan(EXAMPLE_BATCH)
    job = served.services.jobs.claim()
    assert job
    told = {"stage": "tier 1", "values": [1.0, -5.0], "bounds": [1.0, None], "gap": None, "seconds": 0.5}
    served.services.jobs.heartbeat(id, job.attempt, told)
    state = served.http.get(f"/v1/plans/{id}").json()
    assert state["state"] == "running"
    assert state["progress"] == {**told, "work": 0}
    assert state["plan"] is None


def test_all_problems_of_a_batch_come_back_at_once_with_their_pointers(served: Served) -> None:
    batch = copy.deepcopy(EXAMPLE_BATCH)
    batch["volunteers"][0]["site"] = "t99"
    batch["requests"][0]["minutes"] = -1
    bare = problem(served.http.post("/v1/plans", json=batch), 422, "bad_input")
    assert {(e["pointer"], e["code"]) for e in bare["errors"]} == {
        ("/volunteers/0/site", "unknown_id"),
        ("/requests/0/minutes", "out_of_range"),
    }
    assert bare["total"] == 2
    inside = problem(served.http.post("/v1/plans", json={"batch": batch, "gap": -1, "sead": 1}), 422, "bad_input")
    assert {(e["pointer"], e["code"]) for e in inside["errors"]} == {
        ("/batch/volunteers/0/site", "unknown_id"),
        ("/batch/requests/0/minutes", "out_of_range"),
        ("/gap", "out_of_range"),
        ("/sead", "unknown_field"),
    }


def test_at_most_a_hundred_problems_are_listed(served: Served) -> None:
    batch = copy.deepcopy(EXAMPLE_BATCH)
    batch["volunteers"] = [{**batch["volunteers"][0], "id": f"v{i:05}", "site": "t99"} for i in range(120)]
    found = problem(served.http.post("/v1/plans", json=batch), 422, "bad_input")
    assert (len(found["errors"]), found["total"]) == (100, 120)


def test_a_time_above_the_service_s_is_refused(serve: Serve) -> None:
    answer = serve(solve_seconds=10).http.post("/v1/plans", json={"batch": EXAMPLE_BATCH, "seconds": 11})
    assert problem(answer, 422, "bad_input")["errors"][0]["pointer"] == "/seconds"


def test_a_queued_plan_is_cancelled_and_one_that_is_over_stays(served: Served) -> None:
    id = served.plan(EXAMPLE_BATCH)
    first, second = (served.http.delete(f"/v1/plans/{id}") for _ in range(2))
    assert (first.status_code, first.json()["state"]) == (202, "cancelled")
    assert (second.status_code, second.json()["state"]) == (200, "cancelled")


def test_a_running_plan_is_asked_to_stop(served: Served) -> None:
    id = served.plan(EXAMPLE_BATCH)
    job = served.services.jobs.claim()
    assert job
    assert served.http.delete(f"/v1/plans/{id}").status_code == 202
    assert served.services.jobs.heartbeat(id, job.attempt, None) == "cancel"


def test_plans_are_listed_newest_first_page_by_page(served: Served) -> None:
    ids = [served.plan(EXAMPLE_BATCH) for _ in range(5)]
    seen, after = [], None
    while True:
        page = served.http.get("/v1/plans", params={"limit": 2, **({"after": after} if after else {})}).json()
        seen.append([plan["id"] for plan in page["plans"]])
        after = page["after"]
        if after is None:
            break
    assert seen == [ids[4:2:-1], ids[2:0:-1], ids[:1]]


ZIPPED = {"xlsx": "xl/workbook.xml", "csv": "visits.csv", "ics": "v00001_"}


@pytest.mark.parametrize("format", ["json", "xlsx", "csv", "geojson", "ics", "map"])
def test_a_plan_is_downloaded_in_every_format(served: Served, plan_text: str, format: str) -> None:
    id = served.plan(EXAMPLE_BATCH)
    problem(served.http.get(f"/v1/plans/{id}/plan"), 409, "not_yet")
    served.solved(id, plan_text)
    answer = served.http.get(f"/v1/plans/{id}/plan", params={"format": format})
    assert answer.status_code == 200
    assert "attachment" in answer.headers["content-disposition"]
    if format in ZIPPED:
        names = zipfile.ZipFile(io.BytesIO(answer.content)).namelist()
        assert [name for name in names if name.startswith(ZIPPED[format])]
    else:
        assert "v00001" in answer.text


def visits_csv(content: bytes) -> str:
    """The visits of a CSV download."""
    return zipfile.ZipFile(io.BytesIO(content)).read("visits.csv").decode("utf-8-sig")


def test_phones_are_sealed_at_rest_handed_out_on_request_and_that_is_noted(serve: Serve, plan_text: str) -> None:
    served = serve(phone_key=new_phone_key())
    id = served.plan(with_people())
    payload = served.services.jobs.payload(id)
    assert PHONE.encode() not in payload
    assert ADDRESS.encode() not in payload
    served.solved(id, plan_text)
    csv = {"format": "csv"}
    masked = visits_csv(served.http.get(f"/v1/plans/{id}/plan", params=csv).content)
    assert PHONE not in masked
    assert "138****0001" in masked
    assert served.services.audit.page(LOCAL) == []
    full = visits_csv(served.http.get(f"/v1/plans/{id}/plan", params={**csv, "phones": True}).content)
    assert PHONE in full
    assert ADDRESS in full
    (entry,) = served.services.audit.page(LOCAL)
    assert (entry.action, entry.subject) == ("phone.read", id)


def test_without_a_key_for_phones_none_is_kept(served: Served, plan_text: str) -> None:
    id = served.plan(with_people())
    assert PHONE.encode() not in served.services.jobs.payload(id)
    served.solved(id, plan_text)
    found = problem(served.http.get(f"/v1/plans/{id}/plan?format=csv&phones=true"), 422, "bad_input")
    assert "MATCHER_PHONE_KEY" in found["zh"]
    assert served.http.get(f"/v1/plans/{id}/plan?format=csv").status_code == 200


def test_a_plan_of_another_job_s_kind_is_no_plan(served: Served) -> None:
    id = served.services.jobs.submit("other", b"{}", site=None, key=None).id
    problem(served.http.get(f"/v1/plans/{id}"), 404, "not_found")
    assert served.http.get("/v1/plans").json()["plans"] == []
