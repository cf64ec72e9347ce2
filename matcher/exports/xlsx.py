"""The workbook a dispatcher prints, calls from and fills in."""

from dataclasses import dataclass
from itertools import groupby
from pathlib import Path
from typing import Any

from matcher.batch import Batch, Team
from matcher.exports.rows import VisitRow, join
from matcher.exports.tables import (
    IDS,
    SERVED,
    Column,
    by_team,
    by_village,
    by_volunteer,
    gap_columns,
    table,
    visit_columns,
)
from matcher.exports.view import Lang, View
from matcher.exports.workbook import FIRST_ROW, Workbook
from matcher.files import write_bytes
from matcher.plan import Plan
from matcher.summary import Asked, days, sent_line

MOST_TEAM_SHEETS = 200
"""With more teams than this, one sheet holds all of them."""

CALL = f"contact contact_phone note state {IDS}"
VILLAGE = f"village start end request priority role volunteer phone team leave where {CALL}"
VOLUNTEER = f"volunteer phone leave travel start end where request role {CALL}"
TEAM = f"start end request priority role volunteer phone leave where {CALL}"
OVERVIEW_COLUMNS, FIRST_WIDTH, OTHER_WIDTH = 7, 24, 12
ALL_TEAMS = f"team leader leader_phone start end request role volunteer phone leave where {CALL}"


@dataclass(frozen=True)
class TeamVisits:
    """The visits of one team, or of all volunteers without one."""

    team: Team | None
    visits: tuple[VisitRow, ...]


def write_xlsx(batch: Batch, plan: Plan, path: str | Path, *, with_phones: bool = False, lang: Lang = "zh") -> None:
    """Write the workbook of `plan`; the same input gives the same bytes.

    `with_phones` shows phones, contacts and addresses in full. Raises InputError if the plan names what the batch
    does not have.
    """
    view = View(join(batch, plan), lang, with_phones)
    book = Workbook(view, batch.horizon.start)
    when = days(view.joined.summary, lang)
    overview = book.sheet(book.name(view.say("总览", "Overview")), f"{view.say('派单结果', 'Dispatch')}  {when}")
    village = view.say("按村（站点）", "By village")
    book.add_table(book.name(village), f"{village}  {when}", table(view, visit_columns(VILLAGE), by_village(view)))
    person = view.say("按志愿者", "By volunteer")
    book.add_table(book.name(person), f"{person}  {when}", table(view, visit_columns(VOLUNTEER), by_volunteer(view)))
    unserved_name = book.name(view.say("未安排", "Unserved"))
    team_note = _add_teams(book, when)
    book.add_table(unserved_name, f"{unserved_name}  {when}", table(view, gap_columns(view), view.joined.summary.gaps))
    _fill_overview(book, overview, team_note)
    write_bytes(Path(path), book.close())


def _add_teams(book: Workbook, when: str) -> str:
    """Add the sheets by team; returns what the overview says about them."""
    view = book.view
    title = view.say("按队伍", "By team")
    name = book.name(title)
    groups = [TeamVisits(rows[0].team, rows) for rows in _runs(by_team(view))]
    if len(groups) > MOST_TEAM_SHEETS:
        book.add_table(name, f"{title}  {when}", table(view, visit_columns(ALL_TEAMS), by_team(view)))
        return view.say(
            f"有任务的队伍 {len(groups)} 支，多于 {MOST_TEAM_SHEETS} 支，合在“按队伍”一张表里，可按队伍筛选。",
            f"{len(groups)} teams have visits, more than {MOST_TEAM_SHEETS}: all are on one sheet; filter by team.",
        )
    names = [book.name(view.team(group.team)) for group in groups]
    overview = book.add_table(name, f"{title}  {when}", table(view, TEAM_COLUMNS, groups))
    for row, (group, target) in enumerate(zip(groups, names, strict=True)):
        quoted = target.replace("'", "''")
        overview.write_url(FIRST_ROW + row, 0, f"internal:'{quoted}'!A1", book.link, view.team(group.team))
        leader = " ".join(filter(None, [view.leader(group.team), view.leader_phone(group.team)]))
        of = view.say(f"  队长：{leader}", f"  Leader: {leader}") if leader else ""
        cells = table(view, visit_columns(TEAM), group.visits)
        book.add_table(target, f"{view.team(group.team)}  {when}{of}", cells)
    return view.say(
        "有任务的每支队伍各有一张表，可打印后交给队长。", "Each team with visits has a sheet for its leader."
    )


