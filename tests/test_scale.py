"""The scale benchmark: made batches, what is reached, rows that fail, and the store of the best known."""

import sys
from collections.abc import Callable
from datetime import timedelta
from functools import partial
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner

from benchmarks import __main__ as command
from benchmarks import scale
from benchmarks.apart import FailedError, output_of
from benchmarks.best import Best, Known, contradictions, digest_of, merged
from benchmarks.degenerate import alike, no_shifts, nobody_can, one_place
from benchmarks.plain import fixed_batch, mixed_batch
from benchmarks.scale import Measured, Row, run_rows, scale_table
from matcher import Batch, check, dispatch, read_batch, to_json

STORED = Known("d", (10.0, 5.0, -40.0), (10.0, 6.0, -30.0))


def run_of(values: tuple[float, ...], bounds: tuple[float | None, ...], digest: str = "d") -> Known:
    return Known(digest, values, bounds)


def test_mixed_requests_have_the_shares_and_windows_asked_for() -> None:
    batch = mixed_batch(300, 400, flexible=0.5, groups=0.1)
    seen = {"fixed": 0, "single": 0, "group": 0}
    for request in batch.requests:
        (window,), (role,) = request.windows, request.roles
        length = window.end - window.start
        kind = "fixed" if not length else "group" if role.count > 1 else "single"
        seen[kind] += 1
        assert role.min_count == 1
        assert role.count <= 5
        if length:
            assert timedelta(hours=1) <= length <= timedelta(hours=4)
            assert length % timedelta(minutes=15) == timedelta(0)
        assert (window.start.hour, window.start.minute) >= (8, 15)
        assert (window.end.hour, window.end.minute) <= (15, 45)
    assert seen == {"fixed": 200, "single": 160, "group": 40}
    assert batch.policy.start_step_minutes == 5


def test_mixed_batches_are_made_by_their_seed() -> None:
    one, other = mixed_batch(50, 40, 7), mixed_batch(50, 40, 8)
    assert to_json(mixed_batch(50, 40, 7)) == to_json(one)
    assert (one.volunteers == other.volunteers, one.requests == other.requests) == (False, False)


def test_all_or_nothing_changes_nothing_but_the_least_number() -> None:
    some, all_ = mixed_batch(50, 40, step=15), mixed_batch(50, 40, step=15, all_or_nothing=True)
    assert all(role.min_count == role.count for request in all_.requests for role in request.roles)
    assert [(r.windows, r.roles[0].count) for r in some.requests] == [
        (r.windows, r.roles[0].count) for r in all_.requests
    ]
    assert (some.volunteers, some.id) == (all_.volunteers, all_.id.replace("all", "any"))
    assert all_.policy.start_step_minutes == 15


def test_more_groups_than_flexible_requests_are_refused() -> None:
    with pytest.raises(ValueError, match=r"groups 0\.2 and flexible 0\.1"):
        mixed_batch(10, 10, flexible=0.1, groups=0.2)


@pytest.mark.parametrize(
    ("make", "served"), [(alike, True), (nobody_can, False), (no_shifts, False), (one_place, True)]
)
def test_degenerate_batches_are_valid_and_solved(make: Callable[[int, int], Batch], served: bool) -> None:
    batch = make(20, 4)
    assert read_batch(to_json(batch)) == batch
    plan = dispatch(batch)
    assert (plan.status, bool(plan.visits), check(batch, plan).valid) == ("optimal", served, True)


