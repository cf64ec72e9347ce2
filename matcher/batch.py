"""A batch: everything one dispatch is given (docs/problem.md, section Batch).

Reading and cross-checking is done by `matcher.reading`; this module only says what a batch is;
its places and its travel are those of `matcher.where`, named here too.
Times carry an offset, durations are minutes, ids are unique within their list.
"""

from datetime import date, datetime
from typing import Annotated, Any, Literal

from pydantic import AwareDatetime, BeforeValidator, Field
from pydantic_core import PydanticCustomError

from matcher.base import Frozen, Items
from matcher.policy import Policy, Priority
from matcher.where import CellPlace as CellPlace
from matcher.where import Edge as Edge
from matcher.where import EndPlace as EndPlace
from matcher.where import GeographicTravel as GeographicTravel
from matcher.where import GridTravel as GridTravel
from matcher.where import Id as Id
from matcher.where import MatrixTravel as MatrixTravel
from matcher.where import NetworkTravel as NetworkTravel
from matcher.where import NodePlace as NodePlace
from matcher.where import Place as Place
from matcher.where import PointPlace as PointPlace
from matcher.where import Travel as Travel

Minutes = Annotated[float, Field(ge=0, le=10_000_000)]
Number = Annotated[int, Field(ge=0, le=1_000_000_000)]
Level = Annotated[int, Field(ge=1, le=1_000)]
Extra = Annotated[float, Field(ge=0, le=10_080)]
SiteTier = Literal["county", "town", "village", "grid"]


def _iso_time(value: Any) -> Any:
    """Lets no bare number pass, which pydantic would take for seconds since 1970 (`202607210800` is in 1976)."""
    if isinstance(value, datetime) or (isinstance(value, str) and value[4:5] == "-"):
        return value
    raise PydanticCustomError("datetime_parsing", "Input should be a time as in ISO 8601")


def _iso_date(value: Any) -> Any:
    if type(value) is date or (isinstance(value, str) and value[4:5] == "-" and len(value) == 10):
        return value
    raise PydanticCustomError("date_parsing", "Input should be a date as in ISO 8601")


Moment = Annotated[AwareDatetime, Field(strict=False), BeforeValidator(_iso_time)]
"""A time with offset."""
Day = Annotated[date, Field(strict=False), BeforeValidator(_iso_date)]
"""A calendar date."""


class Interval(Frozen):
    """A time from one moment to another."""

    start: Moment
    """First moment, included."""
    end: Moment
    """Last moment, included."""


class Horizon(Interval):
    """The time a batch is about; its offset decides where a calendar day begins."""


class Window(Interval):
    """A time window: when a service may start."""

    late: Extra = 0
    """Minutes after `end` in which it may still start; free, unless the policy weighs `tardiness` or `max_lateness`."""


class Shift(Interval):
    """Half a day, or what else, a volunteer can be out."""

    overtime: Extra = 0
    """Minutes after `end` that the shift may still take, at the price of `overtime`."""


class Break(Interval):
    """A time in which a volunteer should have some minutes free."""

    minutes: float = Field(ge=0.01, le=10080)
    """Minutes in one piece."""


class Named(Frozen):
    """An entry of a list of names."""

    id: Id
    """Unique id."""
    name: str = ""
    """Name shown to people."""


class Skill(Named):
    """A skill that roles ask for and volunteers hold."""


class Category(Named):
    """A kind of request, an item of the service menu."""


class Site(Named):
    """A station of the centre: county centre, town, village or grid cell."""

    tier: SiteTier
    """Level of the site; never inferred from its name."""
    parent: Id | None = None
    """Id of the site above."""
    place: Place | None = None
    """Where it is; left out: the parent's place."""
    past_places: Number = 0
    """Places that were asked for here in past batches; plays a part in `fairness` only."""
    past_filled: Number = 0
    """How many of these were filled."""


