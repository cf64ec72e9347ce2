"""The report's page and workbook: their numbers are the comparison's, and they name nobody."""

import re
from datetime import UTC, datetime, timedelta
from html import unescape
from io import BytesIO
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest
from python_calamine import CalamineWorkbook

from matcher import Batch, MatcherError, dispatch, read_batch, to_json
from matcher.batch import MatrixTravel
from matcher.cli import main
from matcher.plan import Visit
from scenarios import apply, load_scenario
from scenarios.cases import BASELINE, Case
from scenarios.comparing import compared
from scenarios.outcome import outcome_of
from scenarios.report import made, report, require_known
from scenarios.report.draw import width_of
from scenarios.report.facts import Report
from scenarios.report.gantt import SMALL, Axis
from scenarios.report.page import page
from scenarios.report.words import Lang
from scenarios.running import Ran
from scenarios.store import Result
from tests.checker import build
from tests.exports.build import PHONES, county
from tests.scenarios.conftest import Planned

ROW = re.compile(r'<tr><th scope="row">(.*?)</th>(.*?)</tr>')
CELL = re.compile(r"<td.*?>(.*?)</td>")


def rows(html: str) -> list[list[str]]:
    """The cells of all tables, row after row."""
    return [[unescape(first), *map(unescape, CELL.findall(rest))] for first, rest in ROW.findall(html)]


def sections(html: str) -> list[str]:
    """The part of each scenario."""
    return html.split("<section ")[2:]


def of(batch: Batch, name: str, sample: int = 0, **parameters: Any) -> Report:
    """A report on one scenario."""
    scenario = load_scenario(name, parameters)
    edited = apply(scenario, batch, sample)
    before, after = dispatch(batch), dispatch(edited.batch)
    ran = [
        Ran(Case(name=BASELINE, scenario=None), "", Result(plan=before, outcome=outcome_of(batch, before)), (), False),
        Ran(
            Case(name=scenario.id, scenario=scenario, sample=sample),
            "",
            Result(plan=after, outcome=outcome_of(edited.batch, after)),
            edited.changes,
            False,
        ),
    ]
    return report(batch, ran, "en")


def test_the_page_has_the_numbers_of_the_comparison(planned: Planned) -> None:
    batch, ran = planned
    table = compared(batch.id, ran)
    html = page(report(batch, ran, "en"))
    assert "120 volunteers · 30 requests" in html
    for row, part in zip(table.rows[1:], sections(html), strict=True):
        told = {cells[0]: cells[1:] for cells in rows(part)}
        before = {each.name: each for each in table.rows[0].figures}
        filled, travel = (next(f for f in row.figures if f.name == name) for name in ("filled", "travel"))
        assert filled.mean is not None
        assert filled.half is not None
        assert told["Places filled"] == [
            f"{before['filled'].mean:.0f}",
            text(filled.mean),
            text(filled.change, "+" if filled.change else "").replace("-", "−"),
            f"±{text(filled.half)}",
        ]
        assert told["Minutes on the way"][1] == text(travel.mean)
        emergency = next(f for f in row.figures if f.name == "served.emergency")
        assert told["Emergency requests served"][1] == f"{text(emergency.mean)} / {row.asked['emergency']:.4g}"
        assert all(change in unescape(part) for change in row.changes_en)


def text(value: float | None, sign: str = "") -> str:
    assert value is not None
    return f"{value:{sign},.{0 if abs(value) >= 100 or value % 1 == 0 else 1}f}"


def test_requests_that_changed_are_those_the_comparison_counts(planned: Planned) -> None:
    batch, ran = planned
    told = report(batch, ran, "zh")
    base = set(ran[0].result.outcome.unserved)
    for each, part in zip(told.scenarios, sections(page(told)), strict=True):
        differ = base ^ set(each.samples[0].result.outcome.unserved)
        assert {fate.request.id for fate in each.affected} == differ
        assert {cells[1] for cells in rows(part) if len(cells) == 5 and "人去" in cells[0]} == differ
        assert f"共 {len(differ)} 项" in part


def test_each_request_has_its_sign_on_the_map(planned: Planned) -> None:
    batch, ran = planned
    told = report(batch, ran, "zh")
    for each, part in zip(told.scenarios, sections(page(told)), strict=True):
        drawn = re.findall(r'<path class="sign (\w+)" transform[^>]*><title>(\S+)', part)
        assert sorted((kind, unescape(id)) for kind, id in drawn) == sorted(
            (fate.kind, fate.request.id) for fate in each.fates
        )
        assert {fate.kind for fate in each.fates} >= {"served", "unserved"}
    assert {fate.kind for fate in told.scenarios[1].fates} & {"met", "unmet"}


