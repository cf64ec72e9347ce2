"""Each kind of edit: what it changes, what it leaves alone, what it says."""

from collections.abc import Sequence
from typing import Any

import pytest

from matcher import Batch, InputError, check, dispatch, to_json
from matcher.batch import After, Team
from matcher.demo import county_day
from scenarios import Scenario, apply, load_scenario, read_scenario, ready, to_toml
from tests.checker import build


@pytest.fixture(scope="module")
def town() -> Batch:
    return county_day(300, 60, seed=3)


def scenario(*edits: dict[str, Any], seed: int = 0) -> Scenario:
    return Scenario.model_validate({"schema": "matcher.scenario/1", "id": "s", "seed": seed, "edits": edits})


def edited(batch: Batch, *edits: dict[str, Any], sample: int = 0) -> Batch:
    return apply(scenario(*edits), batch, sample).batch


def below(batch: Batch, town: str) -> set[str]:
    found = {town}
    while more := {site.id for site in batch.sites if site.parent in found} - found:
        found |= more
    return found


def held(batch: Batch, skill: str) -> set[str]:
    return {v.id for v in batch.volunteers if any(each.skill == skill for each in v.skills)}


ONE_OF_EACH: list[dict[str, Any]] = [
    {"kind": "demand", "factor": 1.5, "towns": ["老隆镇"]},
    {"kind": "demand", "factor": 0.5, "hours": "08:00-12:00", "priorities": ["normal", "low"]},
    {"kind": "surge", "count": 5, "skill": "rescue", "towns": ["@busiest"]},
    {"kind": "theme", "categories": ["elder", "慢病随访"]},
    {"kind": "mandatory", "value": True, "priorities": ["emergency"]},
    {"kind": "priority", "to": "urgent", "categories": ["elder"]},
    {"kind": "windows", "earlier_steps": 2, "later_steps": 1},
    {"kind": "dropout", "rate": 0.3},
    {"kind": "away", "team": "医疗健康志愿服务分队", "hours": "09:00-11:00"},
    {"kind": "away", "team": "speciality-2"},
    {"kind": "train", "count": 7, "skill": "law", "towns": ["@largest"]},
    {"kind": "recruit", "count": 20, "skill": "@scarcest", "level": 2},
    {"kind": "acceptance", "factor": 0.8},
    {"kind": "shifts", "earlier": 30, "later": -45},
    {"kind": "range", "factor": 1.1},
    {"kind": "station", "team": "speciality-3", "site": "town-4"},
    {"kind": "open_site", "id": "new", "name": "新村", "parent": "town-4"},
    {"kind": "close_site", "site": "town-5"},
    {"kind": "merge", "towns": ["@remotest", "@remotest-2"]},
    {"kind": "block"},
    {"kind": "slow", "factor": 1.5, "towns": ["town-3"]},
    {"kind": "policy", "values": {"start_step_minutes": 30}, "weights": {"travel": 2}, "first": "escalation"},
]


@pytest.mark.parametrize("edit", ONE_OF_EACH, ids=lambda edit: str(edit["kind"]))
def test_an_edit_is_pure_and_comes_back_from_its_file(town: Batch, edit: dict[str, Any]) -> None:
    before, given = to_json(town), scenario(edit)
    first, second = apply(given, town), apply(given, town)
    assert to_json(town) == before
    assert to_json(first.batch) == to_json(second.batch)
    assert (to_json(first.batch) != before) == (edit["kind"] != "block")
    assert read_scenario(to_toml(given)) == given
    ((zh, en, count),) = first.changes
    assert zh
    assert en
    assert count == second.changes[0].number


def test_all_edits_together_leave_a_batch_that_can_be_planned(town: Batch) -> None:
    edits = [edit for edit in ONE_OF_EACH if edit["kind"] != "mandatory"]
    changed = apply(scenario(*edits), town)
    assert len(changed.changes) == len(edits)
    plan = dispatch(changed.batch, work=2_000_000)
    assert plan.visits
    assert check(changed.batch, plan).valid


