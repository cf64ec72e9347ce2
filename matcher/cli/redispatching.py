"""The command that keeps a day running: redispatch."""

from datetime import datetime, time
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from matcher.cli import streams
from matcher.cli.answers import MOST_LINES, cut, show_lines
from matcher.cli.failures import DONE
from matcher.cli.language import say
from matcher.cli.options import BatchFile, Json, Lang, PlanFile, Seconds
from matcher.cli.plans import batch_and_plan
from matcher.errors import MatcherError

if TYPE_CHECKING:
    from matcher.batch import Batch
    from matcher.events import Events
    from matcher.plan import Plan
    from matcher.running.day import Redispatch

SHEETS = (".xlsx", ".xls", ".csv")


def _moment(text: str) -> datetime | time:
    """A time as in ISO 8601, or HH:MM of the batch's day."""
    try:
        return time.fromisoformat(text.zfill(5)) if len(text) <= len("HH:MM") else datetime.fromisoformat(text)
    except ValueError:
        said = say(
            f"{text}，应为时间，如 09:30 或 2026-07-21T09:30:00+08:00",
            f"{text!r}, expected a time such as 09:30 or 2026-07-21T09:30:00+08:00",
        )
        raise typer.BadParameter(said) from None


def _in_batch(batch: "Batch", moment: datetime | time | None) -> datetime:
    """The moment at the batch's offset; a time of day is one of its first day, nothing is now.

    Raises MatcherError where it lies after the batch.
    """
    start = batch.horizon.start
    if isinstance(moment, time):
        found = datetime.combine(start.date(), moment, start.tzinfo)
    else:
        found = moment or datetime.now().astimezone()
        found = found.astimezone(start.tzinfo) if found.tzinfo else found.replace(tzinfo=start.tzinfo)
    if found > batch.horizon.end:
        raise MatcherError(
            f"{found:%Y-%m-%d %H:%M} 在计划期（{start:%Y-%m-%d} 起）之后；请用 --now 写明表格填到什么时候",
            f"{found:%Y-%m-%d %H:%M} lies after the batch, which begins on {start:%Y-%m-%d}; say with --now when the "
            "workbook was filled in",
        )
    return found.replace(microsecond=0)


def redispatch(
    batch_file: BatchFile,
    plan_file: PlanFile,
    events_file: Annotated[
        Path,
        typer.Argument(
            metavar="EVENTS",
            help=say(
                "情况：JSON（matcher.events/1），或填好“接单情况”的派单结果 .xlsx",
                "Events: JSON (matcher.events/1), or the exported workbook with its states filled in",
            ),
        ),
    ],
    out: Annotated[
        Path,
        typer.Option("--out", "-o", metavar="PLAN", help=say("新方案写到哪里，- 为标准输出", "New plan, - for stdout")),
    ],
    batch_out: Annotated[
        Path | None,
        typer.Option(
            "--batch-out",
            metavar="BATCH",
            help=say(
                "更新后的批次写到哪里（已接单的、新需求等）；校验新方案、处理后面的情况都用它",
                "Where to write the batch as it stands then; the new plan and further events go with it",
            ),
        ),
    ] = None,
    now: Annotated[
        Any,
        typer.Option(
            "--now",
            parser=_moment,
            metavar=say("<时间>", "<time>"),
            help=say(
                "表格填到什么时候为止：09:30（批次第一天）或完整时间；不写为现在",
                "When the workbook was filled in: 09:30 of the batch's first day, or a full time; by default now",
            ),
        ),
    ] = None,
    seconds: Seconds = None,
    as_json: Json = False,
    lang: Lang = None,
) -> int:
    """`matcher redispatch`."""
    from matcher.cli.watch import watching
    from matcher.reading import to_json
    from matcher.running.day import SECONDS
    from matcher.running.day import redispatch as solve

    streams.check_target(out, batch_file, plan_file, events_file)
    batch, plan = batch_and_plan(batch_file, plan_file)
    events = _events(events_file, batch, plan, now)
    with watching() as heard, streams.only_results():
        found, after = solve(batch, plan, events, SECONDS if seconds is None else seconds, on_trial=heard)
    streams.save(out, to_json(found.plan))
    if batch_out is not None:
        streams.save(batch_out, to_json(after))
    if as_json and str(out) != "-":
        streams.json(to_json(found))
    elif str(out) != "-":
        show_lines(after, _lines(found))
        if batch_out is None:
            streams.tell(
                say(
                    "批次也变了；用 --batch-out 写出来，校验新方案、处理后面的情况都用它。",
                    "The batch has changed too: write it with --batch-out, the new plan and further events go with it.",
                )
            )
    return DONE


def _events(path: Path, batch: "Batch", plan: "Plan", now: datetime | time | None) -> "Events":
    from matcher.reading import load_events
    from matcher.sheets.states import events_from_workbook

    if path.suffix.lower() not in SHEETS:
        if now is not None:
            raise MatcherError("--now 只用于表格；JSON 里写着 now", "--now goes with a workbook; JSON says its own now")
        return load_events(path)
    return events_from_workbook(path, batch, plan, _in_batch(batch, now))


def _lines(found: "Redispatch") -> list[str]:
    """What has changed, for whom and why."""
    lines = [say(found.zh, found.en), *(f"  {say(note.zh, note.en)}" for note in found.notes)]
    said = [say(f"{each.change.zh}（{each.why_zh}）", f"{each.change.en} ({each.why_en})") for each in found.churn]
    return lines + [f"  {line}" for line in cut(said, 2 * MOST_LINES)]
