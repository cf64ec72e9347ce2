"""After a change of MATCHER_PHONE_KEY: every phone in the database under the new key."""

from sqlalchemy import Connection, Table, bindparam, select, update

import matcher.service.store.tables  # noqa: F401  all tables of the metadata
from matcher.service.access.phones import Phones
from matcher.service.store.base import metadata
from matcher.service.store.engine import Store

SEALED = "phone"
"""Name of the columns that hold a sealed text, in whichever table."""


def reseal_all(store: Store, phones: Phones) -> int:
    """Seals what older keys have sealed anew and returns how many texts that were; all of them or, on an error, none.

    Raises SealError where a key is missing, and MatcherError where there is no current one.
    """
    tables = [table for table in metadata.sorted_tables if SEALED in table.c]
    with store.write() as connection:
        return sum(_reseal(connection, table, phones) for table in tables)


def _reseal(connection: Connection, table: Table, phones: Phones) -> int:
    (id,) = table.primary_key
    rows = connection.execute(select(id, table.c.phone).where(table.c.phone.is_not(None)))
    anew = [{"at": at, "sealed": now} for at, before in rows if (now := phones.reseal(before)) != before]
    if anew:
        one = update(table).where(id == bindparam("at")).values(phone=bindparam("sealed"))
        connection.execute(one, anew)
    return len(anew)
