"""Every refusal is an RFC 9457 problem in both languages, with the id of its request and no trace."""

import json
from typing import Any

import pytest

from matcher.errors import InputError
from matcher.service.http.answers import Nothing
from matcher.service.http.described import EXAMPLE_BATCH
from matcher.service.http.parts import read_parts
from matcher.service.jobs.queue import Jobs
from matcher.service.store.failures import as_unavailable
from tests.service.http.conftest import Serve, Served, problem


@pytest.mark.parametrize(
    ("method", "path", "given", "status", "kind"),
    [
        ("GET", "/v1/nothing", {}, 404, "not_found"),
        ("GET", "/v1/plans/job-0", {}, 404, "not_found"),
        ("PUT", "/v1/plans", {}, 405, "not_allowed"),
        ("POST", "/v1/plans", {"content": b"{}", "headers": {"Content-Type": "text/plain"}}, 415, "wrong_media"),
        ("POST", "/v1/batches/import?date=2026-07-21", {"json": {}}, 415, "wrong_media"),
        ("GET", "/v1/plans?limit=0", {}, 422, "bad_input"),
        ("GET", "/v1/demo?volunteers=x", {}, 422, "bad_input"),
        ("POST", "/v1/plans", {"content": b"{", "headers": {"Content-Type": "application/json"}}, 422, "bad_input"),
    ],
)
def test_refusals(served: Served, method: str, path: str, given: dict[str, Any], status: int, kind: str) -> None:
    problem(served.http.request(method, path, **given), status, kind)


def test_a_wrong_parameter_is_named(served: Served) -> None:
    found = problem(served.http.get("/v1/plans?limit=0"), 422, "bad_input")
    assert found["errors"] == [
        {
            "pointer": "/query/limit",
            "code": "out_of_range",
            "value": "0",
            "zh": "应不小于 1",
            "en": "expected a number of at least 1",
        }
    ]


@pytest.mark.parametrize(
    ("body", "pointer", "code"),
    [
        (b"", "", "bad_json"),
        (b"[1]", "", "bad_json"),
        (b'{"batch": }', "", "bad_json"),
        (b'{"batch": 1} x', "", "bad_json"),
        (b'{"batch": 1, 2: 3}', "", "bad_json"),
        (b'\xff{"batch": 1}', "", "bad_encoding"),
        (b"{}", "/batch", "missing_field"),
        (b'{"plan": {}, "plan": {}}', "/plan", "duplicate_key"),
        (b'{"batch": {"horizon": 1}, "plan": {}}', "/batch/horizon", "wrong_type"),
    ],
)
def test_a_body_that_cannot_be_read_is_told_where(served: Served, body: bytes, pointer: str, code: str) -> None:
    answer = served.http.post("/v1/check", content=body, headers={"Content-Type": "application/json"})
    found = problem(answer, 422, "bad_input")
    assert (pointer, code) in [(error["pointer"], error["code"]) for error in found["errors"]]


def test_a_name_that_stands_twice_among_very_many_is_told() -> None:
    """Each is looked up, not looked for among those before it, which would take minutes here."""
    members = ",".join(f'"{i}":1' for i in range(50_000))
    with pytest.raises(InputError) as raised:
        read_parts(f'{{{members},"7":1}}'.encode(), (), Nothing)
    assert [problem.where for problem in raised.value.problems if problem.code == "duplicate_key"] == ["/7"]


def test_an_internal_error_gives_its_number_and_nothing_else(served: Served, monkeypatch: pytest.MonkeyPatch) -> None:
    def broken(*_: Any) -> None:
        raise ZeroDivisionError("电话 13800000001")

    monkeypatch.setattr(Jobs, "counts", broken)
    answer = served.http.get("/metrics")
    problem(answer, 500, "internal")
    assert "ZeroDivision" not in answer.text
    assert "13800000001" not in answer.text


def test_the_log_tells_where_an_internal_error_arose_without_its_text(
    serve: Serve, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]
) -> None:
    def broken(*_: Any) -> None:
        raise ZeroDivisionError("电话 13800000001")

    monkeypatch.setattr(Jobs, "counts", broken)
    served = serve()
    id = served.http.get("/metrics").headers["x-request-id"]
    lines = [json.loads(line) for line in capfd.readouterr().err.splitlines()]
    (told,) = [line for line in lines if line["event"] == "internal"]
    assert told["request"] == id
    assert told["error"] == "ZeroDivisionError"
    assert told["at"][-1].startswith("test_problems.py:")
    assert "13800000001" not in str(lines)


def test_a_database_that_is_locked_or_gone_is_no_fault_of_the_caller(
    served: Served, monkeypatch: pytest.MonkeyPatch
) -> None:
    def locked(*_: Any, **__: Any) -> None:
        raise as_unavailable("locked")

    monkeypatch.setattr(Jobs, "submit", locked)
    answer = served.http.post("/v1/plans", json=EXAMPLE_BATCH)
    problem(answer, 503, "unavailable")
    assert int(answer.headers["retry-after"]) > 0


def test_the_log_has_one_line_a_request_with_the_route_and_no_address_of_things(
    serve: Serve, capfd: pytest.CaptureFixture[str]
) -> None:
    served = serve()
    capfd.readouterr()
    answer = served.http.get("/v1/plans/13800000001?after=13800000001")
    (line,) = capfd.readouterr().err.splitlines()
    told = json.loads(line)
    assert {name: told[name] for name in ("event", "request", "method", "route", "status")} == {
        "event": "request",
        "request": answer.headers["x-request-id"],
        "method": "GET",
        "route": "/v1/plans/{id}",
        "status": 404,
    }
    assert "13800000001" not in line
