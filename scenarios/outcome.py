"""What became of a batch: the figures by which plans of different worlds are compared."""

from collections import Counter
from collections.abc import Mapping
from typing import Any

from matcher import Batch, Plan
from matcher.base import Frozen
from matcher.policy import PRIORITIES

WORST_FIRST = ("infeasible", "none", None, "feasible", "optimal")
"""What a plan's status may be."""


class Outcome(Frozen):
    """Figures of a plan. Everything counts the plan's own batch: after a surge more is asked for."""

    status: str | None
    """`optimal`, `feasible`, `infeasible` or `none`."""
    gap: float | None
    """How far the plan may be from the best, as in the plan; null: not proved."""
    asked: dict[str, int]
    """Requests by priority."""
    served: dict[str, int]
    """How many of these have at least their least number of people in each role."""
    places: int
    """People asked for in all."""
    filled: int
    """How many of these places are filled."""
    people: int
    """Different people who are sent."""
    travel: float
    """Minutes on the way."""
    escalation: float
    """Tier distance of all visits: 1 for each from another village, 2 from another town, 3 from another county."""
    highest_load: int
    """Most requests of one person, in the last 30 days and the plan."""
    village_share: float | None
    """Least share of places filled in a village (or other site) that asked for any; null where none did."""
    unserved: tuple[str, ...]
    """Ids of the requests that nobody goes to; in a series behind the id of the batch and a slash."""


def outcome_of(batch: Batch, plan: Plan) -> Outcome:
    """The figures of a plan of a batch."""
    sent = Counter(visit.request for visit in plan.visits)
    load = Counter(visit.volunteer for visit in plan.visits)
    recent = {volunteer.id: volunteer.recent_requests for volunteer in batch.volunteers if volunteer.id in load}
    places, filled = Counter[str](), Counter[str]()
    for request in batch.requests:
        site = request.site or ""
        places[site] += sum(role.count for role in request.roles)
        filled[site] += sent[request.id]
    served = [request for request in batch.requests if sent[request.id]]
    terms = plan.score.terms if plan.score else {}
    return Outcome(
        status=plan.status,
        gap=plan.gap,
        asked=_by_priority(batch.requests),
        served=_by_priority(served),
        places=places.total(),
        filled=filled.total(),
        people=len(load),
        travel=terms.get("travel", 0.0),
        escalation=terms.get("escalation", 0.0),
        highest_load=max((recent[id] + number for id, number in load.items()), default=0),
        village_share=min((filled[site] / places[site] for site in places if places[site]), default=None),
        unserved=tuple(sorted(request.id for request in batch.requests if not sent[request.id])),
    )


def added(outcomes: Mapping[str, Outcome]) -> Outcome:
    """The figures of a series: what was found on each of its batches, by id, the first one first.

    Numbers are sums; somebody who is sent on two days counts twice. The highest load and the village served least are
    those of the batch where they are worst, and so are status and gap: proved means proved on all.
    """
    if len(outcomes) == 1:
        return next(iter(outcomes.values()))
    each = list(outcomes.values())
    statuses, gaps = {outcome.status for outcome in each}, [outcome.gap for outcome in each]
    shares = [outcome.village_share for outcome in each if outcome.village_share is not None]
    return Outcome(
        status=next(status for status in WORST_FIRST if status in statuses),
        gap=None if None in gaps else max(filter(None, gaps), default=0.0),
        asked={priority: sum(outcome.asked[priority] for outcome in each) for priority in PRIORITIES},
        served={priority: sum(outcome.served[priority] for outcome in each) for priority in PRIORITIES},
        places=sum(outcome.places for outcome in each),
        filled=sum(outcome.filled for outcome in each),
        people=sum(outcome.people for outcome in each),
        travel=sum(outcome.travel for outcome in each),
        escalation=sum(outcome.escalation for outcome in each),
        highest_load=max(outcome.highest_load for outcome in each),
        village_share=min(shares, default=None),
        unserved=tuple(f"{batch}/{id}" for batch, outcome in outcomes.items() for id in outcome.unserved),
    )


def figures(outcome: Outcome) -> dict[str, float | None]:
    """The numbers of an outcome by name, in the order of a table."""
    return {
        **{f"served.{priority}": float(outcome.served[priority]) for priority in PRIORITIES},
        "filled": float(outcome.filled),
        "people": float(outcome.people),
        "travel": outcome.travel,
        "escalation": outcome.escalation,
        "highest_load": float(outcome.highest_load),
        "village_share": outcome.village_share,
    }


def _by_priority(requests: Any) -> dict[str, int]:
    count = Counter(request.priority for request in requests)
    return {priority: count[priority] for priority in PRIORITIES}
