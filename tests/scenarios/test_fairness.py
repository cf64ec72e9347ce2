"""What fairness costs: points that hold by optimality, figures that are those of their plans, and how they are told."""

import re
from collections import Counter
from fractions import Fraction
from io import BytesIO
from itertools import pairwise
from pathlib import Path
from random import Random
from statistics import fmean

import pytest
from python_calamine import CalamineWorkbook

from matcher import Batch, Plan, check, dispatch, to_json
from matcher.answers.trial import Trial
from matcher.batch import Site
from matcher.cli import main
from matcher.progress import Progress
from scenarios.cases import BASELINE, Case
from scenarios.fairness import STRENGTHS, Curve, Point, curve
from scenarios.findings import Findings
from scenarios.outcome import outcome_of
from scenarios.report import made, report
from scenarios.report.draw import width_of
from scenarios.report.fairness import GAP, WIDTH, spread
from scenarios.report.page import page
from scenarios.report.words import Lang
from scenarios.running import Ran
from scenarios.store import Result
from tests.checker import build

PAST = {"v1": (10, 10), "v2": (10, 7), "v3": (10, 4), "v4": (20, 2)}
"""Places asked for and filled before, by village; all together 23 of 50."""
BELOW = ("v3", "v4")


def scarce(seed: int, past: bool = True) -> Batch:
    """Three people, and eight requests at one hour from four villages, of different value and at different places."""
    dice = Random(f"fair {seed}")
    sites = [
        Site(id=id, tier="village", parent="c", **({"past_places": asked, "past_filled": filled} if past else {}))
        for id, (asked, filled) in PAST.items()
    ]
    requests = [
        build.request(f"r{n}", dice.randrange(30), site=f"v{1 + n % 4}", value=dice.choice((1, 1.3, 1.7, 2.2)))
        for n in range(8)
    ]
    people = [build.volunteer(f"p{n}", 10 * n, recent_requests=dice.randrange(4)) for n in range(4)]
    people[0] = people[0].model_copy(update={"shifts": ()})
    return build.batch(people, requests, sites=[Site(id="c", tier="county", place=build.mark(0)), *sites])


def drawn(seed: int, past: bool = True) -> tuple[Batch, Plan, Curve]:
    """A batch, its best plan, and the curve."""
    batch = scarce(seed, past)
    plan = dispatch(batch)
    found = curve(batch, plan, None)
    assert found
    return batch, plan, found


def test_the_best_plan_comes_first_and_stronger_points_cost_no_less() -> None:
    dearer = 0
    for seed in range(6):
        batch, plan, found = drawn(seed)
        best, *by_strength, levelled = found.points
        assert [point.strength for point in found.points] == [0, *STRENGTHS, None]
        assert best.plan == plan
        assert (best.places, best.minutes, best.changed, set(best.tiers)) == (0, 0, 0, {0.0})
        assert all(point.proved for point in found.points)
        # Normal coverage is all that strengths weigh: what it loses and what it buys both rise.
        normal = [point.tiers[2] for point in (best, *by_strength)]
        assert all(after <= before + 1e-6 for before, after in pairwise(normal))
        bonus = [help_of(batch, point.plan) for point in (best, *by_strength)]
        assert all(after >= before - 1e-6 for before, after in pairwise(bonus))
        assert levelled.tiers[:4] == (0, 0, 0, 0)
        assert levelled.highest <= best.highest
        dearer += normal[-1] < 0
    assert dearer > 2


def help_of(batch: Batch, plan: Plan) -> float:
    """Values served, by how far their villages stand below all together."""
    asked, filled = (sum(column) for column in zip(*PAST.values(), strict=True))
    served = {visit.request for visit in plan.visits}
    return sum(
        request.value * max(0, 1 - Fraction(*reversed(PAST[request.site or ""])) / Fraction(filled, asked))
        for request in batch.requests
        if request.id in served
    )


def test_figures_are_those_of_valid_plans() -> None:
    batch, plan, found = drawn(1)
    assert found.villages == BELOW
    before = check(batch, plan).score
    for point in found.points:
        told = check(batch, point.plan)
        assert told.valid
        assert point.places == len(point.plan.visits) - len(plan.visits)
        assert point.minutes == pytest.approx(told.score.terms["travel"] - before.terms["travel"], abs=0.01)
        assert point.tiers == pytest.approx([b - a for a, b in zip(before.tiers, told.score.tiers, strict=True)])
        shares = [share(batch, point.plan, village) for village in BELOW]
        assert (point.lowest, point.mean) == (pytest.approx(min(shares)), pytest.approx(fmean(shares)))
        assert point.highest == outcome_of(batch, point.plan).highest_load
        loads = Counter(visit.volunteer for visit in point.plan.visits)
        recent = {volunteer.id: volunteer.recent_requests for volunteer in batch.volunteers}
        assert point.load == pytest.approx(fmean(recent[id] + number for id, number in loads.items()))


def share(batch: Batch, plan: Plan, village: str) -> float:
    mine = {request.id for request in batch.requests if request.site == village}
    asked, filled = PAST[village]
    return (filled + Counter(visit.request in mine for visit in plan.visits)[True]) / (asked + len(mine))


