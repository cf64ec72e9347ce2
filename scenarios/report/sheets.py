"""The report as a workbook: scenarios with their figures, what was changed, which requests are served no more or newly.

Every text goes in as text and every number as a number; there is no formula.
"""

from collections.abc import Iterable, Sequence
from datetime import UTC
from io import BytesIO
from typing import Any

import xlsxwriter
from rich.cells import cell_len

from matcher.policy import PRIORITIES
from matcher.privacy import mask_text
from scenarios.easing import Easing
from scenarios.fairness import Curve, called
from scenarios.placing import Placing
from scenarios.report import changed, fairness
from scenarios.report.facts import Report
from scenarios.report.more import KINDS
from scenarios.report.worth import PART_WORDS, tier_called
from scenarios.worth import Cell as One

Cell = str | float | None
WIDEST = 60


def workbook(report: Report) -> bytes:
    """The file; the same report gives the same bytes."""
    say = report.words.say
    held = BytesIO()
    as_text = {"strings_to_formulas": False, "strings_to_urls": False, "strings_to_numbers": False}
    book = xlsxwriter.Workbook(held, {"in_memory": True, **as_text})
    created = report.batch.horizon.start.astimezone(UTC).replace(tzinfo=None)
    book.set_properties({"created": created, "title": f"{say('情景对比', 'What if')} {report.batch.id}"})
    _add(book, say("情景", "Scenarios"), *_scenarios(report))
    named = [say("情景编号", "Scenario id"), say("情景", "Scenario")]
    _add(book, say("改动", "Changes"), [*named, say("改动", "Change")], _changes(report))
    _add(book, say("需求变化", "Requests"), [*named, *changed.heads(report.words)], _requests(report))
    found = report.found
    if found.worth:
        _add(book, say("再多一人", "One more"), *_worth(report))
    if found.easings:
        _add(book, say("再多一点", "A little more"), *_easings(report))
    if found.placing:
        _add(book, say("接下来的人", "The next"), *_placing(report, found.placing))
    if found.fairness:
        _add(book, say("公平的代价", "Fairness"), *_fairness(report, found.fairness))
    book.close()
    return held.getvalue()


def _scenarios(report: Report) -> tuple[list[str], list[list[Cell]]]:
    """Heads and rows: the baseline, then the scenarios, each figure with its change and half of its interval."""
    words, say = report.words, report.words.say
    heads = [say("情景编号", "Scenario id"), say("情景", "Scenario"), say("抽样次数", "Samples")]
    heads += [say("已证明最好的次数", "Proved best"), say("服务情况有变的需求", "Requests that changed")]
    heads += [say(f"{words.priority(p)}需求", f"{words.priority(p)} requests".capitalize()) for p in PRIORITIES]
    for figure in report.base.figures:
        name = words.figure(figure.name)
        heads += [name, f"{name} {say('变化', 'change')}", f"{name} ±95%"]
    rows = []
    for row in report.table.rows:
        cells: list[Cell] = [row.name, words.title(row), row.samples, row.proved, row.affected]
        cells += [row.asked[priority] for priority in PRIORITIES]
        for figure in row.figures:
            cells += [figure.mean, figure.change, figure.half]
        rows.append(cells)
    return heads, rows


def _changes(report: Report) -> Iterable[list[Cell]]:
    for told in report.scenarios:
        for change in told.row.changes_zh if report.words.lang == "zh" else told.row.changes_en:
            yield [told.row.name, report.words.title(told.row), mask_text(change)]


def _requests(report: Report) -> Iterable[list[Cell]]:
    """All requests that changed in the first sample of each scenario."""
    for told in report.scenarios:
        for fate in told.affected:
            yield [told.row.name, report.words.title(told.row), *changed.row(report.words, fate)]


def _worth(report: Report) -> tuple[list[str], list[list[Cell]]]:
    """Heads and rows: each volunteer thought of, with both ends for each tier, and what solving again gave."""
    say, names = report.words.say, _names(report)
    heads = [say("技能", "Skill"), say("镇", "Town"), say("时段", "Part of the day"), *_range_heads(report)]
    rows: list[list[Cell]] = [
        [names[cell.skill], names[cell.town], say(*PART_WORDS[cell.part]), *_range(cell)] for cell in report.found.worth
    ]
    return heads, rows


