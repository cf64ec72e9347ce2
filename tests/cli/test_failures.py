"""Whatever goes wrong is said in words, with the right exit code, and leaves no file behind."""

import io
import json
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any, NoReturn

import openpyxl  # type: ignore[import-untyped]
import pytest

from matcher.errors import MatcherError, OutOfMemoryError
from tests.cli.conftest import Ran

Run = Callable[..., Ran]


@pytest.mark.parametrize(
    ("args", "zh", "en"),
    [
        (["dispatch", "none.json", "-o", "p"], "找不到这个文件 [no_file]", "none.json: "),
        (["dispatch", "broken.json", "-o", "p"], "[bad_json]", "[bad_json]"),
        (["dispatch", "folder", "-o", "p"], "请用 matcher day", "use matcher day"),
        (["check", "broken.json", "folder.json"], "[bad_json]", "[bad_json]"),
        (["check", "-", "-"], "只能用一次", "only one"),
        (["dispatch", "broken.json", "-o", "broken.json"], "是输入文件", "is the input"),
        (["dispatch", "broken.json", "-o", "folder"], "这是文件夹", "it is a folder"),
        (["dispatch", "broken.json", "-o", "nowhere/p"], "文件夹不存在", "the folder does not exist"),
        (["export", "broken.json", "broken.json", "-o", "p.pdf"], "不认识结尾 .pdf", "Unknown ending .pdf"),
        (["day", "none.xlsx", "--date", "2026-07-21"], "文件不存在", "there is no such file"),
        (["day", "broken.json", "--date", "2026-07-21"], "请用 matcher dispatch", "use matcher dispatch"),
        (["day", "folder", "--date", "2026-07-21"], "没有 CSV 文件", "no CSV file"),
        (["day", "none.xlsx", "--date", "2026-07-21", "-o", "p.txt"], "应以 .xlsx 结尾", "must end in .xlsx"),
        (["day", "none.xlsx", "--date", "7.21"], "--date 的值不对：7.21，应为日期", "expected a date"),
        (["day", "none.xlsx", "--date", "2026-02-30"], "应为日期", "expected a date"),
        (["day", "none.xlsx"], "缺少 --date", "--date"),
        (["day", "none.xlsx", "--date"], "--date", "--date"),
        (["day", "none.xlsx", "--date", "20260721", "--days", "0"], "应为 1 至 366 的整数", "from 1 to 366"),
        (["check", "broken.json"], "缺少 PLAN", "PLAN"),
        (["day"], "缺少 SHEETS", "SHEETS"),
        (["dispatch", "broken.json", "-o", "p", "--seconds", "nan"], "应为不小于 0 的数", "at least 0"),
        (["dispatch", "broken.json", "-o", "p", "--work", "1.5"], "应为不小于 0 的整数", "a whole number"),
        (["dispatch", "broken.json", "-o", "p", "--memory", "0"], "应为不小于 1 的整数", "at least 1"),
        (
            ["dispatch", "broken.json", "-o", "p", "--strategy", "fast"],
            "--strategy 的值不对：'fast'，应为其中之一：'auto', 'routes', 'search', 'quick'",
            "'fast' is not one of 'auto', 'routes', 'search', 'quick'",
        ),
        (["dispatch", "broken.json", "-o", "p", "--secnds", "1"], "没有选项 --secnds，是不是 --seconds", "--seconds"),
        (["dispach"], "没有命令 'dispach'，是不是 'dispatch'", "No such command"),
        (["schema", "batch", "plan"], "多出参数", "unexpected extra argument"),
        (["template", "broken.json"], "无法建立文件夹", "cannot be made"),
        (["demo", "-o", "broken.json"], "无法建立文件夹", "Cannot make the folder"),
    ],
)
def test_bad_input(run: Run, args: list[str], zh: str, en: str) -> None:
    Path("broken.json").write_text('{"schema": ', encoding="utf-8")
    Path("folder").mkdir()
    before = sorted(Path().rglob("*"))
    for lang, words in (("zh", zh), ("en", en)):
        ran = run(*args, "--lang", lang)
        assert (ran.code, ran.out) == (2, "")
        assert words in ran.err
        assert "Traceback" not in ran.err
    assert sorted(Path().rglob("*")) == before


def test_unknown_language(run: Run) -> None:
    ran = run("schema", "--lang", "fr")
    assert ran.code == 2
    assert "'fr'" in ran.err


def test_problems_are_grouped_shortened_and_complete_in_json(run: Run, day: Path) -> None:
    batch = json.loads((day / "batch.json").read_text(encoding="utf-8"))
    for number, volunteer in enumerate(batch["volunteers"]):
        volunteer["site"] = "nowhere"
        volunteer["teams"] = [f"team {number}"]
    Path("batch.json").write_text(json.dumps(batch), encoding="utf-8")
    ran = run("dispatch", "batch.json", "-o", "plan.json", "--json")
    problems = json.loads(ran.out)["error"]["problems"]
    assert (ran.code, len(problems)) == (2, 120)
    assert set(problems[0]) == {"code", "where", "value", "zh", "en"}
    lines = ran.err.splitlines()
    assert lines[0] == "Problems in the batch: 120"
    assert lines[1].startswith("  /volunteers/0/site, /volunteers/1/site, /volunteers/2/site and 57 more: ")
    assert len(lines) == 1 + 20 + 1
    assert lines[-1] == "  ... and 41 more; --json lists all"


@pytest.fixture
def bad_sheets(sheets: Path) -> Path:
    book = openpyxl.load_workbook(sheets)
    header = [cell.value for cell in book["需求"][1]]
    book["需求"].cell(2, header.index("服务项目") + 1).value = "没有的项目"
    book.save(sheets)
    return sheets


