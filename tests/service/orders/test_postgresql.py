"""The loop on PostgreSQL, with the schema that the migrations make: learning, reports, events of many writers."""

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor

import pytest

from matcher.batch import Horizon
from matcher.service.access.caller import LOCAL
from matcher.service.orders.forgetting import forget
from matcher.service.orders.model import Evaluation, Event
from matcher.service.orders.reports import monthly, records
from matcher.service.store.migrations import upgrade
from tests.service.orders.conftest import Loop
from tests.service.orders.small import at, day_of
from tests.service.orders.test_walk import rebuilt
from tests.service.store.postgresql import new_database

pytestmark = pytest.mark.slow

WRITERS, EACH = 4, 10


@pytest.fixture
def loop() -> Iterator[Loop]:
    made = Loop(new_database(), prepare=upgrade)
    yield made
    made.store.close()


def test_an_order_goes_round(loop: Loop) -> None:
    id = loop.order(series="s1", contact={"name": "联系人甲", "phone": "13912345678"})
    [first] = loop.offered(id, ("helper", "v1"), standby=(("helper", "v2"),))
    loop.offering.answer(LOCAL, first, "declined")
    loop.offering.answer(LOCAL, loop.get(id).offers[1].id, "accepted")
    loop.offering.answer(LOCAL, loop.get(id).offers[1].id, "done")
    loop.book.evaluate(LOCAL, id, Evaluation(rating=4))
    again, day = loop.order(series="s1"), Horizon.model_validate(day_of(3))
    planned, bound = loop.book.of_day(LOCAL, day)
    batch = loop.county.batch(planned, day, loop.rules, bound=bound)
    assert next((request.familiar, request.id) for request in batch.requests) == (("v2",), again)
    # Beta(2, 2) and one no; one yes
    assert [volunteer.acceptance for volunteer in batch.volunteers][:3] == [2 / 5, 3 / 5, None]
    with loop.store.read() as connection:
        report = monthly(connection, loop.county.known(), at(0, 1), at(0, 30), None)
        assert (report.total.orders, report.total.finished, report.total.satisfaction) == (2, 1, 1)
        assert len(records(connection, loop.county.known(), "v2", None, None, 10)) == 1
    with loop.store.write() as connection:
        assert forget(connection, at(12)) == 1


def test_a_reader_who_has_seen_an_event_has_seen_all_before_it(loop: Loop) -> None:
    """Writers at once, and a reader who polls meanwhile: the numbers that come have no gap and no turn back."""

    def write(writer: int) -> None:
        for _ in range(EACH):
            id = loop.order()
            loop.book.withdraw(LOCAL, id, f"{writer}")

    seen, total = list[Event](), 1 + WRITERS * EACH * 2
    with ThreadPoolExecutor(WRITERS) as pool:
        under_way = [pool.submit(write, number) for number in range(WRITERS)]
        while len(seen) < total and not any(each.done() and each.exception() for each in under_way):
            seen += loop.book.events(LOCAL, seen[-1].seq if seen else 0, 100)
    assert [each.exception() for each in under_way] == [None] * WRITERS
    assert [event.seq for event in seen] == list(range(1, total + 1))
    assert set(rebuilt(seen).values()) == {"withdrawn"}
