"""A worked example with several rules and terms at once; every number is derived in a comment."""

import pytest

from matcher.batch import Batch
from matcher.checker import check
from matcher.plan import Plan

DAY = "2026-07-21"


def hours(start, end):
    return {"start": f"{DAY}T{start}:00+08:00", "end": f"{DAY}T{end}:00+08:00"}


def person(id, site, cell, shift, travel, requests, minutes, asks, acceptance, born, **fields):
    limits = {"max_requests": requests, "max_minutes": minutes, "max_travel_minutes": travel, "max_asks": 4}
    usual = {"id": id, "site": site, "place": {"cell": cell}, "shifts": [hours(*shift)], "asked": asks}
    return usual | limits | {"acceptance": acceptance, "birth_date": born} | fields


def order(id, site, cell, start, minutes, roles, priority, **fields):
    usual = {"id": id, "site": site, "place": {"cell": cell}, "windows": [hours(start, start)], "minutes": minutes}
    return usual | {"roles": roles, "priority": priority} | fields


def example():
    sites = [
        {"id": "county", "tier": "county", "place": {"cell": [10, 10]}},
        {"id": "east", "tier": "town", "parent": "county", "place": {"cell": [10, 20]}},
        {"id": "west", "tier": "town", "parent": "county", "place": {"cell": [10, 2]}},
        {"id": "qiao", "tier": "village", "parent": "east", "place": {"cell": [12, 22]}},
        {"id": "hexi", "tier": "village", "parent": "west", "place": {"cell": [9, 3]}},
    ]
    insured = {"qualifications": [{"id": "insured", "valid_until": "2026-12-31"}]}
    doctor = [{"skill": "medical", "level": 2, "valid_until": "2027-12-31"}]
    both = [{"skill": "medical"}, {"skill": "repair"}]
    expired = [{"skill": "repair", "valid_until": "2026-07-20"}]
    fix = [{"id": "repairer", "skill": "repair"}]
    clinic = [
        {"id": "doctor", "skill": "medical", "level": 2},
        {"id": "helper", "skill": "medical", "count": 2, "min_count": 1},
    ]
    due = {"due": f"{DAY}T14:30:00+08:00"}
    return {
        "schema": "matcher.batch/1",
        "id": "example",
        "horizon": {"start": f"{DAY}T00:00:00+08:00", "end": "2026-07-22T00:00:00+08:00"},
        "skills": [{"id": "medical"}, {"id": "repair"}],
        "categories": [{"id": "clinic"}, {"id": "fix"}],
        "sites": sites,
        "volunteers": [
            person(
                "v1",
                "qiao",
                [12, 22],
                ("08:00", "12:00"),
                40,
                2,
                180,
                1,
                0.9,
                "1985-03-02",
                skills=doctor,
                recent_requests=2,
                **insured,
            ),
            person(
                "v2",
                "hexi",
                [9, 3],
                ("08:30", "17:00"),
                60,
                3,
                240,
                0,
                0.8,
                "1999-11-20",
                skills=both,
                interests=["fix"],
            ),
            person(
                "v3", "east", [10, 20], ("08:00", "18:00"), 40, 2, 240, 0, 1.0, "2009-01-05", skills=expired, **insured
            ),
        ],
        "requests": [
            order(
                "clinic", "qiao", [12, 21], "09:30", 60, clinic, "urgent", category="clinic", value=2, familiar=["v1"]
            ),
            order("fridge", "hexi", [9, 4], "14:00", 45, fix, "normal", category="fix", **due),
            order(
                "roof",
                "qiao",
                [13, 22],
                "15:00",
                90,
                fix,
                "emergency",
                category="fix",
                qualifications=["insured"],
                min_age=18,
            ),
        ],
        "travel": {"kind": "grid", "cell_metres": 500, "metric": "manhattan", "speed_kmh": 20},
    }


