"""When and with which team a request can be served: its options.

An option fixes the start of every role and, with `one_team`, the team. A slot is one role at one
start with one team; the visits of an option's roles all lie in its slots.
"""

from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import product

from matcher.batch import Batch, Request, Role
from matcher.clock import Clock, whole_seconds

ANY_TEAM = -1
PINNED_ONLY = -2
"""Team numbers of slots: any people may come, or only those pinned."""

MOST_OPTIONS = 20_000
"""A request with more options than this is not solved exactly (docs/architecture.md)."""


@dataclass(frozen=True)
class Pin:
    """A pinned visit in numbers: index in the batch's pins, volunteer's id, role, start in seconds."""

    index: int
    volunteer: str
    role: str
    start: int


def pins_by_request(batch: Batch, clock: Clock) -> dict[str, list[Pin]]:
    """The pins of each request."""
    found: dict[str, list[Pin]] = defaultdict(list)
    for i, pin in enumerate(batch.pins):
        found[pin.request].append(Pin(i, pin.volunteer, pin.role, clock.seconds(pin.start)))
    return found


class Starts:
    """Every start a request's roles may have: `first` of the request, `lags` after it per role index."""

    def __init__(self, request: Request, step: int, clock: Clock, pins: list[Pin]) -> None:
        self.request = request
        self.seconds = [whole_seconds(role.minutes or request.minutes) for role in request.roles]
        self._pinned: dict[str, set[int]] = defaultdict(set)
        for pin in pins:
            self._pinned[pin.role].add(pin.start)
        leading = {role.id for role in request.roles if role.lag is None}
        together = {pin.start for pin in pins if pin.role in leading}
        self.first = sorted(together) if together else self._window_starts(step, clock)
        if len(together) > 1:
            self.first = []
        self.lags = [self._lags(role, step) for role in request.roles]

    def _window_starts(self, step: int, clock: Clock) -> list[int]:
        windows = [(clock.seconds(w.start), clock.seconds(w.end) + whole_seconds(w.late)) for w in self.request.windows]
        starts = [range(start, last + 1, step) for start, last in windows]
        return sorted(set().union(*starts)) if len(starts) > 1 else list(starts[0])

    def _lags(self, role: Role, step: int) -> list[int]:
        if role.lag is None:
            return [0]
        return list(range(whole_seconds(role.lag.min), whole_seconds(role.lag.max) + 1, step))

    def of_role(self, role: int) -> list[int]:
        """All starts the role may have, sorted."""
        pinned = self._pinned.get(self.request.roles[role].id)
        if self.lags[role] == [0] and not pinned:
            return self.first
        starts = {first + lag for first in self.first for lag in self.lags[role]}
        return sorted(starts & pinned if pinned else starts)

    def combinations(self, usable: list[set[int]]) -> Iterator[tuple[int, ...]]:
        """Start of every role, for all combinations whose starts are usable per role."""
        for first in self.first:
            choices = [
                [first + lag for lag in lags if first + lag in usable[role]] for role, lags in enumerate(self.lags)
            ]
            yield from product(*choices)
