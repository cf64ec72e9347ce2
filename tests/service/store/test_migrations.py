"""The revisions end at the tables that the parts of the service declare, on both databases."""

from typing import Any

import pytest
from sqlalchemy import Connection, inspect, text

from matcher.errors import InputError
from matcher.service.store.engine import Store
from matcher.service.store.migrations import current, latest, upgrade
from matcher.service.store.tables import metadata


def described(connection: Connection) -> dict[str, Any]:
    """All the database knows about each table, but for the order of what has none."""
    found = inspect(connection)
    return {
        name: {
            "columns": [{**column, "type": str(column["type"])} for column in found.get_columns(name)],
            "primary": found.get_pk_constraint(name),
            **{
                about.__name__: sorted(map(str, about(name)))
                for about in (
                    found.get_foreign_keys,
                    found.get_unique_constraints,
                    found.get_indexes,
                    found.get_check_constraints,
                )
            },
        }
        for name in found.get_table_names()
        if name != "alembic_version"
    }


def test_the_schema_of_the_revisions_is_that_of_the_tables(url: str) -> None:
    store = Store(url)
    assert current(store) is None
    upgrade(store)
    assert current(store) == latest()
    with store.read() as connection:
        migrated = described(connection)
    with store.write() as connection:
        metadata.drop_all(connection)
        metadata.create_all(connection)
        declared = described(connection)
    store.close()
    assert set(migrated) == set(metadata.tables)
    assert migrated == declared


def test_an_upgrade_is_whole_or_nothing_and_may_be_repeated(store: Store) -> None:
    """The store's tables of jobs are in the way of the first revision, as no revision made them."""
    with pytest.raises(Exception, match="already exists"):
        upgrade(store)
    assert current(store) is None
    with store.write() as connection:
        assert "api_keys" not in inspect(connection).get_table_names()
        metadata.drop_all(connection)
    upgrade(store)
    upgrade(store)
    assert current(store) == latest()


def test_a_newer_database_is_left_alone(url: str) -> None:
    store = Store(url)
    upgrade(store)
    with store.write() as connection:
        connection.execute(text("UPDATE alembic_version SET version_num = '9999'"))
    with pytest.raises(InputError, match="newer version") as raised:
        upgrade(store)
    assert raised.value.problems[0].value == "9999"
    assert current(store) == "9999"
    store.close()
