"""A program that forks `matcher serve` for each line on its standard input, with all modules loaded before.

Starting Python and the libraries takes seconds, a fork a quarter of one: so hundreds of kills take minutes. A line is
JSON: arguments, environment, log. The answer is the number of the process. When its input ends, so do it and its forks.
"""

import gc
import json
import os
import runpy
import signal
import sys
from importlib import import_module
from typing import Any

PRELOADED = ("matcher.cli.serving", "matcher.service.http.app")


def main() -> None:
    """Forks until standard input ends; to be started as the first of its process group."""
    for name in PRELOADED:
        import_module(name)
    gc.freeze()
    signal.signal(signal.SIGCHLD, signal.SIG_IGN)  # so that the dead are gone at once
    for line in sys.stdin:
        pid = os.fork()
        if not pid:
            _serve(json.loads(line))
        os.write(1, f"{pid}\n".encode())
    os.killpg(0, signal.SIGKILL)


def _serve(told: dict[str, Any]) -> None:
    """Becomes `matcher` with these arguments, variables and file for all it prints."""
    signal.signal(signal.SIGCHLD, signal.SIG_DFL)
    for name in [name for name in os.environ if name.startswith("MATCHER_")]:
        del os.environ[name]
    os.environ.update(told["environment"])
    log = os.open(told["log"], os.O_WRONLY | os.O_CREAT | os.O_APPEND)
    for stream in (1, 2):
        os.dup2(log, stream)
    os.dup2(os.open(os.devnull, os.O_RDONLY), 0)
    sys.argv = ["matcher", *told["arguments"]]
    try:
        runpy.run_module("matcher", run_name="__main__", alter_sys=True)
    finally:
        os._exit(1)


if __name__ == "__main__":
    main()
