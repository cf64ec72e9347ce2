"""Which batches an order can serve, of which it can prove anything, and its plan as visits."""

from collections.abc import Iterator
from datetime import timedelta

import numpy as np

from matcher.batch import Batch
from matcher.clock import whole_seconds
from matcher.order.outline import Drawn
from matcher.order.solving import Ordered
from matcher.order.timing import SECONDS
from matcher.people import NEVER
from matcher.plan import Visit
from matcher.scene import Scene

MOST_WAYS = 1_500
"""Pairs of visits of one person, for all people, up to which proofs are tried."""


def obstacles(batch: Batch) -> list[str]:
    """What is in a batch that an order does not know, as names of its fields; none: it can be served."""
    return list(_obstacles(batch))


def _obstacles(batch: Batch) -> Iterator[str]:
    for name in ("pins", "previous", "now"):
        if getattr(batch, name):
            yield name
    if batch.policy.shift_covers == "service":
        yield "policy.shift_covers"
    weighed = [name for tier in batch.policy.tiers for name, weight in tier.terms.items() if weight > 0]
    if any(name.startswith("load_over.") for name in weighed):
        yield "policy.tiers (load_over)"
    if any(len(volunteer.shifts) > 1 for volunteer in batch.volunteers):
        yield "volunteers.shifts"
    if any(volunteer.max_minutes is not None for volunteer in batch.volunteers):
        yield "volunteers.max_minutes"
    if any(request.after for request in batch.requests):
        yield "requests.after"
    if any(request.one_team for request in batch.requests):
        yield "requests.one_team"
    roles = [role for request in batch.requests for role in request.roles]
    if any(role.min_count is not None and role.min_count < role.count for role in roles):
        yield "requests.roles.min_count"
    if any(role.lag is not None and role.count > 1 for role in roles):
        yield "requests.roles.lag"


def steady(scene: Scene) -> bool:
    """Whether nothing that rules judge by the day of a visit can change between the first start and the last.

    An outline takes people who pass on the first day and on the last, and limits a day as if there were one.
    """
    batch, clock = scene.batch, scene.clock
    windows = [(request, window) for request in batch.requests for window in request.windows]
    if not windows:
        return True
    lag = max((role.lag.max for r in batch.requests for role in r.roles if role.lag is not None), default=0.0)
    first = clock.day(min(clock.seconds(window.start) for _, window in windows))
    last = clock.day(
        max(clock.seconds(window.end) + whole_seconds(window.late) for _, window in windows) + whole_seconds(lag)
    )
    held = [skill.valid_until for v in batch.volunteers for skill in v.skills]
    held += [owned.valid_until for v in batch.volunteers for owned in v.qualifications]
    return first == last or not (
        any(request.min_age is not None for request in batch.requests)
        or (scene.people.max_day < NEVER).any()
        or any(until is not None and first <= until < last for until in held)
    )


def provable(scene: Scene, drawn: Drawn) -> bool:
    """Whether proofs are tried: the day is small, and whoever an outline says nothing of cannot serve."""
    able = np.bincount(drawn.outline.able, minlength=1)
    return 0 < int((able * able).sum()) <= MOST_WAYS and steady(scene)


def visits_of(scene: Scene, drawn: Drawn, found: Ordered) -> list[Visit]:
    """The visits of a plan, sorted by request, role and volunteer; tours leave as late as they can."""
    clock, people, places = scene.clock, scene.people, scene.places
    at = np.where(found.who >= 0, found.start, np.iinfo(np.int64).max)
    last: dict[int, int] = {}
    visits = []
    for place in np.lexsort((at, found.who)).tolist():
        if found.who[place] < 0:
            continue
        who, where = int(drawn.people[found.who[place]]), drawn.places[place]
        request, start = scene.batch.requests[where.request], clock.moment(int(found.start[place]))
        before = last.get(who)
        origin = places.home[people.order[who]] if before is None else places.finish[before]
        site, home, factor = places.start[where.request], places.home[people.order[who]], people.factor[who]
        by_home = found.by_home is not None and bool(found.by_home[place])
        leg = int(scene.travel.seconds(home if by_home else origin, site, factor))
        homeward = int(scene.travel.seconds(origin, home, factor)) if by_home else 0
        last[who] = where.request
        visits.append(
            Visit(
                request=request.id,
                role=where.role.id,
                volunteer=people.ids[who],
                start=start,
                end=start + timedelta(seconds=int(drawn.outline.places[SECONDS, place])),
                leave=start - timedelta(seconds=leg) if before is None or by_home else None,
                travel_seconds=homeward + leg,
                via_home=by_home,
            )
        )
    return sorted(visits, key=lambda visit: (visit.request, visit.role, visit.volunteer))
