"""Random days: events that could happen to a plan in force."""

import random
from collections.abc import Callable
from datetime import datetime, timedelta

from matcher.batch import Batch, GridTravel, Window
from matcher.events import Event, Events, Kind, RoadClosed
from matcher.plan import Plan, Visit

LIKELY: dict[Kind, int] = {
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

    def events(self, batch: Batch, plan: Plan) -> Events:
        """One event and the moment it is dealt with."""
        self.now += timedelta(minutes=round(self.dice.expovariate(1 / self.minutes)))
        while True:
            (kind,) = self.dice.choices(list(LIKELY), list(LIKELY.values()))
            event = self._event(kind, batch, plan)
            if event is not None:
                return Events(schema="matcher.events/1", now=self.now, events=(event,))

    def _event(self, kind: Kind, batch: Batch, plan: Plan) -> Event | None:
        if kind == "new_request":
            return self._new(batch)
        if kind == "road_closed":
            return self._road(batch)
        if kind == "withdrawn":
            begun = {visit.request for visit in plan.visits if visit.start < self.now}
            open_ = sorted({request.id for request in batch.requests} - begun)
            return Event(at=self.now, kind=kind, request=self.dice.choice(open_)) if open_ else None
        fits: Callable[[Visit], bool] = lambda visit: visit.start >= self.now  # noqa: E731
        if kind in ("started", "finished"):
            fits = lambda visit: visit.start <= self.now  # noqa: E731
        pins = {(pin.request, pin.volunteer) for pin in batch.pins}
        visits = [v for v in plan.visits if fits(v)]
        if kind == "accepted":
            visits = [v for v in visits if (v.request, v.volunteer) not in pins]
        if not visits:
            return None
        visit = self.dice.choice(visits)
        minutes = self.dice.choice([10.0, 25.0, 40.0]) if kind == "late" else None
        request = None if kind == "sick" else visit.request
        return Event(at=self.now, kind=kind, request=request, volunteer=visit.volunteer, minutes=minutes)

    def _new(self, batch: Batch) -> Event:
        self.made += 1
        like = self.dice.choice(batch.requests)
        start = self._whole(self.now + timedelta(minutes=self.dice.choice([30, 90, 180])))
        window = Window(start=start, end=start + timedelta(minutes=self.dice.choice([0, 60])))
        changes = {
            "id": f"new-{self.made}",
            "windows": (window,),
            "after": (),
            "due": None,
            "excluded": (),
            "mandatory": False,
            "priority": self.dice.choice(["emergency", "normal"]),
        }
        return Event(at=self.now, kind="new_request", payload=like.model_copy(update=changes))

    def _road(self, batch: Batch) -> Event | None:
        if not isinstance(batch.travel, GridTravel) or batch.travel.metric != "manhattan":
            return None
        taken = {thing.place.cell for thing in (*batch.volunteers, *batch.requests, *batch.sites) if thing.place}
        cells = [(self.dice.randrange(60), self.dice.randrange(60)) for _ in range(3)]
        return Event(at=self.now, kind="road_closed", payload=RoadClosed(cells=[c for c in cells if c not in taken]))

    def _whole(self, moment: datetime) -> datetime:
        return moment.replace(minute=moment.minute // 5 * 5, second=0, microsecond=0)


def keys(visits: tuple[Visit, ...]) -> set[tuple[str, str, str, datetime]]:
    """Visits as sets are compared."""
    return {(visit.request, visit.role, visit.volunteer, visit.start) for visit in visits}
