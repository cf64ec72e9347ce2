"""Solving again: of all best plans of a changed batch, one that changes least of the plan in force."""

from matcher.answers.trial import OnTrial, unheard
from matcher.batch import Batch, FixedVisit
from matcher.dispatching import dispatch
from matcher.ordering import after_routes, instead_of_routes
from matcher.plan import Bound, Plan, Score
from matcher.planning import gap_of, status_of
from matcher.policy import Tier


def solved_near(batch: Batch, plan: Plan, seconds: float | None, on_trial: OnTrial = unheard) -> Plan:
    """A best plan of a batch; of all that are equally good in every tier, one that keeps most visits of `plan`.

    Score, bound and status are those of the batch's own tiers. A batch that has a previous plan of its own, or may be
    planned by an order, which knows none, gets just a best plan.
    """
    if batch.previous or instead_of_routes(batch, "auto") or after_routes(batch, "auto"):
        return dispatch(batch, seconds=seconds, on_progress=on_trial)
    tiers = tuple(_without_disruption(tier) for tier in batch.policy.tiers)
    policy = batch.policy.model_copy(update={"tiers": (*tiers, Tier(terms={"disruption": 1.0}))})
    places = {(request.id, role.id) for request in batch.requests for role in request.roles}
    previous = tuple(
        FixedVisit(request=v.request, role=v.role, volunteer=v.volunteer, start=v.start)
        for v in plan.visits
        if (v.request, v.role) in places
    )
    near = batch.model_copy(update={"policy": policy, "previous": previous})
    return _own(dispatch(near, seconds=seconds, on_progress=on_trial))


def _without_disruption(tier: Tier) -> Tier:
    """The tier of a batch without previous visits, where the term is nothing."""
    return Tier(terms={name: weight for name, weight in tier.terms.items() if name != "disruption"})


def _own(found: Plan) -> Plan:
    """The plan without the last tier, whose proof is not asked for."""
    if found.score is None or found.bound is None:
        return found
    score = Score(tiers=found.score.tiers[:-1], terms={**found.score.terms, "disruption": 0.0})
    bound = Bound(tiers=found.bound.tiers[:-1])
    gap = gap_of(score.tiers, bound)
    return found.model_copy(update={"score": score, "bound": bound, "status": status_of(gap), "gap": gap})