def _easings(report: Report) -> tuple[list[str], list[list[Cell]]]:
    """The same of an hour, reach and duties."""
    say = report.words.say
    heads = [say("多什么", "More of"), say("志愿者或需求", "Volunteer or request"), *_range_heads(report)]
    return heads, [[say(*KINDS[each.kind]), each.id, *_range(each)] for each in report.found.easings]


def _range_heads(report: Report) -> list[str]:
    """Both ends for each tier, and what solving again gave."""
    say = report.words.say
    ends = say("至少", "at least"), say("至多", "at most"), say("重解", "solved")
    tiers = enumerate(report.batch.policy.tiers, 1)
    return [f"{number}. {tier_called(report.words, tier)} {end}" for number, tier in tiers for end in ends]


def _range(each: One | Easing) -> list[Cell]:
    solved: Sequence[float | None] = each.solved or [None] * len(each.worth.low)
    return [end for ends in zip(each.worth.low, each.worth.high, solved, strict=True) for end in ends]


def _placing(report: Report, placing: Placing) -> tuple[list[str], list[list[Cell]]]:
    """The next volunteers with what the tiers reach then; last what no choice of as many can exceed."""
    say, names = report.words.say, _names(report)
    heads = [say("第几名", "Number"), say("技能", "Skill"), say("镇", "Town"), say("时段", "Part of the day")]
    heads += [f"{n}. {tier_called(report.words, tier)}" for n, tier in enumerate(report.batch.policy.tiers, 1)]
    rows: list[list[Cell]] = [[0, say("现状", "as it is"), "", "", *placing.before]]
    for number, each in enumerate(placing.placed, 1):
        rows.append([number, names[each.skill], names[each.town], say(*PART_WORDS[each.part]), *each.tiers])
    return heads, [*rows, ["", say("已证明的上限", "proved bound"), "", "", *placing.most]]


def _names(report: Report) -> dict[str, str]:
    return {each.id: each.name or each.id for each in (*report.batch.sites, *report.batch.skills)}


def _fairness(report: Report, curve: Curve) -> tuple[list[str], list[list[Cell]]]:
    """Heads and rows: each point with all tiers."""
    words, say = report.words, report.words.say
    heads = [*fairness.heads(words), say("已证明（1 是，0 否）", "Proved (1 yes, 0 no)")]
    heads[fairness.GOAL : fairness.GOAL + 1] = [
        f"{number}. {tier_called(words, tier)}" for number, tier in enumerate(report.batch.policy.tiers, 1)
    ]
    rows = []
    for point in curve.points:
        row: list[Cell] = [say(*called(point.strength)), point.places, point.minutes, *point.tiers]
        row += [point.mean, point.lowest, point.highest, point.load, point.changed, point.proved]
        rows.append(row)
    return heads, rows


def _add(book: Any, name: str, heads: Sequence[str], rows: Iterable[Sequence[Cell]]) -> None:
    """A sheet with one table, its heads and first two columns always in sight."""
    sheet, kept = book.add_worksheet(name), list(rows)
    font = {"font_name": "Microsoft YaHei", "font_size": 10}
    head = book.add_format(font | {"bold": True, "bg_color": "#1E3A5F", "font_color": "#FFFFFF", "text_wrap": True})
    text, number = book.add_format(font | {"num_format": "@"}), book.add_format(font | {"num_format": "#,##0.###"})
    for column, title in enumerate(heads):
        sheet.write_string(0, column, title, head)
        widest = max((cell_len(str(row[column])) for row in kept if isinstance(row[column], str)), default=0)
        sheet.set_column(column, column, min(WIDEST, max(12, widest + 2)))
    for line, row in enumerate(kept, 1):
        for column, cell in enumerate(row):
            if isinstance(cell, str):
                sheet.write_string(line, column, cell, text)
            elif cell is not None:
                sheet.write_number(line, column, cell, number)
    sheet.freeze_panes(1, 2)
    sheet.autofilter(0, 0, len(kept), len(heads) - 1)
