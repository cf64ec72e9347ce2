"""The book of orders: what comes in, what residents withdraw and evaluate, what goes up, and what there is to read."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Connection, and_, insert, or_, select

from matcher.batch import Contact, Horizon, Request
from matcher.collector import LeftOut
from matcher.crosschecks import check_batch
from matcher.errors import InputError, Problem
from matcher.privacy import hashed_id, mask_text, without_phones
from matcher.problems import pointer, problem, shown, unknown
from matcher.service.access.caller import Caller
from matcher.service.access.masking import masked_request
from matcher.service.access.phones import Phones
from matcher.service.orders.case import Case
from matcher.service.orders.county import County, Known
from matcher.service.orders.emergency import notices
from matcher.service.orders.ledger import append, batched, cases, cases_where, events_after, page, save, stored
from matcher.service.orders.model import Evaluation, Event, NewOrder, Order
from matcher.service.orders.states import LIVE, NOUNS, OPEN, Kind, OrderState
from matcher.service.orders.tables import offers, orders
from matcher.service.store.base import new_id
from matcher.service.store.engine import Store

MOST_LETTERS = 200
"""Most letters of an id."""
AT_THE_CITY = (
    "请与市级联系；市级已办妥或不再需要时，在此撤单；要由本县再派，请撤单后重新点单",
    "call the city; withdraw the order here once the city has seen to it or it is not needed any more; to have the "
    "county serve it after all, withdraw it and order anew",
)
"""What to do about an order that is with the city, in Chinese and English."""
MOST_PLACES = 2**31 - 1
"""More places than this are counted as so many."""


class UnknownError(InputError):
    """There is no order or offer of that id."""


def no_such(kind: Kind, id: str) -> UnknownError:
    """The error for an id that no order or offer has."""
    zh, en = NOUNS[kind]
    return UnknownError(f"没有这个{zh}", f"there is no such {en}", [unknown(id, zh, en, f"{kind}s")])


class Book:
    """The orders in a store. Every method keeps to the caller's sites and raises RefusedError beyond them."""

    def __init__(self, store: Store, clock: Callable[[], datetime], county: County, phones: Phones) -> None:
        self._store, self._clock, self._county, self._phones = store, clock, county, phones

    def create(self, caller: Caller, new: Sequence[NewOrder]) -> list[Order]:
        """Takes orders in, all or none; an order without a site is one of the caller's site.

        Raises InputError with all that is wrong, each under `/NUMBER/request/…`.
        """
        known, now = self._county.known(), self._clock()
        sited = [each.model_copy(update={"request": _at(each.request, caller.site)}) for each in new]
        for each in sited:
            caller.require(each.request.site)
        owner = caller.site or ""
        with self._store.write() as connection:
            taken = _numbers(connection, owner, sited)
            problems = [*_repeated(sited, taken), *_too_long(sited)]
            ids = [new_id("order") for _ in sited]
            own = {each.external_id: id for each, id in zip(sited, ids, strict=True) if each.external_id}
            requests = [_linked(each.request, id, {**taken, **own}) for each, id in zip(sited, ids, strict=True)]
            problems += _wrong(known, requests, frozenset(taken.values()))
            if problems:
                raise InputError(f"订单有 {len(problems)} 处错误", f"Problems in the orders: {len(problems)}", problems)
            made = [self._case(known, request, each, now) for request, each in zip(requests, sited, strict=True)]
            if made:
                connection.execute(insert(orders), [_row(case, owner) for case in made])
            append(connection, [_created(case) for case in made], now, caller.name)
        return [self.view(case) for case in made]

    def get(self, caller: Caller, id: str) -> Order:
        """An order as it stands; raises UnknownError."""
        with self._store.read() as connection:
            return self.view(_case_of(connection, caller, id))

    def page(
        self, caller: Caller, state: OrderState | None, sites: frozenset[str] | None, after: str, limit: int
    ) -> list[Order]:
        """The first orders by id above `after`, of a state and of sites where these are given."""
        conditions = [] if state is None else [orders.c.state == state]
        conditions += [orders.c.site.in_(some) for some in (sites, caller.sites) if some is not None]
        with self._store.read() as connection:
            return [self.view(case) for case in page(connection, conditions, after, limit).values()]

    def contact(self, caller: Caller, id: str) -> Contact:
        """Whom to call about an order, in full; the caller of this method notes it in the audit first."""
        with self._store.read() as connection:
            return self._contact(_case_of(connection, caller, id))

    def withdraw(self, caller: Caller, id: str, reason: str) -> Order:
        """Ends an order and its open offers; raises WrongStateError."""
        with self._changing(caller, id) as case:
            case.withdraw(reason)
        return self.view(case)

    def escalate(self, caller: Caller, id: str, reason: str) -> Order:
        """Hands an order up one tier; raises WrongStateError, above the city too."""
        known = self._county.known()
        with self._changing(caller, id) as case:
            if case.tier == "city":
                problem = Problem("wrong_state", f"orders/{id}", "city", *AT_THE_CITY)
                raise InputError(
                    "已在市级，不能再上报", "it is with the city already and cannot go up further", [problem]
                )
            case.escalate(*known.above(case.desk), reason)
        return self.view(case)

    def evaluate(self, caller: Caller, id: str, evaluation: Evaluation) -> Order:
        """Takes the resident's evaluation of an order that is done; raises WrongStateError."""
        with self._changing(caller, id) as case:
            case.rate(evaluation.rating, evaluation.text)
        return self.view(case)

    def events(self, caller: Caller, after: int, limit: int) -> list[Event]:
        """The first changes with a number above `after`, of orders that the caller sees."""
        with self._store.read() as connection:
            return events_after(connection, after, limit, caller.sites)

    def of_day(self, caller: Caller, horizon: Horizon) -> tuple[list[Case], list[Case]]:
        """The open orders of the caller that may start in a horizon, and other orders with people coming then."""
        mine = [orders.c.state.in_(OPEN), orders.c.first <= horizon.end, orders.c.last >= horizon.start]
        if caller.sites is not None:
            mine.append(orders.c.site.in_(caller.sites))
        busy = select(offers.c.order).where(
            offers.c.state.in_((*LIVE, "done")), offers.c.start >= horizon.start, offers.c.start <= horizon.end
        )
        with self._store.read() as connection:
            planned = cases_where(connection, and_(*mine))
            others = cases_where(connection, orders.c.id.in_(busy))
        return list(planned.values()), [case for id, case in others.items() if id not in planned]

    def view(self, case: Case) -> Order:
        """An order as it is shown."""
        request = case.request
        if case.phone is not None and self._phones.kept:
            request = request.model_copy(update={"contact": self._contact(case)})
        return Order(
            id=case.id,
            external_id=case.external_id,
            state=case.state,
            site=case.site,
            tier=case.tier,
            desk=case.desk,
            created=case.created,
            request=masked_request(request),
            plan=case.draft.plan if case.draft else None,
            needs_dispatch=case.needs_dispatch,
            rating=case.rating,
            offers=tuple(case.offers.values()),
            notices=notices(f"{request.title} {request.note or ''}") if case.state in OPEN else (),
        )

    @contextmanager
    def _changing(self, caller: Caller, id: str) -> Iterator[Case]:
        """An order that the block changes; all of it is written when the block ends."""
        with self._store.write() as connection:
            case = _case_of(connection, caller, id)
            yield case
            save(connection, [case], self._clock(), caller.name)

    def _contact(self, case: Case) -> Contact:
        """Whom to call, in full."""
        name = case.request.contact.name if case.request.contact else ""
        return Contact(name=name, phone=self._phones.open(case.phone))

    def _case(self, known: Known, request: Request, new: NewOrder, now: datetime) -> Case:
        tier, desk = known.desk(request.site)
        contact = request.contact or Contact()
        phone, (name, address) = without_phones(contact.phone, (contact.name, request.address or ""))
        bare = request.model_copy(
            update={
                "title": mask_text(request.title),
                "note": request.note and mask_text(request.note),
                "contact": Contact(name=name) if request.contact or phone else None,
                "address": address or None,
            }
        )
        sealed = self._phones.seal(phone)
        return Case(request.id, new.external_id, request.site, tier, desk, "pending", now, bare, sealed)