@pytest.mark.parametrize(
    ("values", "bounds", "found"),
    [
        ((10, 5, -35), (10, 6, -30), []),
        # Its first tier is above what was proved of all plans.
        ((11, 0, -90), (11, 0, -90), ["tier 1 of this run is 11, but the store has proved at most 10.0"]),
        # With what is stored in the first tiers, and with more than that, the last tier cannot be above -30.
        ((10, 5, -29), (10, 6, -29), ["tier 3 of this run is -29, but the store has proved at most -30.0"]),
        ((10, 6, -29), (10, 6, -29), ["tier 3 of this run is -29, but the store has proved at most -30.0"]),
        # It gave up something in an earlier tier, so it may beat the later bounds.
        ((9, 7, -10), (10, 8, -5), []),
        ((10, 4, -10), (10, 6, -5), []),
        # What it claims to be the most is below what is stored.
        ((9, 5, -50), (9.5, 7, -20), ["tier 1 of the store is 10.0, but this run has proved at most 9.5"]),
        ((10, 5, -50), (10, 6, -45), ["tier 3 of the store is -40.0, but this run has proved at most -45"]),
        # Proved for all plans with at least 9 in the first tier, so also for the one stored, which has 10 there.
        ((9, 4, -60), (10, 4.5, -20), ["tier 2 of the store is 5.0, but this run has proved at most 4.5"]),
        # Proved for plans with at least 6 in the second tier only, and the one stored has 5 there.
        ((10, 6, -45), (10, 6, -42), []),
        ((10, 5, -50), (None, None, None), []),
    ],
)
def test_values_and_bounds_are_held_against_each_other(
    values: tuple[float, ...], bounds: tuple[float | None, ...], found: list[str]
) -> None:
    assert contradictions(STORED, run_of(values, bounds)) == found
    swapped = [
        words.replace("this run", "?").replace("the store", "this run").replace("?", "the store") for words in found
    ]
    assert contradictions(run_of(values, bounds), STORED) == swapped


def test_rounding_is_no_contradiction() -> None:
    # A plan states 20000 as its bound where 20000.01 is proved: a gap of 0.5e-6 counts as none.
    proved = run_of((20000.0,), (20000.0,))
    assert contradictions(proved, run_of((20000.01,), (20000.01,))) == []
    assert len(contradictions(proved, run_of((20000.02,), (20000.02,)))) == 1
    # 1/3 + 1/3 rounded to six decimals in another order: still the same first tier, whose bound holds.
    third = run_of((0.666667, 1.0), (0.666667, 1.0))
    assert len(contradictions(third, run_of((0.666666, 2.0), (0.666667, 2.0)))) == 1


@pytest.mark.parametrize(
    ("values", "bounds", "expected"),
    [
        # The same values: the lower bounds, each from where it is.
        ((10, 5, -40), (11, 5.5, None), ((10, 5, -40), (10, 5.5, -30))),
        # A worse plan whose bounds hold beside better values, as it asks for no more than 9 and 5.
        ((9, 5, -70), (10, 5.5, -35), ((10, 5, -40), (10, 5.5, -35))),
        # A worse plan whose last bound takes a second tier of 6 for granted.
        ((9, 6, -70), (10, 7, -60), ((10, 5, -40), (10, 6, -30))),
        # A better plan keeps what was proved for fewer.
        ((10, 6, -45), (10, 6, None), ((10, 6, -45), (10, 6, -30))),
        # Better by less than plans can state: what is known stays.
        ((10.000001, 5, -41), (10.000001, 6, -30), ((10, 5, -40), (10, 6, -30))),
    ],
)
def test_the_better_plan_and_the_lower_bounds_are_kept(
    values: tuple[float, ...], bounds: tuple[float | None, ...], expected: tuple[Any, Any]
) -> None:
    found = merged(STORED, run_of(values, bounds))
    assert (found.values, found.bounds) == expected


def test_a_bound_that_takes_more_for_granted_than_the_better_plan_has_is_dropped() -> None:
    known = run_of((10, 5, -40), (12, 6, -30))
    better = run_of((11, 4, -20), (12, 7, None))
    assert merged(known, better) == run_of((11, 4, -20), (12, 6, None))


