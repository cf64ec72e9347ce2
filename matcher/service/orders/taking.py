"""A plan taken over: which orders it serves, which go up, and which have changed in the meantime."""

from collections import defaultdict
from collections.abc import Collection, Mapping
from datetime import datetime

from sqlalchemy import Connection, select

from matcher.plan import Plan, Unserved, Visit
from matcher.service.orders.case import Case
from matcher.service.orders.county import Known
from matcher.service.orders.ledger import batched
from matcher.service.orders.model import Draft, Taken
from matcher.service.orders.states import LIVE
from matcher.service.orders.tables import offers

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
        self._visits = defaultdict[str, list[Visit]](list)
        for visit in plan.visits:
            self._visits[visit.request].append(visit)
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
        planned = {(visit.role, visit.volunteer, visit.start) for visit in self._visits[case.id]}
        return any(o.id not in held and (o.role, o.volunteer, o.start) not in planned for o in case.firm())

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
        mine = {order, *(offer.id for offer in case.firm())}
        standby = tuple(each for each in self._plan.standby if each.request in mine)
        case.take(Draft(plan=self._id, visits=visits, standby=standby))
        if visits:
            return "matched"
        empty = [place for place in self._plan.unserved if place.request == order]
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


def _nobody(place: Unserved) -> bool:
    """Whether everybody is stopped by what no other time would change."""
    return bool(place.reasons) and all(reason.code in ELIGIBILITY for reason in place.reasons)
