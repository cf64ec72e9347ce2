# ruff: noqa: E501
"""Broken sheets: each gives its problem, at its place, in both languages, without personal data."""

from pathlib import Path
from typing import Any

import pytest

from matcher.errors import InputError
from matcher.sheets.importer import import_sheets
from tests.sheets.books import DAY, REQUESTS, VOLUNTEERS, problems, workbook

V, R = VOLUNTEERS, REQUESTS
PHONE = "13912345678"
SITES = [["名称", "层级", "上级"], ["东镇", "乡镇（街道）", ""], ["东村", "村（社区）", "东镇"]]


def volunteer(header: str, value: Any) -> dict[str, Any]:
    """A workbook whose only volunteer has one more column, F."""
    return {"志愿者": [[*V[0], header], [*V[1], value]], "需求": R}


def request(header: str, value: Any) -> dict[str, Any]:
    """A workbook whose only request has one more column, E."""
    return {"志愿者": V, "需求": [[*R[0], header], [*R[1], value]]}


def sites(*rows: list[Any]) -> dict[str, Any]:
    return {"志愿者": V, "需求": R, "站点": [*SITES, *rows]}


def past(places: str, filled: str) -> dict[str, Any]:
    """A workbook whose only site tells of the past."""
    return {
        "志愿者": V,
        "需求": R,
        "站点": [["名称", "层级", "往期名额", "往期满足名额"], ["东村", "村", places, filled]],
    }


def settings(key: str, value: Any) -> dict[str, Any]:
    return {"志愿者": V, "需求": R, "派单设置": [["设置项", "值"], [key, value]]}


def menu(*rows: list[Any], item: str = "义诊") -> dict[str, Any]:
    header = ["服务项目", "时长", "技能", "人数", "最少人数"]
    return {"需求": [["服务项目", "所在村"], [item, "东村"]], "服务菜单": [header, *rows]}


