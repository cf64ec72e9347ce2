"""The runner: a line per instance, what is run again and what is not, what makes it fail."""

import json
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner

from benchmarks import commands, runner, single
from benchmarks.__main__ import app
from benchmarks.apart import FailedError
from benchmarks.best import Best, Known
from benchmarks.case import Case, Judged
from benchmarks.families import FOLDERS, NoDataError, cases_of
from benchmarks.lines import FIELDS, mend, read_lines
from benchmarks.plain import fixed_batch
from benchmarks.runner import Run, is_broken, is_new_best, run
from benchmarks.single import solve_case, solved_by_peer, thinned
from matcher import Batch, Plan, dispatch

CASE = Case("made/one", lambda: fixed_batch(20, 4))


def judged(objective: float | None, *wrong: str) -> Case:
    """The same case with ten as the best known."""
    return Case("made/one", CASE.make, 10.0, lambda batch, plan: Judged(objective, {"part": 1.0}, wrong))


def asked(tmp_path: Path, **changed: Any) -> Run:
    fields: dict[str, Any] = {"family": "county", "data": None, "seconds": 5.0, "seed": 0, "out": tmp_path / "r.jsonl"}
    return Run(**(fields | changed))


def found(**changed: Any) -> dict[str, Any]:
    """What the process of one case tells."""
    return {"status": "feasible", "objective": 11.0, "known": 10.0, "wrong": [], "violations": [], **changed}


class Apart:
    """Stands in for the process of a case: gives what was said, or fails, and counts."""

    def __init__(self, *given: dict[str, Any] | FailedError) -> None:
        self.given, self.calls = list(given), list[str]()

    def __call__(self, asked: Run, case: str, solver: str, plan: Path) -> dict[str, Any]:
        self.calls.append(f"{case} {solver}")
        now = self.given.pop(0)
        if isinstance(now, FailedError):
            raise now
        plan.write_text('{"visits": [1]}', encoding="utf-8")
        return now


def apart(monkeypatch: pytest.MonkeyPatch, *given: dict[str, Any] | FailedError) -> Apart:
    stand_in = Apart(*given)
    monkeypatch.setattr(runner, "solve_apart", stand_in)
    return stand_in


def no_best(tmp_path: Path) -> Best:
    return Best(tmp_path / "best.json")


def test_a_case_is_solved_in_a_process_of_its_own(tmp_path: Path) -> None:
    out = tmp_path / "results" / "r.jsonl"
    plans = tmp_path / "plans"
    done = CliRunner().invoke(
        app,
        [
            "run",
            "county",
            "--only",
            "300x100-scarce-1",
            "--seconds",
            "20",
            "--out",
            str(out),
            "--solutions",
            str(plans),
        ],
    )
    assert done.exit_code == 0, done.output
    (line,) = read_lines(out)
    assert tuple(line) == FIELDS
    assert (line["instance"], line["solver"], line["objective"]) == ("county/300x100-scarce-1", "matcher", None)
    assert (line["volunteers"], line["requests"], line["violations"], line["wrong"]) == (300, 100, [], [])
    assert line["places"] >= line["visits"] >= line["served"] > 0
    assert line["anytime"][-1][1] == pytest.approx(line["values"], abs=1e-5)
    assert line["command"] == "python -m benchmarks run county --seconds 20 --seed 0 --out FILE"
    plan = json.loads((plans / "county-300x100-scarce-1.json").read_text(encoding="utf-8"))
    assert len(plan["visits"]) == line["visits"]