class Team(Named):
    """A volunteer team."""

    kind: Literal["head", "speciality", "local"] = "local"
    """Head team 总队, speciality team 分队 or local team 小队."""
    site: Id | None = None
    """Id of the site it belongs to."""
    skills: Items[Id] = ()
    """Skills the team is known for; for people to read, a role's skill is held by volunteers."""
    leader: str | None = Field(default=None, repr=False)
    """The leader's name, or the leader's volunteer id."""
    phone: str | None = Field(default=None, repr=False)
    """The leader's phone."""


class HeldSkill(Frozen):
    """A skill a volunteer holds."""

    skill: Id
    """Id of the skill."""
    level: Level = 1
    """Level; a role asks for a level or above."""
    valid_until: Day | None = None
    """Last valid day, included; null: no end."""


class HeldQualification(Frozen):
    """A qualification, training or insurance a volunteer holds."""

    id: Id
    """Name of the qualification as requests ask for it."""
    valid_until: Day | None = None
    """Last valid day, included; null: no end."""


class Volunteer(Frozen):
    """A person who may be sent."""

    id: Id
    """Unique id."""
    name: str = Field(default="", repr=False)
    """Name; plays no part in solving."""
    phone: str | None = Field(default=None, repr=False)
    """Phone; plays no part in solving, never logged."""
    site: Id | None = None
    """Id of the site the volunteer belongs to."""
    place: Place | None = None
    """Home, where tours start; left out: the site's place."""
    teams: Items[Id] = ()
    """Ids of the teams the volunteer is a member of."""
    skills: Items[HeldSkill] = ()
    """Skills held."""
    qualifications: Items[HeldQualification] = ()
    """Qualifications held."""
    interests: Items[Id] = ()
    """Ids of the categories the volunteer likes."""
    tags: Items[str] = ()
    """Free tags, for example a dialect spoken."""
    birth_date: Day | None = None
    """Birth date; unknown fails every minimum age."""
    shifts: Items[Shift]
    """When the volunteer can be out; shifts do not overlap, overtime included, each is one tour."""
    break_: Break | None = Field(default=None, alias="break")
    """When the volunteer should have a break; null: none is asked for."""
    max_requests: Number | None = None
    """Most requests in the plan; null: no limit."""
    max_requests_per_day: Number | None = None
    """Most requests a calendar day; null: no limit."""
    max_minutes: Minutes | None = None
    """Most minutes of service in the plan; null: no limit."""
    max_travel_minutes: Minutes | None = None
    """Most minutes one way from the volunteer's place to a request; null: no limit."""
    asked: Number = 0
    """Times asked in the last 7 days, without the requests in pins or previous."""
    max_asks: Number | None = None
    """Most times to be asked in 7 days; null: no limit."""
    recent_requests: Number = 0
    """Requests served in the last 30 days."""
    travel_factor: float = Field(default=1, gt=0, le=100)
    """Times slower than the batch's travel (2: twice as slow)."""
    acceptance: float | None = Field(default=None, gt=0, le=1)
    """Chance (0..1] of saying yes; null: the policy's `prior_acceptance`."""
    ends_at: EndPlace | None = None
    """Where tours end; left out: `place`; "open": the way back is not counted."""


class Contact(Frozen):
    """Whom to call about a request."""

    name: str = Field(default="", repr=False)
    """Name."""
    phone: str | None = Field(default=None, repr=False)
    """Phone."""


class Lag(Frozen):
    """How much later than the first role a role starts."""

    min: Minutes = 0
    """Least minutes after the first role's start."""
    max: Minutes
    """Most minutes after the first role's start."""


class Role(Frozen):
    """A kind of place in a request: so many people with such a skill."""

    id: Id
    """Unique within the request."""
    skill: Id | None = None
    """Id of the skill asked for; null: anybody."""
    level: Level = 1
    """Least level of the skill."""
    count: int = Field(default=1, ge=1, le=100_000)
    """Most people, the number of places."""
    min_count: int | None = Field(default=None, ge=1, le=100_000)
    """Least people for the request to be served; null: `count`."""
    minutes: float | None = Field(default=None, ge=0.01, le=10080)
    """Minutes of service of this role; null: the request's."""
    lag: Lag | None = None
    """When this role starts after the first; null: together with it. The first role has none."""