def test_demand_grows_and_shrinks_by_what_is_drawn_for_each_request(town: Batch) -> None:
    def ids(factor: float, sample: int = 0) -> set[str]:
        return {r.id for r in edited(town, {"kind": "demand", "factor": factor}, sample=sample).requests}

    assert len(ids(2)) == 2 * len(town.requests)
    assert len(ids(0)) == 0
    assert ids(0.4) < ids(0.7) < ids(1) < ids(1.3) < ids(2.5)
    assert ids(0.5) != ids(0.5, sample=1)
    assert 0.3 < len(ids(0.5)) / len(town.requests) < 0.7


def test_what_is_left_out_is_named_nowhere() -> None:
    requests = [build.request(f"r{n}", n) for n in range(3)]
    requests[1] = requests[1].model_copy(update={"after": (After(request="r0"),)})
    batch = build.batch([build.volunteer("v")], requests, pins=[build.fixed("r0", volunteer="v")])
    changed = edited(batch, {"kind": "demand", "factor": 0})
    assert (changed.requests, changed.pins) == ((), ())


def test_a_surge_falls_where_and_when_it_should(town: Batch) -> None:
    surge = {"kind": "surge", "count": 30, "towns": ["town-2"], "hours": "13:00-17:00", "people": 2, "skill": "医护"}
    new = edited(town, surge).requests[len(town.requests) :]
    assert len(new) == 30
    assert {request.site for request in new} <= below(town, "town-2")
    assert len({request.site for request in new}) > 3
    assert all(13 <= r.windows[0].start.hour < 17 and r.windows[0].start.minute % 15 == 0 for r in new)
    assert all(r.roles[0].skill == "medic" and r.roles[0].count == 2 for r in new)


def test_those_who_drop_out_at_a_low_rate_do_at_a_high_one_in_every_scenario(town: Batch) -> None:
    def gone(*edits: dict[str, Any], sample: int = 0) -> set[str]:
        return {v.id for v in edited(town, *edits, sample=sample).volunteers if not v.shifts}

    few, many = {"kind": "dropout", "rate": 0.2}, {"kind": "dropout", "rate": 0.5}
    assert gone(few) < gone(many)
    assert gone({"kind": "demand", "factor": 2}, few) == gone(few)
    assert gone(few, few) > gone(few)
    assert gone(few) != gone(few, sample=1)
    assert len(gone({"kind": "dropout", "rate": 1})) == len(town.volunteers)


def test_a_team_away_for_some_hours_keeps_the_rest_of_its_shifts() -> None:
    shifts = [build.span("8:00", "12:00"), build.span("13:00", "18:00")]
    people = [build.volunteer("v", teams=("t",), shifts=shifts), build.volunteer("w", shifts=shifts)]
    requests = [build.request("early", start="8:15"), build.request("late", start="14:00")]
    pins = [build.fixed("early", volunteer="v", start="8:15"), build.fixed("late", volunteer="v", start="14:00")]
    batch = build.batch(people, requests, teams=[Team(id="t")], pins=pins)
    changed = edited(batch, {"kind": "away", "team": "t", "hours": "11:00-15:00"})
    told = [(s.start.hour, s.end.hour) for s in changed.volunteers[0].shifts]
    assert told == [(8, 11), (15, 18)]
    assert changed.volunteers[1] == batch.volunteers[1]
    assert [pin.request for pin in changed.pins] == ["early"]


def test_people_are_trained_and_recruited_in_the_scarcest_skill(town: Batch) -> None:
    trained = edited(town, {"kind": "train", "count": 5, "skill": "law", "towns": ["town-1"]})
    fresh = held(trained, "law") - held(town, "law")
    assert len(fresh) == 5
    assert {v.site for v in town.volunteers if v.id in fresh} <= below(town, "town-1")
    more = edited(town, {"kind": "train", "count": 6, "skill": "law", "towns": ["town-1"]})
    assert fresh < held(more, "law")
    recruits = edited(town, {"kind": "recruit", "count": 4, "skill": "@scarcest"}).volunteers[len(town.volunteers) :]
    assert len({v.id for v in recruits}) == 4
    assert all(len(v.skills) == 1 and v.shifts and not v.name and not v.phone for v in recruits)


