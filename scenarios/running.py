"""Worlds planned side by side, in processes of their own; one that is lost is begun again.

The baseline comes first: what was found on its way to a plan is what all others begin with.
"""

import os
from collections.abc import Callable, Sequence
from concurrent.futures import FIRST_COMPLETED, Future, ProcessPoolExecutor, wait
from concurrent.futures.process import BrokenProcessPool
from functools import lru_cache
from multiprocessing import get_context
from pathlib import Path
from threading import Event
from typing import NamedTuple

from matcher import Batch, InputError, MatcherError, read_batch, to_json
from matcher.dispatching import dispatch_from
from matcher.loading import load_solver
from matcher.solver.past import Past
from scenarios.cases import Case
from scenarios.edits import Said
from scenarios.outcome import Outcome, added, outcome_of
from scenarios.scenario import Edited, apply
from scenarios.store import Limits, Result, Store, key_of

TRIES = 3
"""Times a case is begun before it is given up, as its process was lost each time."""

_base: list[Batch] = []
"""The batch that this process plans changes of."""


class Ran(NamedTuple):
    """A case that was planned: its key, the result, what each edit changed, whether it was known before.

    The changed batch is not here (`edited_of` makes it again): it goes from process to process more slowly than that.
    """

    case: Case
    key: str
    result: Result
    changes: tuple[Said, ...]
    known: bool
    further: tuple[tuple[str, Outcome], ...] = ()
    """Ids of the further batches of a series, and the figures there."""

    @property
    def outcome(self) -> Outcome:
        """The figures, over all batches of a series."""
        return added({self.result.plan.batch: self.result.outcome, **dict(self.further)})


OnRan = Callable[[Ran], None]


class Within(NamedTuple):
    """What a plan is made within, besides its limits; one that was cancelled is not kept.

    memory: most megabytes of the process. cancel: set when it should stop early.
    """

    memory: float | None = None
    cancel: Event | None = None


UNBOUNDED = Within()
"""Within all that the machine has."""


def cores() -> int:
    """Processors this process may use."""
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1


def run(
    base: Batch, cases: Sequence[Case], limits: Limits, folder: Path, jobs: int, tell: OnRan = lambda ran: None
) -> list[Ran]:
    """All cases planned, in their order; with jobs 1 in this process.

    cases: the baseline first. folder: where results are kept. tell: hears of each as it is done. Raises InputError
    where a scenario does not fit the batch, with its name, and MatcherError where a process was lost `TRIES` times.
    """
    store = Store(folder)
    if jobs == 1 or len(cases) == 1:
        first = _told(tell, planned_base(base, cases[0], limits, store))
        past = store.past(first.key)
        rest = (planned(base, case, limits, store, first.key, past) for case in cases[1:])
        return [first, *(_told(tell, ran) for ran in rest)]
    done: dict[int, Ran] = {}
    left = dict.fromkeys(range(1, len(cases)), 0)
    while left:
        try:
            with ProcessPoolExecutor(jobs, get_context("spawn"), _begin, (to_json(base),)) as pool:
                for _ in range(jobs):
                    pool.submit(load_solver)  # while the baseline is planned here
                if not done:
                    done[0] = _told(tell, planned_base(base, cases[0], limits, store))
                tasks = {pool.submit(_plan, cases[n], limits, folder, done[0].key): n for n in left}
                _gather(tasks, done, left, tell)
        except BrokenProcessPool:
            left = {n: times + 1 for n, times in left.items() if n not in done}
            if max(left.values(), default=0) >= TRIES:
                raise MatcherError(
                    f"计算进程 {TRIES} 次意外中断，请检查内存", f"a process was lost {TRIES} times: check the memory"
                ) from None
    return [done[n] for n in range(len(cases))]


def _gather(tasks: dict[Future[Ran], int], done: dict[int, Ran], left: dict[int, int], tell: OnRan) -> None:
    """Takes what comes; whatever goes wrong ends the rest."""
    waiting = set(tasks)
    try:
        while waiting:
            ready, waiting = wait(waiting, return_when=FIRST_COMPLETED)
            for task in ready:
                done[tasks[task]] = _told(tell, task.result())
                left.pop(tasks[task])
    finally:
        for task in waiting:
            task.cancel()


def _told(tell: OnRan, ran: Ran) -> Ran:
    tell(ran)
    return ran


def _begin(base: str) -> None:
    _base[:] = [read_batch(base)]


def _plan(case: Case, limits: Limits, folder: Path, begun_with: str) -> Ran:
    return planned(_base[0], case, limits, Store(folder), begun_with, _past(folder, begun_with))


@lru_cache(maxsize=1)
def _past(folder: Path, key: str) -> Past | None:
    return Store(folder).past(key)


def planned_base(base: Batch, case: Case, limits: Limits, store: Store, within: Within = UNBOUNDED) -> Ran:
    """The baseline's plan, to a proof, and in the store what was found on the way, made unless the store has both."""
    key = key_of(base, limits, None)
    known = store.get(key)
    if known is not None and store.past(key) is not None:
        return Ran(case, key, known, (), True)
    result, past_of = _solved(base, limits.model_copy(update={"gap": 0.0}), None, within)
    store.put_past(key, past_of())
    if result.plan.stop != "cancelled":
        store.put(key, result)
    return Ran(case, key, result, (), False)


def planned(
    base: Batch,
    case: Case,
    limits: Limits,
    store: Store,
    begun_with: str,
    past: Past | None,
    within: Within = UNBOUNDED,
) -> Ran:
    """A scenario's plan, made unless the store has it; past: what was found on the way to the result `begun_with`."""
    edited = edited_of(case, base)
    key = key_of(edited.batch, limits, begun_with)
    known = store.get(key)
    if known is not None:
        return Ran(case, key, known, edited.changes, True)
    result, _ = _solved(edited.batch, limits, past, within)
    if result.plan.stop != "cancelled":
        store.put(key, result)
    return Ran(case, key, result, edited.changes, False)


def _solved(batch: Batch, limits: Limits, past: Past | None, within: Within) -> tuple[Result, Callable[[], Past]]:
    plan, past_of = dispatch_from(past, batch, **limits.model_dump(), **within._asdict())
    return Result(plan=plan, outcome=outcome_of(batch, plan)), past_of


def edited_of(case: Case, base: Batch) -> Edited:
    """The batch as a case changes it; raises InputError, with the names of both, where the scenario does not fit it."""
    assert case.scenario
    try:
        return apply(case.scenario, base, case.sample, case.day)
    except InputError as error:
        raise InputError(
            f"{case.name}（批次 {base.id}）：{error.zh}", f"{case.name} (batch {base.id}): {error.en}", error.problems
        ) from None