def test_the_store_learns_and_is_read_back(tmp_path: Path) -> None:
    path = tmp_path / "best.json"
    best = Best(path)
    assert best.hold("day", STORED) == "new"
    assert best.hold("day", STORED) == "held"
    assert best.hold("day", run_of((10.0, 5.0, -39.0), (10.0, 6.0, -30.0))) == "better"
    assert best.hold("day", run_of((10.0, 5.0, -50.0), (10.0, 5.0, -30.0))) == "better"
    best.save()
    again = Best(path)
    assert again.hold("day", run_of((10.0, 5.0, -39.0), (10.0, 5.0, -30.0))) == "held"
    assert again.hold("day", run_of((11.0, 5.0, -39.0), (11.0, 5.0, -30.0))) == "contradicted"
    assert again.contradicted == ["day: tier 1 of this run is 11.0, but the store has proved at most 10.0"]
    again.save()
    assert path.read_text(encoding="utf-8") == (
        '{\n"day": {"digest": "d", "values": [10.0, 5.0, -39.0], "bounds": [10.0, 5.0, -30.0]}\n}\n'
    )
    # Another batch of the same name: what was known is no measure of it.
    assert again.hold("day", run_of((11.0, 5.0, -39.0), (11.0, 5.0, -30.0), "e")) == "changed"
    assert [entry.name for entry in tmp_path.iterdir()] == ["best.json"]


def test_a_child_that_fails_says_why() -> None:
    assert output_of([sys.executable, "-c", "print(1)"], 30).strip() == "1"
    for code, seconds, reason in (
        ("raise MemoryError", 30, "out of memory"),
        ("import time; time.sleep(60)", 0.3, "ended after 0 s"),
        ("raise SystemExit('no such file')", 30, "exit code 1 no such file"),
    ):
        with pytest.raises(FailedError, match=reason):
            output_of([sys.executable, "-c", code], seconds)


@pytest.mark.skipif(sys.platform == "win32", reason="Windows has no signals")
def test_a_child_that_is_killed_says_so() -> None:
    with pytest.raises(FailedError, match="ended by signal 9"):
        output_of([sys.executable, "-c", "import os; os.kill(os.getpid(), 9)"], 30)


@pytest.mark.skipif(sys.platform != "linux", reason="only Linux keeps to a cap of memory")
def test_a_child_cannot_ask_for_more_than_its_cap() -> None:
    code = "from benchmarks.apart import cap_memory; cap_memory(2); bytearray({})"
    output_of([sys.executable, "-c", code.format(10**6)], 60)
    with pytest.raises(FailedError, match="out of memory"):
        output_of([sys.executable, "-c", code.format(3 * 10**9)], 60)


@pytest.mark.skipif(sys.platform == "win32", reason="Windows does not tell")
def test_the_peak_of_a_child_is_its_own() -> None:
    """A parent that holds a gigabyte starts a child that needs less: what counts is the child."""
    held = bytearray(b"x") * 2**30
    peak = float(output_of([sys.executable, "-c", "from benchmarks.apart import peak_mb; print(peak_mb())"], 60))
    assert len(held) == 2**30
    assert 10 < peak < 1000


def line(gap: float | None = 0.0, seconds: float = 1.0, peak: float | None = 300.0, **changed: Any) -> dict[str, Any]:
    """What a child gives."""
    result = {"status": "feasible", "gap": gap, "seconds": seconds, "violations": 0, "values": [1.0], "bounds": [1.0]}
    return {"start": 1.0, "reading": 0.1, "peak_mb": peak, "result": result | changed}


ROW = Row("row", partial(fixed_batch, 5, 1), 1, 1e-4, 2)


@pytest.mark.parametrize(
    ("given", "reached"),
    [
        (line(), True),
        (line(gap=1e-4, peak=2048.0), True),
        (line(gap=1.1e-4), False),
        (line(gap=None), False),
        (line(seconds=1.001), False),
        (line(peak=2049.0), False),
        (line(peak=None), True),
        (None, False),
    ],
)
def test_reached_is_gap_and_time_and_memory(given: dict[str, Any] | None, reached: bool) -> None:
    assert Measured(ROW, 5, 1, given).reached is reached


def cells(measured: list[Measured], column: str) -> list[str]:
    table = scale_table([measured])
    return next([str(cell) for cell in found.cells] for found in table.columns if found.header == column)


