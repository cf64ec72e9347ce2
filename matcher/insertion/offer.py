"""What comes out: who could serve one more request, and what that does to the plan in force."""

from matcher.base import Frozen, Items
from matcher.plan import Plan, Visit


class Offer(Frozen):
    """A way to serve a request with a plan in force as it is: nobody's other visit moves in time or person."""

    visits: Items[Visit]
    """The new visits, sorted by role and volunteer, complete with `leave`, `travel_seconds`, `via_home` and `team`."""
    changed: Items[Visit]
    """Visits of the plan in force that say something else now, as they say it then: another way there, or the team."""
    tiers: Items[float]
    """Change of each tier: value with the new visits minus value without."""
    terms: dict[str, float]
    """Change of the amount of each term that single visits tell, in its own unit; of waiting as without breaks."""

    def added_to(self, plan: Plan) -> Plan:
        """The plan in force with the new visits; it states nothing of what was said about the plan as a whole."""
        visits = {(v.request, v.role, v.volunteer): v for v in (*plan.visits, *self.changed, *self.visits)}
        return Plan(schema="matcher.plan/1", batch=plan.batch, visits=tuple(visits[key] for key in sorted(visits)))
