"""The instance as the compiled kernels want it: one tuple of flat arrays."""

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from matcher.instance import Instance

Ints = NDArray[np.int64]


class Graph(NamedTuple):
    """Nodes by volunteer and start [N], volunteers [V], places [P, P]; times and legs in seconds."""

    ptr: Ints
    start: Ints
    end: Ints
    shift: Ints
    day: Ints
    request: Ints
    place: Ints
    finish: Ints
    out: Ints
    home: Ints
    back: Ints
    turn: Ints
    first: Ints
    last: Ints
    pinned: Ints
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


def graph_of(instance: Instance) -> Graph:
    """The graph of an instance."""
    node, request = instance.node, instance.node_request
    seconds = instance.role_seconds[instance.slot_role[instance.node_slot]]
    start = node["start"].astype(np.int64)
    legs = {name: node[name].astype(np.int64) for name in ("shift", "out", "home", "back", "turn", "first", "last")}
    return Graph(
        ptr=instance.node_ptr.astype(np.int64),
        start=start,
        end=start + seconds,
        day=instance.slot_day[instance.node_slot],
        request=request,
        place=instance.start_place[request].astype(np.int64),
        finish=instance.finish_place[request].astype(np.int64),
        pinned=node["pinned"].astype(np.int64),
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
        **legs,
    )
