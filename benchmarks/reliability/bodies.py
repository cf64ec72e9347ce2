"""What is sent to the service: a small county, its orders, batches, with phones that no answer or file may show."""

import json
from itertools import count
from typing import Any

from benchmarks.plain import fixed_batch
from matcher import to_json

DAY = "2050-07-21"
START = "1391357"
"""How every phone begins that is sent."""
NUMBERS = count()

SITES = [
    {"id": "c", "tier": "county", "place": {"lat": 24.1, "lon": 115.2}},
    {"id": "t", "name": "老隆镇", "tier": "town", "parent": "c", "place": {"lat": 24.11, "lon": 115.25}},
]


def phone() -> str:
    """A phone number."""
    return f"{START}{next(NUMBERS) % 10_000:04}"


def volunteer(id: str, **fields: Any) -> dict[str, Any]:
    """Somebody who is free from eight to six."""
    shift = {"start": f"{DAY}T08:00:00+08:00", "end": f"{DAY}T18:00:00+08:00"}
    return {"id": id, "name": f"志愿者{id}", "phone": phone(), "site": "t", "shifts": [shift], **fields}


def request(**fields: Any) -> dict[str, Any]:
    """Half an hour for one person, from nine to eleven."""
    return {
        "title": "修灯",
        "site": "t",
        "contact": {"name": "居民", "phone": phone()},
        "note": f"先打电话 {phone()}",
        "windows": [{"start": f"{DAY}T09:00:00+08:00", "end": f"{DAY}T11:00:00+08:00"}],
        "minutes": 30,
        "roles": [{"id": "any"}],
        **fields,
    }


def batch(id: str, volunteers: list[dict[str, Any]], requests: list[dict[str, Any]]) -> bytes:
    """A batch of the small county."""
    return _encoded(
        {
            "schema": "matcher.batch/1",
            "id": id,
            "horizon": {"start": f"{DAY}T00:00:00+08:00", "end": f"{DAY}T23:00:00+08:00"},
            "sites": SITES,
            "teams": [{"id": "red", "phone": phone()}],
            "volunteers": volunteers,
            "requests": requests,
            "travel": {"kind": "geographic", "speed_kmh": 30, "detour": 1.4},
        }
    )


def small(id: str) -> bytes:
    """A batch of three people and two requests."""
    return batch(id, [volunteer(f"v{i}") for i in range(3)], [request(id=f"r{i}") for i in range(2)])


def county() -> bytes:
    """The small county without a request."""
    return batch("county", [volunteer(f"v{i}") for i in range(3)], [])


def order(external_id: str) -> bytes:
    """An order of the small county."""
    return _encoded({"external_id": external_id, "request": request()})


def rows(volunteers: int, requests: int) -> bytes:
    """A batch of so many volunteers and requests, each with a phone."""
    made = json.loads(to_json(fixed_batch(volunteers, requests)))
    for one in made["volunteers"]:
        one["phone"] = phone()
    for one in made["requests"]:
        one["contact"] = {"name": "居民", "phone": phone()}
    return _encoded(made)


def _encoded(value: Any) -> bytes:
    return json.dumps(value, ensure_ascii=False).encode()
