"""The command whatif: scenarios planned and told beside the batch as it is."""

import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from matcher.cli import streams
from matcher.cli.language import current, say
from matcher.cli.options import Lang, number, whole

if TYPE_CHECKING:
    from matcher.batch import Batch
    from scenarios.cases import Case, Swept
    from scenarios.comparing import Comparison, Figure, Row
    from scenarios.running import OnRan, Ran
    from scenarios.store import Limits, Store
    from scenarios.worth import Cell

TOWN = (1000, 300)
"""Volunteers and requests of the made-up day that is changed where no batch is named."""
MOST_TOLD = 10
"""Lines about one volunteer more."""
WORDS = {
    "people": ("派出", "sent", " 人", " people"),
    "filled": ("满足名额", "places filled", "", ""),
    "travel": ("路程", "on the way", " 分钟", " min"),
    "escalation": ("跨级", "tiers crossed", "", ""),
    "highest_load": ("一人最多", "most of one person", " 次", " visits"),
    "village_share": ("满足最少的村", "village served least", "", ""),
}
"""What figures are called before the number, and what stands behind it."""


def whatif(
    scenario: Annotated[
        list[str] | None,
        typer.Argument(
            help=say("现成情景的名字，或情景文件；不写则列出现成的", "ready scenarios or files; none: lists those")
        ),
    ] = None,
    base: Annotated[
        Path | None, typer.Option("--base", help=say("批次；不写则用一个演示日", "batch; by default a made-up day"))
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
    out: Annotated[
        list[Path] | None,
        typer.Option("-o", "--out", help=say("报告：.html、.xlsx 或 .png，可写几个", "report: .html, .xlsx or .png")),
    ] = None,
    json: Annotated[bool, typer.Option("--json", help=say("以 JSON 输出", "print JSON"))] = False,
    lang: Lang = None,
) -> None:
    """Plans scenarios and compares them with the batch as it is."""
    if not scenario and not worth:
        streams.result("\n".join(_listed()))
        return
    from matcher.reading import to_json
    from scenarios.cases import cases_of
    from scenarios.cluster import run_on
    from scenarios.comparing import compared
    from scenarios.running import cores, run
    from scenarios.store import Limits, Store

    reports = out or []
    _check(reports, *filter(None, [base]))
    cases = cases_of(scenario or [], [_swept(text) for text in sweep or []], dict(map(_setting, set or [])), samples)
    batch = _base(base)
    limits = Limits(seconds=seconds, work=work, gap=gap)
    with streams.only_results(), _watched(cases) as tell:
        if scheduler is None:
            ran = run(batch, cases, limits, keep, min(jobs or cores(), len(cases)), tell)
        else:
            ran = run_on(scheduler, batch, cases, limits, keep, tell)
        found = _worth(batch, ran[0], Store(keep), limits) if worth else ()
    _write(reports, batch, ran, found)
    told = compared(batch.id, ran, found)
    if json:
        streams.json(to_json(told))
    else:
        streams.result("\n".join([*_lines(told), *_of_one_more(batch, found)]).rstrip())


def _check(reports: Sequence[Path], *sources: Path) -> None:
    """Raises MatcherError now if a report could not be made in the end."""
    from scenarios.report import require_known

    for path in reports:
        require_known(path.name)
        streams.check_target(path, *sources)


def _worth(batch: "Batch", base: "Ran", store: "Store", limits: "Limits") -> tuple["Cell", ...]:
    """What one volunteer more adds to the baseline."""
    from scenarios.worth import cells, confirmed

    plan = base.result.plan
    return confirmed(batch, plan, cells(batch, plan), store.past(base.key), limits)


def _of_one_more(batch: "Batch", found: Sequence["Cell"]) -> Iterator[str]:
    """The volunteers thought of that are worth most."""
    from scenarios.report.words import Words
    from scenarios.report.worth import PART_WORDS, first_tier, range_of, tier_called

    if not found:
        return
    yield say("再多一名志愿者，最有用的：", "One volunteer more, where it helps most:")
    names = {each.id: each.name or each.id for each in (*batch.sites, *batch.skills)}
    words = Words(current())
    for cell in found[:MOST_TOLD]:
        tier = first_tier(cell)
        if tier is None:
            yield say("  其余的不会更好", "  others make it no better")
            break
        goal = tier_called(words, batch.policy.tiers[tier])
        who = f"{names[cell.skill]} · {names[cell.town]} · {say(*PART_WORDS[cell.part])}"
        sure = say("（已重解）", " (solved again)") if cell.solved is not None else ""
        yield f"  {who}{say('：', ': ')}{goal} {range_of(cell, tier)}{sure}"


def _write(reports: Sequence[Path], batch: "Batch", ran: Sequence["Ran"], worth: Sequence["Cell"]) -> None:
    from matcher.files import write_bytes
    from scenarios.report import made, report

    told = report(batch, ran, current(), worth)
    for path in reports:
        write_bytes(path, made(path.name, told))
        streams.written(path)


def _base(path: Path | None) -> "Batch":
    from matcher.demo import county_day
    from matcher.reading import load_batch

    return county_day(*TOWN) if path is None else load_batch(path)


def _listed() -> Iterator[str]:
    """The ready scenarios, with what can be set."""
    from scenarios import load_scenario, ready
    from scenarios.cases import written

    for name in ready():
        given = load_scenario(name)
        yield f"{name}  {say(given.zh, given.en)}"
        if given.parameters:
            yield "    " + "  ".join(f"{key}={written(value)}" for key, value in given.parameters.items())


def _swept(text: str) -> "Swept":
    from scenarios.cases import Swept

    name, values = _split(text)
    return Swept(name=name, values=tuple(_value(each) for each in values.split(",")))


def _setting(text: str) -> tuple[str, Any]:
    name, value = _split(text)
    return name, _value(value)


def _split(text: str) -> tuple[str, str]:
    name, sign, value = text.partition("=")
    if not sign or not name or not value:
        raise typer.BadParameter(say(f"{text}，应为 名=值", f"{text!r}, expected name=value"))
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


@contextmanager
def _watched(cases: Sequence["Case"]) -> Iterator["OnRan"]:
    """A bar with the time left on a terminal, nothing elsewhere."""
    if not sys.stderr.isatty():
        yield lambda ran: None
        return
    from rich.console import Console
    from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn

    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeRemainingColumn())
    with Progress(*columns, console=Console(stderr=True), transient=True) as bar:
        task = bar.add_task(say("求解", "planning"), total=len(cases))
        yield lambda ran: bar.update(task, advance=1, description=ran.case.name)


