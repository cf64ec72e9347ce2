"""Worlds planned, compared, kept; a process that is killed loses nothing."""

import os
import signal
from pathlib import Path

import pytest

from matcher import Batch, InputError, dispatch
from matcher.demo import county_day
from scenarios.cases import BASELINE, Swept, cases_of
from scenarios.comparing import compared
from scenarios.outcome import outcome_of
from scenarios.running import Ran, run
from scenarios.store import Limits
from tests.checker import build

LIMITS = Limits(work=2_000_000)


@pytest.fixture(scope="module")
def town() -> Batch:
    return county_day(120, 30, seed=3)


def test_the_baseline_comes_first_and_sweeps_multiply() -> None:
    sweeps = [Swept(name="rate", values=(0.1, 0.3)), Swept(name="count", values=(5,))]
    cases = cases_of(["no-shows", "legal-volunteers"], sweeps, {"towns": ["town-1"]}, 2)
    assert [(case.name, case.sample) for case in cases] == [
        (BASELINE, 0),
        ("no-shows rate=0.1", 0),
        ("no-shows rate=0.1", 1),
        ("no-shows rate=0.3", 0),
        ("no-shows rate=0.3", 1),
        ("legal-volunteers count=5", 0),
        ("legal-volunteers count=5", 1),
    ]
    with pytest.raises(InputError, match="did you mean rate"):
        cases_of(["no-shows"], [Swept(name="rat", values=(1,))], {}, 1)


def test_figures_are_those_of_the_plan() -> None:
    people = [build.volunteer("v", 0, recent_requests=3), build.volunteer("w", 90, max_travel_minutes=5)]
    requests = [build.request("r", 5, priority="urgent"), build.request("s", 5)]
    batch = build.batch(people, requests)
    found = outcome_of(batch, dispatch(batch))
    assert found.asked == {"emergency": 0, "urgent": 1, "normal": 1, "low": 0}
    assert found.served == {"emergency": 0, "urgent": 1, "normal": 0, "low": 0}
    assert (found.places, found.filled, found.people, found.highest_load) == (2, 1, 1, 4)
    assert (found.unserved, found.village_share, found.status) == (("s",), 0.5, "optimal")


def test_what_was_planned_is_not_planned_again(town: Batch, tmp_path: Path) -> None:
    cases = cases_of(["no-shows", "villages-first"], [], {}, 2)
    first = run(town, cases, LIMITS, tmp_path, 1)
    assert [ran.known for ran in first] == [False, False, False, False, True]  # the policy draws nothing
    again = run(town, cases, LIMITS, tmp_path, 1)
    assert all(ran.known for ran in again)
    assert [ran.result for ran in again] == [ran.result for ran in first]
    for path in tmp_path.iterdir():
        path.write_text("{}")
    assert not any(ran.known for ran in run(town, cases[:2], LIMITS, tmp_path, 1))


def test_a_table_has_changes_means_and_intervals(town: Batch, tmp_path: Path) -> None:
    ran = run(town, cases_of(["no-shows"], [], {}, 3), LIMITS, tmp_path, 1)
    base, row = compared(town.id, ran).rows
    filled = {figure.name: figure for figure in row.figures}["filled"]
    values = [each.result.outcome.filled for each in ran[1:]]
    before = ran[0].result.outcome.filled
    assert filled.mean == pytest.approx(sum(values) / 3)
    assert filled.change == pytest.approx(sum(values) / 3 - before)
    spread = (sum((value - sum(values) / 3) ** 2 for value in values) / 2) ** 0.5
    assert filled.half == pytest.approx(4.302653 * spread / 3**0.5)
    assert (base.samples, row.samples) == (1, 3)
    assert all(figure.half is None and figure.change == 0 for figure in base.figures if figure.mean is not None)


@pytest.mark.slow
def test_processes_give_the_same_and_one_that_is_killed_loses_nothing(town: Batch, tmp_path: Path) -> None:
    cases = cases_of(["no-shows"], [], {}, 6)
    killed: list[int] = []

    def kill_one(ran: Ran) -> None:
        if not killed and ran.case.scenario is not None:
            killed.append(next(iter(children() - before)))
            os.kill(killed[0], signal.SIGTERM)

    before = children()
    ran = run(town, cases, LIMITS, tmp_path / "two", 2, kill_one)
    assert killed
    alone = run(town, cases, LIMITS, tmp_path / "one", 1)
    assert [each.case for each in ran] == cases
    assert [each.result for each in ran] == [each.result for each in alone]


def children() -> set[int]:
    import psutil

    return {child.pid for child in psutil.Process().children() if "spawn_main" in " ".join(child.cmdline())}
