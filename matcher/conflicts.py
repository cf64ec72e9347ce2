"""Which pins and mandatory requests cannot all be kept: a smallest set that contradicts itself.

A set of requirements is taken apart one by one: what can be dropped while the rest still contradicts
itself is dropped for good (deletion filter; Chinneck, *Feasibility and Infeasibility in Optimization*,
2008, section 6.1.1). What is left would be satisfiable without any one of its members.
"""

from collections.abc import Sequence

from matcher.batch import Batch, Request
from matcher.building import build_instance
from matcher.policy import Policy, Tier
from matcher.solver import solve
from matcher.solver.budget import Budget

Item = tuple[str, int]
"""`pins` or `requests`, and the index in that list of the batch."""


def contradiction(batch: Batch, budget: Budget) -> list[str]:
    """JSON pointers of requirements that contradict each other; not the smallest set if the budget ends first."""
    items = _items(batch)
    size = max(1, len(items) // 2)
    while budget.stopped is None:
        at = 0
        while at < len(items) and budget.stopped is None:
            rest = items[:at] + items[at + size :]
            if rest and _contradicts(_only(batch, rest), budget):
                items = rest
            else:
                at += size
        if size == 1:
            break
        size //= 2
    return [f"/{kind}/{i}" for kind, i in items]


def _items(batch: Batch) -> list[Item]:
    """All requirements in the order of their ids, so that the order of the input does not decide what is left."""
    pins = sorted(
        range(len(batch.pins)), key=lambda i: (batch.pins[i].request, batch.pins[i].role, batch.pins[i].volunteer)
    )
    mandatory = [i for i, request in enumerate(batch.requests) if request.mandatory]
    mandatory.sort(key=lambda i: batch.requests[i].id)
    return [*(("pins", i) for i in pins), *(("requests", i) for i in mandatory)]


def _only(batch: Batch, items: Sequence[Item]) -> Batch:
    """The batch with these requirements and what they need, and nothing else asked for."""
    pins = tuple(batch.pins[i] for kind, i in items if kind == "pins")
    mandatory = {batch.requests[i].id for kind, i in items if kind == "requests"}
    by_id = {request.id: request for request in batch.requests}
    needed: dict[str, Request] = {}
    stack = [*mandatory, *(pin.request for pin in pins)]
    while stack:
        request = by_id[stack.pop()]
        if request.id not in needed:
            needed[request.id] = request.model_copy(update={"mandatory": request.id in mandatory})
            stack += [after.request for after in request.after]
    policy = Policy.model_validate({**batch.policy.model_dump(), "tiers": [Tier(terms={})]})
    changes = {"requests": tuple(needed.values()), "pins": pins, "previous": (), "policy": policy}
    return batch.model_copy(update=changes)


def _contradicts(batch: Batch, budget: Budget) -> bool:
    """Whether it is proved that the batch has no valid plan."""
    inst = build_instance(batch)
    if inst.conflicts:
        return True
    solution = solve(inst, budget, 0.0, lambda *told: None)
    return solution.bounds[0] is not None and solution.bounds[0] < inst.needed - 0.5
