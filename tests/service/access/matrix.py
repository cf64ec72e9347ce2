"""Who may do what: for every route of the service, the status each kind of caller gets.

A route is called on something that belongs to a site, made anew for each call, so that no call changes what another
one finds. `COLUMNS` says who calls and whose that something is.
"""

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from matcher.service.http.bundle import payload_of
from matcher.service.orders.states import OfferState
from tests.service.access import world
from tests.service.access.behind import Behind
from tests.service.access.world import BESIDE, ELSEWHERE, TOWN, VILLAGE


@dataclass(frozen=True)
class Column:
    """caller: one of `world.Secrets`, or null. site: whose the thing called for is. own: whether it is in reach."""

    caller: str | None
    site: str
    own: bool


COLUMNS: Mapping[str, Column] = {
    "county": Column("county", ELSEWHERE, True),
    "town, below": Column("town", VILLAGE, True),
    "town, elsewhere": Column("town", ELSEWHERE, False),
    "village, own": Column("village", VILLAGE, True),
    "village, beside": Column("village", BESIDE, False),
    "village, above": Column("village", TOWN, False),
    "no key": Column(None, VILLAGE, False),
    "unknown key": Column("unknown", VILLAGE, False),
    "revoked key": Column("revoked", VILLAGE, False),
}
NOBODY = ("no key", "unknown key", "revoked key")


@dataclass(frozen=True)
class Call:
    """One request: the path, what httpx takes besides, and the id that a list shows to whom may see it."""

    path: str
    also: Mapping[str, Any]
    listed: str | None = None


@dataclass(frozen=True)
class Route:
    """How a route is called, and what it answers by column."""

    call: Callable[[Behind, str], Call]
    expected: Mapping[str, int]


def open_to_all(status: int = 200) -> dict[str, int]:
    """For everybody, with or without a key: nothing of people is told."""
    return dict.fromkeys(COLUMNS, status)


def keyed(status: int = 200) -> dict[str, int]:
    """For everybody with a key: it is about what the caller sends, or lists what the caller may see."""
    return {**dict.fromkeys(COLUMNS, status), **dict.fromkeys(NOBODY, 401)}


def county(status: int = 200) -> dict[str, int]:
    """For the county alone."""
    return {**dict.fromkeys(COLUMNS, 403), "county": status, **dict.fromkeys(NOBODY, 401)}


def sited(status: int, elsewhere: int) -> dict[str, int]:
    """For those in whose reach the site is; `elsewhere`: what the others get."""
    return {name: 401 if name in NOBODY else status if column.own else elsewhere for name, column in COLUMNS.items()}


def at(path: str, **also: Any) -> Callable[[Behind, str], Call]:
    """The same request, whoever calls."""
    return lambda behind, site: Call(path, also)


def plan(rest: str = "", **also: Any) -> Callable[[Behind, str], Call]:
    """A request about a plan that is over."""
    return lambda behind, site: Call(f"/v1/plans/{behind.plan(site)}{rest}", also)


def question(rest: str, **asked: Any) -> Callable[[Behind, str], Call]:
    """A question about a plan of the county's day."""

    def call(behind: Behind, site: str) -> Call:
        payload, result = payload_of(world.batch(), {}, behind.phones), json.dumps(world.plan()).encode()
        id = behind.jobs.keep("plan", payload, result, site=site, key=None).id
        return Call(f"/v1/plans/{id}{rest}", {"json": asked})

    return call


def plans(behind: Behind, site: str) -> Call:
    """The list of plans, with one of the site in it."""
    return Call("/v1/plans", {}, listed=behind.plan(site))


def compare(behind: Behind, site: str) -> Call:
    """Scenarios for the batch of a plan."""
    return Call("/v1/scenarios", {"json": {"plan": behind.plan(site), "scenarios": [{"id": "no-shows"}]}})


def comparison(rest: str = "") -> Callable[[Behind, str], Call]:
    """A request about a comparison of scenarios that is over."""
    return lambda behind, site: Call(f"/v1/scenarios/{behind.scenarios(site)}{rest}", {})


