"""What the first plan is made from: the instance as its kernels want it, all tiers weighed into one number."""

import numpy as np
from numpy.typing import NDArray

from matcher.instance import Instance
from matcher.solver.filling import Offer
from matcher.solver.insertion import FIRST, LAST, PINNED, Visits
from matcher.solver.kernel import maker
from matcher.solver.legs import FAR, LONGEST
from matcher.solver.loads import Load, load_of, next_cost

Ints = NDArray[np.int64]
Ints32 = NDArray[np.int32]
Floats = NDArray[np.float64]

MOST_STEP = 1e3
"""What a gain of a tier is taken to be at least, as a part of the greatest one."""
WAIT = 3600
"""Seconds of waiting that a visit is taken to cost at most when tiers are weighed."""


def offer_of(inst: Instance) -> tuple[Offer, Visits, Ints]:
    """The options of an instance, the visits that can be made, and the node of each."""
    weight = weights(inst)
    visits, number, hope = _visits(inst, weight)
    options = np.argsort(inst.option_request, kind="stable")
    after = np.array(sorted(inst.after), dtype=np.int64).reshape(-1, 4)
    offer = Offer(
        order=_order(inst, weight @ inst.slot_gain),
        tied=np.isin(np.arange(inst.requests), after[:, :2]),
        linked=inst.linked,
        option_ptr=np.searchsorted(inst.option_request[options], np.arange(inst.requests + 1)),
        options=options,
        slot_ptr=inst.option_ptr,
        slots=inst.option_slots,
        value=weight @ inst.option_gain,
        start=inst.option_start,
        end=inst.option_end,
        after_ptr=np.searchsorted(after[:, 0], np.arange(inst.requests + 1)),
        after=after,
        hope=hope,
    )
    return offer, visits, number


def _visits(inst: Instance, weight: Floats) -> tuple[Visits, Ints, Floats]:
    """The visits, the node of each, and the most value of each post."""
    tiers, role, count = inst.tiers, inst.slot_role, len(inst.slot_role)
    travel, waiting, load = float(weight @ tiers.travel), float(weight @ tiers.waiting), load_of(inst, weight)
    extra = np.zeros(0)
    for t, gain in inst.node_gain.items():
        extra = weight[t] * gain + (extra if len(extra) else 0.0)
    request, seconds = inst.role_request[role], inst.role_seconds[role]
    ptr, number, nodes, value, alone, hope = _lay_out(
        inst.node["shift"], inst.node["out"], inst.node["home"], inst.node["back"], inst.node["turn"],
        inst.node["first"], inst.node["last"], inst.node["pinned"],
        inst.node_ptr, inst.node_slot, weight @ inst.slot_gain, extra, seconds, inst.recent,
        _free_seconds(inst), travel, load,
    )  # fmt: skip
    first, last = _ends(role, len(inst.role_max))
    linked = inst.linked[request]
    post = np.where(linked, np.arange(count), first[role])
    times = (inst.slot_start, inst.slot_start + seconds, inst.slot_day)
    places = (inst.start_place[request], inst.finish_place[request])
    until = np.where(linked, ptr[1:], ptr[last[role] + 1])
    least = np.where(linked, inst.role_min[role], 0)
    most_value = np.full(count, -np.inf)
    np.maximum.at(most_value, post, hope)
    visits = Visits(
        slots=_table(*times, request, *places, post, ptr[:-1], ptr[1:]),
        posts=_table(ptr[:-1], until, inst.role_max[role], least),
        nodes=nodes,
        value=value,
        alone=alone,
        people=_table(inst.recent, inst.cap_requests, inst.cap_day, inst.cap_seconds),
        factor=inst.factor,
        table=inst.table,
        min_leg=inst.min_leg,
        home_between=inst.home_between,
        now=inst.now,
        travel=travel,
        waiting=waiting,
        load=load,
    )
    return visits, number, most_value


def _table(*columns: Ints) -> Ints:
    """Columns as one array of rows."""
    return np.ascontiguousarray(np.stack(columns, axis=1).astype(np.int64))


def _free_seconds(inst: Instance) -> Ints:
    """The longest visit that each volunteer may make if it is the only one; -1 for none, and for those with pins."""
    free = (inst.cap_requests > 0) & (inst.cap_day > 0) & (np.diff(inst.pin_ptr) == 0)
    return np.where(free, inst.cap_seconds, -1)


