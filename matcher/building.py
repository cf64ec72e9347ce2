"""Batch → instance: finds nodes, slots and options request by request and puts them together."""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from matcher.batch import Batch, Request
from matcher.candidates import NODE_FIELDS, Finder, Ways, step_seconds
from matcher.clock import Clock, whole_seconds
from matcher.gains import Tiers
from matcher.instance import Instance
from matcher.options import ANY_TEAM, MOST_OPTIONS, PINNED_ONLY, Pin, Starts, pins_by_request
from matcher.people import NEVER, People
from matcher.places import resolve
from matcher.travel import build

Ints = NDArray[np.int64]


@dataclass
class _Row:
    """What is found out about one request before all are put together."""

    request: Request
    nodes: list[NDArray[np.int32]]
    slots: list[tuple[int, int, int]]
    options: list[tuple[int, ...]]
    option_times: list[tuple[int, int]]


class _Builder:
    """Builds the parts of an instance, request by request."""

    def __init__(self, batch: Batch) -> None:
        self.batch, self.clock = batch, Clock(batch.horizon.start)
        self.people = People(batch, self.clock)
        self.places = resolve(batch)
        self.travel = build(batch, self.places)
        self.finder = Finder(batch, self.clock, self.people, Ways(batch, self.people, self.places, self.travel))
        self.pins = pins_by_request(batch, self.clock)
        self.order = sorted(range(len(batch.requests)), key=lambda i: batch.requests[i].id)
        self.requests = [batch.requests[i] for i in self.order]
        self.index = {request.id: i for i, request in enumerate(self.requests)}
        self.team_ids = self.people.teams()
        self.step = step_seconds(batch)
        self.followed = {after.request for r in batch.requests for after in r.after}
        self.complete = True
        self.placed: set[int] = set()

    def row(self, index: int) -> _Row:
        """Nodes, slots and options of the request at this index of `requests`."""
        request, pins = self.requests[index], self.pins.get(self.requests[index].id, [])
        starts = Starts(request, self.step, self.clock, pins)
        found = []
        for q, role in enumerate(request.roles):
            nodes = self.finder.nodes(self.order[index], request, role, starts.seconds[q], starts.of_role(q), pins)
            found.append(nodes)
            self._place_pins(role.id, nodes, pins)
        row = _Row(request, [], [], [], [])
        for team in self._variants(request, found):
            self._add_variant(row, starts, team, [self._members(nodes, team) for nodes in found], pins)
        return row

    def _place_pins(self, role: str, nodes: NDArray[np.int64], pins: list[Pin]) -> None:
        held = {(int(n[0]), int(n[1])) for n in nodes[nodes[:, NODE_FIELDS.index("pinned")] == 1]}
        for pin in pins:
            if pin.role == role and (self.people.index[pin.volunteer], pin.start) in held:
                self.placed.add(pin.index)

    def _variants(self, request: Request, found: list[NDArray[np.int64]]) -> list[int]:
        if not request.one_team:
            return [ANY_TEAM]
        pinned = any(nodes[:, 10].any() for nodes in found)
        who = np.unique(np.concatenate([nodes[:, 0] for nodes in found]))
        teams = [t for t, name in enumerate(self.team_ids) if self.people.in_team(name)[who].any()]
        return ([PINNED_ONLY] if pinned else []) + teams

    def _members(self, nodes: NDArray[np.int64], team: int) -> NDArray[np.int64]:
        if team == ANY_TEAM:
            return nodes
        pinned = nodes[:, 10] == 1
        if team != PINNED_ONLY:
            pinned |= self.people.in_team(self.team_ids[team])[nodes[:, 0]]
        kept: NDArray[np.int64] = nodes[pinned]
        return kept

    def _add_variant(
        self, row: _Row, starts: Starts, team: int, found: list[NDArray[np.int64]], pins: list[Pin]
    ) -> None:
        """Add the options, slots and nodes of one team that have enough candidates."""
        roles = row.request.roles
        usable: list[set[int]] = []
        for role, nodes in zip(roles, found, strict=True):
            moments, counts = np.unique(nodes[:, 1], return_counts=True)
            least = role.count if role.min_count is None else role.min_count
            pinned = sum(pin.role == role.id for pin in pins)
            enough = moments[counts >= least] if pinned <= role.count else moments[:0]
            usable.append(set(enough.tolist()))
        slot_of: dict[tuple[int, int], int] = {}
        for combination in starts.combinations(usable):
            if len(row.options) >= MOST_OPTIONS:
                self.complete = False
                break
            slots = []
            for q, start in enumerate(combination):
                if (q, start) not in slot_of:
                    slot_of[q, start] = len(row.slots)
                    row.slots.append((q, start, team))
                slots.append(slot_of[q, start])
            row.options.append(tuple(slots))
            ends = [start + starts.seconds[q] for q, start in enumerate(combination)]
            row.option_times.append((combination[0], max(ends)))
        for (q, start), slot in slot_of.items():
            nodes = found[q][found[q][:, 1] == start].astype(np.int32)
            row.nodes.append(np.column_stack([nodes, np.full(len(nodes), slot, dtype=np.int32)]))