def test_shifts_are_widened_no_further_than_the_next_one() -> None:
    shifts = [build.span("8:00", "12:00"), build.span("12:30", "18:00")]
    batch = build.batch([build.volunteer("v", shifts=shifts)], [build.request("r")])
    wide = edited(batch, {"kind": "shifts", "earlier": 60, "later": 60}).volunteers[0].shifts
    assert [(s.start.strftime("%H:%M"), s.end.strftime("%H:%M")) for s in wide] == [
        ("07:00", "11:30"),
        ("11:30", "19:00"),
    ]
    assert edited(batch, {"kind": "shifts", "earlier": -600}).volunteers[0].shifts == ()


def test_a_site_that_closes_leaves_everybody_where_they_are(town: Batch) -> None:
    closed = edited(town, {"kind": "close_site", "site": "town-5", "into": "town-6"})
    assert "town-5" not in {site.id for site in closed.sites}
    assert below(town, "town-5") - {"town-5"} <= below(closed, "town-6")
    assert [v.place for v in closed.volunteers if v.place] == [v.place for v in town.volunteers if v.place]


def test_roads_and_cells_are_blocked_where_travel_knows_them() -> None:
    grid = build.batch([build.volunteer("v")], [build.request("r")])
    assert edited(grid, {"kind": "block", "cells": [[5, 5]]}).travel.blocked == ((5, 5),)  # type: ignore[union-attr]
    with pytest.raises(InputError, match="no_such_road"):
        edited(grid, {"kind": "block", "roads": [["a", "b"]]})


def test_a_term_is_lifted_to_a_tier_of_its_own_after_coverage(town: Batch) -> None:
    policy = edited(town, {"kind": "policy", "first": "escalation", "weights": {"travel": 3}}).policy
    names = [sorted(tier.terms) for tier in policy.tiers]
    assert names[4] == ["escalation"]
    assert "escalation" not in names[5]
    assert policy.tiers[5].terms["travel"] == 3


def test_order_matters_where_one_edit_makes_what_the_next_changes(town: Batch) -> None:
    surge, twice = {"kind": "surge", "count": 3}, {"kind": "demand", "factor": 2}
    assert len(edited(town, surge, twice).requests) == len(edited(town, twice, surge).requests) + 3


@pytest.mark.parametrize(
    ("edits", "told"),
    [
        ([{"kind": "away", "team": "医疗健康志愿服务分对"}], ["医疗健康志愿服务分队"]),
        ([{"kind": "train", "count": 1, "skill": "lawn"}], ["law"]),
        ([{"kind": "demand", "factor": 1, "towns": ["老龙镇"]}], ["老隆镇"]),
        ([{"kind": "dropout", "rate": 1, "towns": ["@nearest"]}], ["@nearest"]),
        ([{"kind": "theme", "categories": ["独居老人探望"]}], ["独居老人探访"]),
        ([{"kind": "policy", "values": {"start_step": 5}}], ["start_step"]),
        ([{"kind": "policy", "weights": {"travle": 5}}], ["travel"]),
        ([{"kind": "open_site", "id": "town-1", "parent": "county"}], ["/sites/1"]),
        ([{"kind": "away", "team": "x"}, {"kind": "away", "team": "y"}], ["/edits/0/team", "/edits/1/team"]),
    ],
)
def test_unknown_names_are_told_with_the_nearest_match(
    town: Batch, edits: Sequence[dict[str, Any]], told: list[str]
) -> None:
    with pytest.raises(InputError) as refused:
        edited(town, *edits)
    assert all(text in str(refused.value) for text in told), str(refused.value)


@pytest.mark.parametrize("name", ready())
def test_each_ready_scenario_changes_the_demo_county(town: Batch, name: str) -> None:
    given = load_scenario(name)
    assert given.id == name
    assert given.zh
    assert given.en
    changed = apply(given, town)
    assert to_json(changed.batch) != to_json(town)
    assert read_scenario(to_toml(given)) == given
    assert len(changed.changes) == len(given.edits)
