"""Sheets become a batch, or one error with every problem and its cell."""

from dataclasses import dataclass
from datetime import date, timedelta
from pathlib import Path

from matcher.batch import Batch, Category, Horizon, Skill, Team
from matcher.errors import Problem
from matcher.sheets import fields
from matcher.sheets.columns import Kind
from matcher.sheets.context import COLUMN_OF, Catalogue, Context
from matcher.sheets.ground import Ground, read_sites
from matcher.sheets.headers import Row, kind_like, kind_of, known_headers, recognise
from matcher.sheets.menu import read_menu
from matcher.sheets.report import Cell, Note, Report, Value, refuse, without_numbers
from matcher.sheets.requests import Requests
from matcher.sheets.settings import read_settings
from matcher.sheets.tables import Table, read_tables
from matcher.sheets.times import Frame
from matcher.sheets.volunteers import read_teams, read_volunteers

Rows = dict[Kind, list[Row]]


@dataclass(frozen=True)
class Imported:
    """A batch out of sheets, and what its maker should know about it."""

    batch: Batch
    notes: tuple[Note, ...]


def read_sheets(source: Path) -> list[Table]:
    """The tables of a workbook, a CSV file or a folder of CSV files, as they are. Raises InputError."""
    return read_tables(source, _score)


def import_sheets(source: Path, *, date: date, days: int = 1) -> Imported:
    """The batch of the `days` days from `date` on that a workbook, a CSV file or a folder of CSV files describes.

    Raises InputError with all problems, each with sheet, cell and header: `志愿者!C5（电话）`.
    """
    if not 1 <= days <= 366:
        raise refuse("bad_days", "--days", "天数应为 1 至 366", "expected 1 to 366 days")
    report = Report()
    tables = read_sheets(source)
    rows = recognise(tables, report)
    if not report.problems and not rows.get("requests") and not rows.get("volunteers"):
        names = "、".join(f"“{without_numbers(table.title)}”" for table in tables)
        report.problem(
            "nothing", Cell("", source.name),
            f"没有找到填了内容的“需求”或“志愿者”工作表；现有工作表：{names}",
            f"there is no filled sheet called Requests or Volunteers; sheets found: {names}",
        )  # fmt: skip
    context = _context(rows, date, days, report)
    batch = _batch(rows, context, f"{date.isoformat()}+{days}" if days > 1 else date.isoformat())
    report.raise_problems()
    return Imported(batch, tuple(report.notes))


def _score(title: str, row: list[Value]) -> int:
    return known_headers(kind_of(title) or kind_like(title) or "requests", row)


def _context(rows: Rows, first: date, days: int, report: Report) -> Context:
    settings, setting_rows = read_settings(rows.get("settings", []), report)
    frame = Frame(first, days, settings.zone, settings.parts())
    skills = Catalogue("技能", "skill", closed="skills" in rows)
    context = Context(report, settings, frame, setting_rows, skills, Catalogue("队伍", "team", closed="teams" in rows),
                      Catalogue("服务菜单", "category"))  # fmt: skip
    for row in rows.get("skills", []):
        if name := row.read("name", fields.name, report, ""):
            skills.names[name] = name
    return context


def _batch(rows: Rows, context: Context, name: str) -> Batch:
    """The batch; where there are problems, it is only good for finding more of them."""
    report = context.report
    located = [row for kind in ("sites", "volunteers", "requests") for row in rows.get(kind, [])]
    ground = read_sites(rows.get("sites", []), any(row.has("lat") for row in located), context)
    for kind in ("volunteers", "requests", "teams"):
        ground.create_towns(rows.get(kind, []))
    teams = read_teams(rows.get("teams", []), ground, context)
    menu = read_menu(rows.get("menu", []), context)
    volunteers, people = read_volunteers(rows.get("volunteers", []), ground, context)
    requests = Requests(menu, ground, people, context).read(rows.get("requests", []))
    named = {team.id for team in teams}
    teams += [Team(id=i, name=n) for n, i in context.teams.names.items() if i not in named]
    batch = Batch(
        schema="matcher.batch/1", id=name,
        horizon=Horizon(start=context.frame.moment(context.frame.first),
                        end=context.frame.moment(context.frame.first + timedelta(days=context.frame.days))),
        skills=tuple(Skill(id=i, name=n) for n, i in context.skills.names.items()),
        categories=tuple(Category(id=i, name=n) for n, i in context.categories.names.items()),
        sites=ground.sites(), teams=tuple(teams), volunteers=volunteers, requests=requests,
        travel=ground.travel(), policy=context.settings.policy(),
    )  # fmt: skip
    _notes(batch, ground, context)
    if not report.problems:
        report.problems += _cross_checked(batch, context, ground)
    return batch


