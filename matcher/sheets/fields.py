"""Cells as values: texts, phones, numbers, 是/否, priorities, lists of skills and roles.

Every parser takes what a cell holds and raises FieldError where it cannot be read.
"""

import difflib
import re
import unicodedata
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Literal, TypeVar

from matcher.policy import Priority
from matcher.sheets.numerals import NUMERAL, arabic
from matcher.sheets.report import FieldError, Value, visible

T = TypeVar("T")
MAX_NAME, MAX_TEXT = 200, 2_000

TIERS: dict[str, Literal["county", "town", "village", "grid"]] = {
    **dict.fromkeys(("县", "区", "县区", "市", "县市区", "中心", "county"), "county"),
    **dict.fromkeys(("乡镇", "镇", "乡", "街道", "乡镇街道", "所", "town"), "town"),
    **dict.fromkeys(("村", "社区", "村社区", "村居", "站", "village"), "village"),
    **dict.fromkeys(("网格", "实践点", "网格实践点", "点", "grid"), "grid"),
}
PRIORITIES: dict[str, Priority] = {
    **dict.fromkeys(("应急", "特急", "emergency"), "emergency"),
    **dict.fromkeys(("紧急", "加急", "急", "urgent"), "urgent"),
    **dict.fromkeys(("一般", "普通", "正常", "常规", "normal"), "normal"),
    **dict.fromkeys(("可缓", "不急", "缓", "low"), "low"),
}
TEAM_KINDS: dict[str, Literal["head", "speciality", "local"]] = {
    **dict.fromkeys(("总队", "head"), "head"),
    **dict.fromkeys(("分队", "专业队", "专业分队", "speciality", "specialty"), "speciality"),
    **dict.fromkeys(("小队", "村小队", "镇小队", "local"), "local"),
}
YES_NO = {
    **dict.fromkeys(("是", "有", "对", "必须", "√", "✓", "y", "yes", "true", "1"), True),
    **dict.fromkeys(("否", "无", "不", "不是", "不必", "×", "✗", "n", "no", "false", "0"), False),
}
_PARTS = re.compile(r"[、,;/|\s]+")
_NAME_PARTS = re.compile(r"[、,;|\n]+")
_LEVEL_WORDS = {"初": 1, "中": 2, "高": 3} | {c: n for n, c in enumerate("一二三四五六七八九", 1)}
_SKILL = re.compile(
    r"(?P<name>.+?)(?:[(:](?P<a>\d{1,3}|[初中高一二三四五六七八九])级?\)?|(?P<b>\d{1,3}|[初中高一二三四五六七八九])级)?"
    r"(?:\(?(?:至|有效期至?)(?P<until>[\d年月日.-]{8,11})\)?|\((?P<until2>\d{4}-\d{1,2}-\d{1,2})\))?"
)
_PEOPLE = r"(?:[名个位]?(?:人|志愿者)|[名个位]|people|persons?)"
_ROLE = re.compile(rf"(?P<skill>.*?)[x×*]?(?P<count>\d+(?:[-~至到]\d+)?){_PEOPLE}")
_ROLE_NUMERAL = rf"{NUMERAL}(?=(?:[-~至到]{NUMERAL})?{_PEOPLE}$)"


@dataclass(frozen=True)
class Held:
    """A skill or qualification as written: level None where none was given."""

    name: str
    level: int | None
    valid_until: date | None


def shown_text(value: Value) -> str:
    """A cell as text for people: numbers without .0, no invisible characters."""
    if isinstance(value, bool):
        return "是" if value else "否"
    if isinstance(value, float):
        return str(int(value)) if value.is_integer() and abs(value) < 1e15 else str(value)
    if isinstance(value, datetime) and (value.hour or value.minute):
        return f"{value:%Y-%m-%d %H:%M}"
    if isinstance(value, date):
        return f"{value:%Y-%m-%d}"
    return visible(str(value))


def plain(value: Value) -> str:
    """A cell as text to compare: full-width letters, digits and punctuation made narrow."""
    return unicodedata.normalize("NFKC", shown_text(value)).strip()


