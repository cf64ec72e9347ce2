"""Lines of the audit, as models that service and client share."""

from datetime import datetime

from matcher.base import Frozen, Items


class Entry(Frozen):
    """One line of the audit."""

    number: int
    """Grows with every line."""
    time: datetime
    """When."""
    key: str | None
    """Public id of the caller's key; null: a caller on this machine."""
    caller: str
    """Name of the key."""
    action: str
    """What was done, as in `phone.read`."""
    subject: str
    """Id of what it was done to."""
    count: int
    """How many were concerned, phones of a plan for example."""


class Entries(Frozen):
    """Lines of the audit, the oldest first."""

    entries: Items[Entry]
    """The lines."""
    after: int
    """What to give as `after` for those that follow."""
