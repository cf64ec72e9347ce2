"""What the matrix needs behind the routes: things that belong to a site, made without asking the service."""

import json

from matcher.service.access.phones import Phones
from matcher.service.http.bundle import payload_of
from matcher.service.jobs.queue import Jobs
from matcher.service.orders.county import County
from matcher.service.settings import Settings
from matcher.service.store.engine import Store
from tests.service.access import world


class Behind:
    """The parts of a service on the same database."""

    def __init__(self, settings: Settings) -> None:
        self.store = Store(settings.database)
        self.phones = Phones(settings.phone_key)
        self.jobs = Jobs(self.store, world.now)
        self.county = County(self.store, world.now)

    def plan(self, site: str) -> str:
        """The id of a plan of a site that is done."""
        payload = payload_of(world.batch(), {}, self.phones)
        id = self.jobs.submit("plan", payload, site=site, key=None)
        while (claimed := self.jobs.claim()) and claimed.id != id:
            assert self.jobs.fail(claimed.id, claimed.attempt, {"code": "left", "zh": "放弃", "en": "left"})
        assert claimed
        assert self.jobs.finish(id, claimed.attempt, json.dumps(world.PLAN).encode())
        return id