class After(Frozen):
    """A request this one follows."""

    request: Id
    """Id of the request that must be served before."""
    min: Minutes = 0
    """Least minutes from its last end to this one's earliest start."""
    max: Minutes | None = None
    """Most minutes; null: no limit."""


class Request(Frozen):
    """A resident's request: what, where, when, and whom it needs."""

    id: Id
    """Unique id."""
    title: str = ""
    """Short text for people."""
    category: Id | None = None
    """Id of the category."""
    site: Id | None = None
    """Id of the site the request belongs to."""
    place: Place | None = None
    """Where the service starts; left out: the site's place."""
    end_place: Place | None = None
    """Where the service ends (an escort); left out: `place`."""
    contact: Contact | None = Field(default=None, repr=False)
    """Whom to call."""
    address: str | None = Field(default=None, repr=False)
    """Address in words."""
    note: str | None = Field(default=None, repr=False)
    """Remark for the volunteer."""
    beneficiaries: Number | None = None
    """People who benefit."""
    windows: Items[Window] = Field(min_length=1)
    """When the first role may start, both ends included, in steps from the window's start."""
    minutes: float = Field(ge=0.01, le=10080)
    """Minutes of service."""
    roles: Items[Role] = Field(min_length=1)
    """Whom it needs; the first role sets the start."""
    priority: Priority = "normal"
    """How pressing it is."""
    value: float = Field(default=1, ge=0, le=1_000_000)
    """Weight within its priority."""
    mandatory: bool = False
    """Whether a plan must serve it."""
    qualifications: Items[str] = ()
    """Qualifications everyone sent must hold on the day."""
    min_age: int | None = Field(default=None, ge=0, le=150)
    """Least age in full years on the day."""
    tags_required: Items[str] = ()
    """Tags everyone sent must have."""
    tags_preferred: Items[str] = ()
    """Tags liked, each counts."""
    preferred: Items[Id] = ()
    """Ids of volunteers the resident asked for."""
    excluded: Items[Id] = ()
    """Ids of volunteers who may not be sent."""
    familiar: Items[Id] = ()
    """Ids of volunteers who served there before."""
    after: Items[After] = ()
    """Requests this one follows."""
    team: Id | None = None
    """Only members of this team may be sent."""
    one_team: bool = False
    """Whether all people sent must share one team."""
    due: Moment | None = None
    """When the service should be over; later counts as lateness."""
    series: str | None = None
    """Id of the regular visit this one belongs to."""


class FixedVisit(Frozen):
    """A visit of a plan in force: pinned (kept as it is) or previous (kept at will, at a price)."""

    request: Id
    """Id of the request."""
    role: Id
    """Id of the role."""
    volunteer: Id
    """Id of the volunteer."""
    start: Moment
    """When the service starts."""


class Batch(Frozen):
    """Everything one dispatch is given."""

    schema_: Literal["matcher.batch/1"] = Field(alias="schema")
    """Always `matcher.batch/1`."""
    id: Id
    """Id of the batch; the plan names it."""
    horizon: Horizon
    """The time the batch is about."""
    now: Moment | None = None
    """If given, nothing new starts or leaves before it."""
    skills: Items[Skill] = ()
    """Skills that volunteers hold and roles ask for."""
    categories: Items[Category] = ()
    """Kinds of request."""
    sites: Items[Site] = ()
    """Stations of the centre."""
    teams: Items[Team] = ()
    """Volunteer teams."""
    volunteers: Items[Volunteer] = ()
    """People who may be sent."""
    requests: Items[Request] = ()
    """What is asked for."""
    travel: Travel
    """How long ways take."""
    pins: Items[FixedVisit] = ()
    """Visits that may not change."""
    previous: Items[FixedVisit] = ()
    """Visits of the plan in force, which may change at a price."""
    policy: Policy = Field(default_factory=Policy)
    """How plans are judged."""
