"""Raw solution → plan: indices become ids, seconds become times."""

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from datetime import timedelta
from itertools import zip_longest

from matcher.batch import Batch
from matcher.clock import Clock
from matcher.instance import Instance
from matcher.leaving import left_in_time
from matcher.plan import Bound, Note, Status, Stop, Unserved, Visit
from matcher.scene import Scene
from matcher.solver.past import Past
from matcher.solver.solution import Solution, Stay

PROVED = 1e-6
"""Largest gap of a plan that is called optimal."""


@dataclass(frozen=True)
class Found:
    """What a method gives: visits (null: none that serve all that is mandatory), their tiers, a bound of each tier.

    impossible: no plan serves all that is mandatory. conflicts: pointers to what contradicts itself then, if known.
    past: gives what was found, for another solve.
    """

    visits: list[Visit] | None
    values: Sequence[float] | None
    bounds: Sequence[float | None]
    stop: Stop
    log: Sequence[Note]
    impossible: bool = field(default=False, kw_only=True)
    conflicts: list[str] | None = field(default=None, kw_only=True)
    past: Callable[[], Past] = field(default=Past, kw_only=True)

    def within(self, gap: float) -> bool:
        """Whether every tier is proved to be within this gap, or optimal."""
        reached = None if self.values is None else gap_of(self.values, Bound(tiers=tuple(self.bounds)))
        return reached is not None and reached <= max(gap, PROVED)


def of_routes(scene: Scene, inst: Instance, solution: Solution) -> Found:
    """What the solver of routes found, in the policy's tiers: without the one of what is required, with offsets."""
    skip, offset = int(inst.tiers.required), inst.tiers.offset.tolist()
    if skip and solution.bounds[0] is not None and solution.bounds[0] < inst.needed - 0.5:
        return Found(None, None, [], "proved", [], impossible=True)
    bounds = [None if b is None else b + o for b, o in zip(solution.bounds, offset, strict=True)][skip:]
    if solution.visits is None:
        return Found(None, None, bounds, solution.stop, [])
    visits = left_in_time(scene, visits_of(scene.batch, inst, solution.visits))
    values = [v + o for v, o in zip(solution.values, offset, strict=True)][skip:]
    return Found(visits, values, bounds, solution.stop, solution.log, past=solution.past)


def better_of(one: Found, other: Found) -> Found:
    """The better plan of two, with what both proved: a bound holds for whatever is at least as good."""
    if one.impossible or other.impossible:
        return one if one.impossible else other
    proved = [least(a, b) for a, b in zip_longest(one.bounds, other.bounds)]
    best = max((one, other), key=lambda found: [] if found.values is None else [round(v, 6) for v in found.values])
    return replace(best, bounds=proved, stop=other.stop, log=[*one.log, *other.log])


def least(one: float | None, other: float | None) -> float | None:
    """The lower of two bounds, null if there is neither."""
    return min((bound for bound in (one, other) if bound is not None), default=None)


def visits_of(batch: Batch, inst: Instance, stays: Sequence[Stay]) -> list[Visit]:
    """The visits of a solution, sorted by request, role and volunteer."""
    clock = Clock(batch.horizon.start)
    visits = []
    for stay in stays:
        slot = stay.slot
        role, start = int(inst.slot_role[slot]), int(inst.slot_start[slot])
        team = int(inst.slot_team[slot])
        begin = clock.moment(start)
        visits.append(
            Visit(
                request=inst.request_ids[int(inst.role_request[role])],
                role=inst.role_ids[role],
                volunteer=inst.volunteer_ids[stay.volunteer],
                start=begin,
                end=begin + timedelta(seconds=int(inst.role_seconds[role])),
                team=inst.team_ids[team] if team >= 0 else None,
                leave=clock.moment(start - stay.out) if stay.from_home else None,
                travel_seconds=stay.travel,
                via_home=stay.via_home,
            )
        )
    return sorted(visits, key=lambda v: (v.request, v.role, v.volunteer))


def unserved_of(batch: Batch, visits: Sequence[Visit]) -> list[Unserved]:
    """Every role with empty places, by request id and role order."""
    filled: dict[tuple[str, str], int] = {}
    for visit in visits:
        key = (visit.request, visit.role)
        filled[key] = filled.get(key, 0) + 1
    return [
        Unserved(request=request.id, role=role.id, missing=missing)
        for request in sorted(batch.requests, key=lambda r: r.id)
        for role in request.roles
        if (missing := role.count - filled.get((request.id, role.id), 0)) > 0
    ]


def rounded_bound(bound: float | None, value: float) -> float | None:
    """A bound as a plan states it: the value itself where they are equal, else rounded up to 6 decimals."""
    if bound is None:
        return None
    stated = round(value, 6)
    if bound - value <= PROVED * 0.5 * max(1.0, abs(value)):
        return stated
    return max(stated, math.ceil(bound * 1e6) / 1e6)


def gap_of(values: Sequence[float], bound: Bound) -> float | None:
    """The largest gap of the tiers, null if one has no bound."""
    gaps = [None if b is None else max(0.0, b - v) / max(1.0, abs(v)) for v, b in zip(values, bound.tiers, strict=True)]
    return None if any(g is None for g in gaps) else max(g for g in gaps if g is not None)


def status_of(gap: float | None) -> Status:
    """Status of a plan that was found."""
    return "optimal" if gap is not None and gap <= PROVED else "feasible"
