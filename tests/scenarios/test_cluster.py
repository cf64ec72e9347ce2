"""A Dask cluster on this machine: the same plans as here, and a worker that is killed loses nothing."""

import os
import signal
import warnings
from collections.abc import Iterator
from pathlib import Path

import pytest

from matcher import Batch, MatcherError
from matcher.demo import county_day
from scenarios.cases import cases_of
from scenarios.cluster import run_on
from scenarios.running import Ran, run
from scenarios.store import Limits

distributed = pytest.importorskip("distributed")
pytestmark = [pytest.mark.slow, pytest.mark.filterwarnings("ignore")]
LIMITS = Limits(work=1_000_000)


@pytest.fixture(scope="module")
def town() -> Batch:
    return county_day(120, 30, seed=3)


@pytest.fixture(scope="module")
def cluster() -> Iterator["distributed.LocalCluster"]:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        with distributed.LocalCluster(
            n_workers=2, threads_per_worker=1, processes=True, host="127.0.0.1", dashboard_address=None
        ) as made:
            yield made


def test_plans_are_the_same_and_a_killed_worker_loses_nothing(
    town: Batch, cluster: "distributed.LocalCluster", tmp_path: Path
) -> None:
    cases = cases_of(["no-shows"], [], {}, 8)
    killed: list[int] = []

    def kill_one(ran: Ran) -> None:
        if not killed:
            killed.append(next(iter(cluster.workers.values())).pid)
            os.kill(killed[0], signal.SIGKILL)

    ran = run_on(cluster.scheduler_address, town, cases, LIMITS, tmp_path / "cluster", kill_one)
    alone = run(town, cases, LIMITS, tmp_path / "alone", 1)
    assert killed
    assert [each.result.model_dump_json() for each in ran] == [each.result.model_dump_json() for each in alone]
    kept = {path.name: path.read_bytes() for path in (tmp_path / "alone").iterdir()}
    assert {path.name: path.read_bytes() for path in (tmp_path / "cluster").iterdir()} == kept


def test_an_address_where_nothing_is_is_told(town: Batch, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("scenarios.cluster.SECONDS_TO_CONNECT", 1)
    with pytest.raises(MatcherError, match=r"no cluster at tcp://127\.0\.0\.1:9"):
        run_on("tcp://127.0.0.1:9", town, cases_of([], [], {}, 1), LIMITS, tmp_path)
