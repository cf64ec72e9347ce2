"""Commands for people who work in sheets: template, import, day."""

import json
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from matcher.cli import streams
from matcher.cli.failures import DONE
from matcher.cli.language import current, say
from matcher.cli.options import Day, Days, Gap, Json, Lang, MemoryCap, Seconds, Seed, Sheets, Way, WithPhones, Work
from matcher.errors import InputError, MatcherError

if TYPE_CHECKING:
    from matcher.sheets.importer import Imported

DAY_WORK = 60_000_000
"""Units of work of `matcher day` where no limit is given: about a minute."""


def template(
    folder: Annotated[Path, typer.Argument(metavar="DIR", help=say("写到哪个文件夹", "Folder to write to"))],
    lang: Lang = None,
) -> int:
    """`matcher template`."""
    from matcher.sheets.template import write_template

    path = write_template(folder, lang=current())
    streams.written(path)
    streams.tell(
        say(
            f'删去示例行，填好后运行：matcher day "{path}" --date 今天',
            f'Replace the examples with your rows, then: matcher day "{path}" --date today',
        )
    )
    return DONE


def import_(
    sheets: Sheets,
    day: Day,
    out: Annotated[
        Path,
        typer.Option("--out", "-o", metavar="BATCH", help=say("批次写到哪里，- 为标准输出", "Batch, - for stdout")),
    ],
    days: Days = 1,
    errors: Annotated[
        Path | None,
        typer.Option(
            "--errors", help=say("表格有错时，写一份带“错误说明”列的表格", "Sheets with errors beside the rows")
        ),
    ] = None,
    as_json: Json = False,
    lang: Lang = None,
) -> int:
    """`matcher import`."""
    from matcher.reading import to_json

    streams.check_target(out, sheets)
    if errors:
        streams.check_target(errors, sheets)
    imported = _read(sheets, day, days, errors)
    streams.save(out, to_json(imported.batch))
    _tell_imported(imported)
    if as_json and str(out) != "-":
        notes = [asdict(note) for note in imported.notes]
        counts = {"volunteers": len(imported.batch.volunteers), "requests": len(imported.batch.requests)}
        streams.json(json.dumps({**counts, "notes": notes}, ensure_ascii=False, indent=1) + "\n")
    return DONE


def day(
    sheets: Sheets,
    date: Day,
    days: Days = 1,
    out: Annotated[
        Path | None,
        typer.Option(
            "--out",
            "-o",
            help=say("派单结果写到哪里（.xlsx）；不写则放在表格旁边", "Workbook; by default beside the sheets"),
        ),
    ] = None,
    keep: Annotated[
        Path | None,
        typer.Option(
            "--keep",
            metavar="DIR",
            help=say(
                "另存批次和方案（JSON）到文件夹，供 explain、redispatch 等命令使用",
                "Folder for batch and plan as JSON, which explain, redispatch and others take",
            ),
        ),
    ] = None,
    with_phones: WithPhones = False,
    seconds: Seconds = None,
    work: Work = None,
    gap: Gap = 0.0,
    seed: Seed = 0,
    memory: MemoryCap = None,
    strategy: Way = "auto",
    as_json: Json = False,
    lang: Lang = None,
) -> int:
    """`matcher day`."""
    from matcher.cli.solving import show, solve
    from matcher.exports.xlsx import write_xlsx
    from matcher.reading import to_json

    source = sheets if sheets.name else sheets.resolve()
    target = out or source.with_name(say(f"{source.stem}_派单结果.xlsx", f"{source.stem}_dispatch.xlsx"))
    if target.suffix.lower() != ".xlsx":
        raise MatcherError(f"派单结果应以 .xlsx 结尾：{target}", f"The workbook's name must end in .xlsx: {target}")
    streams.check_target(target, sheets)
    if keep is not None and keep.exists() and not keep.is_dir():
        raise MatcherError(f"{keep} 不是文件夹", f"{keep} is not a folder")
    errors = target.with_name(say(f"{source.stem}_错误说明.xlsx", f"{source.stem}_errors.xlsx"))
    imported = _read(sheets, date, days, errors)
    _tell_imported(imported)
    if seconds is None and work is None:
        work = DAY_WORK
    plan, code = solve(imported.batch, seconds=seconds, work=work, gap=gap, seed=seed, memory=memory, strategy=strategy)
    if as_json:
        streams.json(to_json(plan))
    else:
        show(imported.batch, plan)
    if plan.score is not None:
        write_xlsx(imported.batch, plan, target, with_phones=with_phones, lang=current())
        streams.written(target)
        if keep is not None:
            keep.mkdir(parents=True, exist_ok=True)
            streams.save(keep / "batch.json", to_json(imported.batch))
            streams.save(keep / "plan.json", to_json(plan))
    return code


def _read(sheets: Path, day: Day, days: int, errors: Path | None) -> "Imported":
    """The batch of the sheets; where they have errors, these are written beside the rows into `errors`."""
    from matcher.sheets.errors_out import write_errors
    from matcher.sheets.importer import import_sheets

    if sheets.suffix.lower() == ".json":
        raise MatcherError(
            f"{sheets} 是批次文件，不是表格；请用 matcher dispatch",
            f"{sheets} is a batch, no sheets; use matcher dispatch",
        )
    try:
        return import_sheets(sheets, date=day, days=days)
    except InputError as error:
        if not any("!" in problem.where for problem in error.problems):
            raise
        if errors is None:
            error.add_note(
                say(
                    "加 --errors 错误说明.xlsx 可得到一份在每行旁边写明错误的表格。",
                    "Add --errors errors.xlsx for the same sheets with the errors beside the rows.",
                )
            )
        else:
            write_errors(sheets, error.problems, errors, lang=current())
            error.add_note(say(f"错误已写在每行旁边：{errors}", f"The errors stand beside the rows in {errors}"))
        raise


def _tell_imported(imported: "Imported") -> None:
    volunteers, requests = len(imported.batch.volunteers), len(imported.batch.requests)
    streams.tell(
        say(f"读入志愿者 {volunteers} 人、需求 {requests} 件。", f"{volunteers} volunteers, {requests} requests.")
    )
    for note in imported.notes:
        streams.tell(f"  {note.zh if current() == 'zh' else note.en}")
