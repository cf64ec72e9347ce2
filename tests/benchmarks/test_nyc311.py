"""The day that rolls: what is known when, who has set out, and what of the plan in force is kept."""

from datetime import datetime
from pathlib import Path
from typing import Any

import pytest

from benchmarks.families.nyc311 import DAYS, SHIFTS, SKILLS, batch_at, cases, kept, replanned, split, volunteers
from matcher import Batch, Plan, check, dispatch

DAY = "2025-01-13"


def call(number: int, created: str, category: str = "Dead Animal", descriptor: str = "Cat") -> dict[str, str]:
    place = {"lat": f"{40.7 + number / 1000}", "lon": "-73.9"}
    return {"id": str(number), "created": f"{DAY} {created}", "category": category, "descriptor": descriptor} | place


CALLS = [call(number, f"{6 + number // 6:02}:{number % 6}5:00") for number in range(60)]  # every 10 minutes from 6:05


def person(name: str, first: int, last: int, skill: str = "removal") -> dict[str, Any]:
    shift = {"start": f"{DAY}T{first:02}:00:00-05:00", "end": f"{DAY}T{last:02}:00:00-05:00"}
    place = {"lat": 40.7, "lon": -73.9}
    return {"id": name, "place": place, "skills": [{"skill": skill}], "shifts": [shift]}


def time(hour: int, minute: int = 0) -> datetime:
    return datetime.fromisoformat(f"{DAY}T{hour:02}:{minute:02}:00-05:00")


def plan_of(*visits: tuple[str, str, datetime, datetime, datetime | None]) -> Plan:
    """Of request, volunteer, start, end and when home was left."""
    told = [
        {"request": request, "role": "helper", "volunteer": who, "start": start, "end": end, "leave": leave}
        for request, who, start, end, leave in visits
    ]
    return Plan.model_validate({"schema": "matcher.plan/1", "batch": "b", "visits": told})


@pytest.mark.parametrize(
    ("category", "descriptor", "skill", "people", "priority", "ends"),
    [
        ("Animal-Abuse", "Neglected", "welfare", 2, "urgent", (13, 5)),
        ("Animal-Abuse", "Tortured", "welfare", 2, "emergency", (11, 5)),
        ("Animal in a Park", "Dog Off Leash", "handling", 1, "normal", (13, 5)),
        ("Dead Animal", "Cat", "removal", 1, "low", (20, 0)),
        ("Pet Shop", "", "inspection", 1, "low", (20, 0)),
    ],
)
def test_what_a_call_needs(
    category: str, descriptor: str, skill: str, people: int, priority: str, ends: tuple[int, int]
) -> None:
    batch = batch_at([call(1, "09:05:00", category, descriptor)], [person("v", 8, 14)], DAY, 10, None)
    (request,) = batch.requests
    (window,), (role,) = request.windows, request.roles
    assert (role.skill, role.count, role.min_count, request.priority) == (skill, people, 1, priority)
    assert (window.start, window.end) == (time(9, 5), time(*ends))


def test_only_what_came_in_so_far_is_known() -> None:
    calls = [call(1, "03:00:00"), call(2, "10:00:00"), call(3, "10:01:00"), call(4, "21:00:00")]
    batch = batch_at(calls, [person("v", 8, 14)], DAY, 10, None)
    assert [request.id for request in batch.requests] == ["1", "2"]
    assert batch.requests[0].windows[0].start == time(8)
    late = batch_at(calls, [person("v", 8, 14)], DAY, 22, None).requests[3].windows[0]
    assert (late.start, late.end) == (time(21), time(21))


def test_who_has_set_out_is_pinned() -> None:
    plan = plan_of(
        ("1", "v", time(9), time(9, 30), time(8, 50)),
        ("2", "v", time(10, 15), time(10, 45), None),  # on the way since 9:30
        ("3", "v", time(11), time(11, 30), None),  # from 10:45 on
        ("4", "w", time(10, 15), time(10, 45), time(10)),  # leaves at 10 sharp
        ("5", "x", time(10, 15), time(10, 45), time(9, 59)),
    )
    started, open_ = split(plan, time(10))
    assert [visit["request"] for visit in started] == ["1", "2", "5"]
    assert [visit["request"] for visit in open_] == ["3", "4"]
    assert open_[0] == {"request": "3", "role": "helper", "volunteer": "v", "start": "2025-01-13T11:00:00-05:00"}


def test_what_was_kept_is_counted() -> None:
    plan = plan_of(("1", "v", time(11), time(11, 30), None), ("2", "v", time(12), time(12, 30), None))
    batch = batch_at([call(1, "09:00:00"), call(2, "09:00:00")], [person("v", 8, 14)], DAY, 10, plan)
    moved = plan_of(("1", "v", time(11), time(11, 30), None), ("2", "v", time(12, 15), time(12, 45), None))
    assert kept(batch, moved).parts == {"pinned": 0, "previous": 2, "kept": 1}
    assert kept(batch, moved).objective is None


def test_a_rolled_day_keeps_its_pins_and_is_made_alike_again() -> None:
    batch = replanned(CALLS, DAY, 12)
    assert batch == replanned(CALLS, DAY, 12)
    assert batch.now == time(12)
    assert batch.pins
    assert batch.previous
    assert max(request.windows[0].start for request in batch.requests) <= time(12)
    plan = dispatch(batch, work=200_000)
    assert check(batch, plan).valid
    sent = {(visit.request, visit.volunteer, visit.start) for visit in plan.visits}
    assert {(pin.request, pin.volunteer, pin.start) for pin in batch.pins} <= sent


def test_volunteers_are_the_same_people_every_day() -> None:
    one, other = volunteers(CALLS, DAY), volunteers(CALLS, DAYS[0])
    assert [(person["id"], person["place"], person["skills"]) for person in one] == [
        (person["id"], person["place"], person["skills"]) for person in other
    ]
    assert {skill["skill"] for person in one for skill in person["skills"]} == set(SKILLS)
    starts = [datetime.fromisoformat(person["shifts"][0]["start"]).hour for person in one[:4]]
    assert starts == [*(first for first, _ in SHIFTS), SHIFTS[0][0]]


@pytest.mark.needs_data
def test_real_moments(data_dir: Path) -> None:
    named = {case.name: case for case in cases(data_dir)}
    assert len(named) == 8
    batch: Batch = named["nyc311/2025-01-20-12"].make()
    assert (len(batch.requests), len(batch.volunteers)) == (13, 40)  # 13 calls of that day until noon
    assert batch.pins
