"""All commands under their names, with their help and examples."""

from collections.abc import Callable
from typing import Annotated, Any

import typer

from matcher.cli import answers, demo, doctor, keys, operation, plans, redispatching, serving, sheets, streams, whatif
from matcher.cli.help import Command, Group, examples
from matcher.cli.language import say
from matcher.cli.options import Lang

app = typer.Typer(
    cls=Group,
    help=say(
        "志愿服务派单：从 Excel 表格到谁去哪里、几点去，给出证明过的最好安排。",
        "Volunteer dispatch: from Excel sheets to who goes where and when, with a proof of how good that is.",
    )
    + "\n\n"
    + examples(
        say("matcher template 表格", "matcher template sheets"),
        say("matcher day 需求.xlsx --date 2026-07-21 -o 派单结果.xlsx", "matcher day sheets.xlsx --date 2026-07-21"),
        say("matcher day --help     （每个命令都有说明和例子）", "matcher day --help     (every command has help)"),
    ),
    pretty_exceptions_enable=False,
    context_settings={"help_option_names": ["--help", "-h"]},
)


def _version(asked: bool) -> None:
    if asked:
        import matcher

        streams.result(f"matcher {matcher.__version__}")
        raise typer.Exit


@app.callback()
def everywhere(
    lang: Lang = None,
    version: Annotated[
        bool, typer.Option("--version", callback=_version, is_eager=True, help=say("显示版本", "Show the version"))
    ] = False,
) -> None:
    """Options before the command's name."""


def _add(name: str, run: Callable[..., Any], zh: str, en: str, *lines: str) -> None:
    app.command(name, cls=Command, help=f"{say(zh, en)}\n\n{examples(*lines)}")(run)


