"""A PostgreSQL server of our own for tests: in a temporary folder, on loopback, gone at the end."""

import atexit
import functools
import itertools
import os
import shutil
import socket
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path

import pytest
from sqlalchemy import create_engine

USER = "postgres"
"""Who runs the server where the tests are run by root, as it refuses to."""
NEEDED = ("initdb", "pg_ctl")
CONF = {"listen_addresses": "127.0.0.1", "unix_socket_directories": "", "fsync": "off", "max_connections": "200"}
"""Settings; without fsync, since no test here pulls the plug on the machine."""
NUMBERS = itertools.count(1)


def new_database() -> str:
    """The URL of an empty database on the server of this test run; without PostgreSQL the test is skipped."""
    if not all(_program(name) for name in NEEDED):
        if os.environ.get("MATCHER_REQUIRE_ALL") == "1":
            pytest.fail("PostgreSQL is not installed", pytrace=False)
        pytest.skip("PostgreSQL is not installed")
    name = f"test_{next(NUMBERS)}"
    engine = create_engine(_running(), isolation_level="AUTOCOMMIT")
    with engine.connect() as connection:
        connection.exec_driver_sql(f"CREATE DATABASE {name}")
    engine.dispose()
    return _running().replace("/postgres", f"/{name}")


@functools.cache
def _running() -> str:
    """The server of this test run, started when first asked for and stopped at the end."""
    stack = ExitStack()
    atexit.register(stack.close)
    return stack.enter_context(server())


@contextmanager
def server() -> Iterator[str]:
    """A running server; gives the URL of its first database."""
    folder = Path(tempfile.mkdtemp(prefix="matcher-postgresql-"))
    if os.geteuid() == 0:
        shutil.chown(folder, USER)
    data, port = folder / "data", _free_port()
    settings = " ".join(f"-c {name}='{value}'" for name, value in {**CONF, "port": str(port)}.items())
    try:
        _run("initdb", "-D", str(data), "-A", "trust", "-U", "matcher", "--no-sync", "-E", "UTF8", "--locale=C")
        _run("pg_ctl", "-D", str(data), "-w", "-l", str(folder / "log"), "-o", settings, "start")
        try:
            yield f"postgresql+psycopg://matcher@127.0.0.1:{port}/postgres"
        finally:
            _run("pg_ctl", "-D", str(data), "-m", "immediate", "stop")
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def _program(name: str) -> str | None:
    found = shutil.which(name)
    versions = sorted(Path("/usr/lib/postgresql").glob(f"*/bin/{name}"))
    return found or (str(versions[-1]) if versions else None)


def _run(name: str, *args: str) -> None:
    program = _program(name)
    assert program
    as_user = ["setpriv", "--reuid", USER, "--regid", USER, "--clear-groups"] if os.geteuid() == 0 else []
    subprocess.run([*as_user, program, *args], check=True, stdout=subprocess.DEVNULL, cwd="/")


def _free_port() -> int:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        return int(taken.getsockname()[1])