def test_growth_is_held_against_the_first_row() -> None:
    row = Row("growth", partial(fixed_batch, 5, 1), 60, 1e-4, grows=True)
    measured = [
        Measured(row, 10, 1, line(seconds=2.0)),
        Measured(row, 30, 1, line(seconds=6.0)),
        Measured(row, 60, 1, line(seconds=12.1)),
        Measured(row, 90, 1, line(seconds=6.0, gap=0.01)),
    ]
    assert cells(measured, "x") == ["1.0", "3.0", "6.0", "-"]
    assert cells(measured, "reached") == ["yes", "yes", "no", "no"]


def rows(names: str) -> list[Row]:
    return [Row(name, partial(fixed_batch, 5, 1, seed), 1, 1e-4) for seed, name in enumerate(names)]


def test_a_row_that_fails_does_not_stop_the_rest(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    asked = []

    def solve(path: Path, *limits: float) -> dict[str, Any]:
        asked.append(limits)
        if len(asked) == 1:
            raise FailedError("out of memory")
        return line(values=None, bounds=None) if len(asked) == 2 else line()

    monkeypatch.setattr(scale, "solve_apart", solve)
    best = Best(tmp_path / "best.json")
    (measured,) = run_rows([rows("abc")], best, None, store=True)
    assert [(one.failure, one.known) for one in measured] == [("out of memory", "-"), ("", "-"), ("", "new")]
    assert cells(measured, "status") == ["out of memory", "feasible", "feasible"]
    assert asked == [(1, 1e-4, 6)] * 3
    assert list(Best(tmp_path / "best.json").known) == ["fixed-5x1-any-2"]


@pytest.mark.parametrize(
    ("given", "words"),
    [
        (line(values=[2.0], bounds=[2.0]), "fixed-5x1-any-0: tier 1 of this run is 2.0, but the store has proved"),
        (line(values=[0.5], bounds=[0.7]), "fixed-5x1-any-0: tier 1 of the store is 1.0, but this run has proved"),
        (line(violations=2), "a: 2 violations"),
    ],
)
def test_a_contradiction_is_an_error_and_not_stored(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, given: dict[str, Any], words: str
) -> None:
    monkeypatch.setattr(command, "ROWS", (rows("ab"),))
    path = tmp_path / "best.json"
    arguments = ["scale", "--only", "a", "--seconds", "7", "--best", str(path), "--store"]
    monkeypatch.setattr(scale, "solve_apart", lambda path, seconds, gap, cap: line(seconds=seconds))
    assert CliRunner().invoke(command.app, arguments).exit_code == 0
    stored = path.read_text(encoding="utf-8")
    assert digest_of(to_json(fixed_batch(5, 1, 0))) in stored
    monkeypatch.setattr(scale, "solve_apart", lambda *_: given)
    done = CliRunner().invoke(command.app, arguments)
    assert (done.exit_code, words in done.output) == (3, True), done.output
    assert path.read_text(encoding="utf-8") == stored


def test_without_store_nothing_is_written(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setattr(scale, "solve_apart", lambda *_: line())
    run_rows([rows("a")], Best(tmp_path / "best.json"), None, store=False)
    assert list(tmp_path.iterdir()) == []


def test_rows_have_names_of_their_own_and_a_name_nobody_has_is_refused() -> None:
    names = [row.name for section in scale.ROWS for row in section]
    assert len(set(names)) == len(names) == 19
    done = CliRunner().invoke(command.app, ["scale", "--only", "moon"])
    assert (done.exit_code, "no row is called moon" in " ".join(done.output.replace("│", " ").split())) == (2, True)


@pytest.mark.slow
def test_a_row_is_solved_in_a_child(tmp_path: Path) -> None:
    best = Best(tmp_path / "best.json")
    (measured,) = run_rows([[Row("tiny", partial(mixed_batch, 30, 8), 60, 0.0)]], best, None, store=True)
    result = measured[0].line["result"] if measured[0].line else {}
    assert (result.get("status"), result.get("violations"), measured[0].known) == ("optimal", 0, "new")
    assert Best(tmp_path / "best.json").known["mixed-30x8-0.5-0.1-5min-any-1"].values == tuple(result["values"])
