"""`matcher explain`, `recommend` and `compare`."""

import json
from collections.abc import Callable
from pathlib import Path

from matcher import load_plan, to_json
from tests.cli.conftest import BATCH, Ran

Run = Callable[..., Ran]


def empty_place(day: Path) -> str:
    return load_plan(day / "plan.json").unserved[0].request


def test_explain_says_why_what_it_costs_and_what_helps(run: Run, day: Path) -> None:
    request = empty_place(day)
    ran = run("explain", day / "batch.json", day / "plan.json", "--request", request, "--lang", "zh")
    assert (ran.code, ran.err) == (0, "")
    assert ran.out.startswith(f"需求 {request} ")
    assert "若一定要安排：" in ran.out
    assert "最小的改动" in ran.out
    told = run("explain", day / "batch.json", day / "plan.json", "--request", request, "--json")
    found = json.loads(told.out)
    assert (found["request"], found["gaps"][0]["missing"] > 0) == (request, True)
    assert [mend["zh"] for mend in found["repairs"]["mends"]]
    assert all(mend["zh"] in ran.out for mend in found["repairs"]["mends"])


def test_explain_a_volunteer(run: Run, day: Path) -> None:
    visit = load_plan(day / "plan.json").visits[0]
    args = ("explain", day / "batch.json", day / "plan.json", "--request", visit.request, "--volunteer")
    ran = run(*args, visit.volunteer, "--lang", "en")
    assert ran.code == 0
    assert ran.out.startswith(f"{visit.volunteer} is sent to {visit.request}")
    assert json.loads(run(*args, visit.volunteer, "--json").out)["serves"] is True
    unknown = run(*args, "nobody", "--lang", "zh")
    assert unknown.code == 2
    assert "没有这个志愿者" in unknown.err


def test_recommend_for_a_request_and_for_a_volunteer(run: Run, day: Path) -> None:
    plan = load_plan(day / "plan.json")
    gone = plan.visits[0]
    rest = plan.model_copy(update={"visits": tuple(v for v in plan.visits if v.request != gone.request)})
    bare = {"score": None, "bound": None, "gap": None, "status": None, "unserved": ()}
    Path("rest.json").write_text(to_json(rest.model_copy(update=bare)), encoding="utf-8")
    ran = run("recommend", day / "batch.json", "rest.json", "--request", gone.request, "--count", "2", "--lang", "zh")
    assert ran.code == 0
    assert ran.out.startswith(f"需求 {gone.request} ")
    assert ran.out.splitlines()[0].endswith(" 的空缺名额，最好的 2 种派法：")
    assert "\n1. 需求" in ran.out
    assert "\n3. " not in ran.out
    mine = run("recommend", day / "batch.json", "rest.json", "--volunteer", gone.volunteer, "--json")
    assert json.loads(mine.out)["volunteer"] == gone.volunteer
    both = run("recommend", day / "batch.json", "rest.json", "--lang", "zh")
    assert both.code == 2
    assert "--request 或 --volunteer" in both.err


def test_compare_tells_values_and_visits(run: Run, day: Path) -> None:
    plan = load_plan(day / "plan.json")
    fewer = plan.model_copy(update={"visits": plan.visits[1:]})
    Path("fewer.json").write_text(to_json(fewer), encoding="utf-8")
    ran = run("compare", day / "plan.json", "fewer.json", "--lang", "zh")
    assert ran.code == 0
    assert ran.out.startswith(f"1 处安排不同，涉及 1 人；{len(plan.visits) - 1} 处相同。")
    assert f"：取消 {plan.visits[0].volunteer}，" in ran.out
    told = json.loads(run("compare", day / "plan.json", "fewer.json", "--json").out)
    assert [change["kind"] for change in told["changes"]] == ["removed"]
    same = run("compare", day / "plan.json", day / "plan.json", "--lang", "en")
    assert same.out.startswith("Both plans send the same people to the same places at the same times.")
    assert run("compare", "-", "-").code == 2


def test_standby_writes_the_plan_with_its_backups(run: Run, day: Path) -> None:
    args = ("standby", day / "batch.json", day / "plan.json", "-o", "new.json")
    ran = run(*args, "--target", "99%", "--lang", "zh")
    assert ran.code == 0
    assert ran.out.startswith("候补 ")
    assert "全部到位的可能" in ran.out
    told = json.loads(run(*args, "--target", "0.99", "--json").out)
    assert len(load_plan("new.json").standby) == len(told["standby"]) > 0
    assert run("check", day / "batch.json", "new.json").code == 0
    assert "应为 0 到 1 之间的数" in run(*args, "--target", "很高", "--lang", "zh").err


def test_fairness_writes_a_plan_and_tells_its_price(run: Run, day: Path) -> None:
    args = ("fairness", day / "batch.json", day / "plan.json", "-o", "fair.json")
    ran = run(*args, "--loads", "--lang", "zh")
    assert ran.code == 0
    assert ran.out.startswith("公平的代价：名额 +0 个")
    assert run("check", day / "batch.json", "fair.json").code == 0
    assert json.loads(run(*args, "--loads", "--json").out)["proved"] is True
    assert "请写 --villages 或 --loads" in run(*args, "--lang", "zh").err


def test_sheets_in_place_of_files_are_told(run: Run, day: Path) -> None:
    Path("x.xlsx").write_bytes(b"")
    ran = run("explain", "x.xlsx", day / "plan.json", "--request", BATCH.requests[0].id, "--lang", "zh")
    assert ran.code == 2
    assert "表格" in ran.err
