"""The tables of jobs. What is large lies apart, since a heartbeat would write it anew."""

from sqlalchemy import Boolean, Column, ForeignKey, Index, Integer, LargeBinary, String, Table

from matcher.service.store.base import Json, UtcTime, metadata

jobs = Table(
    "jobs",
    metadata,
    Column("id", String, primary_key=True),
    Column("kind", String, nullable=False),
    Column("site", String),
    Column("key", String),
    Column("state", String, nullable=False),
    Column("created", UtcTime, nullable=False),
    Column("started", UtcTime),
    Column("finished", UtcTime),
    Column("attempt", Integer, nullable=False),
    Column("lost", Integer, nullable=False),
    Column("lease", UtcTime),
    Column("cancel", Boolean, nullable=False),
    Column("progress", Json),
    Column("problem", Json),
    Index(None, "state", "created"),
)
"""One row a job. attempt: grows with each claim and fences results. lost: attempts that ended without an answer.

lease: until when the worker that runs it is taken to be alive. cancel: whether it was asked to stop early.
"""

job_bodies = Table(
    "job_bodies",
    metadata,
    Column("job", String, ForeignKey("jobs.id", ondelete="CASCADE"), primary_key=True),
    Column("part", String, primary_key=True),
    Column("body", LargeBinary, nullable=False),
)
"""Payloads and results (`part` says which), compressed."""
