"""The states that dispatchers fill into an exported workbook, as events (docs/redispatch.md)."""

from collections.abc import Iterator, Mapping
from datetime import datetime
from pathlib import Path

from matcher.batch import Batch
from matcher.errors import InputError, Problem
from matcher.events import Event, Events, Kind
from matcher.plan import Plan, Visit
from matcher.sheets.tables import Table, column_letters, read_tables

STATE = ("接单情况", "state")
"""Headings of the column that is filled in."""
IDS = {
    "batch": ("批次编号", "batch id"),
    "request": ("需求编号", "request id"),
    "role": ("岗位编号", "role id"),
    "volunteer": ("志愿者编号", "volunteer id"),
}
"""Headings of the hidden columns."""
WORDS: dict[str, Kind] = {
    "已接单": "accepted",
    "accepted": "accepted",
    "婉拒": "declined",
    "declined": "declined",
    "联系不上": "expired",
    "unreachable": "expired",
    "超时未接": "expired",
    "expired": "expired",
    "未到岗": "no_show",
    "no-show": "no_show",
    "已完成": "finished",
    "done": "finished",
}
"""What may stand there, and the event it tells."""

Key = tuple[str, str]


def events_from_workbook(path: Path, batch: Batch, plan: Plan, now: datetime) -> Events:
    """The events of all states filled in, each once, as of `now`; a finished visit has taken as long as planned.

    Raises InputError with all that cannot be understood: another word, another batch, two states for one visit, visits
    that the plan does not have.
    """
    known = {(visit.request, visit.volunteer): visit for visit in plan.visits}
    found: dict[Key, tuple[Kind, str]] = {}
    problems = list[Problem]()
    for table in read_tables(path, lambda title, row: sum(cell in STATE for cell in row)):
        for where, text, ids in _filled(table):
            problem = _problem(where, text, ids, batch, known, found)
            if problem is not None:
                problems.append(problem)
            else:
                found[ids["request"], ids["volunteer"]] = WORDS[text], where
    if problems:
        raise InputError("接单情况填写有误", "the states filled in have problems", problems)
    events = (_event(kind, known[key], now) for key, (kind, _) in sorted(found.items()))
    return Events(schema="matcher.events/1", now=now, events=tuple(events))


def _filled(table: Table) -> Iterator[tuple[str, str, dict[str, str]]]:
    """Place, text and ids of every state filled in."""
    columns: dict[str, int] = {}
    for row, cells in enumerate(table.rows, start=1):
        texts = ["" if cell is None else str(cell).strip() for cell in cells]
        if any(text in STATE for text in texts):
            heads = {"state": STATE, **IDS}
            columns = {name: i for name, words in heads.items() for i, text in enumerate(texts) if text in words}
            continue
        if len(columns) <= len(IDS) or not _at(texts, columns["state"]):
            continue
        where = f"{table.title}!{column_letters(columns['state'])}{row}"
        yield where, _at(texts, columns["state"]), {name: _at(texts, columns[name]) for name in IDS}


def _at(texts: list[str], column: int) -> str:
    return texts[column] if column < len(texts) else ""


def _problem(
    where: str,
    text: str,
    ids: Mapping[str, str],
    batch: Batch,
    known: Mapping[Key, Visit],
    found: Mapping[Key, tuple[Kind, str]],
) -> Problem | None:
    key = ids["request"], ids["volunteer"]
    if text not in WORDS:
        choices = "、".join(word for word in WORDS if not word.isascii())
        return Problem("wrong_choice", where, text, f"应为 {choices} 之一", f"expected one of {', '.join(WORDS)}")
    if ids["batch"] != batch.id:
        return Problem(
            "batch", where, ids["batch"], f"应为批次 {batch.id} 的表", f"expected a sheet of batch {batch.id}"
        )
    if key not in known:
        words = f"方案里没有这项安排（{key[0]}，{key[1]}）", f"the plan has no visit of {key[1]} at {key[0]}"
        return Problem("unknown_id", where, text, *words)
    if key in found and found[key][0] != WORDS[text]:
        other = found[key][1]
        return Problem("duplicate_id", where, text, f"与 {other} 填的不一样", f"differs from what {other} says")
    return None


def _event(kind: Kind, visit: Visit, now: datetime) -> Event:
    at = min(now, visit.end) if kind == "finished" and visit.end else now
    return Event(at=at, kind=kind, request=visit.request, role=visit.role, volunteer=visit.volunteer)
