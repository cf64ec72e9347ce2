"""What stops whom: one tiny batch per rule. A cell of the road is a minute; places are at 0 unless said."""

from datetime import date
from typing import Any

import pytest

from matcher import dispatch
from matcher.batch import (
    Batch,
    Edge,
    HeldQualification,
    HeldSkill,
    MatrixTravel,
    NetworkTravel,
    NodePlace,
    Request,
    Site,
    Skill,
    Team,
)
from matcher.people import STOPS
from matcher.planning import unserved_of
from matcher.policy import Policy
from matcher.reasons import reasons_for
from matcher.reasons.words import ORDER, stopped
from matcher.rules import RULES
from matcher.summary import reason_words
from tests.checker.build import at, batch, fixed, mark, request, role, span, visit, volunteer
from tests.reasons.build import people, places, stops


def day(of_month: int, month: int = 7, year: int = 2026) -> date:
    return date(year, month, of_month)


# Who may go at all. Everybody named in these batches but one volunteer fails; that one goes far away instead.

SITES = (
    Site(id="x", tier="town"),
    Site(id="x1", tier="village", parent="x"),
    Site(id="x2", tier="village", parent="x"),
    Site(id="y", tier="town"),
)
TEAMS = (Team(id="t"), Team(id="u"))


@pytest.mark.parametrize(
    ("code", "failing", "passing", "asked"),
    [
        # No skill, a level too low, and one that ended yesterday; it holds on its last day.
        (
            "skill",
            [
                {},
                {"skills": (HeldSkill(skill="s"),)},
                {"skills": (HeldSkill(skill="s", level=2, valid_until=day(20)),)},
            ],
            {"skills": (HeldSkill(skill="s", level=2, valid_until=day(21)),)},
            {"roles": (role(skill="s", level=2),)},
        ),
        (
            "qualification",
            [{}, {"qualifications": (HeldQualification(id="q", valid_until=day(20)),)}],
            {"qualifications": (HeldQualification(id="q", valid_until=day(21)),)},
            {"qualifications": ("q",)},
        ),
        # Unknown, and 18 only tomorrow; one may go on the birthday.
        ("age", [{}, {"birth_date": day(22, year=2008)}], {"birth_date": day(21, year=2008)}, {"min_age": 18}),
        ("tag", [{}, {"tags": ("方言",)}], {"tags": ("方言", "手语")}, {"tags_required": ("手语",)}),
        ("excluded", [{}], {}, {"excluded": ("v0",)}),
        ("team", [{}, {"teams": ("u",)}], {"teams": ("u", "t")}, {"team": "t"}),
        # In no team at all, where one team is to go.
        ("team", [{}], {"teams": ("u",)}, {"one_team": True}),
        # Another village of the town is at distance 1, another town at 3 as they have no county.
        ("reach", [{"site": "y"}], {"site": "x2"}, {"site": "x1"}),
        # 31 minutes one way with a limit of 30.
        ("max_travel", [{"home": 31}], {"home": 30}, {}),
        # An hour from 9:00 and half an hour each way: out from 8:30 to 10:30.
        (
            "shift",
            [
                {"shifts": (span("8:31", "12:00"),)},
                {"shifts": (span("8:00", "10:29"),)},
                {"shifts": ()},
                {"shifts": (span("8:00", "9:30"), span("9:30", "11:00"))},
            ],
            {"shifts": (span("8:30", "10:30"),), "home": 30},
            {},
        ),
        ("max_asks", [{"asked": 3, "max_asks": 3}], {"asked": 2, "max_asks": 3}, {}),
        ("max_requests", [{"max_requests": 0}], {"max_requests": 1}, {}),
        ("max_requests_per_day", [{"max_requests_per_day": 0}], {"max_requests_per_day": 1}, {}),
        ("max_minutes", [{"max_minutes": 59}], {"max_minutes": 60}, {}),
    ],
)
def test_a_rule_stops_those_who_break_it(
    code: str, failing: list[dict[str, Any]], passing: dict[str, Any], asked: dict[str, Any]
) -> None:
    """All of `failing` are stopped; the one who passes is alone where two are needed, which is said last."""
    needed = asked.get("roles", (role(),))[0].model_copy(update={"count": 2})
    common: dict[str, Any] = {"home": 30, "max_travel_minutes": 30}
    b = batch(
        people(*failing, passing, **common),
        [request(**(asked | {"roles": (needed,)}))],
        sites=SITES,
        teams=TEAMS,
        policy=Policy(reach={"normal": 1}),
    )
    assert stops(b) == [(code, len(failing)), ("count", 1)]


