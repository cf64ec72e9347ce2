"""What the service answers, as models that service and client share."""

from datetime import datetime
from typing import Any, Literal

from pydantic import BaseModel, ConfigDict, Field

from matcher.base import Items
from matcher.batch import Batch, SiteTier
from matcher.plan import Plan
from matcher.service.orders.model import Event, Offer, Order, Taken

Format = Literal["json", "xlsx", "csv", "geojson", "ics", "map"]
"""What a plan can be had as."""


class Wire(BaseModel):
    """An answer; a client passes over fields that a newer service adds."""

    model_config = ConfigDict(frozen=True, extra="ignore", use_attribute_docstrings=True, allow_inf_nan=False)


class Fault(Wire):
    """One thing wrong with what was sent."""

    pointer: str
    """JSON pointer into the body, `/query/…` for a parameter, or a cell such as `志愿者!C5`; empty: all of it."""
    code: str
    """Stable name of the kind of fault."""
    value: str | None
    """The value found, shortened and without personal data; null where nothing was found."""
    zh: str
    """What was expected, in Chinese."""
    en: str
    """What was expected, in English."""


class ProblemDetails(Wire):
    """Why a request was refused (RFC 9457)."""

    type: str
    """`urn:matcher:problem:` and a stable name."""
    title: str
    """The kind of problem, in Chinese and English."""
    status: int
    """Status of the answer."""
    detail: str
    """What is wrong, in Chinese and English."""
    zh: str
    """What is wrong, in Chinese."""
    en: str
    """What is wrong, in English."""
    request: str
    """Id of the request, which the service's log names too."""
    errors: list[Fault] = Field(default=[], max_length=100)
    """The first 100 things wrong."""
    total: int = 0
    """How many things are wrong."""


class PlanProgress(Wire):
    """How far a solve is."""

    stage: str
    """What is being done: `prepare`, `flow`, `start`, `tier 2`, `check` and others."""
    values: tuple[float, ...] | None = None
    """Value of each tier of the best plan so far; null before the first."""
    bounds: tuple[float | None, ...] = ()
    """What no plan can beat, tier by tier; null where nothing is proved yet."""
    gap: float | None = None
    """Largest relative distance between the two; null while a tier has no bound."""
    work: int = 0
    """Units of work done."""
    seconds: float = 0
    """Seconds since the solve began."""


class JobState(Wire):
    """Something that was asked for and is worked out by and by."""

    id: str
    """Its id."""
    state: Literal["queued", "running", "done", "failed", "cancelled"]
    """`done`: the result is there; `failed`: `problem` says why; `cancelled`: stopped before it began."""
    site: str | None
    """Id of the site it belongs to; null: the county."""
    created: datetime
    """When it was asked for."""
    started: datetime | None = None
    """When it was begun."""
    finished: datetime | None = None
    """When it ended."""
    problem: dict[str, Any] | None = None
    """Why it failed, with the members `zh` and `en`."""

    @property
    def over(self) -> bool:
        """Whether nothing will change any more."""
        return self.state in ("done", "failed", "cancelled")


class PlanState(JobState):
    """A plan that was asked for."""

    progress: PlanProgress | None = None
    """The last report of the solve."""
    plan: Plan | None = None
    """The plan, once it is there; left out in lists."""


class PlanPage(Wire):
    """Plans, newest first."""

    plans: list[PlanState]
    """At most as many as asked for."""
    after: str | None
    """What to give as `after` for the next page; null: there is none."""


class ScenariosProgress(Wire):
    """How many plans are made."""

    done: int
    """How many so far."""
    of: int
    """How many in all: the batch as it is, and each scenario with each sample."""


class ScenariosState(JobState):
    """Scenarios that are compared with a batch as it is."""

    progress: ScenariosProgress | None = None
    """How far it is; once it is over, how many plans the comparison rests on: all, unless it was stopped."""
    comparison: dict[str, Any] | None = None
    """The comparison, once it is there: `rows`, the batch as it is first (docs/whatif.md); left out in lists."""


class ScenariosPage(Wire):
    """Comparisons of scenarios, newest first."""

    scenarios: list[ScenariosState]
    """At most as many as asked for."""
    after: str | None
    """What to give as `after` for the next page; null: there is none."""


class ReadyScenario(Wire):
    """A scenario that comes with the program."""

    id: str
    """Its id."""
    zh: str
    """Its title in Chinese."""
    en: str
    """In English."""
    parameters: dict[str, Any]
    """What can be set, and what it is otherwise."""


class Library(Wire):
    """The ready scenarios, by id."""

    scenarios: Items[ReadyScenario]
    """The scenarios."""


class ImportNote(Wire):
    """Something to know about sheets that is no error."""

    code: str
    """Stable name."""
    count: int
    """How many rows it is about."""
    zh: str
    """In Chinese."""
    en: str
    """In English."""


class Import(Wire):
    """A batch out of sheets."""

    volunteers: int
    """How many volunteers were read."""
    requests: int
    """How many requests were read."""
    notes: list[ImportNote]
    """What was assumed."""
    batch: Batch
    """The batch."""


class Check(Wire):
    """A part of the service, as it is just now."""

    ok: bool
    """Whether it works."""
    zh: str
    """How it stands, in Chinese."""
    en: str
    """How it stands, in English."""


class Health(Wire):
    """Whether the service can do its work."""

    ready: bool
    """Whether all parts work."""
    checks: dict[str, Check]
    """`database`, `workers` and `disk`."""


class CountyTaken(Wire):
    """The county as it was imported."""

    revision: int
    """Grows with each import."""
    sites: int
    """How many sites it has."""
    teams: int
    """How many teams."""
    volunteers: int
    """How many volunteers."""


class SiteName(Wire):
    """What a site is called, and where it stands."""

    id: str
    """Id of the site."""
    name: str
    """Its name; may be empty."""
    tier: SiteTier
    """Its level."""
    parent: str | None
    """Id of the site above; null: none."""


class Sites(Wire):
    """Sites, in the order of the county's list."""

    sites: Items[SiteName]
    """The sites."""


class Orders(Wire):
    """Orders, in the order in which they came in."""

    orders: Items[Order]
    """The orders."""
    after: str | None = None
    """What to give as `after` for the next page; null: there is none."""


class Events(Wire):
    """Changes, in the order in which they became final."""

    events: Items[Event]
    """The changes."""
    after: int
    """What to give as `after` next time."""


class Offers(Wire):
    """Offers, in the order in which they were sent."""

    offers: Items[Offer]
    """The offers."""
    after: str | None = None
    """What to give as `after` for the next page; null: there is none."""


class Sent(Wire):
    """A plan that was taken over."""

    taken: Taken
    """What became of its orders."""
    offers: Items[Offer]
    """The offers sent now."""
