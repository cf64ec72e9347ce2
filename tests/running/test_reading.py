"""Events from JSON, and from an exported workbook with its states filled in."""

from pathlib import Path

import pytest
from python_calamine import CalamineWorkbook
from xlsxwriter import Workbook

from matcher import Batch, InputError, Plan, dispatch, read_events
from matcher.batch import Request
from matcher.events import RoadClosed
from matcher.exports.view import STATES
from matcher.exports.xlsx import write_xlsx
from matcher.sheets.states import WORDS, events_from_workbook
from tests.checker import build

NOW = build.at("9:30")


def test_events_are_read_and_what_is_wrong_is_told_with_its_place() -> None:
    text = """{"schema": "matcher.events/1", "now": "2026-07-21T09:00:00+08:00", "events": [
        {"at": "2026-07-21T08:50:00+08:00", "kind": "declined", "request": "r", "volunteer": "v"},
        {"at": "2026-07-21T08:55:00+08:00", "kind": "road_closed", "payload": {"cells": [[1, 2]]}},
        {"at": "2026-07-21T08:56:00+08:00", "kind": "new_request", "payload": {"id": "n", "minutes": 30,
            "windows": [{"start": "2026-07-21T10:00:00+08:00", "end": "2026-07-21T10:00:00+08:00"}],
            "roles": [{"id": "a"}]}}
    ]}"""
    events = read_events(text)
    assert [event.kind for event in events.events] == ["declined", "road_closed", "new_request"]
    assert isinstance(events.events[1].payload, RoadClosed)
    assert isinstance(events.events[2].payload, Request)
    wrong = (
        text.replace('"declined"', '"refused"').replace('"minutes": 30', '"minuts": 30').replace("[1, 2]", "[1, 0.5]")
    )
    with pytest.raises(InputError) as found:
        read_events(wrong)
    assert {(p.code, p.where) for p in found.value.problems} == {
        ("wrong_choice", "/events/0/kind"),
        ("wrong_type", "/events/1/payload/cells/0/1"),
        ("missing_field", "/events/2/payload/minutes"),
        ("unknown_field", "/events/2/payload/minuts"),
    }


def day() -> tuple[Batch, Plan]:
    people = [build.volunteer("v1", 5), build.volunteer("v2", 6), build.volunteer("v3", 7)]
    batch = build.batch(people, [build.request("r1"), build.request("r2", 9), build.request("r3", 12)])
    return batch, dispatch(batch)


def filled(path: Path, batch: Batch, plan: Plan, lang: str, states: dict[tuple[str, str], str]) -> Path:
    """The exported workbook with states filled in: by name of the sheet and id of the request."""
    exported = path / "exported.xlsx"
    write_xlsx(batch, plan, exported, lang="zh" if lang == "zh" else "en")
    book = CalamineWorkbook.from_path(str(exported))
    out = path / "filled.xlsx"
    with Workbook(str(out)) as made:
        for name in book.sheet_names:
            sheet, heads = made.add_worksheet(name), []
            for number, row in enumerate(book.get_sheet_by_name(name).to_python(skip_empty_area=False)):
                texts = [str(cell) for cell in row]
                if {"接单情况", "state"} & set(texts):
                    heads = texts
                elif heads:
                    state = next(i for i, text in enumerate(heads) if text in ("接单情况", "state"))
                    request = next(i for i, text in enumerate(heads) if text in ("需求编号", "request id"))
                    texts[state] = states.get((name, texts[request]), "")
                for column, text in enumerate(texts):
                    sheet.write_string(number, column, text)
    return out


def test_states_of_a_workbook_are_events(tmp_path: Path) -> None:
    batch, plan = day()
    village, person = "按村（站点）", "按志愿者"
    where = {visit.request: visit.volunteer for visit in plan.visits}
    states = {(village, "r1"): "已接单", (person, "r2"): "婉拒", (person, "r1"): "已接单", (village, "r3"): "已完成"}
    events = events_from_workbook(filled(tmp_path, batch, plan, "zh", states), batch, plan, NOW)
    assert [(e.kind, e.request, e.volunteer) for e in events.events] == [
        ("accepted", "r1", where["r1"]),
        ("declined", "r2", where["r2"]),
        ("finished", "r3", where["r3"]),
    ]
    assert events.now == NOW
    assert events.events[2].at == NOW
    late = events_from_workbook(filled(tmp_path, batch, plan, "zh", states), batch, plan, build.at("15:00"))
    assert late.events[2].at == build.at("10:00")
    english = filled(tmp_path, batch, plan, "en", {("By village", "r1"): "no-show"})
    assert [e.kind for e in events_from_workbook(english, batch, plan, NOW).events] == ["no_show"]


def test_every_state_that_is_exported_is_understood() -> None:
    assert {word for _, zh, en in STATES for word in (zh, en)} <= WORDS.keys()


def test_what_cannot_be_understood_is_told_all_at_once(tmp_path: Path) -> None:
    batch, plan = day()
    states = {("按村（站点）", "r1"): "好的", ("按村（站点）", "r2"): "已接单", ("按志愿者", "r2"): "婉拒"}
    path = filled(tmp_path, batch, plan, "zh", states)
    with pytest.raises(InputError) as found:
        events_from_workbook(path, batch, plan, NOW)
    assert [(p.code, p.where.partition("!")[0]) for p in found.value.problems] == [
        ("wrong_choice", "按村（站点）"),
        ("duplicate_id", "按志愿者"),
    ]
    other = batch.model_copy(update={"id": "other"})
    with pytest.raises(InputError, match="应为批次 other 的表"):
        events_from_workbook(filled(tmp_path, batch, plan, "zh", {("按村（站点）", "r1"): "已接单"}), other, plan, NOW)
    gone = plan.model_copy(update={"visits": plan.visits[1:]})
    with pytest.raises(InputError, match="方案里没有这项安排"):
        events_from_workbook(filled(tmp_path, batch, plan, "zh", {("按村（站点）", "r1"): "已接单"}), batch, gone, NOW)