def _notes(batch: Batch, ground: Ground, context: Context) -> None:
    note = context.report.note
    estimated = sum(v.place is None for v in batch.volunteers) + sum(r.place is None for r in batch.requests)
    if ground.geographic:
        note(
            "places_estimated", estimated, f"{estimated} 处没有坐标，按所在站点的位置估算",
            f"{estimated} places are estimated by their site",
        )  # fmt: skip
    else:
        s = context.settings
        note(
            "no_coordinates", estimated,
            f"没有任何坐标，路程按同村 {s.same_village:g}、同镇 {s.same_town:g}、同县 {s.same_county:g} 分钟估算",
            f"no coordinates: {s.same_village:g} minutes in a village, {s.same_town:g} town, {s.same_county:g} county",
        )  # fmt: skip
    n, first = len(context.early), "、".join(context.early[:3])
    note(
        "early", n, f"{n} 处时间在凌晨 1 点至 6 点之间（{first}）；若指下午，请写“下午3点”或 15:00",
        f"{n} times begin between 1:00 and 6:00 at night ({first}); for the afternoon write 15:00 or 3 pm",
    )  # fmt: skip
    if not ground.closed:
        n = len(ground.spots)
        note(
            "sites_created",
            n,
            f"没有站点表，按填写的村镇建立了 {n} 个站点",
            f"no sheet of sites: {n} made of names",
        )
    if not context.skills.closed:
        n = len(context.skills.names)
        note(
            "skills_created",
            n,
            f"没有技能表，按填写的建立了 {n} 项技能",
            f"no sheet of skills: {n} made of names",
        )
    if context.asked_levels:
        n = context.held_without_level
        note("level_assumed", n, f"{n} 处技能没写等级，按 1 级处理", f"{n} skills without level count as level 1")


def _cross_checked(batch: Batch, context: Context, ground: Ground) -> list[Problem]:
    """What `check_batch` finds, with the cells in place of its pointers."""
    from matcher.reading import check_batch

    homeless: set[str] = set()
    found = []
    for problem in check_batch(batch):
        kind, number = (*problem.where.split("/"), "", "")[1:3]
        site = getattr(batch, kind)[int(number)].site if problem.code == "no_place" else None
        if site is None:
            found.append(_at_cell(problem, context))
        elif site not in homeless:
            homeless.add(site)
            row = ground.spots[site].row
            cell = Cell(site, row.cell("lon").where if row else "站点")
            zh, en = "本站点和上级都没有坐标，请填经纬度", "expected coordinates of this site or one above it"
            found.append(Problem(problem.code, cell.where, cell.shown(), zh, en))
    return found


def _at_cell(problem: Problem, context: Context) -> Problem:
    kind, _, rest = problem.where.removeprefix("/").partition("/")
    number, _, path = rest.partition("/")
    row = context.origins.get((kind, int(number))) if number.isdigit() else None
    if row is None:
        return problem
    name = path.partition("/")[0]
    column = COLUMN_OF.get(row.sheet.kind, {}).get(name, name)
    cell = row.cell(column if column in row.sheet.headers else next(iter(row.sheet.headers)))
    return Problem(problem.code, cell.where, None if cell.personal else problem.value, problem.zh, problem.en)
