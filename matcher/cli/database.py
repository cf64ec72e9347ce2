"""The service's database, as commands beside the service use it."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Annotated, Any

import typer

from matcher.cli.language import say
from matcher.errors import InputError, MatcherError, Problem

if TYPE_CHECKING:
    from matcher.service.settings import Settings
    from matcher.service.store.engine import Store

Database = Annotated[
    str | None,
    typer.Option(
        "--database",
        metavar="URL",
        envvar="MATCHER_DATABASE",
        help=say("数据库，如 sqlite:///matcher.db", "Database, sqlite:///matcher.db for example"),
    ),
]


@contextmanager
def opened(database: str | None, *, there: bool = False, **given: Any) -> "Iterator[tuple[Store, Settings]]":
    """The service's database, brought up to date, and the settings with those given; closed afterwards.

    there: raises InputError where there is no database yet; else one is made.
    """
    with as_it_is(database, there=there, **given) as (store, settings):
        from matcher.service.store.migrations import upgrade

        upgrade(store)
        yield store, settings


@contextmanager
def as_it_is(database: str | None, *, there: bool = False, **given: Any) -> "Iterator[tuple[Store, Settings]]":
    """The same, whatever the database's schema. An error that it cannot be used has a note that names it."""
    with service_installed():
        from matcher.service.settings import load_settings
        from matcher.service.store.engine import Store, Unavailable
    stated = {name: value for name, value in {"database": database, **given}.items() if value is not None}
    settings = load_settings(**stated)
    store = Store(settings.database)
    try:
        if there:
            _require_there(store)
        yield store, settings
    except Unavailable as error:
        error.add_note(say(f"  数据库：{store.name}", f"  database: {store.name}"))
        raise
    finally:
        store.close()


def _require_there(store: "Store") -> None:
    if store.file is None or store.file.exists():
        return
    zh = "没有这个文件；请先启动一次 matcher serve，或用 --database 指明数据库"
    en = "there is no such file: start `matcher serve` once, or name the database with --database"
    raise InputError("找不到数据库", "there is no database", [Problem("no_database", store.name, None, zh, en)])


@contextmanager
def service_installed() -> Iterator[None]:
    """Says what to install where the libraries of the service are missing."""
    try:
        yield
    except ModuleNotFoundError as error:
        raise MatcherError(
            f"缺少服务所需的程序库（{error.name}），请安装：pip install 'volunteer-matcher[service]'",
            f"a library of the service is missing ({error.name}): pip install 'volunteer-matcher[service]'",
        ) from error


def now() -> datetime:
    """The time now, aware."""
    return datetime.now(UTC)
