"""All tables of the service: importing this module fills `metadata` with those of every part."""

from matcher.service.access import tables as access
from matcher.service.http import tables as http
from matcher.service.jobs import tables as jobs
from matcher.service.orders import tables as orders
from matcher.service.store.base import metadata

__all__ = ["access", "http", "jobs", "metadata", "orders"]
