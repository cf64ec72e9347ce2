"""The real `matcher serve` in a process of its own, on a free port of this machine."""

import os
import re
import signal
import subprocess
import sys
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import NamedTuple

import pytest

import matcher
from matcher.service.access.keys import Keys
from matcher.service.store.engine import Store
from matcher.service.store.migrations import upgrade


class Server(NamedTuple):
    """A running `matcher serve` that asks for a key, and one of its keys."""

    url: str
    key: str
    database: str


def environment(**given: str) -> dict[str, str]:
    """An environment without settings from outside, in which the same matcher is found."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith("MATCHER_")}
    return kept | {"PYTHONPATH": str(Path(matcher.__file__).parents[1]), "PYTHONUTF8": "1", "LC_ALL": "C.UTF-8"} | given


@pytest.fixture(scope="session")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    """One for all tests; it ends in order, and its log tells no key."""
    folder = tmp_path_factory.mktemp("served")
    database = f"sqlite:///{folder}/m.db"
    key = county_key(database)
    log = folder / "log"
    command = [sys.executable, "-m", "matcher", "serve", "--port", "0", "--database", database]
    with (
        open(log, "w", encoding="utf-8") as errors,
        subprocess.Popen(command, stdout=subprocess.PIPE, stderr=errors, text=True, env=environment()) as process,
    ):
        try:
            assert process.stdout
            said = process.stdout.readline()
            url = re.search(r"http://127\.0\.0\.1:\d+", said)
            assert url, said + log.read_text(encoding="utf-8")
            yield Server(url[0], key, database)
            process.send_signal(signal.SIGTERM)
            assert process.wait(60) == 0
        finally:
            process.kill()
    assert key not in log.read_text(encoding="utf-8")


def county_key(database: str) -> str:
    """A key of the county in a new database."""
    store = Store(database)
    upgrade(store)
    secret = Keys(store, lambda: datetime.now(UTC)).create("county desk", "county", None)[1]
    store.close()
    return secret
