"""Fixtures of whatever has to hold on both databases; a conftest.py imports them."""

from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from time import monotonic, sleep

import pytest

from matcher.service.jobs.tables import job_bodies, jobs
from matcher.service.store.base import metadata
from matcher.service.store.engine import Store
from tests.service.store.postgresql import new_database

START = datetime(2026, 5, 11, 8, 0, tzinfo=UTC)


class Clock:
    """A clock that only a test moves."""

    def __init__(self) -> None:
        self.now = START

    def __call__(self) -> datetime:
        return self.now

    def move(self, seconds: float) -> None:
        self.now += timedelta(seconds=seconds)


@pytest.fixture(params=["sqlite", "postgresql"])
def url(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    """The URL of an empty database, of each kind in turn."""
    return sqlite_url(tmp_path) if request.param == "sqlite" else new_database()


@pytest.fixture
def store(url: str) -> Iterator[Store]:
    """A store with the tables of jobs, on each database in turn."""
    yield from opened(url)


@pytest.fixture
def sqlite_store(tmp_path: Path) -> Iterator[Store]:
    """The same on SQLite alone."""
    yield from opened(sqlite_url(tmp_path))


@pytest.fixture
def postgresql_store() -> Iterator[Store]:
    """The same on PostgreSQL alone."""
    yield from opened(new_database())


@pytest.fixture
def hasty_store(store: Store, url: str) -> Iterator[Store]:
    """A store on each database in turn that waits for nothing longer than a fifth of a second."""
    hasty = Store(url, wait=0.2)
    yield hasty
    hasty.close()


@pytest.fixture
def clock() -> Clock:
    return Clock()


def sqlite_url(folder: Path) -> str:
    return f"sqlite:///{folder / 'matcher.db'}"


def opened(url: str) -> Iterator[Store]:
    """A store with the tables of jobs."""
    store = Store(url)
    metadata.create_all(store.engine, tables=[jobs, job_bodies])
    yield store
    store.close()


def until(condition: Callable[[], bool], seconds: float = 60) -> None:
    """Waits for a condition; a test that waits for so long has failed."""
    end = monotonic() + seconds
    while not condition():
        assert monotonic() < end, "waited in vain"
        sleep(0.02)
