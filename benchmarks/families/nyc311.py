"""Animal service requests to New York's 311, 2025: a day as it comes in, planned anew every two hours.

When and where the calls came and what they are about is real; what a dispatch needs besides is assumed.
docs/nyc311.md gives every assumption with its reason, and says what the instances are good for.
"""

import csv
import json
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import partial
from pathlib import Path
from typing import Any

import numpy as np

from benchmarks.case import Case, Judged
from matcher import Batch, Plan, dispatch, read_batch

FILE = Path("nyc311") / "nyc311_animals.csv"
OFFSET = "-05:00"
"""New York in winter."""
DAYS = ("2025-01-03", "2025-01-13", "2025-01-20", "2025-02-24")
"""Three of the busiest days and a quiet one."""
OPENS, CLOSES, EVERY = 8, 20, 2
"""Hours of the day within which help starts, and between two plans."""
HOURS = (12, 16)
"""Moments of each day that are instances."""
WORK = 200_000
"""Units of work for each plan before the instance."""


@dataclass(frozen=True)
class Kind:
    """What a call needs: a skill, minutes of service, hours within which it should start, people, a priority."""

    skill: str
    minutes: int
    patience: int
    people: int
    priority: str


KINDS = {
    "Animal-Abuse": Kind("welfare", 45, 4, 2, "urgent"),
    "Animal in a Park": Kind("handling", 30, 4, 1, "normal"),
    "Dead Animal": Kind("removal", 30, 12, 1, "low"),
}
OTHER = Kind("inspection", 60, 12, 1, "low")
PRESSING = ("Tortured", "In Car")
"""Abuse that is going on: an emergency, within two hours."""

SKILLS = ("welfare", "handling", "removal", "inspection")
VOLUNTEERS = 40
SEED = 311
SHIFTS = ((8, 14), (12, 18), (14, 20))
TRAVEL = {"kind": "geographic", "speed_kmh": 20, "detour": 1.4}
POLICY = {"start_step_minutes": 15, "min_travel_minutes": 5}

Call = dict[str, str]


def cases(data: Path) -> Iterator[Case]:
    """The chosen moments of the chosen days; `data` holds the family's folder nyc311.

    Raises FileNotFoundError if the file is not there.
    """
    with (data / FILE).open(encoding="utf-8", newline="") as lines:
        calls = list(csv.DictReader(lines))
    for day in DAYS:
        for hour in HOURS:
            yield Case(f"nyc311/{day}-{hour}", partial(replanned, calls, day, hour), judge=kept)


def replanned(calls: list[Call], day: str, hour: int) -> Batch:
    """The batch of a moment, after the day was planned every two hours until then."""
    people = volunteers(calls, day)
    today = [call for call in calls if call["created"].startswith(day)]
    plan = None
    for now in range(OPENS, hour, EVERY):
        plan = dispatch(batch_at(today, people, day, now, plan), work=WORK)
    return batch_at(today, people, day, hour, plan)


def batch_at(today: list[Call], people: list[dict[str, Any]], day: str, hour: int, plan: Plan | None) -> Batch:
    """What is known at an hour: calls until then, pins of those on their way, and the rest of the plan in force."""
    now = _at(day, hour)
    started, open_ = split(plan, now) if plan else ([], [])
    return read_batch(
        json.dumps(
            {
                "schema": "matcher.batch/1",
                "id": f"nyc311-{day}-{hour:02}",
                "horizon": {"start": _at(day, 0).isoformat(), "end": _at(day, 24).isoformat()},
                "now": now.isoformat(),
                "skills": [{"id": skill} for skill in SKILLS],
                "volunteers": people,
                "requests": [_request(call, day) for call in today if _created(call) <= now],
                "travel": TRAVEL,
                "policy": POLICY,
                "pins": started,
                "previous": open_,
            }
        )
    )


def split(plan: Plan, now: datetime) -> tuple[list[dict[str, str]], list[dict[str, str]]]:
    """The visits whose volunteer has set out before `now`, and the others.

    Who comes straight from another visit has set out when that one ended.
    """
    days = defaultdict(list)
    for visit in sorted(plan.visits, key=lambda visit: visit.start):
        days[visit.volunteer].append(visit)
    started: list[dict[str, str]] = []
    open_: list[dict[str, str]] = []
    for visits in days.values():
        for before, visit in zip([None, *visits], visits, strict=False):
            left = visit.leave or (before.end if before else None)
            told = {"request": visit.request, "role": visit.role, "volunteer": visit.volunteer}
            (started if left and left < now else open_).append(told | {"start": visit.start.isoformat()})
    return started, open_


def volunteers(calls: list[Call], day: str) -> list[dict[str, Any]]:
    """The same people every day: they live where calls came from, hold one or two skills, and work six hours."""
    rng = np.random.default_rng(SEED)
    homes = rng.choice(len(calls), VOLUNTEERS, replace=False).tolist()
    held = [sorted(set(rng.choice(SKILLS, 2).tolist())) for _ in homes]
    return [
        {
            "id": f"v{number:02}",
            "place": _place(calls[home]),
            "skills": [{"skill": skill} for skill in skills],
            "shifts": [_interval(day, *SHIFTS[number % len(SHIFTS)])],
            "max_requests": 6,
            "max_travel_minutes": 60,
        }
        for number, (home, skills) in enumerate(zip(homes, held, strict=True))
    ]


def kept(batch: Batch, plan: Plan) -> Judged:
    """How many visits of the plan in force, not yet set out to, stay as they were; there is no objective."""
    now_in = {(visit.request, visit.role, visit.volunteer, visit.start) for visit in plan.visits}
    same = sum((visit.request, visit.role, visit.volunteer, visit.start) in now_in for visit in batch.previous)
    parts = {"pinned": len(batch.pins), "previous": len(batch.previous), "kept": same}
    return Judged(None, {name: float(count) for name, count in parts.items()})


def _request(call: Call, day: str) -> dict[str, Any]:
    kind = KINDS.get(call["category"], OTHER)
    pressing = call["descriptor"] in PRESSING
    first = max(_created(call), _at(day, OPENS))
    last = min(first + timedelta(hours=2 if pressing else kind.patience), _at(day, CLOSES))
    return {
        "id": call["id"],
        "title": call["category"],
        "place": _place(call),
        "windows": [{"start": first.isoformat(), "end": max(first, last).isoformat()}],
        "minutes": kind.minutes,
        "roles": [{"id": "helper", "skill": kind.skill, "count": kind.people, "min_count": 1}],
        "priority": "emergency" if pressing else kind.priority,
    }


def _created(call: Call) -> datetime:
    return datetime.fromisoformat(call["created"] + OFFSET)


def _place(call: Call) -> dict[str, float]:
    return {"lat": float(call["lat"]), "lon": float(call["lon"])}


def _interval(day: str, first: int, last: int) -> dict[str, str]:
    return {"start": _at(day, first).isoformat(), "end": _at(day, last).isoformat()}


def _at(day: str, hour: int) -> datetime:
    return datetime.fromisoformat(f"{day}T00:00:00{OFFSET}") + timedelta(hours=hour)
