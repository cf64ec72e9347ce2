"""A store of its own for each test, and a clock that stands until it is moved."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from matcher.service.access.tables import api_keys, audit
from matcher.service.store.base import metadata
from matcher.service.store.engine import Store


class Clock:
    """Tells the same time until it is moved."""

    def __init__(self) -> None:
        self.now = datetime(2026, 7, 21, 8, tzinfo=UTC)

    def __call__(self) -> datetime:
        return self.now

    def move(self, **by: float) -> None:
        self.now += timedelta(**by)


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    opened = Store(f"sqlite:///{tmp_path / 'matcher.db'}", wait=0.2)
    metadata.create_all(opened.engine, [api_keys, audit])
    yield opened
    opened.close()
