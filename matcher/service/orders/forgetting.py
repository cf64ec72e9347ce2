"""What is forgotten of orders once their time is long over; figures, ids and ratings stay."""

from datetime import datetime

from sqlalchemy import Connection, select, update

from matcher.service.orders.tables import orders

PERSONAL = ("contact", "address", "note")
"""Members of a request that tell of the resident."""


def forget(connection: Connection, before: datetime) -> int:
    """Removes contact, phone, address, note and review of orders that could start until `before`; how many had any."""
    count = 0
    columns = orders.c.id, orders.c.request, orders.c.phone, orders.c.household, orders.c.review
    for id, request, *others in connection.execute(select(*columns).where(orders.c.last < before)).all():
        bare = {name: value for name, value in request.items() if name not in PERSONAL}
        if bare != request or any(value is not None for value in others):
            values = {"request": bare, "phone": None, "household": None, "review": None}
            connection.execute(update(orders).where(orders.c.id == id).values(**values))
            count += 1
    return count
