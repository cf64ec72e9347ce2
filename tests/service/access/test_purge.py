"""Forgetting after a retention time."""

from datetime import datetime
from pathlib import Path

import pytest
from sqlalchemy import Column, Connection, MetaData, String, Table, delete, insert, select, update

from matcher.service.access.audit import Audit
from matcher.service.access.caller import LOCAL
from matcher.service.access.purge import Kind, preview, purge
from matcher.service.store.base import UtcTime
from matcher.service.store.engine import Store
from tests.service.access.conftest import Clock

visits = Table("visits", MetaData(), Column("id", String), Column("address", String), Column("over", UtcTime))
ADDRESS = "a house by the old mill, door with the green frame"


def forget_addresses(connection: Connection, before: datetime) -> int:
    old = (visits.c.over < before) & visits.c.address.is_not(None)
    return connection.execute(update(visits).where(old).values(address=None)).rowcount


def forget_marked(connection: Connection, before: datetime) -> int:
    return connection.execute(delete(visits).where(visits.c.id == "marked")).rowcount


KINDS = (Kind("地址", "addresses", forget_addresses), Kind("标记", "marked", forget_marked))


@pytest.fixture
def filled(store: Store, clock: Clock) -> Store:
    """Two visits with an address, of which one is over since before `clock.now`, and a marked one."""
    visits.create(store.engine)
    rows = [("old", ADDRESS + " 1", -1), ("new", ADDRESS + " 2", 0), ("marked", None, 0)]
    start = clock.now
    with store.write() as connection:
        for id, address, hours in rows:
            clock.move(hours=hours)
            connection.execute(insert(visits).values(id=id, address=address, over=clock.now))
            clock.now = start
    return store


def addresses(store: Store) -> dict[str, str | None]:
    with store.read() as connection:
        return {row.id: row.address for row in connection.execute(select(visits))}


def test_what_is_over_goes_and_the_audit_says_so(filled: Store, clock: Clock) -> None:
    audit = Audit(filled, clock)
    assert purge(filled, audit, KINDS, clock.now, LOCAL) == [1, 1]
    assert addresses(filled) == {"old": None, "new": ADDRESS + " 2"}
    line = audit.page(LOCAL)[0]
    assert (line.action, line.subject, line.count) == ("purge", "2026-07-21", 2)
    assert purge(filled, audit, KINDS, clock.now, LOCAL) == [0, 0]


def test_a_preview_counts_and_changes_nothing(filled: Store, clock: Clock) -> None:
    before = addresses(filled)
    assert preview(filled, KINDS, clock.now) == [1, 1]
    assert addresses(filled) == before
    assert Audit(filled, clock).page(LOCAL) == []


def test_nothing_goes_where_one_kind_fails(filled: Store, clock: Clock) -> None:
    def fails(connection: Connection, before: datetime) -> int:
        raise RuntimeError

    before = addresses(filled)
    with pytest.raises(RuntimeError):
        purge(filled, Audit(filled, clock), (*KINDS, Kind("", "", fails)), clock.now, LOCAL)
    assert addresses(filled) == before
    assert Audit(filled, clock).page(LOCAL) == []


def test_nothing_of_it_is_left_in_the_files(filled: Store, clock: Clock, tmp_path: Path) -> None:
    def written() -> bytes:
        return b"".join(path.read_bytes() for path in tmp_path.iterdir())

    assert (ADDRESS + " 1").encode() in written()
    purge(filled, Audit(filled, clock), KINDS, clock.now, LOCAL)
    assert (ADDRESS + " 1").encode() not in written()
    assert (ADDRESS + " 2").encode() in written()
