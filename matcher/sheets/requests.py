"""The sheet 需求: rows become requests."""

from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

from matcher.batch import After, Contact, Request, Role, Window
from matcher.clock import whole_seconds
from matcher.sheets import fields
from matcher.sheets.context import COLUMN_OF, Context, own_id
from matcher.sheets.ground import Ground, read_points
from matcher.sheets.headers import Row
from matcher.sheets.menu import Item, Need, needs_of
from matcher.sheets.report import FieldError
from matcher.sheets.times import Frame, Span, read_times
from matcher.sheets.timewords import time_error, time_text
from matcher.sheets.volunteers import People

ANYBODY = "志愿者"
"""Id of a role without skill."""


class Requests:
    """Turns the rows of the sheet 需求 into requests."""

    def __init__(self, menu: dict[str, Item], ground: Ground, people: People, context: Context) -> None:
        self.menu, self.ground, self.people, self.context = menu, ground, people, context
        self.report = context.report
        self.any_time = self.default_minutes = 0

    def read(self, rows: list[Row]) -> tuple[Request, ...]:
        """The requests that lie in the horizon."""
        ids: dict[str, Row] = {}
        outside: set[str] = set()
        kept: list[tuple[Row, Request]] = []
        for row, point in zip(rows, read_points(rows, self.context), strict=True):
            found = own_id(row, "r") or _row_id(row, rows[0])
            new = self.context.unique_id(row, ids, found, "id")
            values = self.values(row)
            if not new or values is None:
                continue
            if not values["windows"]:
                outside.add(found)
                continue
            request = self.context.build(Request, row, COLUMN_OF["requests"], id=found, place=point, **values)
            if request:
                kept.append((row, request))
        self.notes(len(outside))
        for i, (row, _) in enumerate(kept):
            self.context.origins["requests", i] = row
        return tuple(self.followed(row, request, ids, outside) for row, request in kept)

    def values(self, row: Row) -> dict[str, Any] | None:
        """All fields of a request but id, place and after; None if when or how long it is remains unknown."""
        report, context = self.report, self.context
        item = self.item(row)
        minutes = self.minutes(row, item)
        needs = self.needs(row, item)
        windows = self.windows(row, minutes or 0)
        category = row.read("category", fields.name, report, None)
        title = row.read("title", fields.free_text, report, "") or row.read("item", fields.name, report, "")
        contact = row.read("contact", fields.name, report, ""), row.read("phone", fields.phone, report, None)
        end_site = row.read("end_site", fields.name, report, "")
        end = self.ground.find(end_site, "", row.cell("end_site")) if end_site else None
        team = row.read("team", fields.name, report, None)
        found = {
            "title": title,
            "site": self.ground.site_of(row),
            "end_place": self.ground.place(end) if end else None,
            "category": context.categories.find(category, row.cell("category"), report) if category else item.category,
            "contact": Contact(name=contact[0], phone=contact[1]) if any(contact) else None,
            "address": row.read("address", fields.free_text, report, None),
            "note": row.read("note", fields.free_text, report, None),
            "beneficiaries": row.read("beneficiaries", fields.whole(0, 1_000_000), report, None),
            "windows": windows,
            "minutes": minutes,
            "roles": _roles(needs),
            "priority": row.read("priority", fields.priority, report, "normal"),
            "value": row.read("value", fields.number(0, 1_000_000), report, 1.0),
            "mandatory": row.read("mandatory", fields.yes_no, report, False),
            "qualifications": tuple(row.read("qualifications", fields.names, report, item.qualifications)),
            "min_age": row.read("min_age", fields.whole(0, 150), report, item.min_age),
            "tags_required": tuple(row.read("tags_required", fields.names, report, ())),
            "tags_preferred": tuple(row.read("tags_preferred", fields.names, report, ())),
            "preferred": self.people.find_all(row, "preferred"),
            "excluded": self.people.find_all(row, "excluded"),
            "familiar": self.people.find_all(row, "familiar"),
            "team": context.teams.find(team, row.cell("team"), report) if team else None,
            "one_team": row.read("one_team", fields.yes_no, report, False),
            "due": row.read("due", lambda v: _due(time_text(v), context.frame), report, None),
            "series": row.read("series", fields.name, report, None),
        }
        return None if windows is None or minutes is None else found

    def item(self, row: Row) -> Item:
        """The menu's item that a request names; an item without a menu, or none, says nothing."""
        name = row.read("item", fields.name, self.report, "")
        if not name or name in self.menu:
            return self.menu.get(name, Item())
        if self.menu:
            zh, en = fields.nearest(name, self.menu)
            self.report.problem(
                "unknown_item",
                row.cell("item"),
                f"服务菜单里没有这个项目{zh}",
                f"there is no such item in the menu{en}",
            )
            return Item(minutes=1)
        return Item(category=self.context.categories.names.setdefault(name, name))

    def minutes(self, row: Row, item: Item) -> float | None:
        """The request's own length, else the menu's, else the default."""
        if row.has("minutes"):
            return row.read("minutes", fields.minutes, self.report, None)
        if item.minutes:
            return item.minutes
        if self.context.settings.minutes:
            self.default_minutes += 1
            return self.context.settings.minutes
        self.report.problem(
            "missing_value", row.cell("minutes"), "缺少时长：请填在这里、服务菜单或派单设置里",
            "the length is missing: write it here, in the menu or in Settings",
        )  # fmt: skip
        return None

    def needs(self, row: Row, item: Item) -> list[Need]:
        """The request's own people; a headcount alone changes that of the menu's only role."""
        own = needs_of(row, self.context)
        if not own or row.has("skill") or not item.needs:
            return own or item.needs or [Need(None, 1, 1, None)]
        if len(item.needs) > 1:
            self.report.problem(
                "which_role", row.cell("count"), "服务菜单里这一项有几种人，请在技能一列写明，如 医疗1人、引导2人",
                "the menu asks for several kinds of people here; write them in Skill: 医疗1人、引导2人",
            )  # fmt: skip
            return item.needs
        return [replace(item.needs[0], count=own[0].count, min_count=own[0].min_count)]

    def windows(self, row: Row, minutes: float) -> tuple[Window, ...] | None:
        """When the service may start; None after a problem, empty if it is outside the horizon."""
        day, hours, column = _when(row)
        times = self.context.times
        if row.has("end") and not hours:
            self.report.problem(
                "missing_value", row.cell("start"), "有结束时间，缺少开始时间", "an end without a start"
            )
            return None
        try:
            if day:
                times(day)
        except FieldError as error:
            self.report.problem(error.code, row.cell("date"), error.zh, error.en)
            return None
        try:
            spans = times(f"{day} {hours}".strip() or "不限")
            self.any_time += bool(spans) and not hours and spans == times(f"{day} 不限")
            found = tuple(dict.fromkeys(_starts(span, minutes) for span in spans))
        except FieldError as error:
            self.report.problem(error.code, row.cell(column), error.zh, error.en)
            return None
        self.context.look_for_early(row.cell(column), found)
        return found

    def followed(self, row: Row, request: Request, ids: dict[str, Row], outside: set[str]) -> Request:
        """The request with the requests it follows, whose rows are known now."""
        after = []
        for name in row.read("after", fields.names, self.report, ()):
            if name in outside:
                self.report.problem(
                    "outside", row.cell("after"), "前置需求不在本次派单的日期内", "that request is on another day"
                )
            elif name not in ids:
                zh, en = fields.nearest(name, ids)
                self.report.problem(
                    "unknown_request", row.cell("after"), f"没有这个编号的需求{zh}", f"there is no such request{en}"
                )
            else:
                after.append(After(request=name))
        return Request(**{**dict(request), "after": after}) if after else request

    def notes(self, outside: int) -> None:
        """Tell how many requests were completed or left out."""
        note = self.report.note
        n = self.any_time
        note(
            "any_time", n, f"{n} 个需求没写时间，按全天任意时间安排", f"{n} requests without time: any time of the day"
        )
        note(
            "outside",
            outside,
            f"{outside} 个需求不在派单日期内，未导入",
            f"{outside} requests are on other days, left out",
        )
        n = self.default_minutes
        note("default_minutes", n, f"{n} 个需求按默认服务时长计算", f"{n} requests take the default length")


