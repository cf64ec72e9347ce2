"""Random days: events that could happen to a plan in force, and how much of it they change."""

import json
import random
from datetime import datetime, timedelta
from typing import Any

from matcher import Batch, Plan, read_events

Told = dict[str, Any]

LIKELY = {
    "accepted": 8,
    "declined": 5,
    "expired": 2,
    "no_show": 2,
    "sick": 2,
    "late": 3,
    "started": 4,
    "finished": 3,
    "new_request": 4,
    "withdrawn": 2,
    "road_closed": 1,
}
"""How often each kind comes."""


class Chance:
    """Draws one event after the other; the clock goes on by some minutes each time."""

    def __init__(self, seed: int, batch: Batch, minutes: float) -> None:
        self.dice, self.minutes = random.Random(seed), minutes
        first = min(window.start for request in batch.requests for window in request.windows)
        self.now, self.made = first - timedelta(hours=1), 0

    def events(self, batch: Batch, plan: Plan) -> Any:
        """One event and the moment it is dealt with."""
        self.now += timedelta(minutes=round(self.dice.expovariate(1 / self.minutes)))
        while True:
            (kind,) = self.dice.choices(list(LIKELY), list(LIKELY.values()))
            told = self._event(kind, batch, plan)
            if told is not None:
                event = {"at": self._now(), "kind": kind, **told}
                return read_events(json.dumps({"schema": "matcher.events/1", "now": self._now(), "events": [event]}))

    def _now(self) -> str:
        return self.now.isoformat()

    def _event(self, kind: str, batch: Batch, plan: Plan) -> Told | None:
        if kind == "new_request":
            return self._new(batch)
        if kind == "road_closed":
            return self._road(batch)
        if kind == "withdrawn":
            begun = {visit.request for visit in plan.visits if visit.start < self.now}
            open_ = sorted({request.id for request in batch.requests} - begun)
            return {"request": self.dice.choice(open_)} if open_ else None
        visits = [v for v in plan.visits if (v.start <= self.now) == (kind in ("started", "finished"))]
        if kind == "accepted":
            pins = {(pin.request, pin.volunteer) for pin in batch.pins}
            visits = [v for v in visits if (v.request, v.volunteer) not in pins]
        if not visits:
            return None
        visit = self.dice.choice(visits)
        told = {"volunteer": visit.volunteer} | ({} if kind == "sick" else {"request": visit.request})
        return told | ({"minutes": self.dice.choice([10, 25, 40])} if kind == "late" else {})

    def _new(self, batch: Batch) -> Told:
        self.made += 1
        like = json.loads(self.dice.choice(batch.requests).model_dump_json(by_alias=True, exclude_defaults=True))
        start = self._whole(self.now + timedelta(minutes=self.dice.choice([30, 90, 180])))
        end = start + timedelta(minutes=self.dice.choice([0, 60]))
        gone = ("after", "due", "excluded", "mandatory")
        kept = {name: value for name, value in like.items() if name not in gone}
        changes = {
            "id": f"new-{self.made}",
            "windows": [{"start": start.isoformat(), "end": end.isoformat()}],
            "priority": self.dice.choice(["emergency", "normal"]),
        }
        return {"payload": kept | changes}

    def _road(self, batch: Batch) -> Told | None:
        travel = json.loads(batch.travel.model_dump_json())
        if travel["kind"] != "grid" or travel["metric"] != "manhattan":
            return None
        placed: list[Any] = [*batch.volunteers, *batch.requests, *batch.sites]
        taken = {getattr(thing.place, "cell", None) for thing in placed}
        cells = [(self.dice.randrange(60), self.dice.randrange(60)) for _ in range(3)]
        return {"payload": {"cells": [cell for cell in cells if cell not in taken]}}

    def _whole(self, moment: datetime) -> datetime:
        return moment.replace(minute=moment.minute // 5 * 5, second=0, microsecond=0)


def keys(plan: Plan) -> set[tuple[str, str, str, datetime]]:
    """The visits of a plan as they are compared."""
    return {(visit.request, visit.role, visit.volunteer, visit.start) for visit in plan.visits}
