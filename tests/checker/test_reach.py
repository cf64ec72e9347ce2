import pytest

from matcher.batch import Site
from matcher.checker.sites import Sites
from matcher.policy import Policy
from tests.checker.build import batch, broken, fixed, remarked, request, valid, visit, volunteer

TREE = [
    Site(id="county", tier="county"),
    Site(id="east", tier="town", parent="county"),
    Site(id="west", tier="town", parent="county"),
    Site(id="qiao", tier="village", parent="east"),
    Site(id="tang", tier="village", parent="east"),
    Site(id="qiao-1", tier="grid", parent="qiao"),
    Site(id="qiao-2", tier="grid", parent="qiao"),
    Site(id="hexi", tier="village", parent="west"),
    Site(id="far", tier="county"),
    Site(id="lonely", tier="grid"),
    Site(id="island", tier="town"),
]


@pytest.mark.parametrize(
    ("one", "other", "distance"),
    [
        (None, "qiao", 0),
        ("lonely", "lonely", 0),
        ("qiao-1", "qiao-2", 0),
        ("qiao", "qiao-1", 0),
        ("qiao", "tang", 1),
        ("east", "qiao", 1),
        ("qiao-1", "hexi", 2),
        ("east", "west", 2),
        ("county", "east", 2),
        ("county", "qiao-1", 2),
        ("county", "far", 3),
        ("island", "east", 3),
        ("lonely", "island", 3),
        ("lonely", "qiao", 3),
    ],
)
def test_tier_distance(one, other, distance):
    assert Sites(TREE).distance(one, other) == distance
    assert Sites(TREE).distance(other, one) == distance


def reach(limit, priority="normal", **fields):
    people, asked = [volunteer(site="hexi")], [request(site="qiao", priority=priority)]
    return batch(people, asked, sites=TREE, policy=Policy(reach=limit), **fields)


@pytest.mark.parametrize("limit", [{"normal": 2}, {"normal": 3}, {}, {"low": 0}])
def test_within_reach(limit):
    valid(reach(limit), visit())


def test_beyond_reach():
    # From a village of the west town to one of the east town is distance 2.
    found = broken(reach({"urgent": 0, "normal": 3}, "urgent"), visit())
    assert (found.code, found.amount, found.unit) == ("reach", 2, "tiers")


def test_pinned_visit_is_free_of_it():
    assert remarked(reach({"normal": 1}, pins=[fixed()]), visit()) == {"reach"}