def build_instance(batch: Batch) -> Instance:
    """The arrays of a batch that has passed `matcher.reading.check_batch`."""
    builder = _Builder(batch)
    rows = [builder.row(i) for i in range(len(builder.requests))]
    return _assemble(builder, rows)


def _assemble(b: _Builder, rows: list[_Row]) -> Instance:
    people, batch = b.people, b.batch
    linked = np.array([_is_linked(b, row) for row in rows], dtype=np.bool_)
    required = np.array([row.request.mandatory or row.request.id in b.pins for row in rows], dtype=np.bool_)
    role_count = np.array([len(row.request.roles) for row in rows], dtype=np.int64)
    role_ptr = _pointers(role_count)
    slot_ptr = _pointers(np.array([len(row.slots) for row in rows], dtype=np.int64))
    slots = _columns([s for row in rows for s in row.slots], 3)
    slot_request = np.repeat(np.arange(len(rows)), np.diff(slot_ptr))
    slot_role = role_ptr[slot_request] + slots[:, 0]
    options = [tuple(int(slot_ptr[r]) + s for s in option) for r, row in enumerate(rows) for option in row.options]
    times = _columns([t for row in rows for t in row.option_times], 2)
    nodes = np.concatenate(
        [np.zeros((0, len(NODE_FIELDS) + 1), dtype=np.int32)]
        + [
            part + np.array([0] * len(NODE_FIELDS) + [int(slot_ptr[r])], dtype=np.int32)
            for r, row in enumerate(rows)
            for part in row.nodes
        ]
    )
    nodes = nodes[np.argsort(_sort_key(nodes))]
    node = {name: np.ascontiguousarray(nodes[:, i]) for i, name in enumerate(NODE_FIELDS)}
    node_slot = nodes[:, -1].astype(np.int64)
    del nodes
    option_request = np.repeat(np.arange(len(rows)), [len(row.options) for row in rows])
    tiers = Tiers(batch, people, b.clock, b.requests, bool(required.any()))
    used = np.unique(np.concatenate([b.places.start, b.places.finish]).astype(np.int64))
    at = [b.order[i] for i in range(len(rows))]
    pins, pinned_seconds, conflicts = _pins(b)
    pin_count = np.bincount(pins[:, 0], minlength=people.count)
    return Instance(
        volunteer_ids=people.ids,
        request_ids=[r.id for r in b.requests],
        role_ids=[role.id for r in b.requests for role in r.roles],
        team_ids=b.team_ids,
        tiers=tiers,
        recent=people.recent,
        factor=people.factor,
        cap_requests=np.maximum(0, np.minimum(people.max_requests, people.max_asks - people.asked) - pin_count),
        cap_day=people.max_day,
        cap_seconds=np.maximum(0, people.max_service - pinned_seconds),
        pin_ptr=_pointers(pin_count),
        pin_start=pins[:, 1],
        pin_day=_days(b.clock, pins[:, 1]),
        required=required,
        linked=linked,
        role_ptr=role_ptr,
        role_request=np.repeat(np.arange(len(rows)), role_count),
        role_min=np.array([role.min_count or role.count for r in b.requests for role in r.roles], dtype=np.int64),
        role_max=np.array([role.count for r in b.requests for role in r.roles], dtype=np.int64),
        role_seconds=np.array(
            [whole_seconds(role.minutes or r.minutes) for r in b.requests for role in r.roles], dtype=np.int64
        ),
        slot_role=slot_role,
        slot_start=slots[:, 1],
        slot_day=_days(b.clock, slots[:, 1]),
        slot_team=slots[:, 2],
        slot_gain=tiers.slot_gain(slot_request, slots, linked),
        option_request=option_request,
        option_start=times[:, 0],
        option_end=times[:, 1],
        option_ptr=_pointers(np.array([len(o) for o in options], dtype=np.int64)),
        option_slots=np.array([s for o in options for s in o], dtype=np.int64),
        option_gain=tiers.option_gain(option_request, times[:, 1], linked, required),
        after=_after(b),
        node_ptr=np.searchsorted(node["volunteer"], np.arange(people.count + 1)),
        node_slot=node_slot,
        node=node,
        node_gain=tiers.node_gain(slot_request[node_slot], slots[node_slot, 0], node),
        table=b.travel.table(used),
        start_place=np.searchsorted(used, b.places.start[at]),
        finish_place=np.searchsorted(used, b.places.finish[at]),
        min_leg=whole_seconds(batch.policy.min_travel_minutes),
        home_between=batch.policy.home_between,
        now=-(2**30) if batch.now is None else b.clock.seconds(batch.now),
        metric=batch.travel.kind != "matrix",
        conflicts=conflicts,
        complete=b.complete,
    )


