"""Who may go where, and what no peer is given."""

from datetime import date
from typing import Any

import pytest

from benchmarks.peers.eligible import Eligible, level
from benchmarks.peers.scope import beyond, beyond_vehicles
from benchmarks.peers.task import Task
from matcher.batch import After, HeldQualification, HeldSkill, Lag, Site
from matcher.policy import Policy, Tier
from tests.checker.build import MIDNIGHT, batch, fixed, request, role, span, volunteer

DAY = MIDNIGHT.date()
YESTERDAY = date(2026, 7, 20)
TOWNS = [Site(id="t1", tier="town"), Site(id="t2", tier="town")]


def may(person: dict[str, Any], asked: dict[str, Any], **fields: Any) -> bool:
    b = batch([volunteer(**person)], [request(**asked)], **fields)
    return Eligible(b).may(b.volunteers[0], b.requests[0], b.requests[0].roles[0], DAY)


SKILLED = {"roles": (role(skill="s", level=2),)}


@pytest.mark.parametrize(
    ("person", "asked", "allowed"),
    [
        ({"skills": (HeldSkill(skill="s", level=2, valid_until=DAY),)}, SKILLED, True),
        ({"skills": (HeldSkill(skill="s", level=2, valid_until=YESTERDAY),)}, SKILLED, False),
        ({"skills": (HeldSkill(skill="s", level=1),)}, SKILLED, False),
        ({"qualifications": (HeldQualification(id="q"),)}, {"qualifications": ("q",)}, True),
        ({"qualifications": (HeldQualification(id="q", valid_until=YESTERDAY),)}, {"qualifications": ("q",)}, False),
        ({"birth_date": date(2008, 7, 21)}, {"min_age": 18}, True),
        ({"birth_date": date(2008, 7, 22)}, {"min_age": 18}, False),
        ({}, {"min_age": 0}, False),
        ({"tags": ("x", "y")}, {"tags_required": ("x",)}, True),
        ({"tags": ("y",)}, {"tags_required": ("x",)}, False),
        ({}, {"excluded": ("v",)}, False),
        ({"teams": ("red",)}, {"team": "red"}, True),
        ({}, {"team": "red"}, False),
    ],
)
def test_rules_about_people(person: dict[str, Any], asked: dict[str, Any], allowed: bool) -> None:
    assert may(person, asked) is allowed


@pytest.mark.parametrize(("reach", "allowed"), [(2, False), (3, True)])
def test_reach(reach: int, allowed: bool) -> None:
    # Two towns without a county above them are 3 apart.
    assert may({"site": "t1"}, {"site": "t2"}, sites=TOWNS, policy=Policy(reach={"normal": reach})) is allowed


def test_the_highest_valid_level_counts() -> None:
    held = (HeldSkill(skill="s", level=3, valid_until=YESTERDAY), HeldSkill(skill="s", level=2), HeldSkill(skill="t"))
    assert level(volunteer(skills=held), "s", DAY) == 2


def test_options_are_the_starts_that_the_shift_and_the_way_leave() -> None:
    # From 8:00 on, 30 minutes away, back by 10:00: an hour may start at 8:30 only, or not at all.
    people = [volunteer(shifts=(span("8:00", "10:00"),)), volunteer("w", max_travel_minutes=29)]
    task = Task(batch(people, [request(where=30, start="8:25", until="9:00")]))
    assert task.options == [{0: (8 * 3600 + 1800,)}, {}]


@pytest.mark.parametrize(
    ("fields", "words"),
    [
        ({}, None),
        ({"pins": (fixed(),)}, "pinned visits"),
        ({"previous": (fixed(),)}, "a plan in force"),
        ({"now": MIDNIGHT}, "a moment before which nobody leaves"),
        ({"policy": Policy(shift_covers="service")}, "shifts that cover the services only"),
        (
            {"policy": Policy(tiers=(Tier(terms={"travel": 1}), Tier(terms={"coverage.low": 1})))},
            "tiers other than coverage first and all else last",
        ),
        ({"requests": [request(mandatory=True)]}, "mandatory requests"),
        ({"requests": [request(), request("q", after=(After(request="r"),))]}, "requests that follow each other"),
        ({"requests": [request(one_team=True)]}, "people of one team"),
        (
            {"requests": [request(roles=(role(), role("b", lag=Lag(max=5))))]},
            "roles that start later than the first",
        ),
        (
            {"volunteers": [volunteer(ends_at="open", shifts=(span("8:00", "9:00"), span("9:00", "12:00")))]},
            "the way back to the next shift's start",
        ),
    ],
)
def test_what_no_peer_is_given(fields: dict[str, Any], words: str | None) -> None:
    usual: dict[str, Any] = {"volunteers": [volunteer()], "requests": [request()]}
    assert beyond(batch(**(usual | fields))) == words


def test_what_vehicles_do_not_know_of_each_other() -> None:
    two = (span("8:00", "9:00"), span("9:00", "12:00"))

    assert beyond_vehicles(batch([volunteer(shifts=two, max_requests=1)], [request()])) == "a limit over several shifts"
    assert beyond_vehicles(batch([volunteer(shifts=two)], [request(until="10:00")])) is None
    pair = request(until="10:00", roles=(role(count=2),))
    assert beyond_vehicles(batch([], [pair])) == "several people who start together, at a start to be chosen"