def _case_of(connection: Connection, caller: Caller, id: str) -> Case:
    """An order of the caller's sites; raises UnknownError."""
    case = cases(connection, [id]).get(id)
    if case is None:
        raise no_such("order", id)
    caller.require(case.site)
    return case


def _row(case: Case, owner: str) -> dict[str, Any]:
    request, contact = case.request, case.request.contact
    return {
        "id": case.id,
        "owner": owner,
        "external_id": case.external_id,
        "site": case.site,
        "tier": case.tier,
        "desk": case.desk,
        "state": case.state,
        "created": case.created,
        "first": min(window.start for window in request.windows),
        "last": max(window.end + timedelta(minutes=window.late) for window in request.windows),
        "request": stored(request),
        "phone": case.phone,
        "household": hashed_id("h", case.site or "", contact.name) if contact and contact.name else None,
        "series": request.series,
        "places": min(MOST_PLACES, sum(role.count for role in request.roles)),
    }


def _at(request: Request, site: str | None) -> Request:
    return request if request.site is not None else request.model_copy(update={"site": site})


def _numbers(connection: Connection, owner: str, new: Sequence[NewOrder]) -> dict[str, str]:
    """The ids of orders that the new ones name, by either number."""
    named = {each.external_id for each in new if each.external_id}
    named |= {after.request for each in new for after in each.request.after}
    found: dict[str, str] = {}
    for some in batched(sorted(named)):
        own = and_(orders.c.owner == owner, orders.c.external_id.in_(some))
        for id, number in connection.execute(
            select(orders.c.id, orders.c.external_id).where(or_(orders.c.id.in_(some), own))
        ):
            found[id] = id
            if number in some:
                found[number] = id
    return found


