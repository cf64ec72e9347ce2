"""What the loop tells and is told: orders, offers, events, evaluations, and the choices of a centre."""

from datetime import datetime, timedelta
from typing import Annotated, Any, Literal

from pydantic import Field, model_validator

from matcher.base import Frozen, Items
from matcher.batch import Id, Request, SiteTier
from matcher.plan import Standby, Visit
from matcher.policy import Priority
from matcher.service.orders.emergency import Notice
from matcher.service.orders.states import OfferState, OrderState

Tier = SiteTier | Literal["city"]
Reason = Annotated[str, Field(max_length=1_000)]
Rating = Annotated[int, Field(ge=1, le=5)]
ReplyMinutes = dict[Priority, Annotated[float, Field(gt=0, le=100_000)]]
PriorAsks = Annotated[float, Field(gt=0, le=1_000)]

REPLY_MINUTES: ReplyMinutes = {"emergency": 10, "urgent": 30, "normal": 240, "low": 1440}


class Rules(Frozen):
    """The choices of a centre about its loop."""

    reply_minutes: ReplyMinutes = REPLY_MINUTES
    """Minutes to answer an offer, by the order's priority; never longer than until the service starts."""
    call_standby: bool = True
    """Whether the next backup of the plan is asked when somebody is lost; false: the order waits for a dispatch."""
    prior_asks: PriorAsks = 4
    """How many asks the prior of a volunteer's acceptance is worth."""

    def deadline(self, priority: Priority, now: datetime, start: datetime) -> datetime:
        """Until when an offer sent now may be answered."""
        latest = now + timedelta(minutes=self.reply_minutes.get(priority, REPLY_MINUTES[priority]))
        return min(latest, start) if start > now else latest


class NewOrder(Frozen):
    """An order as it comes in."""

    external_id: Id | None = None
    """The sender's own number, unique among the orders of the sender's site; null: none."""
    request: Request
    """What is asked for. Its `id` plays no part and may be left out; `after` names orders by either number."""

    @model_validator(mode="before")
    @classmethod
    def _with_id(cls, data: Any) -> Any:
        if isinstance(data, dict) and isinstance(data.get("request"), dict) and "id" not in data["request"]:
            return {**data, "request": {**data["request"], "id": "new"}}
        return data


class Evaluation(Frozen):
    """What the resident says afterwards."""

    rating: Rating
    """1 (bad) to 5 (very good)."""
    text: Reason = ""
    """In words; numbers that look like a phone are masked."""


class Draft(Frozen):
    """What a plan wants of an order."""

    plan: str
    """Id of the plan's job."""
    visits: Items[Visit] = ()
    """Who should go, and when."""
    standby: Items[Standby] = ()
    """Who is called when somebody is lost."""


class Taken(Frozen):
    """What became of the orders of a plan."""

    matched: Items[str]
    """Ids of orders that the plan serves, wholly or in part."""
    open: Items[str]
    """Ids of orders that it does not serve and that wait for the next dispatch."""
    escalated: Items[str]
    """Ids of orders for which nobody within reach is eligible, and which went up."""
    stale: Items[str]
    """Ids of orders that have changed since the plan was asked for, and stay as they are."""


class Offer(Frozen):
    """Somebody asked to come."""

    id: str
    """Id of the offer."""
    order: str
    """Id of the order."""
    plan: str
    """Id of the plan it comes from."""
    role: str
    """Id of the role."""
    volunteer: str
    """Id of the volunteer."""
    team: str | None
    """Id of the team it counts for; null: none."""
    start: datetime
    """When the service starts."""
    end: datetime
    """When it ends, as planned."""
    state: OfferState
    """Where it stands."""
    sent: datetime
    """When it was sent."""
    deadline: datetime
    """Until when it may be accepted."""
    rank: int
    """0: a visit of the plan; else the rank of the backup."""
    minutes: float | None = None
    """Minutes served, once done."""
    reason: str | None = None
    """Why it was declined, lost or withdrawn."""


class Order(Frozen):
    """An order as it stands; contact and address are masked."""

    id: str
    """Id of the order."""
    external_id: str | None
    """The sender's own number."""
    state: OrderState
    """Where it stands."""
    site: str | None
    """Id of the site it belongs to."""
    tier: Tier
    """The tier that looks after it now: the site's own, or one further up after 上报."""
    desk: str | None
    """Id of the site that looks after it; null: the city, or the county where the order has no site."""
    created: datetime
    """When it came in."""
    request: Request
    """What is asked for."""
    plan: str | None
    """Id of the last plan that serves it."""
    needs_dispatch: bool
    """Whether places are empty that nobody is being asked for."""
    rating: int | None
    """1 to 5, once evaluated."""
    offers: Items[Offer]
    """Everybody asked so far, the first first."""
    notices: Items[Notice] = ()
    """Emergency numbers to be shown at once."""


class Event(Frozen):
    """One change, without personal data."""

    seq: int
    """1, 2, 3 … in the order in which changes became final."""
    at: datetime
    """When."""
    actor: str
    """Name of the key that did it; `system`: a deadline."""
    kind: str
    """`order.STATE` or `offer.STATE`: what has come to be so; `county`: a county was imported."""
    site: str | None
    """Id of the order's site."""
    order: str | None
    """Id of the order."""
    offer: str | None
    """Id of the offer."""
    volunteer: str | None
    """Id of the volunteer."""
    reason: str | None
    """Why; numbers that look like a phone are masked."""
    data: dict[str, Any] | None
    """More, by kind: rating, minutes, places, the tiers of an escalation."""
