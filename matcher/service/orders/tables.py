"""Tables of the county, of orders and offers, and of events."""

from sqlalchemy import (
    BigInteger,
    Column,
    Float,
    ForeignKey,
    Index,
    Integer,
    LargeBinary,
    String,
    Table,
    UniqueConstraint,
)

from matcher.service.store.base import Json, UtcTime, metadata

county = Table(
    "county",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("revision", Integer, nullable=False),
    Column("taken", UtcTime, nullable=False),
    Column("document", Json, nullable=False),
)
"""One row at most: a batch without people, requests and visits. revision: grows with each import."""

volunteers = Table(
    "volunteers",
    metadata,
    Column("id", String(200), primary_key=True),
    Column("position", Integer, nullable=False),
    Column("document", Json, nullable=False),
    Column("phone", LargeBinary),
)
"""A volunteer as in a batch, without the phone, which is sealed. position: place in the batch."""

team_phones = Table(
    "team_phones",
    metadata,
    Column("team", String(200), primary_key=True),
    Column("phone", LargeBinary, nullable=False),
)
"""Sealed phones of team leaders."""

orders = Table(
    "orders",
    metadata,
    Column("id", String(40), primary_key=True),
    Column("owner", String(200), nullable=False),
    Column("external_id", String(200)),
    Column("site", String(200)),
    Column("tier", String(10), nullable=False),
    Column("desk", String(200)),
    Column("state", String(10), nullable=False),
    Column("created", UtcTime, nullable=False),
    Column("first", UtcTime, nullable=False),
    Column("last", UtcTime, nullable=False),
    Column("request", Json, nullable=False),
    Column("phone", LargeBinary),
    Column("household", String(40)),
    Column("series", String(200)),
    Column("places", Integer, nullable=False),
    Column("draft", Json),
    Column("rating", Integer),
    Column("review", String(2000)),
    UniqueConstraint("owner", "external_id"),
    Index(None, "state", "first"),
    Index(None, "household"),
    Index(None, "series"),
)
"""One row an order. owner: site of the key that sent it, empty for the county. tier, desk: who looks after it now.

first, last: when it may start at the earliest and at the latest. request: without the phone. household: digest of site
and contact's name. draft: what the last plan wants of it.
"""

offers = Table(
    "offers",
    metadata,
    Column("id", String(40), primary_key=True),
    Column("order", String(40), ForeignKey("orders.id"), nullable=False),
    Column("plan", String(200), nullable=False),
    Column("role", String(200), nullable=False),
    Column("volunteer", String(200), nullable=False),
    Column("team", String(200)),
    Column("start", UtcTime, nullable=False),
    Column("end", UtcTime, nullable=False),
    Column("state", String(10), nullable=False),
    Column("sent", UtcTime, nullable=False),
    Column("deadline", UtcTime, nullable=False),
    Column("rank", Integer, nullable=False),
    Column("minutes", Float),
    Column("reason", String(2000)),
    Index(None, "order"),
    Index(None, "volunteer", "start"),
    Index(None, "state", "deadline"),
)
"""One row for each time somebody is asked. rank: 0 for the plan's visits, else that of the backup.

minutes: of service, as reported or planned, once it is done.
"""

events = Table(
    "events",
    metadata,
    Column("seq", BigInteger, primary_key=True, autoincrement=False),
    Column("at", UtcTime, nullable=False),
    Column("actor", String(100), nullable=False),
    Column("kind", String(20), nullable=False),
    Column("site", String(200)),
    Column("order", String(40)),
    Column("offer", String(40)),
    Column("volunteer", String(200)),
    Column("reason", String(2000)),
    Column("data", Json),
    Index(None, "order", "seq"),
    Index(None, "kind", "at"),
)
"""Only ever added to, numbered 1, 2, 3 … in the order in which transactions commit."""
