"""The edits that a scenario may list, by their `kind`."""

from typing import Annotated

from pydantic import Field

from scenarios.edits.base import Edit as Edit
from scenarios.edits.base import Said as Said
from scenarios.edits.demand import Demand, Mandatory, Pressing, Surge, Theme, Windows
from scenarios.edits.people import Acceptance, Away, Dropout, Range, Recruit, Shifts, Station, Train
from scenarios.edits.places import Block, CloseSite, Merge, OpenSite, Slow
from scenarios.edits.policy import Judged

AnyEdit = Annotated[
    Demand
    | Surge
    | Theme
    | Mandatory
    | Pressing
    | Windows
    | Dropout
    | Away
    | Train
    | Recruit
    | Acceptance
    | Shifts
    | Range
    | Station
    | OpenSite
    | CloseSite
    | Merge
    | Block
    | Slow
    | Judged,
    Field(discriminator="kind"),
]
"""Any edit."""
