"""Backup and restore of the SQLite file while it is in use."""

import os
import time
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from typing import Any

from matcher.errors import InputError, Problem
from matcher.files import REASONS
from matcher.service.store.engine import Store, sqlite_library
from matcher.service.store.failures import as_unavailable, code_of
from matcher.service.store.migrations import require_known, upgrade

SQLITE = sqlite_library()
BUSY = (5, 6)
"""Result codes for a database that somebody else writes."""
WAIT_SECONDS = 30.0
"""How long a restore waits for whoever writes."""


def backup(store: Store, target: Path) -> None:
    """Writes a new file with one state of the database; callers go on reading and writing meanwhile.

    Raises InputError where the file exists or cannot be written, or the database is PostgreSQL's; Unavailable where
    the disk is full. There is never half a backup under that name.
    """
    file = _file_of(store, "pg_dump --format=custom --file=FILE URL")
    if target.exists():
        raise _refused("file_exists", target, "应为尚不存在的文件", "expected a file that does not exist yet")
    if not os.access(target.parent, os.W_OK):
        folder = target.parent.absolute()
        zh, en = f"文件夹 {folder} 不存在或不可写", f"the folder {folder} does not exist or cannot be written to"
        raise _refused("no_folder", target, zh, en)
    draft = target.with_name(f"{target.name}.draft")
    try:
        with _failures(target), closing(SQLITE.connect(f"{file.absolute().as_uri()}?mode=ro", uri=True)) as source:
            draft.unlink(missing_ok=True)
            source.execute("VACUUM INTO ?", (str(draft),)).close()
            _sync(draft)
            draft.rename(target)
            _sync(target.parent)
    finally:
        draft.unlink(missing_ok=True)


def restore(store: Store, source: Path) -> None:
    """Puts the state of a backup in the place of the database's, all at once, and brings its schema up to date.

    Raises InputError, and changes nothing, where the file is no sound database of this service; Unavailable where
    somebody writes for too long.
    """
    file = _file_of(store, "pg_restore --clean --dbname=URL FILE")
    if not source.is_file():
        raise _refused("no_file", source, "应为备份文件", "expected a backup")
    with _failures(source), closing(SQLITE.connect(f"{source.absolute().as_uri()}?mode=ro", uri=True)) as backup:
        require_known(_revision(backup, source))
        with closing(SQLITE.connect(file, timeout=0.0)) as live:
            live.execute("PRAGMA synchronous=FULL").close()
            backup.backup(live, progress=_within(WAIT_SECONDS))
    upgrade(store)


def _file_of(store: Store, instead: str) -> Path:
    if store.file is not None:
        return store.file
    problem = Problem(
        "not_sqlite",
        "database",
        "postgresql",
        f"应为 SQLite 文件；PostgreSQL 请用 {instead}",
        f"expected an SQLite file; for PostgreSQL use {instead}",
    )
    raise InputError("此命令只备份 SQLite 数据库", "only an SQLite database is backed up this way", [problem])


def _revision(backup: Any, source: Path) -> str:
    """The revision of a sound database of this service; raises InputError for anything else."""
    try:
        sound = backup.execute("PRAGMA integrity_check(1)").fetchone() == ("ok",)
        revision = backup.execute("SELECT version_num FROM alembic_version").fetchone()
        jobs = backup.execute("SELECT count(*) FROM sqlite_master WHERE name = 'jobs'").fetchone()
    except SQLITE.DatabaseError:
        sound = False
    if not sound or revision is None or jobs == (0,):
        raise _refused("no_backup", source, "应为本服务完好的备份", "expected a sound backup of this service")
    return str(revision[0])


def _within(seconds: float) -> Any:
    """Called after each try to copy: ends a restore that waits for a writer."""
    until = time.monotonic() + seconds

    def look(status: int, remaining: int, total: int) -> None:
        if status & 255 in BUSY and time.monotonic() > until:
            raise as_unavailable("locked")

    return look


@contextmanager
def _failures(file: Path) -> Iterator[None]:
    """Errors of the system and of SQLite in words."""
    try:
        yield
    except SQLITE.Error as error:
        code = code_of(error)
        if code is None:
            raise
        raise as_unavailable(code) from error
    except OSError as error:
        reason = error.strerror or type(error).__name__
        zh, en = REASONS.get(error.errno or 0, (reason, reason))
        raise _refused("unwritable", file, f"无法写入：{zh}", f"cannot be written: {en}") from error


def _refused(code: str, file: Path, zh: str, en: str) -> InputError:
    return InputError("备份文件有误", "the backup file is wrong", [Problem(code, file.name, None, zh, en)])


def _sync(path: Path) -> None:
    """Has the disk keep a file, or the names in a folder."""
    if path.is_dir() and os.name == "nt":
        return
    handle = os.open(path, os.O_RDONLY if path.is_dir() else os.O_RDWR)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
