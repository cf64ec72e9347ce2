"""Command line of the benchmarks: `python -m benchmarks run henan --data DIR`, `day` and more (docs/benchmarks.md)."""

import json
import sys
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from fnmatch import fnmatch
from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console

from benchmarks import henan
from benchmarks.apart import child
from benchmarks.best import Best
from benchmarks.day import run_sizes
from benchmarks.insertion import run_insertion
from benchmarks.runner import run, table
from benchmarks.scale import ROWS, run_rows, scale_table
from matcher import Batch

FAMILIES: dict[str, Callable[[Path], Iterator[tuple[str, Batch]]]] = {"henan": henan.days}
"""Reader of each family of public instances: from the data folder to named batches."""

BEST = Path(__file__).with_name("best.json")

app = typer.Typer(help=__doc__, no_args_is_help=True, pretty_exceptions_enable=False)


@app.command("run")
def run_command(
    family: Annotated[str, typer.Argument(help=f"one of: {', '.join(FAMILIES)}")],
    data: Annotated[Path, typer.Option(help="folder that holds the family folders")],
    only: Annotated[str, typer.Option(help="names of instances, with * and ?")] = "*",
    seconds: Annotated[float, typer.Option(help="wall seconds for each instance")] = 60,
    seed: Annotated[int, typer.Option(help="seed of the search")] = 0,
    out: Annotated[Path | None, typer.Option(help="file for a JSON line per instance")] = None,
) -> None:
    """Dispatch the instances of a family; exit code 3 if the checker finds a violation."""
    if family not in FAMILIES:
        raise typer.BadParameter(f"{family} is not one of: {', '.join(FAMILIES)}", param_hint="FAMILY")
    if not data.is_dir():
        raise typer.BadParameter(f"{data} is not a folder", param_hint="--data")
    try:
        chosen = [(name, batch) for name, batch in FAMILIES[family](data) if fnmatch(name, f"*{only}")]
    except FileNotFoundError as error:
        raise typer.BadParameter(f"{error.filename} is missing", param_hint="--data") from None
    if not chosen:
        raise typer.BadParameter(f"no instance is called {only}", param_hint="--only")
    with ExitStack() as files:
        lines = files.enter_context(out.open("w", encoding="utf-8")) if out else None
        results = run(chosen, seconds, seed, lines)
    _screen().print(table(results))
    if any(result.violations for result in results):
        raise typer.Exit(3)


@app.command()
def day() -> None:
    """Solve the sizes of a county day; time, memory and gap of each."""
    _screen().print(run_sizes())


@app.command()
def insertion(
    plans: Annotated[Path | None, typer.Option(help="folder that keeps the plans for the next run")] = None,
) -> None:
    """Time the best offers for one request against a plan in force."""
    _screen().print(run_insertion(plans))


@app.command()
def scale(
    only: Annotated[str, typer.Option(help="names of rows, with * and ?")] = "*",
    seconds: Annotated[float | None, typer.Option(help="wall seconds for each row, instead of those to reach")] = None,
    best: Annotated[Path, typer.Option(help="file of the best known values and bounds")] = BEST,
    store: Annotated[bool, typer.Option("--store", help="write what is better into that file")] = False,
) -> None:
    """Solve county sizes and hold them against the best known; exit code 3 if that is contradicted or a rule broken."""
    sections = [chosen for rows in ROWS if (chosen := [row for row in rows if fnmatch(row.name, only)])]
    if not sections:
        raise typer.BadParameter(f"no row is called {only}", param_hint="--only")
    held = Best(best)
    measured = run_rows(sections, held, seconds, store)
    _screen().print(scale_table(measured))
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


def _screen() -> Console:
    """Standard output; wide where it is no terminal, so that tables are whole in a file."""
    return Console(width=None if sys.stdout.isatty() else 120)


if __name__ == "__main__":
    app()
