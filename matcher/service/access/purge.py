"""Forgetting: what is not needed any more goes after a retention time, and the audit says so.

Each part of the service says what of it is forgotten, as a `Kind`; the times before `before` are gone after a purge.
"""

from collections.abc import Callable, Sequence
from contextlib import closing
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection

from matcher.service.access.audit import Audit
from matcher.service.access.caller import Caller
from matcher.service.store.engine import Store

PURGE = "purge"
"""The action in the audit; the subject is the day before which all was forgotten."""


@dataclass(frozen=True)
class Kind:
    """One kind of data that is forgotten.

    zh, en: its name for people.
    forget: removes what was last needed before a moment, in a transaction under way, and returns of how many.
    """

    zh: str
    en: str
    forget: Callable[[Connection, datetime], int]


def purge(store: Store, audit: Audit, kinds: Sequence[Kind], before: datetime, caller: Caller) -> list[int]:
    """Forgets everything last needed before that moment, all in one transaction with its line in the audit.

    Returns how many of each kind. Raises Unavailable where the database cannot be written; nothing is gone then.
    """
    with store.write() as connection:
        _overwrite(store, connection)
        counts = [kind.forget(connection, before) for kind in kinds]
        audit.note_in(connection, caller, PURGE, before.date().isoformat(), sum(counts))
    _empty_log(store)
    return counts


def preview(store: Store, kinds: Sequence[Kind], before: datetime) -> list[int]:
    """How many of each kind `purge` would forget; nothing is changed."""
    with store.write() as connection:
        counts = [kind.forget(connection, before) for kind in kinds]
        connection.rollback()
    return counts


def _overwrite(store: Store, connection: Connection) -> None:
    """Has SQLite write zeros over what it deletes, which else stays readable in the file."""
    if store.file is not None:
        connection.exec_driver_sql("PRAGMA secure_delete=ON")


def _empty_log(store: Store) -> None:
    """Empties SQLite's write-ahead log, where the pages still stand as they were before; waits for readers."""
    if store.file is not None:
        with closing(store.engine.raw_connection()) as raw:
            raw.cursor().execute("PRAGMA wal_checkpoint(TRUNCATE)")
