"""What a plan says about itself; whatever is left out is not judged."""

import pytest

from matcher.batch import Team
from matcher.checker import STATEMENTS, check
from matcher.plan import Bound, Score, Standby, Unserved
from matcher.policy import Policy, Tier
from tests.checker.build import at, batch, broken, fixed, judged, plan, request, role, valid, visit, volunteer

TIERS = [Tier(terms={"coverage.normal": 1}), Tier(terms={"travel": 1})]


def two():
    """One at mark 10 from 9:00 to 10:00, one at mark 30 from 12:00 on; tier 1 is 2, tier 2 is -60 minutes."""
    asked = [request("one", where=10), request("two", where=30, start="12:00")]
    return batch([volunteer()], asked, policy=Policy(tiers=TIERS))


BOTH = visit("one"), visit("two", start="12:00")


def second(**stated):
    return visit("one"), visit("two", start="12:00", **stated)


def stated(*visits, **fields):
    """The one violation of a plan with such statements, or nothing."""
    found = check(two(), plan(*(visits or BOTH), **fields)).violations
    assert len(found) <= 1, found
    assert all(v.code in STATEMENTS for v in found)
    return found[0] if found else None


def test_a_plan_by_hand_says_nothing_about_itself():
    assert stated() is None


def test_batch():
    assert stated(batch="another").code == "batch"


@pytest.mark.parametrize(
    "stray",
    [visit("three"), visit("one", role="b"), visit("one", volunteer="w")],
)
def test_unknown_ids(stray):
    assert stated(*BOTH, stray).code == "unknown"


def test_unknown_ids_in_lists():
    assert stated(standby=[Standby(request="one", role="a", volunteer="w", rank=1)]).code == "unknown"
    assert stated(unserved=[Unserved(request="three", role="a", missing=1)]).code == "unknown"


def test_duplicate():
    found = stated(*BOTH, BOTH[0])
    assert (found.code, found.request, found.volunteer) == ("duplicate", "one", "v")


def test_end():
    assert stated(*second(end=at("13:00"))) is None
    found = stated(*second(end=at("13:02")))
    assert (found.code, found.request, found.amount, found.unit) == ("stated.end", "two", 2, "minutes")


def test_leave_of_a_first_visit():
    assert stated(visit("one", leave=at("8:50")), BOTH[1]) is None
    assert stated(visit("one", leave=at("8:45")), BOTH[1]).amount == 5


def test_leave_via_home():
    assert stated(*second(via_home=True, leave=at("11:30"))) is None
    assert stated(*second(via_home=True, leave=at("11:40"))).code == "stated.leave"


def test_no_leave_where_the_way_starts_elsewhere():
    found = stated(*second(leave=at("11:40")))
    assert (found.code, found.amount) == ("stated.leave", None)


@pytest.mark.parametrize(("via_home", "seconds"), [(False, 1200), (True, 2400)])
def test_travel(via_home, seconds):
    assert stated(*second(via_home=via_home, travel_seconds=seconds)) is None
    found = stated(*second(via_home=via_home, travel_seconds=seconds + 1))
    assert found.code == "stated.travel"
    assert f"{seconds} seconds" in found.en


def test_no_way_via_home_to_the_first_visit_of_a_tour():
    assert stated(visit("one", via_home=True), BOTH[1]).code == "stated.via_home"


TEAMS = [Team(id="red"), Team(id="blue")]


def group(one_team=True, pins=()):
    people = [volunteer("v", teams=["red", "blue"]), volunteer("w", teams=["red"]), volunteer("x", teams=["blue"])]
    asked = request(roles=(role(count=2),), one_team=one_team)
    return batch(people, [asked], teams=TEAMS, pins=pins)


def pair(team_v, team_w, other="w"):
    return visit(team=team_v), visit(volunteer=other, team=team_w)


@pytest.mark.parametrize("teams", [("red", "red"), (None, "red"), (None, None)])
def test_team_of_all(teams):
    valid(group(), *pair(*teams))


@pytest.mark.parametrize("teams", [("blue", "blue"), ("blue", "red"), (None, "green")])
def test_not_the_team_of_all(teams):
    found = broken(group(), *pair(*teams))
    assert (found.code, found.request) == ("stated.team", "r")


def test_no_team_where_none_is_asked_for():
    assert broken(group(one_team=False), *pair("red", None)).code == "stated.team"


def test_the_team_need_not_hold_pinned_people():
    valid(group(pins=[fixed(volunteer="x")]), *pair("red", "red", "x"))


