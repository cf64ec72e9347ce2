import zipfile
from datetime import timedelta
from pathlib import Path
from typing import Any

import openpyxl  # type: ignore[import-untyped]
import pytest

from matcher.batch import Horizon, Team
from matcher.errors import InputError, MatcherError
from matcher.exports.xlsx import write_xlsx
from tests.exports.build import MIDNIGHT, PHONES, at, county, harmful, harmful_plan, plan, visit, volunteer

STATES = '"已接单,婉拒,联系不上,未到岗,已完成"'


def book(tmp_path: Path, batch: Any = None, of: Any = None, **options: Any) -> Any:
    path = tmp_path / "plan.xlsx"
    write_xlsx(batch or county(), of or plan(), path, **options)
    return openpyxl.load_workbook(path)


def rows(sheet: Any) -> list[dict[str, Any]]:
    """The table under the headings in row 2."""
    headings = [cell.value for cell in sheet[2]]
    return [dict(zip(headings, (cell.value for cell in row), strict=True)) for row in sheet.iter_rows(min_row=3)]


def test_sheets(tmp_path: Path) -> None:
    names = book(tmp_path).sheetnames
    assert names == ["总览", "按村（站点）", "按志愿者", "按队伍", "医疗分队", "未安排"]


def test_a_visit_says_whom_where_and_when(tmp_path: Path) -> None:
    doctor = rows(book(tmp_path)["按志愿者"])[0]
    assert doctor["志愿者"] == "志愿者甲"
    assert (doctor["离家时间"], doctor["开始"], doctor["结束"]) == ("09:20", "09:30", "10:30")
    assert doctor["路程(分钟)"] == 10
    assert doctor["岗位"] == "doctor（医疗健康 2级以上）"
    assert doctor["地点"] == "桥头村 ＊ 组 ＊ 号（位置按站点）"
    assert doctor["备注"] == "先打电话 076****1234，再上门"


def test_travel_is_rounded_up_to_minutes(tmp_path: Path) -> None:
    assert [row["路程(分钟)"] for row in rows(book(tmp_path)["按志愿者"])] == [10, 30, 15]


def test_people_are_masked_unless_asked_for(tmp_path: Path) -> None:
    masked = rows(book(tmp_path)["按村（站点）"])[0]
    full = rows(book(tmp_path, with_phones=True)["按村（站点）"])[0]
    assert (masked["志愿者电话"], masked["联系人"], masked["联系电话"]) == ("139****5678", "陈＊＊", "137****1111")
    assert (full["志愿者电话"], full["联系人"], full["联系电话"]) == (PHONES[0], "陈大妈", PHONES[2])
    assert full["地点"] == "桥头村 3 组 12 号（位置按站点）"


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_no_phone_in_any_part_of_the_file(tmp_path: Path, lang: Any) -> None:
    book(tmp_path, lang=lang)
    with zipfile.ZipFile(tmp_path / "plan.xlsx") as archive:
        text = "".join(archive.read(name).decode("utf-8", "ignore") for name in archive.namelist())
    assert not [phone for phone in PHONES if phone in text]


def test_state_has_a_drop_down_on_every_visit_sheet(tmp_path: Path) -> None:
    workbook = book(tmp_path)
    for name in ("按村（站点）", "按志愿者", "医疗分队"):
        sheet = workbook[name]
        column = next(cell.column_letter for cell in sheet[2] if cell.value == "接单情况")
        (validation,) = sheet.data_validations.dataValidation
        assert (validation.formula1, str(validation.sqref)) == (STATES, f"{column}3:{column}5")


def test_hidden_ids_find_the_visit_again(tmp_path: Path) -> None:
    sheet = book(tmp_path)["按志愿者"]
    ids = ("批次编号", "需求编号", "岗位编号", "志愿者编号")
    hidden = [range(d.min, d.max + 1) for d in sheet.column_dimensions.values() if d.hidden]
    assert tuple(sheet.cell(2, column).value for columns in hidden for column in columns) == ids
    assert [tuple(row[id] for id in ids) for row in rows(sheet)] == [
        ("b1", "clinic", "doctor", "v1"),
        ("b1", "clinic", "helper", "v2"),
        ("b1", "fridge", "a", "v2"),
    ]


def test_print_setup(tmp_path: Path) -> None:
    for sheet in book(tmp_path).worksheets[1:]:
        assert (sheet.page_setup.orientation, sheet.page_setup.paperSize) == ("landscape", 9)
        assert sheet.sheet_properties.pageSetUpPr.fitToPage
        assert (sheet.page_setup.fitToWidth or 1, sheet.page_setup.fitToHeight) == (1, 0)
        assert sheet.print_title_rows == "$1:$2"
        assert sheet.freeze_panes == "A3"
        assert sheet.auto_filter.ref.startswith("A2:")


