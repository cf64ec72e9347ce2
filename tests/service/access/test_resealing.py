"""A change of the key for phones: all of them come under the new one."""

import base64

import pytest
from sqlalchemy import insert, select

from matcher.service.access.phones import Phones, SealError
from matcher.service.access.resealing import reseal_all
from matcher.service.orders.tables import team_phones, volunteers
from matcher.service.store.base import metadata
from matcher.service.store.engine import Store

OLD, NEW = (base64.b64encode(bytes([n]) * 32).decode() for n in (1, 2))
NUMBERS = {"v00001": "13900000001", "v00002": "13900000002", "v00003": None}


@pytest.fixture
def filled(store: Store) -> Store:
    """Two volunteers with a phone sealed by the old key, one without, and a team's leader under the new key."""
    metadata.create_all(store.engine)
    old = Phones(OLD)
    rows: list[dict[str, object]] = [
        {"id": id, "position": i, "document": {}, "phone": old.seal(phone)}
        for i, (id, phone) in enumerate(NUMBERS.items())
    ]
    with store.write() as connection:
        connection.execute(insert(volunteers), rows)
        connection.execute(insert(team_phones).values(team="t1", phone=Phones(NEW).seal("13900000009")))
    return store


def sealed(store: Store) -> dict[str, bytes | None]:
    with store.read() as connection:
        return {row.id: row.phone for row in connection.execute(select(volunteers.c.id, volunteers.c.phone))}


def test_everything_opens_with_the_new_key_alone(filled: Store) -> None:
    assert reseal_all(filled, Phones(NEW, [OLD])) == 2
    assert {id: Phones(NEW).open(phone) for id, phone in sealed(filled).items()} == NUMBERS
    assert reseal_all(filled, Phones(NEW)) == 0


def test_where_a_key_is_missing_nothing_changes(filled: Store) -> None:
    with filled.write() as connection:
        lost = Phones(base64.b64encode(b"\3" * 32).decode()).seal("13900000004")
        connection.execute(insert(volunteers).values(id="v00004", position=3, document={}, phone=lost))
    before = sealed(filled)
    with pytest.raises(SealError):
        reseal_all(filled, Phones(NEW, [OLD]))
    assert sealed(filled) == before
