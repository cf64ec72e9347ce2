"""The service's database, as commands beside the service use it."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Annotated, Any

import typer

from matcher.cli.language import say
from matcher.errors import MatcherError

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
def opened(database: str | None, **given: Any) -> "Iterator[tuple[Store, Settings]]":
    """The service's database, brought up to date, and the settings with those given; closed afterwards."""
    with as_it_is(database, **given) as (store, settings):
        from matcher.service.store.migrations import upgrade

        upgrade(store)
        yield store, settings


@contextmanager
def as_it_is(database: str | None, **given: Any) -> "Iterator[tuple[Store, Settings]]":
    """The service's database, whatever its schema, and the settings with those given; closed afterwards."""
    with service_installed():
        from matcher.service.settings import load_settings
        from matcher.service.store.engine import Store
    stated = {name: value for name, value in {"database": database, **given}.items() if value is not None}
    settings = load_settings(**stated)
    store = Store(settings.database)
    try:
        yield store, settings
    finally:
        store.close()


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
