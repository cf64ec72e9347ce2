"""A backup is one state of a database in use; a restore takes nothing else, and takes it whole."""

import sqlite3
import threading
from contextlib import closing, suppress
from pathlib import Path

import pytest
from sqlalchemy import select, text

from matcher.errors import InputError
from matcher.service.jobs.tables import jobs
from matcher.service.store import backup as module
from matcher.service.store.backup import backup, restore
from matcher.service.store.engine import Store, Unavailable
from matcher.service.store.migrations import current, latest, upgrade
from tests.service.store.databases import opened, sqlite_url
from tests.service.store.test_engine import add, ids


@pytest.fixture
def live(tmp_path: Path) -> Store:
    """A database in use, with one job."""
    store = Store(sqlite_url(tmp_path))
    upgrade(store)
    with store.write() as connection:
        add(connection, "j1")
    return store


def test_a_backup_taken_in_use_is_one_state(live: Store, tmp_path: Path) -> None:
    stop, added = threading.Event(), threading.Event()

    def write() -> None:
        for i in range(10_000):
            with live.write() as connection:
                add(connection, f"w{i:05}", size=2000)
            added.set()
            if stop.is_set():
                return

    writer = threading.Thread(target=write)
    writer.start()
    added.wait()
    copy = tmp_path / "copy.db"
    backup(live, copy)
    stop.set()
    writer.join()
    assert [path.name for path in tmp_path.glob("copy*")] == ["copy.db"]
    kept = ids(Store(f"sqlite:///{copy}"))  # each job with its payload
    assert kept == ids(live)[: len(kept)]
    assert len(kept) > 1
    live.close()


def test_a_restore_while_in_use_goes_back_to_the_backup(live: Store, tmp_path: Path) -> None:
    backup(live, tmp_path / "copy.db")
    with live.write() as connection:
        add(connection, "j2")
    with live.read() as before:
        before.execute(select(jobs.c.id)).all()
        restore(live, tmp_path / "copy.db")
        assert len(before.execute(select(jobs.c.id)).all()) == 2  # a reader keeps its state
    assert ids(live) == ["j1"]
    with live.write() as connection:
        add(connection, "j3")
    assert ids(live) == ["j1", "j3"]
    with live.read() as connection:
        assert connection.execute(text("PRAGMA journal_mode")).scalar_one() == "wal"
    live.close()


def test_a_restore_fills_a_new_database(live: Store, tmp_path: Path) -> None:
    backup(live, tmp_path / "copy.db")
    new = Store(f"sqlite:///{tmp_path / 'new.db'}")
    restore(new, tmp_path / "copy.db")
    assert (ids(new), current(new)) == (["j1"], latest())
    new.close()
    live.close()


def no_backups(folder: Path) -> list[Path]:
    """Files that are none: missing, a folder, empty, text, cut off, damaged, of another program, without revision."""
    whole = (folder / "whole.db").read_bytes()
    damaged = whole[:4096] + bytes(byte ^ 255 for byte in whole[4096:8192]) + whole[8192:]
    for name, content in {"empty": b"", "text": b"id,name\n" * 999, "cut": whole[:5000], "damaged": damaged}.items():
        (folder / name).write_bytes(content)
    with closing(sqlite3.connect(folder / "other")) as other:
        other.execute("CREATE TABLE alembic_version (version_num)")
        other.execute("INSERT INTO alembic_version VALUES ('0001')")
        other.commit()
    with suppress(StopIteration):
        next(opened(f"sqlite:///{folder / 'unrevised'}"))
    (folder / "folder").mkdir()
    names = ("missing", "folder", "empty", "text", "cut", "damaged", "other", "unrevised")
    return [folder / name for name in names]


def test_a_restore_refuses_what_is_no_backup(live: Store, tmp_path: Path) -> None:
    backup(live, tmp_path / "whole.db")
    for source in no_backups(tmp_path):
        with pytest.raises(InputError, match=r"expected a (sound )?backup") as raised:
            restore(live, source)
        assert raised.value.problems[0].where == source.name
        assert ids(live) == ["j1"]
    live.close()


def test_a_restore_refuses_a_newer_schema(live: Store, tmp_path: Path) -> None:
    backup(live, tmp_path / "newer.db")
    with closing(sqlite3.connect(tmp_path / "newer.db")) as newer:
        newer.execute("UPDATE alembic_version SET version_num = '9999'")
        newer.commit()
    with pytest.raises(InputError, match="newer version"):
        restore(live, tmp_path / "newer.db")
    assert ids(live) == ["j1"]
    live.close()


def test_a_restore_waits_for_a_writer_but_not_for_ever(
    live: Store, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    backup(live, tmp_path / "copy.db")
    monkeypatch.setattr(module, "WAIT_SECONDS", 0.1)
    with live.write() as connection:
        add(connection, "j2")
        with pytest.raises(Unavailable, match="locked"):
            restore(live, tmp_path / "copy.db")
    assert ids(live) == ["j1", "j2"]
    live.close()


def test_a_backup_overwrites_nothing_and_names_what_is_wrong(live: Store, tmp_path: Path) -> None:
    (tmp_path / "older.db").write_text("older")
    for name, expected in {"older.db": "does not exist yet", "nowhere/copy.db": "cannot be"}.items():
        with pytest.raises((InputError, Unavailable), match=expected):
            backup(live, tmp_path / name)
    assert (tmp_path / "older.db").read_text() == "older"
    live.close()


def test_postgresql_has_its_own_programs(tmp_path: Path) -> None:
    store = Store("postgresql://matcher@127.0.0.1:9/none")
    with pytest.raises(InputError, match="pg_dump"):
        backup(store, tmp_path / "copy.db")
    with pytest.raises(InputError, match="pg_restore"):
        restore(store, tmp_path / "copy.db")
