"""Options that several commands share, with their help in the language in force."""

import math
import re
from collections.abc import Callable
from datetime import date, timedelta
from pathlib import Path
from typing import Annotated, Literal

import typer

from matcher.cli.language import say
from matcher.strategies import STRATEGIES, Strategy


def number(text: str) -> float:
    """A number of at least 0; not NaN."""
    try:
        value = float(text)
    except ValueError:
        value = math.nan
    if not value >= 0:
        raise typer.BadParameter(say(f"{text}，应为不小于 0 的数", f"{text!r}, expected a number of at least 0"))
    return value


def share(text: str) -> float:
    """A number above 0, up to 1; also as in 95%."""
    try:
        value = float(text.removesuffix("%")) / (100 if text.endswith("%") else 1)
    except ValueError:
        value = math.nan
    if not 0 < value <= 1:
        raise typer.BadParameter(
            say(f"{text}，应为 0 到 1 之间的数", f"{text!r}, expected a number above 0, at most 1")
        )
    return value


def whole(least: int, most: int | None = None) -> Callable[[str | int], int]:
    """Reads a whole number in a range; also called with the default."""
    words = (
        (f" {least} 至 {most} 的整数", f"a whole number from {least} to {most}")
        if most
        else (f"不小于 {least} 的整数", f"a whole number of at least {least}")
    )

    def read(text: str | int) -> int:
        if not str(text).isdecimal() or not least <= int(text) <= (most or int(text)):
            raise typer.BadParameter(say(f"{text}，应为{words[0]}", f"{text!r}, expected {words[1]}"))
        return int(text)

    return read


def _day(text: str) -> date:
    """A date as 2026-07-21, 20260721, 2026/7/21, 2026年7月21日, today or tomorrow."""
    words = {"今天": 0, "today": 0, "明天": 1, "tomorrow": 1}
    if text in words:
        return date.today() + timedelta(days=words[text])
    found = re.fullmatch(r"(\d{4})(\d\d)(\d\d)|(\d{4})[-/.年](\d{1,2})[-/.月](\d{1,2})日?", text)
    try:
        if found:
            year, month, day = (int(part) for part in found.groups() if part)
            return date(year, month, day)
    except ValueError:
        pass
    raise typer.BadParameter(say(f"{text}，应为日期，如 2026-07-21", f"{text!r}, expected a date such as 2026-07-21"))


Lang = Annotated[
    Literal["zh", "en"] | None,
    typer.Option(
        "--lang",
        envvar="MATCHER_LANG",
        help=say("语言：zh 中文，en 英文；不写则按系统语言", "Language; by default the system's"),
    ),
]
"""Read from the command line before the commands are built; stands here for help, completion and checking."""

Json = Annotated[
    bool,
    typer.Option("--json", help=say("在标准输出打印 JSON（出错时含全部问题）", "Print JSON on standard output")),
]
Seconds = Annotated[
    float | None,
    typer.Option(
        "--seconds",
        parser=number,
        metavar=say("<秒>", "<seconds>"),
        envvar="MATCHER_SECONDS",
        help=say("最多计算多少秒", "Most seconds of solving"),
    ),
]
Work = Annotated[
    int | None,
    typer.Option(
        "--work",
        parser=whole(0),
        metavar=say("<单位>", "<units>"),
        envvar="MATCHER_WORK",
        help=say(
            "最多计算多少单位（一单位约一微秒）；相同输入得到完全相同的结果",
            "Most units of work (about a microsecond each); the same input gives the same bytes",
        ),
    ),
]
Gap = Annotated[
    float,
    typer.Option(
        "--gap",
        parser=number,
        metavar=say("<比例>", "<share>"),
        envvar="MATCHER_GAP",
        help=say("与最好结果相差不超过多少就停，如 0.01；0 为证明最好", "Stop within this share of the best; 0 proves"),
    ),
]
MemoryCap = Annotated[
    int | None,
    typer.Option(
        "--memory",
        parser=whole(1),
        metavar="<MB>",
        envvar="MATCHER_MEMORY",
        help=say(
            "最多用多少 MB 内存；快到时停止，保留目前最好的安排",
            "Most memory in MB; a search that comes near it stops and keeps the best plan so far",
        ),
    ),
]
Way = Annotated[
    Strategy,
    typer.Option(
        "--strategy",
        envvar="MATCHER_STRATEGY",
        help=say("求解策略。", "How to solve. ")
        + say("；", "; ").join(f"{name}{say('：', ': ')}{say(*words)}" for name, words in STRATEGIES.items()),
    ),
]
Seed = Annotated[
    int,
    typer.Option(
        "--seed",
        parser=whole(0),
        metavar=say("<整数>", "<int>"),
        envvar="MATCHER_SEED",
        help=say("随机种子", "Seed of the search"),
    ),
]
Day = Annotated[
    date,
    typer.Option(
        "--date",
        parser=_day,
        metavar=say("<日期>", "<date>"),
        help=say("派单日期：2026-07-21，也可写 今天、明天", "First day: 2026-07-21, today or tomorrow"),
    ),
]
Days = Annotated[
    int,
    typer.Option(
        "--days",
        parser=whole(1, 366),
        metavar=say("<天数>", "<days>"),
        help=say("从该日起共几天", "Number of days from it on"),
    ),
]
WithPhones = Annotated[
    bool,
    typer.Option("--with-phones", help=say("显示完整电话和地址（默认隐去一部分）", "Phones and addresses in full")),
]
BatchFile = Annotated[
    Path, typer.Argument(metavar="BATCH", help=say("批次文件（JSON），- 为标准输入", "Batch (JSON), - for stdin"))
]
PlanFile = Annotated[
    Path, typer.Argument(metavar="PLAN", help=say("方案文件（JSON），- 为标准输入", "Plan (JSON), - for stdin"))
]
Sheets = Annotated[
    Path,
    typer.Argument(
        metavar="SHEETS",
        help=say("表格：.xlsx、.xls、.csv，或放着 CSV 的文件夹", "Workbook (.xlsx, .xls), .csv, or a folder of CSVs"),
    ),
]
