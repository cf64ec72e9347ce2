import pytest

from matcher.policy import Policy, Tier
from tests.checker.build import batch, request, term, valid, visit, volunteer

LEVELS = Policy(tiers=(Tier(terms={f"load_over.{k}": 1.0 for k in range(20)}),))


@pytest.mark.parametrize(
    ("recent", "served", "level", "above"),
    [
        (0, 3, 0, 3),  # loads 1, 2 and 3 are above 0
        (0, 3, 2, 1),  # only the load of 3 is above 2
        (0, 3, 3, 0),
        (1, 2, 2, 1),  # loads 2 and 3
        (4, 3, 2, 3),  # the 4 before do not count: loads 5, 6 and 7
        (4, 3, 5, 2),  # 6 and 7
        (4, 0, 0, 0),  # not sent
        (30, 2, 19, 2),
    ],
)
def test_visits_that_bring_a_load_above_the_level(recent, served, level, above):
    starts = ["9:00", "11:00", "13:00"]
    asked = [request(start, start=start) for start in starts]
    b = batch([volunteer(recent_requests=recent)], asked, policy=LEVELS)
    assert term(f"load_over.{level}", b, *(visit(start, start=start) for start in starts[:served])) == above


def test_volunteers_add_up():
    # v comes to 3, w to 4: both above 2, one above 3.
    people = [volunteer("v", recent_requests=2), volunteer("w", recent_requests=3)]
    b = batch(people, [request("one"), request("two")], policy=LEVELS)
    assert [term(f"load_over.{k}", b, visit("one"), visit("two", "w")) for k in (2, 3, 4)] == [2, 1, 0]


def test_a_tier_weighs_levels():
    # 2 visits above 0 at 1, 1 above 1 at 10.
    tiers = (Tier(terms={"load_over.0": 1, "load_over.1": 10}),)
    b = batch([volunteer()], [request("one"), request("two", start="11:00")], policy=Policy(tiers=tiers))
    assert valid(b, visit("one"), visit("two", start="11:00")).score.tiers == (-12,)


def test_told_only_where_the_policy_names_it():
    # Of the twenty levels none is named by the usual policy.
    assert not [name for name in valid(batch([], [])).score.terms if name.startswith("load_over.")]
