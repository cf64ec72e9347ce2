"""Single cells."""

from collections.abc import Callable
from datetime import date, time, timedelta
from typing import Any

import pytest

from matcher.sheets import fields
from matcher.sheets.report import Cell, FieldError, Value
from matcher.sheets.settings import hours, zone

SEVEN = ("医疗", "驾驶", "理发", "引导", "维修", "教学", "书法")


@pytest.mark.parametrize(
    "value",
    [
        13912345678.0,
        "1.3912345678E10",
        "13912345678",
        "8613912345678",
        "+86 139 1234 5678",
        "0086-139-1234-5678",
        "１３９１２３４５６７８",
        " 139\xa01234\u20095678\u200b",
        "13912345678/13812345678",
        8613912345678.0,
    ],
)
def test_phone(value: Value) -> None:
    assert fields.phone(value) == "13912345678"


@pytest.mark.parametrize(("value", "digits"), [("0762-8881234", "07628881234"), ("8881234", "8881234")])
def test_landline(value: Value, digits: str) -> None:
    assert fields.phone(value) == digits


@pytest.mark.parametrize("value", ["1391234567", "139123456789", "23912345678", "没", "1.39E+10", "1e400", -1.0])
def test_bad_phone(value: Value) -> None:
    with pytest.raises(FieldError, match="手机号"):
        fields.phone(value)


@pytest.mark.parametrize(
    ("value", "minutes"),
    [
        (90.0, 90),
        ("90", 90),
        ("90分钟", 90),
        ("1.5小时", 90),
        ("1小时30分", 90),
        ("1个半小时", 90),
        ("2小时半", 150),
        ("半小时", 30),
        ("2h", 120),
        ("２小时", 120),
        (time(1, 30), 90),
        (timedelta(hours=2), 120),
        ("一个半小时", 90),
        ("一小时", 60),
        ("两个小时", 120),
        ("半个钟", 30),
        ("两个半钟头", 150),
        ("一小时三十分", 90),
        ("一小时一刻钟", 75),
        ("一百二十分钟", 120),
        ("0.01", 0.01),
        ("0.009", None),
        ("10080", 10080),
        ("10081", None),
        ("一两个小时", None),
        ("1.5半小时", None),
        ("小时", None),
        ("半天", None),
        ("0", None),
        ("很久", None),
        ("-5", None),
    ],
)
def test_minutes(value: Value, minutes: float | None) -> None:
    if minutes is None:
        with pytest.raises(FieldError):
            fields.minutes(value)
    else:
        assert fields.minutes(value) == minutes


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("医疗", [("医疗", None, None)]),
        ("医疗、驾驶", [("医疗", None, None), ("驾驶", None, None)]),
        (
            "医疗，驾驶；理发/引导 维修,教学;书法",
            [(n, None, None) for n in ["医疗", "驾驶", "理发", "引导", "维修", "教学", "书法"]],
        ),
        ("医疗2级", [("医疗", 2, None)]),
        ("医疗(2)", [("医疗", 2, None)]),
        ("医疗（2级）", [("医疗", 2, None)]),
        ("医疗:2", [("医疗", 2, None)]),
        ("医疗：2、驾驶", [("医疗", 2, None), ("驾驶", None, None)]),
        ("医疗二级", [("医疗", 2, None)]),
        ("医疗（高级）", [("医疗", 3, None)]),
        ("急救证（至2027年6月30日）", [("急救证", None, date(2027, 6, 30))]),
        ("急救证(2027-06-30)", [("急救证", None, date(2027, 6, 30))]),
        ("医疗2级（有效期至2027-6-30）", [("医疗", 2, date(2027, 6, 30))]),
        ("驾照C1", [("驾照C1", None, None)]),
        ("医疗、医疗", [("医疗", None, None)]),
    ],
)
def test_skills(text: str, expected: list[tuple[str, int | None, date | None]]) -> None:
    assert [(h.name, h.level, h.valid_until) for h in fields.held(text)] == expected


@pytest.mark.parametrize("text", ["医疗0级", "急救证（至2027年2月30日）"])
def test_bad_skills(text: str) -> None:
    with pytest.raises(FieldError):
        fields.held(text)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("医疗1人、引导2人", [("医疗", (None, 1)), ("引导", (None, 2))]),
        ("医疗2级1人", [("医疗", (None, 1))]),
        ("引导2-4人", [("引导", (2, 4))]),
        ("医疗×2人", [("医疗", (None, 2))]),
        ("医疗一人、引导两名", [("医疗", (None, 1)), ("引导", (None, 2))]),
        ("三轮车两个人", [("三轮车", (None, 2))]),
        ("引导二至四人", [("引导", (2, 4))]),
        ("医疗", [("医疗", None)]),
    ],
)
def test_roles(text: str, expected: list[tuple[str, Any]]) -> None:
    assert [(held.name, people) for held, people in fields.roles(text)] == expected


