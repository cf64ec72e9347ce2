"""The client against the real service: a batch is dispatched and followed, asked about, and refused."""

import json
import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from matcher import Batch, Plan, check, read_batch
from matcher.cli import main
from matcher.client import Client, PlanState, ScenariosState, Unreachable
from matcher.errors import InputError, MatcherError
from matcher.reading import read_events
from matcher.service.http.described import EXAMPLE_BATCH, EXAMPLE_EVENTS, EXAMPLE_PLAN, EXAMPLE_SCENARIO
from matcher.sheets.template import write_template
from tests.client.conftest import Server, environment

BATCH = read_batch(json.dumps(EXAMPLE_BATCH))
PLAN = Plan.model_validate_json(json.dumps(EXAMPLE_PLAN))


@pytest.fixture(scope="module")
def client(server: Server) -> Iterator[Client]:
    """A client of the module's service."""
    with Client(server.url, server.key) as client:
        yield client


def test_a_plan_is_asked_for_once_and_stopped(client: Client) -> None:
    job = client.submit(BATCH, work=10_000_000, key="first")
    assert client.submit(BATCH, work=10_000_000, key="first").id == job.id
    assert job.id in [state.id for state in client.plans()]
    client.cancel(job)
    seen: list[PlanState] = []
    over = client.follow(job, seen.append, every=0.1)
    assert over == seen[-1]
    assert over.over
    if over.state == "cancelled":  # it had not begun
        with pytest.raises(MatcherError, match="it was cancelled"):
            client.plan(job)
    else:
        assert check(BATCH, client.plan(job)).valid


def test_questions_are_answered_in_the_core_s_own_words(client: Client) -> None:
    assert client.check(BATCH, PLAN) == check(BATCH, PLAN)
    empty = PLAN.model_copy(update={"visits": ()})
    (advice,) = client.recommend(BATCH, empty, request="r00001").advice
    assert [visit.volunteer for visit in advice.visits] == ["v00001"]
    assert client.explain(BATCH, PLAN, "r00001").state == "served"
    assert client.explain_volunteer(BATCH, PLAN, "r00001", "v00001").serves
    found, after = client.redispatch(BATCH, PLAN, read_events(json.dumps(EXAMPLE_EVENTS)))
    assert found.plan.visits == ()
    assert after.requests[0].excluded == ("v00001",)


@pytest.fixture(scope="module")
def planned(client: Client) -> PlanState:
    """A plan of the example that the service has."""
    return client.follow(client.submit(BATCH), every=0.1)


def test_a_plan_that_the_service_has_is_asked_about_by_its_id(client: Client, planned: PlanState) -> None:
    assert client.explain_kept(planned, "r00001").state == "served"
    assert client.explain_volunteer_kept(planned.id, "r00001", "v00001").serves
    asked = client.recommend_kept(planned, request="r00001", instead="v00001")
    assert (asked.found.advice, asked.people) == ((), {})  # there is nobody else
    anew = client.redispatch_kept(planned, read_events(json.dumps(EXAMPLE_EVENTS)))
    assert client.plan(anew.id) == anew.found.plan
    assert (anew.found.plan.visits, anew.people) == ((), {"v00001": ""})


def test_scenarios_are_compared_with_the_batch_of_a_plan_as_it_is(client: Client, planned: PlanState) -> None:
    wanted: list[dict[str, Any]] = [{"id": "no-shows", "values": {"rate": 1}}, {"toml": EXAMPLE_SCENARIO}]
    assert "no-shows" in [ready.id for ready in client.ready_scenarios()]
    job = client.submit_scenarios(planned, wanted, work=100_000, key="compared")
    assert client.submit_scenarios(planned, wanted, work=100_000, key="compared").id == job.id
    seen: list[ScenariosState] = []
    over = client.follow_scenarios(job, seen.append, every=0.1)
    assert over == seen[-1]
    assert over.progress
    assert (over.state, over.progress.done, over.progress.of) == ("done", 3, 3)
    rows = client.comparison(job).rows
    assert [(row.name, row.figures[4].mean) for row in rows] == [
        ("baseline", 1),
        ("no-shows rate=1", 0),
        ("培训十人", 1),
    ]
    assert "What if" in client.export_comparison(job, lang="en").decode()
    assert job.id in [state.id for state in client.scenarios()]


