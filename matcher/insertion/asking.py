"""A request as it stands in a plan in force: what is still to fill, when, and by which teams."""

from collections import defaultdict
from collections.abc import Iterator, Sequence
from itertools import islice

import numpy as np

from matcher.batch import Request
from matcher.clock import whole_seconds
from matcher.options import ANY_TEAM, MOST_OPTIONS, Starts
from matcher.people import NEVER
from matcher.plan import Visit
from matcher.scene import Scene


class InForce:
    """A plan by request. visits: of each. followers: of each, the requests that come after it."""

    def __init__(self, scene: Scene, visits: Sequence[Visit]) -> None:
        self.visits = defaultdict[str, list[Visit]](list)
        for visit in visits:
            self.visits[visit.request].append(visit)
        self.followers = defaultdict[str, list[Request]](list)
        for request in scene.batch.requests:
            for after in request.after:
                self.followers[after.request].append(request)
        self._scene, self._requests = scene, {request.id: request for request in scene.batch.requests}

    def times(self, request_id: str) -> tuple[int, int] | None:
        """First start and last end of a request; null if it is not served."""
        visits = self.visits.get(request_id)
        if not visits:
            return None
        request, clock = self._requests[request_id], self._scene.clock
        seconds = {role.id: whole_seconds(role.minutes or request.minutes) for role in request.roles}
        starts = [clock.seconds(visit.start) for visit in visits]
        return min(starts), max(start + seconds[visit.role] for start, visit in zip(starts, visits, strict=True))


class Asked:
    """The request at an index of the scene's batch, beside a plan in force.

    visits: it has already; serving [V]: who makes them. seconds, least, most: of service, and people still to be
    sent at least and at most, per role. teams: that may come, as numbers.
    """

    def __init__(self, scene: Scene, index: int, in_force: InForce) -> None:
        self.scene, self.index, self._in_force = scene, index, in_force
        self.request = request = scene.batch.requests[index]
        self.visits = in_force.visits.get(request.id, [])
        self._starts = Starts(request, scene.step, scene.clock, scene.pins.get(request.id, []))
        self.seconds = self._starts.seconds
        filled = [[visit for visit in self.visits if visit.role == role.id] for role in request.roles]
        self._given = [{scene.clock.seconds(visit.start) for visit in mine} for mine in filled]
        self.most = [role.count - len(mine) for role, mine in zip(request.roles, filled, strict=True)]
        least = [role.count if role.min_count is None else role.min_count for role in request.roles]
        self.least = [max(0, number - len(mine)) for number, mine in zip(least, filled, strict=True)]
        self.serving = np.zeros(scene.people.count, dtype=np.bool_)
        self.serving[[scene.people.index[visit.volunteer] for visit in self.visits]] = True
        self.teams = self._teams() if request.one_team else [ANY_TEAM]

    def _pinned(self, visit: Visit) -> bool:
        pins = self.scene.pins.get(visit.request, [])
        key = (visit.role, visit.volunteer, self.scene.clock.seconds(visit.start))
        return any((pin.role, pin.volunteer, pin.start) == key for pin in pins)

    def _teams(self) -> list[int]:
        """The teams of all unpinned people it has already."""
        people = self.scene.people
        sent = [people.index[visit.volunteer] for visit in self.visits if not self._pinned(visit)]
        return [t for t, name in enumerate(people.teams()) if people.in_team(name)[sent].all()]

    def keeps_pins(self) -> bool:
        """Whether the plan in force has all its pins."""
        return sum(map(self._pinned, self.visits)) == len(self.scene.pins.get(self.request.id, []))

    def starts(self, q: int) -> list[int]:
        """The starts that role `q` may have: the one it has, or any."""
        return sorted(self._given[q]) or self._starts.of_role(q)

    def combinations(self, usable: Sequence[set[int]]) -> Iterator[tuple[int, ...]]:
        """Start of every role, for all combinations that keep `after`; at most `MOST_OPTIONS`.

        usable: starts at which the people who must be sent can be, per role.
        """
        possible = [
            given if not least else starts & given if given else starts
            for starts, given, least in zip(usable, self._given, self.least, strict=True)
        ]
        kept = (starts for starts in self._starts.combinations(possible) if self._keeps_after(starts))
        return islice(kept, MOST_OPTIONS)

    def end(self, starts: Sequence[int]) -> int:
        """When the last service ends."""
        return max(start + seconds for start, seconds in zip(starts, self.seconds, strict=True))

    def end_now(self) -> int | None:
        """When the last service ends in the plan in force."""
        times = self._in_force.times(self.request.id) if self.visits else None
        return None if times is None else times[1]

    def _keeps_after(self, starts: Sequence[int]) -> bool:
        for after in self.request.after:
            before = self._in_force.times(after.request)
            if before is None or not _apart(before[1], starts[0], after.min, after.max):
                return False
        for follower in self._in_force.followers[self.request.id]:
            later = self._in_force.times(follower.id)
            if later is not None:
                for after in follower.after:
                    if after.request == self.request.id and not _apart(
                        self.end(starts), later[0], after.min, after.max
                    ):
                        return False
        return True


def _apart(end: int, start: int, least: float, most: float | None) -> bool:
    """Whether so many minutes at least and at most lie between an end and a start."""
    return whole_seconds(least) <= start - end <= (NEVER if most is None else whole_seconds(most))
