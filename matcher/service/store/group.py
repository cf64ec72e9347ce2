"""Writes of several threads in one transaction, so that they wait for the disk together and not one after the other."""

import threading
from collections.abc import Callable
from concurrent.futures import Future
from typing import Any, TypeVar

from sqlalchemy import Connection

from matcher.service.store.engine import Store

T = TypeVar("T")


class Group:
    """What threads want written while others write is written in one transaction as soon as these have done."""

    def __init__(self, store: Store) -> None:
        self._store = store
        self._guard = threading.Lock()
        self._waiting: list[tuple[Callable[[Connection], Any], Future[Any]]] = []

    def write(self, work: Callable[[Connection], T]) -> T:
        """What work on the database returns; it is durable by then.

        Where work raises, nothing of its transaction is written, and all who share it raise the same.
        """
        mine = Future[T]()
        with self._guard:
            self._waiting.append((work, mine))
            first = len(self._waiting) == 1
        if first:
            self._write_all()
        return mine.result()

    def _write_all(self) -> None:
        group: list[tuple[Callable[[Connection], Any], Future[Any]]] = []
        try:
            with self._store.write() as connection:
                group += self._taken()
                found = [work(connection) for work, _ in group]
        except BaseException as error:
            for _, future in group or self._taken():
                future.set_exception(error)
        else:
            for (_, future), value in zip(group, found, strict=True):
                future.set_result(value)

    def _taken(self) -> list[tuple[Callable[[Connection], Any], Future[Any]]]:
        with self._guard:
            group, self._waiting = self._waiting, []
        return group
