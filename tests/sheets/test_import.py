# ruff: noqa: E501
"""What sheets mean: each test reads a small workbook and looks at the batch."""

from pathlib import Path

import pytest

from matcher.batch import GeographicTravel, MatrixTravel, NodePlace, PointPlace
from matcher.places import wgs84_to_bd09, wgs84_to_gcj02
from matcher.reading import check_batch
from matcher.sheets.columns import COLUMNS, Kind
from matcher.sheets.headers import known_headers
from tests.sheets.books import REQUESTS, VOLUNTEERS, Rows, batch, imported

SITES: Rows = [
    ["名称", "层级", "上级"],
    ["本县", "县（区）", ""],
    ["东镇", "乡镇（街道）", "本县"],
    ["西镇", "乡镇（街道）", "本县"],
    ["河西村", "村（社区）", "东镇"],
    ["河西村", "村（社区）", "西镇"],
    ["河东村", "村（社区）", "东镇"],
    ["一组", "网格（实践点）", "东镇/河西村"],
]


@pytest.mark.parametrize(("kind", "column"), [(k, c) for k, columns in COLUMNS.items() for c in columns])
def test_every_header_variant_is_known(kind: Kind, column: object) -> None:
    for header in (column.zh, column.en, *column.variants.split()):  # type: ignore[attr-defined]
        assert known_headers(kind, [f" *{header}： "]) == 1


@pytest.mark.parametrize(
    ("name", "phone", "site", "skills", "times"),
    [
        ("姓名", "电话", "所在村", "技能", "可服务时间"),
        ("志愿者姓名", "手机号", "村（社区）", "特长", "空闲时间"),
        ("名 字", "联系电话", "站点", "服务技能", "服务时间"),
        ("*姓名（必填）", "手机号码：", "所在社区", "技能/特长", "时间"),
        ("Name", "PHONE", "site", "Skills", "Times"),
    ],
)
def test_header_variants(tmp_path: Path, name: str, phone: str, site: str, skills: str, times: str) -> None:
    rows = [[name, phone, site, skills, times], ["志愿者甲", 13912345678, "东村", "医疗2级", "上午"]]
    (volunteer,) = batch(tmp_path, rows).volunteers
    assert (volunteer.name, volunteer.phone, volunteer.site) == ("志愿者甲", "13912345678", "东村")
    assert [(s.skill, s.level) for s in volunteer.skills] == [("医疗", 2)]
    assert [(s.start.hour, s.end.hour) for s in volunteer.shifts] == [(8, 12)]


def test_ids_do_not_show_phones(tmp_path: Path) -> None:
    rows = [*VOLUNTEERS, ["志愿者乙", "13912345678", "东村", "", "全天"]]
    first = batch(tmp_path, rows)
    again = batch(tmp_path, [*rows, ["志愿者丙", "13812345678", "东村", "", "全天"]])
    assert [v.id for v in again.volunteers][:2] == [v.id for v in first.volunteers]
    assert all(v.id.startswith("v-") and len(v.id) == 14 and "139" not in v.id for v in first.volunteers)


def test_an_id_that_is_a_phone_is_hashed(tmp_path: Path) -> None:
    rows = [
        ["编号", "姓名", "所在村", "可服务时间"],
        [13912345678, "志愿者甲", "东村", "全天"],
        [7, "志愿者乙", "东村", "全天"],
    ]
    first, second = batch(tmp_path, rows).volunteers
    assert first.id.startswith("v-")
    assert second.id == "7"


def test_volunteers_without_times(tmp_path: Path) -> None:
    rows = [*VOLUNTEERS, ["志愿者乙", "", "东村", "", ""]]
    without = imported(tmp_path, {"志愿者": rows, "需求": REQUESTS})
    assert [v.name for v in without.batch.volunteers] == ["志愿者甲"]
    assert [n.count for n in without.notes if n.code == "left_out"] == [1]
    settings = [["设置项", "值"], ["默认可服务时间", "上午"]]
    taken = imported(tmp_path, {"志愿者": rows, "需求": REQUESTS, "派单设置": settings})
    assert [v.shifts[0].end.hour for v in taken.batch.volunteers] == [18, 12]
    assert [n.count for n in taken.notes if n.code == "default_times"] == [1]