def _columns(rows: Sequence[Sequence[int]], width: int) -> Ints:
    """Rows as an array whose columns are contiguous, so that the kernels are compiled for one layout only."""
    return np.asfortranarray(np.array(rows, dtype=np.int64).reshape(-1, width))


def _sort_key(nodes: NDArray[np.int32]) -> Ints:
    """One number per node that sorts by volunteer, start and slot (each fits into its bits)."""
    volunteer, start, slot = (nodes[:, i].astype(np.int64) for i in (0, 1, -1))
    earliest = int(start.min(initial=0))
    return (volunteer * (int(start.max(initial=0)) - earliest + 1) + start - earliest) * (
        int(slot.max(initial=0)) + 1
    ) + slot


def _pointers(counts: Ints) -> Ints:
    return np.concatenate([np.zeros(1, dtype=np.int64), np.cumsum(counts, dtype=np.int64)])


def _days(clock: Clock, moments: Ints) -> Ints:
    """The calendar day of each moment, as an ordinal."""
    distinct, back = np.unique(moments, return_inverse=True)
    return np.array([clock.day(int(t)).toordinal() for t in distinct], dtype=np.int64)[back]


def _pins(b: _Builder) -> tuple[Ints, Ints, list[int]]:
    """Pins as (volunteer, start) sorted, pinned seconds per volunteer, and indices of pins that cannot be kept."""
    conflicts = {i for i in range(len(b.batch.pins)) if i not in b.placed}
    seconds = np.zeros(b.people.count, dtype=np.int64)
    seen: dict[tuple[int, int], int] = {}
    for i, pin in enumerate(b.batch.pins):
        request = b.requests[b.index[pin.request]]
        role = next(role for role in request.roles if role.id == pin.role)
        key = (b.people.index[pin.volunteer], b.clock.seconds(pin.start))
        seconds[key[0]] += whole_seconds(role.minutes or request.minutes)
        if key in seen:
            conflicts |= {i, seen[key]}
        seen[key] = i
    return _columns(sorted(seen), 2), seconds, sorted(conflicts)


def _is_linked(b: _Builder, row: _Row) -> bool:
    """Whether visits of the request depend on each other, so that its options must be variables."""
    request = row.request
    if len(request.roles) > 1 or request.after or request.one_team or request.mandatory or request.id in b.pins:
        return True
    if request.id in b.followed:
        return True
    role = request.roles[0]
    if role.count == 1:
        return False
    late = request.due is not None and any(end > b.clock.seconds(request.due) for _, end in row.option_times)
    return (role.min_count or role.count) > 1 or len(row.options) > 1 or late


def _after(b: _Builder) -> list[tuple[int, int, int, int]]:
    """(request, the one before, least, most seconds between) for every `after`."""
    rows: dict[tuple[int, int], list[tuple[int, int]]] = defaultdict(list)
    for r, request in enumerate(b.requests):
        for after in request.after:
            most = NEVER if after.max is None else whole_seconds(after.max)
            rows[r, b.index[after.request]].append((whole_seconds(after.min), most))
    return [(r, q, max(x[0] for x in xs), min(x[1] for x in xs)) for (r, q), xs in sorted(rows.items())]
