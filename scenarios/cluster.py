"""Worlds planned on a Dask cluster: the same plans; what a worker that dies was at is begun again by another."""

from collections.abc import Sequence
from functools import lru_cache
from pathlib import Path
from typing import Any

from matcher import Batch, MatcherError, read_batch, to_json
from matcher.solver.past import Past
from scenarios.cases import Case
from scenarios.running import OnRan, Ran, planned, planned_base
from scenarios.store import Limits, Store

SECONDS_TO_CONNECT = 30


def run_on(
    scheduler: str, base: Batch, cases: Sequence[Case], limits: Limits, folder: Path, tell: OnRan = lambda ran: None
) -> list[Ran]:
    """All cases planned by the cluster's workers, in their order; results are kept in `folder` on this machine.

    cases: the baseline first, which is planned here. scheduler: its address, as `tcp://10.0.0.1:8786`. Workers need
    this package in the same version. Raises MatcherError where there is no such scheduler or the extra `cluster` is
    not installed, and what `run` raises.
    """
    connect, as_completed, broken = _dask()
    try:
        client = connect(scheduler, timeout=SECONDS_TO_CONNECT, set_as_default=False)
    except (OSError, ValueError) as error:
        raise MatcherError(f"连不上集群 {scheduler}：{error}", f"no cluster at {scheduler}: {error}") from None
    first = planned_base(base, cases[0], limits, Store(folder))
    tell(first)
    done: dict[int, Ran] = {0: first}
    with client, client.as_current():
        known = client.submit(_known, to_json(base), first.key, Store(folder).past(first.key), pure=False)
        rest = list(enumerate(cases))[1:]
        tasks = {client.submit(_planned, known, case, limits, folder, pure=False): n for n, case in rest}
        for task in as_completed(tasks):
            try:
                ran = task.result()
            except broken as error:
                raise MatcherError(f"集群放弃了计算：{error}", f"the cluster gave up: {error}") from None
            Store(folder).put(ran.key, ran.result)
            done[tasks[task]] = ran
            tell(ran)
    return [done[n] for n in range(len(cases))]


def _known(text: str, begun_with: str, past: Past | None) -> tuple[str, str, Past | None]:
    """What all tasks share: a task itself, so that it comes back when the worker that holds it dies."""
    return text, begun_with, past


def _planned(known: tuple[str, str, Past | None], case: Case, limits: Limits, folder: Path) -> Ran:
    text, begun_with, past = known
    return planned(_base_of(text), case, limits, Store(folder), begun_with, past)


@lru_cache(maxsize=1)
def _base_of(text: str) -> Batch:
    """The batch, read once by each worker."""
    return read_batch(text)


def _dask() -> tuple[Any, Any, type[Exception]]:
    try:
        from distributed import Client, KilledWorker, as_completed
    except ImportError:
        hint = "pip install 'volunteer-matcher[cluster]'"
        raise MatcherError(
            f"还没有安装集群所需的程序库：{hint}", f"the cluster's libraries are missing: {hint}"
        ) from None
    return Client, as_completed, KilledWorker
