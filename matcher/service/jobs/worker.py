"""Workers: threads that take jobs from the queue, each with one child process, which is there before its job."""

import logging
import threading
import time
from collections.abc import Callable, Sequence
from datetime import UTC, datetime
from functools import partial
from typing import Any, Protocol

from matcher.service.jobs.process import COMMAND, Child
from matcher.service.jobs.queue import LEASE, Claimed, Jobs
from matcher.service.store.engine import Store, Unavailable

LOOK_SECONDS = 0.2
"""How often a worker looks for a job, at its child's limits, and for its own stop."""
BEAT_SECONDS = LEASE.total_seconds() / 8
"""How often it renews the lease, stores progress and sees a cancel."""
PAUSE_SECONDS = 1.0
"""How long it waits for a database that is not there."""

LOG = logging.getLogger("matcher.service.jobs")


class Limits(Protocol):
    """What workers need of the settings: threads, and most seconds and megabytes of a solve."""

    @property
    def solvers(self) -> int: ...
    @property
    def solve_seconds(self) -> float: ...
    @property
    def solve_memory(self) -> float: ...


class Workers:
    """Threads that do the jobs of a store until they are stopped.

    clock: the time now, aware. command: starts the child.
    """

    def __init__(
        self,
        store: Store,
        settings: Limits,
        *,
        clock: Callable[[], datetime] = lambda: datetime.now(UTC),
        command: Sequence[str] = COMMAND,
    ) -> None:
        self._jobs, self._limits, self._command = Jobs(store, clock), settings, command
        self._stopping = threading.Event()
        self._threads = [
            threading.Thread(target=self._run, name=f"matcher-worker-{i}", daemon=True) for i in range(settings.solvers)
        ]

    def start(self) -> None:
        """Starts the threads; to be called once."""
        for thread in self._threads:
            thread.start()

    def stop(self, timeout: float) -> bool:
        """Ends the children, gives their jobs back and ends the threads; false: not all within so many seconds."""
        self._stopping.set()
        until = time.monotonic() + timeout
        for thread in self._threads:
            thread.join(max(0.0, until - time.monotonic()))
        return not any(thread.is_alive() for thread in self._threads)

    def _run(self) -> None:
        while not self._stopping.is_set():
            try:
                with Child(self._command) as child:
                    ending = self._one(child)
                self._insist(ending)
            except Exception as error:
                LOG.error("worker: %s", type(error).__name__)  # its text may hold anything
                self._stopping.wait(PAUSE_SECONDS)

    def _one(self, child: Child) -> Callable[[], Any]:
        """Waits for a job, has the child do it, and returns what tells the queue."""
        job = self._next(child)
        if job is None:
            self._stopping.wait(PAUSE_SECONDS)
            return lambda: None
        LOG.info("job %s: attempt %d", job.id, job.attempt)
        child.begin(job.kind, job.payload, self._limits.solve_seconds, self._limits.solve_memory)
        return self._attend(job, child)

    def _next(self, child: Child) -> Claimed | None:
        """The next job; null: the child has died, or no more are done."""
        while child.alive and not self._stopping.is_set():
            try:
                job = self._jobs.claim()
            except Unavailable as error:
                LOG.error("worker: %s", error.code)
                self._stopping.wait(PAUSE_SECONDS)
                continue
            if job is not None:
                return job
            self._stopping.wait(LOOK_SECONDS)
        return None

    def _attend(self, job: Claimed, child: Child) -> Callable[[], Any]:
        """Follows the child until there is an answer, and returns what tells the queue."""
        mine, progress, next_beat, cancelled = (job.id, job.attempt), None, 0.0, False
        while not self._stopping.is_set():
            match child.message(LOOK_SECONDS):
                case {"result": result}:
                    return partial(self._jobs.finish, *mine, result.encode())
                case {"problem": problem}:
                    return partial(self._jobs.fail, *mine, problem)
                case {"lost": problem}:
                    LOG.warning("job %s: attempt %d lost, %s", *mine, problem["code"])
                    return partial(self._jobs.lose, *mine, problem)
                case {"progress": told}:
                    progress = told
            if time.monotonic() < next_beat:
                continue
            next_beat = time.monotonic() + BEAT_SECONDS
            match self._beat(job, progress):
                case "lost":
                    LOG.warning("job %s: attempt %d is no longer ours", *mine)
                    return lambda: None
                case "cancel" if not cancelled:
                    child.cancel()
                    cancelled = True
        return partial(self._jobs.release, *mine)

    def _beat(self, job: Claimed, progress: dict[str, Any] | None) -> str:
        try:
            return self._jobs.heartbeat(job.id, job.attempt, progress)
        except Unavailable as error:
            LOG.warning("job %s: no heartbeat, %s", job.id, error.code)
            return "run"

    def _insist(self, ending: Callable[[], Any]) -> None:
        """Tells the queue as soon as there is a database; gives up when stopped, and the lease then runs out."""
        while True:
            try:
                ending()
                return
            except Unavailable as error:
                LOG.warning("no answer stored yet: %s", error.code)
            if self._stopping.wait(PAUSE_SECONDS):
                return
