"""Random days of home care: soft windows, two people at once or one after the other, breaks, overtime."""

import json
import random
from datetime import datetime, timedelta
from typing import Any

from matcher import Batch, read_batch

START = datetime.fromisoformat("2026-01-05T00:00:00+08:00")
REGULAR: dict[str, float] = {"travel": 1, "tardiness": 3, "lateness": 2, "workload": 2, "preference": 4}
"""Terms that no later start makes better, and that routes know."""
WHOLE = {"max_lateness": 2, "overtime": 5, "max_idle": 0.5, "workload_spread": 0.25, "missed_break": 30, "waiting": 1}


def at(minutes: int) -> str:
    return (START + timedelta(minutes=minutes)).isoformat()


def span(start: int, end: int, **more: Any) -> dict[str, Any]:
    return {"start": at(start), "end": at(end), **more}


def person(dice: random.Random, number: int, breaks: bool) -> dict[str, Any]:
    opens = dice.choice([480, 500, 540])
    found: dict[str, Any] = {
        "id": f"v{number}",
        "place": {"cell": [0, dice.randrange(20)]},
        "skills": [{"skill": s, "level": dice.randint(1, 2)} for s in ("a", "b") if dice.random() < 0.8],
        "shifts": [span(opens, opens + 300, overtime=dice.choice([0, 60, 120]))],
        "recent_requests": dice.randrange(3),
        "travel_factor": dice.choice([1, 1, 1.5]),
        "acceptance": 1,
    }
    if dice.random() < 0.3:
        found["ends_at"] = dice.choice(["open", {"cell": [0, dice.randrange(20)]}])
    if dice.random() < 0.2:
        found["max_requests"] = 2
    if breaks and dice.random() < 0.7:
        found["break"] = span(dice.choice([660, 690]), 780, minutes=30)
    return found


def request(dice: random.Random, number: int, late: int) -> dict[str, Any]:
    start = 480 + 10 * dice.randrange(24)
    windows = [span(start, start + 10 * dice.randrange(6), late=late)]
    if dice.random() < 0.3:
        windows.append(span(start + 90, start + 120, late=late))
    roles: list[dict[str, Any]] = [{"id": "one", "skill": "a"}]
    if dice.random() < 0.4:
        roles.append({"id": "two", "skill": "b", "minutes": dice.choice([10, 25])})
        if dice.random() < 0.5:
            roles[1]["lag"] = {"min": 10, "max": dice.choice([10, 40])}
    found: dict[str, Any] = {
        "id": f"r{number}",
        "place": {"cell": [0, dice.randrange(20)]},
        "windows": windows,
        "minutes": dice.choice([15, 30]),
        "roles": roles,
        "value": dice.randint(1, 3),
        "preferred": ["v0"] if dice.random() < 0.5 else [],
    }
    if dice.random() < 0.2:
        found["due"] = at(start + 20)
    return found


def day(seed: int, people: int, requests: int, terms: dict[str, float], late: int = 120) -> Batch:
    """A day with these terms in the second tier, coverage in the first."""
    dice = random.Random(seed)
    breaks = "missed_break" in terms
    return read_batch(
        json.dumps(
            {
                "schema": "matcher.batch/1",
                "id": f"day-{seed}",
                "horizon": span(0, 1440),
                "skills": [{"id": "a"}, {"id": "b"}],
                "volunteers": [person(dice, n, breaks) for n in range(people)],
                "requests": [request(dice, n, late) for n in range(requests)],
                "travel": {"kind": "grid", "cell_metres": 100, "metric": "manhattan", "speed_kmh": 6},
                "policy": {
                    "tiers": [{"terms": {"coverage.normal": 1}}, {"terms": terms}],
                    "start_step_minutes": dice.choice([1, 5]),
                    "home_between": False,
                    "late_by": dice.choice(["start", "end"]),
                    "leaves": dice.choice(["late", "shift"]) if "waiting" in terms else "late",
                },
            }
        )
    )