def name(value: Value) -> str:
    """A name or id: at most 200 characters, spaces inside removed between Chinese characters."""
    text = plain(value)
    if not text.isalnum():
        text = re.sub(r"(?<=[\u4e00-\u9fff]) (?=[\u4e00-\u9fff])", "", re.sub(r"\s+", " ", text))
    if not 0 < len(text) <= MAX_NAME:
        raise FieldError("too_long", f"应为 1 至 {MAX_NAME} 个字", f"expected 1 to {MAX_NAME} characters")
    return text


def free_text(value: Value) -> str:
    """A remark of at most 2,000 characters."""
    text = shown_text(value)
    if len(text) > MAX_TEXT:
        raise FieldError("too_long", f"最多 {MAX_TEXT} 个字", f"expected at most {MAX_TEXT} characters")
    return text


def names(value: Value) -> list[str]:
    """Several names, each once, parted by 、 , ; or line breaks."""
    return list(dict.fromkeys(name(part) for part in _NAME_PARTS.split(plain(value)) if part.strip()))


def number(low: float, high: float, *, whole: bool = False) -> Callable[[Value], float]:
    """A parser of numbers between `low` and `high`; units behind them are left away."""

    def parse(value: Value) -> float:
        text = arabic(plain(value).replace(",", ""), f"^{NUMERAL}")
        match = re.fullmatch(r"(-?\d{1,15}(?:\.\d{1,15})?)(%?)[^\d.%十百千万亿半几多-]{0,8}", text)
        found = float(match[1]) / (100 if match[2] else 1) if match else None
        if found is None or not low <= found <= high or (whole and not found.is_integer()):
            kind, kind_en = ("整数", "a whole number") if whole else ("数字", "a number")
            raise FieldError(
                "bad_number", f"应为 {low:g} 至 {high:g} 的{kind}", f"expected {kind_en} {low:g} to {high:g}"
            )
        return found

    return parse


def whole(low: int, high: int) -> Callable[[Value], int]:
    """A parser of whole numbers between `low` and `high`."""
    parse = number(low, high, whole=True)
    return lambda value: int(parse(value))


def minutes(value: Value) -> float:
    """A length of time in minutes: 90, 90分钟, 1.5小时, 1小时30分, 一个半小时, 三刻钟, or an Excel time."""
    if isinstance(value, (time, timedelta)):
        seconds = value.total_seconds() if isinstance(value, timedelta) else value.hour * 3600 + value.minute * 60
        found = seconds / 60
    else:
        text = arabic(re.sub(r"\s+", "", plain(value).lower()))
        text = re.sub("钟头|(?<=[个半])钟", "小时", text)
        text = re.sub(r"(\d*)个?(?:半个?小时|小时半)", lambda m: f"{m[1] or 0}.5小时", text).replace("个小时", "小时")
        text = re.sub(r"([123])刻钟?", lambda m: f"{15 * int(m[1])}分", text)
        match = re.fullmatch(
            r"(?:(\d{1,4}(?:\.\d{1,6})?)(?:小时|h|hours?))?(?:(\d{1,5}(?:\.\d{1,6})?)(?:分钟|分|m|min|minutes?)?)?",
            text,
        )
        found = float(match[1] or 0) * 60 + float(match[2] or 0) if match and text else 0
    if not 0.01 <= found <= 10080:
        raise FieldError(
            "bad_minutes", "应为时长，如 60、90分钟、1.5小时、一个半小时（最多 7 天）", "expected minutes, or 1.5h"
        )
    return found


def headcount(value: Value) -> tuple[int | None, int]:
    """Least (None: not said) and most people: 3, 3人, 两个, 2-4, 二至四人."""
    text = arabic(re.sub(r"\s+", "", plain(value)))
    if isinstance(value, date) or re.fullmatch(r"\d+月\d+日", text):
        raise FieldError(
            "bad_count",
            "Excel 把 2-4 这样的人数变成了日期，请写“2至4人”",
            "Excel made a date of people such as 2-4; write 2~4",
        )
    match = re.fullmatch(rf"(?:(\d{{1,4}}){_PEOPLE}?[-~至到])?(\d{{1,4}}){_PEOPLE}?", text)
    low, high = (int(match[1]) if match[1] else None, int(match[2])) if match else (None, 0)
    if low == 0 or not 1 <= (low or 1) <= high <= 1000:
        raise FieldError("bad_count", "应为人数，如 2 或 2至4（最多 1000）", "expected people such as 2 or 2-4")
    return low, high


