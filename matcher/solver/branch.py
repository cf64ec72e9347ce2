"""A branch of the search: what has been decided about requests and their options."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from matcher.instance import Instance

Ints = NDArray[np.int64]
Floats = NDArray[np.float64]

WHOLE = 1e-6
"""A value this near to a whole number counts as one."""


@dataclass(frozen=True)
class Branch:
    """Options that may not be chosen [O] and requests that must be served [R]; both only of linked requests."""

    forbidden: NDArray[np.bool_]
    served: NDArray[np.bool_]

    @staticmethod
    def whole(inst: Instance) -> "Branch":
        """The branch in which nothing is decided."""
        return Branch(np.zeros(len(inst.option_request), dtype=np.bool_), np.zeros(inst.requests, dtype=np.bool_))

    @staticmethod
    def of(inst: Instance, options: Ints) -> "Branch":
        """The branch that chooses exactly these options of linked requests."""
        forbidden = inst.linked[inst.option_request]
        forbidden[options] = False
        served = np.zeros(inst.requests, dtype=np.bool_)
        served[inst.option_request[options]] = True
        return Branch(forbidden, served & inst.linked)

    def without(self, options: Ints) -> "Branch":
        """The part of the branch that does not choose any of these options."""
        forbidden = self.forbidden.copy()
        forbidden[options] = True
        return Branch(forbidden, self.served)

    def serving(self, request: int) -> "Branch":
        """The part of the branch that serves a request."""
        served = self.served.copy()
        served[request] = True
        return Branch(self.forbidden, served)

    def allows(self, inst: Instance, options: Ints) -> bool:
        """Whether a plan with these options of linked requests lies in the branch."""
        chosen = np.zeros(inst.requests, dtype=np.bool_)
        chosen[inst.option_request[options]] = True
        return not self.forbidden[options].any() and bool(chosen[self.served].all())

    def closed_nodes(self, inst: Instance) -> Ints:
        """Nodes in slots of linked requests that no allowed option has."""
        option_of = np.repeat(np.arange(len(inst.option_request)), np.diff(inst.option_ptr))
        open_slots = ~inst.linked[inst.role_request[inst.slot_role]]
        open_slots[inst.option_slots[~self.forbidden[option_of]]] = True
        return np.flatnonzero(~open_slots[inst.node_slot])


def split(inst: Instance, branch: Branch, chosen: Floats) -> tuple[Branch, Branch] | None:
    """Two branches that leave out the relaxation's choice of options [O], likelier one first; null if it is whole.

    A request served in part is served or not; one served at several starts or by several teams is served
    in the first half of what was chosen or in the second.
    """
    served = np.bincount(inst.option_request, chosen, minlength=inst.requests)
    places = np.bincount(inst.role_request, inst.role_max, minlength=inst.requests)
    part = np.minimum(served, 1 - served) * places
    if part.max(initial=0) > WHOLE:
        request = int(np.argmax(part))
        options = np.flatnonzero(inst.option_request == request)
        children = branch.serving(request), branch.without(options)
        return children if served[request] > 0.5 else (children[1], children[0])
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
    children = branch.without(late), branch.without(early)
    return children if total[last] > 0.5 else (children[1], children[0])
