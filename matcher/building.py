"""Batch → instance: the arrays that the solver sees."""

from collections import defaultdict
from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from matcher.batch import Batch, Request
from matcher.choices import Choices
from matcher.clock import Clock, whole_seconds
from matcher.gains import Floats, Ints, Tiers
from matcher.instance import Instance, pointers, sorted_by
from matcher.nodes import Nodes, Store
from matcher.people import NEVER
from matcher.scene import Scene


def build_instance(batch: Batch, scene: Scene | None = None) -> Instance:
    """The arrays of a batch that has passed `matcher.reading.check_batch`; `scene` is the batch's, if it is there."""
    scene = scene or Scene(batch)
    clock, people, places = scene.clock, scene.people, scene.places
    order = sorted(range(len(batch.requests)), key=lambda i: batch.requests[i].id)
    requests = [batch.requests[i] for i in order]
    required = np.array([request.mandatory or request.id in scene.pins for request in requests], dtype=np.bool_)
    tiers = Tiers(batch, people, clock, requests, bool(required.any()))
    choices = Choices(scene, order, tiers)
    linked = np.array(choices.linked, dtype=np.bool_)
    numbers = np.arange(len(requests))
    role_count = np.array([len(request.roles) for request in requests], dtype=np.int64)
    role_ptr = pointers(role_count)
    slots = _columns(choices.slots, 3)
    slot_request = np.repeat(numbers, np.diff(choices.slot_ptr))
    option_times = _columns(choices.option_times, 2)
    option_request = np.repeat(numbers, np.diff(choices.option_ptr))
    node_ptr, node_slot, node, node_gain = _nodes(choices.nodes, slots[:, 1], people.count, tiers.required)
    used = np.unique(np.concatenate([places.start, places.finish]).astype(np.int64)) if len(slots) else numbers[:0]
    pins, pinned_seconds, conflicts = _pins(scene, choices.placed)
    pin_count = np.bincount(pins[:, 0], minlength=people.count)
    return Instance(
        volunteer_ids=people.ids,
        request_ids=[r.id for r in requests],
        role_ids=[role.id for r in requests for role in r.roles],
        team_ids=people.teams(),
        tiers=tiers,
        recent=people.recent,
        factor=people.factor,
        cap_requests=np.maximum(0, np.minimum(people.max_requests, people.max_asks - people.asked) - pin_count),
        cap_day=people.max_day,
        cap_seconds=np.maximum(0, people.max_service - pinned_seconds),
        pin_ptr=pointers(pin_count),
        pin_start=pins[:, 1],
        pin_day=_days(clock, pins[:, 1]),
        required=required,
        linked=linked,
        role_ptr=role_ptr,
        role_request=np.repeat(numbers, role_count),
        role_min=np.array([role.min_count or role.count for r in requests for role in r.roles], dtype=np.int64),
        role_max=np.array([role.count for r in requests for role in r.roles], dtype=np.int64),
        role_seconds=np.array(
            [whole_seconds(role.minutes or r.minutes) for r in requests for role in r.roles], dtype=np.int64
        ),
        slot_role=role_ptr[slot_request] + slots[:, 0],
        slot_start=slots[:, 1],
        slot_day=_days(clock, slots[:, 1]),
        slot_team=slots[:, 2],
        slot_gain=tiers.slot_gain(slot_request, slots[:, 0], slots[:, 1], linked),
        option_request=option_request,
        option_start=option_times[:, 0],
        option_end=option_times[:, 1],
        option_ptr=pointers(np.array([len(o) for o in choices.options], dtype=np.int64)),
        option_slots=np.array([s for o in choices.options for s in o], dtype=np.int64),
        option_gain=tiers.option_gain(option_request, option_times[:, 1], linked, required),
        after=_after(requests),
        node_ptr=node_ptr,
        node_slot=node_slot,
        node=node,
        node_gain=node_gain,
        table=scene.travel.table(used),
        start_place=np.searchsorted(used, places.start[order]),
        finish_place=np.searchsorted(used, places.finish[order]),
        min_leg=whole_seconds(batch.policy.min_travel_minutes),
        home_between=batch.policy.home_between,
        now=scene.now,
        metric=batch.travel.kind != "matrix",
        conflicts=conflicts,
        complete=choices.complete,
        outside=choices.outside if choices.outside is not None and choices.outside.asked else None,
    )


