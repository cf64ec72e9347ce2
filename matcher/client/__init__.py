"""A client of the service: a batch goes out, its plan is followed and comes back; orders go round (docs/service.md)."""

from matcher.client.calling import Unreachable as Unreachable
from matcher.client.client import Client as Client
from matcher.client.questions import Recommended as Recommended
from matcher.client.questions import Replanned as Replanned
from matcher.service.access.entries import Entry as Entry
from matcher.service.http.wire import PlanProgress as PlanProgress
from matcher.service.http.wire import PlanState as PlanState
from matcher.service.http.wire import ReadyScenario as ReadyScenario
from matcher.service.http.wire import ScenariosState as ScenariosState
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
    "ReadyScenario",
    "Recommended",
    "Records",
    "Replanned",
    "ScenariosState",
    "Unreachable",
]
