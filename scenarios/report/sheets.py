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
from scenarios.report import changed
from scenarios.report.facts import Report
from scenarios.report.worth import PART_WORDS, tier_called

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
    if report.worth:
        _add(book, say("再多一人", "One more"), *_worth(report))
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
    say, tiers = report.words.say, report.batch.policy.tiers
    heads = [say("技能", "Skill"), say("镇", "Town"), say("时段", "Part of the day")]
    for number, tier in enumerate(tiers, 1):
        name = f"{number}. {tier_called(report.words, tier)}"
        heads += [f"{name} {end}" for end in (say("至少", "at least"), say("至多", "at most"), say("重解", "solved"))]
    names = {each.id: each.name or each.id for each in (*report.batch.sites, *report.batch.skills)}
    rows = []
    for cell in report.worth:
        row: list[Cell] = [names[cell.skill], names[cell.town], say(*PART_WORDS[cell.part])]
        solved: Sequence[float | None] = cell.solved or [None] * len(tiers)
        for ends in zip(cell.worth.low, cell.worth.high, solved, strict=True):
            row += ends
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
