"""The sheets 志愿者 and 队伍: rows become volunteers and teams."""

import re
from dataclasses import dataclass, field

from matcher.batch import HeldQualification, HeldSkill, Shift, Team, Volunteer
from matcher.privacy import hashed_id
from matcher.sheets import fields
from matcher.sheets.context import COLUMN_OF, Context, own_id
from matcher.sheets.ground import Ground, read_points
from matcher.sheets.headers import Row
from matcher.sheets.report import Cell, Value
from matcher.sheets.times import Span
from matcher.sheets.timewords import time_error, time_text

_NAMED = re.compile(r"(.+?)\s*(?:\((.+)\)|(\d{4,11}))?")


@dataclass(frozen=True)
class _Person:
    """Someone requests may name; `id` is None for one who was left out."""

    id: str | None
    row: Row
    site: str
    phone: str


@dataclass
class People:
    """The volunteers by name."""

    context: Context
    by_name: dict[str, list[_Person]] = field(default_factory=dict)
    by_id: dict[str, _Person] = field(default_factory=dict)

    def find_all(self, row: Row, column: str) -> tuple[str, ...]:
        """The ids of the people a cell names, without those left out; unknown and ambiguous names are problems."""
        cell = row.cell(column)
        found = [self._find(n, cell) for n in row.read(column, fields.names, self.context.report, ())]
        return tuple(dict.fromkeys(person.id for person in found if person and person.id))

    def _find(self, text: str, cell: Cell) -> _Person | None:
        if text in self.by_id:
            return self.by_id[text]
        match = _NAMED.fullmatch(text)
        name, more = (match[1], match[2] or match[3]) if match else (text, None)
        people = self.by_name.get(name, [])
        fitting = [p for p in people if not more or more in p.site.split("/") or p.phone.endswith(more)]
        if len(fitting) == 1:
            return fitting[0]
        if not fitting:
            self.context.report.problem(
                "unknown_volunteer", cell, "志愿者表里没有这个人", "there is no such volunteer in its sheet"
            )
        else:
            rows = "、".join(f"{p.row.sheet.title}!{p.row.number}（{p.site or '无站点'}）" for p in fitting[:8])
            self.context.report.problem(
                "ambiguous_volunteer", cell, f"有同名的人，请写“姓名（站点）”或“姓名（手机后四位）”：{rows}",
                f"several have this name, add (site) or (last digits of the phone): {rows}",
            )  # fmt: skip
        return None


def read_teams(rows: list[Row], ground: Ground, context: Context) -> list[Team]:
    """The teams of the sheet."""
    report = context.report
    seen: dict[str, Row] = {}
    teams: list[Team] = []
    for row in rows:
        name = row.read("name", fields.name, report, "")
        if not row.has("name"):
            report.problem("missing_value", row.cell("name"), "必填", "this is required")
        if not name or not context.unique_id(row, seen, name, "name"):
            continue
        skills = [held.name for held in row.read("skills", fields.held, report, ())]
        team = context.build(
            Team, row, {}, id=own_id(row, "t") or name, name=name,
            kind=row.read("kind", fields.team_kind, report, "local"), site=ground.site_of(row),
            skills=context.skills.find_all(skills, row.cell("skills"), report),
            leader=row.read("leader", fields.name, report, None), phone=row.read("phone", fields.phone, report, None),
        )  # fmt: skip
        if team:
            context.teams.names[name] = team.id
            context.origins["teams", len(teams)] = row
            teams.append(team)
    return teams