def test_what_is_in_the_file_is_not_run_again(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    process = apart(monkeypatch, found(), found(), found())
    first = run(asked(tmp_path), [CASE], no_best(tmp_path))
    again = run(asked(tmp_path), [CASE], no_best(tmp_path))
    assert (len(process.calls), again) == (1, first)
    run(asked(tmp_path, seed=1), [CASE], no_best(tmp_path))
    run(asked(tmp_path, seconds=6.0), [CASE], no_best(tmp_path))
    assert len(process.calls) == 3
    monkeypatch.setattr(runner, "versions", lambda: {"python": "4"})
    process.given.append(found())
    run(asked(tmp_path), [CASE], no_best(tmp_path))
    assert len(process.calls) == 4


def test_a_half_written_line_is_dropped_and_its_instance_run_again(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    process = apart(monkeypatch, found(), found())
    run(asked(tmp_path), [CASE], no_best(tmp_path))
    path = tmp_path / "r.jsonl"
    text = path.read_text(encoding="utf-8")
    path.write_text(text[:-20], encoding="utf-8")
    assert read_lines(path) == []
    run(asked(tmp_path), [CASE], no_best(tmp_path))
    assert (len(process.calls), len(path.read_text(encoding="utf-8").splitlines())) == (2, 1)
    mend(path)
    assert len(read_lines(path)) == 1


def test_a_crash_is_a_row_and_is_tried_again(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    apart(monkeypatch, FailedError("out of memory"), found(), found())
    other = Case("made/two", CASE.make)
    first, second = run(asked(tmp_path), [judged(11.0), other], no_best(tmp_path))
    assert (first["status"], first["failure"], first["known"]) == ("crashed", "out of memory", 10.0)
    assert second["status"] == "feasible"
    run(asked(tmp_path), [judged(11.0), other], no_best(tmp_path))
    assert [line["status"] for line in read_lines(tmp_path / "r.jsonl")] == ["feasible", "feasible"]


@pytest.mark.parametrize(
    ("line", "broken", "best"),
    [
        (found(), False, False),
        (found(objective=9.0), False, True),
        (found(objective=10 - 1e-7), False, False),
        (found(objective=9.0, wrong=["late"]), True, False),
        (found(objective=9.0, violations=["late"]), True, False),
        (found(objective=9.0, known=None), False, False),
        (found(objective=None), False, False),
    ],
)
def test_what_is_broken_and_what_is_a_new_best(line: dict[str, Any], broken: bool, best: bool) -> None:
    assert (is_broken(line | {"solver": "matcher"}), is_new_best(line)) == (broken, best)
    assert not is_broken(line | {"solver": "other"})


def test_a_new_best_solution_is_kept_with_its_parts(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    apart(monkeypatch, found(objective=9.0, parts={"travel": 9.0}))
    run(asked(tmp_path), [CASE], no_best(tmp_path))
    kept = json.loads((tmp_path / "r.jsonl.best" / "made-one.json").read_text(encoding="utf-8"))
    assert (kept["objective"], kept["known"], kept["parts"]) == (9.0, 10.0, {"travel": 9.0})
    assert kept["solution"] == {"visits": [1]}


def test_the_command_fails_for_a_wrong_plan_and_names_a_new_best(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setattr(commands, "cases_of", lambda family, data: iter([CASE]))
    apart(monkeypatch, found(wrong=["visit 3 is late"]), found(objective=9.0))
    out = tmp_path / "r.jsonl"
    done = CliRunner().invoke(app, ["run", "county", "--out", str(out)])
    assert (done.exit_code, "made/one: visit 3 is late" in done.output) == (3, True)
    done = CliRunner().invoke(app, ["run", "county", "--out", str(out), "--seed", "1"])
    assert (done.exit_code, "9.0 is better than the best known, 10.0" in done.output) == (0, True)


def test_a_contradiction_to_the_store_fails(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setattr(commands, "cases_of", lambda family, data: iter([CASE]))
    store = Best(tmp_path / "best.json")
    store.hold("made/one", Known("d", (5.0,), (5.0,)))
    store.save()
    apart(monkeypatch, found(digest="d", values=[6.0], bounds=[7.0]))
    done = CliRunner().invoke(
        app, ["run", "county", "--out", str(tmp_path / "r.jsonl"), "--best", str(tmp_path / "best.json")]
    )
    assert (done.exit_code, "has proved at most 5.0" in done.output) == (3, True)


def test_judge_and_bound_of_the_family_stand_in_the_line() -> None:
    case = Case("made/one", CASE.make, 10.0, lambda batch, plan: Judged(12.0), bound=lambda bound: -bound)
    line, solution = solve_case(case, "matcher", 10, 0)
    assert (line["objective"], line["distance"]) == (12.0, pytest.approx(0.2))  # 12 / 10 - 1
    assert line["objective_bound"] == -line["bounds"][-1]
    assert solution is not None
    assert len(solution["visits"]) == line["visits"]


class Other:
    """A peer that gives back our plan without its first visits."""

    name = "other"

    def __init__(self, words: str | None = None, lost: int = 0, found: bool = True) -> None:
        self.words, self.lost, self.found = words, lost, found

    def cannot(self, batch: Batch) -> str | None:
        return self.words

    def solve(self, batch: Batch, seconds: float, seed: int) -> Plan | None:
        visits = dispatch(batch).visits[self.lost :]
        return Plan(schema="matcher.plan/1", batch=batch.id, visits=visits) if self.found else None


def test_a_peer_is_judged_like_ours(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(single, "all_peers", lambda: [Other(lost=1)])
    ours, _ = solve_case(judged(12.0), "matcher", 10, 0)
    line, _ = solve_case(judged(12.0), "other", 10, 0)
    assert (line["status"], line["objective"], line["violations"]) == ("feasible", 12.0, [])
    assert (line["visits"], line["values"] < ours["values"]) == (ours["visits"] - 1, True)


def test_a_peer_may_decline_or_find_nothing() -> None:
    batch = CASE.make()
    assert solved_by_peer(CASE, batch, Other("no windows"), 1, 0)[0]["failure"] == "no windows"
    line, plan = solved_by_peer(CASE, batch, Other(found=False), 1, 0)
    assert (line["status"], plan) == ("none", None)


def test_peers_get_a_line_each(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setattr(runner, "all_peers", lambda: [Other()])
    process = apart(monkeypatch, found(), found())
    lines = run(asked(tmp_path, peers=True), [CASE], no_best(tmp_path))
    assert process.calls == ["made/one matcher", "made/one other"]
    assert [line["solver"] for line in lines] == ["matcher", "other"]


def test_the_course_of_a_run_keeps_what_is_new_and_both_ends() -> None:
    course = [(float(i), (float(i // 2),), (None,)) for i in range(1000)]  # every value twice: 500 are new
    kept = thinned(course)
    assert (len(kept), kept[0], kept[-1]) == (200, (0.0, (0.0,), (None,)), (998.0, (499.0,), (None,)))
    assert thinned(course[:5]) == [course[0], course[2], course[4]]


@pytest.mark.parametrize("family", [name for name, folder in FOLDERS.items() if folder])
def test_a_family_without_its_folder_says_which(family: str, tmp_path: Path) -> None:
    with pytest.raises(NoDataError, match=FOLDERS[family]):
        cases_of(family, tmp_path)
