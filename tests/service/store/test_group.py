"""Writes of several threads share a transaction, and each is told what became of it."""

import threading
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager

import pytest
from sqlalchemy import Connection, insert, select

from matcher.service.jobs.tables import jobs
from matcher.service.store.engine import Store
from matcher.service.store.group import Group
from tests.service.store.databases import START, until

Work = Callable[[Connection], int]


class Gate:
    """A store whose writers wait until they are let in; counts its transactions."""

    def __init__(self, store: Store) -> None:
        self.open, self.transactions, self._store = threading.Event(), 0, store

    @contextmanager
    def write(self) -> Iterator[Connection]:
        assert self.open.wait(10)
        self.transactions += 1
        with self._store.write() as connection:
            yield connection


def put(number: int) -> Work:
    def work(connection: Connection) -> int:
        row = {"id": str(number), "kind": "plan", "state": "queued", "created": START}
        connection.execute(insert(jobs), {**row, "attempt": 0, "lost": 0, "cancel": False})
        return number

    return work


def ids(store: Store) -> set[str]:
    with store.read() as connection:
        return set(connection.execute(select(jobs.c.id)).scalars())


def written(gate: Gate, works: list[Work]) -> list[int | str]:
    """What threads that write at the same time return or raise."""
    group = Group(gate)  # type: ignore[arg-type]

    def one(work: Work) -> int | str:
        try:
            return group.write(work)
        except Exception as error:
            return type(error).__name__

    with ThreadPoolExecutor(len(works)) as threads:
        futures = [threads.submit(one, work) for work in works]
        until(lambda: len(group._waiting) == len(works))
        gate.open.set()
        return [future.result() for future in futures]


def test_what_waits_for_the_database_is_written_together(store: Store) -> None:
    gate = Gate(store)
    assert written(gate, [put(number) for number in range(8)]) == list(range(8))
    assert (gate.transactions, ids(store)) == (1, set(map(str, range(8))))
    assert Group(store).write(put(8)) == 8


def test_where_one_fails_nothing_is_written_and_all_are_told(store: Store) -> None:
    def broken(connection: Connection) -> int:
        raise ZeroDivisionError

    gate = Gate(store)
    assert written(gate, [put(0), broken, put(1)]) == ["ZeroDivisionError"] * 3
    assert ids(store) == set()
    assert Group(store).write(put(0)) == 0


@pytest.mark.parametrize("error", [ZeroDivisionError, KeyboardInterrupt])
def test_a_database_that_cannot_be_written_keeps_nobody_waiting(store: Store, error: type[BaseException]) -> None:
    class Shut:
        def write(self) -> None:
            raise error

    group = Group(Shut())  # type: ignore[arg-type]
    with pytest.raises(error):
        group.write(put(0))
    assert group._waiting == []