def test_sheets_come_back_with_what_is_wrong(run: Run, bad_sheets: Path) -> None:
    ran = run("import", bad_sheets, "--date", "2026-07-21", "-o", "batch.json", "--lang", "zh")
    assert (ran.code, "需求!B2（服务项目）" in ran.err, "加 --errors" in ran.err) == (2, True, True)
    args = ("--date", "2026-07-21", "-o", "batch.json", "--errors", "错误.xlsx", "--lang", "zh")
    ran = run("import", bad_sheets, *args)
    assert (ran.code, "错误已写在每行旁边：错误.xlsx" in ran.err) == (2, True)
    assert _holds_errors("错误.xlsx")
    assert not Path("batch.json").exists()


def test_day_writes_the_errors_beside_its_output(run: Run, bad_sheets: Path) -> None:
    Path("结果").mkdir()
    ran = run("day", bad_sheets, "--date", "2026-07-21", "-o", "结果/派单.xlsx", "--lang", "zh")
    assert ran.code == 2
    assert "需求_错误说明.xlsx" in ran.err
    assert [path.name for path in Path("结果").iterdir()] == ["需求_错误说明.xlsx"]
    assert _holds_errors("结果/需求_错误说明.xlsx")


def _holds_errors(path: str) -> bool:
    rows = openpyxl.load_workbook(path)["需求"].values
    return any(isinstance(cell, str) and "没有这个项目" in cell for row in rows for cell in row)


@pytest.mark.parametrize(
    "args",
    [
        ["dispatch", "{day}/batch.json", "-o", "old.xlsx"],
        ["export", "{day}/batch.json", "{day}/plan.json", "-o", "old.xlsx"],
        ["day", "{sheets}", "--date", "2026-07-21", "-o", "old.xlsx"],
    ],
)
def test_file_open_in_excel(
    run: Run, day: Path, sheets: Path, monkeypatch: pytest.MonkeyPatch, args: list[str]
) -> None:
    def locked(*paths: Any) -> NoReturn:
        raise PermissionError(13, "locked")

    monkeypatch.setattr("os.replace", locked)
    Path("old.xlsx").write_bytes(b"old")
    before = sorted(Path().iterdir())
    ran = run(*[arg.format(day=day, sheets=sheets) for arg in args], "--lang", "zh")
    assert ran.code == 2
    assert "文件正被 Excel/WPS 打开，请关闭后重试：old.xlsx" in ran.err
    assert Path("old.xlsx").read_bytes() == b"old"
    assert sorted(Path().iterdir()) == before


def test_unwritable_folder_is_found_before_the_solve(run: Run, day: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def solved(*args: Any, **limits: Any) -> NoReturn:
        pytest.fail("solved before looking at the output")

    def refused(*args: Any, **options: Any) -> NoReturn:
        raise PermissionError(13, "Permission denied")

    monkeypatch.setattr("matcher.dispatching.dispatch", solved)
    monkeypatch.setattr("tempfile.TemporaryFile", refused)
    ran = run("dispatch", day / "batch.json", "-o", "plan.json")
    assert (ran.code, ran.err) == (2, "Cannot write plan.json: permission denied\n")


def test_internal_error_is_one_line_without_data(run: Run, day: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(*args: Any, **limits: Any) -> NoReturn:
        raise KeyError("13912345678")

    monkeypatch.setattr("matcher.dispatching.dispatch", fail)
    ran = run("dispatch", day / "batch.json", "-o", "plan.json")
    assert (ran.code, ran.out, ran.err.count("\n")) == (1, "", 1)
    assert ran.err.startswith("程序内部错误（KeyError test_failures.py:")
    assert "internal error" in ran.err
    assert "139" not in ran.err
    monkeypatch.setenv("MATCHER_DEBUG", "1")
    assert "Traceback" in run("dispatch", day / "batch.json", "-o", "plan.json").err
    assert not Path("plan.json").exists()


def test_plan_that_the_checker_refuses_is_internal(run: Run, day: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(*args: Any, **limits: Any) -> NoReturn:
        raise MatcherError("未通过独立校验", "did not pass the independent check")

    monkeypatch.setattr("matcher.dispatching.dispatch", refuse)
    ran = run("dispatch", day / "batch.json", "-o", "plan.json", "--json")
    assert (ran.code, json.loads(ran.out)["error"]["exit_code"]) == (1, 1)
    assert "did not pass the independent check" in ran.err


@pytest.mark.parametrize(
    ("error", "zh", "en"),
    [
        (MemoryError(), "内存不足：系统不再给内存", "out of memory: the system gives no more"),
        (OutOfMemoryError("内存不足：上限", "out of memory: cap", 900, 950), "内存不足：上限", "out of memory: cap"),
    ],
)
def test_out_of_memory(
    run: Run, day: Path, monkeypatch: pytest.MonkeyPatch, error: Exception, zh: str, en: str
) -> None:
    def exhausted(*args: Any, **limits: Any) -> NoReturn:
        raise error

    monkeypatch.setattr("matcher.dispatching.dispatch", exhausted)
    for lang, words in (("zh", zh), ("en", en)):
        ran = run("dispatch", day / "batch.json", "-o", "plan.json", "--json", "--lang", lang)
        assert (ran.code, json.loads(ran.out)["error"]["exit_code"]) == (5, 5)
        assert ran.err.startswith(words)
        assert ran.err.count("\n") == 1
    assert not Path("plan.json").exists()


def test_empty_stdin(run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO()))
    ran = run("dispatch", "-", "-o", "plan.json")
    assert (ran.code, "[empty_file]" in ran.err) == (2, True)
