"""The worked example as a JSON document, and more than a hundred ways to break it, each with what must be reported."""

import json
from typing import Any

DROP = object()
"""An edit with this value removes a field."""

MORNING = {"start": "2026-07-21T08:00:00+08:00", "end": "2026-07-21T12:00:00+08:00"}


def at(clock: str) -> str:
    return f"2026-07-21T{clock}:00+08:00"


def window(clock: str) -> dict[str, str]:
    return {"start": at(clock), "end": at(clock)}


EXAMPLE: dict[str, Any] = {
    "schema": "matcher.batch/1",
    "id": "example",
    "horizon": {"start": "2026-07-21T00:00:00+08:00", "end": "2026-07-22T00:00:00+08:00"},
    "skills": [{"id": "medical", "name": "医疗健康"}, {"id": "repair", "name": "家电维修"}],
    "categories": [{"id": "clinic", "name": "义诊"}, {"id": "fix", "name": "维修"}],
    "sites": [
        {"id": "county", "name": "县中心", "tier": "county", "parent": None, "place": {"cell": [10, 10]}},
        {"id": "east", "name": "东镇所", "tier": "town", "parent": "county", "place": {"cell": [10, 20]}},
        {"id": "west", "name": "西镇所", "tier": "town", "parent": "county", "place": {"cell": [10, 2]}},
        {"id": "qiao", "name": "桥头村站", "tier": "village", "parent": "east", "place": {"cell": [12, 22]}},
        {"id": "hexi", "name": "河西村站", "tier": "village", "parent": "west"},
    ],
    "teams": [{"id": "med", "name": "医疗健康分队", "kind": "speciality", "site": "county", "skills": ["medical"]}],
    "volunteers": [
        {
            "id": "v1",
            "name": "志愿者甲",
            "phone": "13900000001",
            "site": "qiao",
            "place": {"cell": [12, 22]},
            "teams": ["med"],
            "skills": [{"skill": "medical", "level": 2, "valid_until": "2027-12-31"}],
            "qualifications": [{"id": "insured", "valid_until": "2026-12-31"}],
            "tags": ["方言"],
            "birth_date": "1985-03-02",
            "shifts": [MORNING],
            "max_requests": 2,
            "max_minutes": 180,
            "acceptance": 0.9,
        },
        {
            "id": "v2",
            "name": "志愿者乙",
            "site": "hexi",
            "teams": ["med"],
            "skills": [{"skill": "medical"}, {"skill": "repair", "level": 1}],
            "interests": ["fix"],
            "shifts": [MORNING, {"start": at("12:00"), "end": at("17:00")}],
            "ends_at": {"cell": [9, 3]},
        },
        {"id": "v3", "name": "志愿者丙", "site": "east", "shifts": [MORNING], "ends_at": "open"},
    ],
    "requests": [
        {
            "id": "clinic",
            "category": "clinic",
            "site": "qiao",
            "place": {"cell": [12, 21]},
            "windows": [window("09:30")],
            "minutes": 60,
            "roles": [
                {"id": "doctor", "skill": "medical", "level": 2},
                {"id": "helper", "skill": "medical", "count": 2, "min_count": 1, "lag": {"min": 5, "max": 10}},
            ],
            "priority": "urgent",
            "familiar": ["v1"],
        },
        {
            "id": "fridge",
            "site": "hexi",
            "contact": {"name": "居民甲", "phone": "13900000002"},
            "windows": [window("14:00")],
            "minutes": 45,
            "roles": [{"id": "repairer", "skill": "repair"}],
            "preferred": ["v2"],
            "excluded": ["v3"],
            "after": [{"request": "clinic", "min": 0, "max": 600}],
            "due": at("14:30"),
        },
        {
            "id": "roof",
            "category": "fix",
            "site": "qiao",
            "end_place": {"cell": [13, 22]},
            "windows": [window("15:00")],
            "minutes": 90,
            "roles": [{"id": "repairer", "skill": "repair"}],
            "after": [{"request": "fridge"}],
            "team": "med",
        },
    ],
    "travel": {"kind": "grid", "cell_metres": 500, "metric": "manhattan", "speed_kmh": 20},
    "pins": [{"request": "clinic", "role": "doctor", "volunteer": "v1", "start": at("09:30")}],
    "previous": [{"request": "fridge", "role": "repairer", "volunteer": "v2", "start": at("14:00")}],
    "policy": {"tiers": [{"terms": {"coverage.urgent": 1, "travel": 0.5}}], "reach": {"low": 1}},
}


