"""Each command does what its help says, and returns the exit code of its outcome."""

import json
import re
import zipfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from python_calamine import CalamineWorkbook

import matcher
from matcher import check, load_batch, load_plan, to_json
from matcher.cli import doctor
from matcher.plan import Plan
from matcher.privacy import hashed_id
from tests.cli.conftest import BATCH, Ran

Run = Callable[..., Ran]

UNLIMITED = {"seconds": None, "work": None, "gap": 0.0, "seed": 0, "memory": None, "strategy": "auto"}


def test_dispatch_writes_a_proved_plan_and_a_summary(run: Run, day: Path) -> None:
    ran = run("dispatch", day / "batch.json", "-o", "plan.json")
    assert (ran.code, ran.err) == (0, "Written: plan.json\n")
    assert ran.out.startswith("Dispatch  2026-07-21")
    assert Path("plan.json").read_bytes() == (day / "plan.json").read_bytes()


def test_dispatch_with_json_prints_the_plan_and_nothing_else(run: Run, day: Path) -> None:
    ran = run("dispatch", day / "batch.json", "-o", "plan.json", "--json")
    assert ran.out == Path("plan.json").read_text(encoding="utf-8")


def test_dispatch_to_stdout(run: Run, day: Path) -> None:
    ran = run("dispatch", day / "batch.json", "-o", "-")
    assert (ran.code, ran.err) == (0, "")
    assert ran.out == (day / "plan.json").read_text(encoding="utf-8")


