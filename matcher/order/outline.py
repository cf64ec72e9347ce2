"""Scene → outline: a batch as arrays without a node for each start."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

import numpy as np
from numpy.typing import NDArray

from matcher.batch import Request, Role
from matcher.clock import whole_seconds
from matcher.gains import Tiers
from matcher.order.timing import Outline
from matcher.people import NEVER
from matcher.places import OPEN
from matcher.scene import Scene

Ints = NDArray[np.int64]
Floats = NDArray[np.float64]

PER_SECOND = ("travel", "waiting", "tardiness", "overtime", "max_lateness", "max_idle", "workload_spread")
PER_UNIT = ("missed_break", "workload")
APART = 1000.0
"""How much more a unit of a tier weighs than one of the next: a search sees one number, the plan is judged by tiers."""
MANDATORY = 1e9


@dataclass(frozen=True)
class Place:
    """A place of a request that somebody is to fill: index of the request in the batch, and its role."""

    request: int
    role: Role


@dataclass(frozen=True)
class Drawn:
    """An outline and what its numbers mean.

    people: indices of its people in `People` [V]. requests: indices of its requests in the batch [R]; those left out
    cannot be served. places [P]. gains [T, E]: what each of `able` adds to each tier there. value [T, R]: coverage.
    scale [T]: weight of each tier's unit in the costs.
    """

    outline: Outline
    people: Ints
    requests: list[int]
    places: list[Place]
    gains: Floats
    value: Floats
    scale: Floats


def draw(scene: Scene) -> Drawn:
    """The outline of a batch that `matcher.order.serves` has nothing against."""
    batch, people, clock = scene.batch, scene.people, scene.clock
    who = np.flatnonzero(np.diff(people.shift_ptr) == 1)
    tiers = Tiers(batch, people, clock, batch.requests, required=False)
    order = sorted(range(len(batch.requests)), key=lambda i: batch.requests[i].id)
    requests, places, able, gains = list[int](), list[Place](), list[Ints](), list[Floats]()
    for i in order:
        request = batch.requests[i]
        found = [_able(scene, tiers, i, role, who) for role in request.roles]
        if all(len(people_able) >= role.count for (people_able, _), role in zip(found, request.roles, strict=True)):
            requests.append(i)
            for role, (people_able, gain) in zip(request.roles, found, strict=True):
                places += [Place(i, role)] * role.count
                able += [people_able] * role.count
                gains += [gain] * role.count
    scale, value = _scale(scene), _coverage(scene, requests)
    gain = np.concatenate([np.zeros((tiers.count, 0)), *gains], axis=1)
    outline = Outline(
        **_of_people(scene, who),
        **_of_requests(scene, requests, scale @ value),
        **_of_places(scene, requests, places),
        able_ptr=np.cumsum([0, *map(len, able)], dtype=np.int64),
        able=np.concatenate([np.zeros(0, dtype=np.int64), *able]),
        able_cost=-(scale @ gain),
        **_ways(scene, who, requests),
        weight=scale @ _weights(scene),
        step=scene.step,
        late_by_end=batch.policy.late_by == "end",
        leaves_at_shift=batch.policy.leaves == "shift",
    )
    return Drawn(outline, who, requests, places, gain, value, scale)


def _able(scene: Scene, tiers: Tiers, index: int, role: Role, who: Ints) -> tuple[Ints, Floats]:
    """Who passes all rules of a role but time and limits, as positions in `who`, and what each adds [T, n]."""
    request, people = scene.batch.requests[index], scene.people
    reach = scene.batch.policy.reach.get(request.priority, 3)
    first = min(window.start for window in request.windows)
    last = max(window.end + timedelta(minutes=window.late) for window in request.windows)
    passes = np.ones(people.count, dtype=np.bool_)
    level = np.zeros(people.count, dtype=np.int64)
    lag = timedelta(minutes=0 if role.lag is None else role.lag.max)
    for moment in (first, last + lag):
        day = scene.clock.day(scene.clock.seconds(moment))
        holders, levels = people.holders(role.skill, role.level, day)
        fits = np.zeros(people.count, dtype=np.bool_)
        fits[holders[people.first_stop(request, day, reach, holders) == 0]] = True
        passes &= fits
        level[holders] = levels
    some = who[passes[who]]
    out = scene.ways.legs(index, some).out
    some, level = some[out <= people.max_travel[some]], level
    found = tiers.node_gain(request, role, some, level[some])
    gain = np.zeros((tiers.count, len(some)))
    for tier, amount in found.items():
        gain[tier] = amount
    return np.searchsorted(who, some), gain


def _scale(scene: Scene) -> Floats:
    """How much a unit of each tier weighs: `APART` times one of the next tier in which anything can count."""
    priorities = {f"coverage.{request.priority}" for request in scene.batch.requests}
    counts = [
        any(w > 0 and (not name.startswith("coverage.") or name in priorities) for name, w in tier.terms.items())
        for tier in scene.batch.policy.tiers
    ]
    after = np.cumsum(counts[::-1])[::-1]
    return np.where(counts, APART ** (after - 1.0), 0.0)


def _weights(scene: Scene) -> Floats:
    """The weight of each cost, in the order of `matcher.order.timing.BY_TRAVEL` and the others [T, 10]."""
    return np.array(
        [
            [tier.terms.get(name, 0.0) / 60 for name in PER_SECOND]
            + [tier.terms.get(name, 0.0) for name in PER_UNIT]
            + [tier.terms.get("lateness", 0.0) / 60]
            for tier in scene.batch.policy.tiers
        ]
    )


def _coverage(scene: Scene, requests: Sequence[int]) -> Floats:
    """What serving each request adds to each tier [T, R]."""
    asked = [scene.batch.requests[i] for i in requests]
    return np.array(
        [[tier.terms.get(f"coverage.{r.priority}", 0.0) * r.value for r in asked] for tier in scene.batch.policy.tiers]
    ).reshape(len(scene.batch.policy.tiers), len(asked))


def _of_people(scene: Scene, who: Ints) -> dict[str, Any]:
    people = scene.people
    at = people.shift_ptr[who]
    volunteers = [scene.batch.volunteers[i] for i in people.order[who]]
    breaks = [volunteer.break_ for volunteer in volunteers]
    seconds = scene.clock.seconds
    overtime = np.array([whole_seconds(v.shifts[0].overtime) for v in volunteers], dtype=np.int64)
    return {
        "opens": people.shift_start[at],
        "closes": np.array([seconds(v.shifts[0].end) for v in volunteers], dtype=np.int64) + overtime,
        "shut": np.array([seconds(v.shifts[0].end) for v in volunteers], dtype=np.int64),
        "most": np.minimum(np.minimum(people.max_requests, people.max_day), people.max_asks - people.asked)[who],
        "recent": people.recent[who],
        "rest_from": np.array([0 if b is None else seconds(b.start) for b in breaks], dtype=np.int64),
        "rest_to": np.array([0 if b is None else seconds(b.end) for b in breaks], dtype=np.int64),
        "rest": np.array([0 if b is None else whole_seconds(b.minutes) for b in breaks], dtype=np.int64),
    }


def _of_requests(scene: Scene, requests: Sequence[int], value: Floats) -> dict[str, Any]:
    seconds, asked = scene.clock.seconds, [scene.batch.requests[i] for i in requests]
    windows = [w for r in asked for w in sorted(r.windows, key=lambda w: w.start)]
    end = np.array([seconds(w.end) for w in windows], dtype=np.int64)
    return {
        "ptr": np.cumsum([0, *(sum(role.count for role in r.roles) for r in asked)], dtype=np.int64),
        "window_ptr": np.cumsum([0, *(len(r.windows) for r in asked)], dtype=np.int64),
        "window_from": np.array([seconds(w.start) for w in windows], dtype=np.int64),
        "window_to": end,
        "window_until": end + np.array([whole_seconds(w.late) for w in windows], dtype=np.int64),
        "due": np.array([NEVER if r.due is None else seconds(r.due) for r in asked], dtype=np.int64),
        "missed": np.where([r.mandatory for r in asked], MANDATORY, value) if asked else value,
    }


def _of_places(scene: Scene, requests: Sequence[int], places: Sequence[Place]) -> dict[str, Any]:
    number = {index: r for r, index in enumerate(requests)}
    lags = [place.role.lag for place in places]

    def seconds(request: Request, role: Role) -> int:
        return whole_seconds(role.minutes or request.minutes)

    return {
        "request": np.array([number[place.request] for place in places], dtype=np.int64),
        "seconds": np.array([seconds(scene.batch.requests[p.request], p.role) for p in places], dtype=np.int64),
        "lag_min": np.array([0 if lag is None else whole_seconds(lag.min) for lag in lags], dtype=np.int64),
        "lag_max": np.array([-1 if lag is None else whole_seconds(lag.max) for lag in lags], dtype=np.int64),
    }


def _ways(scene: Scene, who: Ints, requests: Sequence[int]) -> dict[str, Any]:
    """Legs between all places, for each factor of travel."""
    places, travel = scene.places, scene.travel
    person = scene.people.order[who]
    home, end = places.home[person].astype(np.int64), places.end[person].astype(np.int64)
    start, finish = places.start[list(requests)].astype(np.int64), places.finish[list(requests)].astype(np.int64)
    used = np.unique(np.concatenate([home, end[end != OPEN], start, finish]))
    factors, speed = np.unique(scene.people.factor[who], return_inverse=True)
    base = travel.table(used)
    return {
        "home": np.searchsorted(used, home),
        "finish": np.where(end == OPEN, -1, np.searchsorted(used, end)),
        "speed": speed.astype(np.int64),
        "place": np.searchsorted(used, start),
        "finish_place": np.searchsorted(used, finish),
        "table": np.array([travel.rounded(base, factor) for factor in factors]).reshape(-1, len(used), len(used)),
    }