def test_a_village_without_a_past_counts_to_the_town_above() -> None:
    sites = [
        Site(id="t", tier="town", place=build.mark(0), past_places=10, past_filled=1),
        Site(id="v", tier="village", parent="t"),
        Site(id="full", tier="town", place=build.mark(0), past_places=10, past_filled=9),
    ]
    asked = [build.request("r", site="v"), build.request("q", site="full")]
    batch = build.batch([build.volunteer()], asked, sites=sites)
    found = curve(batch, dispatch(batch), None)
    assert found
    assert found.villages == ("t",)
    assert [point.lowest for point in found.points[1:5]] == pytest.approx([2 / 11] * len(STRENGTHS))


def test_each_trial_is_told_with_its_point() -> None:
    batch, heard = scarce(0), list[Trial | Progress]()
    curve(batch, dispatch(batch), None, heard.append)
    told = [each.en for each in heard if isinstance(each, Trial)]
    assert told[:2] == ["strength 0.5: a fairer plan", "strength 1: a fairer plan"]
    assert told[-1].startswith("loads levelled: ")


def ran(batch: Batch, plan: Plan) -> list[Ran]:
    """The baseline alone."""
    result = Result(plan=plan, outcome=outcome_of(batch, plan))
    return [Ran(Case(name=BASELINE, scenario=None), "", result, (), False)]


def test_without_a_past_it_says_so_instead_of_a_flat_line() -> None:
    batch, plan, found = drawn(0, past=False)
    assert found.villages == ()
    assert [(point.strength, point.mean, point.lowest) for point in found.points] == [
        (0, None, None),
        (None, None, None),
    ]
    chinese, english = (page(report(batch, ran(batch, plan), lang, Findings(fairness=found))) for lang in ("zh", "en"))
    assert "所以没有各村的曲线" in chinese
    assert "there is no curve of villages" in english
    assert "<svg" not in chinese
    assert re.search(r'<th scope="row">任务均摊</th>', chinese)


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_page_and_workbook_have_the_figures(lang: Lang) -> None:
    batch, plan, found = drawn(1)
    told = report(batch, ran(batch, plan), lang, Findings(fairness=found))
    html = page(told)
    assert html.count('class="point"') == 2 * (1 + len(STRENGTHS))
    for point in found.points:
        assert point.mean is not None
        assert f'<td class="n">{point.mean:.1%}</td>' in html
    sheet = CalamineWorkbook.from_filelike(BytesIO(made("r.xlsx", told))).get_sheet_by_index(3).to_python()
    assert len(sheet) == 1 + len(found.points)
    for point, line in zip(found.points, sheet[1:], strict=True):
        numbers = [point.places, point.minutes, *point.tiers, point.mean, point.lowest, point.highest, point.load]
        assert line[1:] == pytest.approx([*numbers, point.changed, float(point.proved)])
    assert len(sheet[0]) == len(sheet[1])


def test_texts_of_a_picture_keep_apart() -> None:
    assert_apart([200.0] * 5)
    assert_apart([64, 64, 64, 65, 64])
    assert_apart([395, 395, 395, 300, 395])
    assert spread([50, 200, 350], [20, 20, 20]) == [50, 200, 350]


def assert_apart(wanted: list[float]) -> None:
    widths = [width_of(name) for name in ("0", "0.5", "1", "2", "4")]
    boxes = sorted((x - w / 2, x + w / 2) for x, w in zip(spread(wanted, widths), widths, strict=True))
    assert all(left[1] + GAP <= right[0] + 1e-9 for left, right in pairwise(boxes))
    assert boxes[0][0] >= 0
    assert boxes[-1][1] <= WIDTH


def crowded(plan: Plan) -> Curve:
    """Points that stand on and beside each other."""
    rows = ((0.0, 0, 0.0, 0.5), (0.5, -1, 8.0, 0.52), (1.0, -1, 8.5, 0.52), (2.0, -1, 8.5, 0.52), (4.0, -2, -0.5, 0.6))
    points = [point(plan, strength, *row) for strength, *row in rows]
    return Curve(villages=("v",), points=(*points, point(plan, None, 0, 3912.0, 0.5)))


def point(plan: Plan, strength: float | None, places: int, minutes: float, mean: float) -> Point:
    assert plan.score
    return Point(
        strength=strength,
        plan=plan,
        places=places,
        minutes=minutes,
        tiers=(0.0,) * len(plan.score.tiers),
        lowest=0.1,
        mean=mean,
        highest=3,
        load=1.25,
        changed=2,
        proved=strength != 1,
    )


def test_the_command_tells_it_in_both_languages(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    base = tmp_path / "batch.json"
    base.write_text(to_json(scarce(1)))
    args = ["whatif", "--fairness", "--base", str(base), "--jobs", "1", "--keep", str(tmp_path / "kept")]
    assert main([*args, "--lang", "zh", "-o", str(tmp_path / "r.html")]) == 0
    told = capsys.readouterr().out
    assert "公平的代价：\n  有需求的村（站点）里，2 个往期满足率低于平均" in told
    assert "\n  强度 0  满足名额 +0  路程 +0 分钟  这些村平均 " in told
    assert "\n  任务均摊  " in told
    assert "公平的代价</h2>" in (tmp_path / "r.html").read_text(encoding="utf-8")
    assert main([*args, "--lang", "en", "--json"]) == 0
    assert '"strength":4.0' in re.sub(r"\s", "", out := capsys.readouterr().out)
    assert "visits" not in out
    assert main([*args, "--lang", "en", "-o", str(tmp_path / "r.png")]) == 2
    assert "a picture shows scenarios" in capsys.readouterr().err