def test_team_where_no_team_fits_is_told_once():
    b = group()
    alone = batch([volunteer("w", teams=["red"]), volunteer("x", teams=["blue"])], b.requests, teams=TEAMS)
    assert broken(alone, visit(volunteer="w", team="red"), visit(volunteer="x", team="red")).code == "team"


def score(tiers=(2, -60), **terms):
    return Score(tiers=tiers, terms=terms)


@pytest.mark.parametrize("tiers", [(2, -60), (2 + 1e-6, -60 - 5e-5)])
def test_score_within_a_millionth(tiers):
    assert stated(score=score(tiers, travel=60)) is None


@pytest.mark.parametrize(
    "wrong",
    [score((2.00001, -60)), score((2, -60.001)), score((2,)), score(travel=61), score(charm=0)],
)
def test_wrong_score(wrong):
    assert stated(score=wrong).code == "stated.score"


def test_bound():
    assert stated(bound=Bound(tiers=[2, -58])) is None
    assert stated(bound=Bound(tiers=[None, -60])) is None
    assert check(two(), plan(*BOTH, bound=Bound(tiers=[2, -58]))).gap == pytest.approx(2 / 60)
    assert check(two(), plan(*BOTH, bound=Bound(tiers=[4, -58]))).gap == 1
    assert check(two(), plan(*BOTH, bound=Bound(tiers=[2, None]))).gap is None


@pytest.mark.parametrize("tiers", [[1.9, -60], [2, -60.1], [2, -60, 0]])
def test_bound_below_the_value(tiers):
    assert stated(bound=Bound(tiers=tiers)).code == "stated.bound"


@pytest.mark.parametrize(
    ("bounds", "gap"), [([2, -60], 0.1), ([4, -60], 0.5), ([2, None], 0.0), (None, 0.0), ([2, -57], 0.0)]
)
def test_wrong_gap(bounds, gap):
    # (4 - 2) / 2 = 1; (-57 + 60) / 60 = 0.05; unknown without all bounds.
    bound = None if bounds is None else Bound(tiers=bounds)
    assert stated(bound=bound, gap=gap).code == "stated.gap"


def test_right_gap():
    assert stated(bound=Bound(tiers=[2, -57]), gap=0.05) is None


@pytest.mark.parametrize(
    ("status", "bounds", "right"),
    [
        ("optimal", [2, -60], True),
        ("optimal", [2, -59.9], False),
        ("optimal", [2, None], False),
        ("optimal", None, False),
        ("feasible", [2, -59.9], True),
        ("infeasible", None, False),
        ("none", None, False),
    ],
)
def test_status(status, bounds, right):
    found = stated(status=status, bound=None if bounds is None else Bound(tiers=bounds))
    assert found is None if right else found.code == "stated.status"


def test_nothing_found():
    assert check(two(), plan(status="none")).valid


def groups():
    return batch([volunteer()], [request("one", roles=(role(count=3, min_count=1),)), request("two")])


@pytest.mark.parametrize(
    ("missing", "right"),
    [
        ({"one": 2, "two": 1}, True),
        ({"one": 1, "two": 1}, False),
        ({"one": 2}, False),
        ({"one": 2, "two": 2}, False),
    ],
)
def test_unserved(missing, right):
    entries = [Unserved(request=id, role="a", missing=number) for id, number in missing.items()]
    codes = [v.code for v in check(groups(), plan(visit("one"), unserved=entries)).violations]
    assert codes == [] if right else codes == ["stated.unserved"]


def test_how_many_empty_places_are_wrong():
    # Two places are empty, five are stated.
    stated_places = [Unserved(request="one", role="a", missing=5), Unserved(request="two", role="a", missing=1)]
    (found,) = check(groups(), plan(visit("one"), unserved=stated_places)).violations
    assert (found.request, found.role, found.amount, found.unit) == ("one", "a", 3, "people")


def test_an_empty_list_says_that_nothing_is_missing():
    assert len(check(groups(), plan(visit("one"), unserved=())).violations) == 2
    assert check(groups(), plan(visit("one"))).valid


def test_value_is_not_judged_while_a_rule_is_broken():
    early = visit("one", start="8:55")
    report = check(two(), plan(early, score=score((9, 9)), bound=Bound(tiers=[0, 0]), gap=0.0, status="optimal"))
    assert [v.code for v in report.violations] == ["window"]
    assert report.gap is None


def test_the_order_of_visits_plays_no_part():
    bad = visit("one", start="8:55"), visit("two", start="11:55", end=at("12:00"))
    assert judged(two(), *bad) == judged(two(), *reversed(bad))
