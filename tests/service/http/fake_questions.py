"""A child for answers that are none: it crashes, hangs, or tells what it knows."""

import json
import os
import signal
import time
from pathlib import Path

from matcher.service.jobs.child import Task, main

MARK = "CRASHED_BEFORE"
"""Variable with the path of a file that is there once a child has crashed."""


def load(payload: bytes, task: Task) -> bytes:
    return b""


def crash(payload: bytes, task: Task) -> bytes:
    """Crashes the first time as native code does."""
    mark = Path(os.environ[MARK])
    if not mark.exists():
        mark.touch()
        os.kill(os.getpid(), signal.SIGSEGV)
    return b'{"answered": true}'


def hang(payload: bytes, task: Task) -> bytes:
    time.sleep(120)
    return b""


def settings(payload: bytes, task: Task) -> bytes:
    return json.dumps([name for name in os.environ if name.startswith("MATCHER_")]).encode()


def given(payload: bytes, task: Task) -> bytes:
    return json.dumps([payload.decode()]).encode()


KINDS = {
    "load": load,
    "explain": crash,
    "redispatch": hang,
    "check": settings,
    "explain_kept": given,
    "redispatch_kept": hang,
}

if __name__ == "__main__":
    main(lambda: KINDS)