def comparisons(behind: Behind, site: str) -> Call:
    """The list of comparisons, with one of the site in it."""
    return Call("/v1/scenarios", {}, listed=behind.scenarios(site))


def order(rest: str = "", **also: Any) -> Callable[[Behind, str], Call]:
    """A request about an order nobody has been asked for."""
    return lambda behind, site: Call(f"/v1/orders/{behind.order(site)}{rest}", also)


def rated(behind: Behind, site: str) -> Call:
    """An evaluation of an order that is done."""
    done, _ = behind.offer(site, "accepted", "started", "done")
    return Call(f"/v1/orders/{done}/evaluation", {"json": {"rating": 5}})


def offer(to: str, *before: OfferState) -> Callable[[Behind, str], Call]:
    """An answer to an offer, after those before."""
    return lambda behind, site: Call(f"/v1/offers/{behind.offer(site, *before)[1]}/{to}", {})


def new_order(behind: Behind, site: str) -> Call:
    """An order of a site comes in."""
    return Call("/v1/orders", {"json": {"request": world.request(site, day=behind.free_day())}})


def dispatch(behind: Behind, site: str) -> Call:
    """The dispatch of a day with an order of the site."""
    day = behind.free_day()
    behind.order(site, day)
    return Call("/v1/dispatches", {"json": {"date": day.isoformat()}})


def orders(behind: Behind, site: str) -> Call:
    """The list of orders, with one of the site in it."""
    return Call("/v1/orders", {"params": {"limit": 500}}, listed=behind.order(site))


def offers(behind: Behind, site: str) -> Call:
    """The list of offers, with one of the site in it."""
    return Call("/v1/offers", {"params": {"limit": 500}}, listed=behind.offer(site)[1])


def events(behind: Behind, site: str) -> Call:
    """The events since an order of the site came in."""
    after = behind.last_event()
    return Call("/v1/events", {"params": {"after": after}}, listed=behind.order(site))


def row(order: str, site: str) -> str | None:
    """The site's row in a list of sites; a village's list has its town and county too."""
    return None if site == TOWN else f'"id":"{site}"'


def sites(behind: Behind, site: str) -> Call:
    """The sites and those above them, the site among them."""
    return Call("/v1/sites", {}, listed=row("", site))


def month(path: str, listed: Callable[[str, str], str | None]) -> Callable[[Behind, str], Call]:
    """A report of the month of a service; listed: what tells of it, from the order's id and the site's."""

    def call(behind: Behind, site: str) -> Call:
        day = behind.free_day()
        done, _ = behind.offer(site, "accepted", "started", "done", day=day)
        return Call(path, {"params": {"month": f"{day:%Y-%m}"}}, listed=listed(done, site))

    return call


SHEETS = {"params": {"date": "2026-07-21"}, "headers": {"Content-Type": "text/csv"}, "content": "姓名\n"}
ASKED = {"batch": world.COUNTY, "plan": world.plan()}

