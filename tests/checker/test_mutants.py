"""For every rule a valid plan and a smallest change of it, which that rule alone must catch."""

from datetime import date

import pytest

from matcher.batch import After, Batch, HeldQualification, HeldSkill, Lag, Site
from matcher.checker import check
from matcher.plan import Plan
from matcher.policy import Policy
from matcher.rules import RULES
from tests.checker.build import at, batch, fixed, plan, request, role, span, visit, volunteer

SITES = [Site(id="east", tier="town"), Site(id="west", tier="town")]


def someone_else(good, bad, asked, **fields) -> tuple[Batch, Plan, Plan]:
    """Two volunteers who differ in one thing: the change is to send the other one."""
    b = batch([volunteer("v", **good), volunteer("w", **bad)], [request(**asked)], **fields)
    return b, plan(visit(volunteer="v")), plan(visit(volunteer="w"))


def at_another_time(bad, asked=None, person=None, **fields) -> tuple[Batch, Plan, Plan]:
    """One request, served from 9:00 on: the change is to start at another time."""
    b = batch([volunteer(**(person or {}))], [request(**({"until": "17:00"} | (asked or {})))], **fields)
    return b, plan(visit()), plan(visit(start=bad))


def one_more(person) -> tuple[Batch, Plan, Plan]:
    """Two requests of a volunteer whose limit allows one: the change is to add the second."""
    b = batch([volunteer(**person)], [request("one"), request("two", start="11:00")])
    return b, plan(visit("one")), plan(visit("one"), visit("two", start="11:00"))


PAIR = role("a", count=2, min_count=1)
LATER = role("b", lag=Lag(min=60, max=90))
INSURED = {"qualifications": [HeldQualification(id="insured")]}
CHAIN = [request("one"), request("two", until="17:00", after=[After(request="one", min=30)])]
TWO = [volunteer("v"), volunteer("w")]

MUTANTS: dict[str, tuple[Batch, Plan, Plan]] = {
    "skill": someone_else({"skills": [HeldSkill(skill="repair")]}, {}, {"roles": (role(skill="repair"),)}),
    "qualification": someone_else(INSURED, {}, {"qualifications": ["insured"]}),
    "age": someone_else({"birth_date": date(2008, 7, 21)}, {"birth_date": date(2008, 7, 22)}, {"min_age": 18}),
    "tag": someone_else({"tags": ["方言"]}, {}, {"tags_required": ["方言"]}),
    "excluded": someone_else({}, {}, {"excluded": ["w"]}),
    "team": someone_else({"teams": ["red"]}, {"teams": ["blue"]}, {"team": "red"}),
    "reach": someone_else(
        {"site": "east"}, {"site": "west"}, {"site": "east"}, sites=SITES, policy=Policy(reach={"normal": 0})
    ),
    "max_travel": someone_else({"max_travel_minutes": 10}, {"max_travel_minutes": 9}, {"where": 10}),
    "shift": at_another_time("11:05", person={"shifts": (span("8:00", "12:00"),)}),
    "window": at_another_time("9:03"),
    "synchrony": (
        batch(TWO, [request(until="10:00", roles=(PAIR,))]),
        plan(visit(), visit(volunteer="w")),
        plan(visit(), visit(volunteer="w", start="9:05")),
    ),
    "distinct": (
        batch(TWO, [request(roles=(role("a"), LATER))]),
        plan(visit(), visit(volunteer="w", role="b", start="10:00")),
        plan(visit(), visit(volunteer="v", role="b", start="10:00")),
    ),
    "count": (
        batch(TWO, [request(roles=(role("a", count=2),))]),
        plan(visit(), visit(volunteer="w")),
        plan(visit()),
    ),
    "overlap": (
        batch([volunteer()], [request("one"), request("two", where=10, until="17:00")]),
        plan(visit("one"), visit("two", start="10:10")),
        plan(visit("one"), visit("two", start="10:05")),
    ),
    "max_requests": one_more({"max_requests": 1}),
    "max_requests_per_day": one_more({"max_requests_per_day": 1}),
    "max_minutes": one_more({"max_minutes": 90}),
    "max_asks": one_more({"asked": 2, "max_asks": 3}),
    "after": (
        batch(TWO, CHAIN),
        plan(visit("one"), visit("two", "w", "10:30")),
        plan(visit("one"), visit("two", "w", "10:25")),
    ),
    "mandatory": (batch([volunteer()], [request(mandatory=True)]), plan(visit()), plan()),
    "pin": at_another_time("9:05", pins=[fixed()]),
    "now": at_another_time("8:55", {"start": "8:00"}, now=at("9:00")),
}


def test_every_rule_has_a_mutant():
    assert set(MUTANTS) == set(RULES)


@pytest.mark.parametrize("rule", RULES)
def test_only_the_rule_broken_is_named(rule):
    b, good, bad = MUTANTS[rule]
    assert check(b, good).violations == ()
    assert [v.code for v in check(b, bad).violations] == [rule]


@pytest.mark.parametrize("rule", RULES)
def test_both_languages_name_the_ids_and_the_law(rule):
    b, _, bad = MUTANTS[rule]
    (found,) = check(b, bad).violations
    for id in (found.request, found.role, found.volunteer):
        assert id is None or (f" {id}" in found.zh and f" {id}" in found.en)
    assert found.zh.endswith(RULES[rule].law_zh + "。")
    assert found.en.endswith(RULES[rule].law_en + ".")


def test_the_law_stands_in_both_languages():
    (one,) = check(*MUTANTS["age"][::2]).violations
    assert one.zh.endswith("（《志愿服务条例》第 15 条）。")
    assert one.en.endswith(" (volunteer service regulation, art. 15).")
    (two,) = check(*MUTANTS["qualification"][::2]).violations
    assert two.zh.endswith("（《志愿服务条例》第 16、17 条）。")
    assert two.en.endswith(" (volunteer service regulation, arts. 16, 17).")
    assert not RULES["team"].law_zh
    assert not RULES["team"].law_en
