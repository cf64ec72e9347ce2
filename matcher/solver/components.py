"""Parts of an instance that share nobody and nothing are solved apart.

Two requests belong together if somebody could serve both, or one follows the other. As every tier is
a sum over the parts and tiers are compared in strict order, the best plan of the whole is made of the
best plans of the parts.
"""

from collections.abc import Sequence
from dataclasses import replace

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import coo_array
from scipy.sparse.csgraph import connected_components

from matcher.instance import Instance, pointers
from matcher.solver.solution import Proof

Ints = NDArray[np.int64]


def parts(inst: Instance) -> list[Ints]:
    """The requests of each part that has more than nothing to decide, smallest part first.

    All are one part where people are left out, who might connect them.
    """
    if inst.outside is not None:
        return [np.arange(inst.requests)]
    pairs = np.stack([inst.node_request, inst.requests + inst.node_volunteer])
    after = np.array([(r, q) for r, q, _, _ in inst.after], dtype=np.int64).reshape(-1, 2).T
    a, b = np.concatenate([pairs, after], axis=1)
    size = inst.requests + inst.volunteers
    graph = coo_array((np.ones(len(a), dtype=np.int8), (a, b)), shape=(size, size))
    label = connected_components(graph, directed=False)[1][: inst.requests]
    found = [np.flatnonzero(label == part) for part in np.unique(label[np.unique(inst.node_request)])]
    return sorted(found, key=lambda requests: (len(requests), requests[0]))


def part_of(inst: Instance, requests: Ints) -> tuple[Instance, Ints]:
    """The instance of some requests and those who could serve them, and the whole's number of each node."""
    mine = np.zeros(inst.requests, dtype=np.bool_)
    mine[requests] = True
    roles = np.flatnonzero(mine[inst.role_request])
    slots = np.flatnonzero(mine[inst.role_request[inst.slot_role]])
    options = np.flatnonzero(mine[inst.option_request])
    nodes = np.flatnonzero(mine[inst.node_request])
    people = np.unique(inst.node_volunteer[nodes])
    new_request, new_role = _renumbered(requests, inst.requests), _renumbered(roles, len(inst.role_min))
    new_slot, new_person = _renumbered(slots, len(inst.slot_role)), _renumbered(people, inst.volunteers)
    lengths = np.diff(inst.option_ptr)
    in_options = np.repeat(mine[inst.option_request], lengths)
    pins = np.diff(inst.pin_ptr)
    pinned = np.repeat(np.isin(np.arange(inst.volunteers), people), pins)
    node = {name: column[nodes] for name, column in inst.node.items()}
    node["volunteer"] = new_person[node["volunteer"]].astype(np.int32)
    return replace(
        inst,
        volunteer_ids=[inst.volunteer_ids[v] for v in people],
        request_ids=[inst.request_ids[r] for r in requests],
        role_ids=[inst.role_ids[q] for q in roles],
        recent=inst.recent[people],
        factor=inst.factor[people],
        cap_requests=inst.cap_requests[people],
        cap_day=inst.cap_day[people],
        cap_seconds=inst.cap_seconds[people],
        pin_ptr=pointers(pins[people]),
        pin_start=inst.pin_start[pinned],
        pin_day=inst.pin_day[pinned],
        required=inst.required[requests],
        linked=inst.linked[requests],
        role_ptr=pointers(np.diff(inst.role_ptr)[requests]),
        role_request=new_request[inst.role_request[roles]],
        role_min=inst.role_min[roles],
        role_max=inst.role_max[roles],
        role_seconds=inst.role_seconds[roles],
        slot_role=new_role[inst.slot_role[slots]],
        slot_start=inst.slot_start[slots],
        slot_day=inst.slot_day[slots],
        slot_team=inst.slot_team[slots],
        slot_gain=inst.slot_gain[:, slots],
        option_request=new_request[inst.option_request[options]],
        option_start=inst.option_start[options],
        option_end=inst.option_end[options],
        option_ptr=pointers(lengths[options]),
        option_slots=new_slot[inst.option_slots[in_options]],
        option_gain=inst.option_gain[:, options],
        after=[(int(new_request[r]), int(new_request[q]), a, b) for r, q, a, b in inst.after if mine[r]],
        node_ptr=np.searchsorted(node["volunteer"], np.arange(len(people) + 1)),
        node_slot=new_slot[inst.node_slot[nodes]],
        node=node,
        node_gain={t: gain[nodes] for t, gain in inst.node_gain.items()},
        start_place=inst.start_place[requests],
        finish_place=inst.finish_place[requests],
        outside=None,
    ), nodes


def _renumbered(kept: Ints, size: int) -> Ints:
    new = np.full(size, -1, dtype=np.int64)
    new[kept] = np.arange(len(kept))
    return new


def together(proofs: Sequence[Proof], tiers: int) -> list[float | None]:
    """The bound of each tier of the whole from what is proved of its parts.

    Where all parts meet their bounds in the earlier tiers, no part can give anything up there, and
    bounds add up. Else parts may trade: what one gives up of an earlier tier is at most what the others leave open
    there, and each unit of it adds at most its multiplier to its Lagrangian bound.
    """
    bounds: list[float | None] = []
    short = np.zeros((len(proofs), tiers))
    for t in range(tiers):
        known = [p.bounds[t] for p in proofs]
        sure = [b for b in known if b is not None]
        if len(sure) < len(known) or np.isinf(short[:, :t]).any():
            bounds.append(None)
            short[:, t] = np.inf
            continue
        total = sum(sure)
        others = short[:, :t].sum(axis=0) - short[:, :t]
        if (others > 0).any():
            total += sum(p.lagrangian[t] - b for p, b in zip(proofs, sure, strict=True))
            steep = np.array([p.multiplier[t][:t] for p in proofs])
            price = np.multiply(steep, others, out=np.zeros_like(others), where=others > 0)
            total += float(price.max(axis=0).sum())
        bounds.append(float(total) if np.isfinite(total) else None)
        values = np.array([p.values[t] for p in proofs])
        left = np.array(sure) - values
        short[:, t] = np.where(left > 1e-9 * np.maximum(1.0, np.abs(values)), left, 0.0)
    return bounds
