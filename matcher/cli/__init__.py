"""The command line `matcher`. Commands import what they need when they run, so that help comes at once."""

import os
import signal
import sys
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager

from matcher.cli import failures, language, streams

SOLVER_THREAD = "matcher-solver"


class Interrupted(BaseException):
    """Ctrl-C; typer would turn a KeyboardInterrupt into an exit code without a word."""


def main(args: list[str] | None = None) -> int:
    """Runs one command and returns its exit code (docs/commands.md); nothing is raised to the caller."""
    args = sys.argv[1:] if args is None else args
    language.choose(args)
    streams.prepare()
    with on_ctrl_c(_leave):
        try:
            from matcher.cli.app import app

            code = app(args or ["--help"], prog_name="matcher", standalone_mode=False) or failures.DONE
            sys.stdout.flush()
        except (Exception, Interrupted) as error:
            code = failures.report(error, as_json="--json" in args)
    if any(thread.name == SOLVER_THREAD for thread in threading.enumerate()):
        os._exit(code)  # interrupted twice: the solver's thread would keep the process alive
    return int(code)


@contextmanager
def on_ctrl_c(react: Callable[[], None]) -> Iterator[None]:
    """Calls `react` in the main thread whenever Ctrl-C is pressed."""
    if threading.current_thread() is not threading.main_thread():
        yield
        return
    before = signal.signal(signal.SIGINT, lambda number, frame: react())
    try:
        yield
    finally:
        signal.signal(signal.SIGINT, before)


def _leave() -> None:
    raise Interrupted
