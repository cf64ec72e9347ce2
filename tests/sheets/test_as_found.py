"""Workbooks as offices keep them: names that come near, totals below the table, dates that hold hours."""

from collections.abc import Mapping
from datetime import datetime
from pathlib import Path
from typing import Any

import openpyxl  # type: ignore[import-untyped]
import pytest

from matcher.errors import MatcherError
from matcher.sheets.errors_out import write_errors
from matcher.sheets.importer import import_sheets
from matcher.sheets.template import write_template
from tests.sheets.books import DAY, REQUESTS, VOLUNTEERS, Rows, imported, problems, workbook

DATED = ["内容", "所在村", "日期", "时间", "开始时间", "结束时间", "时长"]


def notes(folder: Path, sheets: Mapping[str, Rows]) -> dict[str, str]:
    return {note.code: note.zh for note in imported(folder, sheets).notes}


def test_the_only_sheet_whose_name_comes_near_is_read_and_told(tmp_path: Path) -> None:
    found = imported(tmp_path, {"东镇志愿者信息登记表": VOLUNTEERS, "7月群众点单": REQUESTS, "Sheet3": []})
    assert (len(found.batch.volunteers), len(found.batch.requests)) == (1, 1)
    told = [note.zh for note in found.notes if note.code == "near_sheet"]
    assert told == ["工作表“东镇志愿者信息登记表”按“志愿者”读取", "工作表“7月群众点单”按“需求”读取"]


@pytest.mark.parametrize(
    "more",
    [
        {"需求": REQUESTS, "需求旧表": REQUESTS},
        {"需求": REQUESTS, "需求说明": [["需求怎么填"]]},
        {"需求": REQUESTS, "志愿者需求汇总": REQUESTS},
    ],
)
def test_a_sheet_beside_the_right_one_is_not_read(tmp_path: Path, more: dict[str, Rows]) -> None:
    found = imported(tmp_path, {"志愿者": VOLUNTEERS, **more})
    assert len(found.batch.requests) == 1
    assert [list(more)[1] in note.zh for note in found.notes if note.code == "unknown_sheet"] == [True]


def test_of_two_names_that_come_near_none_is_taken(tmp_path: Path) -> None:
    (problem,) = problems(tmp_path, {"东镇点单": REQUESTS, "西镇点单": REQUESTS})
    assert problem.code == "nothing"
    assert "“东镇点单”、“西镇点单”" in problem.zh


def test_near_names_in_english(tmp_path: Path) -> None:
    found = imported(tmp_path, {"Volunteer list": VOLUNTEERS, "Requests of July": REQUESTS})
    assert (len(found.batch.volunteers), len(found.batch.requests)) == (1, 1)


def test_a_folder_inside_the_folder_is_no_table(tmp_path: Path) -> None:
    (tmp_path / "导出.csv").mkdir()
    (tmp_path / "需求.csv").write_text("内容,村,时长\n量血压,东村,30\n", encoding="gbk")
    assert len(import_sheets(tmp_path, date=DAY).batch.requests) == 1


def test_totals_and_signatures_are_no_people(tmp_path: Path) -> None:
    rows = [*VOLUNTEERS, [], ["合计", 1], ["制表人：志愿者甲", "", "审核："], ["注: 以上为常住人员"]]
    found = imported(tmp_path, {"志愿者": rows, "需求": REQUESTS})
    assert len(found.batch.volunteers) == 1
    assert [note.zh for note in found.notes if note.code == "footer"] == [
        "工作表“志愿者”中“合计”“制表人”之类的 3 行未读取"
    ]


