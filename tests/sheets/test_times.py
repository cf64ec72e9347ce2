"""Times as people write them. The week is Monday 20 to Sunday 26 July 2026."""

from datetime import UTC, date, datetime, time, timedelta, timezone

import pytest

from matcher.sheets.report import FieldError
from matcher.sheets.times import DEFAULT_PARTS, Frame, read_times
from matcher.sheets.timewords import time_text

ZONE = timezone(timedelta(hours=8))
WEEK = Frame(date(2026, 7, 20), 7, ZONE, DEFAULT_PARTS)
MONDAY_TO_FRIDAY, EVERY_DAY = range(20, 25), range(20, 27)


# Each expected span is "day start-end" or, for a moment, "day start"; day and time are parted by "/".
UNDERSTOOD = {
    # a date and a moment
    "2026年7月21日 上午9点": "21/09:00",
    "2026年7月21日上午9:30": "21/09:30",
    "2026-7-21 9:00": "21/09:00",
    "2026-07-21 09:00:00": "21/09:00",
    "2026-07-21T09:00": "21/09:00",
    "2026/7/21 9:00": "21/09:00",
    "2026.7.21 9:00": "21/09:00",
    "20260721 9:00": "21/09:00",
    "7月21日 9点": "21/09:00",
    "7月21号9点": "21/09:00",
    "7/21 9:00": "21/09:00",
    "七月二十一日九点": "21/09:00",
    "21日 9:00": "21/09:00",
    "7月21日（周二）9点": "21/09:00",
    "７月２１日　９：００": "21/09:00",
    "7月21日\xa09:00": "21/09:00",
    "明天下午3点": "21/15:00",
    "后天 10:00": "22/10:00",
    "今天 10:00": "20/10:00",
    "本周三 10:00": "22/10:00",
    # hours in words
    "周二 9点半": "21/09:30",
    "周二 9点一刻": "21/09:15",
    "周二 9点3刻": "21/09:45",
    "周二 9点05分": "21/09:05",
    "周二 9点30": "21/09:30",
    "周二 9时30分": "21/09:30",
    "周二 九点钟": "21/09:00",
    "周二 下午两点": "21/14:00",
    "周二 下午十二点": "21/12:00",
    "周二 下午14:30": "21/14:30",
    "周二 中午12点": "21/12:00",
    "周二 中午1点": "21/13:00",
    "周二 晚上8点": "21/20:00",
    "周二 晚7点半": "21/19:30",
    "周二 傍晚6点": "21/18:00",
    "周二 早上7点": "21/07:00",
    "周二 凌晨5点": "21/05:00",
    "周二 凌晨12点": "21/00:00",
    "周二 二十一点": "21/21:00",
    "周二 九点零五": "21/09:05",
    "周二 八点五十": "21/08:50",
    "二〇二六年七月二十一日九点": "21/09:00",
    "Tue 2:30 pm": "21/14:30",
    "tuesday 9am": "21/09:00",
    # ranges of hours
    "周二 9:00-11:00": "21/09:00-11:00",
    "周二 9：00～11：00": "21/09:00-11:00",
    "周二 9:00—11:00": "21/09:00-11:00",
    "周二 9:00--11:00": "21/09:00-11:00",
    "周二 9:00至11:00": "21/09:00-11:00",
    "周二 从9点到11点之间": "21/09:00-11:00",
    "周二上午9点到11点": "21/09:00-11:00",
    "周二上午9-11点": "21/09:00-11:00",
    "周二下午2点到4点半": "21/14:00-16:30",
    "周二下午2:00-16:00": "21/14:00-16:00",
    "周二上午9点到下午3点": "21/09:00-15:00",
    "周二中午12点到2点": "21/12:00-14:00",
    "周二晚上7点到12点": "21/19:00-24:00",
    "周二20:00-24:00": "21/20:00-24:00",
    "周二22:00-次日6:00": "21/22:00-30:00",
    "周二晚上10点到第二天早上6点": "21/22:00-30:00",
    "周二9点以后": "21/09:00-18:00",
    "周二19点后": "21/19:00-21:00",
    "周二11点前": "21/08:00-11:00",
    "周二上午至下午": "21/08:00-18:00",
    "周二 9am-5pm": "21/09:00-17:00",
    # parts of the day
    "周二": "21/08:00-18:00",
    "周二全天": "21/08:00-18:00",
    "周二上午": "21/08:00-12:00",
    "周二中午": "21/12:00-14:00",
    "周二下午": "21/14:00-18:00",
    "周二晚": "21/19:00-21:00",
    "7月21日": "21/08:00-18:00",
    "周二上午、下午": "21/08:00-12:00 21/14:00-18:00",
    "周二8:00-10:00 14:00-16:00": "21/08:00-10:00 21/14:00-16:00",
    "上午 周二": "21/08:00-12:00",
    "9:00-11:00（周二）": "21/09:00-11:00",
    "tue morning": "21/08:00-12:00",
    # several days
    "周六": "25/08:00-18:00",
    "星期天": "26/08:00-18:00",
    "礼拜六上午": "25/08:00-12:00",
    "每周三下午": "22/14:00-18:00",
    "每个周三下午": "22/14:00-18:00",
    "周末": "25/08:00-18:00 26/08:00-18:00",
    "周一三五": "20/08:00-18:00 22/08:00-18:00 24/08:00-18:00",
    "周一、三、五下午": "20/14:00-18:00 22/14:00-18:00 24/14:00-18:00",
    "周一、周三下午": "20/14:00-18:00 22/14:00-18:00",
    "周一和周三 9:00-10:00": "20/09:00-10:00 22/09:00-10:00",
    "周六上午、周日下午": "25/08:00-12:00 26/14:00-18:00",
    "周六上午；周日": "25/08:00-12:00 26/08:00-18:00",
    "周六上午\n周日下午": "25/08:00-12:00 26/14:00-18:00",
    "周六；每周日下午": "25/08:00-18:00 26/14:00-18:00",
    "周六上午,周日下午": "25/08:00-12:00 26/14:00-18:00",
    "周六周日上午": "25/08:00-12:00 26/08:00-12:00",
    "周六到周一上午": "20/08:00-12:00 25/08:00-12:00 26/08:00-12:00",
    "7月21日至7月22日 9:00-11:00": "21/09:00-11:00 22/09:00-11:00",
    "7月21日-22日": "21/08:00-18:00 22/08:00-18:00",
    "7月21日、22日上午": "21/08:00-12:00 22/08:00-12:00",
    "2026-07-21至2026-07-22 上午": "21/08:00-12:00 22/08:00-12:00",
    "7月21日9:00至7月22日18:00": "21/09:00-42:00",
    "2026-07-21 09:00 - 2026-07-21 11:00": "21/09:00-11:00",
    "7月19日9:00至7月20日10:00": "20/00:00-10:00",
    "周一至周五 8:00-17:30": " ".join(f"{n}/08:00-17:30" for n in MONDAY_TO_FRIDAY),
    "周一到五上午": " ".join(f"{n}/08:00-12:00" for n in MONDAY_TO_FRIDAY),
    "工作日": " ".join(f"{n}/08:00-18:00" for n in MONDAY_TO_FRIDAY),
    "Mon-Fri 8:00-17:30": " ".join(f"{n}/08:00-17:30" for n in MONDAY_TO_FRIDAY),
    "每天晚上": " ".join(f"{n}/19:00-21:00" for n in EVERY_DAY),
    "每晚": " ".join(f"{n}/19:00-21:00" for n in EVERY_DAY),
    "9:00-11:00": " ".join(f"{n}/09:00-11:00" for n in EVERY_DAY),
    "全天": " ".join(f"{n}/08:00-18:00" for n in EVERY_DAY),
    "尽快": " ".join(f"{n}/08:00-18:00" for n in EVERY_DAY),
    "不限": " ".join(f"{n}/08:00-18:00" for n in EVERY_DAY),
    "随时": " ".join(f"{n}/08:00-18:00" for n in EVERY_DAY),
    "all day": " ".join(f"{n}/08:00-18:00" for n in EVERY_DAY),
    # outside the horizon
    "下周三": "",
    "2026年7月19日": "",
    "8月1日上午": "",
}
REFUSED = """
25:00|9:60|周二 24:30|周二 24:00|晚上12点到1点|2月30日|13月1日|2026年0月1日|1026年7月21日|周八|周|每周|
每月|每月第一个周六|单周周三|有空|
有空就行|待定|电话联系|节假日|上午14点|下午9点到8点|晚上3点|凌晨9点|11:00-9:00|9:00-9:00|9点左右|周一上午至周三下午|
7月21日（周三）|2026-07-21 2026-07-22 9:00|7月22日至7月21日|至11:00|9:00-|上午9点到|9|8-12|周三三点|9:00+08:00|
7月|13pm|凌晨|7月21日至|-|（）|12345|7月21日9:00至7月20日9:00|=1+1|周二两三点|周二下午七八点|2026-07-21至2028-07-21
"""


