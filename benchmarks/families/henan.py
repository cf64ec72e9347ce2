"""The flood in Henan, July 2021: a day's calls for help, and the offers of help, as a batch.

The posts are real (time, place, labels, keyword flags); what a dispatch needs besides is assumed.
docs/henan.md gives every assumption with its reason.
"""

import csv
import json
from collections import defaultdict
from collections.abc import Iterator
from datetime import datetime, timedelta
from functools import partial
from pathlib import Path
from typing import Any

from benchmarks.case import Case
from matcher import Batch, read_batch
from matcher.places import bd09_to_wgs84

FILE = Path("henan2021") / "henan_requests.csv"

NEEDS = {
    "rescue": ("kw_rescue",),
    "medical": ("kw_medical",),
    "supplies": ("kw_water_food", "kw_supplies"),
    "shelter": ("kw_shelter",),
    "power": ("kw_power_comms",),
}
"""Skills and the keyword flags that point at them, most pressing first."""
LABEL_NEED = {"求救": "rescue", "求救_寻人": "rescue", "求救_招物": "supplies", "求救_招地": "shelter"}
LABEL_OFFER = {"帮助_物资": "supplies", "帮助_住所": "shelter"}
MINUTES = {"rescue": 90, "medical": 45, "supplies": 45, "shelter": 60, "power": 60, None: 60}
PATIENCE = {"emergency": 3, "urgent": 6, "normal": 12}
"""Hours after the post within which help should start."""

GROUP = (10, 30)
"""People behind an offer that names no number, and the most behind any."""
PEOPLE_PER_HELPER = 50
HEADCOUNT = (2, 10)
SHIFTS = ((0, 12), (12, 24))
"""Hours of the two halves of every group."""
TRAVEL = {"kind": "geographic", "speed_kmh": 15, "detour": 1.6}
POLICY = {"start_step_minutes": 30, "min_travel_minutes": 5, "shift_covers": "tour"}

Post = dict[str, str]


def cases(data: Path) -> Iterator[Case]:
    """Each day with calls for help; `data` holds the family's folder henan2021.

    Raises FileNotFoundError if the file is not there.
    """
    posts = _read(data / FILE)
    offers = [post for post in posts if post["label"].startswith("帮助")]
    calls = defaultdict(list)
    for post in posts:
        if is_call(post):
            calls[post["time"][:10]].append(post)
    for day in sorted(calls):
        yield Case(f"henan/{day}", partial(_batch, day, calls[day], offers))


def is_call(post: Post) -> bool:
    """Whether a post asks for help: its label says so, or it has none and no machine has ruled it out."""
    return post["label"].startswith("求救") or (not post["label"] and post["machine_valid"] != "0")


def need(post: Post) -> str | None:
    """The skill a call asks for; null: anybody can help."""
    if post["label"] in LABEL_NEED:
        return LABEL_NEED[post["label"]]
    return next(iter(_flagged(post)), None)


def priority(post: Post) -> str:
    """A rescue of the weak first, then rescue and medicine, then the rest."""
    if need(post) == "rescue" and (post["kw_vulnerable"] == "1" or post["label"] == "求救"):
        return "emergency"
    return "urgent" if need(post) in ("rescue", "medical") else "normal"


def _read(path: Path) -> list[Post]:
    """The posts, with their places in WGS-84."""
    with path.open(encoding="utf-8", newline="") as lines:
        posts = list(csv.DictReader(lines))
    lat, lon = bd09_to_wgs84([float(post["lat"]) for post in posts], [float(post["lon"]) for post in posts])
    return [
        post | {"lat": f"{north:.5f}", "lon": f"{east:.5f}"} for post, north, east in zip(posts, lat, lon, strict=True)
    ]


def _batch(day: str, calls: list[Post], offers: list[Post]) -> Batch:
    midnight = datetime.fromisoformat(f"{day}T00:00:00+08:00")
    return read_batch(
        json.dumps(
            {
                "schema": "matcher.batch/1",
                "id": f"henan-{day}",
                "horizon": _interval(midnight, 0, 24),
                "skills": [{"id": skill} for skill in NEEDS],
                "volunteers": [helper for offer in offers for helper in _helpers(offer, midnight)],
                "requests": [_request(call) for call in calls],
                "travel": TRAVEL,
                "policy": POLICY,
            }
        )
    )


def _helpers(offer: Post, midnight: datetime) -> Iterator[dict[str, Any]]:
    """The group behind an offer; every other one works the first half of the day."""
    usual, most = GROUP
    skills = set(_flagged(offer)) | {LABEL_OFFER.get(offer["label"], "rescue")}
    for number in range(min(most, int(offer["people_mentioned"] or usual))):
        yield {
            "id": f"{offer['id']}-{number + 1}",
            "place": _place(offer),
            "skills": [{"skill": skill} for skill in sorted(skills)],
            "shifts": [_interval(midnight, *SHIFTS[number % 2])],
            "max_requests": 4,
            "max_travel_minutes": 120,
        }


def _request(call: Post) -> dict[str, Any]:
    posted = datetime.fromisoformat(call["time"])
    skill, urgency = need(call), priority(call)
    least, most = HEADCOUNT
    return {
        "id": call["id"],
        "title": call["label"],
        "place": _place(call),
        "windows": [_interval(posted, 0, PATIENCE[urgency])],
        "minutes": MINUTES[skill],
        "roles": [
            {
                "id": "helper",
                "skill": skill,
                "count": min(most, max(least, int(call["people_mentioned"] or 0) // PEOPLE_PER_HELPER)),
                "min_count": 1,
            }
        ],
        "priority": urgency,
    }


def _flagged(post: Post) -> list[str]:
    return [skill for skill, flags in NEEDS.items() if any(post[flag] == "1" for flag in flags)]


def _place(post: Post) -> dict[str, float]:
    return {"lat": float(post["lat"]), "lon": float(post["lon"])}


def _interval(start: datetime, first: float, last: float) -> dict[str, str]:
    return {
        "start": (start + timedelta(hours=first)).isoformat(),
        "end": (start + timedelta(hours=last)).isoformat(),
    }
