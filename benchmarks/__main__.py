"""Command line of the benchmarks: `python -m benchmarks run henan --data DIR`, `day` and more (docs/benchmarks.md)."""

import json
from fnmatch import fnmatch
from pathlib import Path
from typing import Annotated

import typer

from benchmarks.apart import child
from benchmarks.best import Best
from benchmarks.cluster import write_cluster
from benchmarks.commands import (
    BEST,
    case_command,
    gate_command,
    reliability_command,
    report_command,
    run_command,
    screen,
)
from benchmarks.day import run_sizes
from benchmarks.flow import run_flow, table_of_flow, write_flow
from benchmarks.insertion import run_insertion
from benchmarks.province import write_province
from benchmarks.running import SIZE, run_day
from benchmarks.scale import ROWS, run_rows, scale_table, write_scale
from benchmarks.whatif import write_whatif

app = typer.Typer(help=__doc__, no_args_is_help=True, pretty_exceptions_enable=False)


app.command("run")(run_command)
app.command("report")(report_command)
app.command("gate")(gate_command)
app.command("reliability")(reliability_command)
app.command("case", hidden=True)(case_command)


@app.command()
def day() -> None:
    """Solve the sizes of a county day; time, memory and gap of each."""
    screen().print(run_sizes())


@app.command()
def flow(out: Annotated[Path, typer.Option(help="file for what was measured, as JSON")]) -> None:
    """Time batches of one visit and one person against bare min-cost flow."""
    told = run_flow()
    write_flow(out, told)
    typer.echo("\n".join(table_of_flow(told)))


@app.command()
def running(
    events: Annotated[int, typer.Option(help="how many")] = 200,
    afresh: Annotated[int, typer.Option(help="after so many events the day is solved anew, to compare")] = 50,
    volunteers: Annotated[int, typer.Option()] = SIZE[0],
    requests: Annotated[int, typer.Option()] = SIZE[1],
) -> None:
    """Let a county's day take random events: seconds, changed visits, every plan checked."""
    typer.echo(json.dumps(run_day(events, afresh, (volunteers, requests)), indent=1))


@app.command()
def insertion(
    plans: Annotated[Path | None, typer.Option(help="folder that keeps the plans for the next run")] = None,
) -> None:
    """Time the best offers for one request against a plan in force."""
    screen().print(run_insertion(plans))


@app.command()
def whatif(out: Annotated[Path, typer.Option(help="file for what was measured, as JSON")]) -> None:
    """Plan 100 scenarios of a town's day, begun with what the baseline found, and from nothing."""
    write_whatif(out)


@app.command()
def cluster(out: Annotated[Path, typer.Option(help="file for what was measured, as JSON")]) -> None:
    """Plan 100 scenarios on a Dask cluster of one worker, of two, and of two of which one is killed."""
    write_cluster(out)


@app.command()
def province(out: Annotated[Path, typer.Option(help="file for what was measured, as JSON")]) -> None:
    """Plan days of counties of several sizes, and tell what 100 counties on 365 days would cost."""
    write_province(out)


@app.command()
def scale(
    only: Annotated[str, typer.Option(help="names of rows, with * and ?")] = "*",
    seconds: Annotated[float | None, typer.Option(help="wall seconds for each row, instead of those to reach")] = None,
    best: Annotated[Path, typer.Option(help="file of the best known values and bounds")] = BEST,
    store: Annotated[bool, typer.Option("--store", help="write what is better into that file")] = False,
    out: Annotated[Path | None, typer.Option(help="file for what was measured, as JSON")] = None,
) -> None:
    """Solve county sizes and hold them against the best known; exit code 3 if that is contradicted or a rule broken."""
    sections = [chosen for rows in ROWS if (chosen := [row for row in rows if fnmatch(row.name, only)])]
    if not sections:
        raise typer.BadParameter(f"no row is called {only}", param_hint="--only")
    held = Best(best)
    measured = run_rows(sections, held, seconds, store)
    if out is not None:
        write_scale(out, measured)
    screen().print(scale_table(measured))
    broken = [f"{one.row.name}: {one.broken} violations" for rows in measured for one in rows if one.broken]
    for words in [*broken, *held.contradicted]:
        typer.echo(words, err=True)
    if broken or held.contradicted:
        raise typer.Exit(3)


@app.command("child", hidden=True)
def child_command(
    path: Path,
    seconds: Annotated[float, typer.Option()],
    gap: Annotated[float, typer.Option()] = 0.0,
    gigabytes: Annotated[float | None, typer.Option()] = None,
) -> None:
    """Solve one batch file and print a JSON line."""
    typer.echo(json.dumps(child(path, seconds, gap, gigabytes)))


if __name__ == "__main__":
    app()