def test_volunteers_with_times_on_other_days_stay(tmp_path: Path) -> None:
    """They explain why a request has nobody, and requests may name them."""
    rows = [*VOLUNTEERS, ["志愿者乙", "", "东村", "", "周六"]]
    assert [len(v.shifts) for v in batch(tmp_path, rows).volunteers] == [1, 0]


def test_weekly_times_over_several_days(tmp_path: Path) -> None:
    """From Tuesday on, seven days hold one Saturday; overlapping shifts become one, touching ones stay two."""
    rows = [
        VOLUNTEERS[0],
        ["志愿者甲", "", "东村", "", "周六上午、周六 11:00-13:00；周日 8:00-10:00；周日 10:00-12:00"],
    ]
    (volunteer,) = imported(tmp_path, {"志愿者": rows, "需求": REQUESTS}, days=7).batch.volunteers
    found = [(s.start.day, s.start.hour, s.end.hour) for s in volunteer.shifts]
    assert found == [(25, 8, 13), (26, 8, 10), (26, 10, 12)]


def _window(tmp_path: Path, time: object, minutes: object = "30") -> list[str]:
    rows = [["内容", "所在村", "时间", "时长"], ["量血压", "东村", time, minutes]]
    (request,) = batch(tmp_path, requests=rows).requests
    return [f"{w.start:%d %H:%M}-{w.end:%H:%M}" for w in request.windows]


def test_a_moment_is_the_start(tmp_path: Path) -> None:
    assert _window(tmp_path, "上午9点") == ["21 09:00-09:00"]


def test_a_range_leaves_room_for_the_service(tmp_path: Path) -> None:
    """From 9:00 to 11:00 a service of 30 minutes starts at 10:30 at the latest, one of 120 only at 9:00."""
    assert _window(tmp_path, "9:00-11:00") == ["21 09:00-10:30"]
    assert _window(tmp_path, "9:00-11:00", "2小时") == ["21 09:00-09:00"]


def test_any_time_is_the_whole_day(tmp_path: Path) -> None:
    assert _window(tmp_path, "尽快") == _window(tmp_path, "不限") == _window(tmp_path, "") == ["21 08:00-17:30"]


def test_several_windows(tmp_path: Path) -> None:
    assert _window(tmp_path, "上午；15:00-16:00") == ["21 08:00-11:30", "21 15:00-15:30"]


@pytest.mark.parametrize(
    ("columns", "values", "expected"),
    [
        (["日期", "时间"], ["7月21日", "9:00-11:00"], "09:00-10:30"),
        (["日期", "时间"], ["2026-07-21 00:00:00", "9点"], "09:00-09:00"),
        (["日期", "时间"], ["7月21日", "2026-07-21 9:00"], "09:00-09:00"),
        (["日期", "时间"], ["7月21日", "周二上午"], "08:00-11:30"),
        (["日期"], ["7月21日"], "08:00-17:30"),
        (["日期", "开始时间", "结束时间"], ["7月21日", "9:00", "11:00"], "09:00-10:30"),
        (["开始时间", "结束时间"], ["2026-07-21 9:00", "2026-07-21 11:00"], "09:00-10:30"),
        (["开始时间"], ["2026-07-21 9:00"], "09:00-09:00"),
    ],
)
def test_date_and_time_columns(tmp_path: Path, columns: list[str], values: list[str], expected: str) -> None:
    rows = [["内容", "所在村", "时长", *columns], ["量血压", "东村", "30", *values]]
    (request,) = batch(tmp_path, requests=rows).requests
    assert [f"{w.start:%H:%M}-{w.end:%H:%M}" for w in request.windows] == [expected]


def test_requests_of_other_days_are_left_out(tmp_path: Path) -> None:
    found = imported(tmp_path, {"志愿者": VOLUNTEERS, "需求": [*REQUESTS, ["理发", "东村", "7月22日 9:00", "30"]]})
    assert [r.title for r in found.batch.requests] == ["量血压"]
    assert [n.count for n in found.notes if n.code == "outside"] == [1]


MENU: Rows = [
    ["服务项目", "类别", "时长", "技能", "人数", "最少人数", "等级", "资质", "最小年龄"],
    ["义诊", "健康", "2小时", "医疗", "1", "", "2", "意外险", "18"],
    ["义诊", "", "", "引导", "3", "1", "", "", ""],
    ["理发", "", "40", "理发", "1", "", "", "", ""],
    ["文艺", "文化", "90", "唱歌1人、跳舞2-4人", "", "", "", "", ""],
]


