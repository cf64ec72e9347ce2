"""The tables that workbook and CSV share: their columns, and the cell of every row."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Any, Generic, Literal, TypeVar

from matcher.exports.rows import VisitRow
from matcher.exports.view import View
from matcher.summary import Gap, Served, reason_words

Row = TypeVar("Row")
Cell = str | int


@dataclass(frozen=True)
class Column(Generic[Row]):
    """Heading, width in characters, the cell of a row. `id` columns are hidden, `state` is filled in later."""

    zh: str
    en: str
    width: int
    cell: Callable[[View, Row], Cell]
    kind: Literal["shown", "state", "id"] = "shown"


@dataclass(frozen=True)
class Table:
    """Cells under columns; `groups` numbers neighbouring rows that belong together."""

    columns: tuple[Column[Any], ...]
    cells: list[list[Cell]]
    groups: list[int]


def table(view: View, columns: Iterable[Column[Row]], rows: Iterable[Row]) -> Table:
    """The cells of all rows; neighbours with the same first cell are a group."""
    columns = tuple(columns)
    cells = [[column.cell(view, row) for column in columns] for row in rows]
    groups, group = [], 0
    for number, row in enumerate(cells):
        group += number > 0 and row[0] != cells[number - 1][0]
        groups.append(group)
    return Table(columns, cells, groups)


VISIT: dict[str, Column[VisitRow]] = {
    "village": Column("村（站点）", "village (site)", 20, lambda v, r: v.joined.site_name(r.request.site)),
    "start": Column("开始", "start", 12, lambda v, r: v.time(r.start)),
    "end": Column("结束", "end", 12, lambda v, r: v.time(r.end)),
    "request": Column("需求", "request", 18, lambda v, r: v.title(r.request)),
    "priority": Column("优先级", "priority", 8, lambda v, r: v.priority(r.request.priority)),
    "role": Column("岗位", "role", 19, lambda v, r: v.role(r.request.id, r.role.id)),
    "volunteer": Column("志愿者", "volunteer", 12, lambda v, r: v.volunteer(r.volunteer)),
    "phone": Column("志愿者电话", "volunteer's phone", 13, lambda v, r: v.phone(r.volunteer.phone)),
    "team": Column("队伍", "team", 24, lambda v, r: v.team(r.team)),
    "leader": Column("队长", "leader", 11, lambda v, r: v.leader(r.team)),
    "leader_phone": Column("队长电话", "leader's phone", 13, lambda v, r: v.leader_phone(r.team)),
    "leave": Column("离家时间", "leave home", 12, lambda v, r: v.leave(r)),
    "travel": Column("路程(分钟)", "way (min)", 10, lambda v, r: "" if r.travel_minutes is None else r.travel_minutes),
    "where": Column("地点", "where", 28, lambda v, r: v.where(r.request)),
    "contact": Column("联系人", "contact", 8, lambda v, r: v.contact(r.request.contact)),
    "contact_phone": Column("联系电话", "contact's phone", 13, lambda v, r: v.contact_phone(r.request.contact)),
    "note": Column("备注", "note", 22, lambda v, r: v.text(r.request.note)),
    "state": Column("接单情况", "state", 11, lambda v, r: "", "state"),
    "batch_id": Column("批次编号", "batch id", 12, lambda v, r: v.joined.batch.id, "id"),
    "request_id": Column("需求编号", "request id", 12, lambda v, r: r.request.id, "id"),
    "role_id": Column("岗位编号", "role id", 12, lambda v, r: r.role.id, "id"),
    "volunteer_id": Column("志愿者编号", "volunteer id", 12, lambda v, r: r.volunteer.id, "id"),
}
IDS = "batch_id request_id role_id volunteer_id"


def visit_columns(keys: str) -> list[Column[VisitRow]]:
    """Columns of visits by their keys, separated by blanks."""
    return [VISIT[key] for key in keys.split()]


def gap_columns(view: View) -> list[Column[Gap]]:
    """The columns of empty places; the reasons always in Chinese, in English too for an English reader."""
    english: Column[Gap] = Column(
        "英文原因", "why (volunteers stopped)", 46, lambda v, g: "\n".join(reason_words(g.reasons, "en"))
    )
    return [
        Column("优先级", "priority", 8, lambda v, g: v.priority(g.priority)),
        Column("需求", "request", 22, lambda v, g: v.title(v.joined.requests[g.request])),
        Column("村（站点）", "village (site)", 17, lambda v, g: v.joined.site_name(v.joined.requests[g.request].site)),
        Column("可开始时间", "may start", 14, lambda v, g: v.windows(v.joined.requests[g.request])),
        Column("岗位", "role", 12, lambda v, g: v.role(g.request, g.role)),
        Column("缺人", "missing", 7, lambda v, g: g.missing),
        Column("名额", "places", 7, lambda v, g: g.places),
        Column("整单情况", "request is", 11, _served_words),
        Column("原因及不能派的人数", "why, in Chinese", 46, lambda v, g: "\n".join(reason_words(g.reasons, "zh"))),
        *([english] if view.lang == "en" else []),
        Column("联系人", "contact", 8, lambda v, g: v.contact(v.joined.requests[g.request].contact)),
        Column("联系电话", "contact's phone", 13, lambda v, g: v.contact_phone(v.joined.requests[g.request].contact)),
        Column("批次编号", "batch id", 12, lambda v, g: v.joined.batch.id, "id"),
        Column("需求编号", "request id", 12, lambda v, g: g.request, "id"),
        Column("岗位编号", "role id", 12, lambda v, g: g.role, "id"),
    ]


def _served_words(view: View, gap: Gap) -> str:
    return view.say("部分到位", "partly served") if gap.request_served else view.say("整单未安排", "unserved")


SERVED: list[Column[Served]] = [
    Column("优先级", "priority", 12, lambda v, s: v.priority(s.priority)),
    Column("需求", "requests", 10, lambda v, s: s.requests),
    Column("全部满足", "full", 10, lambda v, s: s.full),
    Column("部分满足", "partly", 10, lambda v, s: s.partly),
    Column("未安排", "unserved", 10, lambda v, s: s.unserved),
    Column("名额", "places", 10, lambda v, s: s.places),
    Column("已安排", "filled", 10, lambda v, s: s.filled),
]


def by_village(view: View) -> list[VisitRow]:
    """Visits by village, start and request."""
    return sorted(view.joined.visits, key=lambda row: (view.joined.site_name(row.request.site), row.start, row.key))


def by_volunteer(view: View) -> list[VisitRow]:
    """Visits by the volunteer's village, volunteer and start."""
    joined = view.joined
    return sorted(
        joined.visits, key=lambda row: (joined.site_name(row.volunteer.site), row.volunteer.id, row.start, row.key)
    )


def by_team(view: View) -> list[VisitRow]:
    """Visits by team and start; those without a team last."""
    return sorted(
        view.joined.visits,
        key=lambda row: (row.team is None, view.team(row.team), row.team.id if row.team else "", row.start, row.key),
    )
