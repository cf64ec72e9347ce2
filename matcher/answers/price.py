"""What it would cost to demand something of a plan, found by solving again."""

from collections.abc import Callable, Sequence
from typing import Literal

from matcher.answers.compare import SAME, Comparison, compare, order_of
from matcher.answers.phrases import Words, joined, named, phrase
from matcher.answers.solving import solved_near
from matcher.answers.trial import OnTrial, unheard
from matcher.base import Frozen, Items
from matcher.batch import Batch, FixedVisit, Request, Role
from matcher.checker import check
from matcher.plan import Plan
from matcher.policy import Tier
from matcher.rules import TERMS

Answer = Literal["costs", "gains", "impossible", "unknown"]


class Price(Frozen):
    """The best plan found that does what is demanded, against the plan in force."""

    answer: Answer
    """`gains`: that plan is better or as good in every tier; `unknown`: no such plan was found in the time."""
    proved: bool
    """Whether no plan that does it is better than the one found, or that there is none; by solving to the end."""
    tiers: Items[float]
    """Change of each tier, that plan minus the plan in force; empty if there is none."""
    bounds: Items[float | None]
    """No plan that does it changes the tier by more, unless it changes an earlier one by less; null: not proved."""
    comparison: Comparison | None
    """What differs, the plan in force as `before`; null if there is no such plan."""
    zh: str
    """The price in Chinese."""
    en: str
    """The price in English."""


def price_of(batch: Batch, before: Plan, demanding: Batch, seconds: float | None, on_trial: OnTrial = unheard) -> Price:
    """The price of a demand: `demanding` is the batch with it, `before` a judged plan of the batch.

    It is impossible too where what is demanded breaks a rule of the batch, of which a pin is free.
    """
    found = solved_near(demanding, before, seconds, on_trial)
    if found.score is None or not _valid(batch, found):
        impossible = found.status != "none"
        zh, en = phrase("price.impossible" if impossible else "price.unknown")
        answer: Answer = "impossible" if impossible else "unknown"
        return Price(answer=answer, proved=impossible, tiers=(), bounds=(), comparison=None, zh=zh, en=en)
    assert before.score
    assert found.bound
    value, changed = before.score.tiers, compare(before, found, batch.requests)
    tiers = tuple(round(new - old, 6) for new, old in zip(found.score.tiers, value, strict=True))
    bounds = tuple(None if b is None else round(b - old, 6) for b, old in zip(found.bound.tiers, value, strict=True))
    costs, proved = order_of(value, found.score.tiers) == "before", found.status == "optimal"
    code = f"price.{'costs' if costs else 'gains'}.{'proved' if proved else 'found'}"
    zh, en = phrase(
        code, effect=tier_words(batch.policy.tiers, tiers), dropped=_dropped(batch, changed), n=len(changed.changes)
    )
    answer = "costs" if costs else "gains"
    return Price(answer=answer, proved=proved, tiers=tiers, bounds=bounds, comparison=changed, zh=zh, en=en)


def _valid(batch: Batch, found: Plan) -> bool:
    """Whether the visits keep all rules without the demand; a pin is free of some."""
    return check(batch, Plan(schema="matcher.plan/1", batch=batch.id, visits=found.visits)).valid


def judged(batch: Batch, plan: Plan) -> Plan:
    """The plan with the value that the checker gives it."""
    return plan.model_copy(update={"score": check(batch, plan).score})


def serving(batch: Batch, request: str, filled: Sequence[int] | None = None) -> Batch:
    """The batch in which a request must be served, with at least so many people in each role."""
    return with_request(batch, request, lambda asked: _served(asked, filled))


def with_request(batch: Batch, id: str, change: Callable[[Request], Request]) -> Batch:
    """The batch with one request changed."""
    changed = tuple(change(request) if request.id == id else request for request in batch.requests)
    return batch.model_copy(update={"requests": changed})


def _served(request: Request, filled: Sequence[int] | None) -> Request:
    least = filled or [0] * len(request.roles)
    roles = tuple(_at_least(role, number) for role, number in zip(request.roles, least, strict=True))
    return request.model_copy(update={"mandatory": True, "roles": roles})


def _at_least(role: Role, number: int) -> Role:
    least = role.count if role.min_count is None else role.min_count
    return role.model_copy(update={"min_count": max(least, number)})


def without(batch: Batch, request: str, volunteer: str) -> Batch:
    """The batch in which a volunteer may not serve a request."""
    return with_request(batch, request, lambda r: r.model_copy(update={"excluded": (*r.excluded, volunteer)}))


def pinned(batch: Batch, visit: FixedVisit) -> Batch:
    """The batch with one more pin."""
    return batch.model_copy(update={"pins": (*batch.pins, visit)})


def tier_words(tiers: Sequence[Tier], changes: Sequence[float]) -> Words:
    """How each tier changes, named by its term where it has one only."""
    parts = []
    for number, (tier, change) in enumerate(zip(tiers, changes, strict=True), start=1):
        if abs(change) > SAME:
            (name, *more) = tier.terms
            named = phrase("tier.other", tier=number) if more else (TERMS[name].zh, TERMS[name].en)
            parts.append(phrase("tier", tier=named, change=round(change, 2)))
    return joined(parts) if parts else phrase("advice.none")


def _dropped(batch: Batch, changed: Comparison) -> Words:
    if not changed.dropped:
        return phrase("price.nobody")
    names = [named(request) for request in batch.requests if request.id in changed.dropped]
    return phrase("price.dropped", requests_zh="、".join(names), requests_en=", ".join(names))