def test_the_busiest_are_shown_and_whose_day_differs_is_marked(planned: Planned) -> None:
    batch, ran = planned
    told = report(batch, ran, "zh")
    before = ran[0].result.plan.visits
    for each, part in zip(told.scenarios, sections(page(told)), strict=True):
        (chart,) = re.findall(r'<figure class="days">.*?</figure>', part, re.DOTALL)
        shown = {
            match[1]: match[0] for match in re.findall(r'<text x="20\.0"[^>]*?(font-weight|fill)[^>]*>(.*?)<', chart)
        }
        after = each.samples[0].result.plan.visits
        assert len(shown) == min(30, len({visit.volunteer for visit in after}))
        for id, mark in shown.items():
            days = [{(v.request, v.role, v.start) for v in visits if v.volunteer == id} for visits in (before, after)]
            assert (mark == "font-weight") == (days[0] != days[1])
        assert chart.count('class="visit"') == sum(visit.volunteer in shown for visit in after)


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_the_page_asks_nothing_of_other_hosts(planned: Planned, lang: Lang) -> None:
    html = page(report(*planned, lang))
    assert set(re.findall(r"\w+://[^\"' ]*", html)) == {"http://www.w3.org/2000/svg"}
    assert "<script" not in html
    assert ('<html lang="zh-CN">' in html) == (lang == "zh")
    assert "<title>" in html


def test_one_sample_has_no_interval() -> None:
    batch = build.batch([build.volunteer("v")], [build.request("r")])
    html = page(of(batch, "no-shows", rate=1))
    assert "interval" not in html
    assert ["Normal requests served", "1 / 1", "0 / 1", "−1"] in rows(html)
    assert "Nobody is sent." in html
    assert ["no longer served", "r", "", "", "normal"] in rows(html)


def test_without_coordinates_there_is_no_map() -> None:
    batch = build.batch([build.volunteer("v")], [build.request("r")])
    data = batch.model_dump(mode="json", by_alias=True)
    data["travel"] = MatrixTravel(kind="matrix", nodes=("n",), seconds=((0.0,),)).model_dump(mode="json")
    for entry in (*data["volunteers"], *data["requests"]):
        entry["place"] = {"node": "n"}
    nodes = read_batch(to_json(Batch.model_validate(data)))
    assert "This batch has no coordinates." in page(of(nodes, "no-shows"))


def test_nobody_is_named_and_no_text_becomes_markup() -> None:
    title = "<img src=x> 张三 13912345678"
    batch = county()
    batch = batch.model_copy(update={"requests": tuple(r.model_copy(update={"title": title}) for r in batch.requests)})
    told = of(batch, "no-shows", rate=1)
    html = page(told)
    assert "<img" not in html
    assert "&lt;img src=x&gt; 张三 139****5678" in html
    cells = str([sheet.to_python() for sheet in read(made("r.xlsx", told))])
    for secret in (*PHONES, "志愿者甲", "陈大妈", "12 号", "13912345678"):
        assert secret not in html
        assert secret not in cells


def read(data: bytes) -> list[Any]:
    book = CalamineWorkbook.from_filelike(BytesIO(data))
    return [book.get_sheet_by_name(name) for name in book.sheet_names]


def test_the_workbook_has_the_numbers_as_numbers(planned: Planned) -> None:
    batch, ran = planned
    table, told = compared(batch.id, ran), report(batch, ran, "zh")
    data = made("R.XLSX", told)
    assert data == made("r.xlsx", told)
    scenarios, changes, requests = read(data)
    assert [sheet.name for sheet in (scenarios, changes, requests)] == ["情景", "改动", "需求变化"]
    heads, *lines = scenarios.to_python()
    assert [line[0] for line in lines] == [BASELINE, "no-shows", "flood-day"]
    for row, line in zip(table.rows, lines, strict=True):
        by_head = dict(zip(heads, line, strict=True))
        filled = next(each for each in row.figures if each.name == "filled")
        assert by_head["满足名额"] == pytest.approx(filled.mean)
        assert by_head["满足名额 变化"] == pytest.approx(filled.change)
        assert by_head["满足名额 ±95%"] == ("" if filled.half is None else pytest.approx(filled.half))
        assert by_head["应急需求"] == row.asked["emergency"]
        assert by_head["已证明最好的次数"] == row.proved
    assert [line[2] for line in changes.to_python()[1:]] == [c for row in table.rows[1:] for c in row.changes_zh]
    assert len(requests.to_python()) - 1 == sum(len(each.affected) for each in told.scenarios)
    english = [sheet.name for sheet in read(made("r.xlsx", report(batch, ran, "en")))]
    assert english == ["Scenarios", "Changes", "Requests"]


