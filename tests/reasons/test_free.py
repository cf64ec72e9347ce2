"""Why people who are free do not go: one tiny batch per case. A cell of the road is a minute."""

from numpy import array

from matcher import dispatch
from matcher.batch import After, HeldSkill, Lag, Team
from matcher.reasons.shortage import enough
from tests.checker.build import batch, fixed, request, role, span, visit
from tests.reasons.build import last, people, stops


def test_too_few_for_the_role() -> None:
    """Two are free, but at different starts."""
    b = batch(
        people({"shifts": (span("8:00", "10:00"),)}, {"shifts": (span("9:05", "11:00"),)}),
        [request(until="9:05", roles=(role(count=3, min_count=2),))],
    )
    assert stops(b) == [("count", 2)]
    zh, en = "有空，但至少需要 2 人，同一时间只有 1 人有空", "is free, but the role needs at least 2 at once and has 1"
    assert last(b) == ("count", zh, en)


def test_too_few_on_either_day() -> None:
    b = batch(
        people({}, {"shifts": (span("8:00", "18:00", day=1),)}),
        [request(windows=(span("9:00", "9:00"), span("9:00", "9:00", day=1)), roles=(role(count=2),))],
    )
    assert last(b)[:2] == ("count", "有空，但至少需要 2 人，同一时间只有 1 人有空")


def test_nobody_for_another_role() -> None:
    b = batch(people({}, {}), [request(roles=(role(), role("b", skill="s")))])
    zh, en = "有空，但“b”岗位至少需要 1 人，没有人有空", "is free, but role b needs at least 1 at once and has 0"
    assert last(b) == ("count", zh, en)
    assert stops(b, of=("r", "b")) == [("skill", 2)]


def test_too_few_for_all_roles_together() -> None:
    """One person is enough for either role, not for both."""
    b = batch(people({}), [request(roles=(role(), role("b")))])
    zh = "有空，但各岗位合计至少需要 2 个不同的人，有空的人不够"
    en = "is free, but the roles need at least 2 different people together, more than are free"
    assert last(b) == ("count", zh, en)


def test_no_common_start() -> None:
    """The one for a is out from 9:05 on, the one for b only until 10:00."""
    b = batch(
        people(
            {"shifts": (span("9:05", "11:00"),), "skills": (HeldSkill(skill="s"),)},
            {"shifts": (span("9:00", "10:00"),), "skills": (HeldSkill(skill="k"),)},
        ),
        [request(until="9:05", roles=(role(skill="s"), role("b", skill="k")))],
    )
    zh, en = "有空，但各岗位凑不齐共同的开始时间", "is free, but at no common start does every role have enough people"
    assert last(b) == last(b, of=("r", "b")) == ("synchrony", zh, en)


def test_roles_with_a_lag_do_not_need_a_common_start() -> None:
    """b starts an hour after a, so that the two of before go together if they are out long enough."""
    b = batch(
        people(
            {"shifts": (span("9:00", "10:00"),), "skills": (HeldSkill(skill="s"),)},
            {"shifts": (span("10:00", "11:00"),), "skills": (HeldSkill(skill="k"),)},
        ),
        [request(until="9:05", roles=(role(skill="s"), role("b", skill="k", lag=Lag(min=60, max=60))))],
    )
    assert last(b)[0] == last(b, of=("r", "b"))[0] == "contest"


def test_no_team_is_large_enough() -> None:
    """Two teams of two, and three are needed; v4 is in none, which is another reason."""
    teams = [{"teams": (team,)} for team in "ttuu"]
    b = batch(people(*teams, {}), [request(one_team=True, roles=(role(count=3),))], teams=(Team(id="t"), Team(id="u")))
    assert stops(b) == [("team", 1), ("count", 4)]
    assert last(b) == (
        "count",
        "有空，但须由同一支队伍派人，而没有一支队伍人手足够",
        "is free, but one team must serve and none has enough people free",
    )


def test_follows_a_request_that_is_not_served() -> None:
    b = batch(people({}), [request("o", roles=(role(skill="s"),)), request(start="14:00", after=(After(request="o"),))])
    zh, en = "有空，但须在需求 o 之后，而后者未安排", "is free, but follows request o, which is not served"
    assert last(b) == ("after", zh, en)


def test_free_only_too_long_after_the_request_it_follows() -> None:
    """The other ends at 10:00; at most an hour later v0 is still there, and at 14:00 it is too late."""
    windows = (span("10:30", "10:30"), span("14:00", "14:00"))
    follower = request(windows=windows, after=(After(request="o", max=60),))
    b = batch(people({"shifts": (span("8:00", "10:00"), span("13:00", "18:00"))}), [request("o"), follower])
    zh = "有空，但在需求 o 之后的规定间隔内凑不齐人"
    assert last(b, visit("o", "v0")) == ("after", zh, "is free, but too few people are free in time after request o")


def test_nothing_but_the_price_is_against_it() -> None:
    """Free people could serve it; a plan that leaves them at home holds this to be dearer, or is not the best."""
    assert last(batch(people({}), [request()])) == (
        "contest",
        "有空，但派去得不偿失，或尚未算出更好的方案",
        "is free, but going would cost as much as it gains, or no better plan has been found yet",
    )


def test_pins_that_cannot_be_kept_leave_all_unserved() -> None:
    """v0 is pinned to two requests at once, free of `excluded`; v1 has no shift."""
    b = batch(
        people({}, {"shifts": ()}),
        [request("o", excluded=("v0",)), request("p"), request(start="14:00")],
        pins=(fixed("o", "v0"), fixed("p", "v0")),
    )
    for place in dispatch(b).unserved:
        assert [(reason.code, reason.volunteers) for reason in place.reasons] == [("shift", 1), ("mandatory", 1)]


def test_enough_different_people() -> None:
    """0 and 1 can do a, 1 and 2 b, only 1 c: a and b go together, a, b and c too, but b twice and c do not."""
    a, b, c = array([0, 1]), array([1, 2]), array([1])
    assert enough([a, b], [1, 1])
    assert enough([a, b, c], [1, 1, 1])
    assert not enough([a, b, c], [1, 2, 1])
    assert not enough([c, c], [1, 1])
