"""A client of the service: a batch goes out, its plan is followed and comes back (docs/service.md)."""

from matcher.client.calling import Unreachable as Unreachable
from matcher.client.client import Client as Client
from matcher.service.http.wire import PlanProgress as PlanProgress
from matcher.service.http.wire import PlanState as PlanState

__all__ = ["Client", "PlanProgress", "PlanState", "Unreachable"]