def test_the_first_rule_counts() -> None:
    """v0 fails everything, v1 all but skill, v2 only the shift; in the order in which rules are looked at."""
    skilled = (HeldSkill(skill="s"),)
    b = batch(
        people({}, {"skills": skilled}, {"skills": skilled, "birth_date": day(1, year=1990)}, shifts=()),
        [request(min_age=18, roles=(role(skill="s"),))],
    )
    assert stops(b) == [("skill", 1), ("age", 1), ("shift", 1)]


def test_who_may_go_at_one_of_the_starts_got_furthest_there() -> None:
    """From 9:00 or, a day on, from 9:00: v0 is too young on the first day and out of hours on the second;
    v1 is too young on both; v2 may go on the second only, when nobody else can be the other person."""
    windows = (span("9:00", "9:00"), span("9:00", "9:00", day=1))
    tomorrow = {"birth_date": day(22, year=2008)}
    b = batch(
        people(tomorrow, {"birth_date": day(23, year=2008)}, tomorrow | {"shifts": (span("8:00", "18:00", day=1),)}),
        [request(min_age=18, windows=windows, roles=(role(count=2),))],
    )
    assert stops(b) == [("age", 1), ("shift", 1), ("count", 1)]


def test_services_alone_lie_in_the_shift() -> None:
    """With `service`, 9:00 to 10:00 is enough, though the way takes half an hour."""
    volunteers = people({"shifts": (span("9:00", "10:00"),)}, {"shifts": (span("9:01", "10:01"),)}, home=30)
    b = batch(volunteers, [request(roles=(role(count=2),))], policy=Policy(shift_covers="service"))
    assert stops(b) == [("shift", 1), ("count", 1)]


def test_no_way_is_further_than_any_limit_and_else_a_matter_of_the_shift() -> None:
    """The wall around the home of both leaves no way; v0 has a limit."""
    wall = tuple((row, column) for row in (-1, 0, 1) for column in (9, 10, 11) if (row, column) != (0, 10))
    b = batch(people({"max_travel_minutes": 30}, {}, home=10), [request()])
    b = b.model_copy(update={"travel": b.travel.model_copy(update={"blocked": wall})})
    assert stops(b) == [("max_travel", 1), ("shift", 1)]


def test_now_is_a_matter_of_the_shift() -> None:
    """At 8:45 it is too late for those who need 16 minutes, and just in time for 15."""
    b = batch(people({"home": 15}, {"home": 16}), [request(roles=(role(count=2),))], now=at("8:45"))
    assert stops(b) == [("shift", 1), ("count", 1)]
    (place,) = places(b)
    assert place.reasons[0].zh == "不在可服务时间内，或已来不及"
    assert place.reasons[0].en == "the tour or service does not fit into a shift, or it is too late to leave"


def test_who_is_out_already_goes_on_from_there() -> None:
    """At 8:45, v0 is at the pinned visit and 16 minutes from home, but next door to the request: free. v1 is not."""
    done = request("p", where=16, start="7:45")
    b = batch(
        people({"shifts": (span("7:00", "18:00"),)}, {}),
        [done, request(where=16, roles=(role(count=2),))],
        now=at("8:45"),
        pins=(fixed("p", "v0", "7:45"),),
    )
    assert stops(b, visit("p", "v0", "7:45")) == [("shift", 1), ("count", 1)]


@pytest.mark.parametrize(("now", "count"), [("8:50", 1), ("8:51", 2)])
def test_who_is_out_leaves_after_now_too(now: str, count: int) -> None:
    """v0 was done at 8:45, ten minutes from the request at 9:00; v1 at home is too late either way."""
    b = batch(
        people({"shifts": (span("7:00", "18:00"),)}, {}),
        [request("p", where=16, start="7:45"), request(where=26, roles=(role(count=2),))],
        now=at(now),
        pins=(fixed("p", "v0", "7:45"),),
    )
    assert stops(b, visit("p", "v0", "7:45"))[0] == ("shift", count)


def test_no_way_back_even_where_services_alone_count() -> None:
    """A one-way road there."""
    road = Edge.model_validate({"from": "home", "to": "r", "seconds": 60, "one_way": True})
    b = batch(
        [volunteer("v0", place=NodePlace(node="home"))],
        [request(place=NodePlace(node="r"))],
        travel=NetworkTravel(kind="network", edges=(road,)),
        policy=Policy(shift_covers="service"),
    )
    assert stops(b) == [("shift", 1)]


# What they do already.


