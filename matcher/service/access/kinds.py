"""Everything that is forgotten after the retention time, gathered from the parts of the service."""

from datetime import datetime

from sqlalchemy import Connection, delete

from matcher.service.access.purge import Kind
from matcher.service.jobs.tables import jobs


def _forget_jobs(connection: Connection, before: datetime) -> int:
    return connection.execute(delete(jobs).where(jobs.c.finished < before)).rowcount


KINDS = (Kind("已结束的方案", "plans that are over", _forget_jobs),)