def test_a_request_takes_all_from_the_menu(tmp_path: Path) -> None:
    rows = [["服务项目", "所在村", "时间"], ["义诊", "东村", "9:00"], ["文艺", "东村", "9:00"]]
    first, second = batch(tmp_path, requests=rows, 服务菜单=MENU).requests
    assert (first.category, first.minutes, first.qualifications, first.min_age) == ("健康", 120, ("意外险",), 18)
    assert [(r.skill, r.level, r.count, r.min_count) for r in first.roles] == [("医疗", 2, 1, None), ("引导", 1, 3, 1)]
    assert [(r.skill, r.count, r.min_count) for r in second.roles] == [("唱歌", 1, None), ("跳舞", 4, 2)]


def test_own_values_override_the_menu(tmp_path: Path) -> None:
    rows = [["服务项目", "所在村", "时间", "时长", "人数", "类别"], ["理发", "东村", "9:00", "20", "2", "照料"]]
    (request,) = batch(tmp_path, requests=rows, 服务菜单=MENU).requests
    assert (request.category, request.minutes) == ("照料", 20)
    assert [(r.skill, r.count) for r in request.roles] == [("理发", 2)]


def test_merged_cells_of_the_menu(tmp_path: Path) -> None:
    from xlsxwriter import Workbook

    from matcher.sheets.importer import import_sheets
    from tests.sheets.books import DAY

    path = tmp_path / "表.xlsx"
    with Workbook(path) as book:
        menu = book.add_worksheet("服务菜单")
        menu.write_row(0, 0, ["服务项目", "时长", "技能"])
        menu.merge_range(1, 0, 2, 0, "义诊")
        menu.merge_range(1, 1, 2, 1, 60)
        menu.write_column(1, 2, ["医疗", "引导"])
        book.add_worksheet("需求").write_column(0, 0, ["服务项目", "义诊"])
        book.worksheets()[1].write_column(0, 1, ["所在村", "东村"])
    (request,) = import_sheets(path, date=DAY).batch.requests
    assert [r.id for r in request.roles] == ["医疗", "引导"]


def test_without_coordinates_travel_follows_the_tiers(tmp_path: Path) -> None:
    """Nodes are villages and the sites above; the grid cell 一组 shares its village's node."""
    volunteers = [VOLUNTEERS[0], ["志愿者甲", "", "东镇/河西村", "", "全天"]]
    requests = [REQUESTS[0], ["量血压", "河东村", "9:00", "30"]]
    settings = [["设置项", "值"], ["同镇路程（分钟）", 20]]
    found = batch(tmp_path, volunteers, requests, 站点=SITES, 派单设置=settings)
    travel = found.travel
    assert isinstance(travel, MatrixTravel)
    assert set(travel.nodes) == {"本县", "东镇", "西镇", "东镇/河西村", "西镇/河西村", "河东村"}
    at = {node: i for i, node in enumerate(travel.nodes)}
    way = {(a, b): travel.seconds[at[a]][at[b]] / 60 for a in at for b in at}
    assert way["河东村", "河东村"] == 10
    assert way["河东村", "东镇/河西村"] == way["东镇/河西村", "河东村"] == way["河东村", "东镇"] == 20
    assert way["河东村", "西镇/河西村"] == way["东镇", "西镇"] == way["本县", "河东村"] == 50
    assert {s.id: s.place for s in found.sites}["一组"] is None
    assert {s.id: s.place for s in found.sites}["河东村"] == NodePlace(node="河东村")


@pytest.mark.parametrize(
    "names", [("往期名额", "往期满足名额"), ("历史需求人次", "历史服务人次"), ("Past places", "Past filled")]
)
def test_what_sites_had_in_the_past(tmp_path: Path, names: tuple[str, str]) -> None:
    rows = [["东镇", "乡镇（街道）", "40", "30个"], ["东村", "村（社区）", "", ""], ["西村", "村（社区）", 12, ""]]
    found = batch(tmp_path, 站点=[["名称", "层级", *names], *rows])
    assert [(site.past_places, site.past_filled) for site in found.sites] == [(40, 30), (0, 0), (12, 0)]