@pytest.mark.parametrize(
    ("parse", "value", "expected"),
    [
        (fields.headcount, "3人", (None, 3)),
        (fields.headcount, 3.0, (None, 3)),
        (fields.headcount, "2～4", (2, 4)),
        (fields.headcount, "两个", (None, 2)),
        (fields.headcount, "三人", (None, 3)),
        (fields.headcount, "十二", (None, 12)),
        (fields.headcount, "一百零五人", (None, 105)),
        (fields.headcount, "二至四个人", (2, 4)),
        (fields.headcount, "3名志愿者", (None, 3)),
        (fields.headcount, "2 people", (None, 2)),
        (fields.whole(0, 150), "十八周岁", 18),
        (fields.yes_no, "√", True),
        (fields.yes_no, True, True),
        (fields.yes_no, "否", False),
        (fields.yes_no, 0.0, False),
        (fields.priority, "紧急", "urgent"),
        (fields.priority, " 应 急 ", "emergency"),
        (fields.tier, "村（社区）", "village"),
        (fields.tier, "县(区)", "county"),
        (fields.tier, "网格（实践点）", "grid"),
        (fields.day, "1990年5月1日", date(1990, 5, 1)),
        (fields.day, 32994.0, date(1990, 5, 1)),
        (fields.day, "19900501", date(1990, 5, 1)),
        (fields.number(0, 1), "80%", 0.8),
        (fields.whole(0, 10), "３", 3),
        (fields.names, "志愿者甲、志愿者 乙；志愿者丙", ["志愿者甲", "志愿者 乙", "志愿者丙"]),
        (zone, "+08:00", zone(8.0)),
        (zone, "北京时间", zone("UTC+8")),
        (hours, "8:00-12:00", (8 * 3600, 12 * 3600)),
    ],
)
def test_read(parse: Callable[[Value], object], value: Value, expected: object) -> None:
    found = parse(value)
    assert found == ([n.replace(" ", "") for n in expected] if isinstance(expected, list) else expected)


@pytest.mark.parametrize(
    ("parse", "value"),
    [
        (fields.headcount, "0"),
        (fields.headcount, "4-2"),
        (fields.headcount, "许多"),
        (fields.headcount, "两三个"),
        (fields.headcount, "十几人"),
        (fields.headcount, "0-3"),
        (fields.headcount, date(2026, 2, 4)),
        (fields.headcount, "2月4日"),
        (fields.whole(0, 10**6), "2万"),
        (fields.whole(0, 10**6), "3百人"),
        (fields.yes_no, "也许"),
        (fields.priority, "特别"),
        (fields.tier, "所站"),
        (fields.day, "1990-13-01"),
        (fields.day, "去年"),
        (fields.number(0, 1), "1.5"),
        (fields.number(0, 1), "nan"),
        (fields.whole(0, 10), "2.5"),
        (fields.name, "长" * 201),
        (fields.free_text, "长" * 2001),
        (zone, "+25:00"),
        (zone, "火星时间"),
        (hours, "12:00-8:00"),
        (hours, "上午"),
    ],
)
def test_not_read(parse: Callable[[Value], object], value: Value) -> None:
    with pytest.raises(FieldError):
        parse(value)


@pytest.mark.parametrize(
    "value",
    [
        "13912345678",
        "电话139-1234-5678找我",
        "139 1234 5678",
        "１３９１２３４５６７８",
        13912345678.0,
        "44162219900501123X",
        "0762-8881234",
    ],
)
def test_numbers_of_people_are_never_shown(value: Value) -> None:
    shown = Cell(value, "技能!A2").shown() or ""
    assert "*" in shown
    assert "1234" not in shown


def test_times_are_shown_and_personal_values_are_not() -> None:
    assert Cell("2026-07-21 9:00-11:00", "需求!A2").shown() == "2026-07-21 9:00-11:00"
    assert Cell("志愿者甲", "志愿者!A2", personal=True).shown() == "****"
    assert Cell("长" * 100, "需求!A2").shown() == "长" * 60 + "…"
