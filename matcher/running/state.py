"""A day as it stands: people, requests and visits in force, what may not move, what events have changed."""

from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta

from matcher.answers.phrases import Words, at, named, phrase
from matcher.base import Frozen
from matcher.batch import Batch, FixedVisit, Request, Travel, Volunteer
from matcher.clock import whole_seconds
from matcher.places import site_places
from matcher.plan import Visit
from matcher.running.visits import Key, Visits, key_of
from matcher.travel import UNREACHABLE, between


class Note(Frozen):
    """What an event does to the plan in force, or cannot do."""

    request: str | None
    """Id of the request concerned."""
    volunteer: str | None
    """Id of the volunteer concerned."""
    zh: str
    """In Chinese."""
    en: str
    """In English."""


@dataclass
class State:
    """A batch by id, and the visits in force.

    pinned: may not move. begun: people are there or on their way, by the clock; started: an event says so. touched:
    requests to plan anew, and why. concerned: people whose day an event has changed, and why. notes: what is told.
    """

    batch: Batch
    volunteers: dict[str, Volunteer]
    requests: dict[str, Request]
    visits: Visits
    pinned: set[Key]
    travel: Travel
    now: datetime | None
    begun: set[Key] = field(default_factory=set)
    started: set[Key] = field(default_factory=set)
    touched: dict[str, Words] = field(default_factory=dict)
    concerned: dict[str, Words] = field(default_factory=dict)
    notes: list[Note] = field(default_factory=list)

    def copy(self) -> "State":
        """The same day, which may change without this one, with nothing told yet."""
        return replace(
            self,
            volunteers=dict(self.volunteers),
            requests=dict(self.requests),
            visits=self.visits.copy(),
            pinned=set(self.pinned),
            begun=set(self.begun),
            started=set(self.started),
            touched={},
            concerned={},
            notes=[],
        )

    def release(self, key: Key, why: Words) -> None:
        """Lets a visit go; one that was accepted is told by name."""
        visit = self.visits.pop(key)
        self.touched.setdefault(visit.request, why)
        self.concerned.setdefault(visit.volunteer, why)
        if key in self.pinned:
            self.tell("released", *key, why=why, at=at(visit.start, visit.start.tzinfo))
        self.pinned.discard(key)
        self.begun.discard(key)
        self.started.discard(key)

    def minutes(self, visit: Visit) -> float:
        """Minutes of service of a visit."""
        request = self.requests[visit.request]
        return next(role.minutes or request.minutes for role in request.roles if role.id == visit.role)

    def end(self, visit: Visit) -> datetime:
        """When the service of a visit ends."""
        return visit.start + timedelta(seconds=whole_seconds(self.minutes(visit)))

    def lasts(self, visit: Visit, minutes: float) -> None:
        """The role of a visit takes so many minutes, for all in it."""
        request = self.requests[visit.request]
        roles = (r.model_copy(update={"minutes": minutes}) if r.id == visit.role else r for r in request.roles)
        self.requests[visit.request] = request.model_copy(update={"roles": tuple(roles)})
        for other in self.visits.of_request(visit.request):
            if other.role == visit.role:
                self.visits.put(other.model_copy(update={"end": self.end(other)}))

    def tell(self, code: str, request: str | None, volunteer: str | None, **fields: object) -> None:
        """Notes something, in the words of a phrase."""
        said = named(self.requests[request]) if request in self.requests else request
        zh, en = phrase(code, request=said, volunteer=volunteer, **fields)
        self.notes.append(Note(request=request, volunteer=volunteer, zh=zh, en=en))


def home_by(state: State, visit: Visit) -> datetime:
    """When the volunteer of a visit is where tours end, if nothing follows; the visit's end if no way leads there."""
    volunteer, request = state.volunteers[visit.volunteer], state.requests[visit.request]
    end = state.end(visit)
    if volunteer.ends_at == "open":
        return end
    near = site_places(state.batch.sites)
    place = request.end_place or request.place or near[request.site]
    home = volunteer.ends_at or volunteer.place or near[volunteer.site]
    ways = between((place, home), state.travel, state.batch.policy.min_travel_minutes)
    seconds = int(ways.seconds(0, 1, volunteer.travel_factor))
    return end if seconds == UNREACHABLE else end + timedelta(seconds=seconds)


def standing(batch: Batch, visits: Iterable[Visit]) -> State:
    """A batch and the visits of a plan of it, before anything happened."""
    mine = Visits(visits)
    return State(
        batch=batch,
        volunteers={volunteer.id: volunteer for volunteer in batch.volunteers},
        requests={request.id: request for request in batch.requests},
        visits=mine,
        pinned={(pin.request, pin.volunteer) for pin in batch.pins if (pin.request, pin.volunteer) in mine},
        travel=batch.travel,
        now=batch.now,
    )


def batch_of(state: State) -> Batch:
    """The batch as it stands: with now, pins, and the other visits as `previous`."""
    return state.batch.model_copy(
        update={
            "now": state.now,
            "travel": state.travel,
            "volunteers": tuple(state.volunteers.values()),
            "requests": tuple(state.requests.values()),
            "pins": tuple(fixed(visit) for visit in state.visits.in_order() if key_of(visit) in state.pinned),
            "previous": tuple(fixed(visit) for visit in state.visits.in_order() if key_of(visit) not in state.pinned),
        }
    )


def fixed(visit: Visit) -> FixedVisit:
    """The visit as a pin, or as one of the plan before."""
    return FixedVisit(request=visit.request, role=visit.role, volunteer=visit.volunteer, start=visit.start)
