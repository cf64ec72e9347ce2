"""Routes by name, which outlive their solve: another one, of a batch that differs little, begins with them."""

from collections.abc import Iterable, Sequence
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from matcher.instance import Instance, pointers
from matcher.solver.columns import Columns, Routes
from matcher.solver.graph import Graph
from matcher.solver.legs import possible

Ints = NDArray[np.int64]


class NamedVisit(NamedTuple):
    """A visit by name. start: seconds from the batch's first moment. via: whether it is reached by way of home."""

    request: str
    role: str
    team: str | None
    start: int
    via: bool


NamedRoute = tuple[str, tuple[NamedVisit, ...]]
"""A volunteer's day."""


class Past(NamedTuple):
    """What a solve found: all routes that it looked at, and those of its plan."""

    routes: tuple[NamedRoute, ...] = ()
    plan: tuple[NamedRoute, ...] = ()


def past_of(inst: Instance, pool: Columns, plan: Ints | None) -> Past:
    """The routes of a pool, and those of a plan in columns of it; null: there is none."""
    everything = [pool.route(column) for column in range(len(pool))]
    return Past(_named(inst, everything), _named(inst, [] if plan is None else pool.spread(plan)))


def together(pasts: Iterable[Past]) -> Past:
    """What the solves of all parts found."""
    found = list(pasts)
    return Past(tuple(r for past in found for r in past.routes), tuple(r for past in found for r in past.plan))


def _named(inst: Instance, routes: Routes) -> tuple[NamedRoute, ...]:
    volunteer, slots = inst.node["volunteer"].tolist(), inst.node_slot.tolist()
    names = slot_names(inst)
    return tuple(
        (
            inst.volunteer_ids[volunteer[nodes[0]]],
            tuple(
                NamedVisit._make((*names[slots[n]], bool(v)))
                for n, v in zip(nodes.tolist(), vias.tolist(), strict=True)
            ),
        )
        for nodes, vias in routes
    )


def slot_names(inst: Instance) -> list[tuple[str, str, str | None, int]]:
    """Request, role, team and start of each slot."""
    teams = [None if team < 0 else inst.team_ids[team] for team in inst.slot_team.tolist()]
    return [
        (inst.request_ids[request], inst.role_ids[role], team, start)
        for request, role, team, start in zip(
            inst.role_request[inst.slot_role].tolist(),
            inst.slot_role.tolist(),
            teams,
            inst.slot_start.tolist(),
            strict=True,
        )
    ]


class Recall:
    """Finds routes of the past again in an instance."""

    def __init__(self, inst: Instance, graph: Graph) -> None:
        self._inst, self._graph = inst, graph
        self._volunteers = {id: v for v, id in enumerate(inst.volunteer_ids)}
        self._slots = {name: slot for slot, name in enumerate(slot_names(inst))}
        self._count = len(inst.slot_role)
        self._key = inst.node["volunteer"].astype(np.int64) * self._count + inst.node_slot
        self._order = np.argsort(self._key, kind="stable")

    def routes(self, named: Sequence[NamedRoute]) -> Routes:
        """The routes, without visits that are no longer there, as far as they are still possible."""
        keys, vias, size = list[int](), list[bool](), list[int]()
        for id, visits in named:
            volunteer = self._volunteers.get(id)
            known = [] if volunteer is None else [(self._slots.get(visit[:4], -1), visit.via) for visit in visits]
            mine = [(volunteer * self._count + slot, via) for slot, via in known if volunteer is not None and slot >= 0]
            keys += [key for key, _ in mine]
            vias += [via for _, via in mine]
            size.append(len(mine))
        nodes, there = self._nodes(np.array(keys, dtype=np.int64))
        owner = np.repeat(np.arange(len(size)), size)[there]
        return self._row(nodes[there], np.array(vias, dtype=np.int64)[there], owner)

    def _nodes(self, keys: Ints) -> tuple[Ints, NDArray[np.bool_]]:
        """The node of each key, and whether there is one."""
        ranked = self._key[self._order]
        if len(ranked) == 0:
            return keys, np.zeros(len(keys), dtype=np.bool_)
        at = np.minimum(np.searchsorted(ranked, keys), len(ranked) - 1)
        return self._order[at], ranked[at] == keys

    def _row(self, nodes: Ints, vias: Ints, owner: Ints) -> Routes:
        """Of routes in a row, owner telling which, those that are possible."""
        first = np.flatnonzero(np.diff(owner, prepend=-1))
        vias[first] = 0
        ends = [*first[1:].tolist(), len(nodes)]
        return self.possible([(nodes[a:b], vias[a:b]) for a, b in zip(first.tolist(), ends, strict=False)])

    def possible(self, routes: Routes) -> Routes:
        """Those of some routes that are possible."""
        if not routes:
            return []
        ptr = pointers(np.array([len(nodes) for nodes, _ in routes]))
        fine = possible(self._graph, ptr, *(np.concatenate([part[k] for part in routes]) for k in (0, 1)))
        return [route for route, good in zip(routes, fine.tolist(), strict=True) if good]

    def plan(self, named: Sequence[NamedRoute]) -> tuple[Routes, Ints]:
        """Routes of a plan without visits of requests that too few or too many would serve, and options of linked ones.

        Requests that depend on others' times are left out.
        """
        inst, routes, wrong = (
            self._inst,
            self.routes(named),
            {request for link in self._inst.after for request in link[:2]},
        )
        while True:
            slots = inst.node_slot[np.concatenate([nodes for nodes, _ in routes])] if routes else np.zeros(0, np.int64)
            options, more = _options(inst, np.bincount(slots, minlength=len(inst.slot_role)), wrong)
            if not more:
                return routes, np.array(options, dtype=np.int64)
            gone = np.zeros(inst.requests, dtype=np.bool_)
            gone[list(more)] = True
            goes = gone[inst.node_request]
            stays = [~goes[nodes] for nodes, _ in routes]
            routes = self.possible([(n[s], v[s]) for (n, v), s in zip(routes, stays, strict=True) if s.any()])


def _options(inst: Instance, visits: Ints, wrong: set[int]) -> tuple[list[int], set[int]]:
    """An option of each linked request that is visited [S], and the visited requests that are wrong or have none."""
    role = np.bincount(inst.slot_role, visits, minlength=len(inst.role_max))
    asked = set(np.unique(inst.role_request[role > 0]).tolist())
    wrong = (wrong & asked) | set(inst.role_request[role > inst.role_max].tolist())
    options = list[int]()
    for request in sorted(asked - wrong):
        if inst.linked[request]:
            mine = np.flatnonzero(inst.option_request == request).tolist()
            fitting = next((o for o in mine if _fills(inst, visits, request, o)), None)
            if fitting is None:
                wrong.add(request)
            else:
                options.append(fitting)
    return options, wrong


def _fills(inst: Instance, visits: Ints, request: int, option: int) -> bool:
    """Whether all visits of a request are in an option's slots, enough in each role."""
    slots = inst.option_slots[inst.option_ptr[option] : inst.option_ptr[option + 1]]
    roles = slice(inst.role_ptr[request], inst.role_ptr[request + 1])
    there = np.bincount(inst.slot_role[slots], visits[slots], minlength=len(inst.role_min))
    every = visits[np.isin(inst.role_request[inst.slot_role], request)].sum()
    return bool((there[roles] >= inst.role_min[roles]).all() and there.sum() == every)
