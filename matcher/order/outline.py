"""Scene → outline: a batch as arrays without a node for each start."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

import numpy as np
from numpy.typing import NDArray

from matcher.batch import Role
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
    scale [T]: weight of each tier's unit in the costs. weights [T, 10]: of each cost in each tier, as `Outline.weight`.
    """

    outline: Outline
    people: Ints
    requests: list[int]
    places: list[Place]
    gains: Floats
    value: Floats
    scale: Floats
    weights: Floats


def draw(scene: Scene) -> Drawn:
    """The outline of a batch that `matcher.order.obstacles` has nothing against."""
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
    scale, value, weights = _scale(scene), _coverage(scene, requests), _weights(scene)
    gain = np.concatenate([np.zeros((tiers.count, 0)), *gains], axis=1)
    outline = Outline(
        **_arrays(scene, who, requests, places),
        missed=np.where([batch.requests[i].mandatory for i in requests], MANDATORY, scale @ value),
        able_ptr=np.cumsum([0, *map(len, able)], dtype=np.int64),
        able=np.concatenate([np.zeros(0, dtype=np.int64), *able]),
        able_cost=-(scale @ gain),
        table=_table(scene, who, requests),
        weight=scale @ weights,
        step=scene.step,
        late_by_end=batch.policy.late_by == "end",
        leaves_at_shift=batch.policy.leaves == "shift",
    )
    return Drawn(outline, who, requests, places, gain, value, scale, weights)


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


def _arrays(scene: Scene, who: Ints, requests: list[int], places: list[Place]) -> dict[str, Any]:
    """What the outline says of people, requests, windows and places."""
    seconds, asked = scene.clock.seconds, [scene.batch.requests[i] for i in requests]
    windows = [window for request in asked for window in sorted(request.windows, key=lambda window: window.start)]
    ends, number = [seconds(window.end) for window in windows], {index: r for r, index in enumerate(requests)}
    lags = [place.role.lag for place in places]
    start, finish, _ = _numbered(scene, who, requests)
    return {
        "people": _people(scene, who, requests),
        "requests": _rows(start, finish, [NEVER if r.due is None else seconds(r.due) for r in asked]),
        "windows": _rows(
            [seconds(window.start) for window in windows],
            ends,
            [end + whole_seconds(window.late) for end, window in zip(ends, windows, strict=True)],
        ),
        "places": _rows(
            [number[place.request] for place in places],
            [whole_seconds(p.role.minutes or scene.batch.requests[p.request].minutes) for p in places],
            [0 if lag is None else whole_seconds(lag.min) for lag in lags],
            [-1 if lag is None else whole_seconds(lag.max) for lag in lags],
        ),
        "ptr": np.cumsum([0, *(sum(role.count for role in r.roles) for r in asked)], dtype=np.int64),
        "window_ptr": np.cumsum([0, *(len(r.windows) for r in asked)], dtype=np.int64),
    }


def _rows(*rows: Any) -> Ints:
    """Rows of one length as an array."""
    return np.array(rows, dtype=np.int64)


def _people(scene: Scene, who: Ints, requests: list[int]) -> Ints:
    """`Outline.people`."""
    people, seconds = scene.people, scene.clock.seconds
    volunteers = [scene.batch.volunteers[i] for i in people.order[who]]
    shifts, breaks = [v.shifts[0] for v in volunteers], [v.break_ for v in volunteers]
    shut = np.array([seconds(shift.end) for shift in shifts], dtype=np.int64)
    person = people.order[who]
    _, _, used = _numbered(scene, who, requests)
    end = scene.places.end[person].astype(np.int64)
    return _rows(
        [seconds(shift.start) for shift in shifts],
        shut + np.array([whole_seconds(shift.overtime) for shift in shifts], dtype=np.int64),
        shut,
        np.searchsorted(used, scene.places.home[person]),
        np.where(end == OPEN, -1, np.searchsorted(used, end)),
        np.unique(people.factor[who], return_inverse=True)[1],
        np.minimum(np.minimum(people.max_requests, people.max_day), people.max_asks - people.asked)[who],
        people.recent[who],
        [0 if b is None else seconds(b.start) for b in breaks],
        [0 if b is None else seconds(b.end) for b in breaks],
        [0 if b is None else whole_seconds(b.minutes) for b in breaks],
    )


def _numbered(scene: Scene, who: Ints, requests: list[int]) -> tuple[Ints, Ints, Ints]:
    """Numbers of the places where each request starts and ends, and the places that have numbers."""
    places, person = scene.places, scene.people.order[who]
    start, finish = places.start[requests], places.finish[requests]
    used = np.unique(np.concatenate([places.home[person], places.end[person], start, finish]))
    used = used[used != OPEN].astype(np.int64)
    return np.searchsorted(used, start), np.searchsorted(used, finish), used


def _table(scene: Scene, who: Ints, requests: list[int]) -> Ints:
    """Legs between all places, for each factor of travel."""
    used = _numbered(scene, who, requests)[2]
    base = scene.travel.table(used)
    legs = [scene.travel.rounded(base, factor) for factor in np.unique(scene.people.factor[who])]
    return np.array(legs, dtype=np.int64).reshape(-1, len(used), len(used))
