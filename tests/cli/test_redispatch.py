"""`matcher redispatch`."""

import json
from collections.abc import Callable
from pathlib import Path

from matcher import check, load_batch, load_plan
from tests.cli.conftest import Ran

Run = Callable[..., Ran]


def events(day: Path, *kinds: str) -> str:
    """A file of events about the first visit, half an hour before the day begins."""
    visit = load_plan(day / "plan.json").visits[0]
    at = "2026-07-21T07:00:00+08:00"
    told = [{"at": at, "kind": kind, "request": visit.request, "volunteer": visit.volunteer} for kind in kinds]
    Path("events.json").write_text(
        json.dumps({"schema": "matcher.events/1", "now": at, "events": told}), encoding="utf-8"
    )
    return "events.json"


def test_a_new_plan_and_the_batch_it_goes_with(run: Run, day: Path) -> None:
    visit = load_plan(day / "plan.json").visits[0]
    args = ("redispatch", day / "batch.json", day / "plan.json", events(day, "declined"), "-o", "new.json")
    ran = run(*args, "--batch-out", "now.json", "--lang", "zh")
    assert ran.code == 0
    assert ran.out.startswith("1 条情况：改动 ")
    assert f"（{visit.volunteer} 婉拒（{visit.request}））" in ran.out
    batch, plan = load_batch("now.json"), load_plan("new.json")
    assert check(batch, plan).valid
    assert (visit.request, visit.volunteer) not in {(v.request, v.volunteer) for v in plan.visits}
    again = run("redispatch", "now.json", "new.json", events(day), "-o", "third.json", "--lang", "en")
    assert again.out == "Events: 0; the plan stays as it is. No better plan exists, which is proved.\n"
    assert "--batch-out" in again.err
    events(day, "declined")
    told = run(*args, "--json")
    assert [each["change"]["before"] for each in json.loads(told.out)["churn"]].count(visit.volunteer) == 1


def test_wrong_events_change_nothing(run: Run, day: Path) -> None:
    args = ("redispatch", day / "batch.json", day / "plan.json")
    ran = run(*args, events(day, "late"), "-o", "new.json", "--lang", "zh")
    assert ran.code == 2
    assert "缺少必填字段" in ran.err
    assert not Path("new.json").exists()
    assert "--now 只用于表格" in run(*args, events(day), "-o", "new.json", "--now", "09:30", "--lang", "zh").err
    assert "应为时间" in run(*args, "x.xlsx", "-o", "new.json", "--now", "早上", "--lang", "zh").err


def test_an_exported_workbook_is_read_back(run: Run, day: Path) -> None:
    run("export", day / "batch.json", day / "plan.json", "-o", "plan.xlsx", "--lang", "zh")
    args = ("redispatch", day / "batch.json", day / "plan.json", "plan.xlsx", "-o", "new.json")
    for now in ("2026-07-21T07:00:00+08:00", "07:00", "7:00"):
        ran = run(*args, "--now", now, "--lang", "zh")
        assert (ran.code, ran.out) == (0, "0 条情况，方案不用改动。已证明没有更好的安排。\n")
    late = run(*args, "--now", "2026-07-23T07:00:00+08:00", "--lang", "zh")
    assert late.code == 2
    assert "2026-07-23 07:00 在计划期（2026-07-21 起）之后" in late.err