def phone(value: Value) -> str:
    """A phone number: digits only, +86 left away; a number that Excel cut to 1.39E+10 is refused."""
    text = plain(value)
    if match := re.fullmatch(r"(\d(?:\.\d+)?)[eE]\+?\d{1,2}", text):
        text = str(int(float(text))) if len(match[1]) >= 11 else ""
    digits = re.sub(r"[\s()+.-]", "", re.split(r"[/、,;\n]", text)[0])
    digits = re.sub(r"^(0086|86)(?=1\d{10}$)", "", digits)
    if not re.fullmatch(r"1[3-9]\d{9}|0\d{9,11}|[2-9]\d{6,7}|400\d{7}|85[23]\d{8}", digits):
        raise FieldError("bad_phone", "应为 11 位手机号或带区号的座机", "expected an 11-digit mobile or a landline")
    return digits


def choice(words: dict[str, T], zh: str, en: str) -> Callable[[Value], T]:
    """A parser of one word out of a table; `zh` and `en` are the words that the message names."""

    def parse(value: Value) -> T:
        key = re.sub(r"[\s()（）/]+", "", plain(value).lower())
        if key not in words:
            raise FieldError("bad_choice", f"应为：{zh}", f"expected one of: {en}")
        return words[key]

    return parse


yes_no = choice(YES_NO, "是、否", "yes, no")
priority = choice(PRIORITIES, "应急、紧急、一般、可缓", "emergency, urgent, normal, low")
tier = choice(TIERS, "县（区）、乡镇（街道）、村（社区）、网格（实践点）", "county, town, village, grid")
team_kind = choice(TEAM_KINDS, "总队、分队、小队", "head, speciality, local")


def day(value: Value) -> date:
    """A calendar date: 1990-05-01, 1990年5月1日, 1990/5/1, or an Excel date."""
    if isinstance(value, datetime):
        return value.date()
    if isinstance(value, date):
        return value
    try:
        serial = float(plain(value))
        if 1 <= serial < 80_000:
            return date(1899, 12, 30) + timedelta(days=int(serial))
    except ValueError:
        pass
    match = re.fullmatch(r"(\d{4})\D?(\d{1,2})\D?(\d{1,2})日?", plain(value))
    try:
        if match:
            return date(int(match[1]), int(match[2]), int(match[3]))
        raise ValueError
    except ValueError:
        raise FieldError("bad_date", "应为日期，如 1990-05-01", "expected a date such as 1990-05-01") from None


def held(value: Value) -> list[Held]:
    """Skills or qualifications with level and last day: 医疗2级、驾驶(3)、急救证（至2027年6月30日）."""
    found: dict[str, Held] = {}
    for part in _PARTS.split(plain(value)):
        if part and (match := _SKILL.fullmatch(part)):
            level = match["a"] or match["b"]
            rank = _LEVEL_WORDS.get(level) or int(level) if level else None
            if rank == 0:
                raise FieldError("bad_level", "等级应为 1 或以上", "expected a level of 1 or above")
            until = match["until"] or match["until2"]
            found[match["name"]] = Held(name(match["name"]), rank, day(until) if until else None)
    return list(found.values())


def roles(value: Value) -> list[tuple[Held, tuple[int | None, int] | None]]:
    """Skills with the people needed (None: not said): 医疗1人、引导2人."""
    found = []
    for part in filter(None, _PARTS.split(plain(value))):
        match = _ROLE.fullmatch(arabic(part, _ROLE_NUMERAL))
        skills = held(match["skill"] if match else part)
        if not skills:
            raise FieldError(
                "bad_role", "应为技能和人数，如 医疗1人、引导2人", "expected skills with people: 医疗1人、引导2人"
            )
        found.append((skills[0], headcount(match["count"]) if match else None))
    return found


def nearest(text: str, known: Iterable[str]) -> tuple[str, str]:
    """A hint naming the most similar known words, in Chinese and English; empty if none is similar."""
    close = difflib.get_close_matches(text, list(known), n=3, cutoff=0.5)
    listed = "、".join(f"“{word}”" for word in close)
    return (f"，是否想写{listed}？", f"; did you mean {listed}?") if close else ("", "")