def test_the_picture_is_a_png_of_1600_pixels(planned: Planned) -> None:
    pytest.importorskip("resvg_py")
    data = made("r.png", report(*planned, "zh"))
    assert data[:8] == b"\x89PNG\r\n\x1a\n"
    assert int.from_bytes(data[16:20], "big") == 1600
    assert len(data) > 50_000


@pytest.mark.parametrize("name", ["report.pdf", "report", ".html"])
def test_another_ending_is_refused_in_both_languages(name: str) -> None:
    with pytest.raises(MatcherError) as refused:
        require_known(name)
    assert refused.value.zh == f"{name}：报告的文件名应以 .html、.xlsx、.png 结尾"
    assert refused.value.en == f"{name}: a report's name ends in .html, .xlsx, .png"


def test_the_command_writes_reports(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    base = tmp_path / "batch.json"
    base.write_text(to_json(build.batch([build.volunteer("v")], [build.request("r")])))
    files = [tmp_path / "r.html", tmp_path / "r.xlsx"]
    args = ["whatif", "no-shows", "--base", str(base), "--jobs", "1", "--keep", str(tmp_path / "kept"), "--lang", "zh"]
    assert main([*args, "-o", str(files[0]), "--out", str(files[1])]) == 0
    assert f"已写入 {files[0]}" in capsys.readouterr().err
    assert "<h1>情景对比</h1>" in files[0].read_text(encoding="utf-8")
    assert [sheet.name for sheet in read(files[1].read_bytes())] == ["情景", "改动", "需求变化"]


@pytest.mark.parametrize(
    ("out", "told"), [("r.pdf", ".html"), ("batch.json", ".html"), ("no/r.html", "does not exist")]
)
def test_a_report_that_cannot_be_written_is_told_before_planning(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], out: str, told: str
) -> None:
    base = tmp_path / "batch.json"
    base.write_text(to_json(build.batch([build.volunteer("v")], [build.request("r")])))
    kept = tmp_path / "kept"
    args = ["whatif", "no-shows", "--base", str(base), "--keep", str(kept), "--lang", "en", "-o", str(tmp_path / out)]
    assert main(args) != 0
    assert told in capsys.readouterr().err
    assert not kept.exists()


@pytest.mark.parametrize("hours", [1, 10, 24, 25, 100, 336, 700, 2000])
def test_times_above_the_days_have_room(hours: int) -> None:
    first = datetime(2026, 7, 21, 7, 30, tzinfo=UTC)
    visit = Visit(request="r", role="a", volunteer="v", start=first, end=first + timedelta(hours=hours))
    labels = re.findall(r'<text x="(.*?)"[^>]*>(.*?)</text>', "".join(Axis([visit], UTC).drawn(100)))
    assert 2 <= len(labels) <= 15
    for (x, text), (after, _) in pairwise(labels):
        assert width_of(text, SMALL) < float(after) - float(x)


def test_how_far_plans_may_be_from_the_best_is_told_where_all_have_a_bound(planned: Planned) -> None:
    batch, (baseline, *rest) = planned

    def told(*gaps: float | None) -> tuple[float | None, str]:
        outcomes = [
            each.outcome.model_copy(update={"status": "feasible", "gap": gap})
            for each, gap in zip(rest, gaps, strict=False)
        ]
        ran = [
            each._replace(result=each.result.model_copy(update={"outcome": o}))
            for each, o in zip(rest, outcomes, strict=False)
        ]
        found = report(batch, [baseline, *(each._replace(case=rest[0].case) for each in ran)], "zh")
        return found.table.rows[1].gap, found.words.proof(found.scenarios[0].samples)

    assert told(0.0004, 0.0009) == (0.0009, "抽 2 次，其中 0 次已证明最好，离最好至多 0.09%")
    assert told(0.0004, None) == (None, "抽 2 次，其中 0 次已证明最好")
    assert told(0.0004) == (0.0004, "未证明最好，离最好至多 0.04%")
