"""Runs a family's instances, each in a process of its own, and writes a JSON line about each."""

import json
import sys
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from rich.box import SIMPLE
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn
from rich.table import Column, Table

from benchmarks.apart import OVERTIME, STARTING, FailedError, output_of
from benchmarks.best import Best, Known
from benchmarks.case import Case
from benchmarks.lines import CRASHED, Line, already, append, key, mend, read_lines, whole
from benchmarks.machine import commit, machine, versions
from benchmarks.single import MATCHER, all_peers

BETTER = 5e-6
"""An objective lower than the best known by more than this share is a new best value: six digits are published."""


@dataclass(frozen=True)
class Run:
    """What is asked for.

    data: folder with the families' folders, null for a family that needs none. seconds: wall seconds for each
    instance. out: file of results. solutions: folder for a plan of each instance, null for none. peers: whether other
    programs get the same batches.
    """

    family: str
    data: Path | None
    seconds: float
    seed: int
    out: Path
    solutions: Path | None = None
    peers: bool = False

    @property
    def command(self) -> str:
        """The command line that makes such results, with no path in it."""
        data = " --data DIR" if self.data else ""
        peers = " --peers" if self.peers else ""
        limits = f"--seconds {self.seconds:g} --seed {self.seed}"
        return f"python -m benchmarks run {self.family}{data} {limits} --out FILE{peers}"


def run(asked: Run, cases: Iterable[Case], best: Best) -> list[Line]:
    """The lines of all cases, those already in the file included, in the order of the cases.

    Ours are held against the store `best`. A case that is new better than the best known is kept in `<out>.best`.
    """
    solvers = [MATCHER, *(peer.name for peer in all_peers())] if asked.peers else [MATCHER]
    jobs = [(case, solver) for case in cases for solver in solvers]
    mend(asked.out)
    known = already(read_lines(asked.out))
    told = Console(stderr=True)
    columns = TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeRemainingColumn()
    lines = []
    with Progress(*columns, console=told, disable=not told.is_terminal, transient=True) as bar:
        task = bar.add_task("", total=len(jobs))
        for case, solver in jobs:
            bar.update(task, description=f"{case.name} {solver}")
            head = _head(asked, case, solver)
            line = known.get(key(head))
            if line is None:
                line = _solved(asked, head, case)
                line["held"] = _held(line, best)
                append(asked.out, line)
                if told.is_terminal:
                    told.print(_words(line))
            else:
                line["held"] = _held(line, best)
                words = f"{case.name} {solver}: is in the file, of commit {line['commit']}; not run again"
                told.print(words, soft_wrap=True)
            lines.append(line)
            bar.advance(task)
    return lines


def solve_apart(asked: Run, case: str, solver: str, plan: Path) -> Any:
    """The line of one case from a process of its own, which writes its plan or solution into the file `plan`.

    Raises FailedError if the process gives no result.
    """
    command = [sys.executable, "-m", "benchmarks", "case", asked.family, case, "--solver", solver]
    command += ["--seconds", str(asked.seconds), "--seed", str(asked.seed), "--plan", str(plan)]
    if asked.data:
        command += ["--data", str(asked.data)]
    return json.loads(output_of(command, STARTING + OVERTIME * asked.seconds))


def is_new_best(line: Line) -> bool:
    """Whether a line of any solver is valid for checker and judge, and better than the best known."""
    if line["objective"] is None or line["known"] is None or line["wrong"] or line["violations"]:
        return False
    return bool(line["objective"] < line["known"] * (1 - BETTER))


def is_broken(line: Line) -> bool:
    """Whether a plan of ours breaks a rule, of this program or of the family's definition."""
    return line["solver"] == MATCHER and bool(line["wrong"] or line["violations"])


def table(lines: Iterable[Line]) -> Table:
    """The lines for the terminal; `wrong` counts what checker and judge found."""
    names = ("solver", "size", "served", "objective", "to known %", "gap %", "s", "status", "wrong", "held")
    shown = Table(Column("instance", no_wrap=True), *names, box=SIMPLE)
    for line in lines:
        shown.add_row(
            line["instance"],
            line["solver"],
            f"{line['volunteers']} x {line['requests']}" if line["requests"] is not None else "-",
            _number(line["served"]),
            _number(line["objective"]),
            _number(line["distance"], 100),
            _number(line["gap"], 100),
            _number(line["seconds"]),
            f"{line['status']} {line['failure'] or ''}".strip(),
            str(len(line["wrong"] or ()) + len(line["violations"] or ())),
            line["held"] or "-",
        )
    return shown


def _head(asked: Run, case: Case, solver: str) -> Line:
    return {
        "instance": case.name,
        "family": asked.family,
        "solver": solver,
        "limit": asked.seconds,
        "seed": asked.seed,
        "versions": versions(),
    }


def _solved(asked: Run, head: Line, case: Case) -> Line:
    with TemporaryDirectory() as folder:
        plan = Path(folder) / "plan.json"
        try:
            found = solve_apart(asked, case.name, head["solver"], plan)
        except FailedError as error:
            found = {"status": CRASHED, "failure": str(error), "known": case.known}
        now = {"machine": machine(), "date": datetime.now(UTC).isoformat(timespec="seconds"), "commit": commit()}
        line = whole(head | found | now | {"command": asked.command})
        if plan.exists():
            _keep(asked, line, plan.read_text(encoding="utf-8"))
    return line


def _held(line: Line, best: Best) -> str | None:
    """What the store of values and bounds says of a plan of ours; null where it says nothing."""
    if line["digest"] is None or line["values"] is None or line["bounds"] is None or is_broken(line):
        return None
    return best.hold(line["instance"], Known(line["digest"], tuple(line["values"]), tuple(line["bounds"])))


def _keep(asked: Run, line: Line, solution: str) -> None:
    """Writes the solution where it was asked for, and a new best one with its judgement beside the results."""
    name = line["instance"].replace("/", "-") + ("" if line["solver"] == MATCHER else f"-{line['solver']}")
    if asked.solutions:
        asked.solutions.mkdir(parents=True, exist_ok=True)
        (asked.solutions / f"{name}.json").write_text(solution, encoding="utf-8")
    if is_new_best(line):
        folder = asked.out.with_name(f"{asked.out.name}.best")
        folder.mkdir(parents=True, exist_ok=True)
        judged = {name: line[name] for name in ("instance", "solver", "objective", "known", "parts", "date", "commit")}
        text = json.dumps(judged | {"solution": json.loads(solution)}, ensure_ascii=False, indent=1)
        (folder / f"{name}.json").write_text(text + "\n", encoding="utf-8")


def _words(line: Line) -> str:
    name = f"{line['instance']} {line['solver']}: {line['status']}"
    return f"{name}, objective {_number(line['objective'])}, {_number(line['seconds'])} s"


def _number(value: float | None, times: float = 1) -> str:
    return "-" if value is None else f"{value * times:.6g}"