BROKEN: dict[str, tuple[dict[str, Any], str, str]] = {
    # files and sheets
    "nothing filled": ({"说明": [["请填写"]], "统计": [["合计"]]}, "nothing", "表.xlsx"),
    "no header": ({"志愿者": [["张", PHONE], ["李", PHONE]], "需求": R}, "no_header", "志愿者"),
    "required column missing": ({"志愿者": [["电话", "所在村"], [PHONE, "东村"]], "需求": R}, "missing_column", "志愿者!1"),
    # volunteers
    "phone": ({"志愿者": [V[0], ["志愿者甲", "139123", "东村", "", "全天"]], "需求": R}, "bad_phone", "志愿者!B2（电话）"),
    "phone cut by Excel": ({"志愿者": [V[0], ["志愿者甲", "1.39E+10", "东村", "", ""]], "需求": R}, "bad_phone", "志愿者!B2（电话）"),
    "name missing": ({"志愿者": [V[0], ["", PHONE, "东村", "", ""]], "需求": R}, "missing_value", "志愿者!A2（姓名）"),
    "duplicate phone": ({"志愿者": [V[0], ["甲", PHONE, "东村"], ["乙", PHONE, "东村"]], "需求": R}, "duplicate", "志愿者!B3（电话）"),
    "duplicate name and site": ({"志愿者": [*V, V[1]], "需求": R}, "duplicate", "志愿者!A3（姓名）"),
    "times": ({"志愿者": [V[0], ["志愿者甲", "", "东村", "", "有空就来"]], "需求": R}, "bad_time", "志愿者!E2（可服务时间）"),
    "a moment for a shift": ({"志愿者": [V[0], ["志愿者甲", "", "东村", "", "9点"]], "需求": R}, "bad_time", "志愿者!E2（可服务时间）"),
    "birth date": (volunteer("出生日期", "1990-02-30"), "bad_date", "志愿者!F2（出生日期）"),
    "acceptance": (volunteer("接单率", "150%"), "bad_number", "志愿者!F2（接单率）"),
    "limit": (volunteer("每天最多单数", "两三单"), "bad_number", "志愿者!F2（每天最多单数）"),
    "formula error": (volunteer("标签", "#N/A"), "cell_error", "志愿者!F2（标签）"),
    "half a coordinate": (volunteer("经度", 115.2), "missing_value", "志愿者!2（纬度）"),
    "unknown skill": ({"志愿者": V, "需求": R, "技能": [["名称"], ["医护"]]}, "unknown_name", "志愿者!D2（技能）"),
    "unknown team": ({**volunteer("队伍", "二队"), "队伍": [["名称"], ["一队"]]}, "unknown_name", "志愿者!F2（队伍）"),
    # sites
    "unknown site": ({**sites(), "需求": [R[0], ["量血压", "东材", "9:00", "30"]]}, "unknown_site", "需求!B2（所在村）"),
    "ambiguous site": (sites(["西镇", "乡镇（街道）", ""], ["东村", "村（社区）", "西镇"]), "ambiguous_site", "志愿者!C2（所在村）"),
    "duplicate site": (sites(["东村", "村（社区）", "东镇"]), "duplicate", "站点!A4（名称）"),
    "tier": (sites(["西站", "所", ""], ["北站", "大站", ""]), "bad_choice", "站点!B5（层级）"),
    "tier missing": (sites(["西村", "", ""]), "missing_value", "站点!B4（层级）"),
    "parent": (sites(["西村", "村（社区）", "东真"]), "unknown_site", "站点!C4（上级）"),
    "parent not above": (sites(["西村", "村（社区）", "东村"]), "tier_order", "站点!C4（上级）"),
    "past places": (past("很多", "7"), "bad_number", "站点!C2（往期名额）"),
    "past half a place": (past("20", "7.5"), "bad_number", "站点!D2（往期满足名额）"),
    "more filled than asked": (past("20", "21"), "bad_count", "站点!D2（往期满足名额）"),
    "filled, and nothing asked": (past("", "3"), "bad_count", "站点!D2（往期满足名额）"),
    "no place": ({"志愿者": [V[0], ["志愿者甲", "", "", "", "全天"]], "需求": R}, "no_place", "志愿者!C2（所在村）"),
    # requests
    "length missing": ({"需求": [["内容", "所在村"], ["量血压", "东村"]]}, "missing_value", "需求!2（时长（分钟））"),
    "time": ({"需求": [R[0], ["量血压", "东村", "25:00", "30"]]}, "bad_time", "需求!C2（时间）"),
    "range too short": ({"需求": [R[0], ["量血压", "东村", "9:00-9:20", "30"]]}, "window_short", "需求!C2（时间）"),
    "date against weekday": ({"需求": [R[0], ["量血压", "东村", "7月21日周三9点", "30"]]}, "bad_time", "需求!C2（时间）"),
    "length": ({"需求": [R[0], ["量血压", "东村", "9:00", "很久"]]}, "bad_minutes", "需求!D2（时长）"),
    "people": (request("人数", "4-2"), "bad_count", "需求!E2（人数）"),
    "least above most": ({"需求": [[*R[0], "人数", "最少人数"], [*R[1], "2", "3"]]}, "bad_count", "需求!F2（最少人数）"),
    "priority": (request("优先级", "特别"), "bad_choice", "需求!E2（优先级）"),
    "yes or no": (request("必须", "大概"), "bad_choice", "需求!E2（必须）"),
    "unknown volunteer": (request("指定志愿者", "志愿者丁"), "unknown_volunteer", "需求!E2（指定志愿者）"),
    "request before": (request("前置需求", "A9"), "unknown_request", "需求!E2（前置需求）"),
    "request before itself": ({"需求": [["编号", *R[0], "前置需求"], ["A1", *R[1], "A1"]]}, "cycle", "需求!F2（前置需求）"),
    "duplicate request": ({"需求": [["编号", *R[0]], ["A1", *R[1]], ["A1", *R[1]]]}, "duplicate", "需求!A3（编号）"),
    "due": (request("期限", "月底"), "bad_time", "需求!E2（期限）"),
    "unknown item": (menu(["义珍", "60", "", "", ""]), "unknown_item", "需求!A2（服务项目）"),
    "which role": (menu(["义诊", "60", "医疗、引导", "3", ""]), "which_role", "服务菜单!D2（人数）"),
    "two lengths": (menu(["义诊", "60", "", "", ""], ["义诊", "90", "", "", ""]), "contradiction", "服务菜单!B3（时长）"),
    # settings
    "unknown setting": (settings("车数", "30"), "unknown_setting", "派单设置!A2（设置项）"),
    "speed": (settings("车速（公里/小时）", "快"), "bad_number", "派单设置!B2（值）"),
    "zone": (settings("时区", "火星"), "bad_zone", "派单设置!B2（值）"),
    "part of the day": (settings("上午", "12:00-8:00"), "bad_time", "派单设置!B2（值）"),
    "default times": (settings("默认可服务时间", "看情况"), "bad_time", "派单设置!B2（值）"),
}  # fmt: skip


