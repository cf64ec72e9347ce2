"""A first plan in a moment: requests in order of what they add, each given the cheapest people who fit in.

No plan of it is proved; it is what is handed out when time is up, and where the exact search begins.
"""

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from matcher.instance import Instance
from matcher.solver.budget import Budget
from matcher.solver.chains import STEPS, search_over
from matcher.solver.filling import Offer, serve_all
from matcher.solver.insertion import (
    CLOSES,
    HIGH,
    LOW,
    OPENS,
    POST,
    SHIFT,
    WHO,
    State,
    Visits,
    by_home,
    measured,
    straight,
    tally,
)
from matcher.solver.kernel import kernel, maker
from matcher.solver.legs import LONGEST
from matcher.solver.offer import offer_of
from matcher.solver.repair import displace, fill_up, polish, rebuild

Ints = NDArray[np.int64]
Floats = NDArray[np.float64]

LOG = 1_000
"""Changes that can be taken back, besides those of the largest request."""
MOST_STEPS, STEPS_AT_ONCE = 30_000_000, 8_000_000
"""Steps of an improvement, and those between two looks at the clock."""
STEP_UNITS = 0.03
"""Units of work of one step."""
SPARE = 2
"""Visits of people without any that are offered for each post."""
NOTHING = np.zeros(0, dtype=np.int64)

Plan = tuple[list[tuple[Ints, Ints]], Ints]
"""Routes (nodes, vias) and the options chosen [linked requests served]."""


class Greedy:
    """A plan that grows from some routes (nodes), the options chosen and the pins.

    like: another plan of the instance, with which it shares what there is to choose from.
    """

    def __init__(
        self, inst: Instance, routes: Sequence[Ints] = (), options: Ints = NOTHING, like: "Greedy | None" = None
    ) -> None:
        self._made: tuple[Offer, Visits, Ints] = offer_of(inst) if like is None else like._made
        self._offer, self._visits, self._number = self._made
        self._required = self._offer.order[: 1 + np.flatnonzero(inst.required[self._offer.order]).max(initial=-1)]
        self._state = _state(inst, options)
        self._search = search_over(len(inst.slot_role))
        for nodes in routes:
            self._enter(inst, nodes.tolist())
        for pinned in _pinned(inst):
            if self._state.lengths[inst.node["volunteer"][pinned[0]]] == 0:
                self._enter(inst, pinned[: self._state.routes.shape[1]])
        _begin(self._visits, self._state)

    def _enter(self, inst: Instance, nodes: list[int]) -> None:
        """Gives a volunteer a route."""
        v = inst.node["volunteer"][nodes[0]]
        self._state.lengths[v] = len(nodes)
        for k, node in enumerate(nodes):
            low, high = self._visits.slots[inst.node_slot[node], [OPENS, CLOSES]]
            self._state.routes[v, k] = low + np.searchsorted(self._number[low:high], node)

    def plan(self) -> Plan:
        """Routes and options of the plan."""
        state, vias = self._state, _vias(self._visits, self._state)
        days = [(v, state.lengths[v]) for v in np.flatnonzero(state.lengths)]
        routes = [(self._number[state.routes[v, :n]], vias[v, :n]) for v, n in days]
        return routes, state.chosen[state.chosen >= 0]

    def spare(self) -> list[tuple[Ints, Ints]]:
        """Single visits of people without any, the best few of each post: they tell what one more place would cost."""
        f = self._visits
        posts = np.unique(f.slots[:, POST])
        nodes = self._number[_spare(f, self._state, posts)]
        via = np.zeros(1, dtype=np.int64)
        return [(nodes[k : k + 1], via) for k in range(len(nodes))]

    def fill(self) -> None:
        """Puts in whoever can be put in without moving anybody."""
        serve_all(self._offer, self._visits, self._state, self._search)

    def fill_required(self) -> None:
        """The same for those requests only that must be served, and what they follow."""
        serve_all(self._offer._replace(order=self._required), self._visits, self._state, self._search)

    def fill_by_chains(self, budget: Budget) -> None:
        """Puts in whoever can be put in if others are moved."""
        self._search.counts[STEPS] = 0
        fill_up(self._offer, self._visits, self._state, self._search, STEPS_AT_ONCE)
        budget.spend(self._search.counts[STEPS] * STEP_UNITS)
        self.fill()

    def improve(self, budget: Budget) -> None:
        """Moves people about as long as that helps, for about a second at most, and fills what is left empty."""
        o, f, s, c = self._offer, self._visits, self._state, self._search
        least, left = _least(o), min(MOST_STEPS, budget.work_left() / STEP_UNITS)
        tried, at, gain = np.full(len(s.lengths), -1), 0, 0.0
        while left > 0 and budget.stopped is None:
            c.counts[STEPS] = 0
            gain += fill_up(o, f, s, c, STEPS_AT_ONCE)
            more, at = polish(f, s, c, tried, at, least, STEPS_AT_ONCE)
            gain += more
            if at == len(tried):
                gain += rebuild(o, f, s, c, least, 2 * STEPS_AT_ONCE)
                gain += displace(o, f, s, c, least, 2 * STEPS_AT_ONCE)
                if gain == 0.0:
                    left = 0
                at, gain = 0, 0.0
            left -= c.counts[STEPS]
            budget.spend(c.counts[STEPS] * STEP_UNITS)
        self.fill()