def _seconds(text: str) -> timedelta:
    hour, minute = text.split(":")
    return timedelta(hours=int(hour), minutes=int(minute))


def _expected(text: str) -> list[tuple[datetime, datetime | None]]:
    found = []
    for span in text.split():
        day, hours = span.split("/")
        midnight = datetime(2026, 7, int(day), tzinfo=ZONE)
        start, _, end = hours.partition("-")
        found.append((midnight + _seconds(start), midnight + _seconds(end) if end else None))
    return found


@pytest.mark.parametrize(("text", "expected"), UNDERSTOOD.items())
def test_understood(text: str, expected: str) -> None:
    assert [(s.start, s.end) for s in read_times(text, WEEK)] == _expected(expected)


@pytest.mark.parametrize("text", [t for t in REFUSED.replace("\n", "").split("|") if t])
def test_refused(text: str) -> None:
    with pytest.raises(FieldError) as caught:
        read_times(text, WEEK)
    assert caught.value.code == "bad_time"
    assert "周六" in caught.value.zh


def test_tables_are_long_enough() -> None:
    assert len(UNDERSTOOD) >= 80
    assert len([t for t in REFUSED.split("|") if t.strip()]) >= 30


def test_very_long_text_is_refused() -> None:
    with pytest.raises(FieldError):
        read_times("周六、" * 200, WEEK)


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (datetime(2026, 7, 21, 9), "2026-07-21 09:00:00"),
        (datetime(2026, 7, 21, 8, 59, 59, 999_600), "2026-07-21 09:00:00"),
        (datetime(2026, 7, 21), "2026-07-21"),
        (datetime(1899, 12, 31, 9, 30), "09:30:00"),
        (date(2026, 7, 21), "2026-07-21"),
        (time(9, 30), "09:30:00"),
        (timedelta(hours=9), "09:00:00"),
        (46224.375, "2026-07-21 09:00:00"),
        (46224.0, "2026-07-21"),
        (0.375, "09:00:00"),
        ("46224.375", "2026-07-21 09:00:00"),
        ("2026-07-21 00:00:00", "2026-07-21"),
        (20260721.0, "20260721"),
        (True, ""),
    ],
)
def test_excel_values(value: object, text: str) -> None:
    """46224 is 21 July 2026 in Excel's count of days from 30 December 1899."""
    assert time_text(value) == text  # type: ignore[arg-type]


def test_a_date_without_year_is_the_nearest() -> None:
    newyear = Frame(date(2026, 12, 30), 5, UTC, DEFAULT_PARTS)
    assert [s.start.date() for s in read_times("1月2日", newyear)] == [date(2027, 1, 2)]
    assert [s.start.date() for s in read_times("12月31日", newyear)] == [date(2026, 12, 31)]


def test_parts_of_the_day_can_be_changed() -> None:
    early = Frame(date(2026, 7, 21), 1, ZONE, {**DEFAULT_PARTS, "上午": (7 * 3600, 11 * 3600)})
    assert [(s.start.hour, s.end and s.end.hour) for s in read_times("上午", early)] == [(7, 11)]
