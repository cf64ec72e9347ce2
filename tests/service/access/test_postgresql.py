"""The same on PostgreSQL, with the schema that the migrations make."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import select

from matcher.service.access.audit import PHONE_READ, Audit
from matcher.service.access.caller import LOCAL
from matcher.service.access.keys import Keys
from matcher.service.access.kinds import KINDS
from matcher.service.access.phones import Phones, new_phone_key
from matcher.service.access.purge import preview, purge
from matcher.service.access.resealing import reseal_all
from matcher.service.jobs.queue import Jobs
from matcher.service.orders.county import County
from matcher.service.orders.tables import volunteers
from matcher.service.store.engine import Store
from matcher.service.store.migrations import upgrade
from tests.service.access import world
from tests.service.access.conftest import Clock
from tests.service.store.postgresql import new_database

pytestmark = pytest.mark.slow


@pytest.fixture(scope="module")
def store() -> Iterator[Store]:
    opened = Store(new_database(), wait=0.5)
    upgrade(opened)
    yield opened
    opened.close()


def test_keys(store: Store, clock: Clock) -> None:
    keys = Keys(store, clock)
    id, secret = keys.create("一镇服务台", "town", "t1")
    caller = keys.caller(secret, {"t1": None, "v11": "t1"})
    assert caller
    assert (caller.name, caller.sites) == ("一镇服务台", frozenset({"t1", "v11"}))
    clock.move(minutes=1)
    keys.caller(secret, {"t1": None})
    keys.revoke(id)
    (key,) = keys.all()
    assert (key.id, key.last_used, key.revoked) == (id, clock.now, clock.now)
    assert keys.caller(secret, {"t1": None}) is None


def test_audit(store: Store, clock: Clock) -> None:
    audit = Audit(store, clock)
    for number in range(3):
        audit.note(LOCAL, PHONE_READ, f"order-{number}", number)
    first = audit.page(LOCAL, limit=2)
    rest = audit.page(LOCAL, first[-1].number, 2)
    assert [line.subject for line in (*first, *rest)] == ["order-0", "order-1", "order-2"]


def test_reseal(store: Store) -> None:
    old, new = new_phone_key(), new_phone_key()
    County(store, world.now).take_over(world.batch(), Phones(old))
    people, leaders = len(world.COUNTY["volunteers"]), len(world.COUNTY["teams"])
    assert reseal_all(store, Phones(new, [old])) == people + leaders
    with store.read() as connection:
        sealed = connection.execute(select(volunteers.c.phone)).scalars().all()
    assert [Phones(new).open(phone) for phone in sealed] == [world.PHONE] * people


def test_purge(store: Store, clock: Clock) -> None:
    jobs = Jobs(store, clock)
    id = jobs.submit("plan", b"{}", site=None, key=None).id
    assert jobs.cancel(id)
    after = datetime.now(UTC) + timedelta(days=1)
    assert preview(store, KINDS, after) == [1, 0]
    assert jobs.get(id)
    assert purge(store, Audit(store, clock), KINDS, after, LOCAL) == [1, 0]
    assert jobs.get(id) is None