def _repeated(new: Sequence[NewOrder], taken: Mapping[str, str]) -> Iterator[Problem]:
    """Numbers of the sender's that another order has, in the book or among the new ones."""
    first: dict[str, int] = {}
    for i, each in enumerate(new):
        number = each.external_id
        if number is None:
            continue
        if first.setdefault(number, i) != i:
            other = pointer(first[number], "external_id")
            yield problem("duplicate_id", pointer(i, "external_id"), shown(number), first=other)
        elif number in taken:
            yield problem("duplicate_id", pointer(i, "external_id"), shown(number), first=taken[number])


def _too_long(new: Sequence[NewOrder]) -> Iterator[Problem]:
    """Series whose id is longer than any other id may be."""
    for i, each in enumerate(new):
        if len(each.request.series or "") > MOST_LETTERS:
            yield problem("too_long", pointer(i, "request", "series"), shown(each.request.series), limit=MOST_LETTERS)


def _linked(request: Request, id: str, numbers: Mapping[str, str]) -> Request:
    """The request under its order's id, with the ids of the orders it follows."""
    after = tuple(
        each.model_copy(update={"request": numbers.get(each.request, each.request)}) for each in request.after
    )
    return request.model_copy(update={"id": id, "after": after})


def _wrong(known: Known, requests: Sequence[Request], others: frozenset[str]) -> Iterator[Problem]:
    """What does not go with the county, as in a batch of these requests."""
    if not requests:
        return
    windows = [window for request in requests for window in request.windows]
    start, end = min(window.start for window in windows), max(window.end for window in windows)
    batch = known.batch.model_copy(
        update={"horizon": Horizon(start=start, end=end), "volunteers": (), "requests": tuple(requests)}
    )
    for found in check_batch(batch, LeftOut(ids={"volunteers": known.ids, "requests": others})):
        head, _, rest = found.where.removeprefix("/requests/").partition("/")
        if head.isdigit():
            yield replace(found, where=f"/{head}/request/{rest}")


def _created(case: Case) -> Mapping[str, Any]:
    places = sum(role.count for role in case.request.roles)
    data = {"priority": case.request.priority, "places": places}
    return {"kind": "order.pending", "site": case.site, "order": case.id, "data": data}
