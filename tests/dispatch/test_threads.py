"""Threads of the solver, which a process that plans all day must not pile up."""

import os
import threading

from matcher import dispatch
from tests.oracle.tiny import tiny_batch


def test_many_dispatches_leave_no_more_threads_than_one() -> None:
    for seed in range(20):
        dispatch(tiny_batch(seed))
    before = threading.active_count()
    for seed in range(20, 60):
        dispatch(tiny_batch(seed))
    assert threading.active_count() <= max(before, 1 + (os.cpu_count() or 1))
    assert before <= 1 + (os.cpu_count() or 1)