_add(
    "day",
    sheets.day,
    "从表格到派单结果，一步完成：读表、派单、校验、写出工作簿。不加限制时计算约一分钟为止。",
    "From sheets to the finished workbook in one step. Without a limit it solves for about a minute at most.",
    say("matcher day 需求.xlsx --date 2026-07-21", "matcher day sheets.xlsx --date 2026-07-21 -o result.xlsx"),
    say("matcher day 需求.xlsx --date 明天 -o 派单结果.xlsx --with-phones", "matcher day csv-folder --date tomorrow"),
    say("matcher day 需求.xlsx --date 今天 --keep 今天", "matcher day sheets.xlsx --date today --keep today"),
    say(
        "matcher day 需求.xlsx --date 2026-07-20 --days 7 --seconds 300", "matcher day s.xls --date 2026-07-20 --days 7"
    ),
)
_add(
    "template",
    sheets.template,
    "写出空白表格（带填写说明、下拉列表和示例）。",
    "Write the workbook to fill in, with instructions, drop-downs and examples.",
    say("matcher template 表格", "matcher template sheets"),
)
_add(
    "import",
    sheets.import_,
    "把表格读成批次文件（JSON）；表格有错时逐条指出。",
    "Turn sheets into a batch (JSON), or name everything that is wrong with them.",
    say(
        "matcher import 需求.xlsx --date 2026-07-21 -o batch.json",
        "matcher import s.xlsx --date 2026-07-21 -o batch.json",
    ),
    say(
        "matcher import 需求.xlsx --date 2026-07-21 -o batch.json --errors 错误说明.xlsx",
        "matcher import s.xlsx --date 2026-07-21 -o batch.json --errors errors.xlsx",
    ),
)
_add(
    "dispatch",
    plans.dispatch,
    "为一个批次求出最好的安排；不加限制则一直算到证明为止。",
    "Find the best plan of a batch; without a limit it goes on until that is proved.",
    "matcher dispatch batch.json -o plan.json",
    "matcher dispatch batch.json -o plan.json --seconds 30 --gap 0.001",
    "matcher dispatch - -o - < batch.json > plan.json",
)
_add(
    "check",
    plans.check,
    "独立校验一个方案（也可以是人工写的），逐条列出违反的规则。",
    "Judge a plan, also one written by hand, and name every rule it breaks.",
    "matcher check batch.json plan.json",
    "matcher check batch.json plan.json --json > report.json",
)
_add(
    "export",
    plans.export,
    "导出方案：工作簿、地图、日历或表格。",
    "Export a plan as a workbook, map, calendars or tables.",
    "matcher export batch.json plan.json -o plan.xlsx --with-phones",
    "matcher export batch.json plan.json -o map.html",
    "matcher export batch.json plan.json -o tables.csv",
)
_add(
    "explain",
    answers.explain,
    "说明一件需求为什么有空缺：规则逐条筛下多少人、人去了哪里、硬要安排的代价、最小的补救办法；"
    "加 --volunteer 则说明为什么派或不派某人。默认最多各算 60 秒。",
    "Say why a request has empty places: whom each rule stops, who took the people, what serving it would cost, the "
    "smallest changes that would mend it; with --volunteer, why this one is sent or not. 60 seconds each by default.",
    "matcher explain batch.json plan.json --request r00026",
    "matcher explain batch.json plan.json --request r00026 --volunteer v00123",
)
_add(
    "recommend",
    answers.recommend,
    "其他安排不动，为一件需求推荐最好的人选，或为一名志愿者推荐最适合的需求。",
    "With the plan as it is, recommend the best people for a request, or the best requests for a volunteer.",
    "matcher recommend batch.json plan.json --request r00026",
    "matcher recommend batch.json plan.json --volunteer v00123 --count 5",
)
_add(
    "standby",
    answers.standby,
    "为每个岗位排好候补：按各人的接单率，用最少的候补使全部到位的可能达到目标。",
    "Rank backups for every role: the fewest people who, with each one's chance of saying yes, bring the chance that "
    "all places are filled to the target.",
    "matcher standby batch.json plan.json -o plan2.json --target 0.95",
)
_add(
    "fairness",
    answers.fairness,
    "更公平的方案和它的代价：照顾往期满足率低的村，让近期服务最多的人少派。",
    "A fairer plan and its price: villages that have had little come first, those who have served most are spared.",
    "matcher fairness batch.json plan.json -o plan2.json --villages 1 --loads",
)
_add(
    "redispatch",
    redispatching.redispatch,
    "当天有人接单、婉拒、请假、迟到，或有新需求、撤单、断路时，重新安排：已接单和已开始的不动，其余尽量少动。",
    "When people say yes or no, fall out, come late, requests come or go, roads close: plan anew. What is accepted or "
    "has begun stays, and of the rest as little moves as pays.",
    "matcher redispatch batch.json plan.json events.json -o plan2.json --batch-out batch2.json",
    "matcher redispatch batch.json plan.json plan.xlsx -o plan2.json --batch-out batch2.json --now 09:30",
)
_add(
    "compare",
    answers.compare,
    "比较两个方案：得分、改动的安排、涉及的人。",
    "Compare two plans: values, visits that change, people concerned.",
    "matcher compare plan.json other.json",
)
_add(
    "whatif",
    whatif.whatif,
    "如果……会怎样：按情景改动批次（汛情、缺人、培训、合并乡镇等），与现状一起求解并比较；不写情景则列出现成的。",
    "What if: change a batch by scenarios (flood, absence, training, towns that merge), plan each, and compare it with "
    "the batch as it is; without a scenario the ready ones are listed.",
    "matcher whatif",
    "matcher whatif flood-day no-shows --base batch.json --samples 10",
    "matcher whatif recruit-scarcest --base batch.json --sweep count=5,10,20",
    "matcher whatif elder-month --set factor=2 --seconds 30 --json > told.json",
)
_add(
    "schema",
    plans.schema,
    "打印批次和方案的 JSON Schema。",
    "Print the JSON Schemas of batch and plan.",
    "matcher schema batch > batch.schema.json",
)
_add(
    "demo",
    demo.demo,
    "演示：龙川县一天的派单（村、人员、需求为虚构），写出批次、方案、工作簿和地图。",
    "A county day (villages, people and requests are made up): writes batch, plan, workbook and map.",
    "matcher demo -o demo",
    "matcher demo -o demo --volunteers 300 --requests 40 --seed 7",
)
_add(
    "serve",
    serving.serve,
    "提供 HTTP 服务：提交批次、跟踪进度、取回方案；默认只限本机，数据库是当前文件夹的 matcher.db。",
    "Serve the HTTP API: send batches, follow them, fetch plans. By default for this machine alone, with the database "
    "matcher.db in this folder.",
    "matcher serve",
    "matcher serve --host 0.0.0.0 --port 8000 --database sqlite:///matcher.db",
    "matcher serve --database postgresql://matcher@127.0.0.1/matcher",
)
_add(
    "doctor",
    doctor.doctor,
    "检查本机能否正常使用：Python、程序库（含服务的）、求解器、文字编码、写入权限、内存。",
    "Check that this machine is fit: Python, libraries, those of the service, solver, encoding, write permission, "
    "memory.",
    "matcher doctor",
)
keys.register(app)
_add(
    "purge",
    keys.purge,
    "清除超过保留期的个人数据。",
    "Forget people's data that is older than the time it is kept.",
    "matcher purge --dry-run",
    "matcher purge --days 180",
)
_add(
    "backup",
    operation.backup,
    "把服务的 SQLite 数据库备份到一个新文件，服务不必停；PostgreSQL 请用 pg_dump。",
    "Back the service's SQLite database up to a new file, also while it is in use; for PostgreSQL use pg_dump.",
    "matcher backup backup-2026-07-21.db",
    "matcher backup backup.db --database sqlite:////srv/matcher/matcher.db",
)
_add(
    "restore",
    operation.restore,
    "用备份替换数据库的全部内容；文件不是完好的备份时不做任何改动。现有数据请先备份。",
    "Put a backup in the place of all that is in the database; what is no sound backup changes nothing. Back up first "
    "what there is now.",
    "matcher restore backup-2026-07-21.db",
)
