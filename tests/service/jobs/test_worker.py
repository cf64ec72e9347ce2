"""Workers do each job to one end, whatever dies meanwhile, and stop without leaving anything behind."""

import logging
import os
import signal
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from datetime import UTC, datetime, timedelta
from pathlib import Path

import psutil
import pytest

from matcher.service.jobs import worker
from matcher.service.jobs.queue import ATTEMPTS, Job, Jobs
from matcher.service.jobs.worker import Workers
from matcher.service.store.engine import Store
from tests.service.jobs.limits import FAKE, FewLimits
from tests.service.store.databases import until

PROGRAM = "tests.service.jobs.worker_process"
ROOT = Path(__file__).parents[3]


def now() -> datetime:
    return datetime.now(UTC)


@pytest.fixture
def jobs(store: Store) -> Jobs:
    return Jobs(store, now)


@pytest.fixture
def sqlite_jobs(sqlite_store: Store) -> Jobs:
    return Jobs(sqlite_store, now)


@pytest.fixture(autouse=True)
def _quick(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("LOOK_SECONDS", "BEAT_SECONDS", "PAUSE_SECONDS"):
        monkeypatch.setattr(worker, name, 0.03)


@contextmanager
def working(store: Store, solvers: int = 1, clock: Callable[[], datetime] = now) -> Iterator[Workers]:
    workers = Workers(store, FewLimits(solvers), clock=clock, command=FAKE)
    workers.start()
    try:
        yield workers
    finally:
        assert workers.stop(60)


def submit(jobs: Jobs, kind: str, payload: bytes = b"60") -> str:
    return jobs.submit(kind, payload, site=None, key=None).id


def job(jobs: Jobs, id: str) -> Job:
    found = jobs.get(id)
    assert found
    return found


def over(jobs: Jobs, id: str) -> Job:
    until(lambda: job(jobs, id).state in ("done", "failed", "cancelled"))
    return job(jobs, id)


def child_of(jobs: Jobs, id: str, attempt: int = 1) -> int:
    """The process that runs that attempt, once it has told so."""
    until(lambda: job(jobs, id).attempt == attempt and bool((job(jobs, id).progress or {}).get("pid")))
    return int((job(jobs, id).progress or {})["pid"])


def test_workers_do_all_jobs(jobs: Jobs, store: Store) -> None:
    with working(store, solvers=2):
        ids = [submit(jobs, "sleep", b"0") for _ in range(4)]
        assert [over(jobs, id).state for id in ids] == ["done"] * 4
    assert [jobs.result(id) for id in ids] == [b'{"cancelled": false}'] * 4


def test_kill_9_of_a_child_gives_one_result_in_the_end(jobs: Jobs, store: Store, tmp_path: Path) -> None:
    with working(store):
        id = submit(jobs, "sleep")
        first = child_of(jobs, id)
        os.kill(first, signal.SIGKILL)
        until(lambda: child_of(jobs, id, attempt=2) != first)
        jobs.cancel(id)
        crashing = submit(jobs, "crash", str(tmp_path / "mark").encode())
        assert [over(jobs, each).attempt for each in (id, crashing)] == [2, 2]
    assert (jobs.result(id), jobs.result(crashing)) == (b'{"cancelled": true}', b"survived")


def waiting() -> list[psutil.Process]:
    """The children that workers of this process have started."""
    with suppress(psutil.NoSuchProcess):
        return [each for each in psutil.Process().children() if FAKE[1] in each.cmdline()]
    return []


def test_a_child_that_dies_before_its_job_is_replaced(sqlite_jobs: Jobs, sqlite_store: Store) -> None:
    with working(sqlite_store):
        until(lambda: bool(waiting()))
        [first] = waiting()
        first.kill()
        until(lambda: [each.pid for each in waiting()] not in ([], [first.pid]))
        done = over(sqlite_jobs, submit(sqlite_jobs, "sleep", b"0"))
    assert (done.state, done.attempt) == ("done", 1)


def test_a_job_that_always_crashes_fails_in_words(
    sqlite_jobs: Jobs, sqlite_store: Store, caplog: pytest.LogCaptureFixture
) -> None:
    jobs = sqlite_jobs
    caplog.set_level(logging.INFO)
    with working(sqlite_store):
        crashing, wrong = submit(jobs, "always_crash"), submit(jobs, "fault", b"13912345678")
        failed = over(jobs, crashing), over(jobs, wrong)
    assert [(each.state, each.attempt) for each in failed] == [("failed", ATTEMPTS), ("failed", 1)]
    assert [(each.problem or {})["code"] for each in failed] == ["child_lost", "internal"]
    assert crashing in caplog.text
    assert "13912345678" not in caplog.text


def test_stop_gives_jobs_back_and_leaves_no_process(sqlite_jobs: Jobs, sqlite_store: Store) -> None:
    jobs = sqlite_jobs
    with working(sqlite_store):
        id = submit(jobs, "deaf")
        pid = child_of(jobs, id)
    assert not psutil.pid_exists(pid)
    assert job(jobs, id).state == "queued"
    jobs.cancel(id)
    assert job(jobs, id).state == "cancelled"


def test_kill_9_of_a_worker_leaves_no_process_and_another_does_its_job(jobs: Jobs, store: Store, url: str) -> None:
    environment = {**os.environ, "PYTHONPATH": os.pathsep.join([str(ROOT), os.environ.get("PYTHONPATH", "")])}
    environment.pop("PYTHONSAFEPATH", None)
    with subprocess.Popen([sys.executable, "-m", PROGRAM, url], cwd=ROOT, env=environment) as program:
        id = submit(jobs, "sleep")
        pid = child_of(jobs, id)
        program.kill()
    until(lambda: not psutil.pid_exists(pid))
    assert job(jobs, id).state == "running"
    with working(store, clock=lambda: now() + timedelta(hours=1)):
        until(lambda: job(jobs, id).attempt == 2)
        jobs.cancel(id)
        assert over(jobs, id).state == "done"
    assert jobs.result(id) == b'{"cancelled": true}'


def test_an_answer_waits_for_a_locked_database(
    sqlite_jobs: Jobs, sqlite_store: Store, caplog: pytest.LogCaptureFixture
) -> None:
    hasty = Store(str(sqlite_store.engine.url), wait=0.1)
    with working(hasty):
        id = submit(sqlite_jobs, "sleep", b"0.3")
        child_of(sqlite_jobs, id)
        with sqlite_store.write():
            until(lambda: "no answer stored yet: locked" in caplog.text)
        assert over(sqlite_jobs, id).state == "done"
    hasty.close()
