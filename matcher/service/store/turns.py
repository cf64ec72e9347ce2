"""Turns of the threads that write: in the order they came, where a lock lets one starve the others."""

import threading
from collections import deque
from collections.abc import Iterator
from contextlib import contextmanager

from matcher.service.store.failures import as_unavailable


class Turns:
    """One thread at a time has its turn."""

    def __init__(self) -> None:
        self._guard = threading.Lock()
        self._line: deque[threading.Event] = deque()

    @contextmanager
    def mine(self, wait: float) -> Iterator[None]:
        """Waits for this thread's turn, at most so many seconds; then raises Unavailable (`locked`)."""
        turn = threading.Event()
        with self._guard:
            self._line.append(turn)
            self._call_first()
        try:
            if not turn.wait(wait):
                raise as_unavailable("locked")
            yield
        finally:
            with self._guard:
                self._line.remove(turn)
                self._call_first()

    def _call_first(self) -> None:
        if self._line:
            self._line[0].set()
