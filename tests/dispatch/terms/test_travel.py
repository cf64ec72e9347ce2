from typing import Any

import pytest

from matcher.batch import NodePlace
from matcher.policy import Policy, Tier
from tests.checker.build import batch, mark, request
from tests.dispatch.build import optimum, triangle, volunteer


@pytest.mark.parametrize(
    ("fields", "minutes"),
    [
        ({}, 20),
        ({"ends_at": "open"}, 10),
        ({"ends_at": mark(30)}, 30),
        ({"ends_at": mark(10)}, 10),
        ({"travel_factor": 0.5}, 10),
        # 10 × 60 × 1.3333 = 799.98 seconds, rounded to 800 for each leg.
        ({"travel_factor": 1.3333}, 1600 / 60),
    ],
)
def test_out_and_back(fields: dict[str, Any], minutes: float) -> None:
    tiers = optimum(batch([volunteer(**fields)], [request(where=10)]), "r v 9:00")
    assert tiers == pytest.approx((0, 0, 1, 0, -minutes), abs=1e-6)


def test_back_from_where_the_escort_ends() -> None:
    assert optimum(batch([volunteer()], [request(where=10, end_place=mark(4))]), "r v 9:00") == (0, 0, 1, 0, -14)


@pytest.mark.parametrize(("home", "goes"), [(-9, "r w 9:00"), (-11, "r v 9:00")])
def test_the_nearer_one_goes(home: int, goes: str) -> None:
    b = batch([volunteer("v", 10), volunteer("w", home)], [request()])
    assert optimum(b, goes) == (0, 0, 1, 0, -2 * min(10, -home))


def test_one_tour_for_two_doors_far_off() -> None:
    # 10 + 1 + 11 and workload 3; two people would travel 20 + 24 at least.
    asked = [request("one", where=10), request("two", where=11, start="10:01")]
    b = batch([volunteer("v"), volunteer("w", -1)], asked)
    assert optimum(b, "one v 9:00", "two v 10:01") == (0, 0, 2, 0, -25)


def test_ways_of_unequal_length() -> None:
    # Out 5, back 50: 55; open: 5.
    home = NodePlace(node="home")
    asked = [request("one", place=NodePlace(node="one"))]
    ways = triangle((0, 5, 0), (50, 0, 0), (0, 0, 0))
    assert optimum(batch([volunteer(place=home)], asked, travel=ways), "one v 9:00") == (0, 0, 1, 0, -55)
    assert optimum(batch([volunteer(place=home, ends_at="open")], asked, travel=ways), "one v 9:00") == (0, 0, 1, 0, -5)


@pytest.mark.parametrize(("where", "served"), [(4, 1), (5, 0), (6, 0)])
def test_travel_may_outweigh_coverage_in_one_tier(where: int, served: int) -> None:
    # Worth 10, less twice the way; where nothing is left of it, the next tier is for staying at home.
    tiers = (Tier(terms={"coverage.normal": 10, "travel": 1}), Tier(terms={"travel": 1}))
    b = batch([volunteer()], [request(where=where)], policy=Policy(tiers=tiers))
    assert optimum(b, *["r v 9:00"][:served]) == ((2, -8) if served else (0, 0))
