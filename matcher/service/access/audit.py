"""The audit: who saw or changed what, row after row, never altered."""

from collections.abc import Callable
from datetime import datetime

from sqlalchemy import Connection, insert, select

from matcher.privacy import mask_text
from matcher.service.access.caller import Caller
from matcher.service.access.entries import Entry
from matcher.service.access.tables import audit
from matcher.service.store.engine import Store

PHONE_READ = "phone.read"
"""The action of handing phones out in full; it is noted before they are."""
MOST_ENTRIES = 1_000
MOST_LETTERS = 200


class Audit:
    """The audit in a store."""

    def __init__(self, store: Store, clock: Callable[[], datetime]) -> None:
        self._store, self._clock = store, clock

    def note(self, caller: Caller, action: str, subject: str, count: int = 1) -> None:
        """Adds a line, in a transaction of its own: it stands, or Unavailable is raised and nothing may be shown."""
        with self._store.write() as connection:
            self.note_in(connection, caller, action, subject, count)

    def note_in(self, connection: Connection, caller: Caller, action: str, subject: str, count: int = 1) -> None:
        """Adds a line in a transaction under way; numbers in the subject that look like a phone are masked."""
        connection.execute(
            insert(audit).values(
                time=self._clock(),
                key=caller.key,
                caller=caller.name,
                action=action,
                subject=mask_text(subject)[:MOST_LETTERS],
                count=count,
            )
        )

    def last(self, action: str) -> datetime | None:
        """When this was done last; null: never."""
        lines = select(audit.c.time).where(audit.c.action == action).order_by(audit.c.number.desc()).limit(1)
        with self._store.read() as connection:
            return connection.execute(lines).scalar()

    def page(self, caller: Caller, after: int = 0, limit: int = 100) -> list[Entry]:
        """The first lines whose number is above `after`, at most `limit` (1 to 1,000); for the county's role.

        Raises RefusedError for other roles.
        """
        caller.require_county()
        lines = select(audit).where(audit.c.number > after).order_by(audit.c.number).limit(min(limit, MOST_ENTRIES))
        with self._store.read() as connection:
            return [Entry.model_validate(dict(row)) for row in connection.execute(lines).mappings()]