SEVERAL = {"ambiguous site"}
"""Sheets with more than one thing wrong; in all others one mistake gives one problem."""


@pytest.mark.parametrize("name", BROKEN)
def test_broken(name: str, tmp_path: Path) -> None:
    sheets, code, where = BROKEN[name]
    found = problems(tmp_path, sheets)
    assert (code, where) in [(p.code, p.where) for p in found]
    assert len(found) == 1 or name in SEVERAL
    for problem in found:
        assert problem.zh
        assert problem.en
        assert PHONE not in f"{problem.value}{problem.zh}{problem.en}{problem.where}"


def test_all_problems_at_once(tmp_path: Path) -> None:
    rows = [V[0], ["", "1", "", "", "八点"], ["志愿者乙", "2", "东村", "", "九"]]
    found = problems(tmp_path, {"志愿者": rows, "需求": [R[0], ["甲", "东村", "25:00", "久"]]})
    assert {p.where.split("（")[0] for p in found} >= {"志愿者!A2", "志愿者!B3", "志愿者!E3", "需求!D2"}


def test_more_filled_than_asked_says_how_many_there_were(tmp_path: Path) -> None:
    (found,) = problems(tmp_path, past("20", "21"))
    assert found.text("zh") == "站点!D2（往期满足名额）: 不能多于往期名额（20）（现值：21） [bad_count]"


def test_duplicates_name_both_rows(tmp_path: Path) -> None:
    (found,) = problems(tmp_path, {"志愿者": [*V, ["志愿者乙", "", "东村", "", "全天"], V[1]], "需求": R})
    assert found.where.startswith("志愿者!A4")
    assert "志愿者!2" in found.zh


def test_ambiguous_names_list_the_rows_and_no_name(tmp_path: Path) -> None:
    rows = [V[0], ["志愿者甲", "13900000001", "东村", "", "全天"], ["志愿者甲", "13900000002", "西村", "", "全天"]]
    (found,) = problems(tmp_path, {"志愿者": rows, "需求": [[*R[0], "熟人"], [*R[1], "志愿者甲"]]})
    assert found.code == "ambiguous_volunteer"
    assert "志愿者!2" in found.zh
    assert "志愿者!3" in found.zh
    assert "西村" in found.zh
    assert "志愿者甲" not in found.text("zh") + found.text("en")


def test_ambiguous_sites_list_the_candidates(tmp_path: Path) -> None:
    sheets, _, _ = BROKEN["ambiguous site"]
    assert "东镇/东村、西镇/东村" in problems(tmp_path, sheets)[0].zh


def test_the_nearest_word_is_proposed(tmp_path: Path) -> None:
    assert "“绕行系数”" in problems(tmp_path, settings("绕行糸数", "1.4"))[0].zh
    assert "“东村”" in problems(tmp_path, BROKEN["unknown site"][0])[0].zh


def test_personal_values_are_masked(tmp_path: Path) -> None:
    """Whatever a personal column holds, no message shows it; elsewhere long numbers are masked."""
    secret = "王小明"
    rows = [V[0], [secret, f"{PHONE}9", "东村", f"医疗{PHONE}级", f"打{PHONE}问"], [secret, "", "", "", "八时"]]
    more = [[*R[0], "指定志愿者", "电话", "优先级"], [*R[1], secret, f"{PHONE}0", PHONE]]
    found = problems(tmp_path, {"志愿者": rows, "需求": more})
    said = "".join(p.text("zh") + p.text("en") for p in found)
    assert len(found) >= 5
    assert secret not in said
    assert PHONE not in said


def test_days_out_of_range(tmp_path: Path) -> None:
    source = workbook(tmp_path / "表.xlsx", {"志愿者": V, "需求": R})
    with pytest.raises(InputError):
        import_sheets(source, date=DAY, days=0)
