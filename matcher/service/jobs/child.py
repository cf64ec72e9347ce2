"""A process that does jobs, `python -m matcher.service.jobs.child`: it solves, reports, and never outlives its parent.

It loads the solver before it is given a job, which need not wait for that.
On stdin, for each job: a line of JSON (kind, seconds, memory, bytes), so many bytes of payload, then perhaps a line
`cancel`; the next job comes when it is done.
On stdout: lines of JSON, `{"progress": …}` and at last `{"result": text}` or `{"problem": …, "error": …}`.
"""

import ctypes
import json
import os
import queue
import signal
import sys
import threading
import time
import traceback
from collections.abc import Callable, Mapping
from contextlib import suppress
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any, BinaryIO

from matcher.errors import SHOWN, InputError, MatcherError, OutOfMemoryError
from matcher.progress import Progress

ORPHANED = 3
"""Exit code when the parent is gone."""
TELL_SECONDS = 0.3
"""Least seconds between two reports."""
NICER = 10
"""Steps of priority of a solve below the parent, which has callers to answer."""
KILLED_FIRST = 500
"""How much sooner than others (0 to 1000) Linux ends the child when the machine has no memory left."""
PR_SET_PDEATHSIG = 1


@dataclass(frozen=True)
class Task:
    """What a job may use, and how it talks.

    seconds: most seconds it may take. memory: most megabytes. cancel: set when it should stop early and keep its
    best. tell: takes reports of progress.
    """

    seconds: float
    memory: float
    cancel: threading.Event
    tell: Callable[[dict[str, Any]], None]


Kind = Callable[[bytes, Task], bytes]
"""Makes the result of a payload."""
Given = tuple[dict[str, Any], bytes, threading.Event]
"""A job as it comes: its line of JSON, its payload, and what is set when it is cancelled."""


def plan(payload: bytes, task: Task) -> bytes:
    """The plan of `{"batch", "seconds", "work", "gap", "seed"}`; all but the batch may be null or absent."""
    from matcher.dispatching import dispatch
    from matcher.reading import read_batch, to_json

    asked = json.loads(payload)
    batch = read_batch(json.dumps(asked["batch"]))
    found = dispatch(
        batch,
        seconds=min(asked.get("seconds") or task.seconds, task.seconds),
        work=asked.get("work"),
        gap=asked.get("gap") or 0.0,
        seed=asked.get("seed") or 0,
        memory=task.memory,
        on_progress=lambda progress: task.tell(_told(progress)),
        cancel=task.cancel,
    )
    return to_json(found).encode()


def scenarios(payload: bytes, task: Task) -> bytes:
    """The comparison of `{"batch", "scenarios", "samples", "seconds", "work", "gap", "seed"}`, all of them there."""
    from matcher.service.jobs.comparing import comparison

    return comparison(payload, task)


KINDS: Mapping[str, Kind] = {"plan": plan, "scenarios": scenarios}
"""What each kind of job does."""


def load() -> Mapping[str, Kind]:
    """Loads the solver with its kernels. What goes wrong will go wrong again with the job, which tells it."""
    with suppress(Exception):
        from matcher.loading import load_solver

        load_solver()
    return KINDS


def main(load: Callable[[], Mapping[str, Kind]], nicer: int = NICER) -> None:
    """Loads, then does the jobs on stdin until it ends.

    load: loads what jobs need and returns what each kind does. nicer: steps of priority below the parent.
    """
    out, lock = _own_output(), threading.Lock()
    _yield_to_parent(nicer)
    jobs: queue.SimpleQueue[Given] = queue.SimpleQueue()
    threading.Thread(target=_listen, args=(sys.stdin.buffer, jobs), daemon=True).start()  # a parent may be gone by now
    kinds = load()

    def send(message: dict[str, Any]) -> None:
        with lock:
            out.write(json.dumps(message).encode() + b"\n")
            out.flush()

    while True:
        _do(kinds, jobs.get(), send)


def _do(kinds: Mapping[str, Kind], given: Given, send: Callable[[dict[str, Any]], None]) -> None:
    header, payload, cancel = given
    task = Task(header["seconds"], header["memory"], cancel, _at_times(lambda told: send({"progress": told})))
    try:
        send({"result": kinds[header["kind"]](payload, task).decode()})
    except Exception as error:
        known = [type(error).__name__, asdict(error)] if isinstance(error, MatcherError) else None
        send({"problem": _problem(error), "error": known})


def _own_output() -> BinaryIO:
    """The stdout of the process for messages alone: what libraries print goes to stderr."""
    own = os.fdopen(os.dup(1), "wb")
    os.dup2(2, 1)
    return own


def _yield_to_parent(nicer: int) -> None:
    """Lets the parent go first on the processor, goes first when memory runs out, and dies with it."""
    if hasattr(os, "nice"):
        os.nice(nicer)
    if sys.platform == "linux":
        ctypes.CDLL(None).prctl(PR_SET_PDEATHSIG, signal.SIGKILL)
        with suppress(OSError):
            Path("/proc/self/oom_score_adj").write_text(str(KILLED_FIRST), encoding="ascii")


def _listen(source: BinaryIO, jobs: "queue.SimpleQueue[Given]") -> None:
    """Takes jobs, and `cancel` for the last of them; the end of stdin means that the parent is gone."""
    cancel = threading.Event()
    for line in source:
        if line.strip() == b"cancel":
            cancel.set()
        else:
            header, cancel = json.loads(line), threading.Event()
            jobs.put((header, source.read(header["bytes"]), cancel))
    os._exit(ORPHANED)


def _at_times(tell: Callable[[dict[str, Any]], None]) -> Callable[[dict[str, Any]], None]:
    """Passes on no more than a few reports a second."""
    next_time = 0.0

    def tell_at_times(told: dict[str, Any]) -> None:
        nonlocal next_time
        if time.monotonic() >= next_time:
            next_time = time.monotonic() + TELL_SECONDS
            with suppress(OSError):
                tell(told)

    return tell_at_times


def _told(progress: Progress) -> dict[str, Any]:
    return {name: getattr(progress, name) for name in ("stage", "values", "bounds", "gap", "seconds")}


def _problem(error: Exception) -> dict[str, Any]:
    """The error as a job's problem. Of one that was not foreseen only type and place: its text may hold anything."""
    if isinstance(error, InputError):
        shown = [asdict(problem) for problem in error.problems[:SHOWN]]
        words = {"zh": error.zh, "en": error.en}
        return {"code": "invalid", **words, "problems": shown, "total": len(error.problems)}
    if isinstance(error, OutOfMemoryError):
        return {"code": "out_of_memory", "zh": error.zh, "en": error.en}
    if isinstance(error, MatcherError):
        return {"code": "internal", "zh": error.zh, "en": error.en}
    frame = traceback.extract_tb(error.__traceback__)[-1]
    place = f"{type(error).__name__}, {os.path.basename(frame.filename)}:{frame.lineno}"
    return {
        "code": "internal",
        "zh": f"内部错误，没有得到结果（{place}）；请把此信息交给维护人员",
        "en": f"internal error, there is no result ({place}); please pass this on to whoever maintains the service",
    }


if __name__ == "__main__":
    main(load)
