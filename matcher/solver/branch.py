"""A branch of the search: what has been decided about requests, their options and their people."""

from dataclasses import dataclass, replace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from matcher.instance import Instance

Ints = NDArray[np.int64]
Floats = NDArray[np.float64]
Bools = NDArray[np.bool_]

WHOLE = 1e-5
"""A value this near to a whole number counts as one."""


@dataclass(frozen=True)
class Branch:
    """A part of all plans.

    forbidden: options of linked requests that are not chosen [O]. served: linked requests that are served [R].
    least, most: visits of roles that are not linked [Q]. closed: nodes that no route visits [N]. sought: nodes
    of people who must fill a role [N], `pairs` of a person and a role.
    """

    forbidden: Bools
    served: Bools
    least: Ints
    most: Ints
    closed: Bools
    sought: Bools
    pairs: int

    @staticmethod
    def whole(inst: Instance) -> "Branch":
        """The branch in which nothing is decided."""
        forbidden, served = np.zeros(len(inst.option_request), dtype=np.bool_), np.zeros(inst.requests, dtype=np.bool_)
        nowhere = np.zeros(inst.nodes, dtype=np.bool_)
        return Branch(forbidden, served, np.zeros_like(inst.role_max), inst.role_max, nowhere, nowhere, 0)

    def only(self, inst: Instance, options: Ints) -> "Branch":
        """The part of the branch that chooses exactly these options of linked requests."""
        forbidden = inst.linked[inst.option_request]
        forbidden[options] = False
        served = np.zeros(inst.requests, dtype=np.bool_)
        served[inst.option_request[options]] = True
        return replace(self, forbidden=forbidden, served=served & inst.linked)

    def without(self, options: Ints) -> "Branch":
        """The part of the branch that does not choose any of these options."""
        return replace(self, forbidden=_with(self.forbidden, options, True))

    def serving(self, request: int) -> "Branch":
        """The part of the branch that serves a request."""
        return replace(self, served=_with(self.served, request, True))

    def closing(self, nodes: Ints) -> "Branch":
        """The part of the branch that visits none of these nodes."""
        return replace(self, closed=_with(self.closed, nodes, True))

    def seeking(self, nodes: Ints) -> "Branch":
        """The part of the branch that visits one of these nodes, all of one person and one role."""
        return replace(self, sought=_with(self.sought, nodes, True), pairs=self.pairs + 1)

    def dead(self, inst: Instance) -> Bools:
        """Nodes that are closed, or in slots of linked requests that no allowed option has [N]."""
        option_of = np.repeat(np.arange(len(inst.option_request)), np.diff(inst.option_ptr))
        usable = ~inst.linked[inst.role_request[inst.slot_role]]
        usable[inst.option_slots[~self.forbidden[option_of]]] = True
        return self.closed | ~usable[inst.node_slot]

    def holds(self, inst: Instance, options: Ints, nodes: Ints) -> bool:
        """Whether a plan with these options of linked requests and these nodes lies in the branch."""
        chosen = np.zeros(inst.requests, dtype=np.bool_)
        chosen[inst.option_request[options]] = True
        visits = np.bincount(inst.slot_role[inst.node_slot[nodes]], minlength=len(self.least))
        return bool(
            not self.forbidden[options].any()
            and chosen[self.served].all()
            and not self.closed[nodes].any()
            and self.sought[nodes].sum() == self.pairs
            and (visits >= self.least).all()
            and (visits <= self.most).all()
        )


