"""A small county in a store of its own, with a clock that stands until it is set."""

from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from matcher.service.access.caller import LOCAL
from matcher.service.access.phones import Phones, new_phone_key
from matcher.service.orders import tables
from matcher.service.orders.book import Book
from matcher.service.orders.county import County
from matcher.service.orders.model import NewOrder, Order, Rules
from matcher.service.orders.offering import Offering
from matcher.service.store.engine import Store
from tests.service.orders.small import at, county, order, plan_of


def create(store: Store) -> None:
    """Makes the tables of the loop alone."""
    for table in (tables.county, tables.volunteers, tables.team_phones, tables.orders, tables.offers, tables.events):
        table.create(store.engine)


class Loop:
    """The parts of the loop on one store; `now` is what the clock says."""

    def __init__(self, url: str, rules: Rules | None = None, prepare: Callable[[Store], None] = create) -> None:
        self.now = at(8)
        self.store = Store(url)
        prepare(self.store)
        self.phones, self.rules = Phones(new_phone_key()), rules or Rules()
        self.county = County(self.store, self.clock)
        self.book = Book(self.store, self.clock, self.county, self.phones)
        self.offering = Offering(self.store, self.clock, self.county, self.rules)
        self.county.take_over(county(), self.phones)

    def clock(self) -> datetime:
        return self.now.astimezone(UTC)

    def later(self, **amount: float) -> None:
        self.now += timedelta(**amount)

    def order(self, **fields: object) -> str:
        """The id of a new order."""
        return self.book.create(LOCAL, [NewOrder.model_validate({"request": order(**fields)})])[0].id

    def offered(
        self,
        id: str,
        *people: tuple[str, str],
        standby: tuple[tuple[str, str], ...] = (),
        start: datetime | None = None,
    ) -> list[str]:
        """Takes a plan by hand over for an order and sends its offers, whose ids come back; people: role, volunteer."""
        batch, plan = plan_of(id, people, standby, start)
        self.offering.take_over(LOCAL, f"plan-{id}", batch, plan)
        return [offer.id for offer in self.offering.send(LOCAL, [id])]

    def get(self, id: str) -> Order:
        return self.book.get(LOCAL, id)


@pytest.fixture
def loop(tmp_path: Path) -> Iterator[Loop]:
    made = Loop(f"sqlite:///{tmp_path}/loop.db")
    yield made
    made.store.close()
