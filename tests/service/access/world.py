"""A county behind the service, with keys for every tier and something that belongs to each site."""

from dataclasses import dataclass
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

from matcher.batch import Batch
from matcher.service.access.caller import Role
from matcher.service.access.keys import Keys
from matcher.service.access.phones import new_phone_key
from matcher.service.settings import Settings
from matcher.service.store.engine import Store

TOWN, VILLAGE = "t1", "v11"
"""The sites of the town's and the village's key; the village lies in the town."""
BESIDE = "v12"
"""A village in the same town."""
ELSEWHERE = "v21"
"""A village in another town."""
PHONE = "13900000011"
OTHER_PHONE = "13900000022"
DAY = date(2050, 7, 21)
"""The county's day, far enough off that nothing of it is over."""


def _at(hour: int, day: date = DAY) -> str:
    return f"{day}T{hour:02}:00:00+08:00"


def request(site: str, id: str = "r1", day: date = DAY) -> dict[str, Any]:
    """A request of a site that may start from 9 to 11 o'clock, with phones wherever somebody may type them."""
    return {
        "id": id,
        "title": f"修灯，问{OTHER_PHONE}",
        "site": site,
        "contact": {"name": f"居民甲 {PHONE}"},
        "address": f"三组12号，电话 {PHONE}",
        "note": f"家人 {OTHER_PHONE}",
        "windows": [{"start": _at(9, day), "end": _at(11, day)}],
        "minutes": 30,
        "roles": [{"id": "any"}],
    }


def _site(id: str, tier: str, parent: str | None) -> dict[str, Any]:
    return {"id": id, "tier": tier, "parent": parent, "place": {"lat": 24.1, "lon": 115.2}}


COUNTY: dict[str, Any] = {
    "schema": "matcher.batch/1",
    "id": "b1",
    "horizon": {"start": _at(0), "end": _at(23)},
    "sites": [
        _site("c", "county", None),
        _site(TOWN, "town", "c"),
        _site(VILLAGE, "village", TOWN),
        _site(BESIDE, "village", TOWN),
        _site("t2", "town", "c"),
        _site(ELSEWHERE, "village", "t2"),
    ],
    "teams": [{"id": "team-1", "site": TOWN, "leader": f"队长 {PHONE}"}],
    "volunteers": [
        {
            "id": f"person-{site}",
            "name": f"志愿者（{PHONE}）",
            "site": site,
            "shifts": [{"start": _at(8), "end": _at(18)}],
        }
        for site in (VILLAGE, BESIDE, ELSEWHERE)
    ],
    "requests": [request(VILLAGE)],
    "travel": {"kind": "geographic", "speed_kmh": 30},
}


def plan(request: str = "r1", site: str = VILLAGE, day: date = DAY) -> dict[str, Any]:
    """A plan that sends a site's volunteer to a request at 9 o'clock."""
    visit = {"request": request, "role": "any", "volunteer": f"person-{site}", "start": _at(9, day)}
    return {"schema": "matcher.plan/1", "batch": "b1", "status": "feasible", "visits": [visit]}


EVENTS: dict[str, Any] = {"schema": "matcher.events/1", "now": _at(8), "events": []}


def batch() -> Batch:
    """The county as a batch of one request."""
    return Batch.model_validate(COUNTY)


def now() -> datetime:
    """The first hour of the day in UTC, 8 o'clock there."""
    return datetime(2050, 7, 21, 0, tzinfo=UTC)


def settings(folder: Path) -> Settings:
    """A service that asks everybody for a key, on a file in a folder, and solves nothing."""
    return Settings(
        database=f"sqlite:///{folder / 'matcher.db'}", host="0.0.0.0", solvers=0, phone_key=new_phone_key(), rate=10_000
    )


@dataclass(frozen=True)
class Secrets:
    """A secret for each kind of caller."""

    county: str
    town: str
    village: str
    revoked: str


def make_keys(store: Store) -> Secrets:
    """Keys of the county, the town and the village, and a county key that was taken back."""
    keys = Keys(store, now)

    def made(role: Role, site: str | None) -> str:
        return keys.create(f"{role} desk", role, site)[1]

    id, revoked = keys.create("gone", "county", None)
    keys.revoke(id)
    return Secrets(made("county", None), made("town", TOWN), made("village", VILLAGE), revoked)
