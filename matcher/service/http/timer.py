"""What the service does by itself: deadlines of offers, and the daily purge."""

import logging
import threading
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import timedelta

from matcher.service.access.caller import SYSTEM
from matcher.service.access.kinds import KINDS
from matcher.service.access.purge import PURGE, purge
from matcher.service.http.loop import offering_of
from matcher.service.http.services import Services
from matcher.service.store.engine import Unavailable

DEADLINES_SECONDS = 20.0
"""How often deadlines of offers are looked at."""
PURGE_SECONDS = 600.0
"""How often it is asked whether a purge is due."""
PURGE_EVERY = timedelta(days=1)

LOG = logging.getLogger("matcher.service.timer")


@dataclass(frozen=True)
class Chore:
    """Something done again and again; every: seconds between."""

    name: str
    every: float
    do: Callable[[], object]


class Timer:
    """A thread that does chores until it is stopped, each for the first time when its seconds have gone by.

    What fails is logged by its kind, and done again at its next time. clock: seconds that only grow.
    """

    def __init__(self, chores: Sequence[Chore], clock: Callable[[], float] = time.monotonic) -> None:
        self._clock = clock
        self._due = {chore: clock() + chore.every for chore in chores}
        self._stopping = threading.Event()
        self._thread = threading.Thread(target=self._run, name="matcher-timer", daemon=True)

    def start(self) -> None:
        """Starts the thread; to be called once."""
        self._thread.start()

    def stop(self, timeout: float) -> None:
        """Ends the thread; waits so many seconds for a chore under way."""
        self._stopping.set()
        self._thread.join(timeout)

    def tick(self) -> None:
        """Does what is due."""
        for chore in [chore for chore, due in self._due.items() if due <= self._clock()]:
            try:
                chore.do()
            except Exception as error:
                LOG.error("%s: %s", chore.name, error.code if isinstance(error, Unavailable) else type(error).__name__)
            self._due[chore] = self._clock() + chore.every

    def _run(self) -> None:
        while not self._stopping.wait(max(0.0, min(self._due.values()) - self._clock())):
            self.tick()


def chores_of(services: Services) -> list[Chore]:
    """The chores of the service."""
    return [
        Chore("deadlines", DEADLINES_SECONDS, lambda: offering_of(services).expire()),
        Chore("purge", PURGE_SECONDS, lambda: purge_daily(services)),
    ]


def purge_daily(services: Services) -> None:
    """Purges unless the audit tells of a purge within a day, by this service, another one or `matcher purge`."""
    now, last = services.clock(), services.audit.last(PURGE)
    if last is None or now - last >= PURGE_EVERY:
        before = now - timedelta(days=services.settings.keep_days)
        purge(services.store, services.audit, KINDS, before, SYSTEM)
