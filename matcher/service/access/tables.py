"""Tables of keys and of the audit."""

from sqlalchemy import Column, Index, Integer, LargeBinary, String, Table

from matcher.service.store.base import UtcTime, metadata

api_keys = Table(
    "api_keys",
    metadata,
    Column("id", String(40), primary_key=True),
    Column("name", String(100), nullable=False),
    Column("role", String(10), nullable=False),
    Column("site", String(200)),
    Column("digest", LargeBinary(32), nullable=False),
    Column("created", UtcTime, nullable=False),
    Column("revoked", UtcTime),
    Column("last_used", UtcTime),
)

audit = Table(
    "audit",
    metadata,
    Column("number", Integer, primary_key=True),
    Column("time", UtcTime, nullable=False),
    Column("key", String(40)),
    Column("caller", String(100), nullable=False),
    Column("action", String(60), nullable=False),
    Column("subject", String(200), nullable=False),
    Column("count", Integer, nullable=False),
    Index("ix_audit_subject", "subject"),
    sqlite_autoincrement=True,
)
"""Only ever added to; `count` is how many of the thing named by `action` were concerned."""