def _least(offer: Offer) -> float:
    """The least gain that counts: what is less may be rounding."""
    return 1e-4 + 1e-11 * float(np.abs(offer.hope[np.isfinite(offer.hope)]).max(initial=0))


def _state(inst: Instance, options: Ints) -> State:
    """A plan without routes, with some options chosen."""
    pins = np.diff(inst.pin_ptr)
    most = np.minimum(np.diff(inst.node_ptr), np.minimum(inst.cap_requests, LONGEST) + pins).max(initial=1)
    room, places = int(min(LONGEST, most)), np.bincount(inst.role_request, inst.role_max).max(initial=0)
    state = State(
        routes=np.zeros((inst.volunteers, room), dtype=np.int64),
        lengths=np.zeros(inst.volunteers, dtype=np.int64),
        reach=np.zeros((inst.volunteers, room + 1)),
        chosen=np.full(inst.requests, -1, dtype=np.int64),
        present=np.zeros(len(inst.slot_role), dtype=np.int64),
        changed=np.zeros(inst.volunteers, dtype=np.int64),
        log=np.zeros((LOG + 4 * int(places), room + 3), dtype=np.int64),
        counts=np.zeros(2, dtype=np.int64),
    )
    state.chosen[inst.option_request[options]] = options
    return state


def _pinned(inst: Instance) -> list[list[int]]:
    """A node for each pin, volunteer by volunteer."""
    found: dict[int, dict[int, int]] = {}
    for node in np.flatnonzero(inst.node["pinned"]).tolist():
        found.setdefault(int(inst.node["volunteer"][node]), {}).setdefault(int(inst.node["start"][node]), node)
    return [list(of_one.values()) for of_one in found.values()]


@maker
def _spare(f: Visits, s: State, posts: Ints) -> Ints:
    """The best `SPARE` visits of each post that people without visits could make."""
    found, count = np.empty(SPARE * len(posts), np.int64), 0
    for post in posts:
        best, value = np.full(SPARE, -1), np.full(SPARE, -np.inf)
        for node in range(f.posts[post, LOW], f.posts[post, HIGH]):
            worth, k = f.alone[node], SPARE - 1
            if s.lengths[f.nodes[node, WHO]] > 0 or worth <= value[k] or worth == np.inf:
                continue
            while k > 0 and value[k - 1] < worth:
                best[k], value[k] = best[k - 1], value[k - 1]
                k -= 1
            best[k], value[k] = node, worth
        for node in best[best >= 0]:
            found[count] = node
            count += 1
    return found[:count]


@kernel
def _begin(f: Visits, s: State) -> None:
    """Measures the routes and counts their visits; one that is impossible is given up."""
    for v in range(len(s.lengths)):
        if measured(f, s, v) == np.inf:
            s.lengths[v] = 0
        tally(f, s, v, 1)


@maker
def _vias(f: Visits, s: State) -> Ints:
    """Whether each visit is reached by way of home [V, room]."""
    vias = np.zeros_like(s.routes)
    for v in range(len(s.lengths)):
        for k in range(1, s.lengths[v]):
            i, j = s.routes[v, k - 1], s.routes[v, k]
            same = f.nodes[i, SHIFT] == f.nodes[j, SHIFT]
            vias[v, k] = same and by_home(f, i, j) < straight(f, v, i, j)
    return vias