def edited(edits: dict[str, Any]) -> dict[str, Any]:
    """The example with values set or dropped, each by the way to it (`volunteers/0/site`; `-` appends to a list)."""
    document: dict[str, Any] = json.loads(json.dumps(EXAMPLE))
    for way, value in edits.items():
        *above, last = way.split("/")
        node: Any = document
        for step in above:
            node = node[int(step)] if isinstance(node, list) else node[step]
        if value is DROP:
            del node[last]
        elif last == "-":
            node.append(value)
        elif isinstance(node, list):
            node[int(last)] = value
        else:
            node[last] = value
    return document


PIN = EXAMPLE["pins"][0]
MATRIX = {"kind": "matrix", "nodes": ["a", "b"], "seconds": [[0, 60], [60, 0]]}
NODES: dict[str, Any] = {
    "travel": MATRIX,
    **{f"sites/{i}/place": {"node": "a"} for i in range(4)},
    "volunteers/0/place": {"node": "b"},
    "volunteers/1/ends_at": {"node": "b"},
    "requests/0/place": {"node": "a"},
    "requests/2/end_place": {"node": "b"},
}
"""Edits that give the example travel by a matrix; sound by themselves."""

ROAD = {"kind": "network", "edges": [{"from": "a", "to": "b", "seconds": 60}]}

