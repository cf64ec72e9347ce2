"""The queue gives each job to one worker at a time, takes one answer, and loses neither job nor cancel."""

import threading
from datetime import timedelta

import pytest

from matcher.service.jobs.queue import ATTEMPTS, LEASE, Claimed, Jobs
from matcher.service.store.engine import Store
from tests.service.store.databases import START, Clock

SECOND = timedelta(seconds=1)
PROBLEM = {"code": "child_lost", "zh": "计算进程意外退出", "en": "the solving process ended"}


@pytest.fixture
def jobs(store: Store, clock: Clock) -> Jobs:
    return Jobs(store, clock)


def submit(jobs: Jobs, payload: bytes = b"{}") -> str:
    return jobs.submit("plan", payload, site="s1", key="key-1").id


def claim(jobs: Jobs) -> Claimed:
    job = jobs.claim()
    assert job
    return job


def state(jobs: Jobs, id: str) -> str:
    job = jobs.get(id)
    assert job
    return job.state


def expire(clock: Clock) -> None:
    clock.now += LEASE + SECOND


def test_a_job_goes_from_submission_to_its_result(jobs: Jobs, clock: Clock) -> None:
    payload = "批次".encode() * 100_000
    id = submit(jobs, payload)
    clock.move(1)
    job = claim(jobs)
    assert (job.id, job.kind, job.attempt, job.payload) == (id, "plan", 1, payload)
    assert jobs.heartbeat(id, 1, {"stage": "tier 1", "gap": 0.5}) == "run"
    assert jobs.heartbeat(id, 1, None) == "run"
    clock.move(1)
    assert jobs.result(id) is None
    assert jobs.finish(id, 1, b"plan")
    found = jobs.get(id)
    assert found
    assert found.model_dump() == {
        "id": id,
        "kind": "plan",
        "site": "s1",
        "state": "done",
        "created": START,
        "started": START + SECOND,
        "finished": START + 2 * SECOND,
        "attempt": 1,
        "progress": {"stage": "tier 1", "gap": 0.5},
        "problem": None,
    }
    assert (jobs.result(id), jobs.payload(id), jobs.claim()) == (b"plan", payload, None)


def test_a_job_done_elsewhere_is_kept_with_its_result(jobs: Jobs) -> None:
    kept = jobs.keep("plan", b"batch", b"plan", site="s1", key="key-1")
    assert (kept.state, kept.site, kept.created, kept.finished) == ("done", "s1", START, START)
    assert jobs.get(kept.id) == kept
    assert (jobs.payload(kept.id), jobs.result(kept.id)) == (b"batch", b"plan")
    assert jobs.claim() is None


def test_an_unknown_job_is_none(jobs: Jobs) -> None:
    assert (jobs.get("job-x"), jobs.result("job-x"), jobs.cancel("job-x")) == (None, None, False)
    with pytest.raises(KeyError):
        jobs.payload("job-x")


def test_jobs_are_taken_in_the_order_of_submission(jobs: Jobs, clock: Clock) -> None:
    ids = []
    for _ in range(5):
        ids.append(submit(jobs))
        clock.move(1)
    assert [claim(jobs).id for _ in ids] == ids