def test_unserved_with_reasons(tmp_path: Path) -> None:
    zh, en = rows(book(tmp_path)["未安排"]), rows(book(tmp_path, lang="en")["Unserved"])
    assert [(row["优先级"], row["需求"], row["缺人"], row["整单情况"]) for row in zh] == [
        ("应急", "屋顶抢修", 1, "整单未安排"),
        ("紧急", "桥头村义诊", 1, "部分到位"),
    ]
    assert zh[0]["原因及不能派的人数"] == "技能不符：3 人"
    assert (en[0]["why, in Chinese"], en[0]["why (volunteers stopped)"]) == ("技能不符：3 人", "lacks the skill: 3")


def test_overview(tmp_path: Path) -> None:
    cells = [[c.value for c in row if c.value is not None] for row in book(tmp_path)["总览"].iter_rows()]
    assert ["已证明：在现有规则下没有更好的安排。"] in cells
    assert ["派出志愿者 2 人（共 3 人），服务 3 人次，路上用时 1 小时 9 分钟。"] in cells
    assert ["紧急", 1, 0, 1, 0, 3, 2] in cells
    assert ["志愿者乙", 2, 2] in cells


def test_times_have_dates_where_the_batch_has_several_days(tmp_path: Path) -> None:
    days = county(horizon=Horizon(start=MIDNIGHT, end=MIDNIGHT + timedelta(days=2)))
    assert rows(book(tmp_path, days)["按村（站点）"])[0]["开始"] == "07-21 09:30"


def test_team_sheets_have_valid_unique_names(tmp_path: Path) -> None:
    name = "扶危/济困*[志愿]服务:分队" * 4
    teams = tuple(Team(id=f"t{i}", name="总览" if i == 3 else name, leader=f"v{i}") for i in range(4))
    people = tuple(volunteer(f"v{i}", f"志愿者 {i}", teams=(f"t{i}",)) for i in range(4))
    visits = tuple(visit("clinic", "helper", f"v{i}", at("9:30")) for i in range(4))
    names = book(tmp_path, county(teams=teams, volunteers=people), plan(visits=visits, unserved=())).sheetnames
    assert len({n.casefold() for n in names}) == len(names) == 9
    assert all(len(n) <= 31 and not set(n) & set("[]:*?/\\") for n in names)
    assert "总览 2" in names


def test_many_teams_share_one_sheet(tmp_path: Path) -> None:
    teams = tuple(Team(id=f"t{i}", name=f"小队 {i:03}") for i in range(201))
    people = tuple(volunteer(f"v{i}", f"志愿者 {i}", teams=(f"t{i}",)) for i in range(201))
    visits = tuple(visit("clinic", "helper", f"v{i}", at("9:30")) for i in range(201))
    workbook = book(tmp_path, county(teams=teams, volunteers=people), plan(visits=visits, unserved=()))
    assert workbook.sheetnames == ["总览", "按村（站点）", "按志愿者", "按队伍", "未安排"]
    assert [row["队伍"] for row in rows(workbook["按队伍"])] == [f"小队 {i:03}" for i in range(201)]
    assert any("有任务的队伍 201 支" in str(row[0].value) for row in workbook["总览"].iter_rows())


def test_no_text_becomes_a_formula(tmp_path: Path) -> None:
    workbook = book(tmp_path, harmful(), harmful_plan(), with_phones=True)
    cells = [cell for sheet in workbook for row in sheet.iter_rows() for cell in row if cell.value is not None]
    texts = [cell for cell in cells if "HYPERLINK" in str(cell.value)]
    assert len(texts) > 14 * 5
    assert {cell.data_type for cell in cells} == {"s", "n"}
    assert {cell.number_format for cell in texts} == {"@"}
    with zipfile.ZipFile(tmp_path / "plan.xlsx") as archive:
        sheets = [archive.read(n) for n in archive.namelist() if n.startswith("xl/worksheets/")]
    assert not [sheet for sheet in sheets if b"<f>" in sheet or b"<f " in sheet]


def test_same_input_gives_same_bytes(tmp_path: Path) -> None:
    for name in "ab":
        write_xlsx(county(), plan(), tmp_path / name)
    assert (tmp_path / "a").read_bytes() == (tmp_path / "b").read_bytes()


def test_a_plan_without_visits(tmp_path: Path) -> None:
    workbook = book(tmp_path, of=plan(visits=(), unserved=(), score=None, bound=None, status="none"))
    assert workbook.sheetnames == ["总览", "按村（站点）", "按志愿者", "按队伍", "未安排"]
    assert len(rows(workbook["未安排"])) == 4


def test_a_plan_of_another_batch_is_refused_with_all_its_faults(tmp_path: Path) -> None:
    wrong = plan(batch="b2", visits=(visit("x", "a", "v1", at("9:00")), visit("roof", "b", "y", at("9:00"))))
    with pytest.raises(InputError) as caught:
        write_xlsx(county(), wrong, tmp_path / "plan.xlsx")
    assert [problem.where for problem in caught.value.problems] == [
        "/batch",
        "/visits/0/request",
        "/visits/1/role",
        "/visits/1/volunteer",
    ]
    assert not list(tmp_path.iterdir())


def test_a_missing_folder_is_told(tmp_path: Path) -> None:
    with pytest.raises(MatcherError):
        write_xlsx(county(), plan(), tmp_path / "none" / "plan.xlsx")
