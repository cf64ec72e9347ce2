"""When the first leg of each tour leaves, where it leaves as early as it can (`leaves = "shift"`)."""

from collections import defaultdict
from collections.abc import Sequence

import numpy as np

from matcher.clock import whole_seconds
from matcher.plan import Visit
from matcher.scene import Scene

LONG_AGO = -(2**40)
"""A moment, in seconds, before all others."""


def left_in_time(scene: Scene, visits: Sequence[Visit]) -> list[Visit]:
    """The visits of a plan in which tours leave as late as they can, with `leave` as the policy has it."""
    if scene.batch.policy.leaves == "late":
        return list(visits)
    of_volunteer = defaultdict[str, list[int]](list)
    for row in sorted(range(len(visits)), key=lambda row: visits[row].start):
        of_volunteer[visits[row].volunteer].append(row)
    early, number = list(visits), {request.id: i for i, request in enumerate(scene.batch.requests)}
    for volunteer, rows in of_volunteer.items():
        who, shift, home = scene.people.index[volunteer], -1, LONG_AGO
        for row in rows:
            visit = visits[row]
            holds = _shift(scene, who, visit)
            if holds != shift:
                shift = holds
                early[row] = _left_at(scene, visit, max(int(scene.people.shift_start[shift]), home))
            turn = int(scene.ways.legs(number[visit.request], np.array([who])).turn[0])
            home = _end(scene, number[visit.request], visit) + turn
    return early


def _shift(scene: Scene, who: int, visit: Visit) -> int:
    """Index of the shift that holds a visit: the last that has begun."""
    first, end = scene.people.shift_ptr[who], scene.people.shift_ptr[who + 1]
    begun = scene.people.shift_start[first:end] <= scene.clock.seconds(visit.start)
    return int(first) + int(begun.sum()) - 1


def _left_at(scene: Scene, visit: Visit, ready: int) -> Visit:
    """The first visit of a tour, left for once the volunteer is ready, and not before `now` unless it is pinned."""
    assert visit.leave is not None
    start = scene.clock.seconds(visit.start)
    pins = {(pin.role, pin.volunteer, pin.start) for pin in scene.pins.get(visit.request, [])}
    free = ready if (visit.role, visit.volunteer, start) in pins else max(ready, scene.now)
    leave = min(free, scene.clock.seconds(visit.leave))
    return visit.model_copy(update={"leave": scene.clock.moment(leave)})


def _end(scene: Scene, number: int, visit: Visit) -> int:
    request = scene.batch.requests[number]
    minutes = next(role.minutes or request.minutes for role in request.roles if role.id == visit.role)
    return scene.clock.seconds(visit.start) + whole_seconds(minutes)
