"""A neighbourhood of a plan as an instance of its own: some people are free, all others stay where they are.

What the others do is taken out of the requests. Their visits fill places; where visits depend on each other, they
keep the request served, by its option; and they settle what a request that follows theirs may do. What the
requests must therefore keep is required, so every plan of the neighbourhood that keeps everything required is,
with the others' routes, a plan of the whole.
"""

from copy import copy
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from matcher.instance import Instance, nodes_of_people, pointers
from matcher.solver.columns import Columns
from matcher.solver.components import part_of
from matcher.solver.incumbent import Chosen

Ints = NDArray[np.int64]
Bools = NDArray[np.bool_]


class Standing:
    """A plan by people and requests.

    columns, options: as in `Chosen`. people: the volunteer of each column. route: which of the columns each volunteer
    has, -1 for none [V]. option: the option of each request, -1 if it is not served [R]. nodes, owner, role, request:
    of each visit. room: places of each role that are empty [Q].
    """

    def __init__(self, inst: Instance, plan: Chosen, pool: Columns) -> None:
        self.columns, self.options = plan.columns, plan.options
        self.people = pool.people(plan.columns)
        self.nodes = pool.visits_of(plan.columns, self.people)
        self.route = np.full(inst.volunteers, -1, dtype=np.int64)
        self.route[self.people] = np.arange(len(plan.columns))
        self.owner = inst.node["volunteer"][self.nodes].astype(np.int64)
        self.role = inst.slot_role[inst.node_slot[self.nodes]]
        self.request = inst.role_request[self.role]
        option_of = np.zeros(len(inst.slot_role), dtype=np.int64)
        option_of[inst.option_slots] = np.repeat(np.arange(len(inst.option_request)), np.diff(inst.option_ptr))
        self.option = np.full(inst.requests, -1, dtype=np.int64)
        self.option[self.request] = option_of[inst.node_slot[self.nodes]]
        self.option[inst.option_request[plan.options]] = plan.options
        self.room = inst.role_max - np.bincount(self.role, minlength=len(inst.role_max))


@dataclass(frozen=True)
class Neighbourhood:
    """The instance of a neighbourhood; the whole's number of each of its nodes and options."""

    inst: Instance
    nodes: Ints
    options: Ints


def around(inst: Instance, plan: Standing, people: Bools, requests: Bools) -> Neighbourhood:
    """The instance in which `people` [V] may serve `requests` [R] and whatever they serve in the plan.

    Requests that others serve too, and those not among `requests`, keep their option.
    """
    free = people[plan.owner]
    mine, held, required = requests.copy(), np.zeros_like(requests), inst.required.copy()
    mine[plan.request[free]] = True
    held[plan.request[~free]] = True
    held &= inst.linked
    required |= held
    bound = mine & (held | ~requests)
    allowed = (mine & ~bound)[inst.option_request]
    allowed[plan.option[bound]] = True
    after = [link for link in inst.after if mine[link[0]] and mine[link[1]]]
    for link in inst.after:
        if mine[link[0]] != mine[link[1]]:
            _follow(inst, plan, link, bool(mine[link[0]]), allowed, required)
    others = np.bincount(plan.role[~free], minlength=len(inst.role_max))
    options, in_options = np.flatnonzero(allowed), np.repeat(allowed, np.diff(inst.option_ptr))
    usable = np.zeros(len(inst.slot_role), dtype=np.bool_)
    usable[inst.option_slots[in_options]] = True
    usable &= (inst.role_max > others)[inst.slot_role]
    nodes = nodes_of_people(inst, np.flatnonzero(people))
    nodes = nodes[usable[inst.node_slot[nodes]]]
    option_gain = inst.option_gain[:, options]
    if inst.tiers.required:
        option_gain[0] = required[inst.option_request[options]]
    thin = replace(
        inst,
        required=required,
        role_min=np.maximum(0, inst.role_min - others),
        role_max=inst.role_max - others,
        option_request=inst.option_request[options],
        option_start=inst.option_start[options],
        option_end=inst.option_end[options],
        option_ptr=pointers(np.diff(inst.option_ptr)[options]),
        option_slots=inst.option_slots[in_options],
        option_gain=option_gain,
        after=after,
        node_ptr=pointers(np.bincount(inst.node["volunteer"][nodes], minlength=inst.volunteers)),
        node_slot=inst.node_slot[nodes],
        node={name: column[nodes] for name, column in inst.node.items()},
        node_gain={t: gain[nodes] for t, gain in inst.node_gain.items()},
    )
    part, kept = part_of(thin, np.flatnonzero(mine))
    return Neighbourhood(part if inst.tiers.required else _requiring(part), nodes[kept], options)


def _follow(
    inst: Instance, plan: Standing, link: tuple[int, int, int, int], later: bool, allowed: Bools, required: Bools
) -> None:
    """Confines the request of an `after` that is free, the `later` one or the one before, by the plan's other one."""
    request, before, least, most = link
    one, other = (request, before) if later else (before, request)
    fixed = int(plan.option[other])
    if fixed < 0 and not later:
        return
    options = np.flatnonzero(inst.option_request == one)
    if fixed < 0:
        allowed[options] = False
        return
    gap = (
        inst.option_start[options] - inst.option_end[fixed]
        if later
        else inst.option_start[fixed] - inst.option_end[options]
    )
    allowed[options] &= (gap >= least) & (gap <= most)
    required[one] |= not later


def _requiring(inst: Instance) -> Instance:
    """The instance with a tier before all others that counts required requests served."""
    tiers = copy(inst.tiers)
    tiers.required, tiers.count = True, tiers.count + 1
    for name in ("travel", "waiting", "workload", "over", "offset"):
        weights = getattr(inst.tiers, name)
        setattr(tiers, name, np.concatenate([np.zeros_like(weights[:1]), weights]))
    return replace(
        inst,
        tiers=tiers,
        slot_gain=np.vstack([np.zeros(inst.slot_gain.shape[1]), inst.slot_gain]),
        option_gain=np.vstack([inst.required[inst.option_request].astype(np.float64), inst.option_gain]),
        node_gain={t + 1: gain for t, gain in inst.node_gain.items()},
    )
