"""A run of rows of the table: each in a folder of its own, which is searched for phones afterwards."""

import base64
import os
import signal
import sys
import traceback
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack
from dataclasses import dataclass, replace
from pathlib import Path
from tempfile import TemporaryDirectory
from threading import Lock
from time import monotonic

from rich.console import Console
from rich.progress import Progress, TaskID

from benchmarks.reliability.phones import found_under
from benchmarks.reliability.postgresql import Postgresql, is_installed, postgresql
from benchmarks.reliability.row import Found, Ground, Outcome, Row
from benchmarks.reliability.servers import Forks

AT_A_TIME = 3
"""Rows that run beside each other, unless they are to run alone; some mostly wait."""


@dataclass(frozen=True)
class Done:
    """A row and its outcome."""

    row: Row
    outcome: Outcome
    seconds: float

    @property
    def word(self) -> str:
        """What stands at the end of the row."""
        return "reached" if self.outcome.reached else "FAILED" if self.row.fails else "short"


class Run:
    """A run of rows, some at a time where none has to be alone."""

    def __init__(self, short: bool, forks: Forks, server: Postgresql | None, progress: Progress) -> None:
        self._short, self._forks, self._postgresql, self._progress = short, forks, server, progress
        self._phone_key = base64.b64encode(os.urandom(32)).decode()
        self._found, self._lock = Found(), Lock()

    def all(self, rows: Sequence[Row]) -> list[Done]:
        """The rows' outcomes, in their order."""
        done: dict[str, Done] = {}
        with ThreadPoolExecutor(AT_A_TIME) as threads:
            together = [row for row in rows if not row.alone]
            try:
                done |= {one.row.name: one for one in threads.map(self._one, together)}
            except BaseException:
                self._forks.end()  # the rows under way lose their servers, and end too
                raise
        done |= {row.name: self._one(row) for row in rows if row.alone}
        return [done[row.name] for row in rows]

    def _one(self, row: Row) -> Done:
        task, began = self._progress.add_task(row.name, total=None), monotonic()
        with TemporaryDirectory(prefix="matcher-reliability-") as name:
            folder = Path(name) / "kept"
            folder.mkdir()
            outcome = self._outcome(row, folder, task)
        done = Done(row, outcome, monotonic() - began)
        self._progress.remove_task(task)
        self._progress.console.print(
            f"{row.name}: {outcome.measured}, {done.word}, {done.seconds:.0f} s", soft_wrap=True
        )
        return done

    def _outcome(self, row: Row, folder: Path, task: TaskID) -> Outcome:
        """The row's outcome; one that ends in an error falls short."""

        def told(done: int, total: int) -> None:
            self._progress.update(task, completed=done, total=total)

        server = self._postgresql if row.postgresql else None
        urls = server.new if server else _files(folder).__next__
        ground = Ground(folder, self._short, self._forks, self._phone_key, urls, told, lambda: self._found)
        try:
            outcome = row.run(ground)
            if server:
                server.dump(folder)
            return replace(outcome, figures={**outcome.figures, "phones": self._search(folder).phones})
        except Exception as error:
            trace = "".join(traceback.format_exception(error)).strip()
            return Outcome("", f"{type(error).__name__}: {error}"[:200], False, notes=(trace,))

    def _search(self, folder: Path) -> Found:
        """Searches what a row has left behind, and adds it up."""
        found = found_under(folder)
        with self._lock:
            self._found += found
        return found


def run_rows(rows: Sequence[Row], short: bool) -> list[Done]:
    """Runs the rows and shows how far they are."""
    console = Console(stderr=True, width=None if sys.stderr.isatty() else 140)
    with ExitStack() as stack:
        before = signal.signal(signal.SIGTERM, lambda number, frame: sys.exit(1))  # ends servers and folders too
        stack.callback(signal.signal, signal.SIGTERM, before)
        forks = stack.enter_context(Forks())
        if any(row.postgresql for row in rows) and not is_installed():
            console.print("PostgreSQL is not installed, its rows are left out")
            rows = [row for row in rows if not row.postgresql]
        server = stack.enter_context(postgresql()) if any(row.postgresql for row in rows) else None
        progress = stack.enter_context(Progress(console=console, transient=True))
        return Run(short, forks, server, progress).all(rows)


def _files(folder: Path) -> Iterator[str]:
    """URLs of new databases in a folder."""
    number = 0
    while True:
        number += 1
        yield f"sqlite:///{folder}/matcher-{number}.db"
