"""Min-cost flow, exact where nobody can make two visits and no two visits depend on each other.

Places of roles are matched with volunteers. The sets of places that can be filled at once are the
independent sets of a transversal matroid (Edmonds, Fulkerson, 1965), so the lexicographically best
coverage is reached class by class: with places sorted by what they add to the tiers before the last,
a plan is best in those tiers if and only if it fills as many of the first i classes together as can
be filled, for every i. These numbers become capacities of a chain through which empty places are
paid, and one min-cost flow settles the last tier, without giant weights.

The flow is solved over a shortlist of volunteers per role. Its duals price all others: where none of
them pays, the flow is optimal for the whole instance.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from ortools.graph.python.min_cost_flow import SimpleMinCostFlow
from scipy.sparse import csr_array
from scipy.sparse.csgraph import maximum_bipartite_matching

from matcher.instance import Instance, sorted_by
from matcher.solver.bounds import grid_of
from matcher.solver.budget import Budget

Ints = NDArray[np.int64]
Floats = NDArray[np.float64]

LARGEST = 10**13
"""Largest scaled cost; times the number of nodes it must fit into 64 bits."""

SHORTLIST = 16
"""Volunteers per place that the flow begins with."""

ARC_UNITS = 0.5
"""Units of work of one arc in one solve."""


@dataclass(frozen=True)
class Arcs:
    """The best single visit of each volunteer in each role [A], by role: volunteer, node, cost in 1/scale."""

    volunteer: Ints
    role: Ints
    node: Ints
    cost: Ints
    scale: int

    def __len__(self) -> int:
        return len(self.role)


def applies(inst: Instance) -> bool:
    """Whether min-cost flow is exact for the instance."""
    tiers, last = inst.tiers, inst.tiers.count - 1
    if inst.outside is not None or tiers.required or inst.linked.any() or any(t < last for t in inst.node_gain):
        return False
    if any((rate[:last] > 0).any() for rate in (tiers.travel, tiers.waiting, tiers.workload, tiers.over)):
        return False
    if (inst.slot_gain[:last] < 0).any():
        return False
    if inst.nodes == 0 or int(inst.cap_requests[np.diff(inst.node_ptr) > 0].max()) > 1:
        return False
    low, high = np.full((last, len(inst.role_max)), np.inf), np.full((last, len(inst.role_max)), -np.inf)
    for t in range(last):
        np.minimum.at(low[t], inst.slot_role, inst.slot_gain[t])
        np.maximum.at(high[t], inst.slot_role, inst.slot_gain[t])
    return bool((high <= low).all()) or not last


def solve_flow(inst: Instance, budget: Budget) -> tuple[Ints, Floats, Floats]:
    """Nodes of the best plan, its value per tier and the bound of each tier (both without offset)."""
    arcs, values = _arcs(inst)
    classes, vectors = _classes(inst, arcs)
    length = SHORTLIST
    chosen = _shortlist(inst, arcs, length)
    empty = _most_empty(inst, arcs, classes, vectors)
    while True:
        solved = _solve(inst, arcs, chosen, classes, empty)
        budget.spend(len(chosen) * ARC_UNITS)
        if solved is None:
            length *= 4
            chosen = _shortlist(inst, arcs, length)
            continue
        used, potential = solved
        paying = _paying(inst, arcs, potential)
        missing = np.setdiff1d(paying, chosen)
        if not len(missing):
            break
        chosen = np.union1d(chosen, missing)
    nodes = arcs.node[used]
    value = np.concatenate([vectors[:, arcs.role[used]].sum(axis=1), [values[used].sum()]])
    bound = value.copy()
    bound[-1] += (len(used) + 1) / arcs.scale
    grid = grid_of(inst, inst.tiers.count - 1)
    if grid is not None:
        bound[-1] = np.floor(bound[-1] * grid + 1e-6) / grid
    return nodes, value, bound


def _arcs(inst: Instance) -> tuple[Arcs, Floats]:
    """The best single visit of each volunteer in each role, and its value in the last tier."""
    last, tiers = inst.tiers.count - 1, inst.tiers
    able = (inst.cap_requests > 0) & (inst.cap_day > 0)
    alone = (inst.node["first"] & inst.node["last"]).astype(np.bool_) & able[inst.node["volunteer"]]
    alone &= inst.role_seconds[inst.slot_role][inst.node_slot] <= inst.cap_seconds[inst.node["volunteer"]]
    node = np.flatnonzero(alone)
    who, slot = inst.node["volunteer"][node].astype(np.int64), inst.node_slot[node]
    role = inst.slot_role[slot]
    value = inst.slot_gain[last, slot] - tiers.load_cost(inst.recent, np.ones_like(inst.recent))[last, who]
    value -= tiers.travel[last] * (inst.node["out"][node].astype(np.int64) + inst.node["back"][node])
    if last in inst.node_gain:
        value += inst.node_gain[last][node]
    if len(inst.slot_role) > len(np.unique(inst.slot_role)):
        order = _best_starts(role, who, value)
    else:
        order = sorted_by(role, len(inst.role_max))[1].astype(np.int64)
    value = value[order]
    scale = 10 ** int(np.clip(np.floor(np.log10(LARGEST / max(1.0, np.abs(value).max(initial=1)))), 0, 9))
    cost = -np.rint(value * scale).astype(np.int64)
    return Arcs(who[order], role[order], node[order], cost, scale), value


def _best_starts(role: Ints, who: Ints, value: Floats) -> Ints:
    """The index of the best value of each role and volunteer, by role and volunteer; the first of equals."""
    order = np.lexsort((-value, who, role))
    r, v = role[order], who[order]
    first = np.ones(len(order), dtype=np.bool_)
    first[1:] = (r[1:] != r[:-1]) | (v[1:] != v[:-1])
    return order[first]


def _classes(inst: Instance, arcs: Arcs) -> tuple[Ints, Floats]:
    """Class of each role, and what one place adds to the tiers before the last [T-1, Q].

    0 is the most important class; roles that add nothing there are in a class after all others.
    """
    last = inst.tiers.count - 1
    vectors = np.zeros((last, len(inst.role_max)))
    for t in range(last):
        vectors[t, inst.slot_role] = inst.slot_gain[t]
    counts = vectors.any(axis=0)
    distinct, which = np.unique(-vectors.T[counts].round(12), axis=0, return_inverse=True)
    classes = np.full(vectors.shape[1], len(distinct), dtype=np.int64)
    classes[counts] = which.reshape(-1)
    return classes, vectors


def _shortlist(inst: Instance, arcs: Arcs, length: int) -> Ints:
    """The cheapest arcs of each role: `length` for every place."""
    bounds = np.searchsorted(arcs.role, np.arange(len(inst.role_max) + 1))
    most, listed = length * inst.role_max, np.ones(len(arcs), dtype=np.bool_)
    for role in np.flatnonzero(np.diff(bounds) > most).tolist():
        low, high = bounds[role], bounds[role + 1]
        listed[low + np.argsort(arcs.cost[low:high], kind="stable")[most[role] :]] = False
    return np.flatnonzero(listed)


def _most_empty(inst: Instance, arcs: Arcs, classes: Ints, vectors: Floats) -> Ints:
    """For each class i, how many places of the classes 0 to i must stay empty whatever one does."""
    count = len(np.unique(classes[vectors.any(axis=0)]))
    able = np.minimum(np.bincount(arcs.role, minlength=len(inst.role_max)), inst.role_max)
    empty = np.zeros(count, dtype=np.int64)
    for i in range(count):
        within = classes <= i
        empty[i] = int(inst.role_max[within].sum()) - _most_filled(inst, arcs, np.where(within, able, 0))
    return empty


def _most_filled(inst: Instance, arcs: Arcs, places: Ints) -> int:
    """The most places that can be filled at once: maximum matching, tried on shortlists of growing length."""
    most = int(places.sum())
    start = np.searchsorted(arcs.role, np.arange(len(places)))
    rank = np.arange(len(arcs)) - start[arcs.role]
    for length in (4 * SHORTLIST, inst.volunteers):
        take = np.flatnonzero(rank < length * places[arcs.role])
        copies = places[arcs.role[take]]
        first = np.cumsum(places) - places
        row = np.repeat(first[arcs.role[take]], copies)
        row += np.arange(len(row)) - np.repeat(np.cumsum(copies) - copies, copies)
        graph = csr_array(
            (np.ones(len(row), dtype=np.int8), (row, np.repeat(arcs.volunteer[take], copies))),
            shape=(max(1, most), inst.volunteers),
        )
        filled = int((maximum_bipartite_matching(graph, perm_type="column") >= 0).sum())
        if filled == most or len(take) == int((places[arcs.role] > 0).sum()):
            return filled
    return filled


def _solve(inst: Instance, arcs: Arcs, chosen: Ints, classes: Ints, empty: Ints) -> tuple[Ints, Ints] | None:
    """Min-cost flow over the chosen arcs: those used and the potential of roles and volunteers [Q + V].

    Null if the chosen arcs cannot fill what can be filled.

    Nodes: roles, volunteers, one chain node per class, the source. Places that stay empty are filled
    from the chain, whose arc into class i carries what the classes 0 to i may leave empty.
    """
    roles, people, chain = len(inst.role_max), inst.volunteers, len(empty)
    source = roles + people + chain
    who = np.unique(arcs.volunteer[chosen])
    worth = classes < chain
    link = roles + people + np.arange(chain)
    tails = [np.full(len(who), source), roles + arcs.volunteer[chosen], np.append(link[1:], source)[:chain]]
    heads = [roles + who, arcs.role[chosen], link]
    caps = [np.ones(len(who)), np.ones(len(chosen)), empty]
    costs = [np.zeros(len(who)), arcs.cost[chosen], np.zeros(chain)]
    tails.append(
        np.where(worth, roles + people + np.minimum(classes, chain - 1), source) if chain else np.full(roles, source)
    )
    heads.append(np.arange(roles))
    caps.append(inst.role_max)
    costs.append(np.zeros(roles))
    tail, head, cap, cost = (np.concatenate(x).astype(np.int64) for x in (tails, heads, caps, costs))
    supply = np.zeros(source + 1, dtype=np.int64)
    supply[:roles] = -inst.role_max
    supply[source] = inst.role_max.sum()
    flow = SimpleMinCostFlow()
    flow.add_arcs_with_capacity_and_unit_cost(tail, head, cap, cost)
    flow.set_nodes_supplies(np.arange(source + 1), supply)
    status = flow.solve()
    if status == flow.INFEASIBLE:
        return None
    if status != flow.OPTIMAL:
        raise RuntimeError(f"min-cost flow ended with {status}")
    on = flow.flows(np.arange(len(tail)))
    used = chosen[on[len(who) : len(who) + len(chosen)] > 0]
    return used, _potentials(tail, head, cap, cost, on, source)[: roles + people]


def _potentials(tail: Ints, head: Ints, cap: Ints, cost: Ints, on: Ints, source: int) -> Ints:
    """Shortest distances from the source in the residual network (Bellman, Ford, all arcs at once)."""
    forward, backward = on < cap, on > 0
    a = np.concatenate([tail[forward], head[backward]])
    b = np.concatenate([head[forward], tail[backward]])
    c = np.concatenate([cost[forward], -cost[backward]])
    distance = np.full(source + 1, int(np.abs(cost).sum()) + 1, dtype=np.int64)
    distance[source] = 0
    while True:
        reached = distance[a] + c
        better = reached < distance[b]
        if not better.any():
            return distance
        np.minimum.at(distance, b[better], reached[better])


def _paying(inst: Instance, arcs: Arcs, potential: Ints) -> Ints:
    """Arcs that would lower the cost under the potentials; volunteers outside the flow stand at the source."""
    roles = len(inst.role_max)
    at = np.minimum(potential[roles + arcs.volunteer], 0)
    return np.flatnonzero(arcs.cost + at < potential[arcs.role])
