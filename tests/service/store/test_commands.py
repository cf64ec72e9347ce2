"""`matcher backup` and `matcher restore`."""

import os
from collections.abc import Iterator
from pathlib import Path

import pytest

from matcher.cli import main
from matcher.service.store.engine import Store
from matcher.service.store.migrations import upgrade
from tests.service.store.databases import sqlite_url
from tests.service.store.test_engine import add, ids


@pytest.fixture
def live(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Iterator[Store]:
    """The database that commands use here, with one job; English words."""
    for name in [name for name in os.environ if name.startswith("MATCHER_")]:
        monkeypatch.delenv(name)
    monkeypatch.setenv("LC_ALL", "C.UTF-8")
    monkeypatch.setenv("MATCHER_DATABASE", sqlite_url(tmp_path))
    store = Store(sqlite_url(tmp_path))
    upgrade(store)
    with store.write() as connection:
        add(connection, "j1")
    yield store
    store.close()


def test_a_restore_brings_back_what_was_backed_up(
    live: Store, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    copy = tmp_path / "copy.db"
    assert main(["backup", str(copy)]) == 0
    assert "MATCHER_PHONE_KEY is not in it" in capsys.readouterr().err
    with live.write() as connection:
        add(connection, "j2")
    assert main(["restore", str(copy)]) == 0
    assert ids(live) == ["j1"]


def test_a_backup_becomes_a_database_that_was_not_there(live: Store, tmp_path: Path) -> None:
    copy, other = tmp_path / "copy.db", f"sqlite:///{tmp_path}/other.db"
    assert main(["backup", str(copy)]) == 0
    assert main(["restore", str(copy), "--database", other]) == 0
    restored = Store(other)
    assert ids(restored) == ["j1"]
    restored.close()


def test_a_folder_that_is_not_there_is_named(live: Store, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    copy = tmp_path / "copy.db"
    assert main(["backup", str(copy)]) == 0
    assert main(["restore", str(copy), "--database", f"sqlite:///{tmp_path}/none/m.db"]) == 2
    assert capsys.readouterr().err.endswith(f"\n  database: {tmp_path}/none/m.db\n")
    assert main(["backup", str(tmp_path / "none" / "copy.db")]) == 2
    assert f"the folder {tmp_path}/none does not exist" in capsys.readouterr().err


@pytest.mark.parametrize(
    ("args", "words"),
    [
        (("backup", "taken.db"), "taken.db: expected a file that does not exist yet"),
        (
            ("backup", "copy.db", "--database", "sqlite:///none.db"),
            "/none.db: there is no such file: start `matcher serve`",
        ),
        (("backup", "copy.db", "--database", "postgresql://h/d"), "for PostgreSQL use pg_dump"),
        (("restore", "none.db"), "none.db: expected a backup"),
        (("restore", "taken.db"), "taken.db: expected a sound backup of this service"),
    ],
)
def test_what_is_refused_changes_nothing(
    live: Store,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
    args: tuple[str, ...],
    words: str,
) -> None:
    monkeypatch.chdir(tmp_path)
    Path("taken.db").write_text("other", encoding="utf-8")
    assert main(list(args)) == 2
    assert words in capsys.readouterr().err
    assert Path("taken.db").read_text(encoding="utf-8") == "other"
    assert not Path("copy.db").exists()
    assert not Path("none.db").exists()
    assert ids(live) == ["j1"]
