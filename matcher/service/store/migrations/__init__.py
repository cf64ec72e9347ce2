"""Brings the schema of a database up to date: one file a revision in `versions/`, run in order, all or none.

There is no way down: a backup is what goes back.
"""

from pathlib import Path

from alembic import command
from alembic.config import Config
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory

from matcher.errors import InputError, Problem
from matcher.service.store.engine import Store

FOLDER = Path(__file__).parent


def upgrade(store: Store) -> None:
    """Runs the revisions that the database lacks, in one transaction.

    Raises InputError where it was written by a newer version of the program, Unavailable where there is none.
    """
    config = _config()
    with store.write() as connection:
        require_known(MigrationContext.configure(connection).get_current_revision())
        config.attributes["connection"] = connection
        command.upgrade(config, "head")


def current(store: Store) -> str | None:
    """The revision of the database; null: it has no tables yet."""
    with store.read() as connection:
        return MigrationContext.configure(connection).get_current_revision()


def latest() -> str:
    """The revision that `upgrade` ends at."""
    return ScriptDirectory.from_config(_config()).get_current_head() or ""


def require_known(revision: str | None) -> None:
    """Raises InputError for a revision that this version of the program does not know."""
    known = {script.revision for script in ScriptDirectory.from_config(_config()).walk_revisions()}
    if revision is None or revision in known:
        return
    problem = Problem(
        "newer_database",
        "database",
        revision,
        f"应为不晚于 {latest()} 的结构版本，请升级本程序",
        f"expected a schema up to {latest()}: install a newer version of the program",
    )
    raise InputError("数据库由更新版本的程序写入", "the database was written by a newer version", [problem])


def _config() -> Config:
    config = Config()
    config.set_main_option("script_location", str(FOLDER).replace("%", "%%"))
    return config
