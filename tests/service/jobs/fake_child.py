"""A child with kinds of jobs that need no solver: they sleep, crash, fail or take memory."""

import json
import math
import os
import signal
import time
from pathlib import Path

from matcher.errors import InputError, InternalError, MatcherError, OutOfMemoryError, Problem
from matcher.service.jobs.child import Task, main

ERRORS: dict[str, MatcherError] = {
    "input": InputError(
        "有误", "wrong", [Problem("unknown_id", f"/visits/{i}", None, "应有", "known") for i in range(200)]
    ),
    "memory": OutOfMemoryError("内存不足", "out of memory", 1000, 900),
    "internal": InternalError("内部", "internal"),
    "none": MatcherError("没有方案", "no plan"),
}
"""Errors of the core by a name."""


def load(payload: bytes, task: Task) -> bytes:
    """Takes no time to load."""
    return b""


def who(payload: bytes, task: Task) -> bytes:
    """Tells its process."""
    return str(os.getpid()).encode()


def sleep(payload: bytes, task: Task) -> bytes:
    """Sleeps so many seconds, or until it is cancelled; tells its process."""
    task.tell({"stage": "sleep", "pid": os.getpid()})
    cancelled = task.cancel.wait(float(payload))
    return json.dumps({"cancelled": cancelled}).encode()


def deaf(payload: bytes, task: Task) -> bytes:
    """Sleeps whatever it is told."""
    task.tell({"stage": "deaf", "pid": os.getpid()})
    time.sleep(float(payload))
    return b"slept"


def crash(payload: bytes, task: Task) -> bytes:
    """Crashes as native code does, unless the file of that name is there: so a test can have it crash once."""
    if not Path(payload.decode()).exists():
        Path(payload.decode()).touch()
        os.kill(os.getpid(), signal.SIGSEGV)
    return b"survived"


def always_crash(payload: bytes, task: Task) -> bytes:
    os._exit(7)


def fault(payload: bytes, task: Task) -> bytes:
    raise ValueError(payload.decode())


def refuse(payload: bytes, task: Task) -> bytes:
    raise ERRORS[payload.decode()]


def chatter(payload: bytes, task: Task) -> bytes:
    """Prints as libraries do, reports more often than anyone wants to hear, and what no JSON can say."""
    os.write(1, b'{"result": "printed"}\n')
    for i in range(10_000):
        task.tell({"stage": str(i), "gap": math.inf})
    return "结果".encode()


def limits(payload: bytes, task: Task) -> bytes:
    names = [name for name in os.environ if name.startswith("MATCHER_")]
    return json.dumps([task.seconds, task.memory, names, len(payload)]).encode()


if __name__ == "__main__":
    signal.signal(signal.SIGALRM, signal.SIG_DFL)
    signal.alarm(120)  # a test that fails leaves no process behind
    jobs = (load, who, sleep, deaf, crash, always_crash, fault, refuse, chatter, limits)
    main(lambda: {job.__name__: job for job in jobs})
