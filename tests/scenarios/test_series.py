"""A series of batches: figures over all of them, draws of each day, and what does not fit one."""

import re
from collections.abc import Sequence
from functools import partial
from pathlib import Path

import pytest

from matcher import Batch, InputError, MatcherError
from matcher.batch import Site
from matcher.plan import Plan
from scenarios import apply, load_scenario, read_scenario
from scenarios.cases import BASELINE, Case, cases_of
from scenarios.comparing import compared
from scenarios.outcome import Outcome, added, figures, outcome_of
from scenarios.report import report
from scenarios.report.page import page
from scenarios.report.png import slide
from scenarios.running import Ran, run
from scenarios.series import run_series
from scenarios.store import Limits
from tests.checker import build

LIMITS = Limits(work=200_000)
DAYS = ("", "tue", "wed")
Planned = tuple[list[Batch], list[Case], list[Ran], list[list[Ran]]]
"""A week, its cases, the series, and each day of it by itself with the cases of the series."""


def week(*ids: str) -> list[Batch]:
    """Days with the same people, each with one request more than the day before."""
    people = [build.volunteer(f"v{n}", n) for n in range(8)]
    asked = [build.request(f"r{n}", n, start=f"{8 + n}:00") for n in range(7)]
    return [build.batch(people, asked[: 4 + n], id=id) for n, id in enumerate(ids)]


def outcome(**fields: object) -> Outcome:
    batch = build.batch([build.volunteer("v", recent_requests=2)], [build.request("r"), build.request("s", 9)])
    plan = Plan(schema="matcher.plan/1", batch="b", status="optimal", gap=0, visits=(build.visit("r", "v"),))
    return outcome_of(batch, plan).model_copy(update={"travel": 10.0, "escalation": 1.0} | fields)


def test_figures_are_sums_or_the_worst_of_all_batches() -> None:
    worse = outcome(status="feasible", gap=0.02, travel=5.0, highest_load=9, village_share=0.25, people=3)
    both = added({"mon": outcome(), "tue": worse})
    assert both.asked == {"emergency": 0, "urgent": 0, "normal": 4, "low": 0}
    assert both.served == {"emergency": 0, "urgent": 0, "normal": 2, "low": 0}
    assert (both.places, both.filled, both.people, both.travel, both.escalation) == (4, 2, 4, 15.0, 2.0)
    assert (both.status, both.gap, both.highest_load, both.village_share) == ("feasible", 0.02, 9, 0.25)
    assert both.unserved == ("mon/s", "tue/s")
    assert added({"mon": outcome()}) == outcome()


@pytest.mark.parametrize(
    ("one", "status", "gap"),
    [
        ({}, "optimal", 0.0),
        ({"status": "feasible", "gap": None}, "feasible", None),
        ({"status": None, "gap": 0.1}, None, 0.1),
        ({"status": "none", "gap": None}, "none", None),
        ({"status": "infeasible", "gap": None}, "infeasible", None),
    ],
)
def test_a_series_is_proved_only_if_all_plans_are(one: dict[str, object], status: str, gap: float | None) -> None:
    found = added({"mon": outcome(), "tue": outcome(**one), "wed": outcome(village_share=None)})
    assert (found.status, found.gap, found.village_share) == (status, gap, 0.5)


@pytest.fixture(scope="module")
def planned(tmp_path_factory: pytest.TempPathFactory) -> Planned:
    bases, days = week("mon", "tue", "wed"), list[list[Ran]]()

    def plans(base: Batch, cases: Sequence[Case]) -> list[Ran]:
        days.append(run(base, cases, LIMITS, tmp_path_factory.mktemp("kept"), 1))
        return days[-1]

    cases = cases_of(["no-shows"], [], {"rate": 0.5}, 3)
    return bases, cases, run_series(bases, cases, plans), days