def _nodes(
    store: Store, slot_start: Ints, people: int, required: bool
) -> tuple[Ints, Ints, dict[str, NDArray[np.int32]], dict[int, Floats]]:
    """Nodes by volunteer, start and slot: where each volunteer begins, and the slot, fields and gains of each."""
    rank = np.empty(len(slot_start), dtype=np.int32)
    rank[np.argsort(slot_start, kind="stable")] = np.arange(len(rank))
    volunteer = store.take("volunteer")
    row, slot = store.spread()
    _, order = sorted_by(rank[slot], len(rank))
    ptr, by_volunteer = sorted_by(volunteer[row[order]], people)
    order = order[by_volunteer]
    row, slot = row[order], slot[order]
    node = {"volunteer": volunteer[row], "start": slot_start.astype(np.int32)[slot]}
    del volunteer, order, by_volunteer
    node["first"] = (node["start"] >= store.take("earliest")[row]).astype(np.int32)
    node["last"] = (node["start"] <= store.take("latest")[row]).astype(np.int32)
    node |= {name: store.take(name)[row] for name in Nodes._fields if name not in node}
    gains = {t: store.take(t)[row] for t in sorted({*store.tiers(), *([0] if required else [])})}
    return ptr, slot.astype(np.int64), {name: node[name] for name in Nodes._fields}, gains


def _columns(rows: Sequence[Sequence[int]], width: int) -> Ints:
    """Rows as an array whose columns are contiguous, so that the kernels are compiled for one layout only."""
    return np.asfortranarray(np.array(rows, dtype=np.int64).reshape(-1, width))


def _days(clock: Clock, moments: Ints) -> Ints:
    """The calendar day of each moment, as an ordinal."""
    distinct, back = np.unique(moments, return_inverse=True)
    return np.array([clock.day(int(t)).toordinal() for t in distinct], dtype=np.int64)[back]


def _pins(scene: Scene, placed: set[int]) -> tuple[Ints, Ints, list[int]]:
    """Pins as (volunteer, start) sorted, pinned seconds per volunteer, and indices of pins that cannot be kept."""
    pins, people = scene.batch.pins, scene.people
    seconds_of = {
        (request.id, role.id): whole_seconds(role.minutes or request.minutes)
        for request in scene.batch.requests
        if request.id in scene.pins
        for role in request.roles
    }
    conflicts = {i for i in range(len(pins)) if i not in placed}
    seconds = np.zeros(people.count, dtype=np.int64)
    seen: dict[tuple[int, int], int] = {}
    for i, pin in enumerate(pins):
        key = (people.index[pin.volunteer], scene.clock.seconds(pin.start))
        seconds[key[0]] += seconds_of[pin.request, pin.role]
        if key in seen:
            conflicts |= {i, seen[key]}
        seen[key] = i
    return _columns(sorted(seen), 2), seconds, sorted(conflicts)


def _after(requests: Sequence[Request]) -> list[tuple[int, int, int, int]]:
    """(request, the one before, least, most seconds between) for every `after`."""
    index = {request.id: r for r, request in enumerate(requests)}
    rows: dict[tuple[int, int], list[tuple[int, int]]] = defaultdict(list)
    for r, request in enumerate(requests):
        for after in request.after:
            most = NEVER if after.max is None else whole_seconds(after.max)
            rows[r, index[after.request]].append((whole_seconds(after.min), most))
    return [(r, q, max(x[0] for x in xs), min(x[1] for x in xs)) for (r, q), xs in sorted(rows.items())]
