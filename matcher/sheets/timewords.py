"""The words in which people write times, as tokens: 7月21日, 周一至周五, 每天, 上午, 9点半, 至, 、."""

import re
import unicodedata
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

from matcher.sheets.numerals import NUMERAL, numeral
from matcher.sheets.report import FieldError, Value, visible

MAX_TEXT = 500


@dataclass(frozen=True)
class Token:
    """A word of a time: its kind (a key of `PATTERNS`), the text and the groups of its pattern."""

    kind: str
    text: str
    groups: tuple[str | None, ...]


def time_error(zh: str, en: str) -> FieldError:
    """An error about a time, with examples of what is understood."""
    return FieldError(
        "bad_time",
        f"{zh}；可写如 2026年7月21日 上午9点、9:00-11:00、周六、每周三下午、周一至周五 8:00-17:30",
        f"{en}; write for example 2026-07-21 9:00, 9:00-11:00, Sat, Mon-Fri 8:00-17:30",
    )


_WEEKDAY = "[一二三四五六日天]"
_WEEK = "(?:周|星期|礼拜)"
_ONE = rf"{_WEEKDAY}(?![点时刻十])"
PATTERNS = {
    "date": r"(\d{4})\s*[-/.年]\s*(\d{1,2})\s*[-/.月]\s*(\d{1,2})(?!\d)\s*[日号]?(?:t(?=\d))?",
    "date8": r"(20\d\d)(\d\d)(\d\d)(?!\d)",
    "monthday": r"(\d{1,2})\s*[月/]\s*(\d{1,2})(?![\d/:点])\s*[日号]?",
    "dayofmonth": r"(\d{1,2})\s*[日号]",
    "relative": r"今天|今日|当天|当日|明天|明日|后天",
    "weekend": r"(?:每个?)?(?:周末|双休日)",
    "workday": r"(?:每个?)?(?:工作日|平日|平时)",
    "weekrange": rf"(?:每个?)?{_WEEK}({_WEEKDAY})\s*[-~]\s*{_WEEK}?({_ONE})",
    "week": rf"(每个?|本|这个?|下个?)?({_WEEK}{_ONE}(?:\s*[、,和及]?\s*{_WEEK}?{_ONE})*)",
    "daily": r"每天|每日|天天|每(?=早|晚|上午|下午|中午)",
    "any": r"尽快|尽早|越快越好|时间不限|不限时间|不限|随时(?:都?可以?)?|任意时间|任何时间|任意|都可以|都行|均可|皆可",
    "clock": r"(\d{1,2}):(\d{1,2})(?::(\d{1,2}))?(?!\d)\s*(am|pm)?|(\d{1,2})\s*(am|pm)(?![a-z])"
    r"|(\d{1,2})\s*[点时](?!间)\s*(?:([半整]|[13]刻)|(\d{1,2})(?![\d:点时])\s*分?)?钟?",
    "hour": r"(\d{1,2})(?=\s*[-~]\s*\d{1,2}\s*[点时])",
    "part": r"全天|全日|整天|一整天|白天|上午|早上|早晨|清早|凌晨|中午|下午|午后|傍晚|晚上|晚间|夜间|夜里|晚|早",
    "nextday": r"次日|第二天|翌日",
    "after": r"以后|之后|过后|后|开始|起",
    "before": r"以前|之前|前|截止",
    "range": r"[-~]+",
    "hard": r"[;\n]",
    "soft": r"[、,和及或]",
    "filler": r"[\s()]+|从|在|的|之间|期间",
}
DAY_KINDS = frozenset(
    ("date", "date8", "monthday", "dayofmonth", "relative", "weekend", "workday", "weekrange", "week", "daily")
)
_TOKEN = {kind: re.compile(pattern) for kind, pattern in PATTERNS.items()}
_SAME_PART = {
    **dict.fromkeys(("全日", "整天", "一整天", "白天"), "全天"),
    **dict.fromkeys(("早上", "早晨", "清早", "早"), "上午"),
    "午后": "下午",
    **dict.fromkeys(("傍晚", "晚间", "夜间", "夜里", "晚"), "晚上"),
}
_ENGLISH = {
    r"\bmon(day)?s?\b": "周一",
    r"\btue(s|sday)?s?\b": "周二",
    r"\bwed(nesday)?s?\b": "周三",
    r"\bthu(rs|rsday)?s?\b": "周四",
    r"\bfri(day)?s?\b": "周五",
    r"\bsat(urday)?s?\b": "周六",
    r"\bsun(day)?s?\b": "周日",
    r"\bweekends?\b": "周末",
    r"\bweekdays?\b": "工作日",
    r"\b(daily|every ?day)\b": "每天",
    r"\bmornings?\b": "上午",
    r"\bnoon\b": "中午",
    r"\bafternoons?\b": "下午",
    r"\bevenings?\b": "晚上",
    r"\ball day\b": "全天",
    r"\b(asap|any ?time)\b": "不限",
    r"\bnext day\b": "次日",
    r"\b(to|until)\b": "-",
    r"\band\b": "、",
    r"\bevery\b": "",
}
_ENGLISH_WORDS = tuple((re.compile(pattern), word) for pattern, word in _ENGLISH.items())
_PART_HOURS = {"凌晨": (0, 6), "上午": (5, 12), "中午": (11, 14), "下午": (12, 19), "晚上": (17, 24), "全天": (0, 24)}
_MIDNIGHT = re.compile(r"(?<=\d) 0?0:00(:00)?$")
_NUMERAL = re.compile(rf"(?<=[点时]){NUMERAL}|{NUMERAL}(?=[点时刻分月号日])")
_YEAR = re.compile("[零〇一二三四五六七八九]{4}(?=年)")


