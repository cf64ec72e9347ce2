"""What the service does by itself, on a clock that is set."""

import logging
import threading
from dataclasses import replace
from datetime import datetime, timedelta

import pytest
from sqlalchemy import update

from matcher.service.access.audit import Audit
from matcher.service.access.caller import LOCAL
from matcher.service.http import timer
from matcher.service.http.described import EXAMPLE_BATCH
from matcher.service.http.timer import Chore, Timer, chores_of, purge_daily
from matcher.service.jobs.tables import jobs
from matcher.service.orders.offering import Offering
from matcher.service.store.engine import Unavailable
from tests.service.http.conftest import Serve, Served


def test_chores_are_done_when_due_and_a_failure_ends_nothing(caplog: pytest.LogCaptureFixture) -> None:
    """Chores every 20 and 50 s, looked at after 19, 20, 39, 40, 60 s: due at 20, 40, 60, and at 50 seen at 60."""
    now, done = 0.0, list[tuple[float, str]]()

    def fails() -> None:
        done.append((now, "fails"))
        raise ValueError("13800000001")

    both = [Chore("fails", 20, fails), Chore("slow", 50, lambda: done.append((now, "slow")))]
    running = Timer(both, clock=lambda: now)
    with caplog.at_level(logging.ERROR):
        for moment in (19.0, 20.0, 39.0, 40.0, 60.0):
            now = moment
            running.tick()
    assert done == [(20, "fails"), (40, "fails"), (60, "fails"), (60, "slow")]
    assert [record.getMessage() for record in caplog.records] == ["fails: ValueError"] * 3


def test_a_database_that_is_gone_is_told_by_its_code(caplog: pytest.LogCaptureFixture) -> None:
    def gone() -> None:
        raise Unavailable("…", "…", "gone")

    Timer([Chore("deadlines", 0, gone)], clock=lambda: 0).tick()
    assert [record.getMessage() for record in caplog.records] == ["deadlines: gone"]


def test_the_service_looks_at_deadlines_while_it_runs(serve: Serve, monkeypatch: pytest.MonkeyPatch) -> None:
    looked = threading.Event()
    monkeypatch.setattr(timer, "DEADLINES_SECONDS", 0.01)
    monkeypatch.setattr(Offering, "expire", lambda self: looked.set())
    served = serve()
    assert looked.wait(60)
    served.http.__exit__(None, None, None)
    assert [thread.name for thread in threading.enumerate() if thread.name == "matcher-timer"] == []


def test_both_chores_are_there(served: Served) -> None:
    assert [(chore.name, chore.every) for chore in chores_of(served.services)] == [("deadlines", 20), ("purge", 600)]


def test_a_purge_is_done_once_a_day(served: Served) -> None:
    """A plan ended 366 days before now; 365 are kept."""
    now = served.services.clock()

    def at(moment: datetime) -> None:
        def clock() -> datetime:
            return moment

        audit = Audit(served.services.store, clock)
        purge_daily(replace(served.services, clock=clock, audit=audit))

    old, new = served.plan(EXAMPLE_BATCH), served.plan(EXAMPLE_BATCH)
    for id, days in ((old, 366), (new, 364)):
        with served.services.store.write() as connection:
            ended = {"state": "done", "finished": now - timedelta(days=days)}
            connection.execute(update(jobs).where(jobs.c.id == id).values(**ended))
    for hours in (0, 1, 23, 24, 47):
        at(now + timedelta(hours=hours))
    assert served.services.jobs.get(old) is None
    assert served.services.jobs.get(new)
    lines = served.services.audit.page(LOCAL)
    assert [(line.caller, line.action, line.count, line.time - now) for line in lines] == [
        ("system", "purge", 1, timedelta()),
        ("system", "purge", 0, timedelta(hours=24)),
    ]
