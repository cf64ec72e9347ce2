"""Scenarios compared by a job: the figures of a run by hand, limits kept, stopped in between, nothing left behind."""

import json
import tempfile
import threading
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from matcher.demo import county_day
from matcher.errors import InputError, OutOfMemoryError
from matcher.reading import read_batch, to_json
from matcher.service.http.described import EXAMPLE_BATCH
from matcher.service.jobs import comparing
from matcher.service.jobs.child import Task
from matcher.service.jobs.comparing import comparison
from scenarios.cases import cases_of
from scenarios.comparing import compared
from scenarios.running import Ran, planned, run
from scenarios.scenario import Value
from scenarios.store import Limits

PEOPLE = [{**EXAMPLE_BATCH["volunteers"][0], "id": f"v{n}"} for n in range(3)]
BATCH = read_batch(json.dumps({**EXAMPLE_BATCH, "volunteers": PEOPLE}))
SAMPLES = 2


def asked(name: str = "no-shows", values: dict[str, Value] | None = None, **change: Any) -> bytes:
    """The payload of a ready scenario drawn twice."""
    (_, case, *_) = cases_of([name], [], values or {}, 1)
    told = {
        "scenarios": [case.model_dump(mode="json", by_alias=True, exclude_defaults=True)],
        "samples": SAMPLES,
        "seconds": None,
        "work": 100_000,
        "gap": 0.0,
        "seed": 0,
    }
    return json.dumps({"batch": json.loads(to_json(BATCH)), **told, **change}).encode()


def task(memory: float = 10_000, tell: Callable[[Any], None] = lambda told: None, seconds: float = 60) -> Task:
    return Task(seconds, memory, threading.Event(), tell)


def test_the_figures_are_those_of_a_run_by_hand_and_no_file_is_left(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "own").mkdir()
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path / "own"))
    told: list[Any] = []
    found = json.loads(comparison(asked(), task(tell=told.append)))
    by_hand = run(
        BATCH, cases_of(["no-shows"], [], {}, SAMPLES), Limits(seconds=20, work=100_000), tmp_path / "kept", 1
    )
    assert found["comparison"] == compared(BATCH.id, by_hand).model_dump(mode="json")
    assert found["progress"] == {"done": 3, "of": 3}
    assert told == [{"done": done, "of": 3} for done in range(3)]
    assert ("情景对比" in found["pages"]["zh"], "What if" in found["pages"]["en"]) == (True, True)
    assert list((tmp_path / "own").iterdir()) == []


def test_a_stop_keeps_what_is_planned_so_far() -> None:
    stopped = task(tell=lambda told: told["done"] == 2 and stopped.cancel.set())
    found = json.loads(comparison(asked(), stopped))
    assert found["progress"] == {"done": 2, "of": 3}
    assert [row["samples"] for row in found["comparison"]["rows"]] == [1, 1]


def test_a_stop_ends_the_plan_that_is_being_made() -> None:
    """Of a day that would be proved in a second, stopped as soon as it has begun."""
    day = {"batch": json.loads(to_json(county_day(300, 60))), "work": None, "samples": 1}
    stopped = task(tell=lambda told: told["done"] == 0 and stopped.cancel.set())
    found = json.loads(comparison(asked(**day), stopped))
    assert found["progress"] == {"done": 1, "of": 2}
    (row,) = found["comparison"]["rows"]
    assert (row["samples"], row["proved"]) == (1, 0)


def test_a_scenario_that_is_cut_short_is_not_compared(monkeypatch: pytest.MonkeyPatch) -> None:
    stopped = task()

    def cut(*given: Any) -> Ran:
        stopped.cancel.set()
        return planned(*given)

    monkeypatch.setattr(comparing, "planned", cut)
    day = {"batch": json.loads(to_json(county_day(300, 60))), "work": None}
    found = json.loads(comparison(asked(**day), stopped))
    assert found["progress"] == {"done": 1, "of": 3}
    (row,) = found["comparison"]["rows"]
    assert (row["name"], row["proved"]) == ("baseline", 1)


def test_what_a_batch_does_not_have_is_told_before_anything_is_planned() -> None:
    told: list[Any] = []
    with pytest.raises(InputError) as raised:
        comparison(asked("clinic", {"team": "没有这支队伍"}), task(tell=told.append))
    assert "/scenarios/0/edits/0/team" in [problem.where for problem in raised.value.problems]
    assert told == []


def test_too_much_memory_ends_it_in_words() -> None:
    with pytest.raises(OutOfMemoryError, match="内存不足"):
        comparison(asked(), task(memory=1))


@pytest.mark.parametrize(("seconds", "each"), [(None, 4.0), (1.5, 1.5), (9.0, 4.0)])
def test_all_plans_together_have_the_time_of_one_solve(
    monkeypatch: pytest.MonkeyPatch, seconds: float | None, each: float
) -> None:
    limits: list[Limits] = []

    def seen(batch: Any, cases: Any, given: Limits, task: Task) -> list[Any]:
        limits.append(given)
        raise InterruptedError

    monkeypatch.setattr(comparing, "_planned", seen)
    with pytest.raises(InterruptedError):
        comparison(asked(seconds=seconds), task(seconds=12))
    assert limits == [Limits(seconds=each, work=100_000, gap=0.0)]
