"""A client of the service: a batch goes out, its plan is followed and comes back; orders go round (docs/service.md)."""

from matcher.client.calling import Unreachable as Unreachable
from matcher.client.client import Client as Client
from matcher.service.access.entries import Entry as Entry
from matcher.service.http.wire import PlanProgress as PlanProgress
from matcher.service.http.wire import PlanState as PlanState
from matcher.service.orders.figures import Monthly as Monthly
from matcher.service.orders.figures import Records as Records
from matcher.service.orders.model import Event as Event
from matcher.service.orders.model import NewOrder as NewOrder
from matcher.service.orders.model import Offer as Offer
from matcher.service.orders.model import Order as Order

__all__ = [
    "Client",
    "Entry",
    "Event",
    "Monthly",
    "NewOrder",
    "Offer",
    "Order",
    "PlanProgress",
    "PlanState",
    "Records",
    "Unreachable",
]
