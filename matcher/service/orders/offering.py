"""Plans become offers, and offers are answered: 派单 and 接单, deadlines, backups, what goes up by itself."""

from collections import defaultdict
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from datetime import datetime

from sqlalchemy import Connection, select

from matcher.batch import Batch
from matcher.errors import InputError, Problem
from matcher.plan import Plan
from matcher.problems import pointer, unknown
from matcher.service.access.caller import SYSTEM, Caller
from matcher.service.orders.book import no_such
from matcher.service.orders.case import Case
from matcher.service.orders.county import County, Known
from matcher.service.orders.ledger import cases, offer_of, save
from matcher.service.orders.model import Offer, Rules, Taken
from matcher.service.orders.states import LIVE, LOST, OfferState
from matcher.service.orders.tables import offers, orders
from matcher.service.orders.taking import Taking
from matcher.service.store.engine import Store


class Offering:
    """The offers in a store. Every method keeps to the caller's sites and raises RefusedError beyond them."""

    def __init__(self, store: Store, clock: Callable[[], datetime], county: County, rules: Rules) -> None:
        self._store, self._clock, self._county, self._rules = store, clock, county, rules

    def take_over(self, caller: Caller, id: str, batch: Batch, plan: Plan) -> Taken:
        """Takes over the plan with this id for the orders of its batch.

        Accepted visits stand. Offers that the plan does not want any more are withdrawn; orders that were withdrawn or
        accepted otherwise in the meantime are left alone, and so is a visit whose volunteer has been asked elsewhere
        for that time. Raises InputError if the batch is none of orders, or the plan has no visits to take.
        """
        known = self._county.known()
        _require_visits(plan)
        held = {pin.request for pin in batch.pins}
        names = [request.id for request in batch.requests if request.id not in held]
        with self._store.write() as connection:
            found = cases(connection, names)
            missing = [(i, name) for i, name in enumerate(names) if name not in found]
            problems = [unknown(name, "订单", "order", pointer("requests", i, "id")) for i, name in missing]
            if problems:
                raise InputError("方案不是由订单算出的", "the plan is not one of orders", problems)
            for case in found.values():
                caller.require(case.site)
            taken = Taking(connection, known, id, plan, found, held, caller.sites is not None).take()
            save(connection, found.values(), self._clock(), caller.name)
        return taken

    def send(self, caller: Caller, ids: Sequence[str]) -> list[Offer]:
        """Asks everybody that the plans taken over want for these orders, and has not been asked yet."""
        known, now = self._county.known(), self._clock()
        with self._store.write() as connection:
            found = cases(connection, ids)
            for case in found.values():
                caller.require(case.site)
            sent = [offer for case in found.values() for offer in case.send(self._rules, now, known.team_of)]
            save(connection, found.values(), now, caller.name)
        return sent

    def page(
        self, caller: Caller, state: OfferState | None, volunteer: str | None, after: str, limit: int
    ) -> list[Offer]:
        """The first offers by id above `after`, of a state and a volunteer where these are given."""
        chosen = select(offers).join(orders, orders.c.id == offers.c.order).where(offers.c.id > after)
        if state is not None:
            chosen = chosen.where(offers.c.state == state)
        if volunteer is not None:
            chosen = chosen.where(offers.c.volunteer == volunteer)
        if caller.sites is not None:
            chosen = chosen.where(orders.c.site.in_(caller.sites))
        with self._store.read() as connection:
            rows = connection.execute(chosen.order_by(offers.c.id).limit(limit)).mappings()
            return [offer_of(row) for row in rows]

    def answer(
        self, caller: Caller, id: str, to: OfferState, reason: str | None = None, minutes: float | None = None
    ) -> Offer:
        """Takes an answer or report about an offer: accepted, declined, started, no_show or done.

        minutes: served, with `done`; null: as planned. A lost place goes to the next backup. Raises WrongStateError,
        also when the deadline is over, and UnknownError.
        """
        self.expire()
        known = self._county.last()
        with self._changing(caller, id) as (connection, case):
            offer = case.offers[id]
            if to == "done" and minutes is None:
                minutes = (offer.end - offer.start).total_seconds() / 60
            offer = case.answer(id, to, reason, minutes)
            self._follow(connection, known, case, [offer], self._clock())
        return offer

    def expire(self) -> int:
        """Ends the offers whose deadline is over, and calls backups for them; returns how many."""
        now = self._clock()
        due = (offers.c.state == "offered") & (offers.c.deadline <= now)
        with self._store.read() as connection:
            if connection.execute(select(offers.c.id).where(due).limit(1)).first() is None:
                return 0
        known = self._county.last()
        with self._store.write() as connection:
            rows = connection.execute(select(offers.c.order, offers.c.id).where(due)).all()
            late = defaultdict[str, list[str]](list)
            for order, id in rows:
                late[order].append(id)
            found = cases(connection, sorted(late))
            lost = {order: [case.answer(id, "expired") for id in late[order]] for order, case in found.items()}
            save(connection, found.values(), now, SYSTEM.name)
            for order, case in found.items():
                self._follow(connection, known, case, lost[order], now)
                save(connection, [case], now, SYSTEM.name)
        return len(rows)

    def _follow(
        self, connection: Connection, known: Known | None, case: Case, changed: Sequence[Offer], now: datetime
    ) -> None:
        """What follows from changed offers: backups for those lost, and the order's state.

        known: the county, read before the transaction, which would else hold others up and need a second connection.
        """
        if self._rules.call_standby and known is not None:
            for offer in changed:
                if offer.state in LOST:
                    case.call_next(offer, self._rules, now, known.team_of, _free(connection))
        case.settle()

    @contextmanager
    def _changing(self, caller: Caller, id: str) -> Iterator[tuple[Connection, Case]]:
        """The order of an offer, which the block changes; all of it is written when the block ends."""
        with self._store.write() as connection:
            order = connection.execute(select(offers.c.order).where(offers.c.id == id)).scalar()
            if order is None:
                raise no_such("offer", id)
            case = cases(connection, [order])[order]
            caller.require(case.site)
            yield connection, case
            save(connection, [case], self._clock(), caller.name)


def _free(connection: Connection) -> Callable[[str, datetime, datetime], bool]:
    """Whether nobody else has been promised a volunteer's time."""

    def free(volunteer: str, start: datetime, end: datetime) -> bool:
        busy = (offers.c.volunteer == volunteer) & offers.c.state.in_(LIVE)
        overlap = select(offers.c.id).where(busy, offers.c.start < end, offers.c.end > start).limit(1)
        return connection.execute(overlap).first() is None

    return free


def _require_visits(plan: Plan) -> None:
    if plan.status in ("infeasible", "none"):
        wanted = "应为 optimal 或 feasible", "expected optimal or feasible"
        problem = Problem("no_visits", "plan/status", plan.status, *wanted)
        raise InputError("方案没有安排任何人，不能派单", "the plan sends nobody and cannot be taken over", [problem])