ROUTES: Mapping[tuple[str, str], Route] = {
    ("GET", "/"): Route(at("/"), open_to_all()),
    ("GET", "/page/{name}"): Route(at("/page/index.html"), open_to_all()),
    ("GET", "/health/live"): Route(at("/health/live"), open_to_all()),
    ("GET", "/health/ready"): Route(at("/health/ready"), open_to_all()),
    ("GET", "/openapi.json"): Route(at("/openapi.json"), open_to_all()),
    ("GET", "/metrics"): Route(at("/metrics"), county()),
    ("GET", "/v1/audit"): Route(at("/v1/audit"), county()),
    ("POST", "/v1/plans"): Route(at("/v1/plans", json={"batch": world.COUNTY}), keyed(202)),
    ("GET", "/v1/plans"): Route(plans, keyed()),
    ("GET", "/v1/plans/{id}"): Route(plan(), sited(200, 404)),
    ("DELETE", "/v1/plans/{id}"): Route(plan(), sited(200, 404)),
    ("GET", "/v1/plans/{id}/plan"): Route(plan("/plan", params={"format": "xlsx", "phones": True}), sited(200, 404)),
    ("GET", "/v1/plans/{id}/batch"): Route(plan("/batch"), sited(200, 404)),
    ("POST", "/v1/plans/{id}/recommendations"): Route(question("/recommendations", request="r1"), sited(200, 404)),
    ("POST", "/v1/plans/{id}/redispatch"): Route(question("/redispatch", events=world.EVENTS), sited(201, 404)),
    ("POST", "/v1/plans/{id}/explanations"): Route(question("/explanations", request="r1"), sited(200, 404)),
    ("POST", "/v1/scenarios"): Route(compare, sited(202, 404)),
    ("GET", "/v1/scenarios"): Route(comparisons, keyed()),
    ("GET", "/v1/scenarios/library"): Route(at("/v1/scenarios/library"), keyed()),
    ("GET", "/v1/scenarios/{id}"): Route(comparison(), sited(200, 404)),
    ("GET", "/v1/scenarios/{id}/report"): Route(comparison("/report"), sited(200, 404)),
    ("DELETE", "/v1/scenarios/{id}"): Route(comparison(), sited(200, 404)),
    ("POST", "/v1/check"): Route(at("/v1/check", json=ASKED), keyed()),
    ("POST", "/v1/recommendations"): Route(at("/v1/recommendations", json=ASKED | {"request": "r1"}), keyed()),
    ("POST", "/v1/redispatch"): Route(at("/v1/redispatch", json=ASKED | {"events": world.EVENTS}), keyed()),
    ("POST", "/v1/explanations"): Route(at("/v1/explanations", json=ASKED | {"request": "r1"}), keyed()),
    ("POST", "/v1/batches/import"): Route(at("/v1/batches/import", **SHEETS), keyed(422)),
    ("POST", "/v1/batches/import/errors"): Route(at("/v1/batches/import/errors", **SHEETS), keyed()),
    ("GET", "/v1/sites"): Route(sites, keyed()),
    ("PUT", "/v1/county"): Route(at("/v1/county", json=world.COUNTY), county()),
    ("POST", "/v1/orders"): Route(new_order, sited(201, 403)),
    ("GET", "/v1/orders"): Route(orders, keyed()),
    ("GET", "/v1/orders/{id}"): Route(order(), sited(200, 403)),
    ("GET", "/v1/orders/{id}/contact"): Route(order("/contact"), sited(200, 403)),
    ("POST", "/v1/orders/{id}/withdraw"): Route(order("/withdraw"), sited(200, 403)),
    ("POST", "/v1/orders/{id}/escalate"): Route(order("/escalate"), sited(200, 403)),
    ("POST", "/v1/orders/{id}/evaluation"): Route(rated, sited(200, 403)),
    ("GET", "/v1/events"): Route(events, keyed()),
    ("POST", "/v1/dispatches"): Route(dispatch, keyed(202)),
    ("POST", "/v1/plans/{id}/offers"): Route(plan("/offers"), sited(200, 404)),
    ("GET", "/v1/offers"): Route(offers, keyed()),
    ("POST", "/v1/offers/{id}/accept"): Route(offer("accept"), sited(200, 403)),
    ("POST", "/v1/offers/{id}/decline"): Route(offer("decline"), sited(200, 403)),
    ("POST", "/v1/offers/{id}/no-show"): Route(offer("no-show", "accepted"), sited(200, 403)),
    ("POST", "/v1/offers/{id}/start"): Route(offer("start", "accepted"), sited(200, 403)),
    ("POST", "/v1/offers/{id}/finish"): Route(offer("finish", "accepted", "started"), sited(200, 403)),
    ("GET", "/v1/reports/monthly"): Route(month("/v1/reports/monthly", row), keyed()),
    ("GET", "/v1/records"): Route(month("/v1/records", lambda order, site: order), keyed()),
    ("GET", "/v1/demo"): Route(at("/v1/demo", params={"volunteers": 5, "requests": 1}), keyed()),
}

SHOW_PHONES = {
    ("GET", "/v1/orders/{id}/contact"),
    ("POST", "/v1/redispatch"),
    ("POST", "/v1/batches/import"),
    ("GET", "/v1/demo"),
}
"""What is asked for phones, gives back the batch that the caller sent, or makes people up."""
