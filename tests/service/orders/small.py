"""A county of two towns and six volunteers, in which everything can be worked out by hand."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from matcher.batch import Batch
from matcher.plan import Plan

SITES = [
    {"id": "county", "tier": "county", "place": {"cell": [0, 0]}},
    {"id": "east", "tier": "town", "parent": "county", "place": {"cell": [0, 2]}},
    {"id": "west", "tier": "town", "parent": "county", "place": {"cell": [2, 0]}},
    {"id": "east-1", "tier": "village", "parent": "east", "place": {"cell": [0, 3]}},
    {"id": "west-1", "tier": "village", "parent": "west", "place": {"cell": [3, 0]}},
]
HOME = {"v1": "east-1", "v2": "east-1", "v3": "east", "v4": "west-1", "v5": "west-1", "v6": "county"}


def at(hour: float, day: int = 3) -> datetime:
    """An hour of a day in November 2026."""
    return datetime.fromisoformat(f"2026-11-{day:02}T{int(hour):02}:{round(hour % 1 * 60):02}:00+08:00")


def day_of(day: int) -> dict[str, str]:
    return {"start": at(0, day).isoformat(), "end": at(0, day + 1).isoformat()}


def county(**changes: Any) -> Batch:
    """3 November 2026, everybody out from 8 to 18; v6 alone is a medic."""
    people = [
        {
            "id": id,
            "name": f"志愿者 {id}",
            "phone": f"1390000000{id[1]}",
            "site": site,
            "teams": ["red"] if id in ("v1", "v4") else [],
            "skills": [{"skill": "medic"}] if id == "v6" else [],
            "shifts": [{"start": at(8).isoformat(), "end": at(18).isoformat()}],
        }
        for id, site in HOME.items()
    ]
    document = {
        "schema": "matcher.batch/1",
        "id": "small",
        "horizon": day_of(3),
        "skills": [{"id": "medic"}, {"id": "diver"}],
        "sites": SITES,
        "teams": [{"id": "red", "phone": "13900000099"}],
        "volunteers": people,
        "travel": {"kind": "grid", "cell_metres": 1000, "metric": "manhattan", "speed_kmh": 30},
        "policy": {"start_step_minutes": 30, "reach": {"low": 0}},
    }
    return Batch.model_validate(document | changes)


def order(**fields: Any) -> dict[str, Any]:
    """A request of an hour at east-1 that may start from 9 to 10 and needs one person."""
    request = {
        "title": "打扫",
        "site": "east-1",
        "windows": [{"start": at(9).isoformat(), "end": at(10).isoformat()}],
        "minutes": 60,
        "roles": [{"id": "helper"}],
    }
    return request | fields


def plan_of(
    id: str, people: Sequence[tuple[str, str]], standby: Sequence[tuple[str, str]] = (), start: datetime | None = None
) -> tuple[Batch, Plan]:
    """A batch of an order, and a plan by hand that sends these (role, volunteer) at 9."""
    start = start or at(9)
    visits = [{"request": id, "role": role, "volunteer": v, "start": start.isoformat()} for role, v in people]
    backups = [
        {"request": id, "role": role, "volunteer": v, "rank": rank} for rank, (role, v) in enumerate(standby, start=1)
    ]
    batch = county(requests=[order(id=id)])
    plan = {"schema": "matcher.plan/1", "batch": "small", "visits": visits, "standby": backups}
    return batch, Plan.model_validate(plan)