def test_limits_reach_the_solver(run: Run, day: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    told = _spy(monkeypatch)
    run("dispatch", day / "batch.json", "-o", "p", "--seconds", "1.5", "--work", "7", "--gap", "0.1", "--seed", "3")
    assert told == UNLIMITED | {"seconds": 1.5, "work": 7, "gap": 0.1, "seed": 3}
    run("dispatch", day / "batch.json", "-o", "p", "--memory", "2048", "--strategy", "search")
    assert told == UNLIMITED | {"memory": 2048, "strategy": "search"}


def test_dispatch_has_no_limit_unless_said(run: Run, day: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    told = _spy(monkeypatch)
    run("dispatch", day / "batch.json", "-o", "plan.json")
    assert told == UNLIMITED


def test_day_keeps_batch_and_plan_for_other_commands(run: Run, sheets: Path) -> None:
    ran = run("day", sheets, "--date", "2026-07-21", "-o", "result.xlsx", "--keep", "kept")
    assert ran.code == 0
    assert run("check", "kept/batch.json", "kept/plan.json").code == 0
    request = load_plan("kept/plan.json").unserved[0].request
    assert request in run("explain", "kept/batch.json", "kept/plan.json", "--request", request, "--lang", "zh").out
    args = ("redispatch", "kept/batch.json", "kept/plan.json", "result.xlsx", "--now", "2026-07-21T07:00:00+08:00")
    assert run(*args, "-o", "kept/plan2.json").code == 0
    wrong = run("day", sheets, "--date", "2026-07-21", "-o", "other.xlsx", "--keep", "result.xlsx", "--lang", "zh")
    assert (wrong.code, Path("other.xlsx").exists()) == (2, False)
    assert "result.xlsx 不是文件夹" in wrong.err


def test_day_works_for_a_minute_unless_said(run: Run, sheets: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    told = _spy(monkeypatch)
    run("day", sheets, "--date", "2026-07-21")
    assert (told["work"], told["seconds"]) == (60_000_000, None)
    run("day", sheets, "--date", "2026-07-21", "--seconds", "5")
    assert (told["work"], told["seconds"]) == (None, 5)
    run("day", sheets, "--date", "2026-07-21", "--memory", "2048", "--strategy", "quick")
    assert (told["memory"], told["strategy"]) == (2048, "quick")


def test_settings_come_from_the_environment(run: Run, day: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    told = _spy(monkeypatch)
    settings = {"SECONDS": "2", "WORK": "9", "GAP": "0.5", "SEED": "4", "MEMORY": "2048", "STRATEGY": "routes"}
    for name, value in settings.items():
        monkeypatch.setenv(f"MATCHER_{name}", value)
    run("dispatch", day / "batch.json", "-o", "plan.json", "--seed", "5")
    assert told == {"seconds": 2.0, "work": 9, "gap": 0.5, "seed": 5, "memory": 2048, "strategy": "routes"}


def test_check_accepts_the_plan(run: Run, day: Path) -> None:
    assert run("check", day / "batch.json", day / "plan.json") == (0, "The plan keeps every rule.\n", "")
    ran = run("check", day / "batch.json", day / "plan.json", "--json")
    assert ran.code == 0
    assert json.loads(ran.out)["valid"] is True


def test_check_names_the_rule_that_a_plan_breaks(run: Run, day: Path) -> None:
    plan = json.loads((day / "plan.json").read_text(encoding="utf-8"))
    visit = plan["visits"][0]
    Path("hand.json").write_text(
        json.dumps({k: plan[k] for k in ("schema", "batch")} | {"visits": [visit | {"volunteer": "v9"}]}),
        encoding="utf-8",
    )
    ran = run("check", day / "batch.json", "hand.json")
    assert ran.code == 3
    assert ran.out.startswith("The plan breaks rules in ")
    assert "[unknown]" in ran.out
    assert run("check", day / "batch.json", "hand.json", "--json").code == 3


def test_files_given_for_each_other_are_told(run: Run, day: Path) -> None:
    swapped = run("check", day / "plan.json", day / "batch.json", "--lang", "zh")
    assert swapped.code == 2
    assert "先写批次文件，再写方案文件。" in swapped.err
    workbook = run("export", day / "batch.json", "plan.xlsx", "-o", "map.html", "--lang", "zh")
    assert (workbook.code, "是表格，不是方案文件" in workbook.err) == (2, True)


def test_check_says_who_is_behind_an_id_made_of_a_phone(run: Run, day: Path) -> None:
    text = {name: (day / f"{name}.json").read_text(encoding="utf-8") for name in ("batch", "plan")}
    plan = json.loads(text["plan"])
    someone, hashed = plan["visits"][0]["volunteer"], hashed_id("v", "13912345678")
    plan["visits"][0]["start"] = "2026-07-21T03:00:00+08:00"
    Path("batch.json").write_text(text["batch"].replace(f'"{someone}"', f'"{hashed}"'), encoding="utf-8")
    Path("plan.json").write_text(json.dumps(plan).replace(f'"{someone}"', f'"{hashed}"'), encoding="utf-8")
    ran = run("check", "batch.json", "plan.json", "--lang", "zh")
    assert ran.code == 3
    assert re.search(rf"其中的志愿者：\n  {hashed}  志＊＊（.+示例村", ran.err)


def test_check_of_a_plan_for_another_batch(run: Run, day: Path) -> None:
    text = (day / "plan.json").read_text(encoding="utf-8").replace(BATCH.id, "elsewhere")
    Path("other.json").write_text(text, encoding="utf-8")
    ran = run("check", day / "batch.json", "other.json", "--json")
    assert ran.code == 3
    assert "batch" in [violation["code"] for violation in json.loads(ran.out)["violations"]]
    ran = run("export", day / "batch.json", "other.json", "-o", "plan.xlsx")
    assert ran.code == 2
    assert "/batch: the plan is of another batch (found: elsewhere)" in ran.err
    assert not Path("plan.xlsx").exists()


def test_contradictory_batch(run: Run) -> None:
    first = BATCH.requests[0]
    everybody = tuple(volunteer.id for volunteer in BATCH.volunteers)
    barred = first.model_copy(update={"mandatory": True, "excluded": everybody})
    Path("batch.json").write_text(
        to_json(BATCH.model_copy(update={"requests": (barred, *BATCH.requests[1:])})), encoding="utf-8"
    )
    ran = run("dispatch", "batch.json", "-o", "plan.json")
    assert ran.code == 4
    assert f"{first.id} {first.title}: mandatory" in ran.err
    assert ran.out == ""
    assert load_plan("plan.json").conflicts == ("/requests/0",)


def test_nothing_found_in_time(run: Run, day: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    nothing = Plan(schema="matcher.plan/1", batch=BATCH.id, visits=(), status="none", stop="time")
    monkeypatch.setattr("matcher.dispatching.dispatch", lambda batch, **limits: nothing)
    ran = run("dispatch", day / "batch.json", "-o", "plan.json")
    assert ran.code == 5
    assert "There is no plan to write." in ran.err
    assert not Path("plan.json").exists()


@pytest.mark.parametrize("name", ["plan.xlsx", "map.html", "plan.geojson", "calendars.zip", "c.ics", "tables.csv", "t"])
def test_export_by_ending(run: Run, day: Path, name: str) -> None:
    ran = run("export", day / "batch.json", day / "plan.json", "-o", name, "--json")
    assert (ran.code, json.loads(ran.out)) == (0, {"written": name})
    path = Path(name)
    if name == "plan.xlsx":
        assert "Unserved" in CalamineWorkbook.from_path(path).sheet_names
    elif name == "map.html":
        assert path.read_text(encoding="utf-8").startswith("<!")
    elif name == "plan.geojson":
        assert json.loads(path.read_text(encoding="utf-8"))["type"] == "FeatureCollection"
    elif name == "calendars.zip":
        assert {Path(file).suffix for file in zipfile.ZipFile(path).namelist()} == {".ics"}
    elif name == "c.ics":
        assert {file.suffix for file in path.iterdir()} == {".ics"}
    else:
        assert {file.name for file in path.iterdir()} == {"visits.csv", "unserved.csv", "summary.csv"}


def test_phones_are_masked_unless_asked_for(run: Run, day: Path) -> None:
    phone = next(v.phone for v in BATCH.volunteers if v.id == load_plan(day / "plan.json").visits[0].volunteer)
    assert phone
    run("export", day / "batch.json", day / "plan.json", "-o", "masked")
    run("export", day / "batch.json", day / "plan.json", "-o", "full", "--with-phones")
    assert phone not in Path("masked/visits.csv").read_text(encoding="utf-8")
    assert phone in Path("full/visits.csv").read_text(encoding="utf-8")


def test_export_into_a_folder_that_is_there(run: Run, day: Path) -> None:
    Path("tables.v2").mkdir()
    assert run("export", day / "batch.json", day / "plan.json", "-o", "tables.v2").code == 0
    assert Path("tables.v2/visits.csv").exists()


def test_schema(run: Run) -> None:
    both = json.loads(run("schema").out)
    assert set(both) == {"batch", "plan"}
    assert json.loads(run("schema", "plan").out) == both["plan"]


def test_template_import_and_day(run: Run) -> None:
    ran = run("template", "表格", "--lang", "zh")
    assert ran.err.startswith("已写入 ")
    sheets = next(Path("表格").iterdir())
    ran = run("import", sheets, "--date", "2026-07-21", "--days", "2", "-o", "batch.json", "--json")
    assert ran.code == 0
    batch = load_batch("batch.json")
    assert json.loads(ran.out)["volunteers"] == len(batch.volunteers) > 0
    assert batch.horizon.end.date().isoformat() == "2026-07-23"
    ran = run("day", sheets, "--date", "2026年7月21日", "-o", "派单结果.xlsx", "--lang", "zh")
    assert ran.code == 0
    assert ran.out.startswith("派单结果  2026-07-21")
    assert "未安排" in CalamineWorkbook.from_path("派单结果.xlsx").sheet_names


def test_day_beside_the_sheets_and_as_json(run: Run, sheets: Path) -> None:
    ran = run("day", sheets.name, "--date", "2026/7/21", "--json", "--lang", "zh")
    assert Plan.model_validate_json(ran.out).status == "optimal"
    assert ran.err.endswith("已写入 需求_派单结果.xlsx\n")
    assert Path("需求_派单结果.xlsx").exists()


def test_today_and_tomorrow(run: Run, sheets: Path) -> None:
    days = []
    for word in ("today", "tomorrow"):
        assert run("import", sheets, "--date", word, "-o", "batch.json").code == 0
        days.append(load_batch("batch.json").horizon.start)
    assert (days[1] - days[0]).days == 1


def test_demo(run: Run) -> None:
    ran = run("demo", "-o", "demo", "--volunteers", "60", "--requests", "10", "--seed", "1")
    assert ran.code == 0
    assert {path.name for path in Path("demo").iterdir()} == {
        "batch.json",
        "plan.json",
        "plan.xlsx",
        "plan.geojson",
        "map.html",
    }
    assert load_batch("demo/batch.json") == BATCH
    assert check(BATCH, load_plan("demo/plan.json")).valid


def test_doctor(run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    ran = run("doctor", "--lang", "zh")
    assert (ran.code, ran.out.count("[正常]"), ran.out.count("[有误]")) == (0, 7, 0)
    assert "首次运行需编译求解内核" in ran.err
    monkeypatch.setattr("matcher.cli.doctor.total_memory", lambda: 2**28)
    monkeypatch.setattr("matcher.cli.doctor._solver", lambda: (True, "tried before"))
    ran = run("doctor")
    assert ran.code == 1
    assert "[FAIL] memory: 0.2 GB" in ran.out


def test_doctor_names_the_service_s_libraries_and_finds_no_fault_in_their_absence(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    ok, found = doctor._service()
    assert ok
    assert re.search(r"fastapi \d.*sqlalchemy \d.*SQLite 3\.\d+\.\d+ \((py)?sqlite3\)", found)
    monkeypatch.setattr(doctor, "SERVICE", ("fastapi", "no-such-library"))
    ok, found = doctor._service()
    assert ok
    assert "no-such-library" in found
    assert "volunteer-matcher[service]" in found


def test_version(run: Run) -> None:
    assert run("--version") == (0, f"matcher {matcher.__version__}\n", "")


def _spy(monkeypatch: pytest.MonkeyPatch) -> dict[str, Any]:
    """The limits that the next dispatch is given."""
    told: dict[str, Any] = {}

    def dispatch(batch: Any, *, on_progress: Any, cancel: Any, **limits: Any) -> Plan:
        told.update(limits)
        return Plan(schema="matcher.plan/1", batch=batch.id, visits=(), status="none", stop="work")

    monkeypatch.setattr("matcher.dispatching.dispatch", dispatch)
    return told