def test_the_town_tells_villages_apart(tmp_path: Path) -> None:
    volunteers = [
        ["姓名", "乡镇", "村", "可服务时间"],
        ["志愿者甲", "西镇", "河西村", "全天"],
        ["志愿者乙", "", "河东村", "全天"],
    ]
    requests = [REQUESTS[0], ["量血压", "东镇/河西村", "9:00", "30"]]
    found = batch(tmp_path, volunteers, requests, 站点=SITES)
    assert [v.site for v in found.volunteers] == ["西镇/河西村", "河东村"]
    assert found.requests[0].site == "东镇/河西村"


def test_sites_without_their_sheet(tmp_path: Path) -> None:
    """A village whose town is said in one place is the same village where it is not."""
    volunteers = [
        ["姓名", "乡镇", "村", "可服务时间"],
        ["志愿者甲", "", "河西村", "全天"],
        ["志愿者乙", "东镇", "河西村", "全天"],
    ]
    requests = [REQUESTS[0], ["量血压", "河东村", "9:00", "30"]]
    found = imported(tmp_path, {"志愿者": volunteers, "需求": requests})
    assert [v.site for v in found.batch.volunteers] == ["东镇/河西村"] * 2
    tiers = {s.name: (s.tier, s.parent) for s in found.batch.sites}
    assert tiers["河西村"] == ("village", "东镇/")
    assert tiers["河东村"] == ("village", "本县")
    assert [n.count for n in found.notes if n.code == "sites_created"] == [4]


@pytest.mark.parametrize("system", ["WGS84", "高德", "GCJ-02", "百度"])
def test_coordinates_are_converted(tmp_path: Path, system: str) -> None:
    """Each system's coordinates of one point come back as that point, within a metre."""
    lat, lon = 24.1021, 115.2543
    if system == "百度":
        lat, lon = (float(x) for x in wgs84_to_bd09(lat, lon))
    elif system != "WGS84":
        lat, lon = (float(x) for x in wgs84_to_gcj02(lat, lon))
    sites = [["名称", "层级", "经度", "纬度", "坐标系"], ["东村", "村（社区）", lon, lat, system]]
    found = batch(tmp_path, 站点=sites)
    place = found.sites[0].place
    assert isinstance(place, PointPlace)
    assert (place.lat, place.lon) == pytest.approx((24.1021, 115.2543), abs=1e-6)
    assert found.travel == GeographicTravel(kind="geographic", speed_kmh=30, detour=1.4)


def test_places_are_estimated_by_site(tmp_path: Path) -> None:
    sites = [
        ["名称", "层级", "上级", "经度", "纬度"],
        ["东镇", "乡镇（街道）", "", 115.2, 24.1],
        ["东村", "村（社区）", "东镇", "", ""],
    ]
    found = imported(tmp_path, {"志愿者": VOLUNTEERS, "需求": REQUESTS, "站点": sites})
    assert [n.count for n in found.notes if n.code == "places_estimated"] == [2]
    assert [n.count for n in found.notes if n.code == "crs_assumed"] == [1]


def test_settings_reach_the_policy(tmp_path: Path) -> None:
    settings = [
        ["设置项", "值"], ["车速（公里/小时）", 25], ["绕行系数", "1.5"], ["开始时间间隔（分钟）", 15], ["先回家再出发", "否"],
        ["可服务时间包含路程", "否"], ["一般可调派层级", "本镇"], ["时区", "+09:00"], ["上午", "7:00-11:00"], ["最短路程（分钟）", 3],
        ["默认每人每天最多单数", 2], ["默认接单率", "60%"], ["坐标系", "高德"],
    ]  # fmt: skip
    volunteers = [[*VOLUNTEERS[0], "经度", "纬度"], ["志愿者甲", "", "", "", "上午", 115.2, 24.1]]
    requests = [[*REQUESTS[0], "经度", "纬度"], ["量血压", "", "9:00", "30", 115.2, 24.1]]
    found = batch(tmp_path, volunteers, requests, 派单设置=settings)
    assert found.travel == GeographicTravel(kind="geographic", speed_kmh=25, detour=1.5)
    policy = found.policy
    assert (policy.start_step_minutes, policy.home_between, policy.shift_covers) == (15, False, "service")
    assert (policy.reach, policy.min_travel_minutes, policy.prior_acceptance) == ({"normal": 1}, 3, 0.6)
    assert found.volunteers[0].shifts[0].start.isoformat() == "2026-07-21T07:00:00+09:00"
    assert found.volunteers[0].max_requests_per_day == 2


