"""`matcher backup` and `matcher restore`: the service's database copied, and put back."""

from collections.abc import Callable
from pathlib import Path
from typing import Annotated, Any

import typer

from matcher.cli import streams
from matcher.cli.database import Database, as_it_is
from matcher.cli.help import Command, examples
from matcher.cli.language import say
from matcher.cli.options import Lang

Target = Annotated[
    Path, typer.Argument(metavar="FILE", help=say("备份写到这个新文件", "The new file to write the backup to"))
]
Source = Annotated[
    Path, typer.Argument(metavar="FILE", help=say("matcher backup 写出的文件", "A file that `matcher backup` wrote"))
]


def backup(file: Target, database: Database = None, lang: Lang = None) -> None:
    """`matcher backup`."""
    with as_it_is(database) as (store, _):
        from matcher.service.store import backup as backups

        backups.backup(store, file)
    streams.tell(
        say(
            f"已备份到 {file}。MATCHER_PHONE_KEY 不在其中，请另行保存：没有它，备份里的电话无法恢复。",
            f"Backed up to {file}. MATCHER_PHONE_KEY is not in it, keep it apart: without it, its phones are lost.",
        )
    )


def restore(file: Source, database: Database = None, lang: Lang = None) -> None:
    """`matcher restore`."""
    with as_it_is(database) as (store, _):
        from matcher.service.store import backup as backups

        backups.restore(store, file)
    streams.tell(say(f"数据库已恢复为 {file} 的内容。", f"The database is as {file} has it."))


def register(app: typer.Typer) -> None:
    """Adds these commands to the others."""
    for name, run, zh, en, lines in _COMMANDS:
        app.command(name, cls=Command, help=f"{say(zh, en)}\n\n{examples(*lines)}")(run)


_COMMANDS: list[tuple[str, Callable[..., Any], str, str, tuple[str, ...]]] = [
    (
        "backup",
        backup,
        "把服务的 SQLite 数据库备份到一个新文件，服务不必停；PostgreSQL 请用 pg_dump。",
        "Back the service's SQLite database up to a new file, also while it is in use; for PostgreSQL use pg_dump.",
        (
            "matcher backup backup-2026-07-21.db",
            "matcher backup backup.db --database sqlite:////srv/matcher/matcher.db",
        ),
    ),
    (
        "restore",
        restore,
        "用备份替换数据库的全部内容；文件不是完好的备份时不做任何改动。现有数据请先备份。",
        "Put a backup in the place of all that is in the database; what is no sound backup changes nothing. Back up "
        "first what there is now.",
        ("matcher restore backup-2026-07-21.db",),
    ),
]
