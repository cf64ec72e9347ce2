"""What all edits share: a batch goes in, another comes out, and what changed is said."""

from abc import abstractmethod
from collections.abc import Callable, Collection, Iterable
from datetime import date, datetime, time, timedelta
from typing import Annotated, Any, ClassVar, NamedTuple

from pydantic import Field

from matcher import Batch
from matcher.base import Frozen, Items
from matcher.batch import Request, Volunteer
from matcher.policy import Priority
from scenarios.world import World

Rate = Annotated[float, Field(ge=0, le=1)]
Factor = Annotated[float, Field(ge=0, le=100)]
Count = Annotated[int, Field(ge=0, le=100_000)]
Hours = Annotated[str, Field(pattern=r"^([01]\d|2[0-3]):[0-5]\d-([01]\d|2[0-3]):[0-5]\d$")]
"""A time of day, as `08:00-12:00`, on every day of the batch."""


class Said(NamedTuple):
    """What an edit changed, in words, and how many entries of the batch that concerns."""

    zh: str
    en: str
    number: int


class Edit(Frozen):
    """A change of a batch."""

    lasts: ClassVar[bool] = False
    """Whether who is drawn is the same on all days of a series."""

    @abstractmethod
    def made(self, world: World) -> tuple[Batch, Said]:
        """The changed batch, and what was changed. Names that are not known go into the world's problems."""


class OfRequests(Edit):
    """An edit of some requests: those that fit all that is given."""

    towns: Items[str] = ()
    """Ids or names of sites; all below them are meant too. None: everywhere."""
    categories: Items[str] = ()
    """Ids or names of kinds of request."""
    skills: Items[str] = ()
    """Ids or names of skills, one of which the request asks for."""
    priorities: Items[Priority] = ()
    """Priorities."""
    hours: Hours | None = None
    """Time of day in which the request could start."""

    def meant(self, world: World) -> list[Request]:
        """The requests that are meant."""
        sites, kinds = world.sites(self.towns, "towns"), world.categories(self.categories, "categories")
        skills = {world.skill(name, ("skills", n)) for n, name in enumerate(self.skills)}
        spans = [span(world.batch, self.hours, day) for day in days(world.batch)] if self.hours else []
        return [
            request
            for request in world.batch.requests
            if (not self.towns or request.site in sites)
            and (not self.categories or request.category in kinds)
            and (not self.skills or any(role.skill in skills for role in request.roles))
            and (not self.priorities or request.priority in self.priorities)
            and (
                self.hours is None
                or any(w.start < last and first <= w.end for w in request.windows for first, last in spans)
            )
        ]


class OfPeople(Edit):
    """An edit of some volunteers: those that fit all that is given."""

    towns: Items[str] = ()
    """Ids or names of sites; all below them are meant too. None: everywhere."""
    teams: Items[str] = ()
    """Ids or names of teams."""
    skills: Items[str] = ()
    """Ids or names of skills, one of which the volunteer holds."""
    tags: Items[str] = ()
    """Tags, all of which the volunteer has."""

    def meant(self, world: World) -> list[Volunteer]:
        """The volunteers that are meant."""
        sites = world.sites(self.towns, "towns")
        teams = {world.team(name, ("teams", n)) for n, name in enumerate(self.teams)}
        skills = {world.skill(name, ("skills", n)) for n, name in enumerate(self.skills)}
        return [
            volunteer
            for volunteer in world.batch.volunteers
            if (not self.towns or volunteer.site in sites)
            and (not self.teams or not teams.isdisjoint(volunteer.teams))
            and (not self.skills or any(held.skill in skills for held in volunteer.skills))
            and set(self.tags) <= set(volunteer.tags)
        ]


class Scaled(Edit):
    """An edit by a factor."""

    factor: Factor
    """Times as much."""


def replaced(entries: Iterable[Any], changed: Collection[Any], change: Callable[[Any], Any]) -> tuple[Any, ...]:
    """The entries of a list, those of `changed` as `change` makes them."""
    ids = {entry.id for entry in changed}
    return tuple(change(entry) if entry.id in ids else entry for entry in entries)


def with_people(batch: Batch, changed: Collection[Volunteer], change: Callable[[Volunteer], Volunteer]) -> Batch:
    """The batch with some volunteers changed."""
    return batch.model_copy(update={"volunteers": replaced(batch.volunteers, changed, change)})


def with_requests(batch: Batch, changed: Collection[Request], change: Callable[[Request], Request]) -> Batch:
    """The batch with some requests changed."""
    return batch.model_copy(update={"requests": replaced(batch.requests, changed, change)})


def without_visits(batch: Batch, gone: Callable[[Any], bool]) -> Batch:
    """The batch without the pins and previous visits that `gone` says of."""
    kept = {name: tuple(v for v in getattr(batch, name) if not gone(v)) for name in ("pins", "previous")}
    return batch.model_copy(update=kept)


def days(batch: Batch) -> list[date]:
    """The calendar days of a batch, at the offset of its start."""
    first = batch.horizon.start
    last = (batch.horizon.end.astimezone(first.tzinfo) - timedelta(microseconds=1)).date()
    return [first.date() + timedelta(days=n) for n in range((last - first.date()).days + 1)]


def span(batch: Batch, hours: str, day: date) -> tuple[datetime, datetime]:
    """These hours of a day; where they end before they start, until the next day."""
    start, end = (
        datetime.combine(day, time.fromisoformat(text), batch.horizon.start.tzinfo) for text in hours.split("-")
    )
    return start, end if end > start else end + timedelta(days=1)