@pytest.mark.parametrize(
    ("cells", "start", "end", "any_time"),
    [
        (["7月21日 上午", "", "", ""], "08:00", "11:30", False),
        ([datetime(2026, 7, 21, 9), "", "", ""], "09:00", "09:00", False),
        ([datetime(2026, 7, 21), "", "", ""], "08:00", "17:30", True),
        ([datetime(2026, 7, 21), "", "9:00", "11:00"], "09:00", "10:30", False),
        (["", "", "", ""], "08:00", "17:30", True),
    ],
)
def test_a_date_may_hold_the_hours(tmp_path: Path, cells: list[object], start: str, end: str, any_time: bool) -> None:
    found = imported(tmp_path, {"志愿者": VOLUNTEERS, "需求": [DATED, ["量血压", "东村", *cells, "30"]]})
    (window,) = found.batch.requests[0].windows
    assert (f"{window.start:%H:%M}", f"{window.end:%H:%M}") == (start, end)
    assert ("any_time" in {note.code for note in found.notes}) is any_time


@pytest.mark.parametrize(
    ("cells", "where"),
    [
        (["7月32日", "9:00", "", ""], "需求!C2（日期）"),
        (["7月21日（周三）", "9:00", "", ""], "需求!C2（日期）"),
        (["7月21日", "9点左右", "", ""], "需求!D2（时间）"),
        (["7月21日", "", "", "11:00"], "需求!E2（开始时间）"),
    ],
)
def test_the_cell_at_fault_is_named(tmp_path: Path, cells: list[object], where: str) -> None:
    sheets: dict[str, Rows] = {"志愿者": VOLUNTEERS, "需求": [DATED, ["量血压", "东村", *cells, "30"]]}
    assert [problem.where for problem in problems(tmp_path, sheets)] == [where]


def test_a_row_tells_all_its_problems_at_once(tmp_path: Path) -> None:
    volunteers = [[*VOLUNTEERS[0], "每天最多单数"], ["志愿者甲", "", "东村", "医疗", "有空", "很多"]]
    requests = [REQUESTS[0], ["量血压", "东村", "有空", "半天"]]
    found = problems(tmp_path, {"志愿者": volunteers, "需求": requests})
    assert {problem.where for problem in found} == {
        "志愿者!E2（可服务时间）",
        "志愿者!F2（每天最多单数）",
        "需求!C2（时间）",
        "需求!D2（时长）",
    }


def test_hours_of_the_night_are_told(tmp_path: Path) -> None:
    requests = [REQUESTS[0], *(["送水", "东村", time, "30"] for time in ("3点", "凌晨3点", "下午3点", "6:00"))]
    volunteers = [VOLUNTEERS[0], ["志愿者甲", "", "东村", "医疗", "2:00-5:00"], ["志愿者乙", "", "东村", "", "全天"]]
    told = notes(tmp_path, {"志愿者": volunteers, "需求": requests})["early"]
    assert "2 处时间" in told
    assert "志愿者!E2（可服务时间）、需求!C2（时间）" in told


def test_a_template_never_replaces_a_workbook_that_may_be_filled_in(tmp_path: Path) -> None:
    path = write_template(tmp_path)
    before = path.read_bytes()
    with pytest.raises(MatcherError, match="已存在"):
        write_template(tmp_path)
    assert path.read_bytes() == before


def test_errors_in_english(tmp_path: Path) -> None:
    requests: list[list[Any]] = [
        ["Title", "Site", "Time", "Minutes", "Priority"],
        ["clinic", "Village 1", "9:00", "30", "high"],
    ]
    sheets: dict[str, Rows] = {"Volunteers": [["Name"]], "Requests": requests}
    (problem,) = problems(tmp_path, sheets)
    assert problem.en == "expected one of: emergency, urgent, normal, low"
    write_errors(workbook(tmp_path / "s.xlsx", sheets), [problem], tmp_path / "errors.xlsx", lang="en")
    sheet = openpyxl.load_workbook(tmp_path / "errors.xlsx")["Requests"]
    assert (sheet["F1"].value, sheet["F2"].value) == ("Errors", f"Priority：{problem.en}")
    requests[0].append("Errors")
    assert {found.code for found in problems(tmp_path, sheets)} == {"bad_choice"}
    requests[1][-1] = "low"
    assert "unknown_column" not in notes(tmp_path, sheets)
