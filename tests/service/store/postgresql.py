"""Empty databases for tests, on a PostgreSQL server of our own that is gone at the end."""

import atexit
import functools
import itertools
import os
from contextlib import ExitStack

import pytest
from sqlalchemy import create_engine

from benchmarks.reliability.postgresql import is_installed, postgresql

NUMBERS = itertools.count(1)


def new_database() -> str:
    """The URL of an empty database on the server of this test run; without PostgreSQL the test is skipped."""
    if not is_installed():
        if os.environ.get("MATCHER_REQUIRE_ALL") == "1":
            pytest.fail("PostgreSQL is not installed", pytrace=False)
        pytest.skip("PostgreSQL is not installed")
    name = f"test_{next(NUMBERS)}"
    engine = create_engine(f"{_running()}/postgres", isolation_level="AUTOCOMMIT")
    with engine.connect() as connection:
        connection.exec_driver_sql(f"CREATE DATABASE {name}")
    engine.dispose()
    return f"{_running()}/{name}"


@functools.cache
def _running() -> str:
    """The address of the server of this test run, started when first asked for and stopped at the end."""
    stack = ExitStack()
    atexit.register(stack.close)
    server = stack.enter_context(postgresql())
    return f"postgresql+psycopg://matcher@127.0.0.1:{server.port}"