@maker
def _lay_out(
    shift: Ints32,
    out: Ints32,
    home: Ints32,
    back: Ints32,
    turn: Ints32,
    first: Ints32,
    last: Ints32,
    pinned: Ints32,
    node_ptr: Ints,
    node_slot: Ints,
    slot_value: Floats,
    extra: Floats,
    seconds: Ints,
    recent: Ints,
    free: Ints,
    travel: float,
    load: Load,
) -> tuple[Ints, Ints, Ints32, Floats, Floats, Floats]:
    """Nodes by slot: where those of each slot begin, the numbers they had, their columns, value, and what they add to
    an empty day; and the most value of each slot.

    extra: what nodes add apart from their slots, if there is any. free: see `_free_seconds`.
    """
    count, size = len(slot_value), len(node_slot)
    ptr, hope = np.zeros(count + 1, np.int64), np.full(count, -np.inf)
    for slot in node_slot:
        ptr[slot + 1] += 1
    ptr = np.cumsum(ptr)
    place, number = ptr.copy(), np.empty(size, np.int64)
    nodes, value, alone = np.empty((size, 8), np.int32), np.empty(size), np.empty(size)
    for v in range(len(node_ptr) - 1):
        for old in range(node_ptr[v], node_ptr[v + 1]):
            slot = node_slot[old]
            node = place[slot]
            place[slot], number[node] = node + 1, old
            nodes[node, 0], nodes[node, 1], nodes[node, 2] = v, slot, shift[old]
            nodes[node, 3], nodes[node, 4], nodes[node, 5], nodes[node, 6] = out[old], home[old], back[old], turn[old]
            nodes[node, 7] = first[old] * FIRST + last[old] * LAST + pinned[old] * PINNED
            worth = slot_value[slot] + (extra[old] if len(extra) else 0.0)
            value[node], hope[slot], alone[node] = worth, max(hope[slot], worth), -np.inf
            if pinned[old]:
                alone[node] = np.inf
            elif first[old] and last[old] and seconds[slot] <= free[v]:
                alone[node] = worth - travel * (out[old] + back[old]) - next_cost(load, recent[v])
    return ptr, number, nodes, value, alone, hope


def _ends(role: Ints, count: int) -> tuple[Ints, Ints]:
    """The first and last slot of each role."""
    first, last = np.full(count, len(role)), np.full(count, -1)
    np.minimum.at(first, role, np.arange(len(role)))
    np.maximum.at(last, role, np.arange(len(role)))
    return first, last


def weights(inst: Instance) -> Floats:
    """What a unit of each tier weighs, so that the least gain in a tier is more than all costs in later ones."""
    tiers, weight, below = inst.tiers, np.ones(inst.tiers.count), 0.0
    ways = sum(float(legs.max(initial=0, where=legs < FAR)) for legs in (inst.node["out"], inst.node["back"]))
    for t in range(tiers.count - 1, -1, -1):
        steps = [*tiers.over[t], tiers.over[t].sum()]
        gains = np.abs(np.concatenate([inst.slot_gain[t], inst.option_gain[t], steps]))
        loose = float(np.abs(inst.node_gain[t]).max(initial=0)) if t in inst.node_gain else 0.0
        loose += tiers.travel[t] * ways + tiers.waiting[t] * WAIT
        loose += tiers.workload[t] * (inst.recent.max(initial=0) + LONGEST)
        most = gains.max(initial=0) + loose
        least = most / MOST_STEP if loose else max(most / MOST_STEP, gains.min(initial=most, where=gains > 0))
        if most > 0 and below > 0:
            weight[t] = max(1.0, 4 * below / least)
        below += weight[t] * most
    return weight


def _order(inst: Instance, slot: Floats) -> Ints:
    """Requests by what a place of theirs adds, those required first, each after the requests it follows."""
    worth = np.full(inst.requests, -np.inf)
    np.maximum.at(worth, inst.role_request[inst.slot_role], slot)
    worth[inst.required] = np.inf
    before: dict[int, list[int]] = {}
    for request, other, _, _ in inst.after:
        before.setdefault(request, []).append(other)
    placed, order = set[int](), []
    for r in np.argsort(-worth, kind="stable").tolist():
        stack = [r]
        while stack:
            waiting = [q for q in before.get(stack[-1], []) if q not in placed]
            if waiting:
                stack += waiting
            else:
                done = stack.pop()
                if done not in placed:
                    placed.add(done)
                    order.append(done)
    return np.array(order, dtype=np.int64)
