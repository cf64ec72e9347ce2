"""Terms that the visits of a plan do not tell one by one, nor volunteer by volunteer: the exact solver knows none of
them, as each of its routes is worth something by itself (docs/problem.md, Terms)."""

from collections.abc import Iterator
from itertools import pairwise

from matcher.batch import Batch, Request
from matcher.errors import Problem
from matcher.problems import pointer, problem
from matcher.rules import TERMS

NEVER_KNOWN = frozenset({"max_lateness", "overtime", "max_idle", "workload_spread", "missed_break"})
"""Terms that routes know in no batch; `waiting` they know in some."""


def beyond_routes(batch: Batch) -> tuple[str, ...]:
    """Names of the terms that have a weight in the policy, can be anything but 0 in the batch, and that routes do not
    know, in the order of `TERMS`."""
    weighed = {name for tier in batch.policy.tiers for name, weight in tier.terms.items() if weight > 0}
    unknown = weighed & set(_unknown(batch))
    return tuple(name for name in TERMS if name in unknown)


def unsupported(batch: Batch, fields: str) -> list[Problem]:
    """A problem for each of these terms at each place of the policy; fields: what keeps an order from serving them."""
    names = beyond_routes(batch)
    return [
        problem(
            "unsupported_term", pointer("policy", "tiers", i, "terms", name), f"{tier.terms[name]:g}", fields=fields
        )
        for i, tier in enumerate(batch.policy.tiers)
        for name in names
        if tier.terms.get(name)
    ]


def _unknown(batch: Batch) -> Iterator[str]:
    """The terms that routes do not know and that can be anything but 0."""
    policy, requests = batch.policy, batch.requests
    people = [volunteer for volunteer in batch.volunteers if volunteer.shifts]
    if people:
        yield "max_idle"
    if not people or not requests:
        return
    if policy.late_by == "end" or batch.pins or any(map(_may_be_tardy, requests)):
        yield "max_lateness"
    if policy.shift_covers == "service" or any(shift.overtime for person in people for shift in person.shifts):
        yield "overtime"
    if len(people) > 1:
        yield "workload_spread"
    breaks = any(person.break_ is not None for person in people)
    if breaks:
        yield "missed_break"
    if breaks or policy.leaves == "shift":
        yield "waiting"


def _may_be_tardy(request: Request) -> bool:
    """Whether a visit may start after its window: late, with a lag, or where another begins inside it."""
    windows = sorted(request.windows, key=lambda window: window.start)
    return (
        any(window.late for window in windows)
        or any(role.lag is not None for role in request.roles)
        or any(later.start <= window.end for window, later in pairwise(windows))
    )