# One cell is 500 m at 20 km/h: 90 s. v1 goes one cell out and one back: 3 minutes. v2: 3 + 18 = 21 cells,
# 31.5 minutes out and home, then 1.5 to the fridge and 1.5 home: 66. Together 69.
# Escalation: v2 from the west town to a village of the east town, 2. Lateness: 14:45 against 14:30.
# Workload: v1 has 2 before: 2; v2 has none and serves two: 0 + 1. Refusals: 0.1 + 0.2 + 0.2.
# Familiar: v1 at the clinic. Interest: v2 likes repairs. Clinic: 2 × 2 of 3 places; roof is not served.
# Idle: v3 has no visit from 8:00 to 18:00. Work: 60 + 3, 60 + 45 + 66 and 0, on average 78: 15 + 93 + 78 away from it.
# Last tier: 10 × 1 + 5 × 1 - 69 - 15 × 2 - 2 × 15 - 3 × 3 - 10 × 0.5 = -128.
TERMS = {
    "coverage.emergency": 0.0,
    "coverage.urgent": 1.333333,
    "coverage.normal": 1.0,
    "coverage.low": 0.0,
    "travel": 69.0,
    "escalation": 2.0,
    "lateness": 15.0,
    "tardiness": 0.0,
    "max_lateness": 0.0,
    "waiting": 0.0,
    "overtime": 0.0,
    "max_idle": 600.0,
    "overskill": 0.0,
    "workload": 3.0,
    "workload_spread": 186.0,
    "missed_break": 0.0,
    "reliability": 0.5,
    "disruption": 0.0,
    "preference": 0.0,
    "familiar": 1.0,
    "interest": 1.0,
    "tags": 0.0,
}
TIERS = [0.0, 1.333333, 1.0, 0.0, -128.0]


def went(request, role, volunteer, start, **fields):
    return {"request": request, "role": role, "volunteer": volunteer, "start": f"{DAY}T{start}:00+08:00"} | fields


def best(**fields):
    visits = [
        went(
            "clinic",
            "doctor",
            "v1",
            "09:30",
            end=f"{DAY}T10:30:00+08:00",
            leave=f"{DAY}T09:28:30+08:00",
            travel_seconds=90,
        ),
        went("clinic", "helper", "v2", "09:30", leave=f"{DAY}T08:58:30+08:00", travel_seconds=1890),
        went("fridge", "repairer", "v2", "14:00", leave=f"{DAY}T13:58:30+08:00", travel_seconds=1980, via_home=True),
    ]
    empty = [
        {"request": "clinic", "role": "helper", "missing": 1},
        {"request": "roof", "role": "repairer", "missing": 1},
    ]
    stated = {"status": "optimal", "score": {"tiers": TIERS, "terms": TERMS}, "bound": {"tiers": TIERS}, "gap": 0.0}
    usual = {"schema": "matcher.plan/1", "batch": "example", "visits": visits, "unserved": empty}
    return Plan.model_validate(usual | stated | fields)


@pytest.fixture(scope="module")
def county():
    return Batch.model_validate(example())


def test_the_best_plan(county):
    report = check(county, best())
    assert report.violations == ()
    assert report.valid
    assert report.remarks == ()
    assert report.score.terms == TERMS
    assert list(report.score.tiers) == TIERS
    assert report.gap == 0


def test_straight_on_is_worse_by_waiting(county):
    # Straight from the clinic: 31.5 - 1.5 = 30 minutes instead of 33, but 180 minutes of waiting at 0.25: 42 worse.
    bare = [went(v.request, v.role, v.volunteer, f"{v.start:%H:%M}") for v in best().visits]
    report = check(county, Plan.model_validate({"schema": "matcher.plan/1", "batch": "example", "visits": bare}))
    assert report.valid
    assert (report.score.terms["travel"], report.score.terms["waiting"]) == (66, 180)
    assert report.score.tiers[-1] == -128 + 3 - 45


@pytest.mark.parametrize(
    ("volunteer", "codes"),
    [
        ("v2", {"qualification", "shift"}),  # not insured, and 23 cells from home at 16:30: back at 17:04:30
        ("v3", {"age", "skill"}),  # 17 years old, and the skill ended the day before
        ("v1", {"skill", "shift"}),  # no repair skill, and at home only until noon
    ],
)
def test_nobody_may_mend_the_roof(county, volunteer, codes):
    visits = [went("roof", "repairer", volunteer, "15:00")]
    report = check(county, Plan.model_validate({"schema": "matcher.plan/1", "batch": "example", "visits": visits}))
    assert {v.code for v in report.violations} == codes
