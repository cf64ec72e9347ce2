"""Commands on batches and plans: dispatch, check, export, schema."""

import json
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Literal, TypeVar

import typer

from matcher.cli import streams
from matcher.cli.failures import DONE, VIOLATION, show_list
from matcher.cli.language import current, say
from matcher.cli.options import BatchFile, Gap, Json, Lang, MemoryCap, PlanFile, Seconds, Seed, Way, WithPhones, Work
from matcher.errors import InputError, MatcherError

if TYPE_CHECKING:
    from matcher.batch import Batch
    from matcher.plan import Plan

T = TypeVar("T")
KINDS_ZH = (
    "导出到哪里。结尾决定种类：.xlsx 工作簿；.html 地图；.geojson 地图数据；.zip 日历，每人一个 .ics；"
    "以 .ics 结尾的文件夹，同样是日历；其他文件夹名或以 .csv 结尾的文件夹，CSV 表格"
)
KINDS_EN = (
    "Where to. The ending says what: .xlsx workbook; .html map; .geojson map data; .zip calendars, one .ics each; "
    "a folder that ends in .ics, the same; any other folder, or one that ends in .csv, CSV tables"
)


def dispatch(
    batch_file: BatchFile,
    out: Annotated[
        Path, typer.Option("--out", "-o", metavar="PLAN", help=say("方案写到哪里，- 为标准输出", "Plan, - for stdout"))
    ],
    seconds: Seconds = None,
    work: Work = None,
    gap: Gap = 0.0,
    seed: Seed = 0,
    memory: MemoryCap = None,
    strategy: Way = "auto",
    as_json: Json = False,
    lang: Lang = None,
) -> int:
    """`matcher dispatch`."""
    from matcher.cli.solving import show, solve
    from matcher.reading import to_json

    streams.check_target(out, batch_file)
    batch = _batch(batch_file)
    plan, code = solve(batch, seconds=seconds, work=work, gap=gap, seed=seed, memory=memory, strategy=strategy)
    if plan.status == "none":
        streams.tell(say("没有方案可写。", "There is no plan to write."))
    else:
        streams.save(out, to_json(plan))
    if as_json and str(out) != "-":
        streams.json(to_json(plan))
    elif str(out) != "-" or plan.score is None:
        show(batch, plan)
    return code


def check(batch_file: BatchFile, plan_file: PlanFile, as_json: Json = False, lang: Lang = None) -> int:
    """`matcher check`."""
    from matcher.checker import check as judge
    from matcher.reading import to_json

    batch, plan = batch_and_plan(batch_file, plan_file)
    report = judge(batch, plan)
    if as_json:
        streams.json(to_json(report))
        return DONE if report.valid else VIOLATION
    said = [f"{v.zh} [{v.code}]" if current() == "zh" else f"{v.en} [{v.code}]" for v in report.violations]
    remarks = [remark.zh if current() == "zh" else remark.en for remark in report.remarks]
    if report.valid:
        streams.result(say("方案符合全部规则。", "The plan keeps every rule."))
    else:
        streams.result(say(f"方案有 {len(said)} 处不符合规则：", f"The plan breaks rules in {len(said)} places:"))
        show_list(said, put=streams.result)
    if remarks:
        streams.tell(say("因已固定而不算违反：", "Not counted, because pinned:"))
        show_list(remarks)
    show_who(batch, {v.volunteer for v in (*report.violations, *report.remarks) if v.volunteer})
    return DONE if report.valid else VIOLATION


