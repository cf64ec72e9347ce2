"""What was looked into besides scenarios, all of the batch as it is."""

from matcher.base import Frozen, Items
from scenarios.easing import Easing
from scenarios.fairness import Curve
from scenarios.placing import Placing
from scenarios.worth import Cell


class Findings(Frozen):
    """What a little more is worth, where the next volunteers go, what fairness costs."""

    worth: Items[Cell] = ()
    """What one volunteer more is worth; empty where it was not asked."""
    easings: Items[Easing] = ()
    """What an hour, reach and one duty less are worth; as `worth`."""
    placing: Placing | None = None
    """Where the next volunteers go; null where it was not asked."""
    fairness: Curve | None = None
    """What fairness costs; null where it was not asked, or there is no plan."""


NOTHING = Findings()
