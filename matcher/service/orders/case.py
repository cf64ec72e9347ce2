"""One order with its offers, in memory: what may happen to it, and what follows for its state.

Nothing here reads a clock or a database. Every change adds an event to `happened`; `matcher.service.orders.ledger`
reads a case and writes what has changed.
"""

from collections import Counter
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from matcher.batch import Request, Role
from matcher.clock import whole_seconds
from matcher.plan import Visit
from matcher.privacy import mask_text
from matcher.service.orders.model import Draft, Offer, Rules, Tier
from matcher.service.orders.states import FIRM, LIVE, LOST, OPEN, OfferState, OrderState, require_next
from matcher.service.store.base import new_id

REPLANNED = "改派 / planned anew"
ORDER_WITHDRAWN = "撤单 / order withdrawn"

TeamOf = Callable[[Visit], str | None]
"""The team a visit counts for, where neither plan nor order names one."""
Free = Callable[[str, datetime, datetime], bool]
"""Whether a volunteer has nothing else to do between two moments."""


@dataclass(frozen=True)
class Happened:
    """An event before it has a number."""

    kind: str
    offer: Offer | None = None
    reason: str | None = None
    data: Mapping[str, Any] | None = None


@dataclass
class Case:
    """An order and its offers. `offers` are by id, in the order in which they were sent."""

    id: str
    external_id: str | None
    site: str | None
    tier: Tier
    desk: str | None
    state: OrderState
    created: datetime
    request: Request
    phone: bytes | None = None
    draft: Draft | None = None
    rating: int | None = None
    review: str | None = None
    offers: dict[str, Offer] = field(default_factory=dict)
    happened: list[Happened] = field(default_factory=list)

    @property
    def open(self) -> bool:
        """Whether a dispatch of this county may still serve it."""
        return self.state in OPEN and self.tier != "city"

    @property
    def needs_dispatch(self) -> bool:
        """Whether least numbers are not reached by those asked and those that the last plan wants asked."""
        return self.open and any(self.lacking(role) > 0 for role in self.request.roles)

    def lacking(self, role: Role) -> int:
        """Places of a role up to its least number that nobody has, is asked for or is planned for."""
        had = sum(offer.role == role.id and offer.state in LIVE | FIRM for offer in self.offers.values())
        wanted = sum(visit.role == role.id for visit in self.unsent())
        return max(0, least(role) - had - wanted)

    def unsent(self) -> list[Visit]:
        """Visits of the last plan whose people have not been asked yet; none of an order that is over or the city's."""
        if self.draft is None or not self.open:
            return []
        taken = {offer.volunteer for offer in self.offers.values() if offer.state in LIVE | FIRM | LOST}
        return [visit for visit in self.draft.visits if visit.volunteer not in taken]

    def end_of(self, visit: Visit) -> datetime:
        """When a visit's service ends."""
        minutes = next((role.minutes for role in self.request.roles if role.id == visit.role), None)
        return visit.end or visit.start + timedelta(seconds=whole_seconds(minutes or self.request.minutes))

    def lost(self) -> set[str]:
        """Who said no, did not answer or did not come, and is not asked again."""
        return {offer.volunteer for offer in self.offers.values() if offer.state in LOST}

    def firm(self) -> list[Offer]:
        """Who comes, is there or has been."""
        return self._in(FIRM)

    def escalate(self, tier: Tier, desk: str | None, reason: str) -> None:
        """Hands the order up to a desk of a higher tier."""
        trail = {"from": [self.tier, self.desk], "to": [tier, desk]}
        self._become("escalated", reason, trail)
        self.tier, self.desk, self.draft = tier, desk, None

    def withdraw(self, reason: str) -> None:
        """Ends the order, and every offer that is open."""
        self._become("withdrawn", reason)
        for offer in self._in(LIVE):
            self._answer(offer, "withdrawn", ORDER_WITHDRAWN)

    def take(self, draft: Draft) -> None:
        """Takes a plan over: offers that it does not want any more are withdrawn, all else stands."""
        planned = {slot_of(visit) for visit in draft.visits}
        for offer in self._in(frozenset({"offered"})):
            if slot_of(offer) not in planned:
                self._answer(offer, "withdrawn", REPLANNED)
        self.draft = draft
        self.settle()

    def send(self, rules: Rules, now: datetime, teams: TeamOf) -> list[Offer]:
        """Asks everybody the last plan wants; returns the new offers."""
        sent = [self._ask(visit, 0, rules, now, teams) for visit in self.unsent()]
        self.settle()
        return sent

    def answer(self, id: str, to: OfferState, reason: str | None = None, minutes: float | None = None) -> Offer:
        """Sets an offer's state, without what follows for the order (`settle`); raises WrongStateError."""
        return self._answer(self.offers[id], to, reason, minutes)

    def call_next(self, lost: Offer, rules: Rules, now: datetime, teams: TeamOf, free: Free) -> None:
        """Asks the next backup for the place of a lost offer, if there is one who is free."""
        asked = {offer.volunteer for offer in self.offers.values()} | {visit.volunteer for visit in self.unsent()}
        ranked = sorted(self.draft.standby, key=lambda standby: standby.rank) if self.draft else []
        for backup in ranked:
            id = backup.volunteer
            if backup.role == lost.role and id not in asked and free(id, lost.start, lost.end):
                visit = Visit(request=self.id, role=lost.role, volunteer=id, start=lost.start, end=lost.end)
                self._ask(visit, backup.rank, rules, now, teams)
                return

    def rate(self, rating: int, text: str) -> None:
        """Takes the evaluation."""
        self._become("rated", None, {"rating": rating})
        self.rating, self.review = rating, mask_text(text) or None

    def settle(self) -> None:
        """Lets the order's state follow from its offers; nothing happens if it is so already."""
        state = self._standing()
        if state != self.state and self.state in OPEN:
            self._become(state, None)

    def _standing(self) -> OrderState:
        states = Counter(offer.state for offer in self.offers.values())
        if not any(states[state] for state in LIVE):
            if states["done"]:
                return "done"
            if self.unsent():
                return "matched"
            return self.state if self.state == "escalated" else "pending"
        firm = Counter(offer.role for offer in self.firm())
        return "accepted" if all(firm[role.id] >= least(role) for role in self.request.roles) else "offered"

    def _in(self, states: frozenset[OfferState]) -> list[Offer]:
        return [offer for offer in self.offers.values() if offer.state in states]

    def _become(self, state: OrderState, reason: str | None, data: Mapping[str, Any] | None = None) -> None:
        require_next("order", self.id, self.state, state)
        self.state = state
        self.happened.append(Happened(f"order.{state}", None, reason and mask_text(reason), data))

    def _answer(self, offer: Offer, to: OfferState, reason: str | None, minutes: float | None = None) -> Offer:
        require_next("offer", offer.id, offer.state, to)
        said = reason and mask_text(reason)
        changed = offer.model_copy(update={"state": to, "reason": said, "minutes": minutes})
        self.offers[offer.id] = changed
        self.happened.append(Happened(f"offer.{to}", changed, said, None if minutes is None else {"minutes": minutes}))
        return changed

    def _ask(self, visit: Visit, rank: int, rules: Rules, now: datetime, teams: TeamOf) -> Offer:
        offer = Offer(
            id=new_id("offer"),
            order=self.id,
            plan=self.draft.plan if self.draft else "",
            role=visit.role,
            volunteer=visit.volunteer,
            team=visit.team or self.request.team or teams(visit),
            start=visit.start,
            end=self.end_of(visit),
            state="offered",
            sent=now,
            deadline=rules.deadline(self.request.priority, now, visit.start),
            rank=rank,
        )
        self.offers[offer.id] = offer
        self.happened.append(Happened("offer.offered", offer))
        return offer


def least(role: Role) -> int:
    """How many people a role needs at least."""
    return role.count if role.min_count is None else role.min_count


def slot_of(visit: Visit | Offer) -> tuple[str, str, datetime]:
    """What makes an offer that of a visit of its order: role, volunteer and start."""
    return visit.role, visit.volunteer, visit.start
