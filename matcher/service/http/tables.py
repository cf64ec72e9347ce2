"""The table of answers kept for their Idempotency-Key."""

from sqlalchemy import Column, Index, Integer, LargeBinary, String, Table

from matcher.service.store.base import Json, UtcTime, metadata

kept_answers = Table(
    "kept_answers",
    metadata,
    Column("caller", String(100), primary_key=True),
    Column("key", String(200), primary_key=True),
    Column("digest", LargeBinary(32), nullable=False),
    Column("started", UtcTime, nullable=False),
    Column("status", Integer),
    Column("headers", Json),
    Column("body", LargeBinary),
    Index("ix_kept_answers_started", "started"),
)
"""caller: id of the API key, empty on this machine. digest: of method, address and body.

status, headers, body: the first answer, null while it is under way.
"""
