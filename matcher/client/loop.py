"""The loop's calls as methods: the county, orders, dispatches, offers, events."""

from collections.abc import Iterator, Sequence

from matcher.batch import Batch, Contact
from matcher.client.asking import PAGE, Asking, of_plan, step
from matcher.reading import to_json
from matcher.service.http.wire import CountyTaken, Events, Offers, Orders, PlanState, Sent
from matcher.service.orders.model import Event, NewOrder, Offer, Order
from matcher.service.orders.states import OfferState, OrderState


class Loop(Asking):
    """What a client can do with orders. Where an order, offer or plan is named, its id does as well."""

    def import_county(self, batch: Batch) -> CountyTaken:
        """Makes sites, skills, teams, volunteers, travel and policy of a batch those of the county; for its own key."""
        return self._read(CountyTaken, "PUT", "/v1/county", body=to_json(batch))

    def create_orders(self, new: Sequence[NewOrder]) -> tuple[Order, ...]:
        """点单: takes orders in, all or none. `notices` of an order say whom to call in an emergency."""
        return self._read(Orders, "POST", "/v1/orders", body=f"[{','.join(map(to_json, new))}]").orders

    def orders(self, state: OrderState | None = None, site: str | None = None) -> Iterator[Order]:
        """All orders one may see, the oldest first; site: of this one and those below it."""
        for page in self._pages(Orders, "/v1/orders", {"state": state, "site": site, "limit": PAGE}):
            yield from page.orders

    def order(self, order: Order | str) -> Order:
        """An order as it stands now, with everybody asked so far."""
        return self._read(Order, "GET", _of_order(order))

    def contact(self, order: Order | str) -> Contact:
        """Whom to call, in full, which the service notes."""
        return self._read(Contact, "GET", f"{_of_order(order)}/contact")

    def withdraw(self, order: Order | str, reason: str = "") -> Order:
        """撤单: ends an order and its open offers."""
        return self._say(Order, f"{_of_order(order)}/withdraw", {"reason": reason})

    def escalate(self, order: Order | str, reason: str = "") -> Order:
        """上报: hands an order up one tier."""
        return self._say(Order, f"{_of_order(order)}/escalate", {"reason": reason})

    def evaluate(self, order: Order | str, rating: int, text: str = "") -> Order:
        """评单: the resident's rating, from 1 (bad) to 5 (very good), of an order that is done."""
        return self._say(Order, f"{_of_order(order)}/evaluation", {"rating": rating, "text": text})

    def dispatch(
        self, date: str, *, seconds: float | None = None, work: int | None = None, gap: float = 0.0, seed: int = 0
    ) -> PlanState:
        """配单: asks for a plan of a day's open orders and returns at once; date: as 2026-07-21."""
        asked = {"date": date, "seconds": seconds, "work": work, "gap": gap, "seed": seed}
        return self._say(PlanState, "/v1/dispatches", asked)

    def send(self, job: PlanState | str) -> Sent:
        """派单: takes a plan over for its orders and asks everybody it sends."""
        return self._read(Sent, "POST", f"{of_plan(job)}/offers")

    def offers(self, state: OfferState | None = None, volunteer: str | None = None) -> Iterator[Offer]:
        """All offers one may see, the oldest first."""
        for page in self._pages(Offers, "/v1/offers", {"state": state, "volunteer": volunteer, "limit": PAGE}):
            yield from page.offers

    def accept(self, offer: Offer | str) -> Offer:
        """接单: the volunteer says yes."""
        return self._say(Offer, f"{_of_offer(offer)}/accept", {})

    def decline(self, offer: Offer | str, reason: str = "") -> Offer:
        """婉拒: the volunteer says no; the next backup is asked."""
        return self._say(Offer, f"{_of_offer(offer)}/decline", {"reason": reason})

    def no_show(self, offer: Offer | str, reason: str = "") -> Offer:
        """未到岗: the volunteer said yes and did not come; the next backup is asked."""
        return self._say(Offer, f"{_of_offer(offer)}/no-show", {"reason": reason})

    def start(self, offer: Offer | str) -> Offer:
        """到岗: the volunteer is there."""
        return self._say(Offer, f"{_of_offer(offer)}/start", {})

    def finish(self, offer: Offer | str, minutes: float | None = None) -> Offer:
        """完成: the service is over; minutes: how long it took, null: as planned."""
        return self._say(Offer, f"{_of_offer(offer)}/finish", {"minutes": minutes})

    def events(self, after: int = 0) -> Iterator[Event]:
        """Every change since a number, in order; give the last one's `seq` next time."""
        while True:
            page = self._read(Events, "GET", "/v1/events", params={"after": after, "limit": PAGE})
            if not page.events:
                return
            yield from page.events
            after = page.after


def _of_order(order: Order | str) -> str:
    return f"/v1/orders/{step(order)}"


def _of_offer(offer: Offer | str) -> str:
    return f"/v1/offers/{step(offer)}"
