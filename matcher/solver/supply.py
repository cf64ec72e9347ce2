"""Whether there are enough people: what could be covered if only the number of their visits counted.

People and places are matched, each person as often as she could go out at all and each place once; ways, hours and
visits that overlap are left out of sight. Which sets of places can be filled is then a matroid (Edmonds, Fulkerson,
1965), so the most that a tier of coverage can reach is a sum of maximum flows, one for each amount that a place adds.
No plan reaches more. Where people are scarce this is near what can be reached, and found in a moment.
"""

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import csr_array
from scipy.sparse.csgraph import breadth_first_order, maximum_flow

from matcher.instance import Instance
from matcher.solver.bounds import by_role
from matcher.solver.graph import Graph
from matcher.solver.legs import LONGEST, most_of_each

Ints = NDArray[np.int64]
Floats = NDArray[np.float64]

MOST_PAIRS = 500_000
"""Pairs of a person and a role that are looked at, of the roles with the fewest people; other roles count as full."""
MOST_AMOUNTS = 24
"""Different amounts that a place may add; where there are more, the least of them are rounded up."""


class Supply(NamedTuple):
    """What people can cover at most. bound: of each tier [T]. wanted: volunteers whose every visit keeps another place
    empty [V]."""

    bound: Floats
    wanted: NDArray[np.bool_]


class _Pairs(NamedTuple):
    """Who could fill a place of which role, and how often each volunteer could go out [V]."""

    who: Ints
    role: Ints
    most: Ints


def supply_of(inst: Instance, graph: Graph, alone: Sequence[float]) -> Supply:
    """What the people of an instance, those left out of roles included, can cover at most, tier by tier.

    alone: what each request by itself gives (`matcher.solver.bounds.in_all_tiers`).
    """
    bound = np.array(alone)
    wanted, pairs = np.zeros(inst.volunteers, dtype=np.bool_), _pairs(inst, graph)
    scarce = np.unique(pairs.role)
    for tier in range(inst.tiers.count):
        if not _counts_places_only(inst, tier) or not len(scarce):
            continue
        most, able = by_role(inst, tier)
        flows = _flows(pairs, _rounded(most, scarce), inst.role_max)
        full = float((most * np.minimum(able, inst.role_max))[scarce].sum())
        bound[tier] -= max(0.0, full - flows.value)
        wanted |= flows.wanted
    return Supply(bound, wanted)


def _counts_places_only(inst: Instance, tier: int) -> bool:
    """Whether what a tier gains depends on nothing but which places are filled."""
    tiers, outside = inst.tiers, inst.outside
    rates = tiers.travel[tier] + tiers.waiting[tier] + tiers.workload[tier] + tiers.over[tier].sum()
    personal = outside is not None and any(tier in asked.gain for asked in outside.asked.values())
    return not (rates or personal or tier in inst.node_gain or (tiers.required and tier == 0))


def _pairs(inst: Instance, graph: Graph) -> _Pairs:
    """All pairs of the roles that fewest people can fill."""
    roles, able = len(inst.role_max), by_role(inst, 0)[1]
    few = np.argsort(able, kind="stable")
    chosen = np.zeros(roles, dtype=np.bool_)
    chosen[few[np.cumsum(able[few]) <= MOST_PAIRS]] = True
    role = inst.slot_role[inst.node_slot]
    nodes = np.flatnonzero(chosen[role])
    key = np.unique(inst.node["volunteer"][nodes].astype(np.int64) * roles + role[nodes])
    who, role, most = key // roles, key % roles, most_of_each(graph)
    if inst.outside is not None:
        asked = [(q, a.who.astype(np.int64)) for q, a in inst.outside.asked.items()]
        apart = np.zeros(inst.volunteers, dtype=np.bool_)
        for _, people in asked:
            apart[people] = True
        most[apart] = np.minimum(LONGEST, inst.cap_requests + np.diff(inst.pin_ptr))[apart]
        asked = [(q, people) for q, people in asked if chosen[q]]
        who = np.concatenate([who, *(people for _, people in asked)])
        role = np.concatenate([role, *(np.full(len(people), q) for q, people in asked)])
    return _Pairs(who, role, most)


def _rounded(most: Floats, roles: Ints) -> Floats:
    """What a place of some roles adds, rounded up to one of a few amounts; 0 for other roles."""
    amounts = np.unique(most[roles])[-MOST_AMOUNTS:]
    rounded = np.zeros(len(most))
    rounded[roles] = amounts[np.searchsorted(amounts, most[roles])]
    return rounded


class _Flows(NamedTuple):
    """What flows reach in all, and who could be sent elsewhere with profit if there were more of them."""

    value: float
    wanted: NDArray[np.bool_]


def _flows(pairs: _Pairs, amount: Floats, places: Ints) -> _Flows:
    """The most that can be filled, where a place of each role adds an amount [Q]: a flow for each of them."""
    value, people = 0.0, len(pairs.most)
    wanted, amounts = np.zeros(people, dtype=np.bool_), np.unique(amount[amount > 0])[::-1]
    source, sink = people + len(places), people + len(places) + 1
    for this, more in zip(amounts, -np.diff(amounts, append=0.0), strict=True):
        in_pair, open_to = amount[pairs.role] >= this, np.flatnonzero(amount >= this)
        who, roles = np.arange(people), people + open_to
        start = np.concatenate([np.full(people, source), pairs.who[in_pair], roles])
        end = np.concatenate([who, people + pairs.role[in_pair], np.full(len(roles), sink)])
        room = np.concatenate([pairs.most, np.ones(int(in_pair.sum()), dtype=np.int64), places[open_to]])
        network = csr_array((room.astype(np.int32), (start, end)), shape=(sink + 1, sink + 1))
        found = maximum_flow(network, source, sink)
        value += float(found.flow_value) * more
        wanted |= _reaching(csr_array(network - found.flow), sink)[:people]
    return _Flows(value, wanted)


def _reaching(rest: csr_array, sink: int) -> NDArray[np.bool_]:
    """The nodes from which more could flow to the sink through what room is left."""
    rest.data = np.maximum(rest.data, 0)
    rest.eliminate_zeros()
    back = rest.T.tocsr()
    reached = np.zeros(rest.shape[0], dtype=np.bool_)
    reached[breadth_first_order(back, sink, return_predecessors=False)] = True
    return reached
