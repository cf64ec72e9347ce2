# ruff: noqa: E501
"""The sheet 派单设置: keys and values that hold for the whole county."""

import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta, timezone
from typing import Any, Literal

from matcher.policy import Policy, Priority
from matcher.sheets.fields import choice, minutes, nearest, number, plain, whole, yes_no
from matcher.sheets.headers import Row, header_key
from matcher.sheets.report import FieldError, Report, Value
from matcher.sheets.times import DEFAULT_PARTS
from matcher.sheets.timewords import clock_seconds, time_text, tokens

Crs = Literal["wgs84", "gcj02", "bd09"]
CRS: dict[str, Crs] = {
    **dict.fromkeys(("wgs84", "wgs-84", "gps", "cgcs2000", "天地图", "国家2000"), "wgs84"),
    **dict.fromkeys(("gcj02", "gcj-02", "高德", "高德地图", "腾讯", "腾讯地图", "火星", "火星坐标"), "gcj02"),
    **dict.fromkeys(("bd09", "bd-09", "bd09ll", "百度", "百度地图"), "bd09"),
}
_REACH = {"本村": 0, "村": 0, "0": 0, "本镇": 1, "镇": 1, "1": 1, "本县": 2, "县": 2, "2": 2, "不限": 3, "3": 3}
_PRIORITY_FIELDS: dict[str, Priority] = {
    "reach_emergency": "emergency",
    "reach_urgent": "urgent",
    "reach_normal": "normal",
    "reach_low": "low",
}
PART_FIELDS = {"morning": "上午", "noon": "中午", "afternoon": "下午", "evening": "晚上", "whole_day": "全天"}


def hours(value: Value) -> tuple[int, int]:
    """Start and end of a part of the day, in seconds: 8:00-12:00."""
    words = tokens(plain(value))
    if [w.kind for w in words] not in (["clock", "range", "clock"], ["hour", "range", "clock"]):
        raise FieldError("bad_time", "应为起止时间，如 8:00-12:00", "expected hours such as 8:00-12:00")
    start, end = clock_seconds(words[0], None), clock_seconds(words[2], None)
    if start >= end:
        raise FieldError("bad_time", "结束时间不晚于开始时间", "the end is not after the start")
    return start, end


def zone(value: Value) -> timezone:
    """A time zone: +08:00, 8, 北京时间."""
    found = re.sub(r"(?i)^(utc|gmt)", "", plain(value))
    if found in ("北京时间", "东八区", "Asia/Shanghai"):
        found = "+8"
    match = re.fullmatch(r"([+-]?)(\d{1,2})(?::?(\d{2}))?", found)
    length = int(match[2]) * 60 + int(match[3] or 0) if match else 1441
    if not match or length > 14 * 60:
        raise FieldError("bad_zone", "应为时区，如 +08:00", "expected an offset such as +08:00")
    return timezone(timedelta(minutes=-length if match[1] == "-" else length))


crs = choice(CRS, "WGS84、GCJ02（高德、腾讯）、BD09（百度）", "WGS84, GCJ02 (Amap, Tencent), BD09 (Baidu)")
reach = choice(_REACH, "本村、本镇、本县、不限", "0 (village), 1 (town), 2 (county), 3 (any)")


@dataclass(frozen=True)
class Setting:
    """A key of the sheet: its field, names, parser, default as shown in the template, what it means."""

    field: str
    zh: str
    en: str
    parse: Callable[[Value], Any]
    default: str
    hint: str
    hint_en: str


