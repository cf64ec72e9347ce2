"""The command line `matcher`. Commands import what they need when they run, so that help comes at once."""

import os
import sys
import threading

from matcher.cli import failures, language, streams

SOLVER_THREAD = "matcher-solver"


def main(args: list[str] | None = None) -> int:
    """Runs one command and returns its exit code (docs/commands.md); nothing is raised to the caller."""
    args = sys.argv[1:] if args is None else args
    language.choose(args)
    streams.prepare()
    try:
        from matcher.cli.app import app

        code = app(args or ["--help"], prog_name="matcher", standalone_mode=False) or 0
        sys.stdout.flush()
    except Exception as error:
        code = failures.report(error, as_json="--json" in args)
    except KeyboardInterrupt as error:
        code = failures.report(error, as_json=False)
        if any(thread.name == SOLVER_THREAD for thread in threading.enumerate()):
            os._exit(code)  # the solver's threads would keep the process alive
    return int(code)
