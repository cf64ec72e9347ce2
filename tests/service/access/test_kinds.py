"""What the service forgets after the retention time, and what it keeps."""

from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from matcher.service.access.audit import Audit
from matcher.service.access.caller import LOCAL
from matcher.service.access.kinds import KINDS
from matcher.service.access.phones import Phones, new_phone_key
from matcher.service.access.purge import purge
from matcher.service.jobs.queue import Jobs
from matcher.service.orders.book import Book
from matcher.service.orders.county import County
from matcher.service.orders.model import NewOrder
from matcher.service.store.base import metadata
from matcher.service.store.engine import Store
from tests.service.access import world
from tests.service.phones import found_under

PERSONAL = {
    "contact": {"name": "resident of the third group", "phone": world.PHONE},
    "address": "behind the old mill, green door",
    "note": "hard of hearing, please knock loudly",
}
WORDS = ("resident of the third", "behind the old mill", "hard of hearing")


@pytest.fixture
def book(store: Store) -> Book:
    """Orders of the county of `world`; its volunteers are as they were imported."""
    metadata.create_all(store.engine)
    phones = Phones(new_phone_key())
    county = County(store, world.now)
    county.take_over(world.batch(), phones)
    return Book(store, world.now, county, phones)


def ordered(book: Book, **fields: Any) -> str:
    request = world.request(world.VILLAGE) | fields
    return book.create(LOCAL, [NewOrder.model_validate({"request": request})])[0].id


def test_of_an_order_figures_stay_and_people_go(book: Book, store: Store, tmp_path: Path) -> None:
    """The order's time ended on 21 July 2050 at 11 o'clock in China, which is 3 in UTC."""
    order = ordered(book, **PERSONAL)
    audit = Audit(store, world.now)

    def left() -> list[str]:
        written = b"".join(path.read_bytes() for path in tmp_path.iterdir())
        return [words for words in WORDS if words.encode() in written]

    def forgotten(hour: int) -> list[int]:
        return purge(store, audit, KINDS, datetime(2050, 7, 21, hour, tzinfo=UTC), LOCAL)

    assert book.contact(LOCAL, order).phone == world.PHONE
    assert found_under([tmp_path]) == {}
    assert forgotten(3) == [0, 0]
    assert left() == list(WORDS)
    assert forgotten(4) == [0, 1]
    assert left() == []
    kept = book.get(LOCAL, order)
    assert (kept.request.contact, kept.request.address, kept.request.note) == (None, None, None)
    assert (kept.site, kept.request.title, kept.request.minutes) == (world.VILLAGE, "修灯，问139****0022", 30)
    assert book.contact(LOCAL, order).phone is None


def test_a_plan_goes_once_it_is_over(book: Book, store: Store) -> None:
    """One plan ended at midnight UTC, when `world.now` stands, the other waits still."""
    jobs = Jobs(store, world.now)
    over, waiting = (jobs.submit("plan", b"{}", site=None, key=None).id for _ in range(2))
    claimed = jobs.claim()
    assert claimed
    assert jobs.finish(over, claimed.attempt, b"{}")
    assert purge(store, Audit(store, world.now), KINDS, datetime(2050, 7, 21, 1, tzinfo=UTC), LOCAL) == [1, 0]
    assert jobs.get(over) is None
    assert jobs.get(waiting)
