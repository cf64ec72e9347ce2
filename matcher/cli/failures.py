"""What a failure means to the user: its words and its exit code. No traceback, unless MATCHER_DEBUG asks for it."""

import json
import os
import sys
import traceback
from collections.abc import Callable
from dataclasses import asdict, replace
from pathlib import Path
from typing import Any

import typer

from matcher.cli import streams
from matcher.cli.language import current, say
from matcher.errors import InputError, MatcherError, OutOfMemoryError, Problem

DONE, INTERNAL, BAD_INPUT, VIOLATION, INFEASIBLE, NOTHING_FOUND, INTERRUPTED = 0, 1, 2, 3, 4, 5, 130
SHOWN = 20
"""Most lines of a list of problems on a screen."""
PLACES = 3
"""Most places named in one line."""
USAGE_ZH = {
    "No such command": "没有命令",
    ". Did you mean": "，是不是",
    "Value error, ": "",
    " is not one of ": "，应为其中之一：",
    "Got unexpected extra argument(s)": "多出参数",
}
"""Chinese for what typer says of a command line."""


class InternalError(Exception):
    """A fault of the program that it noticed itself."""


def report(error: BaseException, *, as_json: bool) -> int:
    """Prints what went wrong, on standard error and with `as_json` also on standard output; returns the exit code."""
    if os.environ.get("MATCHER_DEBUG") == "1":
        traceback.print_exception(error)
    if isinstance(error, BrokenPipeError):
        sys.stdout = open(os.devnull, "w", encoding="utf-8")  # noqa: SIM115  flushed once more at exit
        return INTERNAL
    code, zh, en = _judged(error)
    problems = error.problems if isinstance(error, InputError) else []
    both = code == INTERNAL
    streams.tell(f"{zh} / {en}" if both else say(zh, en))
    show_list(*_grouped(problems))
    for note in getattr(error, "__notes__", []):
        streams.tell(note)
    if as_json:
        streams.json(as_json_text(code, zh, en, problems))
    return code


def show_list(lines: list[str], counts: list[int] | None = None, put: Callable[[str], None] = streams.tell) -> None:
    """Prints the first lines with `put`, and how many more there are; counts: how many things each line stands for."""
    for line in lines[:SHOWN]:
        put(f"  {line}")
    more = sum((counts or [1] * len(lines))[SHOWN:])
    if more:
        put(say(f"  ……另有 {more} 处未列出；加 --json 可看全部", f"  ... and {more} more; --json lists all"))


def _grouped(problems: list[Problem]) -> tuple[list[str], list[int]]:
    """A line for all problems that differ in their place only, and how many those are."""
    groups: dict[Problem, list[str]] = {}
    for problem in problems:
        groups.setdefault(replace(problem, where=""), []).append(problem.where)
    lines = []
    for problem, places in groups.items():
        where = say("、", ", ").join(places[:PLACES])
        more = say(f" 等 {len(places)} 处", f" and {len(places) - PLACES} more") if len(places) > PLACES else ""
        lines.append(replace(problem, where=where + more).text(current()))
    return lines, [len(places) for places in groups.values()]


def as_json_text(code: int, zh: str, en: str, problems: list[Problem]) -> str:
    """A failure as JSON: exit code, words, and every problem."""
    told = {"exit_code": code, "zh": zh, "en": en, "problems": [asdict(problem) for problem in problems]}
    return json.dumps({"error": told}, ensure_ascii=False, indent=1) + "\n"


def _judged(error: BaseException) -> tuple[int, str, str]:
    """Exit code, Chinese and English words."""
    if isinstance(error, MatcherError):
        return NOTHING_FOUND if isinstance(error, OutOfMemoryError) else BAD_INPUT, error.zh, error.en
    if isinstance(error, typer.TyperException):
        return BAD_INPUT, *_usage(error)
    if not isinstance(error, Exception):
        return INTERRUPTED, "已中断，没有保留结果。", "Interrupted; no result was kept."
    if isinstance(error, MemoryError):
        return (
            NOTHING_FOUND,
            "内存不足：系统不再给内存，没有得到结果。可以关闭其他程序；或一次少算几天、几个镇；"
            "或用 --memory 设上限，快到时停止并保留目前最好的安排。",
            "out of memory: the system gives no more, and there is no result. What helps: close other programs, fewer "
            "days or towns at a time, or --memory, which stops in time and keeps the best plan so far.",
        )
    where = str(error) if isinstance(error, InternalError) else f"{type(error).__name__}{_place(error)}"
    return (
        INTERNAL,
        f"程序内部错误（{where}），没有输出结果；请把本行和 matcher doctor 的输出报告给项目维护人员（issue）。",
        "internal error, no result was written; please report this line with the output of `matcher doctor` "
        "as an issue of the project (MATCHER_DEBUG=1 shows details).",
    )


def _place(error: BaseException) -> str:
    """File and line where an error arose; its message is not shown, it could hold personal data."""
    frames = traceback.extract_tb(error.__traceback__)
    return f" {Path(frames[-1].filename).name}:{frames[-1].lineno}" if frames else ""


def _usage(error: typer.TyperException) -> tuple[str, str]:
    """Words for a command line that is not understood."""
    context: Any = getattr(error, "ctx", None)
    path = context.command_path if context else "matcher"
    zh, en = _usage_zh(error), error.format_message()
    return f"命令有误：{zh}\n用法和例子：{path} --help", f"{en}\nUsage and examples: {path} --help"


def _usage_zh(error: Any) -> str:
    kind = type(error).__name__
    param = getattr(error, "param", None)
    name = " / ".join(param.opts) if param and param.opts[0].startswith("-") else getattr(param, "display_name_raw", "")
    name = name or getattr(error, "param_hint", None) or ""
    if kind == "NoSuchOption":
        near = f"，是不是 {'、'.join(error.possibilities)}？" if error.possibilities else ""
        return f"没有选项 {error.option_name}{near}"
    if kind == "MissingParameter":
        return f"缺少 {name}"
    if kind == "BadOptionUsage":
        return f"{error.option_name} 后面缺少值"
    words = f"{name} 的值不对：{error.message}" if kind == "BadParameter" else str(error.format_message())
    for en, zh in USAGE_ZH.items():
        words = words.replace(en, zh)
    return words
