"""The command whatif: scenarios planned and told beside the batch as it is."""

from collections.abc import Sequence
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from matcher.cli import streams
from matcher.cli.language import current, say
from matcher.cli.options import Lang, number, whole
from matcher.cli.whatif_found import Asked, bar, look
from matcher.cli.whatif_told import lines, listed, of_findings

if TYPE_CHECKING:
    from matcher.batch import Batch
    from scenarios.cases import Swept
    from scenarios.findings import Findings
    from scenarios.running import Ran

TOWN = (1000, 300)
"""Volunteers and requests of the made-up day that is changed where no batch is named."""


def whatif(
    scenario: Annotated[
        list[str] | None,
        typer.Argument(
            help=say("现成情景的名字，或情景文件；不写则列出现成的", "ready scenarios or files; none: lists those")
        ),
    ] = None,
    base: Annotated[
        list[Path] | None,
        typer.Option(
            "--base",
            help=say(
                "批次，可写几个（如一周各天），数字取合计；不写则用一个演示日",
                "batch; several are a series, as the days of a week, and added up; by default a made-up day",
            ),
        ),
    ] = None,
    samples: Annotated[
        int,
        typer.Option(
            "--samples", parser=whole(1, 100_000), help=say("随机改动抽几次", "how often what is random is drawn")
        ),
    ] = 1,
    sweep: Annotated[
        list[str] | None,
        typer.Option("--sweep", help=say("参数依次取这些值：名=值,值", "parameter takes these: name=a,b,c")),
    ] = None,
    set: Annotated[
        list[str] | None, typer.Option("--set", help=say("参数取这个值：名=值", "parameter takes this: name=a"))
    ] = None,
    seconds: Annotated[
        float, typer.Option("--seconds", parser=number, help=say("每个方案最多几秒", "seconds for each plan at most"))
    ] = 60,
    work: Annotated[
        int | None,
        typer.Option("--work", parser=whole(0), help=say("每个方案最多几单位工作量", "units of work for each plan")),
    ] = None,
    gap: Annotated[
        float,
        typer.Option("--gap", parser=number, help=say("离最优多近就停", "stop so near the best, 0 to prove it")),
    ] = 0.001,
    jobs: Annotated[
        int | None, typer.Option("--jobs", parser=whole(1, 1000), help=say("同时算几个", "plans at a time"))
    ] = None,
    scheduler: Annotated[
        str | None,
        typer.Option("--scheduler", help=say("在 Dask 集群上算：调度器地址", "address of a Dask cluster's scheduler")),
    ] = None,
    keep: Annotated[
        Path, typer.Option("--keep", help=say("结果存放的文件夹，再运行时不重算", "folder of results, not made again"))
    ] = Path("whatif"),
    worth: Annotated[
        bool,
        typer.Option(
            "--worth",
            help=say(
                "再多一名志愿者值多少：按技能、镇、时段", "what one volunteer more is worth: skill × town × part of day"
            ),
        ),
    ] = False,
    next: Annotated[
        int,
        typer.Option(
            "--next",
            parser=whole(0, 1000),
            help=say("接下来这么多名志愿者，各放在哪里最有用", "where so many further volunteers are of most use"),
        ),
    ] = 0,
    fairness: Annotated[
        bool,
        typer.Option(
            "--fairness",
            help=say(
                "公平的代价：照顾满足少的村、任务均摊，各要付出多少",
                "what it costs to be fair to villages and to volunteers",
            ),
        ),
    ] = False,
    out: Annotated[
        list[Path] | None,
        typer.Option("-o", "--out", help=say("报告：.html、.xlsx 或 .png，可写几个", "report: .html, .xlsx or .png")),
    ] = None,
    json: Annotated[bool, typer.Option("--json", help=say("以 JSON 输出", "print JSON"))] = False,
    lang: Lang = None,
) -> None:
    """Plans scenarios and compares them with the batch as it is."""
    if not (scenario or worth or next or fairness):
        streams.result("\n".join(listed()))
        return
    from matcher.reading import to_json
    from scenarios.cases import cases_of
    from scenarios.cluster import run_on
    from scenarios.comparing import compared
    from scenarios.running import cores, run
    from scenarios.series import run_series
    from scenarios.store import Limits, Store

    reports = out or []
    _check(reports, bool(scenario), *(base or []))
    cases = cases_of(scenario or [], [_swept(text) for text in sweep or []], dict(map(_setting, set or [])), samples)
    bases = _bases(base or [])
    limits = Limits(seconds=seconds, work=work, gap=gap)
    with streams.only_results():
        with bar(len(cases) * len(bases), say("求解", "planning")) as told_of:
            if scheduler is None:
                plans = partial(
                    run,
                    limits=limits,
                    folder=keep,
                    jobs=min(jobs or cores(), len(cases)),
                    tell=lambda ran: told_of(ran.case.name),
                )
            else:
                plans = partial(run_on, scheduler, limits=limits, folder=keep, tell=lambda ran: told_of(ran.case.name))
            ran = run_series(bases, cases, plans)
        found = look(bases[0], ran[0], Store(keep), limits, Asked(worth, next, fairness))
    _write(reports, bases[0], ran, found)
    told = compared(bases[0].id, ran, found)
    if json:
        streams.json(to_json(told))
    else:
        parts = (lines(told), *of_findings(bases[0], found))
        streams.result("\n\n".join(text for part in parts if (text := "\n".join(part).rstrip())))


def _check(reports: Sequence[Path], compares: bool, *sources: Path) -> None:
    """Raises MatcherError now if a report could not be made in the end; compares: whether there is a scenario."""
    from matcher.errors import MatcherError
    from scenarios.report import require_known

    for path in reports:
        if path.suffix.lower() == ".png" and not compares:
            raise MatcherError(f"{path}：图片画的是情景，请写一个", f"{path}: a picture shows scenarios: name one")
        require_known(path.name)
        streams.check_target(path, *sources)


def _write(reports: Sequence[Path], batch: "Batch", ran: Sequence["Ran"], found: "Findings") -> None:
    from matcher.files import write_bytes
    from scenarios.report import made, report

    told = report(batch, ran, current(), found)
    for path in reports:
        write_bytes(path, made(path.name, told))
        streams.written(path)


def _bases(paths: Sequence[Path]) -> list["Batch"]:
    from matcher.demo import county_day
    from matcher.reading import load_batch

    return [load_batch(path) for path in paths] or [county_day(*TOWN)]


def _swept(text: str) -> "Swept":
    from scenarios.cases import Swept

    name, values = _split(text, "--sweep")
    return Swept(name=name, values=tuple(_value(each) for each in values.split(",")))


def _setting(text: str) -> tuple[str, Any]:
    name, value = _split(text, "--set")
    return name, _value(value)


def _split(text: str, option: str) -> tuple[str, str]:
    name, sign, value = text.partition("=")
    if not sign or not name or not value:
        raise typer.BadParameter(say(f"{text}，应为 名=值", f"{text!r}, expected name=value"), param_hint=option)
    return name, value


def _value(text: str) -> Any:
    """A number, true or false, a list of names between plus signs, else the text."""
    if "+" in text:
        return [_value(part) for part in text.split("+") if part]
    if text in ("true", "false"):
        return text == "true"
    for kind in (int, float):
        try:
            return kind(text)
        except ValueError:
            continue
    return text
