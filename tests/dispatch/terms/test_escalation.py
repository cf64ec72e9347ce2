from typing import Any

import pytest

from matcher.batch import Site
from matcher.policy import Policy, Tier
from tests.checker.build import mark
from tests.dispatch.build import optimum, rivals

SITES = [
    Site(id="county", tier="county", place=mark(0)),
    Site(id="north", tier="town", parent="county"),
    Site(id="south", tier="town", parent="county"),
    Site(id="elm", tier="village", parent="north"),
    Site(id="oak", tier="village", parent="north"),
    Site(id="elm 1", tier="grid", parent="elm"),
    Site(id="elm 2", tier="grid", parent="elm"),
    Site(id="ash", tier="village", parent="south"),
    Site(id="abroad", tier="county", place=mark(0)),
]
WHERE: dict[str, Any] = {"site": "elm 1"}


@pytest.mark.parametrize(
    ("site", "away", "goes", "cost"),
    [
        # The far one is of the same village: twice the way. The near one costs 15 a tier.
        ("elm 2", 1, "near", 0),
        ("oak", 7, "far", 14),
        ("oak", 8, "near", 15),
        ("north", 8, "near", 15),
        ("ash", 14, "far", 28),
        ("ash", 16, "near", 30),
        ("abroad", 22, "far", 44),
        ("abroad", 23, "near", 45),
        (None, 1, "near", 0),
    ],
)
def test_fifteen_minutes_for_each_tier(site: str | None, away: int, goes: str, cost: int) -> None:
    b = rivals({"site": site}, {"site": "elm"}, WHERE, away, sites=SITES)
    assert optimum(b, f"r {goes} 9:00") == (0, 0, 1, 0, -cost)


@pytest.mark.parametrize(("weight", "goes", "cost"), [(9, "near", 18), (11, "far", 20)])
def test_the_weight_decides(weight: float, goes: str, cost: float) -> None:
    tiers = (Tier(terms={"coverage.normal": 1}), Tier(terms={"travel": 1, "escalation": weight}))
    b = rivals({"site": "ash"}, {"site": "elm"}, WHERE, sites=SITES, policy=Policy(tiers=tiers))
    assert optimum(b, f"r {goes} 9:00") == (1, -cost)


def test_request_without_site() -> None:
    assert optimum(rivals({"site": "ash"}, {}, {}, 1, sites=SITES), "r near 9:00") == (0, 0, 1, 0, 0)
