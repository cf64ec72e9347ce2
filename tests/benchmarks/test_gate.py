"""The gate: the small batches are what they should be, nothing of them is worse than before, and worse is noticed."""

import json
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner

from benchmarks import commands, gate
from benchmarks.__main__ import app
from benchmarks.commands import BASELINE
from benchmarks.gate import Mark, mark_of, other_versions, read_baseline, worse_than
from benchmarks.smoke import SMOKE, errands
from matcher import Batch, Plan, dispatch

BEFORE = Mark("d", (3.0, -20.0), (3.0, -18.0), 0.1, 1000, 100)


def mark(**changed: Any) -> Mark:
    return Mark(**(BEFORE.__dict__ | changed))


@pytest.mark.slow
def test_nothing_is_worse_than_before() -> None:
    done = CliRunner().invoke(app, ["gate"])
    assert done.exit_code == 0, done.output


def test_the_baseline_is_of_the_batches_there_are() -> None:
    marks = read_baseline(BASELINE)
    assert list(marks) == list(SMOKE)
    assert marks["county 300x60 fixed"].routes > 0


def test_errands() -> None:
    """Counted by hand: see below.

    `a`, at 0, serves `first` at 1 from 9:00 to 9:30 and reaches `both` at 9 at 9:38. Its lead starts by 9:30 and so is
    `b`'s, from home one cell away; `a` helps from 9:40 to 10:00, and is at `later`, at 2, at 10:07. Minutes of `a`:
    1 + 8 + 7 + 2, of `b`: 1 + 1; together 20. With `b` at `first` it would be 9 + 8 + 1 and 9 + 7 + 2.
    """
    plan = dispatch(errands())
    assert (plan.status, plan.score and plan.score.tiers) == ("optimal", (3.0, -20.0))
    sent = {(visit.request, visit.role): visit.volunteer for visit in plan.visits}
    assert sent == {("first", "helper"): "a", ("both", "lead"): "b", ("both", "helper"): "a", ("later", "helper"): "a"}


@pytest.mark.parametrize(
    ("now", "words"),
    [
        (mark(), []),
        (mark(work=1100, routes=110), []),
        (mark(work=1101), ["work 1000 -> 1101"]),
        (mark(routes=111), ["routes 100 -> 111"]),
        (mark(gap=0.11), ["gap 0.1 -> 0.11"]),
        (mark(gap=None, bounds=(3.0, None)), ["bound of tier 2: -18 -> none", "gap 0.1 -> none"]),
        (mark(values=(2.0, 0.0)), ["value of tier 1: 3 -> 2"]),
        (mark(bounds=(4.0, -18.0)), ["bound of tier 1: 3 -> 4"]),
        # A better first tier: the later value and bound are of another matter.
        (mark(values=(4.0, -30.0), bounds=(3.0, -10.0)), []),
        (mark(values=(3.0, -21.0)), ["value of tier 2: -20 -> -21"]),
        (mark(values=None, bounds=None), ["values (3.0, -20.0) -> None"]),
        (mark(digest="e", work=5000), ["is another batch than in the baseline"]),
    ],
)
def test_what_is_worse_is_told(now: Mark, words: list[str]) -> None:
    assert list(worse_than(BEFORE, now)) == words


def test_a_mark_holds_what_the_plan_states() -> None:
    batch = errands()
    plan = dispatch(batch)
    held = mark_of(batch, plan)
    assert (held.values, held.bounds, held.gap, held.work) == ((3.0, -20.0), (3.0, -20.0), 0.0, plan.work)
    assert held.routes > 0


def test_the_command_fails_until_what_changed_is_stored(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setattr(commands, "SMOKE", {"errands": errands})
    path = tmp_path / "baseline.json"
    arguments = ["gate", "--baseline", str(path)]
    assert CliRunner().invoke(app, arguments).exit_code == 3  # not in the baseline
    assert CliRunner().invoke(app, [*arguments, "--store"]).exit_code == 0
    assert CliRunner().invoke(app, arguments).exit_code == 0
    entries = json.loads(path.read_text(encoding="utf-8"))
    entries["marks"]["errands"]["values"][1] = -19.0
    entries["versions"]["numpy"] = "1.0"
    path.write_text(json.dumps(entries), encoding="utf-8")
    done = CliRunner().invoke(app, arguments)
    assert (done.exit_code, "value of tier 2: -19 -> -20" in done.output, "numpy 1.0 ->" in done.output) == (
        3,
        True,
        True,
    )


def test_a_plan_that_breaks_a_rule_fails_and_is_not_stored(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    def without_the_first(batch: Batch, work: int) -> Plan:
        plan = dispatch(batch, work=work)
        return plan.model_copy(update={"visits": tuple(v for v in plan.visits if v.request != "first")})

    monkeypatch.setattr(commands, "SMOKE", {"errands": errands})
    monkeypatch.setattr(gate, "dispatch", without_the_first)
    path = tmp_path / "baseline.json"
    done = CliRunner().invoke(app, ["gate", "--baseline", str(path), "--store"])
    assert (done.exit_code, "first" in done.output, path.exists()) == (3, True, False)


def test_the_same_versions_are_not_told(tmp_path: Path) -> None:
    assert other_versions(tmp_path / "nothing.json") is None
