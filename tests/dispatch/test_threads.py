"""Threads of the solver, which a process that plans all day must not pile up."""

import os
import threading

from matcher import dispatch
from tests.oracle.tiny import tiny_batch


def test_many_dispatches_leave_no_more_threads_than_one() -> None:
    """One pool for the process, which grows to a thread a core; other tests may have threads of their own."""
    before = set(threading.enumerate())
    for seed in range(60):
        dispatch(tiny_batch(seed))
    assert len(set(threading.enumerate()) - before) <= (os.cpu_count() or 1)
