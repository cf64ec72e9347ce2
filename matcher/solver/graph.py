"""The instance as the compiled kernels want it: one tuple of flat arrays."""

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from matcher.instance import Instance
from matcher.solver.kernel import maker

Ints = NDArray[np.int64]
Ints32 = NDArray[np.int32]


class Graph(NamedTuple):
    """Nodes by volunteer and start [N], volunteers [V], places [P, P]; times and legs in seconds.

    group: nodes that differ in nothing but their start, as far as the master problem can see. Where only
    the last tier sees more than which places are filled, and how many by whom, the better of two routes through the
    same groups is enough; else (`both`) groups are single nodes, and ways straight and by way of home are
    different routes.
    era: how many pins of the volunteer start before the node; -1 if it would skip one. A visit leads on to
    those of era `era + pinned` only. kin: the same for nodes of a volunteer that differ in nothing but their
    start, their gain and whether they can be first or last of a tour. order: all nodes by kin.
    """

    ptr: Ints
    start: Ints32
    end: Ints32
    shift: Ints32
    day: Ints32
    request: Ints32
    group: Ints32
    place: Ints32
    finish: Ints32
    out: Ints32
    home: Ints32
    back: Ints32
    turn: Ints32
    first: Ints32
    last: Ints32
    pinned: Ints32
    era: Ints32
    kin: Ints32
    order: Ints32
    factor: NDArray[np.float64]
    recent: Ints
    cap_requests: Ints
    cap_day: Ints
    cap_seconds: Ints
    pin_ptr: Ints
    pin_start: Ints
    pin_day: Ints
    table: NDArray[np.float64]
    min_leg: int
    home_between: bool
    now: int
    metric: bool
    both: bool


def graph_of(instance: Instance) -> Graph:
    """The graph of an instance."""
    node, slot = instance.node, instance.node_slot
    role = instance.slot_role[slot]
    request, day, era = instance.role_request[role], instance.slot_day[slot], _eras(instance)
    ptr = instance.node_ptr.astype(np.int64)
    length = np.unique(instance.role_seconds, return_inverse=True)[1]
    kin, order = _by_kin(ptr, _mixed(request, node["shift"], day, length[role], era, node["pinned"]))
    seen = _only_last_tier_sees(instance)
    return Graph(
        ptr=ptr,
        end=_short(node["start"] + instance.role_seconds[role]),
        day=_short(day),
        request=_short(request),
        group=_short(_groups(instance, role, day) if seen else np.arange(instance.nodes)),
        place=_short(instance.start_place[request]),
        finish=_short(instance.finish_place[request]),
        era=_short(era),
        kin=_short(kin),
        order=_short(order),
        factor=instance.factor,
        recent=instance.recent,
        cap_requests=instance.cap_requests,
        cap_day=instance.cap_day,
        cap_seconds=instance.cap_seconds,
        pin_ptr=instance.pin_ptr,
        pin_start=instance.pin_start,
        pin_day=instance.pin_day,
        table=instance.table,
        min_leg=instance.min_leg,
        home_between=instance.home_between,
        now=instance.now,
        metric=instance.metric,
        both=not seen,
        **{name: node[name] for name in ("start", "shift", "out", "home", "back", "turn", "first", "last", "pinned")},
    )


def _short(column: Ints) -> Ints32:
    """Times, places and numbers of nodes in 32 bits: at county size, the graph is half of what the solver holds."""
    return column.astype(np.int32)


BY_VOLUNTEER = {
    "ptr", "factor", "recent", "cap_requests", "cap_day", "cap_seconds", "pin_ptr", "pin_start", "pin_day",
    "table", "min_leg", "home_between", "now", "metric", "both",
}  # fmt: skip
"""Fields of a graph that say nothing of nodes."""


def thinned(graph: Graph, nodes: Ints) -> Graph:
    """The graph of some of the nodes, which are sorted; their numbers are positions in `nodes`."""
    number = np.full(len(graph.start), -1, dtype=np.int64)
    number[nodes] = np.arange(len(nodes))
    order = number[graph.order]
    fields = {name: column[nodes] for name, column in graph._asdict().items() if name not in BY_VOLUNTEER}
    return graph._replace(**fields | {"order": _short(order[order >= 0]), "ptr": np.searchsorted(nodes, graph.ptr)})


def _eras(instance: Instance) -> Ints:
    """Era of each node; see `Graph`."""
    if len(instance.pin_start) == 0:
        return np.zeros(instance.nodes, dtype=np.int64)
    start, pinned = instance.node["start"].astype(np.int64), instance.node["pinned"] == 1
    earliest = min(start.min(initial=0), instance.pin_start.min(initial=0))
    span = max(start.max(initial=0), instance.pin_start.max(initial=0)) - earliest + 1
    owner = np.repeat(np.arange(instance.volunteers), np.diff(instance.pin_ptr))
    pins, nodes = owner * span + instance.pin_start - earliest, instance.node_volunteer * span + start - earliest
    before, until = np.searchsorted(pins, nodes), np.searchsorted(pins, nodes, side="right")
    return np.where((until > before) & ~pinned, -1, before - instance.pin_ptr[instance.node_volunteer])


def _mixed(*keys: NDArray[np.integer]) -> Ints:
    """A number for each combination of the keys, rising with them."""
    mixed = np.zeros(len(keys[0]), dtype=np.int64)
    for key in keys:
        low, high = key.min(initial=0), key.max(initial=0)
        if high > low:
            mixed = mixed * (high - low + 1) + key - low
    return mixed


@maker
def _by_kin(ptr: Ints, key: Ints) -> tuple[Ints, Ints]:
    """A number for each volunteer and key, rising with them, at each node, and all nodes in that order.

    Shell's sort for each volunteer, with the gaps of Gonnet and Baeza-Yates.
    """
    kin, order, count = np.empty(len(key), np.int64), np.arange(len(key)), -1
    for v in range(len(ptr) - 1):
        gap = ptr[v + 1] - ptr[v]
        while gap > 1:
            gap = max(1, gap * 5 // 11)
            for k in range(ptr[v] + gap, ptr[v + 1]):
                node, at = order[k], k
                while at - gap >= ptr[v] and (key[order[at - gap]], order[at - gap]) > (key[node], node):
                    order[at] = order[at - gap]
                    at -= gap
                order[at] = node
        for k in range(ptr[v], ptr[v + 1]):
            if k == ptr[v] or key[order[k]] != key[order[k - 1]]:
                count += 1
            kin[order[k]] = count
    return kin, order


def _only_last_tier_sees(instance: Instance) -> bool:
    """Whether in all tiers but the last nothing counts but which places are filled, and loads."""
    tiers, last = instance.tiers, instance.tiers.count - 1
    low, high = np.full((last, len(instance.role_min)), np.inf), np.full((last, len(instance.role_min)), -np.inf)
    for t in range(last):
        np.minimum.at(low[t], instance.slot_role, instance.slot_gain[t])
        np.maximum.at(high[t], instance.slot_role, instance.slot_gain[t])
    rates = tiers.travel[:last].sum() + tiers.waiting[:last].sum()
    gains = [t for t in instance.node_gain if t < last and not (t == 0 and tiers.required)]
    return bool(rates == 0 and not gains and (high <= low).all())


def _groups(instance: Instance, role: Ints, day: Ints) -> Ints:
    """Group of each node where only the last tier sees the start: its role and day, or the node if it is linked."""
    days = day.max(initial=0) + 1
    free = ~instance.linked[instance.role_request]
    return np.where(free[role], instance.nodes + role * days + day, np.arange(instance.nodes))