def test_people_are_named(tmp_path: Path) -> None:
    volunteers = [
        VOLUNTEERS[0],
        ["志愿者甲", "13900000001", "东村", "", "全天"],
        ["志愿者甲", "13900000002", "西村", "", "全天"],
        ["志愿者乙", "", "东村", "", "全天"],
        ["志愿者丙", "", "东村", "", ""],
    ]
    header = [*REQUESTS[0], "指定志愿者", "排除志愿者", "熟人"]
    requests = [header, [*REQUESTS[1], "志愿者甲（西村）、志愿者乙", "志愿者甲0001", "志愿者丙"]]
    found = batch(tmp_path, volunteers, requests)
    first, second, third = (v.id for v in found.volunteers)
    (request,) = found.requests
    assert (request.preferred, request.excluded, request.familiar) == ((second, third), (first,), ())


def test_all_other_columns_of_a_request(tmp_path: Path) -> None:
    header = ["编号", "内容", "所在村", "时间", "时长", "优先级", "必须", "权重", "同一队伍", "期限", "前置需求", "受益人数", "定期编号",
              "必需标签", "优先标签", "队伍", "联系人", "电话", "地址", "备注", "送达站点"]  # fmt: skip
    requests = [
        header,
        ["A1", "陪诊", "东村", "9:00", "30"],
        ["A2", "接回", "东村", "11:00", "30", "应急", "是", "2", "是", "12:00", "A1", "3", "S", "女", "会方言、女", "小队",
         "居民甲", "13912345678", "一号", "轻声", "西村"],
    ]  # fmt: skip
    volunteers = [[*VOLUNTEERS[0], "队伍"], [*VOLUNTEERS[1], "小队"]]
    found = batch(tmp_path, volunteers, requests)
    request = found.requests[1]
    assert (request.id, request.priority, request.mandatory, request.value, request.one_team) == (
        "A2",
        "emergency",
        True,
        2,
        True,
    )
    assert request.due is not None
    assert (request.due.hour, request.after[0].request, request.beneficiaries, request.series) == (12, "A1", 3, "S")
    assert (request.tags_required, request.tags_preferred, request.team) == (("女",), ("会方言", "女"), "小队")
    assert request.contact is not None
    assert (request.contact.name, request.contact.phone) == ("居民甲", "13912345678")
    assert (request.address, request.note, request.end_place) == ("一号", "轻声", NodePlace(node="西村"))
    assert check_batch(found) == []


def test_unknown_columns_and_sheets_are_told(tmp_path: Path) -> None:
    volunteers = [[*VOLUNTEERS[0], "政治面貌", "序号"], [*VOLUNTEERS[1], "群众", "1"]]
    found = imported(tmp_path, {"志愿者": volunteers, "需求": REQUESTS, "统计": [["合计"]], "说明": [["请填写"]]})
    told = {n.code: n.zh for n in found.notes}
    assert "政治面貌" in told["unknown_column"]
    assert "序号" not in told["unknown_column"]
    assert "统计" in told["unknown_sheet"]
    assert "说明" not in told["unknown_sheet"]


def test_blank_rows_and_notes_do_no_harm(tmp_path: Path) -> None:
    rows = [["2026 年登记表"], [], REQUESTS[0], [" "], REQUESTS[1], [], ["理发", "东村", "10:00", "30"]]
    assert [r.id for r in batch(tmp_path, requests=rows).requests] == ["r-5", "r-7"]


def test_a_single_sheet_of_any_name_holds_requests(tmp_path: Path) -> None:
    assert len(imported(tmp_path, {"Sheet1": REQUESTS}).batch.requests) == 1


def test_levels_assumed_are_told_where_they_matter(tmp_path: Path) -> None:
    requests = [[*REQUESTS[0], "技能", "等级"], [*REQUESTS[1], "医疗", "2"]]
    found = imported(tmp_path, {"志愿者": VOLUNTEERS, "需求": requests})
    assert [n.count for n in found.notes if n.code == "level_assumed"] == [1]
    assert not [
        n for n in imported(tmp_path, {"志愿者": VOLUNTEERS, "需求": REQUESTS}).notes if n.code == "level_assumed"
    ]
