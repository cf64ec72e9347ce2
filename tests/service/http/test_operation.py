"""Health, metrics, and the description of the API."""

import json
import shutil
import time
from collections import namedtuple
from typing import Any

import pytest

from matcher import read_batch
from matcher.reading import read_events, read_plan
from matcher.service.access.caller import LOCAL
from matcher.service.http.described import EXAMPLE_BATCH, EXAMPLE_EVENTS, EXAMPLE_PLAN
from matcher.service.http.wire import Health
from tests.service.http.conftest import Serve, Served

Usage = namedtuple("Usage", "total used free")


def test_a_service_that_can_work_says_so(served: Served) -> None:
    assert served.http.get("/health/live").text == "ok"
    health = Health.model_validate(served.http.get("/health/ready").json())
    assert health.ready
    assert set(health.checks) == {"database", "workers", "disk"}


def test_a_full_disk_is_seen(served: Served, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(shutil, "disk_usage", lambda path: Usage(2**40, 2**40, 99 * 2**20))
    answer = served.http.get("/health/ready")
    assert answer.status_code == 503
    assert [name for name, check in answer.json()["checks"].items() if not check["ok"]] == ["disk"]


def test_a_database_that_is_gone_is_seen(served: Served) -> None:
    file = served.services.store.file
    assert file
    served.services.store.close()
    for path in file.parent.glob(f"{file.name}*"):
        path.unlink()
    answer = served.http.get("/health/ready")
    assert (answer.status_code, answer.json()["checks"]["database"]["ok"]) == (503, False)
    assert served.http.get("/health/live").status_code == 200


def test_a_service_that_stops_is_not_ready_and_gives_its_job_back(serve: Serve) -> None:
    served = serve(solvers=1)
    assert served.http.get("/health/ready").status_code == 200
    id = served.plan(EXAMPLE_BATCH)
    while served.services.jobs.get(id).state == "queued":  # type: ignore[union-attr]
        time.sleep(0.05)
    served.http.__exit__(None, None, None)
    job = served.services.jobs.get(id)
    assert job
    assert job.state == "queued"
    assert served.http.get("/health/ready").json()["checks"]["workers"]["ok"] is False


def test_metrics_count_answers_by_route_and_jobs_by_state(served: Served) -> None:
    served.plan(EXAMPLE_BATCH)
    served.http.get("/v1/plans/13800000001")
    text = served.http.get("/metrics").text
    assert 'matcher_requests_total{method="POST",route="/v1/plans",status="202"} 1.0' in text
    assert 'matcher_requests_total{method="GET",route="/v1/plans/{id}",status="404"} 1.0' in text
    assert 'matcher_jobs{state="queued"} 1.0' in text
    assert "13800000001" not in text


def test_the_audit_is_read_in_pages(served: Served) -> None:
    for number in range(3):
        served.services.audit.note(LOCAL, "phone.read", f"order-{number}", 2)
    page = served.http.get("/v1/audit", params={"limit": 2}).json()
    assert [(line["number"], line["action"], line["subject"], line["count"]) for line in page["entries"]] == [
        (1, "phone.read", "order-0", 2),
        (2, "phone.read", "order-1", 2),
    ]
    rest = served.http.get("/v1/audit", params={"after": page["after"]}).json()
    assert ([line["subject"] for line in rest["entries"]], rest["after"]) == (["order-2"], 3)
    assert served.http.get("/v1/audit", params={"after": 3}).json() == {"entries": [], "after": 3}


def refs(node: Any) -> list[str]:
    """Every reference in a description."""
    if isinstance(node, dict):
        return (
            [node["$ref"]] if isinstance(node.get("$ref"), str) else [r for value in node.values() for r in refs(value)]
        )
    return [r for entry in node for r in refs(entry)] if isinstance(node, list) else []


def test_the_description_is_whole(served: Served) -> None:
    description = served.http.get("/openapi.json").json()
    components = description["components"]["schemas"]
    assert {ref.removeprefix("#/components/schemas/") for ref in refs(description)} <= set(components)
    for path, methods in description["paths"].items():
        for method, said in methods.items():
            assert said["summary"], (method, path)
            if path.startswith("/v1"):
                assert {"401", "403", "422", "429", "500", "503"} <= set(said["responses"]), (method, path)


def test_the_examples_are_right() -> None:
    batch = read_batch(json.dumps(EXAMPLE_BATCH))
    assert read_plan(json.dumps(EXAMPLE_PLAN)).batch == batch.id
    assert len(read_events(json.dumps(EXAMPLE_EVENTS)).events) == 1


def test_nothing_calls_out_to_another_host(served: Served) -> None:
    assert served.http.get("/docs").status_code == 404
    assert served.http.get("/redoc").status_code == 404