def surest(inst: Instance, branch: Branch, chosen: Floats) -> Branch | None:
    """The branch in which half of the requests whose options [O] are not whole, the surest, keep the one chosen most.

    One that is served by less than half is not served. Null if there is nothing left to settle.
    """
    served = np.bincount(inst.option_request, chosen, minlength=inst.requests)
    order = np.lexsort((np.arange(len(chosen)), -chosen, inst.option_request))
    most = order[np.unique(inst.option_request[order], return_index=True)[1]]
    most = most[inst.linked[inst.option_request[most]]]
    sure = np.maximum(chosen[most], 1 - served[inst.option_request[most]])
    choices = np.bincount(inst.option_request[~branch.forbidden], minlength=inst.requests)
    free = choices > branch.served
    open_yet = np.flatnonzero((sure < 1 - WHOLE) & free[inst.option_request[most]])
    if not len(open_yet):
        return None
    ranked = open_yet[np.argsort(-sure[open_yet], kind="stable")]
    settled = most[np.concatenate([np.flatnonzero(sure >= 1 - WHOLE), ranked[: -(-len(ranked) // 2)]])]
    requests = np.zeros(inst.requests, dtype=np.bool_)
    requests[inst.option_request[settled]] = True
    kept = settled[served[inst.option_request[settled]] >= 0.5]
    forbidden = branch.forbidden | requests[inst.option_request]
    forbidden[kept] = False
    sent = branch.served.copy()
    sent[inst.option_request[kept]] = True
    return replace(branch, forbidden=forbidden, served=sent)


Children = tuple[Branch, Branch] | None


def by_options(inst: Instance, branch: Branch, chosen: Floats) -> Children:
    """Two branches that leave out what a relaxation chose of the options [O], likelier one first; null if it is whole.

    First whether a request is served, then at which start and by which team.
    """
    return _by_service(inst, branch, chosen) or _by_option(inst, branch, chosen)


def by_people(inst: Instance, branch: Branch, visits: Floats, single: Bools) -> Children:
    """Two branches that leave out a relaxation's visits [N], likelier one first; null if there is nothing to decide.

    First how many visits a role that is not linked has, then who of the `single` people [V] comes.
    """
    return _by_visits(inst, branch, visits) or _by_person(inst, branch, visits, single)


def _by_service(inst: Instance, branch: Branch, chosen: Floats) -> Children:
    served = np.bincount(inst.option_request, chosen, minlength=inst.requests)
    places = np.bincount(inst.role_request, inst.role_max, minlength=inst.requests)
    part = _distance(served) * places
    if part.max(initial=0) <= WHOLE:
        return None
    request = int(np.argmax(part))
    children = branch.serving(request), branch.without(np.flatnonzero(inst.option_request == request))
    return _likelier(children, served[request])


def _by_option(inst: Instance, branch: Branch, chosen: Floats) -> Children:
    """The options in the order of their starts, halved so that both halves have a part of what was chosen."""
    most = np.zeros(inst.requests)
    np.maximum.at(most, inst.option_request, chosen)
    spread = np.where(most > WHOLE, 1 - most, 0)
    if spread.max(initial=0) <= WHOLE:
        return None
    options = np.flatnonzero(inst.option_request == np.argmax(spread))
    options = options[np.lexsort((options, inst.option_start[options]))]
    used = np.flatnonzero(chosen[options] > WHOLE)
    total = np.cumsum(chosen[options[used]])
    last = int(np.argmin(np.abs(total[:-1] - 0.5)))
    early, late = options[: used[last + 1]], options[used[last + 1] :]
    return _likelier((branch.without(late), branch.without(early)), total[last])


def _by_visits(inst: Instance, branch: Branch, visits: Floats) -> Children:
    made = np.bincount(inst.slot_role[inst.node_slot], visits, minlength=len(inst.role_max))
    part = np.where(inst.linked[inst.role_request], 0.0, _distance(made))
    if part.max(initial=0) <= WHOLE:
        return None
    role = int(np.argmax(part))
    fewer = int(np.floor(made[role]))
    children = (
        replace(branch, least=_with(branch.least, role, fewer + 1)),
        replace(branch, most=_with(branch.most, role, fewer)),
    )
    return _likelier(children, made[role] - fewer)


def _by_person(inst: Instance, branch: Branch, visits: Floats, single: Bools) -> Children:
    nodes = np.flatnonzero((visits > WHOLE) & single[inst.node["volunteer"]])
    role, who = inst.slot_role[inst.node_slot[nodes]], inst.node["volunteer"][nodes].astype(np.int64)
    pairs, pair = np.unique(role * inst.volunteers + who, return_inverse=True)
    made = np.bincount(pair, visits[nodes], minlength=len(pairs))
    part = _distance(made)
    if part.max(initial=0) <= WHOLE:
        return None
    at = int(np.argmax(part))
    of_role = np.flatnonzero(inst.slot_role[inst.node_slot] == pairs[at] // inst.volunteers)
    theirs = inst.node["volunteer"][of_role] == pairs[at] % inst.volunteers
    if inst.role_max[pairs[at] // inst.volunteers] == 1:
        sent = branch.closing(of_role[~theirs])
    else:
        sent = branch.seeking(of_role[theirs])
    return _likelier((sent, branch.closing(of_role[theirs])), made[at])


def _distance(x: NDArray[Any]) -> Floats:
    """Distance to the next whole number."""
    distance: Floats = np.abs(x - np.round(x))
    return distance


def _likelier(children: tuple[Branch, Branch], share: float) -> tuple[Branch, Branch]:
    return children if share > 0.5 else (children[1], children[0])


def _with(values: NDArray[Any], at: Ints | int, value: int | bool) -> NDArray[Any]:
    changed = values.copy()
    changed[at] = value
    return changed
