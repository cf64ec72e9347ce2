"""What the matrix needs behind the routes: things that belong to a site, made without asking the service."""

import itertools
import json
from datetime import UTC, date, datetime, timedelta
from typing import Any

from matcher.batch import Batch
from matcher.plan import Plan
from matcher.service.access.caller import LOCAL
from matcher.service.access.phones import Phones
from matcher.service.http.bundle import payload_of
from matcher.service.jobs.queue import Jobs
from matcher.service.orders.book import Book
from matcher.service.orders.county import County
from matcher.service.orders.model import NewOrder, Rules
from matcher.service.orders.offering import Offering
from matcher.service.orders.states import OfferState
from matcher.service.settings import Settings
from matcher.service.store.engine import Store
from tests.service.access import world


class Behind:
    """The parts of a service on the same database. Each order is for a day of its own, so that people are free."""

    def __init__(self, settings: Settings) -> None:
        self.store = Store(settings.database)
        self.phones = Phones(settings.phone_key)
        self.jobs = Jobs(self.store, _now)
        self.county = County(self.store, _now)
        self.book = Book(self.store, _now, self.county, self.phones)
        self.offering = Offering(self.store, _now, self.county, Rules())
        self._numbers = itertools.count()

    def free_day(self) -> date:
        """A day that no order is for yet."""
        return world.DAY + timedelta(days=next(self._numbers))

    def order(self, site: str, day: date | None = None, **fields: Any) -> str:
        """The id of a new order; fields: of its request."""
        request = world.request(site, day=day or self.free_day()) | fields
        return self.book.create(LOCAL, [NewOrder.model_validate({"request": request})])[0].id

    def offer(self, site: str, *answers: OfferState, day: date | None = None, **fields: Any) -> tuple[str, str]:
        """The ids of an order and of its offer, after these answers to it."""
        day = day or self.free_day()
        order = self.order(site, day, **fields)
        self.offering.take_over(LOCAL, "plan", *_planned(order, site, day))
        (offer,) = self.offering.send(LOCAL, [order])
        for answer in answers:
            self.offering.answer(LOCAL, offer.id, answer)
        return order, offer.id

    def plan(self, site: str) -> str:
        """The id of a plan of a site that is done; it sends somebody to an order."""
        day = self.free_day()
        batch, plan = _planned(self.order(site, day), site, day)
        id = self.jobs.submit("plan", payload_of(batch, {}, self.phones), site=site, key=None).id
        while (claimed := self.jobs.claim()) and claimed.id != id:
            assert self.jobs.fail(claimed.id, claimed.attempt, {"code": "left", "zh": "放弃", "en": "left"})
        assert claimed
        assert self.jobs.finish(id, claimed.attempt, plan.model_dump_json(by_alias=True).encode())
        return id

    def scenarios(self, site: str) -> str:
        """The id of a comparison of scenarios of a site that is done."""
        pages = {"zh": "网页", "en": "page"}
        result = {"progress": {"done": 1, "of": 1}, "comparison": {"rows": []}, "pages": pages}
        return self.jobs.keep("scenarios", b"{}", json.dumps(result).encode(), site=site, key=None).id

    def last_event(self) -> int:
        """The number of the last event so far."""
        after = 0
        while page := self.book.events(LOCAL, after, 500):
            after = page[-1].seq
        return after


def _planned(order: str, site: str, day: date) -> tuple[Batch, Plan]:
    """A batch of the order alone, and a plan for it."""
    people = [person for person in (world.VILLAGE, world.BESIDE, world.ELSEWHERE) if person == site] or [world.VILLAGE]
    document: dict[str, Any] = world.COUNTY | {"requests": [world.request(site, order, day)]}
    return Batch.model_validate(document), Plan.model_validate_json(json.dumps(world.plan(order, people[0], day)))


def _now() -> datetime:
    return datetime.now(UTC)
