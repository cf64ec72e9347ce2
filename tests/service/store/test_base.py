"""Columns and ids."""

import re
from datetime import UTC, datetime, timedelta, timezone

import pytest
from sqlalchemy import Column, Integer, MetaData, String, Table, insert, null, select
from sqlalchemy.exc import StatementError

from matcher.service.store.base import Json, UtcTime, new_id
from matcher.service.store.engine import Store

THINGS = Table(
    "things", MetaData(), Column("id", Integer, primary_key=True), Column("at", UtcTime), Column("told", Json)
)


def test_times_and_json_come_back_as_they_went_in(url: str) -> None:
    store = Store(url)
    THINGS.metadata.create_all(store.engine)
    # 2^53 microseconds end in the year 2255: beyond that a float would lose the last digits.
    moments = [
        datetime(1969, 12, 31, 23, 59, 59, 999999, tzinfo=UTC),
        datetime(2026, 5, 11, 16, 0, 0, 123457, tzinfo=timezone(timedelta(hours=8))),
        datetime(9999, 12, 31, 23, 59, 59, 999999, tzinfo=UTC),
    ]
    told = {"阶段": "准备", "values": [0.1, None], "more": {"a": True}}
    with store.write() as connection:
        rows = [{"id": i, "at": at, "told": told} for i, at in enumerate(moments)]
        connection.execute(insert(THINGS), [*rows, {"id": 9, "at": None, "told": None}])
    with store.read() as connection:
        found = connection.execute(select(THINGS.c.at, THINGS.c.told).order_by(THINGS.c.id)).all()
        nothing = connection.execute(select(THINGS.c.id).where(THINGS.c.told.is_(null()))).scalars().all()
    store.close()
    assert [tuple(row) for row in found] == [*((at, told) for at in moments), (None, None)]
    assert nothing == [9]


def test_a_time_without_offset_is_refused(url: str) -> None:
    store = Store(url)
    THINGS.metadata.create_all(store.engine)
    with pytest.raises(StatementError, match="without offset"), store.write() as connection:
        connection.execute(insert(THINGS).values(id=1, at=datetime(2026, 5, 11)))
    store.close()


def test_ids_sort_by_time_in_the_database_too(url: str, monkeypatch: pytest.MonkeyPatch) -> None:
    moments = iter(range(10**18, 10**18 + 10**12, 10**9))
    monkeypatch.setattr("matcher.service.store.base.time.time_ns", lambda: next(moments))
    ids = [new_id("job") for _ in range(1000)]
    assert all(re.fullmatch(r"job-[0-9a-hjkmnp-tv-z]{26}", id) for id in ids)
    names = Table("names", MetaData(), Column("id", String, primary_key=True))
    store = Store(url)
    names.metadata.create_all(store.engine)
    with store.write() as connection:
        connection.execute(insert(names), [{"id": id} for id in reversed(ids)])
        assert list(connection.execute(select(names.c.id).order_by(names.c.id)).scalars()) == ids
    store.close()


def test_ids_of_one_moment_differ(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("matcher.service.store.base.time.time_ns", lambda: 10**18)
    assert len({new_id("order") for _ in range(1000)}) == 1000