TEAM_COLUMNS: list[Column[TeamVisits]] = [
    Column("队伍", "team", 26, lambda v, g: v.team(g.team)),
    Column("队长", "leader", 14, lambda v, g: v.leader(g.team)),
    Column("队长电话", "leader's phone", 16, lambda v, g: v.leader_phone(g.team)),
    Column("人数", "people", 9, lambda v, g: len({row.volunteer.id for row in g.visits})),
    Column("人次", "visits", 9, lambda v, g: len(g.visits)),
    Column("最早开始", "first start", 14, lambda v, g: v.time(g.visits[0].start)),
]

ASKED_COLUMNS: list[Column[Asked]] = [
    Column("志愿者", "volunteer", 22, lambda v, a: v.volunteer(v.joined.volunteers[a.volunteer])),
    Column("本次", "now", 11, lambda v, a: a.visits),
    Column("近7天共", "in 7 days", 11, lambda v, a: a.asked),
]


def _runs(rows: list[VisitRow]) -> list[tuple[VisitRow, ...]]:
    return [tuple(run) for _, run in groupby(rows, key=lambda row: row.team and row.team.id)]


def _fill_overview(book: Workbook, sheet: Any, team_note: str) -> None:
    view, summary = book.view, book.view.joined.summary
    sheet.set_column(0, 0, FIRST_WIDTH)
    sheet.set_column(1, OVERVIEW_COLUMNS - 1, OTHER_WIDTH)
    lines = [*summary.proof.lines(view.lang), sent_line(summary, view.lang)]
    row = _add_lines(book, sheet, 1, lines)
    row = _add_section(book, sheet, row + 1, view.say("各优先级满足情况", "Served by priority"), SERVED, summary.served)
    heading = view.say("派单最多的志愿者", "Asked most")
    row = _add_section(book, sheet, row + 1, heading, ASKED_COLUMNS, summary.most_asked)
    sheet.write_string(row + 1, 0, view.say("说明", "How to use"), book.strong)
    _add_lines(book, sheet, row + 2, _instructions(view, team_note))


def _instructions(view: View, team_note: str) -> list[str]:
    masked = view.say(
        "电话、联系人和门牌号已隐去一部分；要打电话时，请用“显示电话”（--with-phones）重新导出。",
        "Phones, contacts and house numbers are masked; export with --with-phones to call from this sheet.",
    )
    full = view.say(
        "本表含完整电话和地址，只供派单使用，请勿转发，用后妥善保管。",
        "This workbook holds full phones and addresses: for dispatching only, do not pass it on.",
    )
    return [
        full if view.with_phones else masked,
        view.say(
            "“接单情况”请从下拉列表选择；同一安排在各表都有，只在其中一张表填写即可。",
            "Choose the state from its list; a visit stands on several sheets, fill it in on one of them.",
        ),
        view.say(
            "隐藏的编号列用于把填好的表导回系统，请勿删除。", "The hidden id columns find the visits again: keep them."
        ),
        team_note,
    ]


def _add_lines(book: Workbook, sheet: Any, row: int, lines: list[str]) -> int:
    for line in lines:
        book.add_line(sheet, row, line, OVERVIEW_COLUMNS, FIRST_WIDTH + (OVERVIEW_COLUMNS - 1) * OTHER_WIDTH)
        row += 1
    return row


def _add_section(book: Workbook, sheet: Any, row: int, title: str, columns: list[Column[Any]], rows: Any) -> int:
    """A heading and a small table; returns the row after it."""
    sheet.write_string(row, 0, title, book.strong)
    cells = table(book.view, columns, rows).cells
    book.headings(sheet, row + 1, tuple(columns))
    for number, line in enumerate(cells, row + 2):
        for column, cell in enumerate(line):
            book.write(sheet, number, column, cell)
    return row + 2 + len(cells)