def time_text(value: Value) -> str:
    """A cell's value as text of a time; Excel's dates and serial numbers become 2026-07-21 09:00."""
    if isinstance(value, datetime):
        moment = (value + timedelta(milliseconds=500)).replace(microsecond=0, tzinfo=None)
        text = f"{moment:%H:%M:%S}" if moment.year < 1901 else f"{moment:%Y-%m-%d %H:%M:%S}"
        return _MIDNIGHT.sub("", text)
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, time):
        return f"{value:%H:%M:%S}"
    if isinstance(value, timedelta):
        return _hours(value.total_seconds() / 86400)
    if isinstance(value, bool):
        return ""
    text = _MIDNIGHT.sub("", visible(str(value)))
    try:
        serial = float(text)
    except ValueError:
        return text
    if 0 < serial < 1:
        return _hours(serial)
    if 20_000 <= serial < 80_000:
        day = date(1899, 12, 30) + timedelta(days=int(serial))
        return f"{day.isoformat()} {_hours(serial % 1)}" if serial % 1 else day.isoformat()
    return str(int(serial)) if serial.is_integer() else text


def _hours(days: float) -> str:
    seconds = round(days * 86400)
    return f"{seconds // 3600:02}:{seconds // 60 % 60:02}:{seconds % 60:02}"


def tokens(text: str) -> list[Token]:
    """The words of a time; FieldError `bad_time` at the first that is not understood."""
    if len(text) > MAX_TEXT:
        raise time_error(f"时间文字超过 {MAX_TEXT} 个字", f"the text of the time has over {MAX_TEXT} characters")
    rest = _normal(text)
    found: list[Token] = []
    at = 0
    while at < len(rest):
        token = _match(rest, at)
        at += len(token.text)
        if token.kind == "part":
            token = Token("part", _SAME_PART.get(token.text, token.text), ())
        if token.kind != "filler":
            found.append(token)
    return found


def _match(text: str, at: int) -> Token:
    for kind, pattern in _TOKEN.items():
        if match := pattern.match(text, at):
            return Token(kind, match.group(), match.groups())
    raise time_error("无法识别的时间", "this time cannot be read")


def _normal(text: str) -> str:
    text = unicodedata.normalize("NFKC", text).lower()
    for pattern, word in _ENGLISH_WORDS:
        text = pattern.sub(word, text)
    text = re.sub("[至到—–−]+", "-", text).replace("--", "-")
    text = _YEAR.sub(lambda m: "".join(str(numeral(c)) for c in m.group()), text)
    return _NUMERAL.sub(_number, text)


def _number(match: re.Match[str]) -> str:
    """Chinese numerals as digits; 周日 and 星期一 keep theirs."""
    word, before = match.group(), match.string[: match.start()]
    if re.search(r"(周|星期|礼拜|[、,和及])$", before) and match.string[match.end() :][:1] not in (
        "点",
        "时",
        "月",
        "号",
    ):
        return word
    number = numeral(word)
    return word if number is None else str(number)


def clock_seconds(token: Token, part: str | None, inherited: str | None = None) -> int:
    """Seconds of the day of a clock token; `part` is 上午, 下午 ... before it, `inherited` that of a range's start."""
    g = token.groups
    if token.kind == "hour":
        hour, minute, second, noon = int(g[0] or 0), 0, 0, None
    else:
        hour = int(g[0] or g[4] or g[6] or 0)
        minute = {"半": 30, "1刻": 15, "3刻": 45}.get(g[7] or "", int(g[1] or g[8] or 0))
        second, noon = int(g[2] or 0), g[3] or g[5]
    if noon:
        if not 1 <= hour <= 12:
            raise time_error("钟点不对", "the hour is wrong")
        hour = hour % 12 + 12 * (noon == "pm")
    hour = _of_part(hour, part) if part else _of_inherited(hour, inherited)
    if minute > 59 or second > 59 or hour > 24 or (hour == 24 and (minute or second)):
        raise time_error("钟点不对", "the hour is wrong")
    return hour * 3600 + minute * 60 + second


def _of_part(hour: int, part: str) -> int:
    """The hour of 24 that 下午两点 means; an hour that does not go with the part is an error."""
    low, high = _PART_HOURS[part]
    meant = [h for h in (hour, hour + 12) if low <= h <= high]
    if part == "凌晨" and hour == 12:
        return 0
    if not meant:
        raise time_error(f"{part}没有这个钟点", "the hour does not go with the part of the day")
    return meant[0]


def _of_inherited(hour: int, part: str | None) -> int:
    if part == "晚上" and hour == 12:
        return 24
    return hour + 12 if part in ("下午", "晚上", "中午") and hour < (11 if part == "中午" else 12) else hour