# One edit each: code, place, way, value. Where the place is not the way, both are given.
BROKEN: list[tuple[str, str, dict[str, Any]]] = [
    *(
        (code, f"/{way}", {way: value})
        for code, way, value in [
            # fields that are missing, unknown or of the wrong type
            ("missing_field", "schema", DROP),
            ("missing_field", "id", DROP),
            ("missing_field", "horizon", DROP),
            ("missing_field", "horizon/end", DROP),
            ("missing_field", "travel", DROP),
            ("missing_field", "travel/kind", DROP),
            ("missing_field", "travel/speed_kmh", DROP),
            ("missing_field", "travel/metric", DROP),
            ("missing_field", "skills/0/id", DROP),
            ("missing_field", "sites/1/tier", DROP),
            ("missing_field", "volunteers/1/id", DROP),
            ("missing_field", "volunteers/1/shifts", DROP),
            ("missing_field", "requests/1/windows", DROP),
            ("missing_field", "requests/1/minutes", DROP),
            ("missing_field", "requests/1/roles", DROP),
            ("missing_field", "requests/0/roles/1/lag/max", DROP),
            ("missing_field", "pins/0/start", DROP),
            ("missing_field", "policy/tiers/0/terms", DROP),
            ("unknown_field", "volunteer", []),
            ("unknown_field", "volunteers/0/max_request", 3),
            ("unknown_field", "volunteers/0/姓名", "志愿者甲"),
            ("unknown_field", "requests/0/place/lat", 24.0),
            ("unknown_field", "travel/detour", 1.3),
            ("unknown_field", "policy/tiers/0/weight", 1),
            ("wrong_type", "volunteers", {}),
            ("wrong_type", "volunteers/1", "v2"),
            ("wrong_type", "volunteers/1/id", 2),
            ("wrong_type", "volunteers/0/phone", 13900000001),
            ("wrong_type", "volunteers/0/teams", "med"),
            ("wrong_type", "volunteers/0/max_requests", 1.5),
            ("wrong_type", "volunteers/0/max_requests", "2"),
            ("wrong_type", "volunteers/0/max_requests", True),
            ("wrong_type", "volunteers/0/max_minutes", "180"),
            ("wrong_type", "volunteers/0/place", "桥头村"),
            ("wrong_type", "volunteers/1/ends_at/cell/1", 2.5),
            ("wrong_type", "requests/1/minutes", None),
            ("wrong_type", "requests/1/mandatory", 1),
            ("wrong_type", "requests/1/contact", "居民甲 13900000002"),
            ("wrong_type", "travel", []),
            ("wrong_type", "policy/reach", []),
            # values out of range
            ("wrong_choice", "schema", "matcher.batch/2"),
            ("wrong_choice", "sites/1/tier", "镇"),
            ("wrong_choice", "teams/0/kind", "special"),
            ("wrong_choice", "requests/0/priority", "high"),
            ("wrong_choice", "travel/kind", "gird"),
            ("wrong_choice", "travel/metric", "maximum"),
            ("wrong_choice", "volunteers/0/ends_at", "closed"),
            ("wrong_choice", "policy/shift_covers", "all"),
            ("wrong_choice", "policy/reach/soon", 1),
            ("out_of_range", "volunteers/0/acceptance", 0),
            ("out_of_range", "volunteers/0/acceptance", 1.01),
            ("out_of_range", "volunteers/0/asked", -1),
            ("out_of_range", "volunteers/0/travel_factor", 0),
            ("out_of_range", "volunteers/0/max_requests", 10**30),
            ("out_of_range", "volunteers/0/max_minutes", 1e300),
            ("out_of_range", "volunteers/0/skills/0/level", 0),
            ("out_of_range", "requests/0/roles/0/count", 0),
            ("out_of_range", "requests/0/roles/1/min_count", 0),
            ("out_of_range", "requests/1/minutes", 0),
            ("out_of_range", "requests/1/minutes", 10080.5),
            ("out_of_range", "requests/1/value", -1),
            ("out_of_range", "requests/1/after/0/min", -5),
            ("out_of_range", "travel/speed_kmh", 0),
            ("out_of_range", "policy/start_step_minutes", 0),
            ("out_of_range", "policy/reach/low", 4),
            ("out_of_range", "policy/tiers/0/terms/travel", -1),
            ("out_of_range", "policy/prior_acceptance", 0),
            ("not_finite", "requests/1/minutes", float("nan")),
            ("not_finite", "requests/1/value", float("inf")),
            ("not_finite", "travel/cell_metres", float("-inf")),
            ("empty", "id", ""),
            ("empty", "volunteers/1/id", ""),
            ("empty", "requests/1/windows", []),
            ("empty", "requests/1/roles", []),
            ("empty", "policy/tiers", []),
            ("too_long", "volunteers/1/id", "v" * 201),
            ("too_long", "requests/0/place/cell", [1, 2, 3]),
            # times and dates
            ("bad_time", "horizon/start", "2026年7月21日"),
            ("naive_time", "now", "2026-07-21"),
            ("bad_time", "now", "202607210800"),
            ("bad_time", "now", 1784592000),
            ("bad_time", "requests/1/due", "2026-07-21T25:00:00+08:00"),
            ("naive_time", "horizon/start", "2026-07-21T00:00:00"),
            ("naive_time", "now", "2026-07-21T08:00:00"),
            ("naive_time", "volunteers/1/shifts/0/start", "2026-07-21T08:00:00"),
            ("naive_time", "pins/0/start", "2026-07-21T09:30:00"),
            ("bad_date", "volunteers/0/birth_date", "1985-02-30"),
            ("bad_date", "volunteers/0/birth_date", "1985/03/02"),
            ("bad_date", "volunteers/0/birth_date", 19850302),
            ("bad_date", "volunteers/0/skills/0/valid_until", "2027-12-31T00:00:00+08:00"),
            ("fraction_of_second", "now", "2026-07-21T08:00:00.5+08:00"),
            ("fraction_of_second", "volunteers/0/shifts/0/end", "2026-07-21T12:00:00.25+08:00"),
            ("fraction_of_second", "requests/1/due", "2026-07-21T14:30:00.001+08:00"),
            ("time_range", "now", "1999-12-31T23:59:59+08:00"),
            ("time_range", "previous/0/start", "2100-01-01T00:00:00+08:00"),
            ("no_duration", "horizon/end", "2026-07-20T00:00:00+08:00"),
            ("no_duration", "horizon/end", "2026-07-21T00:00:00+08:00"),
            ("no_duration", "volunteers/0/shifts/0/end", at("08:00")),
            ("no_duration", "volunteers/0/shifts/0/end", at("07:00")),
            ("backwards", "requests/0/windows/0/end", at("09:29")),
            ("interval_too_long", "horizon/end", "2062-07-21T00:00:00+08:00"),
            ("interval_too_long", "requests/0/windows/0/end", "2027-07-23T09:30:00+08:00"),
            # ids
            ("duplicate_id", "requests/0/roles/1/id", "doctor"),
            ("unknown_id", "sites/1/parent", "contry"),
            ("unknown_id", "teams/0/site", "nowhere"),
            ("unknown_id", "teams/0/skills/0", "cooking"),
            ("unknown_id", "volunteers/1/site", "nowhere"),
            ("unknown_id", "volunteers/1/teams/0", "meds"),
            ("unknown_id", "volunteers/1/skills/1/skill", "repairs"),
            ("unknown_id", "volunteers/1/interests/0", "repair"),
            ("unknown_id", "requests/0/category", "doctor"),
            ("unknown_id", "requests/1/site", "hexj"),
            ("unknown_id", "requests/1/roles/0/skill", "fix"),
            ("unknown_id", "requests/1/preferred/0", "v9"),
            ("unknown_id", "requests/1/excluded/0", "v9"),
            ("unknown_id", "requests/0/familiar/0", "fridge"),
            ("unknown_id", "requests/1/after/0/request", "clinics"),
            ("unknown_id", "requests/2/team", "medical"),
            ("unknown_id", "pins/0/request", "clinics"),
            ("unknown_id", "pins/0/role", "nurse"),
            ("unknown_id", "pins/0/volunteer", "v9"),
            ("unknown_id", "previous/0/role", "doctor"),
            ("unknown_id", "previous/0/volunteer", "v9"),
            ("unknown_term", "policy/tiers/0/terms/travels", 1),
            ("cycle", "sites/1/parent", "east"),
            # limits and places
            ("min_above_max", "requests/0/roles/1/min_count", 3),
            ("min_above_max", "requests/0/roles/1/lag/min", 10.5),
            ("min_above_max", "requests/1/after/0/min", 601),
            ("first_role_lag", "requests/0/roles/0/lag", {"max": 0}),
            ("wrong_place", "sites/0/place", {"node": "n1"}),
            ("wrong_place", "volunteers/0/place", {"lat": 24.1, "lon": 115.2}),
            ("wrong_place", "volunteers/1/ends_at", {"node": "n1"}),
            ("wrong_place", "requests/2/end_place", {"lat": 24.1, "lon": 115.2}),
        ]
    ),
    # the place is not where the edit is
    ("out_of_range", "/sites/0/place/lat", {"sites/0/place": {"lat": 91, "lon": 0}}),
    ("missing_field", "/sites/0/place/lon", {"sites/0/place": {"lat": 9}}),
    ("missing_field", "/volunteers/1/ends_at/cell/1", {"volunteers/1/ends_at/cell": [9]}),
    ("wrong_type", "/sites/5", {"sites/-": None}),
    ("duplicate_id", "/sites/5/id", {"sites/-": {"id": "east", "tier": "town"}}),
    ("duplicate_id", "/volunteers/3/id", {"volunteers/-": EXAMPLE["volunteers"][1]}),
    ("duplicate_id", "/skills/2/id", {"skills/-": {"id": "medical"}}),
    ("duplicate_id", "/teams/1/id", {"teams/-": {"id": "med"}}),
    ("duplicate_id", "/categories/2/id", {"categories/-": {"id": "fix"}}),
    ("duplicate_id", "/requests/3/id", {"requests/-": EXAMPLE["requests"][1]}),
    ("cycle", "/requests/0/after/0/request", {"requests/0/after": [{"request": "clinic"}]}),
    ("cycle", "/sites/4/parent", {"sites/2/parent": "hexi"}),
    ("cycle", "/requests/1/after/0/request", {"requests/0/after": [{"request": "fridge"}]}),
    ("no_place", "/volunteers/2/place", {"volunteers/2/site": DROP}),
    ("no_place", "/requests/1/place", {"requests/1/site": DROP}),
    (
        "outside_horizon",
        "/requests/1/windows/0/start",
        {"horizon/end": at("13:59"), "requests/2/windows/0": window("13:59")},
    ),
    (
        "outside_horizon",
        "/requests/0/windows/1/start",
        {"requests/0/windows/-": {**window("09:30"), "start": "2026-07-20T23:59:59+08:00"}},
    ),
    ("overlapping_shifts", "/volunteers/1/shifts/1", {"volunteers/1/shifts/1/start": at("11:59")}),
    ("overlapping_shifts", "/volunteers/0/shifts/1", {"volunteers/0/shifts/-": MORNING}),
    ("overlapping_shifts", "/volunteers/1/shifts/1", {"volunteers/1/shifts/0/overtime": 1}),
    ("out_of_range", "/volunteers/1/shifts/0/overtime", {"volunteers/1/shifts/0/overtime": -1}),
    ("out_of_range", "/requests/0/windows/0/late", {"requests/0/windows/0/late": 10_081}),
    ("no_duration", "/volunteers/0/break/end", {"volunteers/0/break": {**window("12:00"), "minutes": 30}}),
    ("break_too_long", "/volunteers/0/break/minutes", {"volunteers/0/break": {**MORNING, "minutes": 240.1}}),
    ("missing_field", "/volunteers/0/break/minutes", {"volunteers/0/break": MORNING}),
    ("unknown_field", "/volunteers/0/break_", {"volunteers/0/break_": {**MORNING, "minutes": 30}}),
    ("wrong_choice", "/policy/leaves", {"policy/leaves": "early"}),
    ("wrong_choice", "/policy/late_by", {"policy/late_by": "middle"}),
    ("blocked_metric", "/travel/blocked", {"travel/metric": "euclidean", "travel/blocked": [[1, 1]]}),
    ("out_of_range", "/travel/blocked/0/0", {"travel/blocked": [[1_000_001, 1]]}),
    (
        "duplicate_id",
        "/travel/nodes/2",
        {**NODES, "travel": {**MATRIX, "nodes": ["a", "b", "a"], "seconds": [[0] * 3] * 3}},
    ),
    ("matrix_shape", "/travel/seconds", {**NODES, "travel": {**MATRIX, "seconds": [[0, 60]]}}),
    ("matrix_shape", "/travel/seconds/1", {**NODES, "travel": {**MATRIX, "seconds": [[0, 60], [60]]}}),
    ("out_of_range", "/travel/seconds/0/1", {**NODES, "travel": {**MATRIX, "seconds": [[0, -1], [60, 0]]}}),
    ("unknown_id", "/requests/0/place/node", {**NODES, "requests/0/place": {"node": "c"}}),
    ("unknown_id", "/volunteers/1/ends_at/node", {**NODES, "travel": ROAD, "volunteers/1/ends_at": {"node": "c"}}),
    (
        "missing_field",
        "/travel/edges/0/from",
        {**NODES, "travel": {"kind": "network", "edges": [{"to": "b", "seconds": 1}]}},
    ),
    ("wrong_place", "/requests/0/place", {**NODES, "requests/0/place": {"cell": [1, 1]}}),
    ("duplicate_visit", "/pins/1", {"pins/-": PIN}),
    ("duplicate_visit", "/pins/1", {"pins/-": {**PIN, "start": at("09:45")}}),
    ("duplicate_visit", "/previous/1", {"previous/-": EXAMPLE["previous"][0]}),
    ("repeated_volunteer", "/pins/1/volunteer", {"pins/-": {**PIN, "role": "helper"}}),
    ("too_many_pins", "/pins/1", {"pins/-": {**PIN, "volunteer": "v2"}}),
]