def _row_id(row: Row, first: Row) -> str:
    """The row's number; of a second sheet of requests, with the sheet's name."""
    return f"r-{row.number}" if row.sheet is first.sheet else f"r-{row.sheet.title}-{row.number}"


def _roles(needs: list[Need]) -> tuple[Role, ...]:
    """Roles named after their skill, numbered where a skill is asked for several times."""
    roles: list[Role] = []
    for need in needs:
        name = need.skill or ANYBODY
        used = sum(role.skill == need.skill for role in roles)
        roles.append(
            Role(
                id=f"{name}-{used + 1}" if used else name,
                skill=need.skill,
                level=need.level,
                count=need.count,
                min_count=need.min_count,
            )
        )
    return tuple(roles)


def _when(row: Row) -> tuple[str, str, str]:
    """A request's date and hours as texts, out of 日期, 时间, 开始时间 and 结束时间, and the column of the hours."""
    column = "time" if row.has("time") else "start" if row.has("start") else "date" if row.has("date") else "time"
    hours = time_text(row.value(column)) if column != "date" and row.has(column) else ""
    if column == "start" and row.has("end"):
        hours = f"{hours}至{time_text(row.value('end'))}"
    day = row.value("date") if row.has("date") else ""
    return time_text(day.date() if isinstance(day, datetime) and hours else day), hours, column


def _starts(span: Span, minutes: float) -> Window:
    """A moment is the start; in a range the service must be over by its end."""
    if span.end is None:
        return Window(start=span.start, end=span.start)
    last = span.end - timedelta(seconds=whole_seconds(minutes))
    if last < span.start:
        raise FieldError(
            "window_short", f"时间段放不下 {minutes:g} 分钟的服务", f"a service of {minutes:g} minutes does not fit in"
        )
    return Window(start=span.start, end=last)


def _due(text: str, frame: Frame) -> datetime:
    """A single moment, or the end of a single day or range."""
    spans = read_times(text, frame)
    if len(spans) != 1:
        spans = read_times(text, replace(frame, first=frame.first - timedelta(days=31), days=400))
    if len(spans) != 1:
        raise time_error("应为一个日期和钟点", "expected one date and hour")
    return spans[0].end or spans[0].start
