"""The queue: jobs as rows, taken by workers on a lease, with answers fenced by the number of the attempt."""

import zlib
from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any, Literal

from sqlalchemy import ColumnElement, Connection, and_, func, insert, literal, or_, select, update

from matcher.base import Frozen
from matcher.service.jobs.tables import job_bodies, jobs
from matcher.service.store.base import UtcTime, new_id
from matcher.service.store.engine import Store
from matcher.service.store.group import Group

LEASE = timedelta(seconds=8)
"""How long a worker that says nothing is taken to be alive."""
ATTEMPTS = 3
"""Attempts that may end without an answer before a job fails."""

State = Literal["queued", "running", "done", "failed", "cancelled"]
Beat = Literal["run", "cancel", "lost"]
"""What a worker hears: go on; stop early and keep the best; the job is no longer yours."""

GAVE_UP = {
    "code": "worker_lost",
    "zh": f"计算进程 {ATTEMPTS} 次意外中断，任务已停止；请检查机器的内存，或减小批次后重新提交",
    "en": f"the solving process was lost {ATTEMPTS} times and the job was given up; check the machine's memory or "
    "submit a smaller batch",
}


class Job(Frozen):
    """A job as it stands."""

    id: str
    """Id, sorts by time of submission."""
    kind: str
    """What is to be done, for example `plan`."""
    site: str | None
    """Site whose callers see it; null: the whole county."""
    state: State
    """Where it stands; the last three are final."""
    created: datetime
    """When it was submitted."""
    started: datetime | None = None
    """When it was first taken by a worker."""
    finished: datetime | None = None
    """When it came to its final state."""
    attempt: int = 0
    """Number of times it was taken."""
    progress: dict[str, Any] | None = None
    """Last report: stage, values, bounds, gap, seconds."""
    problem: dict[str, Any] | None = None
    """Why it failed: code, zh, en, and `problems` where its input has some."""


class Claimed(Frozen):
    """A job taken by a worker."""

    id: str
    """Id of the job."""
    kind: str
    """What is to be done."""
    attempt: int
    """Number of this attempt, to be shown with each heartbeat and answer."""
    payload: bytes
    """What it was submitted with."""


