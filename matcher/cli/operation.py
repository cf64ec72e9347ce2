"""`matcher backup` and `matcher restore`: the service's database copied, and put back."""

from pathlib import Path
from typing import Annotated

import typer

from matcher.cli import streams
from matcher.cli.database import Database, as_it_is
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
    with as_it_is(database, there=True) as (store, _):
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
