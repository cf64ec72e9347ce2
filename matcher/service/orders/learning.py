"""What events teach about volunteers, orders and sites, each by one query: nothing is counted beside the events.

Acceptance. Whether somebody says yes is a chance p with the prior Beta(s·m, s·(1 − m)): m is the acceptance the
volunteer was imported with, else the policy's `prior_acceptance`; s is `Rules.prior_asks`, how many asks that is worth.
Each yes (已接单) counts for, each 婉拒, 超时未接 and 未到岗 against, and what stands is the posterior's mean
(s·m + yes) / (s + yes + no).
"""

from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from sqlalchemy import Connection, and_, case, func, select

from matcher.service.orders.ledger import batched
from matcher.service.orders.tables import events, orders

ASKED_FOR = timedelta(days=7)
SERVED_FOR = timedelta(days=30)
GOOD_RATING = 4
YES = ("offer.accepted",)
NO = ("offer.declined", "offer.expired", "offer.no_show")


@dataclass(frozen=True)
class Learned:
    """What is known at a moment.

    answers: times a volunteer said yes and no. asked: offers sent to a volunteer in the last 7 days, by id. served:
    orders served in the last 30 days. familiar: for an order, who served its series or household before and was rated
    4 or 5. sites: places asked for and filled in orders whose time is over.
    """

    answers: Mapping[str, tuple[int, int]] = field(default_factory=dict)
    asked: Mapping[str, frozenset[str]] = field(default_factory=dict)
    served: Mapping[str, int] = field(default_factory=dict)
    familiar: Mapping[str, frozenset[str]] = field(default_factory=dict)
    sites: Mapping[str, tuple[int, int]] = field(default_factory=dict)


def posterior(mean: float, strength: float, yes: int, no: int) -> float:
    """The mean of the Beta posterior after so many answers; the prior has this mean and is worth `strength` asks."""
    return (strength * mean + yes) / (strength + yes + no)


def learned(connection: Connection, ids: Sequence[str], now: datetime) -> Learned:
    """What the events teach for a dispatch of these orders."""
    return Learned(
        answers=answers(connection),
        asked=asked(connection, now),
        served=served(connection, now),
        familiar=familiar(connection, ids),
        sites=sites(connection, now),
    )


def answers(connection: Connection) -> dict[str, tuple[int, int]]:
    """How often each volunteer said yes, and no."""
    yes = func.sum(case((events.c.kind.in_(YES), 1), else_=0))
    chosen = select(events.c.volunteer, yes, func.count()).where(events.c.kind.in_((*YES, *NO)))
    rows = connection.execute(chosen.group_by(events.c.volunteer))
    return {volunteer: (int(said), total - int(said)) for volunteer, said, total in rows}


def asked(connection: Connection, now: datetime) -> dict[str, frozenset[str]]:
    """The offers sent to each volunteer in the last 7 days."""
    chosen = select(events.c.volunteer, events.c.offer).where(
        events.c.kind == "offer.offered", events.c.at > now - ASKED_FOR
    )
    found = defaultdict[str, set[str]](set)
    for volunteer, offer in connection.execute(chosen):
        found[volunteer].add(offer)
    return {volunteer: frozenset(ids) for volunteer, ids in found.items()}


def served(connection: Connection, now: datetime) -> dict[str, int]:
    """How many orders each volunteer served in the last 30 days."""
    chosen = select(events.c.volunteer, func.count(events.c.order.distinct())).where(
        events.c.kind == "offer.done", events.c.at > now - SERVED_FOR
    )
    return {volunteer: int(count) for volunteer, count in connection.execute(chosen.group_by(events.c.volunteer))}


def familiar(connection: Connection, ids: Sequence[str]) -> dict[str, frozenset[str]]:
    """For each of these orders, who served the same series or household and was rated 4 or 5."""
    rated, done, before, mine = events.alias(), events.alias(), orders.alias(), orders.alias()
    same = (before.c.series == mine.c.series) | (before.c.household == mine.c.household)
    chosen = (
        select(mine.c.id, done.c.volunteer)
        .distinct()
        .select_from(rated)
        .join(done, and_(done.c.order == rated.c.order, done.c.kind == "offer.done"))
        .join(before, before.c.id == rated.c.order)
        .join(mine, same)
        .where(rated.c.kind == "order.rated", rated.c.data["rating"].as_integer() >= GOOD_RATING)
    )
    found = defaultdict[str, set[str]](set)
    for some in batched(ids):
        for order, volunteer in connection.execute(chosen.where(mine.c.id.in_(some))):
            found[order].add(volunteer)
    return {order: frozenset(people) for order, people in found.items()}


def sites(connection: Connection, now: datetime) -> dict[str, tuple[int, int]]:
    """Places asked for and filled at each site, of orders whose time is over and that were not withdrawn."""
    done = select(events.c.order, func.count().label("filled")).where(events.c.kind == "offer.done")
    filled = done.group_by(events.c.order).subquery()
    chosen = (
        select(orders.c.site, orders.c.places, func.coalesce(filled.c.filled, 0))
        .outerjoin(filled, filled.c.order == orders.c.id)
        .where(orders.c.last < now, orders.c.state != "withdrawn", orders.c.site.is_not(None))
    )
    places, served = Counter[str](), Counter[str]()
    for site, count, came in connection.execute(chosen):
        places[site] += count
        served[site] += min(count, came)
    return {site: (places[site], served[site]) for site in places}
