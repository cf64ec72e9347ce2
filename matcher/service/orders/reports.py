"""The monthly report 月报 by site and team, and the record of service that article 19 of the regulation asks for.

志愿服务条例 (2017), article 19: who served, when, what, how long, and how it was rated. Names are masked.
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import ColumnElement, Connection, and_, or_, select

from matcher.privacy import mask_name, mask_text
from matcher.service.orders.county import Known
from matcher.service.orders.figures import Figures, Monthly, Record, Row
from matcher.service.orders.learning import GOOD_RATING
from matcher.service.orders.tables import events, offers, orders


@dataclass(frozen=True)
class _Order:
    """What counts of an order; new: it came in this month."""

    site: str | None
    new: bool
    state: str
    accepted: bool
    rating: int | None
    beneficiaries: int


@dataclass(frozen=True)
class _Visit:
    order: str
    volunteer: str
    team: str | None
    minutes: float


def monthly(
    connection: Connection, known: Known, start: datetime, end: datetime, sites: frozenset[str] | None
) -> Monthly:
    """The report of the month from `start` until `end` (excluded); sites: of orders there only."""
    found = _orders(connection, start, end, sites)
    visits = [visit for visit in _visits(connection, start, end) if visit.order in found]
    of_order, of_team = defaultdict[str, list[_Visit]](list), defaultdict[str | None, list[_Visit]](list)
    for visit in visits:
        of_order[visit.order].append(visit)
        of_team[visit.team].append(visit)
    by_site, by_team = defaultdict[str | None, set[str]](set), defaultdict[str | None, set[str]](set)
    for id, order in found.items():
        for site in known.upwards(order.site):
            by_site[site].add(id)
    for id, team in _asked(connection, start, end):
        if id in found:
            by_team[team].add(id)
    site_rows = (
        Row(
            id=id,
            name=name,
            figures=_figures(found, by_site[id], [v for order in by_site[id] for v in of_order[order]]),
        )
        for id, name in [*((site.id, site.name) for site in known.batch.sites), (None, "")]
        if id in by_site
    )
    team_rows = (
        Row(id=id, name=name, figures=_figures(found, by_team[id], of_team[id]))
        for id, name in [*((team.id, team.name) for team in known.batch.teams), (None, "")]
        if id in by_team
    )
    total = _figures(found, found, visits)
    return Monthly(month=f"{start:%Y-%m}", sites=tuple(site_rows), teams=tuple(team_rows), total=total)


def records(
    connection: Connection,
    known: Known,
    volunteer: str | None,
    span: tuple[datetime, datetime] | None,
    sites: frozenset[str] | None,
    limit: int,
) -> list[Record]:
    """Services by time: of one volunteer, between two moments, at orders of some sites, where these are given."""
    chosen = select(offers, orders.c.request, orders.c.site, orders.c.rating).join(
        orders, orders.c.id == offers.c.order
    )
    chosen = chosen.where(offers.c.state == "done").order_by(offers.c.start, offers.c.id).limit(limit)
    if volunteer is not None:
        chosen = chosen.where(offers.c.volunteer == volunteer)
    if span is not None:
        chosen = chosen.where(offers.c.start >= span[0], offers.c.start < span[1])
    if sites is not None:
        chosen = chosen.where(orders.c.site.in_(sites))
    return [
        Record(
            volunteer=row.volunteer,
            name=mask_name(known.people[row.volunteer].name) if row.volunteer in known.people else "",
            order=row.order,
            title=mask_text(row.request.get("title", "")),
            category=row.request.get("category"),
            site=row.site,
            team=row.team,
            start=row.start,
            minutes=row.minutes or 0,
            rating=row.rating,
        )
        for row in connection.execute(chosen)
    ]


def _visits(connection: Connection, start: datetime, end: datetime) -> list[_Visit]:
    """The services that began in a month."""
    columns = offers.c.order, offers.c.volunteer, offers.c.team, offers.c.minutes
    chosen = select(*columns).where(offers.c.state == "done", offers.c.start >= start, offers.c.start < end)
    return [_Visit(order, who, team, minutes or 0) for order, who, team, minutes in connection.execute(chosen)]


def _orders(connection: Connection, start: datetime, end: datetime, sites: frozenset[str] | None) -> dict[str, _Order]:
    """The orders that came in in a month or were served in it."""
    taken = select(events.c.order).where(events.c.kind == "order.accepted")
    columns = orders.c.id, orders.c.site, orders.c.created, orders.c.state, orders.c.rating, orders.c.request
    chosen = select(*columns, orders.c.id.in_(taken).label("accepted")).where(_in_month(start, end))
    if sites is not None:
        chosen = chosen.where(orders.c.site.in_(sites))
    return {
        row.id: _Order(
            row.site,
            start <= row.created < end,
            row.state,
            bool(row.accepted),
            row.rating,
            row.request.get("beneficiaries") or 1,
        )
        for row in connection.execute(chosen)
    }


def _asked(connection: Connection, start: datetime, end: datetime) -> list[tuple[str, str | None]]:
    """The orders of a month with the teams that were asked."""
    pairs = select(offers.c.order, offers.c.team).distinct().join(orders, orders.c.id == offers.c.order)
    return [(order, team) for order, team in connection.execute(pairs.where(_in_month(start, end)))]


def _in_month(start: datetime, end: datetime) -> ColumnElement[bool]:
    """Whether an order came in in a month or was served in it."""
    served = select(offers.c.order).where(offers.c.state == "done", offers.c.start >= start, offers.c.start < end)
    return or_(and_(orders.c.created >= start, orders.c.created < end), orders.c.id.in_(served))


def _figures(found: Mapping[str, _Order], ids: Iterable[str], visits: list[_Visit]) -> Figures:
    new = [found[id] for id in ids if found[id].new]
    finished = sum(order.state in ("done", "rated") for order in new)
    kept = sum(order.state != "withdrawn" for order in new)
    ratings = [order.rating for order in new if order.rating is not None]
    sessions = {visit.order for visit in visits}
    return Figures(
        orders=len(new),
        accepted=sum(order.accepted for order in new),
        finished=finished,
        finish_rate=round(finished / kept, 4) if kept else None,
        rated=len(ratings),
        satisfaction=round(sum(r >= GOOD_RATING for r in ratings) / len(ratings), 4) if ratings else None,
        sessions=len(sessions),
        volunteers=len({visit.volunteer for visit in visits}),
        visits=len(visits),
        hours=round(sum(visit.minutes for visit in visits) / 60, 2),
        beneficiaries=sum(found[id].beneficiaries for id in sessions),
    )
