from matcher.batch import Site
from tests.checker.build import batch, fixed, request, term, visit, volunteer

SITES = [
    Site(id="county", tier="county"),
    Site(id="east", tier="town", parent="county"),
    Site(id="west", tier="town", parent="county"),
]


def test_tier_distance_per_visit():
    # East to west is 2, county to west 2, no site 0.
    people = [volunteer("v", site="east"), volunteer("w", site="county"), volunteer("x")]
    asked = [request(id, site="west") for id in ("one", "two", "three")]
    b = batch(people, asked, sites=SITES)
    assert term("escalation", b, visit("one"), visit("two", "w"), visit("three", "x")) == 4


def test_pinned_visits_count():
    b = batch([volunteer(site="east")], [request(site="west")], sites=SITES, pins=[fixed()])
    assert term("escalation", b, visit()) == 2
