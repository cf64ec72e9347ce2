"""API keys: made once, shown once, kept as a digest."""

import hashlib
import hmac
import re
import secrets
from collections.abc import Callable
from contextlib import suppress
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import insert, select, update

from matcher.base import Frozen
from matcher.errors import InputError, Problem
from matcher.privacy import mask_text
from matcher.problems import problem, unknown
from matcher.service.access.caller import Caller, Parents, Role, subtree
from matcher.service.access.tables import api_keys
from matcher.service.store.engine import Store, Unavailable

SECRET = re.compile(r"mk_[A-Za-z0-9_-]{43}", re.ASCII)
MOST_LETTERS = 100
USE_NOTED_EVERY = timedelta(minutes=1)


class Key(Frozen):
    """What may be told of a key."""

    id: str
    """Public id."""
    name: str
    """Whose key it is."""
    role: Role
    """Tier of the site."""
    site: str | None
    """Id of the site; null: the whole county."""
    created: datetime
    """When it was made."""
    revoked: datetime | None
    """When it was taken back; null: it is good."""
    last_used: datetime | None
    """When it was used last, to about a minute; null: never."""


class Keys:
    """The keys in a store.

    A secret is `mk_` and 32 random bytes. Its plain SHA-256 is stored: a slow, salted hash is for passwords, which can
    be guessed; among 2^256 secrets nobody finds the one of a digest, and a request costs a microsecond, not a tenth of
    a second. The public id is the start of that digest, so that one look-up finds the row.
    """

    def __init__(self, store: Store, clock: Callable[[], datetime]) -> None:
        self._store, self._clock = store, clock
        self._noted: dict[str, datetime] = {}

    def create(self, name: str, role: Role, site: str | None) -> tuple[str, str]:
        """A new key: its public id, and its secret, which is never seen again.

        Raises InputError if the name is empty, longer than 100 letters or holds a phone number, or if the role is not
        county and there is no site.
        """
        problems = _name_problems(name)
        if site is None and role != "county":
            problems.append(problem("missing_field", "site", None))
        if problems:
            raise InputError("无法生成密钥", "the key cannot be made", problems)
        secret = f"mk_{secrets.token_urlsafe(32)}"
        digest = _digest(secret)
        row = {"id": _id(digest), "name": name, "role": role, "site": site, "digest": digest, "created": self._clock()}
        with self._store.write() as connection:
            connection.execute(insert(api_keys).values(**row))
        return _id(digest), secret

    def revoke(self, id: str) -> None:
        """Takes a key back for good; raises InputError if there is no such key. The first time stays."""
        with self._store.write() as connection:
            if not connection.execute(select(api_keys.c.id).where(api_keys.c.id == id)).first():
                raise InputError("没有这个密钥", "there is no such key", [unknown(id, "密钥", "key", "id")])
            good = (api_keys.c.id == id) & api_keys.c.revoked.is_(None)
            connection.execute(update(api_keys).where(good).values(revoked=self._clock()))

    def all(self) -> list[Key]:
        """Every key ever made, the oldest first."""
        columns = [column for column in api_keys.c if column.name != "digest"]
        with self._store.read() as connection:
            rows = connection.execute(select(*columns).order_by(api_keys.c.created, api_keys.c.id)).mappings()
            return [Key.model_validate(dict(row)) for row in rows]

    def caller(self, secret: str, parents: Parents) -> Caller | None:
        """Who calls with this secret; null if it is none of ours or was revoked.

        Raises InputError where the key's site is not among the parents, or these are broken (`subtree`).
        """
        row = self._good(secret)
        if row is None:
            return None
        self._note_use(row.id)
        sites = None if row.role == "county" else subtree(row.site, parents)
        return Caller(key=row.id, name=row.name, role=row.role, site=row.site, sites=sites)

    def _good(self, secret: str) -> Any:
        if not SECRET.fullmatch(secret):
            return None
        digest = _digest(secret)
        with self._store.read() as connection:
            row = connection.execute(select(api_keys).where(api_keys.c.id == _id(digest))).first()
        return row if row and row.revoked is None and hmac.compare_digest(row.digest, digest) else None

    def _note_use(self, id: str) -> None:
        """Keeps when a key was used, at most once a minute; a store that cannot be written keeps nobody out."""
        now = self._clock()
        before = self._noted.get(id)
        if before is None or now - before >= USE_NOTED_EVERY:
            self._noted[id] = now
            with suppress(Unavailable), self._store.write() as connection:
                connection.execute(update(api_keys).where(api_keys.c.id == id).values(last_used=now))


def _name_problems(name: str) -> list[Problem]:
    if not name.strip():
        return [problem("empty", "name", None)]
    if len(name) > MOST_LETTERS:
        return [problem("too_long", "name", None, limit=MOST_LETTERS)]
    if mask_text(name) != name:
        zh, en = "名称中不得有电话或证件号", "expected a name without a phone or identity number"
        return [Problem("personal", "name", mask_text(name), zh, en)]
    return []


def _digest(secret: str) -> bytes:
    return hashlib.sha256(secret.encode()).digest()


def _id(digest: bytes) -> str:
    return f"k-{digest[:8].hex()}"