def read_volunteers(rows: list[Row], ground: Ground, context: Context) -> tuple[tuple[Volunteer, ...], People]:
    """The volunteers of the sheet who have times or take the default ones, and all people by name."""
    people = People(context)
    default = _default_shifts(context)
    points = read_points(rows, context)
    seen: dict[str, Row] = {}
    volunteers: list[Volunteer] = []
    untimed = 0
    for row, point in zip(rows, points, strict=True):
        name = row.read("name", fields.name, context.report, "")
        if not row.has("name"):
            context.report.problem("missing_value", row.cell("name"), "必填", "this is required")
        if not name:
            continue
        site = ground.site_of(row)
        phone = row.read("phone", fields.phone, context.report, "")
        found = own_id(row, "v") or hashed_id("v", *([phone] if phone else [name, site or ""]))
        column = "id" if row.has("id") else "phone" if row.has("phone") else "name"
        if not context.unique_id(row, seen, found, column):
            continue
        untimed += not row.has("times")
        shifts = row.read("times", lambda v: _shifts(v, context), context.report, default)
        volunteer = None
        values = _values(row, context) if shifts is not None or row.has("times") else {}
        if shifts is not None:
            context.look_for_early(row.cell("times"), shifts if row.has("times") else ())
            values |= {"name": name, "phone": phone or None, "site": site, "place": point, "shifts": shifts}
            volunteer = context.build(Volunteer, row, COLUMN_OF["volunteers"], id=found, **values)
        person = _Person(volunteer.id if volunteer else None, row, "/".join(ground.path(site)) if site else "", phone)
        people.by_name.setdefault(name, []).append(person)
        people.by_id[found] = person
        if volunteer:
            context.origins["volunteers", len(volunteers)] = row
            volunteers.append(volunteer)
    _note_untimed(untimed, default is not None, context)
    return tuple(volunteers), people


def _values(row: Row, context: Context) -> dict[str, object]:
    """What a row says besides who, where and when."""
    report = context.report
    skills = row.read("skills", fields.held, report, ())
    context.held_without_level += sum(held.level is None for held in skills)
    known = [(context.skills.find(held.name, row.cell("skills"), report), held) for held in skills]
    qualifications = row.read("qualifications", fields.held, report, ())
    interests = row.read("interests", fields.names, report, ())
    return {
        "teams": context.teams.find_all(row.read("teams", fields.names, report, ()), row.cell("teams"), report),
        "skills": tuple(HeldSkill(skill=s, level=h.level or 1, valid_until=h.valid_until) for s, h in known if s),
        "qualifications": tuple(HeldQualification(id=q.name, valid_until=q.valid_until) for q in qualifications),
        "interests": context.categories.find_all(interests, row.cell("interests"), report),
        "tags": tuple(row.read("tags", fields.names, report, ())),
        "birth_date": row.read("birth", fields.day, report, None),
        "max_requests": row.read("max_requests", fields.whole(0, 10_000), report, None),
        "max_requests_per_day": row.read("max_day", fields.whole(0, 100), report, context.settings.max_day),
        "max_minutes": row.read("max_minutes", fields.minutes, report, None),
        "max_travel_minutes": row.read("max_travel", fields.number(0, 1440), report, None),
        "asked": row.read("asked", fields.whole(0, 10_000), report, 0),
        "max_asks": row.read("max_asks", fields.whole(0, 10_000), report, None),
        "recent_requests": row.read("recent", fields.whole(0, 10_000), report, 0),
        "travel_factor": row.read("travel_factor", fields.number(0.1, 100), report, 1.0),
        "acceptance": row.read("acceptance", fields.number(0.001, 1), report, None),
    }


def _default_shifts(context: Context) -> tuple[Shift, ...] | None:
    """The shifts of those who give no times; None if they are left out."""
    row = context.setting_rows.get("default_times")
    if row is None or not row.has("value"):
        return None
    return row.read("value", lambda v: _shifts(v, context), context.report, ())


def _shifts(value: Value, context: Context) -> tuple[Shift, ...]:
    """Shifts of the horizon's days in order; those that overlap become one."""
    merged: list[Span] = []
    for span in context.times(time_text(value)):
        if span.end is None:
            raise time_error("应为起止时间", "expected a start and an end")
        last = merged[-1] if merged else None
        if last and last.end and span.start < last.end:
            merged[-1] = Span(last.start, max(last.end, span.end))
        else:
            merged.append(span)
    return tuple(Shift(start=s.start, end=s.end) for s in merged if s.end)


def _note_untimed(count: int, taken: bool, context: Context) -> None:
    if taken:
        context.report.note(
            "default_times", count, f"{count} 名志愿者没写可服务时间，按默认可服务时间处理",
            f"{count} volunteers without times take the default ones",
        )  # fmt: skip
    else:
        context.report.note(
            "left_out", count, f"{count} 名志愿者没写可服务时间，未参加派单；可在派单设置里填默认可服务时间",
            f"{count} volunteers without times are left out; Settings may give default times",
        )  # fmt: skip