def test_eight_threads_get_each_job_once(jobs: Jobs) -> None:
    ids = [submit(jobs) for _ in range(40)]
    taken: list[str] = []
    start = threading.Barrier(8)

    def take() -> None:
        start.wait()
        while job := jobs.claim():
            taken.append(job.id)

    threads = [threading.Thread(target=take) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(taken) == sorted(ids)


def test_a_lease_that_ran_out_is_claimed_again_and_the_late_answer_refused(jobs: Jobs, clock: Clock) -> None:
    id = submit(jobs)
    claim(jobs)
    clock.now += LEASE
    assert jobs.claim() is None  # the lease ends after this moment
    expire(clock)
    assert claim(jobs).attempt == 2
    assert jobs.heartbeat(id, 1, {"stage": "late"}) == "lost"
    assert not jobs.finish(id, 1, b"late")
    assert not jobs.fail(id, 1, PROBLEM)
    jobs.lose(id, 1, PROBLEM)
    jobs.release(id, 1)
    assert (state(jobs, id), jobs.result(id)) == ("running", None)
    assert jobs.finish(id, 2, b"plan")
    assert not jobs.finish(id, 2, b"again")
    assert jobs.result(id) == b"plan"


def test_a_heartbeat_renews_the_lease(jobs: Jobs, clock: Clock) -> None:
    id = submit(jobs)
    claim(jobs)
    for _ in range(5):
        clock.now += LEASE - SECOND
        assert jobs.heartbeat(id, 1, None) == "run"
        assert jobs.claim() is None


def test_a_job_whose_workers_die_fails_in_both_languages(jobs: Jobs, clock: Clock) -> None:
    id = submit(jobs)
    for attempt in range(1, ATTEMPTS + 1):
        assert claim(jobs).attempt == attempt
        expire(clock)
    assert jobs.claim() is None
    job = jobs.get(id)
    assert job
    assert (job.state, job.finished) == ("failed", clock.now)
    assert job.problem
    assert (job.problem["code"], f"{ATTEMPTS} 次" in job.problem["zh"]) == ("worker_lost", True)
    assert "given up" in job.problem["en"]


def test_a_job_whose_children_die_fails_with_the_last_reason(jobs: Jobs) -> None:
    id = submit(jobs)
    for attempt in range(1, ATTEMPTS + 1):
        assert state(jobs, id) == "queued"
        claim(jobs)
        jobs.lose(id, attempt, PROBLEM)
    job = jobs.get(id)
    assert job
    assert (job.state, job.problem, jobs.claim()) == ("failed", PROBLEM, None)


def test_a_job_given_back_is_not_counted(jobs: Jobs) -> None:
    id = submit(jobs)
    for attempt in range(1, 3 * ATTEMPTS):
        assert claim(jobs).attempt == attempt
        jobs.release(id, attempt)
        assert state(jobs, id) == "queued"


def test_a_failed_job_is_over(jobs: Jobs) -> None:
    id = submit(jobs)
    claim(jobs)
    assert jobs.fail(id, 1, PROBLEM)
    job = jobs.get(id)
    assert job
    assert (job.state, job.problem, jobs.claim(), jobs.cancel(id)) == ("failed", PROBLEM, None, False)


def test_cancel_before_a_worker_takes_it(jobs: Jobs, clock: Clock) -> None:
    id = submit(jobs)
    assert jobs.cancel(id)
    job = jobs.get(id)
    assert job
    assert (job.state, job.finished, jobs.claim(), jobs.cancel(id)) == ("cancelled", clock.now, None, False)


def test_cancel_while_it_runs_keeps_the_result(jobs: Jobs) -> None:
    id = submit(jobs)
    claim(jobs)
    assert jobs.cancel(id)
    assert jobs.cancel(id)
    assert [jobs.heartbeat(id, 1, None) for _ in range(2)] == ["cancel", "cancel"]
    assert jobs.finish(id, 1, b"best so far")
    assert (state(jobs, id), jobs.result(id)) == ("done", b"best so far")


def test_cancel_after_its_end_changes_nothing(jobs: Jobs) -> None:
    id = submit(jobs)
    claim(jobs)
    jobs.finish(id, 1, b"plan")
    assert not jobs.cancel(id)
    assert state(jobs, id) == "done"


@pytest.mark.parametrize("end", ["expires", "is lost", "is given back"])
def test_a_cancel_outlives_the_attempt(jobs: Jobs, clock: Clock, end: str) -> None:
    id = submit(jobs)
    claim(jobs)
    jobs.cancel(id)
    match end:
        case "expires":
            expire(clock)
        case "is lost":
            jobs.lose(id, 1, PROBLEM)
        case _:
            jobs.release(id, 1)
    assert jobs.claim() is None
    assert state(jobs, id) == "cancelled"


def test_counts(jobs: Jobs) -> None:
    assert jobs.counts() == {}
    first, _, _ = submit(jobs), submit(jobs), submit(jobs)
    claim(jobs)
    jobs.finish(first, 1, b"plan")
    claim(jobs)
    assert jobs.counts() == {"done": 1, "running": 1, "queued": 1}
