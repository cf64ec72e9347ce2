"""Whom to ask for one request, or what to offer one volunteer, with the plan in force as it is."""

from collections.abc import Sequence

from matcher.answers.phrases import amounts, at, joined, named, phrase
from matcher.answers.why import found_request
from matcher.base import Frozen, Items
from matcher.batch import Batch
from matcher.insertion import Offer, Standing
from matcher.plan import Plan, Visit

MOST = 10
"""How many are recommended, if nothing else is said."""


class Advice(Frozen):
    """One way to fill empty places of a request; nobody else's visit moves in time or person."""

    rank: int
    """1 is the best."""
    request: str
    """Id of the request."""
    visits: Items[Visit]
    """Whom to send and when."""
    changed: Items[Visit]
    """Knock-on: visits of the same people that are reached by another way now, as they would be."""
    tiers: Items[float]
    """Change of each tier of the plan's value."""
    terms: dict[str, float]
    """Change of each term that is not 0, in its own unit."""
    zh: str
    """The advice in Chinese."""
    en: str
    """The advice in English."""


class Recommendation(Frozen):
    """The best ways, ranked by the change of the tiers in strict order."""

    request: str | None
    """Id of the request asked about; null if a volunteer was."""
    volunteer: str | None
    """Id of the volunteer asked about; null if a request was."""
    advice: Items[Advice]
    """The best first."""
    zh: str
    """How many there are, in Chinese."""
    en: str
    """How many there are, in English."""


def recommend(
    batch: Batch, plan: Plan, *, request: str | None = None, volunteer: str | None = None, count: int = MOST
) -> Recommendation:
    """The best volunteers or teams for a request, or the best requests for a volunteer; name one of the two.

    For a request, each further way leaves out somebody of each before it. For a volunteer, only requests count that
    the volunteer can take without anybody else. Raises InputError as `matcher.Standing` does.
    """
    if (request is None) == (volunteer is None):
        raise ValueError("expected a request or a volunteer")
    standing = Standing(batch, plan)
    if volunteer is None:
        assert request is not None
        offers = standing.best(request, count)
        code = "recommend.people"
    else:
        offers, code = standing.requests_for(volunteer, count), "recommend.requests"
    advice = tuple(_advice(batch, rank, offer) for rank, offer in enumerate(offers, start=1))
    said = None if request is None else named(found_request(batch, request))
    zh, en = phrase(f"{code}.none" if not advice else code, request=said, volunteer=volunteer, count=len(advice))
    return Recommendation(request=request, volunteer=volunteer, advice=advice, zh=zh, en=en)


def _advice(batch: Batch, rank: int, offer: Offer) -> Advice:
    terms = {name: amount for name, amount in offer.terms.items() if amount}
    zh, en = phrase(
        "advice",
        rank=rank,
        request=named(found_request(batch, offer.visits[0].request)),
        who=_who(batch, offer.visits),
        knock_on=len(offer.changed),
        effect=amounts(terms),
    )
    return Advice(
        rank=rank,
        request=offer.visits[0].request,
        visits=offer.visits,
        changed=offer.changed,
        tiers=offer.tiers,
        terms=terms,
        zh=zh,
        en=en,
    )


def _who(batch: Batch, visits: Sequence[Visit]) -> tuple[str, str]:
    zone = batch.horizon.start.tzinfo
    parts = [
        phrase("advice.visit", volunteer=v.volunteer, role=v.role, at=at(v.start, zone), team=v.team or "")
        for v in visits
    ]
    return joined(parts)
