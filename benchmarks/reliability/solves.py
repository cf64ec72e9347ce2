"""kill -9 of servers and of solving processes while they solve: every job has one result in the end."""

import os
import random
import signal
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack, suppress
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path

import psutil

from benchmarks.reliability.bodies import small
from benchmarks.reliability.row import Ground, Outcome
from benchmarks.reliability.servers import PAUSE, Server, until

MOST_SECONDS = 15
"""From the kill until the job is being solved again."""
CPU_SECONDS = 2.5
"""About what a new process computes for a job, most of it while it loads the libraries, which one that was there before
the job has done: each dies anywhere within that, more often early."""
ORPHAN_SECONDS = 1.0
"""What a process may take, once its server is up again, to see that the old one is gone: it may just have been started,
and on a machine this busy Python takes its time."""
JOBS = b"matcher.service.jobs.child"
"""What a process for jobs runs."""


@dataclass
class Lane:
    """One server and what became of its jobs.

    found: seconds until each killed job was solved again. orphans: solving processes that outlived their server by
    more than ORPHAN_SECONDS.
    """

    server: Server
    rng: random.Random
    kills: int = 0
    orphans: int = 0
    found: list[float] = field(default_factory=list)
    jobs: list[str] = field(default_factory=list)

    def run(self, kills: int, told: Callable[[], None]) -> None:
        """Kills until there were so many: each job twice, since a third lost attempt would be its last."""
        while self.kills < kills:
            id = str(self.server.call("POST", "/v1/plans", small("b")).json["id"])
            self.jobs.append(id)
            for attempt in range(1, 1 + min(2, kills - self.kills)):
                child = self._child(id, attempt)
                if child is None or not self._computed(child, self.rng.random() ** 3 * CPU_SECONDS):
                    break
                self._kill(child)
                killed = time.monotonic()
                self._child(id, attempt + 1)
                self.found.append(time.monotonic() - killed)
                told()
            until(partial(self._is_over, id), PAUSE)

    def results(self) -> int:
        """The jobs of the server that are done and have their plan; -1 where there are others than were sent."""
        kept = [each["id"] for each in self.server.pages("/v1/plans", "plans")]
        if sorted(kept) != sorted(self.jobs):
            return -1
        plans = [self.server.call("GET", f"/v1/plans/{id}").json for id in kept]
        return sum(plan["state"] == "done" and plan["plan"] is not None for plan in plans)

    def _kill(self, child: int) -> None:
        """Kills the solving process, or its server, which is started again."""
        if self.rng.random() < 0.5:
            with suppress(ProcessLookupError):
                os.kill(child, signal.SIGKILL)
        else:
            self.server.kill()
            self.server.start()
            self.orphans += _outlives(child)
        self.kills += 1

    def _child(self, id: str, attempt: int) -> int | None:
        """Waits until a job is solved for so many times, by which process; null: the job is over."""
        line, found = f"job {id}: attempt {attempt}", list[int]()

        def there() -> bool:
            if line in self.server.log.read_text(encoding="utf-8"):
                found[:] = _solving(self.server.pid)
            return bool(found) or self._is_over(id)

        until(there, PAUSE)
        return found[0] if found else None

    def _is_over(self, id: str) -> bool:
        return self.server.call("GET", f"/v1/plans/{id}").json["state"] in ("done", "failed", "cancelled")

    def _computed(self, child: int, seconds: float) -> bool:
        """Waits until the process has computed for so long; false: it ended before."""
        with suppress(psutil.NoSuchProcess):
            process = psutil.Process(child)
            before = sum(process.cpu_times()[:2])
            while _runs(child):
                if sum(process.cpu_times()[:2]) - before >= seconds:
                    return True
                time.sleep(0.02)
        return False


def kills_in_solves(ground: Ground) -> Outcome:
    """Kills servers, or what solves their jobs, on several servers at a time."""
    kills, lanes = ground.size(200, 25), ground.size(8, 5)
    done: list[int] = []

    def told() -> None:
        done.append(1)
        ground.told(len(done), kills)

    with ExitStack() as stack, ThreadPoolExecutor(lanes) as threads:
        all = [Lane(stack.enter_context(ground.server(solvers=1)), random.Random(i)) for i in range(lanes)]
        for ended in [threads.submit(lane.run, kills // lanes, told) for lane in all]:
            ended.result()
        results = [lane.results() for lane in all]
    jobs, orphans = sum(len(lane.jobs) for lane in all), sum(lane.orphans for lane in all)
    slowest = max(seconds for lane in all for seconds in lane.found)
    return Outcome(
        f"{kills} kills, each job exactly one result, found within {MOST_SECONDS} s",
        f"{len(done)} kills, {sum(results)} results of {jobs} jobs, found within {slowest:.1f} s, {orphans} orphans",
        results == [len(lane.jobs) for lane in all] and slowest <= MOST_SECONDS and not orphans,
        {"kills": len(done), "jobs": jobs, "results": sum(results), "slowest_s": round(slowest, 2), "orphans": orphans},
    )


def _solving(pid: int) -> list[int]:
    """The processes for jobs that a server has started; of Linux's list, since psutil would look at all there are."""
    with suppress(OSError):
        lists = [path.read_text().split() for path in Path(f"/proc/{pid}/task").glob("*/children")]
        return [int(id) for ids in lists for id in ids if JOBS in Path(f"/proc/{id}/cmdline").read_bytes()]
    return []


def _runs(pid: int) -> bool:
    with suppress(psutil.NoSuchProcess):
        return bool(psutil.Process(pid).status() != psutil.STATUS_ZOMBIE)
    return False


def _outlives(pid: int) -> bool:
    over = time.monotonic() + ORPHAN_SECONDS
    while _runs(pid) and time.monotonic() < over:
        time.sleep(0.02)
    return _runs(pid)
