"""Scenarios compared with a batch as it is, in this one process: the figures, and a page in each language."""

import json
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING

from matcher.batch import Batch
from matcher.errors import InputError, Problem
from matcher.reading import read_batch
from scenarios.cases import BASELINE, Case
from scenarios.report import report
from scenarios.report.page import page
from scenarios.report.words import Words
from scenarios.running import Ran, Within, planned, planned_base
from scenarios.scenario import apply
from scenarios.store import Limits, Store

if TYPE_CHECKING:
    from matcher.service.jobs.child import Task


def comparison(payload: bytes, task: "Task") -> bytes:
    """`{"progress", "comparison", "pages"}` of a payload; of what is planned so far where the task is cancelled.

    All plans together have the task's seconds, each the same share. Raises InputError where a scenario does not fit
    the batch, with the problems of all scenarios, and OutOfMemoryError.
    """
    asked = json.loads(payload)
    batch = read_batch(json.dumps(asked["batch"]))
    scenarios = [Case.model_validate_json(json.dumps(each)) for each in asked["scenarios"]]
    _require_fit(batch, scenarios)
    samples = [each.model_copy(update={"sample": n}) for each in scenarios for n in range(asked["samples"])]
    cases = [Case(name=BASELINE, scenario=None), *samples]
    share = task.seconds / len(cases)
    seconds = min(asked["seconds"] or share, share)
    limits = Limits(seconds=seconds, work=asked["work"], gap=asked["gap"], seed=asked["seed"])
    ran = _planned(batch, cases, limits, task)
    told = report(batch, ran, "zh")
    found = {
        "progress": {"done": len(ran), "of": len(cases)},
        "comparison": told.table.model_dump(mode="json"),
        "pages": {"zh": page(told), "en": page(replace(told, words=Words("en")))},
    }
    return json.dumps(found, ensure_ascii=False).encode()


def _require_fit(batch: Batch, scenarios: Sequence[Case]) -> None:
    """Raises InputError before anything is planned where the batch has not what a scenario names."""
    problems = list[Problem]()
    for n, case in enumerate(scenarios):
        assert case.scenario
        try:
            apply(case.scenario, batch)
        except InputError as error:
            problems += [replace(found, where=f"/scenarios/{n}{found.where}") for found in error.problems]
    if problems:
        raise InputError(
            f"情景与批次不符，有 {len(problems)} 处错误",
            f"Problems of the scenarios with this batch: {len(problems)}",
            problems,
        )


def _planned(batch: Batch, cases: Sequence[Case], limits: Limits, task: "Task") -> list[Ran]:
    """The baseline and the others that are planned before a stop: one cut short would look worse than it is."""
    within = Within(task.memory, task.cancel)
    task.tell({"done": 0, "of": len(cases)})
    with TemporaryDirectory() as folder:
        store = Store(Path(folder))
        ran = [planned_base(batch, cases[0], limits, store, within)]
        base = ran[0].key
        past = store.past(base)
        for case in cases[1:]:
            task.tell({"done": len(ran), "of": len(cases)})
            if task.cancel.is_set():
                break
            found = planned(batch, case, limits, store, base, past, within)
            if found.result.plan.stop != "cancelled":
                ran.append(found)
    return ran
