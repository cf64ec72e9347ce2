"""Keys: shown once, kept as a digest, taken back for good."""

import hashlib
from pathlib import Path

import pytest
from sqlalchemy import select

from matcher.errors import InputError
from matcher.service.access.caller import Caller
from matcher.service.access.keys import SECRET, Keys
from matcher.service.access.tables import api_keys
from matcher.service.store.engine import Store
from tests.service.access.conftest import Clock

PARENTS = {"c": None, "t1": "c", "v11": "t1", "t2": "c"}


@pytest.fixture
def keys(store: Store, clock: Clock) -> Keys:
    return Keys(store, clock)


def test_a_secret_gives_its_caller(keys: Keys) -> None:
    id, secret = keys.create("town desk", "town", "t1")
    expected = Caller(key=id, name="town desk", role="town", site="t1", sites=frozenset({"t1", "v11"}))
    assert keys.caller(secret, PARENTS) == expected


def test_a_county_sees_everything_whatever_the_tree(keys: Keys) -> None:
    _, secret = keys.create("county desk", "county", None)
    caller = keys.caller(secret, {"a": "a"})
    assert caller
    assert caller.sites is None


def test_what_is_no_key_gives_nobody(keys: Keys) -> None:
    _, secret = keys.create("desk", "town", "t1")
    last = "A" if secret[-2] != "A" else "B"
    for wrong in (
        "",
        "mk_",
        secret[:-1],
        secret + "A",
        secret[:-2] + last + secret[-1],
        secret.upper(),
        "mk_" + "é" * 43,
    ):
        assert keys.caller(wrong, PARENTS) is None


def test_the_digest_decides_not_the_id_alone(keys: Keys, store: Store) -> None:
    """A row whose id fits the secret and whose digest does not lets nobody in."""
    id, secret = keys.create("desk", "town", "t1")
    digest = hashlib.sha256(secret.encode()).digest()
    with store.write() as connection:
        connection.execute(api_keys.update().values(digest=digest[:-1] + bytes([digest[-1] ^ 1])))
    assert [key.id for key in keys.all()] == [id]
    assert keys.caller(secret, PARENTS) is None


def test_a_revoked_key_gives_nobody_and_its_time_stays(keys: Keys, clock: Clock) -> None:
    id, secret = keys.create("desk", "town", "t1")
    keys.revoke(id)
    revoked = clock.now
    clock.move(days=1)
    keys.revoke(id)
    assert keys.caller(secret, PARENTS) is None
    assert [key.revoked for key in keys.all()] == [revoked]


def test_an_unknown_key_cannot_be_revoked(keys: Keys) -> None:
    with pytest.raises(InputError) as caught:
        keys.revoke("k-0")
    assert [(p.code, p.value) for p in caught.value.problems] == [("unknown_id", "k-0")]


def test_secrets_have_256_bits_and_are_stored_nowhere(keys: Keys, tmp_path: Path) -> None:
    made = dict(keys.create(f"desk {number}", "county", None) for number in range(20))
    assert len(set(made.values())) == len(made) == 20
    assert all(SECRET.fullmatch(secret) for secret in made.values())
    written = b"".join(path.read_bytes() for path in tmp_path.iterdir())
    assert [id for id in made if id.encode() not in written] == []
    assert [id for id, secret in made.items() if secret[3:].encode() in written] == []


def test_use_is_noted_at_most_once_a_minute(keys: Keys, store: Store, clock: Clock) -> None:
    id, secret = keys.create("desk", "county", None)

    def last_used_after(**by: float) -> float | None:
        clock.move(**by)
        keys.caller(secret, {})
        with store.read() as connection:
            used = connection.execute(select(api_keys.c.last_used).where(api_keys.c.id == id)).scalar_one()
        return (clock.now - used).total_seconds() if used else None

    assert [last_used_after(seconds=by) for by in (1, 30, 29, 1)] == [0, 30, 59, 0]


def test_a_locked_store_keeps_nobody_out(keys: Keys, store: Store) -> None:
    id, secret = keys.create("desk", "county", None)
    with store.write():
        caller = keys.caller(secret, {})
    assert caller
    assert caller.key == id
    assert [key.last_used for key in keys.all()] == [None]


@pytest.mark.parametrize(
    ("name", "site", "found"),
    [
        (" ", "t1", [("empty", "name")]),
        ("x" * 101, "t1", [("too_long", "name")]),
        ("desk 13912345678", None, [("personal", "name"), ("missing_field", "site")]),
    ],
)
def test_all_that_is_wrong_with_a_new_key(
    keys: Keys, name: str, site: str | None, found: list[tuple[str, str]]
) -> None:
    with pytest.raises(InputError) as caught:
        keys.create(name, "town", site)
    assert [(p.code, p.where) for p in caught.value.problems] == found
    assert "13912345678" not in str(caught.value)
    assert keys.all() == []


def test_a_key_of_a_site_that_is_gone_is_refused_in_words(keys: Keys) -> None:
    _, secret = keys.create("desk", "village", "v99")
    with pytest.raises(InputError, match="v99"):
        keys.caller(secret, PARENTS)