@pytest.mark.parametrize(
    ("code", "limit", "less"),
    [
        ("max_asks", {"asked": 1, "max_asks": 2}, {"asked": 1, "max_asks": 3}),
        ("max_requests", {"max_requests": 1}, {"max_requests": 2}),
        ("max_requests_per_day", {"max_requests_per_day": 1}, {"max_requests_per_day": 2}),
        ("max_minutes", {"max_minutes": 119}, {"max_minutes": 120}),
    ],
)
def test_limits_count_what_they_do_already(code: str, limit: dict[str, Any], less: dict[str, Any]) -> None:
    """Both serve an hour at 14:00."""
    b = batch(people(limit, less), [request("o", start="14:00", roles=(role(count=2),)), request()])
    both = visit("o", "v0", "14:00"), visit("o", "v1", "14:00")
    assert stops(b, *both) == [(code, 1), ("contest", 1)]


def test_a_limit_for_each_day() -> None:
    """One visit on the first day leaves the second open."""
    two_days = (span("8:00", "18:00"), span("8:00", "18:00", day=1))
    b = batch(
        people({"max_requests_per_day": 1}, shifts=two_days),
        [request("o", start="14:00"), request("r", day=1), request("q")],
    )
    assert stops(b, visit("o", "v0", "14:00")) == [("contest", 1)]
    assert stops(b, visit("o", "v0", "14:00"), of=("q", "a")) == [("max_requests_per_day", 1)]


@pytest.mark.parametrize(
    ("other", "where", "code"),
    [
        ("9:30", 0, "busy"),  # at the same time
        ("10:10", 10, "contest"),  # this ends at 10:00, and ten minutes on
        ("10:09", 10, "busy"),
        ("7:50", 10, "contest"),  # the other ends at 8:50, and ten minutes on
        ("7:51", 10, "busy"),
    ],
)
def test_busy_elsewhere(other: str, where: int, code: str) -> None:
    b = batch(people({"shifts": (span("7:00", "18:00"),)}), [request("o", where, other), request()])
    assert stops(b, visit("o", "v0", other)) == [(code, 1)]


def by_way_of_home(other: str, **fields: Any) -> Batch:
    """From the other request to this one or back it takes 50 minutes, by way of home 10 + 10."""
    table = ((0, 600, 600), (600, 0, 3000), (600, 3000, 0))
    home, one, two = (NodePlace(node=name) for name in ("home", "o", "r"))
    return batch(
        [volunteer("v0", place=home, shifts=(span("7:00", "18:00"),))],
        [request("o", start=other, place=one), request("r", place=two)],
        travel=MatrixTravel(kind="matrix", nodes=("home", "o", "r"), seconds=table),
        **fields,
    )


@pytest.mark.parametrize("other", ["7:40", "10:20"])
def test_busy_unless_by_way_of_home(other: str) -> None:
    """Twenty minutes lie between the two, before this one or after it."""
    served = visit("o", "v0", other)
    assert stops(by_way_of_home(other), served) == [("contest", 1)]
    assert stops(by_way_of_home(other, policy=Policy(home_between=False)), served) == [("busy", 1)]


@pytest.mark.parametrize(("now", "code"), [("8:50", "contest"), ("8:51", "shift")])
def test_home_is_left_after_now_again(now: str, code: str) -> None:
    """At home since 8:40, and ten minutes to the request at 9:00."""
    b = by_way_of_home("7:30", now=at(now), pins=(fixed("o", "v0", "7:30"),))
    assert stops(b, visit("o", "v0", "7:30")) == [(code, 1)]


@pytest.mark.parametrize(("other", "code"), [("10:10", "contest"), ("10:09", "busy")])
def test_an_escort_goes_on_from_where_it_ends(other: str, code: str) -> None:
    b = batch(people({}), [request("o", start=other), request(end_place=mark(10))])
    assert stops(b, visit("o", "v0", other)) == [(code, 1)]


@pytest.mark.parametrize(
    ("ends_at", "start", "code"),
    [
        (None, "10:40", "contest"),
        (None, "10:41", "busy"),
        ("open", "10:41", "busy"),  # the way home takes its time all the same
        (mark(40), "10:20", "contest"),  # ten minutes on, and from there forty home
        (mark(40), "10:21", "busy"),
    ],
)
def test_busy_on_the_next_tour(ends_at: Any, start: str, code: str) -> None:
    """The next tour leaves at 12:10 for 13:00; an hour from 10:40 on and half an hour home end just then."""
    shifts = (span("8:00", "12:00"), span("12:00", "18:00"))
    b = batch(
        people({"shifts": shifts, "ends_at": ends_at}),
        [request("o", 50, "13:00"), request("r", 30, start)],
        policy=Policy(shift_covers="service"),
    )
    assert stops(b, visit("o", "v0", "13:00")) == [(code, 1)]


