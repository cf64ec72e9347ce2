"""Times as people write them, read against a horizon (docs/sheets.md, section 时间)."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date, datetime, time, timedelta, timezone

from matcher.sheets.timewords import DAY_KINDS, Token, clock_seconds, time_error, tokens

DAY = 24 * 3600
DEFAULT_PARTS: Mapping[str, tuple[int, int]] = {
    "上午": (8 * 3600, 12 * 3600),
    "中午": (12 * 3600, 14 * 3600),
    "下午": (14 * 3600, 18 * 3600),
    "晚上": (19 * 3600, 21 * 3600),
    "全天": (8 * 3600, 18 * 3600),
}
"""Seconds of the day at which the parts of a day start and end."""
_WEEKDAYS = "一二三四五六日"


@dataclass(frozen=True)
class Frame:
    """What times are read against: the horizon's first day, its number of days, time zone, parts of a day."""

    first: date
    days: int
    zone: timezone
    parts: Mapping[str, tuple[int, int]]

    def dates(self) -> list[date]:
        """The days of the horizon."""
        return [self.first + timedelta(days=n) for n in range(self.days)]

    def moment(self, day: date, seconds: int = 0) -> datetime:
        """The time so many seconds after the day's midnight."""
        return datetime.combine(day, time(), self.zone) + timedelta(seconds=seconds)


@dataclass(frozen=True)
class Span:
    """A stretch of time, or a single moment where `end` is None."""

    start: datetime
    end: datetime | None


@dataclass(frozen=True)
class _Days:
    """Some dates, or the weekdays (Monday is 0) on which something happens every week."""

    dates: frozenset[date] = frozenset()
    weekdays: frozenset[int] = frozenset()

    def union(self, other: "_Days") -> "_Days":
        return _Days(self.dates | other.dates, self.weekdays | other.weekdays)

    def agree(self, other: "_Days") -> "_Days":
        """Two statements about one day: 7月21日（周二）."""
        if self.dates and other.dates and self.dates != other.dates:
            raise time_error("两处日期不一致", "two dates contradict each other")
        if bool(self.dates) == bool(other.dates):
            return self.union(other)
        dated, weekly = (self, other) if self.dates else (other, self)
        if any(day.weekday() not in weekly.weekdays for day in dated.dates):
            raise time_error("日期与星期不符", "the date is not on that weekday")
        return dated


@dataclass(frozen=True)
class _Piece:
    """Days (None: every day) and a clock: seconds of the day from `start` to `end`, a moment if `end` is None."""

    days: _Days | None = None
    start: int | None = None
    end: int | None = None
    last: date | None = None
    """The day on which it ends, where that was written."""


def read_times(text: str, frame: Frame) -> list[Span]:
    """The spans of time that a text names, those that start inside the horizon, in order, each once.

    Days without hours are 全天, hours without days are on every day of the horizon, weekly times are on each such day
    of it. Raises FieldError (`bad_time`) for what is not understood, impossible or contradictory.
    """
    words = tokens(text)
    if not words:
        raise time_error("时间是空的", "the time is empty")
    pieces = _Reader(words, frame).pieces()
    spans = {span for piece in pieces for span in _expand(piece, frame)}
    return sorted(spans, key=lambda s: (s.start, s.end or s.start))


def _expand(piece: _Piece, frame: Frame) -> list[Span]:
    begin, over = frame.moment(frame.first), frame.moment(frame.first, frame.days * DAY)
    start, end = (piece.start, piece.end) if piece.start is not None else frame.parts["全天"]
    if piece.last and end is not None:
        first, last = frame.moment(_one(piece.days or _Days()), start), frame.moment(piece.last, end)
        if last <= first:
            raise time_error("结束时间不晚于开始时间", "the end is not after the start")
        return [Span(max(first, begin), min(last, over))] if first < over and last > begin else []
    if end is not None and end <= start:
        raise time_error(
            "结束时间不晚于开始时间；下午请写“下午2点”，跨夜请写“次日”",
            "the end is not after the start; overnight: next day",
        )
    wanted = [d for d in frame.dates() if not piece.days or d in piece.days.dates or d.weekday() in piece.days.weekdays]
    return [Span(frame.moment(d, start), None if end is None else frame.moment(d, end)) for d in wanted]


