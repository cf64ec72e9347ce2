"""Transactions mean the same on both databases, and a database that cannot be used says so and recovers."""

import threading
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager, suppress

import pytest
from sqlalchemy import Connection, create_engine, insert, select, text
from sqlalchemy.exc import DBAPIError, IntegrityError

from matcher.errors import InputError
from matcher.service.jobs.tables import job_bodies, jobs
from matcher.service.store.engine import WRITER, Store, Unavailable
from tests.service.store.databases import START


def add(connection: Connection, id: str, size: int = 10) -> None:
    row = {"id": id, "kind": "plan", "state": "queued", "created": START, "attempt": 0, "lost": 0, "cancel": False}
    connection.execute(insert(jobs).values(row))
    connection.execute(insert(job_bodies).values(job=id, part="payload", body=bytes(size)))


def add_all(store: Store, names: Iterable[str], then: Callable[[], object] = lambda: None) -> None:
    """Adds jobs in one transaction, and does something else before its end."""
    with store.write() as connection:
        for name in names:
            add(connection, name)
        then()


def ids(store: Store) -> list[str]:
    """Ids of the jobs; every one has its payload."""
    with store.read() as connection:
        found = list(connection.execute(select(jobs.c.id).order_by(jobs.c.id)).scalars())
        assert found == list(connection.execute(select(job_bodies.c.job).order_by(job_bodies.c.job)).scalars())
    return found


