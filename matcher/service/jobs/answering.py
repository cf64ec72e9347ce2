"""Questions that are answered while a caller waits, each in a child process, which is there before its question."""

import logging
import queue
import threading
import time
from collections.abc import Sequence
from concurrent.futures import Future
from contextlib import suppress
from typing import Any

from matcher.errors import InputError, InternalError, MatcherError, OutOfMemoryError, Problem
from matcher.service.jobs.process import Child

ANSWERING = 2
"""Questions answered at a time; others wait."""
LOAD = "load"
"""Kind of the question that has a child load what others need."""
LOAD_SECONDS = 600.0
"""Seconds a child may take to load: it compiles kernels if that was never done."""
KEPT_MEGABYTES = 512.0
"""Memory up to which a child is kept for the next question; about 300 are the libraries."""
LOOK_SECONDS = 0.2
"""How often a thread looks at its child and for its own stop."""
PAUSE_SECONDS = 1.0
"""How long it waits after a child that could not be started or loaded."""
ERRORS = {error.__name__: error for error in (InputError, InternalError, MatcherError, OutOfMemoryError)}
"""The errors of the core."""

LOG = logging.getLogger("matcher.service.jobs")


class LostError(MatcherError):
    """A child ended before it answered."""


class _Question:
    """A question of some kind, and its answer to come, which nobody waits for after `until`."""

    def __init__(self, kind: str, payload: bytes, seconds: float) -> None:
        self.kind, self.payload, self.seconds = kind, payload, seconds
        self.until, self.answer = time.monotonic() + seconds, Future[str]()


class Answerers:
    """Threads that have questions answered until they are stopped; each starts the next when it takes its first one.

    command: starts a child. memory: most megabytes of one.
    """

    def __init__(self, command: Sequence[str], memory: float) -> None:
        self._command, self._memory = command, memory
        self._questions: queue.SimpleQueue[_Question] = queue.SimpleQueue()
        self._stopping = threading.Event()
        names = [f"matcher-question-{i}" for i in range(ANSWERING)]
        self._threads = [threading.Thread(target=self._run, name=name, daemon=True) for name in names]
        self._resting = list(self._threads)

    def start(self) -> None:
        """Starts a thread, if one is left, so that its child loads before there is a question for it."""
        with suppress(IndexError):
            self._resting.pop().start()

    def stop(self, timeout: float) -> bool:
        """Ends the children and the threads; false: not all within so many seconds."""
        self._stopping.set()
        until = time.monotonic() + timeout
        for thread in filter(threading.Thread.is_alive, self._threads):
            thread.join(max(0.0, until - time.monotonic()))
        return not any(thread.is_alive() for thread in self._threads)

    def ask(self, kind: str, payload: bytes, seconds: float) -> Future[str]:
        """The answer to come, or what the child raises, or LostError; after so many seconds it comes no more."""
        question = _Question(kind, payload, seconds)
        self._questions.put(question)
        return question.answer

    def _run(self) -> None:
        while not self._stopping.is_set():
            try:
                with Child(self._command) as child:
                    if not self._answered(child, _Question(LOAD, b"", LOAD_SECONDS)):
                        self._stopping.wait(PAUSE_SECONDS)
                        continue
                    while (question := self._next(child)) and self._answered(child, question):
                        if child.used > KEPT_MEGABYTES:
                            break
            except Exception as error:
                LOG.error("answers: %s", type(error).__name__)  # its text may hold anything
                self._stopping.wait(PAUSE_SECONDS)

    def _next(self, child: Child) -> _Question | None:
        """The next question that somebody waits for; null: the child has died, or no more are answered."""
        while child.alive and not self._stopping.is_set():
            with suppress(queue.Empty):
                question = self._questions.get(timeout=LOOK_SECONDS)
                if question.answer.set_running_or_notify_cancel():
                    self.start()
                    return question
        return None

    def _answered(self, child: Child, question: _Question) -> bool:
        """Has the child answer; false: it is lost, or has not answered in time."""
        child.begin(question.kind, question.payload, question.seconds, self._memory)
        while not self._stopping.is_set() and (left := question.until - time.monotonic()) > 0:
            match child.message(min(left, LOOK_SECONDS)):
                case {"result": text}:
                    question.answer.set_result(text)
                    return True
                case {"problem": problem, "error": error}:
                    question.answer.set_exception(_raised(problem, error))
                    return True
                case {"lost": problem}:
                    LOG.warning("answers: %s lost, %s", question.kind, problem["code"])
                    question.answer.set_exception(LostError(problem["zh"], problem["en"]))
                    return False
        return False


def _raised(problem: dict[str, Any], error: tuple[str, dict[str, Any]] | None) -> MatcherError:
    """The error that a child raised; one that was not foreseen is logged, and is a fault of ours."""
    if error is None:
        LOG.error("answers: %s", problem["en"])
        return InternalError(problem["zh"], problem["en"])
    name, fields = error
    if "problems" in fields:
        fields["problems"] = [Problem(**each) for each in fields["problems"]]
    return ERRORS[name](**fields)