SETTINGS = (
    Setting("default_times", "默认可服务时间", "Default times", time_text, "", "没写可服务时间的志愿者用这个，如 工作日 8:00-17:30；不填则这些人不参加派单", "for volunteers without times; empty: they are left out"),
    Setting("max_day", "默认每人每天最多单数", "Max requests per day", whole(0, 100), "3", "志愿者表没写时用", "for volunteers without their own"),
    Setting("minutes", "默认服务时长（分钟）", "Default minutes", minutes, "60", "需求和服务菜单都没写时用；不填则报错", "for requests without; empty: an error"),
    Setting("speed", "车速（公里/小时）", "Speed (km/h)", number(1, 200), "30", "按直线距离估路程时用", "for travel by distance"),
    Setting("detour", "绕行系数", "Detour", number(1, 10), "1.4", "实际路程与直线距离之比", "way on the road divided by the straight line"),
    Setting("min_travel", "最短路程（分钟）", "Least travel minutes", number(0, 1440), "0", "每段路至少算这么久", "least minutes of every leg"),
    Setting("step", "开始时间间隔（分钟）", "Start step minutes", number(1, 1440), "5", "时间段内可选的开始时间相隔多久", "minutes between two possible starts"),
    Setting("home_between", "先回家再出发", "Home between", yes_no, "是", "两单之间可以回家再出发", "may go home between two requests"),
    Setting("covers_travel", "可服务时间包含路程", "Times hold travel", yes_no, "是", "否：路上可以在可服务时间之外", "no: travel may lie outside the times"),
    Setting("acceptance", "默认接单率", "Prior acceptance", number(0.01, 1), "0.5", "志愿者表没写时用", "for volunteers without their own"),
    Setting("reach_emergency", "应急可调派层级", "Reach emergency", reach, "不限", "本村、本镇、本县、不限", "0 village, 1 town, 2 county, 3 any"),
    Setting("reach_urgent", "紧急可调派层级", "Reach urgent", reach, "不限", "同上", "as above"),
    Setting("reach_normal", "一般可调派层级", "Reach normal", reach, "不限", "同上", "as above"),
    Setting("reach_low", "可缓可调派层级", "Reach low", reach, "不限", "同上", "as above"),
    Setting("zone", "时区", "Time zone", zone, "+08:00", "", ""),
    Setting("crs", "坐标系", "Coordinates", crs, "", "各表经纬度没写坐标系时用；都没写按 WGS84", "where a table does not say; else WGS84"),
    Setting("morning", "上午", "Morning", hours, "8:00-12:00", "“上午”指的钟点", "what 上午 means"),
    Setting("noon", "中午", "Noon", hours, "12:00-14:00", "", ""),
    Setting("afternoon", "下午", "Afternoon", hours, "14:00-18:00", "", ""),
    Setting("evening", "晚上", "Evening", hours, "19:00-21:00", "", ""),
    Setting("whole_day", "全天", "Whole day", hours, "8:00-18:00", "“全天”“尽快”“不限”指的钟点", "what 全天 and 不限 mean"),
    Setting("same_village", "同村路程（分钟）", "Minutes in a village", number(0, 1440), "10", "全县没有一处坐标时用", "where no coordinate is known at all"),
    Setting("same_town", "同镇路程（分钟）", "Minutes in a town", number(0, 1440), "25", "同上", "as above"),
    Setting("same_county", "同县路程（分钟）", "Minutes in a county", number(0, 1440), "50", "同上", "as above"),
    Setting("beyond", "县外路程（分钟）", "Minutes beyond", number(0, 1440), "90", "同上", "as above"),
)  # fmt: skip
"""All keys in the order of the template."""
_KEYS = {header_key(name): setting for setting in SETTINGS for name in (setting.zh, setting.en, setting.field)}


@dataclass(frozen=True)
class Settings:
    """The values of the sheet, or their defaults."""

    default_times: str = ""
    """Read by whoever knows the horizon."""
    max_day: int | None = None
    minutes: float | None = None
    speed: float = 30
    detour: float = 1.4
    min_travel: float = 0
    step: float = 5
    home_between: bool = True
    covers_travel: bool = True
    acceptance: float = 0.5
    reach_emergency: int = 3
    reach_urgent: int = 3
    reach_normal: int = 3
    reach_low: int = 3
    zone: timezone = timezone(timedelta(hours=8))
    crs: Crs | None = None
    morning: tuple[int, int] = DEFAULT_PARTS["上午"]
    noon: tuple[int, int] = DEFAULT_PARTS["中午"]
    afternoon: tuple[int, int] = DEFAULT_PARTS["下午"]
    evening: tuple[int, int] = DEFAULT_PARTS["晚上"]
    whole_day: tuple[int, int] = DEFAULT_PARTS["全天"]
    same_village: float = 10
    same_town: float = 25
    same_county: float = 50
    beyond: float = 90

    def parts(self) -> dict[str, tuple[int, int]]:
        """The hours of 上午, 中午, 下午, 晚上, 全天."""
        return {name: getattr(self, field) for field, name in PART_FIELDS.items()}

    def policy(self) -> Policy:
        """The policy of the batch."""
        wanted = {priority: getattr(self, field) for field, priority in _PRIORITY_FIELDS.items()}
        return Policy(
            start_step_minutes=self.step,
            shift_covers="tour" if self.covers_travel else "service",
            home_between=self.home_between,
            reach={priority: tiers for priority, tiers in wanted.items() if tiers < 3},
            prior_acceptance=self.acceptance,
            min_travel_minutes=self.min_travel,
        )


def read_settings(rows: list[Row], report: Report) -> tuple[Settings, dict[str, Row]]:
    """The settings, and the row of each field that has one; unknown and repeated keys are problems."""
    values: dict[str, Any] = {}
    origins: dict[str, Row] = {}
    for row in rows:
        if not row.has("key"):
            continue
        key = plain(row.value("key"))
        setting = _KEYS.get(header_key(key))
        if setting is None:
            zh, en = nearest(key, [s.zh for s in SETTINGS])
            report.problem("unknown_setting", row.cell("key"), f"没有这个设置项{zh}", f"there is no such setting{en}")
        elif setting.field in origins:
            first = origins[setting.field].number
            report.problem("duplicate", row.cell("key"), f"与第 {first} 行重复", f"row {first} has it already")
        else:
            origins[setting.field] = row
            if row.has("value") and (value := row.read("value", setting.parse, report, None)) is not None:
                values[setting.field] = value
    return Settings(**values), origins
