"""The first schema: all tables of the service."""

import sqlalchemy as sa
from alembic import op

from matcher.service.store.base import Json, UtcTime

revision = "0001"
down_revision = None


def upgrade() -> None:
    op.create_table(
        "api_keys",
        sa.Column("id", sa.String(length=40), nullable=False),
        sa.Column("name", sa.String(length=100), nullable=False),
        sa.Column("role", sa.String(length=10), nullable=False),
        sa.Column("site", sa.String(length=200), nullable=True),
        sa.Column("digest", sa.LargeBinary(length=32), nullable=False),
        sa.Column("created", UtcTime, nullable=False),
        sa.Column("revoked", UtcTime, nullable=True),
        sa.Column("last_used", UtcTime, nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_api_keys")),
    )
    op.create_table(
        "audit",
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("time", UtcTime, nullable=False),
        sa.Column("key", sa.String(length=40), nullable=True),
        sa.Column("caller", sa.String(length=100), nullable=False),
        sa.Column("action", sa.String(length=60), nullable=False),
        sa.Column("subject", sa.String(length=200), nullable=False),
        sa.Column("count", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("number", name=op.f("pk_audit")),
        sqlite_autoincrement=True,
    )
    op.create_index("ix_audit_subject", "audit", ["subject"], unique=False)
    op.create_table(
        "county",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("revision", sa.Integer(), nullable=False),
        sa.Column("taken", UtcTime, nullable=False),
        sa.Column("document", Json, nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_county")),
    )
    op.create_table(
        "events",
        sa.Column("seq", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("at", UtcTime, nullable=False),
        sa.Column("actor", sa.String(length=100), nullable=False),
        sa.Column("kind", sa.String(length=20), nullable=False),
        sa.Column("site", sa.String(length=200), nullable=True),
        sa.Column("order", sa.String(length=40), nullable=True),
        sa.Column("offer", sa.String(length=40), nullable=True),
        sa.Column("volunteer", sa.String(length=200), nullable=True),
        sa.Column("reason", sa.String(length=2000), nullable=True),
        sa.Column("data", Json, nullable=True),
        sa.PrimaryKeyConstraint("seq", name=op.f("pk_events")),
    )
    op.create_index(op.f("ix_events_kind_at"), "events", ["kind", "at"], unique=False)
    op.create_index(op.f("ix_events_order_seq"), "events", ["order", "seq"], unique=False)
    op.create_table(
        "jobs",
        sa.Column("id", sa.String(), nullable=False),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("site", sa.String(), nullable=True),
        sa.Column("key", sa.String(), nullable=True),
        sa.Column("state", sa.String(), nullable=False),
        sa.Column("created", UtcTime, nullable=False),
        sa.Column("started", UtcTime, nullable=True),
        sa.Column("finished", UtcTime, nullable=True),
        sa.Column("attempt", sa.Integer(), nullable=False),
        sa.Column("lost", sa.Integer(), nullable=False),
        sa.Column("lease", UtcTime, nullable=True),
        sa.Column("cancel", sa.Boolean(), nullable=False),
        sa.Column("progress", Json, nullable=True),
        sa.Column("problem", Json, nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_jobs")),
    )
    op.create_index(op.f("ix_jobs_state_created"), "jobs", ["state", "created"], unique=False)
    op.create_table(
        "kept_answers",
        sa.Column("caller", sa.String(length=100), nullable=False),
        sa.Column("key", sa.String(length=200), nullable=False),
        sa.Column("digest", sa.LargeBinary(length=32), nullable=False),
        sa.Column("started", UtcTime, nullable=False),
        sa.Column("status", sa.Integer(), nullable=True),
        sa.Column("headers", Json, nullable=True),
        sa.Column("body", sa.LargeBinary(), nullable=True),
        sa.PrimaryKeyConstraint("caller", "key", name=op.f("pk_kept_answers")),
    )
    op.create_index("ix_kept_answers_started", "kept_answers", ["started"], unique=False)
    op.create_table(
        "orders",
        sa.Column("id", sa.String(length=40), nullable=False),
        sa.Column("owner", sa.String(length=200), nullable=False),
        sa.Column("external_id", sa.String(length=200), nullable=True),
        sa.Column("site", sa.String(length=200), nullable=True),
        sa.Column("tier", sa.String(length=10), nullable=False),
        sa.Column("desk", sa.String(length=200), nullable=True),
        sa.Column("state", sa.String(length=10), nullable=False),
        sa.Column("created", UtcTime, nullable=False),
        sa.Column("first", UtcTime, nullable=False),
        sa.Column("last", UtcTime, nullable=False),
        sa.Column("request", Json, nullable=False),
        sa.Column("phone", sa.LargeBinary(), nullable=True),
        sa.Column("household", sa.String(length=40), nullable=True),
        sa.Column("series", sa.String(length=200), nullable=True),
        sa.Column("places", sa.Integer(), nullable=False),
        sa.Column("draft", Json, nullable=True),
        sa.Column("rating", sa.Integer(), nullable=True),
        sa.Column("review", sa.String(length=2000), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_orders")),
        sa.UniqueConstraint("owner", "external_id", name=op.f("uq_orders_owner_external_id")),
    )
    op.create_index(op.f("ix_orders_household"), "orders", ["household"], unique=False)
    op.create_index(op.f("ix_orders_series"), "orders", ["series"], unique=False)
    op.create_index(op.f("ix_orders_state_first"), "orders", ["state", "first"], unique=False)
    op.create_table(
        "team_phones",
        sa.Column("team", sa.String(length=200), nullable=False),
        sa.Column("phone", sa.LargeBinary(), nullable=False),
        sa.PrimaryKeyConstraint("team", name=op.f("pk_team_phones")),
    )
    op.create_table(
        "volunteers",
        sa.Column("id", sa.String(length=200), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("document", Json, nullable=False),
        sa.Column("phone", sa.LargeBinary(), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_volunteers")),
    )
    op.create_table(
        "job_bodies",
        sa.Column("job", sa.String(), nullable=False),
        sa.Column("part", sa.String(), nullable=False),
        sa.Column("body", sa.LargeBinary(), nullable=False),
        sa.ForeignKeyConstraint(["job"], ["jobs.id"], name=op.f("fk_job_bodies_job"), ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("job", "part", name=op.f("pk_job_bodies")),
    )
    op.create_table(
        "offers",
        sa.Column("id", sa.String(length=40), nullable=False),
        sa.Column("order", sa.String(length=40), nullable=False),
        sa.Column("plan", sa.String(length=200), nullable=False),
        sa.Column("role", sa.String(length=200), nullable=False),
        sa.Column("volunteer", sa.String(length=200), nullable=False),
        sa.Column("team", sa.String(length=200), nullable=True),
        sa.Column("start", UtcTime, nullable=False),
        sa.Column("end", UtcTime, nullable=False),
        sa.Column("state", sa.String(length=10), nullable=False),
        sa.Column("sent", UtcTime, nullable=False),
        sa.Column("deadline", UtcTime, nullable=False),
        sa.Column("rank", sa.Integer(), nullable=False),
        sa.Column("minutes", sa.Float(), nullable=True),
        sa.Column("reason", sa.String(length=2000), nullable=True),
        sa.ForeignKeyConstraint(["order"], ["orders.id"], name=op.f("fk_offers_order")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_offers")),
    )
    op.create_index(op.f("ix_offers_order"), "offers", ["order"], unique=False)
    op.create_index(op.f("ix_offers_state_deadline"), "offers", ["state", "deadline"], unique=False)
    op.create_index(op.f("ix_offers_volunteer_start"), "offers", ["volunteer", "start"], unique=False)
