from datetime import date
from typing import Any

import pytest

from matcher.batch import After, Lag, Site
from matcher.policy import Policy
from tests.checker.build import at, batch, fixed, mark, request, role, span
from tests.dispatch.build import NEAR, conflicts, optimum, rivals, volunteer

SITES = [Site(id="county", tier="county", place=mark(0)), Site(id="abroad", tier="county", place=mark(0))]


def test_the_pinned_one_goes() -> None:
    assert optimum(rivals({}, {}, {}, pins=[fixed(volunteer="far")]), "r far 9:00") == (0, 0, 1, 0, -20)


@pytest.mark.parametrize(
    ("far", "asked", "fields"),
    [
        ({}, {"roles": [role(skill="s")]}, {}),
        ({}, {"qualifications": ["insured"]}, {}),
        ({"birth_date": date(2020, 1, 1)}, {"min_age": 18}, {}),
        ({}, {"tags_required": ["女"]}, {}),
        ({}, {"excluded": ["far"]}, {}),
        ({"teams": ["blue"]}, {"team": "red"}, {}),
        ({}, {"one_team": True}, {}),
        ({"max_travel_minutes": 9}, {}, {}),
        ({}, {}, {"now": at("12:00")}),
        ({}, {"windows": [span("9:01", "9:31"), span("11:00", "12:00")]}, {}),
        ({"max_requests": 0}, {}, {}),
        ({"max_requests_per_day": 0}, {}, {}),
        ({"max_minutes": 59}, {}, {}),
        ({"asked": 3, "max_asks": 3}, {}, {}),
    ],
)
def test_free_of_the_rules_for_one_visit(far: dict[str, Any], asked: dict[str, Any], fields: dict[str, Any]) -> None:
    # The near one has what is asked, but the far one is pinned: 10 minutes each way.
    b = rivals({}, far, asked, pins=[fixed(volunteer="far")], **fields)
    assert optimum(b, "r far 9:00") == (0, 0, 1, 0, -20)


def test_free_of_reach() -> None:
    # Three tiers away: 15 each.
    policy = Policy(reach={"normal": 0})
    b = rivals({"site": "county"}, {"site": "abroad"}, {"site": "county"}, sites=SITES, policy=policy)
    pinned = b.model_copy(update={"pins": (fixed(volunteer="far"),)})
    assert optimum(pinned, "r far 9:00") == (0, 0, 1, 0, -20 - 45)
    assert optimum(b, "r near 9:00") == NEAR


def test_comes_before_any_emergency() -> None:
    b = batch([volunteer()], [request("one", priority="emergency"), request("two", value=0)], pins=[fixed("two")])
    assert optimum(b, "two v 9:00") == (0, 0, 0, 0, 0)


def test_others_join_at_its_start() -> None:
    # 9:03 is no start of the window; the other place is filled then.
    b = batch([volunteer("v"), volunteer("w")], [request(roles=[role(count=2)])], pins=[fixed(start="9:03")])
    assert optimum(b, "r v 9:03", "r w 9:03") == NEAR


@pytest.mark.parametrize(("start", "first"), [("9:35", "9:05"), ("9:30", "9:00")])
def test_a_pinned_role_with_lag_leaves_the_start_to_the_first(start: str, first: str) -> None:
    roles = [role(), role("b", lag=Lag(min=30, max=30))]
    b = batch(
        [volunteer("v"), volunteer("w")], [request(until="9:05", roles=roles)], pins=[fixed("r", "w", start, "b")]
    )
    assert optimum(b, f"r v {first}", f"r.b w {start}") == NEAR


def test_the_others_of_one_team_share_one_among_themselves() -> None:
    # The pinned one is in no team; the red ones are nearer together: 2 + 6 minutes, blue 0 + 10.
    homes = {"p": (0, []), "b": (0, ["blue"]), "c": (1, ["red"]), "d": (3, ["red"]), "e": (5, ["blue"])}
    people = [volunteer(id, home, teams=teams) for id, (home, teams) in homes.items()]
    b = batch(
        people,
        [request(roles=[role(count=3)], one_team=True)],
        teams=[{"id": "red"}, {"id": "blue"}],
        pins=[fixed(volunteer="p")],
    )
    assert optimum(b, "r c 9:00", "r d 9:00", "r p 9:00") == (0, 0, 1, 0, -8)


def test_what_it_follows_is_served() -> None:
    b = batch(
        [volunteer("v"), volunteer("w", 10)],
        [request("one", value=0), request("two", start="10:00", after=[After(request="one")])],
        pins=[fixed("two", start="10:00")],
    )
    assert optimum(b, "one v 9:00", "two v 10:00") == (0, 0, 1, 0, -3)


@pytest.mark.parametrize(
    "fields",
    [
        {"where": 61},
        {"until": "9:30", "minutes": 600},
        {"roles": [role(count=2)]},
        {"roles": [role(), role("b", skill="s")]},
        {"after": [After(request="other")]},
    ],
)
def test_it_is_not_free_of_shift_count_and_after(fields: dict[str, Any]) -> None:
    asked = [request(**fields), request("other", start="20:00")]
    b = batch([volunteer()], asked, skills=[{"id": "s"}], pins=[fixed()])
    assert conflicts(b) == ("/pins/0",)


@pytest.mark.parametrize("start", ["9:00", "9:59", "10:04"])
def test_two_that_overlap(start: str) -> None:
    asked = [request("one"), request("two", where=5, start=start)]
    b = batch([volunteer()], asked, pins=[fixed("one"), fixed("two", start=start)])
    assert conflicts(b) == ("/pins/0", "/pins/1")


def test_starts_that_no_lag_joins() -> None:
    roles = [role(), role("b", lag=Lag(min=30, max=30))]
    b = batch([volunteer("v"), volunteer("w")], [request(roles=roles)], pins=[fixed(), fixed("r", "w", "9:31", "b")])
    assert set(conflicts(b)) <= {"/pins/0", "/pins/1"}


def test_no_pins() -> None:
    assert optimum(rivals({}, {}, {}, pins=[]), "r near 9:00") == NEAR
