"""A service in this process on a database of its own, without workers unless a test asks for them."""

import json
import os
import warnings
from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from fastapi import FastAPI

from matcher.service.http.app import create_app
from matcher.service.http.described import EXAMPLE_PLAN
from matcher.service.http.services import COMMAND, Services
from matcher.service.jobs.answering import Answerers
from matcher.service.settings import load_settings

with warnings.catch_warnings():
    warnings.simplefilter("ignore")  # Starlette would rather have a later httpx
    from fastapi.testclient import TestClient

HERE = "http://127.0.0.1"
Serve = Callable[..., "Served"]


class Served:
    """A running service and somebody on this machine who calls it."""

    def __init__(self, app: FastAPI, http: TestClient) -> None:
        self.http = http
        self.services: Services = app.state.services

    def plan(self, batch: Any, **asked: Any) -> str:
        """Submits a batch; the plan's id."""
        answer = self.http.post("/v1/plans", json={"batch": batch, **asked})
        assert answer.status_code == 202, answer.text
        return str(answer.json()["id"])

    def solved(self, id: str, plan: str) -> None:
        """Does what a worker does with the oldest job: hands in a plan."""
        job = self.services.jobs.claim()
        assert job
        assert job.id == id
        assert self.services.jobs.finish(id, job.attempt, plan.encode())

    def key(self, role: Any = "county", site: str | None = None) -> dict[str, str]:
        """The header of a new key."""
        return {"Authorization": f"Bearer {self.services.keys.create(f'{role} desk', role, site)[1]}"}


@pytest.fixture(autouse=True)
def plain(monkeypatch: pytest.MonkeyPatch) -> None:
    """No settings from outside."""
    for name in [name for name in os.environ if name.startswith("MATCHER_")]:
        monkeypatch.delenv(name)


class Shared(Answerers):
    """Answerers of all services of these tests, since their children take seconds to load."""

    def stop(self, timeout: float) -> bool:
        """Goes on for the next service."""
        return True


@pytest.fixture(scope="session")
def shared() -> Iterator[Shared]:
    """The same for all tests."""
    answerers = Shared(COMMAND, 2048)
    yield answerers
    assert super(Shared, answerers).stop(60)


@pytest.fixture
def serve(tmp_path: Path, shared: Shared) -> Iterator[Serve]:
    """Starts services: `serve(rate=5)`, each with the settings given; command: starts children of its own."""
    with ExitStack() as running:

        def start(command: Sequence[str] | None = None, **given: Any) -> Served:
            settings = load_settings(**{"database": f"sqlite:///{tmp_path}/m.db", "solvers": 0, **given})
            app = create_app(settings)
            answerers = Answerers(command, settings.solve_memory) if command else shared
            app.state.services = replace(app.state.services, answerers=answerers)
            return Served(app, running.enter_context(TestClient(app, base_url=HERE)))

        yield start


@pytest.fixture
def served(serve: Serve) -> Served:
    """A service as it is by default."""
    return serve()


@pytest.fixture
def plan_text() -> str:
    """A plan of the example batch, as a worker hands it in."""
    return json.dumps(EXAMPLE_PLAN)


def problem(answer: Any, status: int, kind: str) -> Any:
    """The problem in an answer that must be one, of this status and kind."""
    assert answer.status_code == status, answer.text
    assert answer.headers["content-type"] == "application/problem+json"
    found = answer.json()
    assert found["type"] == f"urn:matcher:problem:{kind}"
    assert found["status"] == status
    assert found["zh"]
    assert found["en"]
    assert found["detail"] == f"{found['zh']} / {found['en']}"
    assert found["request"] == answer.headers["x-request-id"]
    return found
