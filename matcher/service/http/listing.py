"""Jobs as pages, newest first."""

from collections.abc import Set

from sqlalchemy import select

from matcher.service.jobs.queue import Job
from matcher.service.jobs.tables import jobs
from matcher.service.store.engine import Store


def page_of(store: Store, kind: str, sites: Set[str] | None, after: str | None, limit: int) -> list[Job]:
    """At most `limit` jobs of a kind, from the one after `after` on; sites: of these alone, null: all."""
    columns = [jobs.c[name] for name in Job.model_fields]
    wanted = select(*columns).where(jobs.c.kind == kind).order_by(jobs.c.id.desc()).limit(limit)
    if sites is not None:
        wanted = wanted.where(jobs.c.site.in_(sites))
    if after is not None:
        wanted = wanted.where(jobs.c.id < after)
    with store.read() as connection:
        return [Job.model_validate(dict(row)) for row in connection.execute(wanted).mappings()]