def test_a_transaction_is_kept_whole_or_not_at_all(store: Store) -> None:
    with store.write() as connection:
        add(connection, "j1")
    with pytest.raises(ZeroDivisionError):
        add_all(store, ["j2", "j3"], then=lambda: 1 // 0)
    with pytest.raises(IntegrityError):
        add_all(store, ["j4", "j1"])
    assert ids(store) == ["j1"]


def test_a_foreign_key_holds(store: Store) -> None:
    with pytest.raises(IntegrityError), store.write() as connection:
        connection.execute(insert(job_bodies).values(job="j1", part="payload", body=b""))


def test_what_is_acknowledged_is_on_the_disk(store: Store) -> None:
    setting, expected = ("PRAGMA synchronous", 2) if store.file else ("SHOW synchronous_commit", "on")
    with store.write() as connection:
        assert connection.execute(text(setting)).scalar_one() == expected


def test_a_reader_sees_one_state_and_changes_nothing(store: Store) -> None:
    with store.read() as connection:
        before = connection.execute(select(jobs.c.id)).all()
        with store.write() as writer:
            add(writer, "j1")
        assert connection.execute(select(jobs.c.id)).all() == before == []
    with suppress(DBAPIError), store.read() as connection:  # PostgreSQL refuses, SQLite rolls back
        add(connection, "j2")
    assert ids(store) == ["j1"]


def test_what_a_writer_has_read_holds_until_it_commits(url: str) -> None:
    store = Store(url)
    with store.write() as connection:
        connection.execute(text("CREATE TABLE counter (n INTEGER)"))
        connection.execute(text("INSERT INTO counter VALUES (0)"))

    def count() -> None:
        for _ in range(10):
            with store.write() as connection:
                n = connection.execute(text("SELECT n FROM counter")).scalar_one()
                connection.execute(text("UPDATE counter SET n = :n"), {"n": n + 1})

    threads = [threading.Thread(target=count) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    with store.read() as connection:
        assert connection.execute(text("SELECT n FROM counter")).scalar_one() == 80
    store.close()


@contextmanager
def another_writer(url: str) -> Iterator[None]:
    """The database locked by another program."""
    other = Store(url)
    with other.engine.execution_options(matcher_write=True).connect() as connection:
        statement = "SELECT 1" if other.file else f"SELECT pg_advisory_lock({WRITER})"
        connection.exec_driver_sql(statement)
        yield
        connection.rollback()
        connection.invalidate()
    other.close()


def test_a_locked_database_says_so_reads_and_recovers(hasty_store: Store, url: str) -> None:
    add_all(hasty_store, ["j1"])
    with another_writer(url):
        with pytest.raises(Unavailable) as raised:
            add_all(hasty_store, ["j2"])
        assert ids(hasty_store) == ["j1"]
    assert (raised.value.code, raised.value.en) == ("locked", "the database is locked, try again in a moment")
    add_all(hasty_store, ["j3"])
    assert ids(hasty_store) == ["j1", "j3"]


def test_a_writer_of_the_same_process_does_not_hold_up_others_for_ever(hasty_store: Store) -> None:
    with hasty_store.write() as connection:
        add(connection, "j1")
        with pytest.raises(Unavailable, match="locked"), hasty_store.write():
            pass
    assert ids(hasty_store) == ["j1"]


def cap_pages(store: Store, pages: int) -> None:
    """Caps the file of the store's one connection, as a full disk would."""
    with store.engine.connect() as connection:
        connection.exec_driver_sql(f"PRAGMA max_page_count = {pages}")


def fill(store: Store, cap: int, kept: list[str]) -> None:
    """Adds jobs of various sizes and notes each that was kept."""
    for i in range(1000):
        with store.write() as connection:
            add(connection, f"{cap:03}-{i:03}", size=3000 + 1000 * (i % 7))
        kept.append(f"{cap:03}-{i:03}")


def test_a_full_disk_says_so_reads_and_recovers(sqlite_store: Store) -> None:
    kept: list[str] = []
    for cap in range(30, 110, 4):  # 20 points, each in the middle of other pages
        cap_pages(sqlite_store, cap)
        with pytest.raises(Unavailable) as raised:
            fill(sqlite_store, cap, kept)
        assert raised.value.code == "full"
        assert ids(sqlite_store) == kept
    cap_pages(sqlite_store, 1_000_000)
    with sqlite_store.write() as connection:
        add(connection, "more")
    assert ids(sqlite_store) == [*kept, "more"]


def test_a_file_that_is_gone_loses_nothing_silently(sqlite_store: Store) -> None:
    assert sqlite_store.file
    aside = sqlite_store.file.with_suffix(".aside")
    sqlite_store.file.rename(aside)
    for transaction in (sqlite_store.read, sqlite_store.write):
        with pytest.raises(Unavailable, match="cannot be reached"), transaction():
            pass
    assert not sqlite_store.file.exists()
    aside.rename(sqlite_store.file)
    with sqlite_store.write() as connection:
        add(connection, "j1")
    assert ids(sqlite_store) == ["j1"]


def test_a_lost_connection_says_so_and_recovers(postgresql_store: Store) -> None:
    other = create_engine(postgresql_store.engine.url)

    def kill_the_writer() -> None:
        with other.connect() as killer:
            holder = text("SELECT pg_terminate_backend(pid) FROM pg_locks WHERE locktype = 'advisory' AND granted")
            killer.execute(holder)

    with pytest.raises(Unavailable) as raised:
        add_all(postgresql_store, ["j1"], then=kill_the_writer)
    other.dispose()
    assert raised.value.code == "gone"
    assert ids(postgresql_store) == []


@pytest.mark.parametrize("url", ["sqlite:////nowhere/matcher.db", "postgresql://matcher@127.0.0.1:9/none"])
def test_what_cannot_be_reached_says_so(url: str) -> None:
    store = Store(url, wait=0.2)
    with pytest.raises(Unavailable, match="cannot be reached"), store.read():
        pass
    store.close()


@pytest.mark.parametrize(
    "url", ["", "matcher.db", "mysql://root:secret@localhost/x", "sqlite://", "sqlite:///:memory:"]
)
def test_another_database_is_refused_without_its_password(url: str) -> None:
    with pytest.raises(InputError, match="sqlite:///FILE") as raised:
        Store(url)
    assert "secret" not in str(raised.value)
