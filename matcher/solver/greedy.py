"""A first plan in a moment: requests in order of what they add, each given the cheapest people who fit in.

No plan of it is proved; it is what is handed out when time is up, and where the exact search begins.
"""

import numpy as np
from numba import njit
from numpy.typing import NDArray

from matcher.instance import Instance
from matcher.solver.chains import search_over
from matcher.solver.filling import serve_all
from matcher.solver.insertion import SHIFT, Offer, State, by_home, count, measured, straight
from matcher.solver.legs import LONGEST
from matcher.solver.offer import offer_of

Ints = NDArray[np.int64]
Floats = NDArray[np.float64]

ROWS = 1_000
"""Changes that can be taken back, besides those of the largest request."""

Plan = tuple[list[tuple[Ints, Ints]], Ints]
"""Routes (nodes, vias) and the options chosen [linked requests served]."""


class Greedy:
    """A plan that grows: `plan` is what it is now."""

    def __init__(self, inst: Instance, routes: list[Ints], options: Ints) -> None:
        self.offer = offer_of(inst)
        self.state = _state(inst, self.offer, routes, options)
        self.search = search_over(len(inst.slot_role))

    def plan(self) -> Plan:
        """Routes and options of the plan."""
        state, vias = self.state, _vias(self.offer, self.state)
        number = self.offer.number
        routes = [(number[state.routes[v, :n]], vias[v, :n]) for v, n in enumerate(state.lengths.tolist()) if n]
        return routes, state.chosen[state.chosen >= 0]


def greedy(inst: Instance) -> Plan:
    """A plan from nothing but the pins."""
    return _run(inst, [], np.zeros(0, dtype=np.int64))


def topped_up(inst: Instance, routes: list[Ints], options: Ints) -> Plan:
    """The plan of some routes (nodes) and options, with whoever can still be put in without moving anybody."""
    return _run(inst, routes, options)


def _run(inst: Instance, routes: list[Ints], options: Ints) -> Plan:
    growing = Greedy(inst, routes, options)
    serve_all(growing.offer, growing.state, growing.search)
    return growing.plan()


def _state(inst: Instance, offer: Offer, routes: list[Ints], options: Ints) -> State:
    """The plan of some routes and options, and the pins of those who have no route."""
    pins = np.diff(inst.pin_ptr)
    most = np.minimum(np.diff(inst.node_ptr), np.minimum(inst.cap_requests, LONGEST) + pins).max(initial=1)
    room, places = int(min(LONGEST, most)), np.bincount(inst.role_request, inst.role_max).max(initial=0)
    state = State(
        routes=np.zeros((inst.volunteers, room), dtype=np.int64),
        lengths=np.zeros(inst.volunteers, dtype=np.int64),
        reach=np.zeros((inst.volunteers, room + 1)),
        chosen=np.full(inst.requests, -1, dtype=np.int64),
        present=np.zeros(len(inst.slot_role), dtype=np.int64),
        log=np.zeros((ROWS + 4 * int(places), room + 2), dtype=np.int64),
        size=np.zeros(1, dtype=np.int64),
    )
    state.chosen[inst.option_request[options]] = options
    for nodes in routes:
        _enter(inst, offer, state, nodes.tolist())
    for nodes in _pinned(inst):
        if state.lengths[inst.node["volunteer"][nodes[0]]] == 0:
            _enter(inst, offer, state, nodes[:room])
    _begin(offer, state)
    return state


def _enter(inst: Instance, offer: Offer, state: State, nodes: list[int]) -> None:
    """Gives a volunteer a route."""
    v = inst.node["volunteer"][nodes[0]]
    state.lengths[v] = len(nodes)
    for k, node in enumerate(nodes):
        low, high = offer.ptr[inst.node_slot[node]], offer.ptr[inst.node_slot[node] + 1]
        state.routes[v, k] = low + np.searchsorted(offer.number[low:high], node)


def _pinned(inst: Instance) -> list[list[int]]:
    """A node for each pin, volunteer by volunteer."""
    found: dict[int, dict[int, int]] = {}
    for node in np.flatnonzero(inst.node["pinned"]).tolist():
        found.setdefault(int(inst.node["volunteer"][node]), {}).setdefault(int(inst.node["start"][node]), node)
    return [list(of_one.values()) for of_one in found.values()]


@njit(cache=True)
def _begin(f: Offer, s: State) -> None:
    """Measures the routes and counts their visits; one that is impossible is given up."""
    for v in range(len(s.lengths)):
        if measured(f, s, v) == np.inf:
            s.lengths[v] = 0
        count(f, s, v, 1)


@njit(cache=True)
def _vias(f: Offer, s: State) -> Ints:
    """Whether each visit is reached by way of home [V, room]."""
    vias = np.zeros_like(s.routes)
    for v in range(len(s.lengths)):
        for k in range(1, s.lengths[v]):
            i, j = s.routes[v, k - 1], s.routes[v, k]
            same = f.nodes[i, SHIFT] == f.nodes[j, SHIFT]
            vias[v, k] = same and by_home(f, i, j) < straight(f, v, i, j)
    return vias
