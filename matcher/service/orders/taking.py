"""A plan taken over: which orders it serves, which go up, and which have changed in the meantime."""

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping
from datetime import datetime
from typing import TypeVar

from sqlalchemy import Connection, select

from matcher.plan import Plan, Standby, Unserved, Visit
from matcher.service.orders.case import Case, slot_of
from matcher.service.orders.county import Known
from matcher.service.orders.ledger import batched
from matcher.service.orders.model import Draft, Taken
from matcher.service.orders.states import LIVE
from matcher.service.orders.tables import offers

E = TypeVar("E", Visit, Unserved, Standby)

ELIGIBILITY = frozenset({"skill", "qualification", "age", "tag", "excluded", "team", "reach", "max_travel"})
"""Codes of reasons that stop people who are no use at any time of the day."""
NOBODY = "可调派范围内无人符合条件，自动上报 / nobody within reach is eligible"


class Taking:
    """One plan being taken over for the orders found.

    held: ids of the offers that were pinned. partial: only volunteers of some sites could be sent.
    """

    def __init__(
        self,
        connection: Connection,
        known: Known,
        id: str,
        plan: Plan,
        found: Mapping[str, Case],
        held: Collection[str],
        partial: bool,
    ) -> None:
        self._known, self._id, self._plan, self._found, self._partial = known, id, plan, found, partial
        self._visits, self._unserved = _by_request(plan.visits, {}), _by_request(plan.unserved, {})
        of_offer = {offer.id: order for order, case in found.items() for offer in case.firm()}
        self._standby = _by_request(plan.standby, of_offer)
        self._stale = {order for order, case in found.items() if not case.open or self._changed(case, held)}
        self._promised = self._promises(connection)

    def take(self) -> Taken:
        """Changes the orders and says what became of each."""
        became = defaultdict[str, list[str]](list)
        for order, case in self._found.items():
            became[self._take(order, case)].append(order)
        return Taken(**{name: tuple(became[name]) for name in Taken.model_fields})

    def _changed(self, case: Case, held: Collection[str]) -> bool:
        """Whether somebody has accepted since whom the plan does not send at that time."""
        planned = {slot_of(visit) for visit in self._visits[case.id]}
        return any(offer.id not in held and slot_of(offer) not in planned for offer in case.firm())

    def _promises(self, connection: Connection) -> dict[str, list[tuple[datetime, datetime]]]:
        """When the plan's volunteers are wanted by orders that it does not change."""
        people = sorted({visit.volunteer for visit in self._plan.visits})
        changed, found = self._found.keys() - self._stale, defaultdict[str, list[tuple[datetime, datetime]]](list)
        columns = offers.c.order, offers.c.volunteer, offers.c.start, offers.c.end
        for some in batched(people):
            chosen = select(*columns).where(offers.c.volunteer.in_(some), offers.c.state.in_(LIVE))
            for order, volunteer, start, end in connection.execute(chosen):
                if order not in changed:
                    found[volunteer].append((start, end))
        return found

    def _take(self, order: str, case: Case) -> str:
        if order in self._stale:
            return "stale"
        visits = tuple(visit for visit in self._visits[order] if self._is_free(visit, case.end_of(visit)))
        case.take(Draft(plan=self._id, visits=visits, standby=tuple(self._standby[order])))
        if visits:
            return "matched"
        empty = self._unserved[order]
        if case.state in ("pending", "escalated") and any(_nobody(place) for place in empty):
            self._escalate(case, empty)
            return "escalated"
        return "open"

    def _is_free(self, visit: Visit, end: datetime) -> bool:
        return not any(start < end and visit.start < over for start, over in self._promised[visit.volunteer])

    def _escalate(self, case: Case, empty: list[Unserved]) -> None:
        """Hands the order up: one tier where more people could come then, else to the city, step by step."""
        further = self._partial or any(reason.code == "reach" for place in empty for reason in place.reasons)
        case.escalate(*self._known.above(case.desk), NOBODY)
        while not further and case.tier != "city":
            case.escalate(*self._known.above(case.desk), NOBODY)


def _by_request(entries: Iterable[E], orders: Mapping[str, str]) -> defaultdict[str, list[E]]:
    """Entries of a plan by their request; of one that is an offer, by the offer's order."""
    found = defaultdict[str, list[E]](list)
    for entry in entries:
        found[orders.get(entry.request, entry.request)].append(entry)
    return found


def _nobody(place: Unserved) -> bool:
    """Whether everybody is stopped by what no other time would change."""
    return bool(place.reasons) and all(reason.code in ELIGIBILITY for reason in place.reasons)