HARMLESS: list[dict[str, Any]] = [
    {},
    NODES,
    {**NODES, "travel": ROAD},
    {"volunteers/0/teams": ["med", "med"], "requests/1/excluded": ["v3", "v3"]},
    {"requests/1/excluded": ["v2"]},
    {"volunteers/1/skills/1/skill": "medical"},
    {"requests/1/after/-": {"request": "clinic", "max": 30}},
    {"requests/0/windows/-": window("09:30")},
    {"requests/0/windows/0/end": "2026-07-23T09:30:00+08:00"},
    {"requests/0/windows/0": {"start": "2026-07-22T00:00:00+08:00", "end": "2026-07-22T00:00:00+08:00"}},
    {"volunteers/0/shifts": []},
    {"volunteers/0/shifts/0/start": "2026-07-01T08:00:00+08:00"},
    {"volunteers/1/shifts": [{"start": at("12:00"), "end": at("17:00")}, MORNING]},
    {"volunteers/1/shifts/1/overtime": 600, "requests/0/windows/0/late": 600},
    {"volunteers/0/break": {**MORNING, "minutes": 240}},
    {"volunteers/0/break": None, "policy/leaves": "shift", "policy/late_by": "end"},
    {"now": "2026-08-01T00:00:00Z"},
    {"volunteers/0/birth_date": "2030-01-01"},
    {"volunteers/0/skills/0/valid_until": "1990-01-01"},
    {"pins/0/start": at("03:00")},
    {"pins/-": {**PIN, "request": "fridge", "role": "repairer"}},
    {"previous/-": {**PIN, "role": "helper"}},
    {"previous/-": PIN},
    {"policy/tiers/-": {"terms": {}}},
    {"sites/-": {"id": "alone", "tier": "grid"}},
    {"requests/1/roles/0/min_count": 1, "requests/0/roles/1/lag/min": 10},
]
"""Edits that leave a batch that can be dispatched."""
