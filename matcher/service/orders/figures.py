"""What the monthly report and the record of service tell, as models that service and client share."""

from datetime import datetime

from matcher.base import Frozen, Items


class Figures(Frozen):
    """What a month came to; rates are null where there is nothing to divide by."""

    orders: int
    """点单数: orders that came in."""
    accepted: int
    """接单数: of these, accepted by enough people."""
    finished: int
    """办结数: of these, done."""
    finish_rate: float | None
    """办结率: `finished` of the orders that were not withdrawn."""
    rated: int
    """评单数: of these, evaluated."""
    satisfaction: float | None
    """满意率: ratings of 4 or 5 among them."""
    sessions: int
    """活动场次: orders with services in the month, whenever they came in."""
    volunteers: int
    """志愿者人数: different people who served in the month."""
    visits: int
    """志愿者人次: services in the month, each person counted each time."""
    hours: float
    """服务时长: hours of these services."""
    beneficiaries: int
    """受益人次: people who benefit from them, one an order where it does not say."""


class Row(Frozen):
    """The figures of a site with all below it, or of a team."""

    id: str | None
    """Id of the site or team; null: orders without a site, people without a team."""
    name: str
    """Its name."""
    figures: Figures
    """Its month."""


class Monthly(Frozen):
    """A month; a team's orders are those that its members were asked for."""

    month: str
    """The month, such as `2026-11`, in the county's time."""
    sites: Items[Row]
    """Sites with anything to report, in the county's order."""
    teams: Items[Row]
    """Teams with anything to report, in the county's order."""
    total: Figures
    """All that the caller sees."""


class Record(Frozen):
    """One service of one person."""

    volunteer: str
    """Id of the volunteer."""
    name: str
    """The name, masked; empty if the county does not list this person any more."""
    order: str
    """Id of the order."""
    title: str
    """What was done."""
    category: str | None
    """Id of the category."""
    site: str | None
    """Id of the site."""
    team: str | None
    """Id of the team."""
    start: datetime
    """When it began, as planned."""
    minutes: float
    """Minutes served."""
    rating: int | None
    """1 to 5; null: not evaluated."""


class Records(Frozen):
    """The record of service."""

    records: Items[Record]
    """Services by time."""
    more: bool
    """Whether there are more than were asked for."""