def test_scenarios_that_are_stopped_before_they_began_have_no_comparison(client: Client) -> None:
    client.submit(client.demo(60, 20))
    job = client.submit_scenarios(BATCH, [{"id": "no-shows"}])
    if client.cancel_scenarios(job).state == "cancelled":  # else it had begun
        with pytest.raises(MatcherError, match="it was cancelled"):
            client.comparison(job)


def test_a_workbook_and_demo_data_become_batches(client: Client, tmp_path: Path) -> None:
    found = client.import_sheets(write_template(tmp_path, lang="zh").read_bytes(), "2026-07-21")
    assert found.requests == len(found.batch.requests) > 0
    assert isinstance(client.demo(20, 5), Batch)


def test_problems_come_back_as_they_are_raised_at_home(client: Client) -> None:
    wrong = BATCH.model_copy(update={"volunteers": (BATCH.volunteers[0].model_copy(update={"site": "t99"}),)})
    with pytest.raises(InputError) as raised:
        client.submit(wrong)
    (problem,) = raised.value.problems
    assert (problem.code, problem.where) == ("unknown_id", "/batch/volunteers/0/site")
    with pytest.raises(MatcherError, match="there is no such plan"):
        client.state("job-0")


def test_a_key_is_needed_once_there_is_one(server: Server) -> None:
    with Client(server.url) as nobody, pytest.raises(MatcherError, match="expected a key"):
        list(nobody.plans())


@pytest.fixture
def no_settings(monkeypatch: pytest.MonkeyPatch) -> None:
    """No settings from outside, English words."""
    for name in [name for name in os.environ if name.startswith("MATCHER_")]:
        monkeypatch.delenv(name)
    monkeypatch.setenv("LC_ALL", "C.UTF-8")


@pytest.mark.usefixtures("no_settings")
def test_another_address_is_not_served_without_a_key(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    arguments = ["serve", "--host", "0.0.0.0", "--port", "0", "--database", f"sqlite:///{tmp_path}/m.db"]
    assert main(arguments) == 2
    said = capsys.readouterr()
    assert "matcher keys create" in said.err
    assert said.out == ""


@pytest.mark.usefixtures("no_settings")
def test_a_port_that_is_taken_is_told(server: Server, capsys: pytest.CaptureFixture[str]) -> None:
    port = server.url.rpartition(":")[2]
    assert main(["serve", "--port", port, "--database", server.database]) == 2
    assert f"cannot listen on 127.0.0.1:{port}" in capsys.readouterr().err


@pytest.mark.usefixtures("no_settings")
def test_wrong_settings_are_all_named(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    monkeypatch.setenv("MATCHER_SOLVERS", "99")
    monkeypatch.setenv("MATCHER_RATE", "0")
    assert main(["serve", "--port", "0"]) == 2
    said = capsys.readouterr().err
    assert "MATCHER_SOLVERS" in said
    assert "MATCHER_RATE" in said


def test_nobody_there_is_told() -> None:
    with Client("http://127.0.0.1:9") as client:
        client._service._wait = lambda seconds: None
        with pytest.raises(Unreachable, match="is it running"):
            client.state("job-0")


def test_the_client_needs_no_server_library() -> None:
    """Nor do any of its models, whose modules lie with the service."""
    libraries = {"fastapi", "starlette", "sqlalchemy", "alembic", "cryptography", "prometheus_client", "uvicorn"}
    libraries |= {"xlsxwriter", "openpyxl", "ortools", "numba"}
    code = f"import sys, typing; from matcher.client import *; print(*sorted({libraries} & set(sys.modules)))"
    ran = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, env=environment(), check=True)
    assert ran.stdout.strip() == ""
