"""The sheet 服务菜单: what each item needs."""

from dataclasses import dataclass, field

from matcher.sheets import fields
from matcher.sheets.context import Context
from matcher.sheets.headers import Row


@dataclass(frozen=True)
class Need:
    """People of one kind: skill (None: anybody), level, most and least people (None: all of them)."""

    skill: str | None
    level: int
    count: int
    min_count: int | None


@dataclass
class Item:
    """An item of the service menu, perhaps over several rows; what is not said is None or empty."""

    category: str | None = None
    minutes: float | None = None
    needs: list[Need] = field(default_factory=list)
    qualifications: list[str] = field(default_factory=list)
    min_age: int | None = None


def read_menu(rows: list[Row], context: Context) -> dict[str, Item]:
    """The items of the menu by name; several rows of one item are several roles."""
    menu: dict[str, Item] = {}
    report = context.report
    for row in rows:
        name = row.read("item", fields.name, report, "")
        if not row.has("item"):
            report.problem("missing_value", row.cell("item"), "必填", "this is required")
        if not name:
            continue
        item = menu.setdefault(name, Item())
        minutes = row.read("minutes", fields.minutes, report, None)
        if minutes and item.minutes and minutes != item.minutes:
            report.problem("contradiction", row.cell("minutes"), "同一项目的时长前后不一致", "two lengths for one item")
        category = row.read("category", fields.name, report, None)
        item.category = item.category or category
        item.minutes = item.minutes or minutes
        item.needs += needs_of(row, context) or ([] if item.needs else [Need(None, 1, 1, None)])
        named = row.read("qualifications", fields.names, report, ())
        item.qualifications += [q for q in named if q not in item.qualifications]
        item.min_age = item.min_age or row.read("min_age", fields.whole(0, 150), report, None)
    for name, item in menu.items():
        category = item.category or name
        item.category = context.categories.names.setdefault(category, category)
    return menu


def needs_of(row: Row, context: Context) -> list[Need]:
    """The people a row asks for; empty if it says nothing about them."""
    report = context.report
    least, count = row.read("count", fields.headcount, report, (None, None))
    least = row.read("min_count", fields.whole(1, 1000), report, least)
    level = row.read("level", fields.whole(1, 1000), report, None)
    skills = row.read("skill", fields.roles, report, ())
    if len(skills) > 1 and (count or least or level):
        column = "count" if count else "min_count" if least else "level"
        report.problem(
            "which_role", row.cell(column), "技能有几种时，人数请写在技能后面，如 医疗1人、引导2人",
            "with several skills, write the people behind each: 医疗1人、引导2人",
        )  # fmt: skip
        return []
    needs = []
    for held, people in skills:
        skill = context.skills.find(held.name, row.cell("skill"), report)
        own_least, own_count = people or (least, count or 1)
        needs.append(Need(skill, held.level or level or 1, own_count, own_least if people else least))
    if not skills and (count or least):
        needs.append(Need(None, 1, count or least or 1, least))
    context.asked_levels |= any(need.level > 1 for need in needs)
    for need in needs:
        if need.min_count and need.min_count > need.count:
            report.problem("bad_count", row.cell("min_count"), "最少人数大于人数", "the least is above the most people")
            return []
    return needs
