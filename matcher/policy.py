"""How plans are judged: objective tiers, start step, reach (docs/problem.md, section Objective)."""

from typing import Annotated, Literal

from pydantic import Field

from matcher.base import Frozen, Items
from matcher.rules import TERMS

Priority = Literal["emergency", "urgent", "normal", "low"]
PRIORITIES: tuple[Priority, ...] = ("emergency", "urgent", "normal", "low")


class Tier(Frozen):
    """One tier of the objective: the weighted sum of its gain terms minus that of its cost terms."""

    terms: dict[str, Annotated[float, Field(ge=0, le=1_000_000_000)]] = Field(
        description="Weight (at least 0) of each term, by the term's name (docs/problem.md lists them)."
    )


DEFAULT_TIERS: tuple[Tier, ...] = (
    *(Tier(terms={f"coverage.{priority}": 1.0}) for priority in PRIORITIES),
    Tier(terms={name: term.weight for name, term in TERMS.items() if term.weight and not name.startswith("coverage.")}),
)


class Policy(Frozen):
    """The choices of a dispatch centre. Every field has a default; `Policy()` is the usual county policy."""

    tiers: Items[Tier] = Field(
        default=DEFAULT_TIERS, min_length=1, description="Objective tiers in strict order, the first decides first."
    )
    start_step_minutes: float = Field(
        default=5, gt=0, le=1440, description="Minutes between two possible starts inside a time window."
    )
    shift_covers: Literal["tour", "service"] = Field(
        default="tour", description="Whether a shift must hold the whole tour with its travel, or only the services."
    )
    leaves: Literal["late", "shift"] = Field(
        default="late",
        description="When the first leg of a tour leaves: as late as it can, or as early, at the shift's start.",
    )
    late_by: Literal["start", "end"] = Field(
        default="start", description="Which moment of a visit `tardiness` and `max_lateness` are measured at."
    )
    home_between: bool = Field(default=True, description="Whether a volunteer may go home between two visits.")
    reach: dict[Priority, Annotated[int, Field(ge=0, le=3)]] = Field(
        default_factory=dict,
        description="Largest tier distance (0 to 3) from which a request of this priority may be served; 3 if absent.",
    )
    prior_acceptance: float = Field(
        default=0.5, gt=0, le=1, description="Chance (0..1] that a volunteer whose `acceptance` is unknown says yes."
    )
    fill_target: float = Field(
        default=0.9, gt=0, le=1, description="Chance (0..1] that backups should bring every role's places to be filled."
    )
    min_travel_minutes: float = Field(default=0, ge=0, le=1440, description="Least minutes of every leg of travel.")


def terms_of(policy: Policy) -> tuple[str, ...]:
    """Names of the terms that a plan tells, in the order of `TERMS`: of `load_over.K` those in the policy alone."""
    held = {name for tier in policy.tiers for name in tier.terms}
    return tuple(name for name in TERMS if name in held or not name.startswith("load_over."))
