"""Who may do what: for every route of the service, the status each kind of caller gets.

A route is called on something that belongs to a site, made anew for each call, so that no call changes what another
one finds. `COLUMNS` says who calls and whose that something is.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

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


def plans(behind: Behind, site: str) -> Call:
    """The list of plans, with one of the site in it."""
    return Call("/v1/plans", {}, listed=behind.plan(site))


SHEETS = {"params": {"date": world.DAY}, "headers": {"Content-Type": "text/csv"}, "content": "姓名\n"}
ASKED = {"batch": world.COUNTY, "plan": world.PLAN}

ROUTES: Mapping[tuple[str, str], Route] = {
    ("GET", "/health/live"): Route(at("/health/live"), open_to_all()),
    ("GET", "/health/ready"): Route(at("/health/ready"), open_to_all()),
    ("GET", "/openapi.json"): Route(at("/openapi.json"), open_to_all()),
    ("GET", "/metrics"): Route(at("/metrics"), county()),
    ("POST", "/v1/plans"): Route(at("/v1/plans", json={"batch": world.COUNTY}), keyed(202)),
    ("GET", "/v1/plans"): Route(plans, keyed()),
    ("GET", "/v1/plans/{id}"): Route(plan(), sited(200, 404)),
    ("DELETE", "/v1/plans/{id}"): Route(plan(), sited(200, 404)),
    ("GET", "/v1/plans/{id}/plan"): Route(plan("/plan", params={"format": "xlsx", "phones": True}), sited(200, 404)),
    ("POST", "/v1/check"): Route(at("/v1/check", json=ASKED), keyed()),
    ("POST", "/v1/recommendations"): Route(at("/v1/recommendations", json=ASKED | {"request": "r1"}), keyed()),
    ("POST", "/v1/redispatch"): Route(at("/v1/redispatch", json=ASKED | {"events": world.EVENTS}), keyed()),
    ("POST", "/v1/explanations"): Route(at("/v1/explanations", json=ASKED | {"request": "r1"}), keyed()),
    ("POST", "/v1/batches/import"): Route(at("/v1/batches/import", **SHEETS), keyed(422)),
    ("POST", "/v1/batches/import/errors"): Route(at("/v1/batches/import/errors", **SHEETS), keyed()),
    ("GET", "/v1/demo"): Route(at("/v1/demo", params={"volunteers": 5, "requests": 1}), keyed()),
}

GIVES_BACK = {("POST", "/v1/redispatch"), ("POST", "/v1/batches/import"), ("GET", "/v1/demo")}
"""Answers that hold the batch that the caller sent, or made-up people."""
