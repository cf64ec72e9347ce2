"""The client's calls of the loop against the real service: two orders go round, one is withdrawn."""

from collections.abc import Iterator
from io import BytesIO

import openpyxl
import pytest

from matcher.client import Client, NewOrder
from matcher.client import client as client_module
from matcher.client import loop as module
from matcher.errors import InputError, MatcherError
from matcher.service.access.audit import Audit
from matcher.service.access.caller import LOCAL
from matcher.service.store.engine import Store
from tests.client.conftest import Server
from tests.service.access import world


@pytest.fixture
def client(server: Server) -> Iterator[Client]:
    """A client of the service, which knows the county of `world`."""
    with Client(server.url, server.key) as client:
        assert client.import_county(world.batch()).volunteers == 3
        yield client


def new(number: str, site: str) -> NewOrder:
    return NewOrder.model_validate({"external_id": number, "request": world.request(site)})


def test_orders_go_round(client: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    """A volunteer in each of two villages, and an order in each: both are served."""
    seen = max((event.seq for event in client.events()), default=0)
    first, second, third = client.create_orders(
        [new("n1", world.VILLAGE), new("n2", world.ELSEWHERE), new("n3", world.BESIDE)]
    )
    assert client.withdraw(third, "已自行解决").state == "withdrawn"
    monkeypatch.setattr(module, "PAGE", 1)  # three pages
    assert [order.id for order in client.orders()] == sorted(order.id for order in (first, second, third))
    assert [order.id for order in client.orders("pending", world.TOWN)] == [first.id]

    job = client.dispatch(world.DAY.isoformat(), work=1_000_000)
    assert len(client.plan(job).visits) == 2
    sent = client.send(job)
    assert set(sent.taken.matched) == {first.id, second.id}
    assert list(client.offers("offered")) == sorted(sent.offers, key=lambda offer: offer.id)
    one, other = ({offer.order: offer for offer in sent.offers}[order.id] for order in (first, second))

    assert client.accept(one).state == "accepted"
    assert client.start(one.id).state == "started"
    assert client.finish(one, minutes=25).minutes == 25
    assert client.evaluate(first, 5, "很好").rating == 5
    declined = client.decline(other, "没空")
    assert (declined.state, declined.reason) == ("declined", "没空")
    assert [offer.id for offer in client.offers(volunteer=one.volunteer) if offer.state == "done"] == [one.id]

    changes = [event.kind for event in client.events(seen) if event.order == first.id]
    assert changes == [
        "order.pending", "order.matched", "offer.offered", "order.offered", "offer.accepted", "order.accepted",
        "offer.started", "offer.done", "order.done", "order.rated",
    ]  # fmt: skip
    assert client.order(first).state == "rated"
    assert {world.VILLAGE, world.TOWN} < {row.id for row in client.monthly(f"{first.created:%Y-%m}").sites}
    (record,) = client.records(one.volunteer, f"{world.DAY:%Y-%m}").records
    assert (record.order, record.minutes, record.rating) == (first.id, 25, 5)
    assert client.records(other.volunteer).records == ()


def test_reports_come_as_workbooks(client: Client) -> None:
    month = f"{world.DAY:%Y-%m}"
    for content, heading in (
        (client.export_monthly(month), "月报"),
        (client.export_monthly(month, lang="en"), "2050-07, by site"),
        (client.export_records(month=month), "记录"),
        (client.export_records("nobody", lang="en"), "Record"),
    ):
        title = openpyxl.load_workbook(BytesIO(content)).worksheets[0].cell(1, 1).value
        assert heading in title
    with pytest.raises(InputError):
        client.monthly("2026-13")


def test_the_audit_is_read_from_a_number_on(client: Client, server: Server, monkeypatch: pytest.MonkeyPatch) -> None:
    store = Store(server.database)
    seen = max((entry.number for entry in client.audit()), default=0)
    for number in range(3):
        Audit(store, world.now).note(LOCAL, "phone.read", f"order-{number}")
    store.close()
    monkeypatch.setattr(client_module, "PAGE", 2)  # two pages
    assert [(entry.number, entry.subject) for entry in client.audit(seen + 1)] == [
        (seen + 2, "order-1"),
        (seen + 3, "order-2"),
    ]


def test_what_is_refused_comes_back_in_words(client: Client) -> None:
    with pytest.raises(InputError) as raised:
        client.create_orders([new("m1", world.VILLAGE), new("m2", "t99")])
    assert [(problem.code, problem.where) for problem in raised.value.problems] == [("unknown_id", "/1/request/site")]
    (order,) = client.create_orders([new("m3", world.VILLAGE)])
    client.withdraw(order)
    with pytest.raises(InputError):
        client.withdraw(order)
    with pytest.raises(MatcherError, match="MATCHER_PHONE_KEY"):
        client.contact(order)
    with pytest.raises(MatcherError, match="not_found"):
        client.accept("offer/0")