def _lines(told: "Comparison") -> Iterator[str]:
    for row in told.rows:
        yield from _block(row, told.rows[0])
        yield ""


def _block(row: "Row", base: "Row") -> Iterator[str]:
    """A scenario in a few lines."""
    from matcher.policy import PRIORITIES
    from matcher.summary import PRIORITY_WORDS

    title = say(row.zh, row.en)
    drawn = say(f"，抽 {row.samples} 次", f", {row.samples} samples") if row.samples > 1 else ""
    proved = say("已证明最好", "proved best") if row.proved == row.samples else _not_proved(row)
    yield f"{title}{_bracketed(row.name) if row is not base else ''}{drawn}{say('：', ': ')}{proved}"
    for change in row.changes_zh if current() == "zh" else row.changes_en:
        yield f"  · {change}"
    by_name = {figure.name: figure for figure in row.figures}
    served = [
        f"{say(*PRIORITY_WORDS[p])} {_amount(by_name[f'served.{p}'], row is base)}/{row.asked[p]:.4g}"
        for p in PRIORITIES
        if row.asked[p]
    ]
    yield say("  满足需求  ", "  served  ") + "  ".join(served)
    yield "  " + "  ".join(_figure(by_name[name], row is base) for name in WORDS)
    if row is not base:
        yield say(
            f"  与现状相比，{row.affected:.3g} 项需求有人去与否不同",
            f"  {row.affected:.3g} requests are served where they were not, or the other way round",
        )


def _not_proved(row: "Row") -> str:
    if row.samples == 1:
        return say("未证明最好", "not proved best")
    return say(f"{row.proved} 次已证明最好", f"{row.proved} proved best")


def _bracketed(name: str) -> str:
    return say(f"（{name}）", f" ({name})")


def _figure(figure: "Figure", plain: bool) -> str:
    zh, en, behind_zh, behind_en = WORDS[figure.name]
    return f"{say(zh, en)} {_amount(figure, plain)}{say(behind_zh, behind_en)}"


def _amount(figure: "Figure", plain: bool) -> str:
    """A mean, its interval and the change from the baseline."""
    from scenarios.report.words import shown

    if figure.mean is None:
        return "—"
    text = shown(figure.name, figure.mean) + (f"±{shown(figure.name, figure.half)}" if figure.half else "")
    return text if plain or figure.change is None else f"{text}({shown(figure.name, figure.change, '+')})"