class Jobs:
    """The queue in a store. Every method is one transaction and raises Unavailable where there is no database."""

    def __init__(self, store: Store, clock: Callable[[], datetime]) -> None:
        self._store, self._clock, self._group = store, clock, Group(store)

    def submit(self, kind: str, payload: bytes, *, site: str | None, key: str | None) -> Job:
        """Puts a job at the end of the queue and returns it as it stands there.

        site: whose callers see it. key: id of the API key it came with.
        """
        job = Job(id=new_id("job"), kind=kind, site=site, state="queued", created=self._clock())
        return self._put(job, key, payload=payload)

    def keep(self, kind: str, payload: bytes, result: bytes, *, site: str | None, key: str | None) -> Job:
        """Stores a job that was done elsewhere, with its result; site and key as for `submit`."""
        now = self._clock()
        job = Job(id=new_id("job"), kind=kind, site=site, state="done", created=now, finished=now)
        return self._put(job, key, payload=payload, result=result)

    def _put(self, job: Job, key: str | None, **parts: bytes) -> Job:
        row = {**job.model_dump(), "key": key, "lost": 0, "cancel": False}
        bodies = [{"job": job.id, "part": part, "body": _packed(body)} for part, body in parts.items()]

        def write(connection: Connection) -> Job:
            connection.execute(insert(jobs), row)
            connection.execute(insert(job_bodies), bodies)
            return job

        return self._group.write(write)

    def get(self, id: str) -> Job | None:
        """The job; null: there is none of that id."""
        columns = [jobs.c[name] for name in Job.model_fields]
        with self._store.read() as connection:
            row = connection.execute(select(*columns).where(jobs.c.id == id)).one_or_none()
        return None if row is None else Job.model_validate(dict(row._mapping))

    def payload(self, id: str) -> bytes:
        """What the job was submitted with; raises KeyError where there is no such job."""
        found = self._body(id, "payload")
        if found is None:
            raise KeyError(id)
        return found

    def result(self, id: str) -> bytes | None:
        """What came out of the job; null unless it is `done`."""
        return self._body(id, "result")

    def counts(self) -> dict[str, int]:
        """Number of jobs in each state that has any."""
        with self._store.read() as connection:
            rows = connection.execute(select(jobs.c.state, func.count().label("jobs")).group_by(jobs.c.state))
            return {row.state: row.jobs for row in rows}

    def cancel(self, id: str) -> bool:
        """Asks a job to stop early; false: there is none, or it is over.

        A queued job becomes `cancelled`; a running one keeps its best plan and ends as `done`.
        """
        mine, over = update(jobs).where(jobs.c.id == id), _ended("cancelled", self._clock())
        with self._store.write() as connection:
            queued = connection.execute(mine.where(jobs.c.state == "queued").values(**over)).rowcount
            running = connection.execute(mine.where(jobs.c.state == "running").values(cancel=True)).rowcount
            return queued + running == 1

    def claim(self) -> Claimed | None:
        """Takes the oldest job that is queued or whose lease ran out; null: there is none.

        A job whose lease ran out is `cancelled` if that was asked for, and fails after `ATTEMPTS` such losses.
        """
        now = self._clock()
        waiting, expired = jobs.c.state == "queued", and_(jobs.c.state == "running", jobs.c.lease < now)
        with self._store.read() as connection:
            if connection.execute(select(jobs.c.id).where(or_(waiting, expired)).limit(1)).first() is None:
                return None
        with self._store.write() as connection:
            _lose(connection, expired, now, GAVE_UP)
            oldest = select(jobs.c.id).where(waiting).order_by(jobs.c.created, jobs.c.id).limit(1)
            taken = {
                "state": "running",
                "attempt": jobs.c.attempt + 1,
                "started": func.coalesce(jobs.c.started, literal(now, UtcTime)),
                "lease": now + LEASE,
            }
            row = connection.execute(
                update(jobs)
                .where(jobs.c.id == oldest.with_for_update(skip_locked=True).scalar_subquery())
                .values(**taken)
                .returning(jobs.c.id, jobs.c.kind, jobs.c.attempt)
            ).one_or_none()
            if row is None:
                return None
            payload = _body(connection, row.id, "payload") or b""
            return Claimed(id=row.id, kind=row.kind, attempt=row.attempt, payload=payload)

    def heartbeat(self, id: str, attempt: int, progress: dict[str, Any] | None) -> Beat:
        """Renews the lease of an attempt, stores its progress (null: as before), tells what to do next."""
        told = {} if progress is None else {"progress": progress}
        with self._store.write() as connection:
            row = connection.execute(
                update(jobs)
                .where(_held(id, attempt))
                .values(lease=self._clock() + LEASE, **told)
                .returning(jobs.c.cancel)
            ).one_or_none()
        return "lost" if row is None else "cancel" if row.cancel else "run"

    def finish(self, id: str, attempt: int, result: bytes) -> bool:
        """Stores the result of an attempt; false: it is refused, since the job is no longer this attempt's."""
        done, body = update(jobs).where(_held(id, attempt)).values(**_ended("done", self._clock())), _packed(result)
        with self._store.write() as connection:
            held = connection.execute(done).rowcount == 1
            if held:
                connection.execute(insert(job_bodies).values(job=id, part="result", body=body))
            return held

    def fail(self, id: str, attempt: int, problem: dict[str, Any]) -> bool:
        """Ends the job with a problem (code, zh, en); false: refused as by `finish`."""
        failed = update(jobs).where(_held(id, attempt)).values(**_ended("failed", self._clock()), problem=problem)
        with self._store.write() as connection:
            return connection.execute(failed).rowcount == 1

    def lose(self, id: str, attempt: int, problem: dict[str, Any]) -> None:
        """The attempt ended without an answer: the job is queued again, at the `ATTEMPTS`-th time it fails with it."""
        with self._store.write() as connection:
            _lose(connection, _held(id, attempt), self._clock(), problem)

    def release(self, id: str, attempt: int) -> None:
        """Gives a job back, since its worker stops: it is queued again and nothing is counted."""
        with self._store.write() as connection:
            _requeue(connection, _held(id, attempt), self._clock())

    def _body(self, id: str, part: str) -> bytes | None:
        with self._store.read() as connection:
            return _body(connection, id, part)


def _held(id: str, attempt: int) -> ColumnElement[bool]:
    """The job, if it still is this attempt's."""
    return and_(jobs.c.id == id, jobs.c.attempt == attempt, jobs.c.state == "running")


def _ended(state: State, now: datetime) -> dict[str, Any]:
    return {"state": state, "finished": now, "lease": None}


def _lose(connection: Connection, which: ColumnElement[bool], now: datetime, problem: dict[str, Any]) -> None:
    """Counts an attempt as lost: the jobs fail with the problem if there were too many, else are queued again."""
    failed = {**_ended("failed", now), "problem": problem}
    last = jobs.c.lost >= ATTEMPTS - 1
    _cancel(connection, which, now)
    connection.execute(update(jobs).where(which, last).values(**failed, lost=jobs.c.lost + 1))
    connection.execute(update(jobs).where(which).values(state="queued", lease=None, lost=jobs.c.lost + 1))


def _requeue(connection: Connection, which: ColumnElement[bool], now: datetime) -> None:
    _cancel(connection, which, now)
    connection.execute(update(jobs).where(which).values(state="queued", lease=None))


def _cancel(connection: Connection, which: ColumnElement[bool], now: datetime) -> None:
    """Ends those that were asked to stop: they have no worker any more whose best plan could be kept."""
    connection.execute(update(jobs).where(which, jobs.c.cancel).values(**_ended("cancelled", now)))


def _packed(body: bytes) -> bytes:
    """Compressed, at the speed of a disk; done before a transaction, since others wait for that."""
    return zlib.compress(body, 1)


def _body(connection: Connection, id: str, part: str) -> bytes | None:
    here = select(job_bodies.c.body).where(job_bodies.c.job == id, job_bodies.c.part == part)
    body = connection.execute(here).scalar_one_or_none()
    return None if body is None else zlib.decompress(body)
