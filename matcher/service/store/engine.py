"""Transactions on the database, with the same meaning on SQLite and PostgreSQL.

Writers come one at a time on both, so what a transaction has read holds until it commits; readers see one state
of the database and wait for nobody.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from importlib import import_module
from pathlib import Path
from types import ModuleType
from typing import Any

from sqlalchemy import URL, Connection, Engine, create_engine, event, make_url, text
from sqlalchemy.exc import ArgumentError, DBAPIError
from sqlalchemy.exc import TimeoutError as PoolTimeoutError

from matcher.errors import InputError, Problem
from matcher.service.store.failures import Unavailable, as_unavailable, unavailable
from matcher.service.store.turns import Turns

__all__ = ["Store", "Unavailable"]

WAIT_SECONDS = 5.0
"""How long a transaction waits for a lock or a connection before the database counts as locked."""
CONNECTIONS = 40
"""Most connections at a time: as many as the threads that answer requests."""
WRITER = 0x6D617463
"""Number of the advisory lock that a writer holds on PostgreSQL."""


class Store:
    """A database by its URL: `sqlite:///FILE` or `postgresql://…`. Raises InputError for another one.

    wait: seconds to wait for a lock or a connection.
    """

    def __init__(self, url: str, wait: float = WAIT_SECONDS) -> None:
        parsed = _parsed(url)
        self.file = Path(parsed.database or "") if parsed.get_backend_name() == "sqlite" else None
        self._wait = wait
        self._turns = Turns()
        self._opened = False
        self.engine = _postgresql(parsed, wait) if self.file is None else _sqlite(parsed, wait)
        event.listen(self.engine, "connect", self._note_opened, once=True)

    @property
    def name(self) -> str:
        """The file, or the server and database without user and password, for people to read."""
        if self.file is not None:
            return str(self.file.absolute())
        url = self.engine.url
        return str(URL.create("postgresql", host=url.host, port=url.port, database=url.database))

    @contextmanager
    def read(self) -> Iterator[Connection]:
        """A transaction that reads one state of the database; whatever it changes is rolled back.

        Raises Unavailable where the database does not answer.
        """
        options: dict[str, Any] = {}
        if self.file is None:
            options = {"isolation_level": "REPEATABLE READ", "postgresql_readonly": True}
        with self._transaction(options) as connection:
            yield connection
            connection.rollback()

    @contextmanager
    def write(self) -> Iterator[Connection]:
        """A transaction by the only writer: all of it is durable when the block ends, none of it if the block raises.

        Raises Unavailable where the database is locked, full or gone.
        """
        if self.file is None:
            with self._transaction({}) as connection:
                connection.execute(text("SELECT pg_advisory_xact_lock(:number)"), {"number": WRITER})
                yield connection
                connection.commit()
            return
        with self._turns.mine(self._wait), self._transaction({"matcher_write": True}) as connection:
            yield connection
            connection.commit()

    def close(self) -> None:
        """Closes all connections."""
        self.engine.dispose()

    def _note_opened(self, connection: Any, record: Any) -> None:
        self._opened = True

    @contextmanager
    def _transaction(self, options: dict[str, Any]) -> Iterator[Connection]:
        """A connection with an open transaction, rolled back unless the block commits it."""
        if self._opened and self.file and not self.file.exists():
            self.engine.dispose()  # what is written to a file without a name is lost
            raise as_unavailable("gone")
        try:
            with self.engine.connect() as connection:
                connection.execution_options(**options)
                connection.begin()
                yield connection
        except (DBAPIError, PoolTimeoutError) as error:
            found = unavailable(error)
            if found is None:
                raise
            raise found from error


def sqlite_library() -> ModuleType:
    """SQLite as pysqlite3 brings it (Debian's own has a fault in its write-ahead log), else as Python does."""
    try:
        return import_module("pysqlite3.dbapi2")
    except ImportError:
        return import_module("sqlite3.dbapi2")


def _parsed(url: str) -> URL:
    try:
        parsed = make_url(url)
        match parsed.get_backend_name():
            case "sqlite" if parsed.database not in (None, "", ":memory:"):
                return parsed.set(drivername="sqlite+pysqlite")
            case "postgresql":
                return parsed.set(drivername="postgresql+psycopg")
    except ArgumentError:
        pass
    expected = "sqlite:///FILE 或 postgresql://…", "sqlite:///FILE or postgresql://…"
    problem = Problem("bad_database", "database", url.split(":")[0], f"应为 {expected[0]}", f"expected {expected[1]}")
    raise InputError("数据库地址有误", "the database's URL is wrong", [problem])


def _sqlite(url: URL, wait: float) -> Engine:
    engine = create_engine(
        url,
        module=sqlite_library(),
        connect_args={"timeout": wait, "check_same_thread": False},
        pool_size=CONNECTIONS,
        max_overflow=0,
        pool_timeout=wait,
    )

    @event.listens_for(engine, "connect")
    def prepare(connection: Any, record: Any) -> None:
        connection.isolation_level = None  # SQLAlchemy's own BEGIN below, none by the driver
        for pragma in ("journal_mode=WAL", "synchronous=FULL", "foreign_keys=ON"):
            connection.execute(f"PRAGMA {pragma}").close()

    @event.listens_for(engine, "begin")
    def begin(connection: Connection) -> None:
        writes = connection.get_execution_options().get("matcher_write")
        connection.exec_driver_sql("BEGIN IMMEDIATE" if writes else "BEGIN")

    return engine


def _postgresql(url: URL, wait: float) -> Engine:
    session = {
        "lock_timeout": round(wait * 1000),
        "idle_in_transaction_session_timeout": 60_000,
        "synchronous_commit": "on",
    }
    return create_engine(
        url,
        connect_args={
            "connect_timeout": max(2, round(wait)),
            "options": " ".join(f"-c {name}={value}" for name, value in session.items()),
        },
        pool_pre_ping=True,
        pool_size=CONNECTIONS,
        max_overflow=0,
        pool_timeout=wait,
    )
