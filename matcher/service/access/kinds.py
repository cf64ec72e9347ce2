"""Everything that is forgotten after the retention time, gathered from the parts of the service.

People who are not in the county's last import are gone with that import already.
"""

from datetime import datetime

from sqlalchemy import Connection, delete

from matcher.service.access.purge import Kind
from matcher.service.jobs.tables import jobs
from matcher.service.orders.forgetting import forget


def _forget_jobs(connection: Connection, before: datetime) -> int:
    return connection.execute(delete(jobs).where(jobs.c.finished < before)).rowcount


KINDS = (
    Kind("已结束的方案", "plans that are over", _forget_jobs),
    Kind("订单中的联系人、电话、地址和备注", "contacts, phones, addresses and notes of orders", forget),
)