def export(
    batch_file: BatchFile,
    plan_file: PlanFile,
    out: Annotated[Path, typer.Option("--out", "-o", metavar=say("<文件>", "<path>"), help=say(KINDS_ZH, KINDS_EN))],
    with_phones: WithPhones = False,
    as_json: Json = False,
    lang: Lang = None,
) -> int:
    """`matcher export`."""
    from matcher.exports.csv import write_csv
    from matcher.exports.geojson import write_geojson
    from matcher.exports.ics import write_ics
    from matcher.exports.map import write_map
    from matcher.exports.xlsx import write_xlsx

    if not out.is_dir():
        streams.check_target(out, batch_file, plan_file)
    ending = ".csv" if out.is_dir() else out.suffix.lower()
    if ending not in ("", ".xlsx", ".html", ".geojson", ".zip", ".ics", ".csv"):
        raise MatcherError(
            f"不认识结尾 {ending}；可用 .xlsx、.html、.geojson、.zip、.ics、.csv 或文件夹名",
            f"Unknown ending {ending}; use .xlsx, .html, .geojson, .zip, .ics, .csv or the name of a folder",
        )
    batch, plan = batch_and_plan(batch_file, plan_file)
    if ending == ".xlsx":
        write_xlsx(batch, plan, out, with_phones=with_phones, lang=current())
    elif ending == ".html":
        write_map(batch, plan, out, lang=current())
    elif ending == ".geojson":
        write_geojson(batch, plan, out)
    elif ending in (".zip", ".ics"):
        write_ics(batch, plan, out, with_phones=with_phones, lang=current())
    else:
        write_csv(batch, plan, out, with_phones=with_phones, lang=current())
    streams.written(out)
    if as_json:
        streams.json(json.dumps({"written": str(out)}, ensure_ascii=False) + "\n")
    if with_phones and ending in (".html", ".geojson"):
        streams.tell(say("地图里从不含电话和地址。", "Maps never hold phones or addresses."))
    return DONE


def schema(
    which: Annotated[
        Literal["batch", "plan"] | None, typer.Argument(help=say("batch 或 plan；不写为两者", "By default both"))
    ] = None,
    lang: Lang = None,
) -> int:
    """`matcher schema`."""
    from matcher.schema import schemas

    found = schemas()
    streams.json(json.dumps(found[which] if which else found, ensure_ascii=False, indent=1) + "\n")
    return DONE


def show_who(batch: "Batch", ids: set[str]) -> None:
    """Says who the volunteers are whose ids tell people nothing."""
    from matcher.privacy import is_hashed
    from matcher.summary import who

    known = who(batch)
    if lines := [f"{id}  {known[id]}" for id in sorted(ids) if is_hashed(id) and id in known]:
        streams.tell(say("其中的志愿者：", "Volunteers in these lines:"))
        show_list(lines)


def batch_and_plan(batch_file: Path, plan_file: Path) -> "tuple[Batch, Plan]":
    """A batch and a plan, each in a file, one of them perhaps the standard input."""
    if str(batch_file) == str(plan_file) == "-":
        raise MatcherError("标准输入（-）只能用一次", "only one of the two can be standard input (-)")
    return _batch(batch_file), plan_in(plan_file)


def _batch(path: Path) -> "Batch":
    from matcher.reading import load_batch

    return _loaded(
        load_batch,
        path,
        "批次文件；请用 matcher day，或先用 matcher import 读成批次文件",
        "a batch; use matcher day, or matcher import first",
    )


def plan_in(path: Path) -> "Plan":
    """The plan in a file."""
    from matcher.reading import load_plan

    return _loaded(
        load_plan, path, "方案文件；要的是 matcher dispatch 写出的 JSON", "a plan; give the JSON of matcher dispatch"
    )


def _loaded(load: Callable[[Path], T], path: Path, zh: str, en: str) -> T:
    """What a file holds, with hints for who gives sheets, or one file for the other; zh, en: what was expected."""
    if path.is_dir() or path.suffix.lower() in (".xlsx", ".xls", ".csv"):
        raise MatcherError(f"{path} 是表格，不是{zh}", f"{path} holds sheets, not {en}")
    try:
        return load(path)
    except InputError as error:
        if any(problem.where == "/schema" for problem in error.problems):
            error.add_note(say("先写批次文件，再写方案文件。", "The batch comes first, then the plan."))
        raise
