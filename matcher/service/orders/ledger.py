"""Cases read from the database and written back with their events, inside a transaction of the caller's."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import datetime
from typing import Any

from pydantic import BaseModel
from sqlalchemy import ColumnElement, Connection, Select, Table, bindparam, func, insert, select, update

from matcher.batch import Request
from matcher.service.orders.case import Case, Happened
from matcher.service.orders.model import Draft, Event, Offer
from matcher.service.orders.tables import events, offers, orders

AT_ONCE = 500
"""Ids named in one statement."""
EMPTY = dict.fromkeys(("site", "order", "offer", "volunteer", "reason", "data"))


def batched(ids: Sequence[str]) -> Iterator[Sequence[str]]:
    """Ids in runs that one statement may name."""
    return (ids[at : at + AT_ONCE] for at in range(0, len(ids), AT_ONCE))


def cases(connection: Connection, ids: Sequence[str]) -> dict[str, Case]:
    """The orders with these ids and their offers, those that exist, in the order asked for."""
    found: dict[str, Case] = {}
    for some in batched(ids):
        found |= cases_where(connection, orders.c.id.in_(some))
    return {id: found[id] for id in ids if id in found}


def cases_where(connection: Connection, condition: ColumnElement[bool]) -> dict[str, Case]:
    """The orders that meet a condition, with their offers, by id."""
    return _with_offers(connection, select(orders).where(condition).order_by(orders.c.id))


def page(connection: Connection, conditions: Sequence[ColumnElement[bool]], after: str, limit: int) -> dict[str, Case]:
    """The first orders whose id is above `after`."""
    chosen = select(orders).where(orders.c.id > after, *conditions).order_by(orders.c.id).limit(limit)
    return _with_offers(connection, chosen)


def _with_offers(connection: Connection, chosen: Select[Any]) -> dict[str, Case]:
    rows = connection.execute(chosen).mappings().all()
    found = {row["id"]: _case(row) for row in rows}
    ids = chosen.with_only_columns(orders.c.id).subquery()
    mine = select(offers).where(offers.c.order.in_(select(ids.c.id)))
    first = offers.c.sent, offers.c.rank, offers.c.role, offers.c.volunteer, offers.c.id
    for row in connection.execute(mine.order_by(*first)).mappings():
        found[row["order"]].offers[row["id"]] = offer_of(row)
    return found


def _case(row: Mapping[Any, Any]) -> Case:
    return Case(
        id=row["id"],
        external_id=row["external_id"],
        site=row["site"],
        tier=row["tier"],
        desk=row["desk"],
        state=row["state"],
        created=row["created"],
        request=Request.model_validate(row["request"]),
        phone=row["phone"],
        draft=Draft.model_validate(row["draft"]) if row["draft"] else None,
        rating=row["rating"],
        review=row["review"],
    )


def offer_of(row: Mapping[Any, Any]) -> Offer:
    """An offer from a row of its table."""
    return Offer.model_validate(dict(row))


def save(connection: Connection, changed: Iterable[Case], now: datetime, actor: str) -> None:
    """Writes what has happened to orders since they were read, and the events of it."""
    happened, standing = list[dict[str, Any]](), list[dict[str, Any]]()
    asked, answered = list[dict[str, Any]](), list[dict[str, Any]]()
    for case in changed:
        if not case.happened:
            continue
        new = {each.offer.id for each in case.happened if each.offer and each.kind == "offer.offered"}
        touched = {each.offer.id for each in case.happened if each.offer}
        asked += [case.offers[id].model_dump() for id in case.offers if id in new]
        answered += [_answer(case.offers[id]) for id in sorted(touched - new)]
        standing.append(_standing(case))
        happened += [_event(case, each) for each in case.happened]
        case.happened.clear()
    _update(connection, orders, standing)
    _update(connection, offers, answered)
    if asked:
        connection.execute(insert(offers), asked)
    append(connection, happened, now, actor)


def append(connection: Connection, happened: Sequence[Mapping[str, Any]], now: datetime, actor: str) -> None:
    """Adds events with the next numbers.

    Writers come one at a time (`Store.write`): numbers have no gap, and who has seen one has seen all before it.
    """
    if happened:
        last = connection.execute(select(func.coalesce(func.max(events.c.seq), 0))).scalar_one()
        rows = [{**EMPTY, "at": now, "actor": actor, **each, "seq": last + i} for i, each in enumerate(happened, 1)]
        connection.execute(insert(events), rows)


def events_after(connection: Connection, after: int, limit: int, sites: frozenset[str] | None = None) -> list[Event]:
    """The first events with a number above `after`; sites: of orders there only."""
    chosen = select(events).where(events.c.seq > after).order_by(events.c.seq).limit(limit)
    if sites is not None:
        chosen = chosen.where(events.c.site.in_(sites))
    return [Event.model_validate(dict(row)) for row in connection.execute(chosen).mappings()]


def _update(connection: Connection, table: Table, rows: Sequence[Mapping[str, Any]]) -> None:
    """Sets the columns that the rows name, each row's where the id is its `of`."""
    if rows:
        connection.execute(update(table).where(table.c.id == bindparam("of")), rows)


def _standing(case: Case) -> dict[str, Any]:
    return {
        "of": case.id,
        "state": case.state,
        "tier": case.tier,
        "desk": case.desk,
        "draft": case.draft and stored(case.draft),
        "rating": case.rating,
        "review": case.review,
    }


def _answer(offer: Offer) -> dict[str, Any]:
    return {"of": offer.id, "state": offer.state, "reason": offer.reason, "minutes": offer.minutes}


def _event(case: Case, happened: Happened) -> dict[str, Any]:
    offer = happened.offer
    return {
        "kind": happened.kind,
        "site": case.site,
        "order": case.id,
        "offer": offer and offer.id,
        "volunteer": offer and offer.volunteer,
        "reason": happened.reason,
        "data": happened.data,
    }


def stored(model: BaseModel) -> dict[str, Any]:
    """A model as JSON for a column, without what stands at its default."""
    return model.model_dump(mode="json", by_alias=True, exclude_defaults=True)