def test_means_and_changes_are_those_of_sums(planned: Planned) -> None:
    _, cases, ran, days = planned
    table = compared("mon", ran)
    base, row = table.rows
    assert (table.batch, table.further, row.samples) == ("mon", ("tue", "wed"), 3)
    assert base.asked["normal"] == row.asked["normal"] == 4 + 5 + 6
    for name in ("served.normal", "filled", "people", "travel"):
        sums = [sum(figures(day[n].result.outcome)[name] or 0 for day in days) for n in range(len(cases))]
        mean = sum(sums[1:]) / 3
        spread = (sum((value - mean) ** 2 for value in sums[1:]) / 2) ** 0.5
        found = next(figure for figure in row.figures if figure.name == name)
        assert found.mean == pytest.approx(mean)
        assert found.change == pytest.approx(mean - sums[0])
        assert found.half == pytest.approx(4.302653 * spread / 3**0.5)
    differ = [
        len(set(day[n].result.outcome.unserved) ^ set(day[0].result.outcome.unserved))
        for n in (1, 2, 3)
        for day in days
    ]
    assert sum(differ) > 0
    assert row.affected == pytest.approx(sum(differ) / 3)


def test_the_report_has_the_sums_and_the_first_day(planned: Planned) -> None:
    bases, _, ran, _ = planned
    told = report(bases[0], ran, "en")
    (scenario,) = told.scenarios
    assert {fate.request.id for fate in scenario.fates} == {"r0", "r1", "r2", "r3"}
    assert {fate.request.id for fate in scenario.affected} == set(ran[0].result.outcome.unserved) ^ set(
        ran[1].result.outcome.unserved
    )
    assert all(text in slide(told).parts for text in ("mon and 2 more, added up", " · mon, against the baseline"))
    assert re.search(r'<th scope="row">Normal requests served</th><td class="n">15 / 15</td>', page(told))


def test_people_are_absent_on_some_days_and_trained_on_all() -> None:
    batch = build.batch([build.volunteer(f"v{n}", n) for n in range(20)], [], skills=[{"id": "s"}])
    absent = load_scenario("no-shows")
    first, tue, wed = ([v.id for v in apply(absent, batch, 0, day).batch.volunteers if v.shifts] for day in DAYS)
    assert first == [v.id for v in apply(absent, batch).batch.volunteers if v.shifts]
    assert len({*map(tuple, (first, tue, wed))}) == 3
    text = (
        'schema = "matcher.scenario/1"\nid = "x"\n'
        '[[edits]]\nkind = "train"\ncount = 2\nskill = "s"\n[[edits]]\nkind = "recruit"\ncount = 2\n'
    )
    first, tue, wed = (apply(read_scenario(text), batch, 0, day).batch for day in DAYS)
    assert first == tue == wed != apply(read_scenario(text), batch, 1).batch


def test_a_series_of_one_is_the_batch_by_itself(tmp_path: Path) -> None:
    (base,) = week("mon")
    cases = cases_of(["no-shows"], [], {"rate": 0.5}, 2)
    plans = partial(run, limits=LIMITS, folder=tmp_path, jobs=1)
    alone = run(base, cases, LIMITS, tmp_path, 1)
    assert [ran.key for ran in run_series([base], cases, plans)] == [ran.key for ran in alone]


def test_a_name_unknown_in_one_batch_is_told_before_anything_is_planned() -> None:
    bases = week("mon", "tue")
    bases[0] = bases[0].model_copy(update={"sites": (Site(id="t", name="甲镇", tier="town"),)})
    scenario = read_scenario(
        'schema = "matcher.scenario/1"\nid = "x"\n[[edits]]\nkind = "dropout"\nrate = 1\ntowns = ["甲镇"]\n'
    )
    cases = [Case(name=BASELINE, scenario=None), Case(name="x", scenario=scenario)]
    with pytest.raises(InputError) as refused:
        run_series(bases, cases, never)
    assert "x（批次 tue）" in refused.value.zh
    assert "x (batch tue)" in refused.value.en
    assert [problem.code for problem in refused.value.problems] == ["unknown_name"]


def test_two_batches_of_one_id_are_refused() -> None:
    with pytest.raises(MatcherError, match="batches with one id: mon"):
        run_series(week("mon", "tue", "mon"), [Case(name=BASELINE, scenario=None)], never)


def never(base: Batch, cases: Sequence[Case]) -> list[Ran]:
    raise AssertionError(base.id)
