"""A plan: what comes out of a dispatch, and what `check` judges (docs/problem.md, section Plan)."""

from typing import Literal

from pydantic import Field

from matcher.base import Frozen, Items
from matcher.batch import Moment

Status = Literal["optimal", "feasible", "infeasible", "none"]
Stop = Literal["proved", "gap", "work", "time", "cancelled"]


class Visit(Frozen):
    """One volunteer fills one place of one role of a request."""

    request: str
    """Id of the request."""
    role: str
    """Id of the role in the request."""
    volunteer: str
    """Id of the volunteer."""
    start: Moment
    """When the service starts."""
    end: Moment | None = None
    """When the service ends: start + the role's minutes. Null in a plan written by hand: derived."""
    team: str | None = None
    """The team sent, for a request with `one_team`; null otherwise."""
    leave: Moment | None = None
    """When the volunteer leaves home for this visit; null if the way starts at the visit before."""
    travel_seconds: int | None = Field(default=None, ge=0)
    """Seconds of the leg to this visit; with `via_home`, of both legs. Null: not stated."""
    via_home: bool = False
    """Whether the volunteer goes home between the visit before, in the same tour, and this one."""


class Score(Frozen):
    """The value of a plan: per tier (higher is better) and per term (unweighted, summed over the plan)."""

    tiers: Items[float]
    """Value of each tier: weighted gains minus weighted costs, in the policy's order."""
    terms: dict[str, float]
    """Amount of every term in its own unit (minutes, ...), weighed or not; of `load_over.K` those the policy names."""


class Bound(Frozen):
    """What no plan can beat, per tier."""

    tiers: Items[float | None]
    """Upper bound of each tier over all plans whose earlier tiers are at least as good; null: not proved."""


class Reason(Frozen):
    """One rule's share in a place that stays empty."""

    code: str
    """Code of the hard rule, `busy` (serves others at the time) or `count` (too few for the least headcount)."""
    volunteers: int = Field(ge=0)
    """How many volunteers this rule is the first to stop."""
    zh: str
    """The reason in Chinese."""
    en: str
    """The reason in English."""


class Repair(Frozen):
    """A smallest change that would fill the place (filled in by `explain`)."""

    code: str
    """What is changed: shift, start, max_travel, count, volunteer, reach."""
    volunteer: str | None = None
    """Id of the volunteer it is changed for; null: it is not changed for one."""
    role: str | None = None
    """Id of the role it is changed for; null: it is not changed for one."""
    steps: int = Field(ge=1)
    """Number of steps on the grid of that change."""
    zh: str
    """The change in Chinese."""
    en: str
    """The change in English."""


class Unserved(Frozen):
    """Places of one role that stay empty."""

    request: str
    """Id of the request."""
    role: str
    """Id of the role."""
    missing: int = Field(ge=1)
    """Number of empty places: `count` minus the visits of the role."""
    reasons: Items[Reason] = ()
    """Which rule stops how many volunteers, in the order the rules are looked at."""
    repairs: Items[Repair] = ()
    """Smallest changes that would fill the place."""


class Standby(Frozen):
    """A volunteer kept free as a backup."""

    request: str
    """Id of the request."""
    role: str
    """Id of the role."""
    volunteer: str
    """Id of the volunteer."""
    rank: int = Field(ge=1)
    """1 is called first."""


class Note(Frozen):
    """One thing that was done to find and prove a plan."""

    zh: str
    """The note in Chinese."""
    en: str
    """The note in English."""


class Plan(Frozen):
    """Who goes where and when, how good that is, and how good it could be at best.

    Only `schema`, `batch` and `visits` are needed, so that a plan written by hand can be judged.
    """

    schema_: Literal["matcher.plan/1"] = Field(alias="schema")
    """Always `matcher.plan/1`."""
    batch: str
    """Id of the batch."""
    status: Status | None = None
    """`optimal` (gap at most 1e-6), `feasible`, `infeasible` (named in `conflicts`) or `none` (no plan found)."""
    stop: Stop | None = None
    """Why the search stopped."""
    score: Score | None = None
    """The plan's value."""
    bound: Bound | None = None
    """The proved bound."""
    gap: float | None = Field(default=None, ge=0)
    """Largest over the tiers of (bound - value) / max(1, |value|); null if any tier has no bound."""
    visits: Items[Visit]
    """Sorted by request, role, volunteer."""
    unserved: Items[Unserved] = ()
    """Every role with an empty place, sorted by request and role order."""
    standby: Items[Standby] = ()
    """Backups, by request, role and rank."""
    conflicts: Items[str] = ()
    """With status `infeasible`: JSON pointers of pins and mandatory requests that cannot all be kept."""
    seed: int | None = None
    """Seed of the search."""
    work: int | None = Field(default=None, ge=0)
    """Work done; a unit is about a microsecond of one core."""
    log: Items[Note] = ()
    """What was done to find and prove the plan, and why that way."""
    versions: dict[str, str] = Field(default_factory=dict)
    """Versions of matcher and of the libraries that decide the result."""