@pytest.mark.parametrize(("start", "code"), [("12:40", "contest"), ("12:39", "busy")])
def test_busy_on_the_tour_before(start: str, code: str) -> None:
    """Home again at 11:20 + 50 minutes, and half an hour to the place."""
    shifts = (span("8:00", "12:00"), span("12:00", "18:00"))
    b = batch(
        people({"shifts": shifts}),
        [request("o", 50, "10:20"), request("r", 30, start)],
        policy=Policy(shift_covers="service"),
    )
    assert stops(b, visit("o", "v0", "10:20")) == [(code, 1)]


def test_who_serves_in_the_request_already_is_not_free_for_it() -> None:
    """v0 fills one of two places; of those left, v1 serves another request at that time and v2 lives too far."""
    b = batch(
        people({}, {}, {"home": 300}),
        [request("o"), request(roles=(role(count=2, min_count=1),))],
    )
    assert stops(b, visit("r", "v0"), visit("o", "v1")) == [("shift", 1), ("distinct", 1), ("busy", 1)]


def test_a_request_that_is_served_keeps_its_start() -> None:
    """It could start at 9:00 or 9:05 and does at 9:00, when v1 is not out yet."""
    b = batch(
        people({}, {"shifts": (span("9:05", "18:00"),)}),
        [request(until="9:05", roles=(role(count=2, min_count=1),))],
    )
    assert stops(b, visit("r", "v0")) == [("shift", 1), ("distinct", 1)]
    assert stops(b, visit("r", "v0", "9:05")) == [("distinct", 1), ("contest", 1)]


def test_a_team_that_was_sent_is_the_only_one() -> None:
    b = batch(
        people({"teams": ("t",)}, {"teams": ("u",)}, {"teams": ("t", "u")}),
        [request(one_team=True, roles=(role(count=3, min_count=1),))],
        teams=TEAMS,
    )
    assert stops(b, visit("r", "v0")) == [("team", 1), ("distinct", 1), ("contest", 1)]
    pinned = b.model_copy(update={"pins": (fixed("r", "v0"),)})  # a pin binds nobody else to its team
    assert stops(pinned, visit("r", "v0")) == [("distinct", 1), ("contest", 2)]


def test_who_is_pinned_serves_already_whatever_the_rules_say() -> None:
    b = batch(
        people({}, {}),
        [request(roles=(role(count=2, min_count=1),), excluded=("v0", "v1"))],
        pins=(fixed("r", "v0"),),
    )
    assert stops(b, visit("r", "v0")) == [("excluded", 1), ("distinct", 1)]


# Words, and the list as a whole.


def test_words() -> None:
    """The law article stands with the rules that have one; a number follows in each language."""
    b = batch(people({}, {}, {"home": 300, "skills": (HeldSkill(skill="s"),)}), [request(roles=(role(skill="s"),))])
    (place,) = places(b)
    assert reason_words(place.reasons, "zh") == [
        "技能不符（种类、等级或有效期）（《志愿服务条例》第 15 条）：2 人",
        "不在可服务时间内：1 人",
    ]
    assert reason_words(place.reasons, "en") == [
        "lacks the skill at the level, valid on the day (volunteer service regulation, art. 15): 2",
        "the tour or service does not fit into a shift: 1",
    ]


def test_every_code_has_words_in_both_languages() -> None:
    assert ORDER[: len(STOPS) - 1] == STOPS[1:]
    for code in ORDER:
        zh, en = stopped(code, now=False)
        assert not zh.isascii()
        assert en.isascii()
        assert code in RULES or code == "busy"


def test_nothing_to_say_where_all_is_served() -> None:
    assert reasons_for(batch(people({}), [request()]), [visit("r", "v0")], []) == ()


def test_nobody_at_all() -> None:
    (place,) = places(batch([], [request()]))
    assert place.reasons == ()


def test_the_list_is_kept_and_the_order_of_the_batch_plays_no_part() -> None:
    requests: list[Request] = [request("b", roles=(role(count=3), role("z", skill="s"))), request("a")]
    b = batch(people({}, {"home": 90}, {"shifts": ()}), requests)
    listed = unserved_of(b, [])
    found = reasons_for(b, [], listed)
    assert [place.model_copy(update={"reasons": ()}) for place in found] == listed
    turned = b.model_copy(update={"volunteers": b.volunteers[::-1], "requests": b.requests[::-1]})
    assert reasons_for(turned, [], listed) == found


def test_a_dispatch_says_why() -> None:
    b = batch(people({}, {"home": 90}), [request(), request("o", roles=(role(skill="s"),))], skills=(Skill(id="s"),))
    (place,) = dispatch(b).unserved
    assert [(reason.code, reason.volunteers) for reason in place.reasons] == [("skill", 2)]