class _Reader:
    """Reads tokens from left to right."""

    def __init__(self, words: list[Token], frame: Frame) -> None:
        self.words, self.frame, self.at = words, frame, 0
        self.month = frame.first
        """The date whose month a bare 22日 belongs to."""

    def peek(self) -> str | None:
        return self.words[self.at].kind if self.at < len(self.words) else None

    def take(self) -> Token:
        self.at += 1
        return self.words[self.at - 1]

    def taken(self, kind: str) -> bool:
        """Whether the next token is of this kind; it is taken then."""
        found = self.peek() == kind
        self.at += found
        return found

    def pieces(self) -> list[_Piece]:
        """Days collect until hours follow; further hours keep the days before them."""
        done: list[_Piece] = []
        days: _Days | None = None
        unused = listing = False
        for item in self.items():
            if isinstance(item, _Days):
                days = item if not (days and unused) else days.union(item) if listing else days.agree(item)
                unused = True
            elif isinstance(item, _Piece):
                done.append(replace(item, days=days))
                unused = False
            elif item == "hard" and unused:
                done.append(_Piece(days))
                days, unused = None, False
            listing = isinstance(item, str)
        return [*done, _Piece(days)] if unused else done

    def items(self) -> list[_Days | _Piece | str]:
        """Days, hours and separators in their order; days written behind their hours come before them."""
        found: list[_Days | _Piece | str] = []
        while kind := self.peek():
            if kind in ("soft", "hard"):
                found.append(self.take().kind)
            elif kind not in DAY_KINDS:
                found.append(self.hours())
            elif found and isinstance(found[-1], _Piece) and (len(found) == 1 or isinstance(found[-2], str)):
                found.insert(-1, self.day_range())
            else:
                found.append(self.day_range())
        return found

    def day_range(self) -> _Days:
        """A day token, or two dates with 至 between."""
        first = self.days(self.take())
        if self.peek() != "range":
            return first
        self.take()
        return _Days(dates=frozenset(_dates_between(_one(first), self.date())))

    def date(self) -> date:
        if self.peek() not in DAY_KINDS:
            raise time_error("“至”后面缺少日期", "a date is missing after the dash")
        return _one(self.days(self.take()))

    def days(self, token: Token) -> _Days:
        """The days of one token."""
        kind, groups = token.kind, [g or "" for g in token.groups]
        first = self.frame.first
        if kind in ("date", "date8"):
            return self.dated(int(groups[0]), int(groups[1]), int(groups[2]))
        if kind == "monthday":
            return self.near(int(groups[0]), int(groups[1]))
        if kind == "dayofmonth":
            return self.dated(self.month.year, self.month.month, int(groups[0]))
        if kind == "relative":
            return _Days(dates=frozenset([first + timedelta(days={"明": 1, "后": 2}.get(token.text[0], 0))]))
        if kind == "weekrange":
            start, end = (_weekday(g) for g in groups)
            return _Days(weekdays=frozenset((start + n) % 7 for n in range((end - start) % 7 + 1)))
        if kind == "week":
            named = frozenset(_weekday(c) for c in groups[1] if c in "一二三四五六日天")
            if not groups[0] or groups[0][0] == "每":
                return _Days(weekdays=named)
            monday = first - timedelta(days=first.weekday()) + timedelta(days=7 * (groups[0][0] == "下"))
            return _Days(dates=frozenset(monday + timedelta(days=n) for n in named))
        return _Days(weekdays=frozenset({"weekend": (5, 6), "workday": range(5), "daily": range(7)}[kind]))

    def dated(self, year: int, month: int, day: int) -> _Days:
        try:
            if not 2000 <= year < 2100:
                raise ValueError
            self.month = date(year, month, day)
        except ValueError:
            raise time_error("没有这一天", "there is no such date") from None
        return _Days(dates=frozenset([self.month]))

    def near(self, month: int, day: int) -> _Days:
        """A date without year: in the year that brings it nearest to the horizon."""
        first = self.frame.first
        ahead = (month - first.month + 6) % 12 - 6 if 1 <= month <= 12 else 0
        return self.dated(first.year + (first.month + ahead - 1) // 12, month, day)

    def hours(self) -> _Piece:
        """不限, 上午, 上午至下午, 9点, 9点至11点, 9点以后, 11点以前, or till an hour of another day."""
        whole, parts = self.frame.parts["全天"], self.frame.parts
        if self.taken("any"):
            return _Piece(None, *whole)
        part = self.take().text if self.peek() == "part" else None
        if self.peek() not in ("clock", "hour"):
            last = part
            if self.taken("range"):
                last = self.take().text if self.peek() == "part" else None
            if part not in parts or last not in parts:
                raise time_error("缺少具体的钟点", "the hour is missing")
            return _Piece(None, parts[part or ""][0], parts[last or ""][1])
        start = clock_seconds(self.take(), part)
        if self.taken("before"):
            return _Piece(None, whole[0], start)
        if start >= DAY:
            raise time_error("24:00 只能作结束时间", "24:00 can only be an end")
        if self.taken("after"):
            return _Piece(None, start, whole[1] if start < whole[1] else parts["晚上"][1])
        return self.until(start, part) if self.taken("range") else _Piece(None, start)

    def until(self, start: int, part: str | None) -> _Piece:
        """The end of a range of hours; its part of the day is that of the start unless said."""
        overnight = DAY * self.taken("nextday")
        last = self.date() if self.peek() in DAY_KINDS else None
        own = self.take().text if self.peek() == "part" else None
        if self.peek() not in ("clock", "hour"):
            raise time_error("“至”后面缺少钟点", "an hour is missing after the dash")
        same_day = not overnight and last is None
        return _Piece(None, start, overnight + clock_seconds(self.take(), own, part if same_day else None), last)


def _weekday(character: str) -> int:
    return 6 if character == "天" else _WEEKDAYS.index(character)


def _one(days: _Days) -> date:
    if len(days.dates) != 1 or days.weekdays:
        raise time_error("“至”的两边应当都是日期", "both sides of the dash should be dates")
    return next(iter(days.dates))


def _dates_between(first: date, last: date) -> list[date]:
    if not first <= last <= first + timedelta(days=366):
        raise time_error(
            "结束日期早于开始日期，或相距超过一年", "the last date is before the first, or over a year later"
        )
    return [first + timedelta(days=n) for n in range((last - first).days + 1)]
