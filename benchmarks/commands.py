"""The commands `run`, with the process of one case that it starts, `report`, `gate` and `reliability`."""

import json
import sys
from fnmatch import fnmatch
from os.path import relpath
from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console

from benchmarks.best import Best
from benchmarks.families import FOLDERS, NoDataError, cases_of
from benchmarks.flow import read_flow, table_of_flow
from benchmarks.gate import gate_table, hold, other_versions, read_baseline, write_baseline
from benchmarks.lines import Line
from benchmarks.pictures import pictures
from benchmarks.report import NoPlaceError, results, section, written
from benchmarks.runner import Run, is_broken, is_new_best, run, table
from benchmarks.single import MATCHER, solve_case
from benchmarks.smoke import SMOKE

BASELINE = Path(__file__).with_name("baseline.json")
BEST = Path(__file__).with_name("best.json")
RESULTS = Path(__file__).with_name("results")
FLOW = RESULTS / "flow.json"
DOCUMENT = Path("docs") / "benchmarks.md"
PICTURES = Path("docs") / "pictures"

Family = Annotated[str, typer.Argument(help=f"one of: {', '.join(FOLDERS)}")]
Data = Annotated[Path | None, typer.Option(help="folder that holds the family folders")]
Seconds = Annotated[float, typer.Option(min=0.001, help="wall seconds for each instance")]
Seed = Annotated[int, typer.Option(help="seed of the search")]


def run_command(
    family: Family,
    out: Annotated[Path, typer.Option(help="file for a JSON line per instance; what is in it is not run again")],
    data: Data = None,
    only: Annotated[str, typer.Option(help="names of instances, with * and ?")] = "*",
    seconds: Seconds = 60,
    seed: Seed = 0,
    solutions: Annotated[Path | None, typer.Option(help="folder for the plan of each instance")] = None,
    peers: Annotated[bool, typer.Option("--peers", help="give other programs the same batches")] = False,
    best: Annotated[Path, typer.Option(help="file of the best known values and bounds")] = BEST,
    store: Annotated[bool, typer.Option("--store", help="write what is better into that file")] = False,
) -> None:
    """Dispatch the instances of a family; exit code 3 if a plan of ours is wrong or contradicts what is known."""
    if family not in FOLDERS:
        raise typer.BadParameter(f"{family} is not one of: {', '.join(FOLDERS)}", param_hint="FAMILY")
    try:
        chosen = [case for case in cases_of(family, data) if fnmatch(case.name, f"*{only}")]
    except (NoDataError, FileNotFoundError) as error:
        typer.echo(f"没有数据，跳过。Skipped, there is no data: {error}", err=True)
        return
    if not chosen:
        raise typer.BadParameter(f"no instance is called {only}", param_hint="--only")
    held = Best(best)
    lines = run(Run(family, data, seconds, seed, out, solutions, peers), chosen, held)
    screen().print(table(lines))
    for line in filter(is_new_best, lines):
        typer.echo(
            f"{line['instance']}: {line['objective']} is better than the best known, {line['known']}: "
            f"the solution is in {out}.best",
            err=True,
        )
    if store:
        held.save()
    words = [f"{line['instance']}: {what}" for line in lines if is_broken(line) for what in _wrong(line)]
    for one in [*words, *held.contradicted]:
        typer.echo(one, err=True)
    if words or held.contradicted:
        raise typer.Exit(3)


def gate_command(
    baseline: Annotated[Path, typer.Option(help="file of what the batches gave")] = BASELINE,
    store: Annotated[bool, typer.Option("--store", help="write what they give now into that file")] = False,
) -> None:
    """Solve small batches under a limit of work; exit code 3 if a rule is broken or anything worse than before."""
    outcomes = hold(SMOKE, read_baseline(baseline))
    screen().print(gate_table(outcomes))
    changed = other_versions(baseline)
    if changed:
        typer.echo(f"versions differ from those of the baseline: {changed}", err=True)
    if any(outcome.broken or (outcome.worse and not store) for outcome in outcomes):
        raise typer.Exit(3)
    if store:
        write_baseline(baseline, outcomes)


def report_command(
    files: Annotated[
        list[Path] | None, typer.Argument(help="files of results; all in benchmarks/results if none")
    ] = None,
    out: Annotated[Path, typer.Option(help="document with the two marks")] = DOCUMENT,
    folder: Annotated[Path, typer.Option("--pictures", help="folder for the pictures")] = PICTURES,
) -> None:
    """Write tables of results into a document, and pictures beside it."""
    lines = results(files or sorted(RESULTS.glob("*.jsonl")))
    drawn = pictures(lines)
    flow = ["\n".join(table_of_flow(read_flow(FLOW)))] if not files and FLOW.exists() else []
    shown = [f"![{name.removesuffix('.svg')}]({relpath(folder / name, out.parent)})" for name in drawn]
    try:
        text = written(out.read_text(encoding="utf-8"), "\n\n".join([section(lines).strip(), *flow, *shown]))
    except (FileNotFoundError, NoPlaceError) as error:
        raise typer.BadParameter(str(error), param_hint="--out") from None
    out.write_text(text, encoding="utf-8", newline="\n")
    folder.mkdir(parents=True, exist_ok=True)
    for name, picture in drawn.items():
        (folder / name).write_text(picture, encoding="utf-8", newline="\n")


def case_command(
    family: Family,
    name: Annotated[str, typer.Argument(help="the instance")],
    data: Data = None,
    seconds: Seconds = 60,
    seed: Seed = 0,
    solver: Annotated[str, typer.Option(help="ours or a peer")] = MATCHER,
    plan: Annotated[Path | None, typer.Option(help="file for the plan")] = None,
) -> None:
    """Solve one instance and print a JSON line."""
    case = next(case for case in cases_of(family, data) if case.name == name)
    line, solution = solve_case(case, solver, seconds, seed)
    if plan and solution is not None:
        plan.write_text(json.dumps(solution, ensure_ascii=False) + "\n", encoding="utf-8")
    typer.echo(json.dumps(line, ensure_ascii=False))


def reliability_command(
    short: Annotated[bool, typer.Option("--short", help="fewer of everything, for CI")] = False,
    only: Annotated[str, typer.Option(help="names of rows, with * and ?")] = "*",
    out: Annotated[Path | None, typer.Option(help="file for what was measured, as JSON")] = None,
) -> None:
    """Kill, fill, overload and confuse the service; exit code 1 if anything is lost, doubled, leaked or broken."""
    if sys.platform != "linux":
        raise typer.BadParameter("Linux alone tells of other processes, and limits them, as this needs it")
    from benchmarks.reliability.rows import ROWS
    from benchmarks.reliability.run import run_rows
    from benchmarks.reliability.table import reliability_table, write_reliability

    chosen = [row for row in ROWS if fnmatch(row.name, only) and (row.short or not short)]
    if not chosen:
        raise typer.BadParameter(f"no row is called {only}", param_hint="--only")
    done = run_rows(chosen, short)
    if out is not None:
        write_reliability(out, done, short)
    screen().print(reliability_table(done))
    for one in done:
        for note in one.outcome.notes:
            typer.echo(f"{one.row.name}: {note}", err=True)
    if any(one.row.fails and not one.outcome.reached for one in done):
        raise typer.Exit(1)


def screen() -> Console:
    """Standard output; wide where it is no terminal, so that tables are whole in a file."""
    return Console(width=None if sys.stdout.isatty() else 140)


def _wrong(line: Line) -> list[str]:
    return [*line["wrong"], *line["violations"]]
