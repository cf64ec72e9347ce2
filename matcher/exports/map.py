"""The plan as a picture: one HTML file that opens offline, with an SVG map, a list and the details of each request.

Python writes the data (no names in full, no phones, no addresses); page/ holds markup, style and script.
"""

import json
import math
from collections.abc import Iterable
from importlib.resources import files
from pathlib import Path
from typing import Any

from matcher.batch import Batch, CellPlace, GridTravel, Place, PointPlace, Request
from matcher.exports.rows import Joined, VisitRow, join
from matcher.exports.view import Lang, View
from matcher.files import write_text
from matcher.plan import Plan
from matcher.policy import PRIORITIES
from matcher.privacy import mask_name
from matcher.rules import TERMS
from matcher.summary import PRIORITY_WORDS, days, reason_words, sent_line

DEGREE_METRES = math.radians(6_371_008.8)
Point = tuple[int, int]


def write_map(batch: Batch, plan: Plan, path: str | Path, *, lang: Lang = "zh") -> None:
    """Write the map picture; readers can switch its language. Without coordinates it holds the list only.

    Raises InputError if the plan names what the batch does not have.
    """
    data = json.dumps(_data(join(batch, plan), lang), ensure_ascii=False, separators=(",", ":"))
    for character in "<>&\u2028\u2029":
        data = data.replace(character, f"\\u{ord(character):04x}")
    page = files("matcher.exports").joinpath("page")
    parts = {name: page.joinpath(f"map.{name}").read_text(encoding="utf-8") for name in ("html", "css", "js")}
    html = parts["html"].replace("/*css*/", parts["css"]).replace("/*js*/", parts["js"]).replace("/*data*/", data)
    write_text(Path(path), html)


def _data(joined: Joined, lang: Lang) -> dict[str, Any]:
    """What the script shows; every text is a pair of Chinese and English unless it is the users' own."""
    view = View(joined, lang, with_phones=False)
    project = _Projection(joined)
    summary = joined.summary
    number = {request.id: index for index, request in enumerate(joined.batch.requests)}
    visits: dict[str, list[VisitRow]] = {}
    for row in joined.visits:
        visits.setdefault(row.request.id, []).append(row)
    return {
        "lang": lang,
        "batch": joined.batch.id,
        "days": [days(summary, "zh"), days(summary, "en")],
        "proof": [summary.proof.lines("zh"), summary.proof.lines("en")],
        "sent": [sent_line(summary, "zh"), sent_line(summary, "en")],
        "priorities": [PRIORITY_WORDS[priority] for priority in PRIORITIES],
        "coverage": [[TERMS[f"coverage.{p}"].zh, TERMS[f"coverage.{p}"].en] for p in PRIORITIES],
        "served": [[line.requests, line.full, line.partly, line.places, line.filled] for line in summary.served],
        "plane": isinstance(joined.batch.travel, GridTravel),
        "sites": _sites(joined, project),
        "requests": [_request(view, project, request, visits.get(request.id, [])) for request in joined.batch.requests],
        "gaps": [
            [
                number[gap.request],
                gap.role,
                gap.missing,
                reason_words(gap.reasons, "zh"),
                reason_words(gap.reasons, "en"),
            ]
            for gap in summary.gaps
        ],
        "tours": [
            [_line(project, joined.stops(tour)), [number[row.request.id] for row in tour.visits]]
            for tour in joined.tours
        ],
    }


def _sites(joined: Joined, project: "_Projection") -> list[list[Any]]:
    """East, south, tier, name, and the number in this list of the site above (or null)."""
    placed = [site for site in joined.batch.sites if project(joined.site_places.get(site.id)) is not None]
    number = {site.id: index for index, site in enumerate(placed)}
    return [
        [*(project(joined.site_places[site.id]) or ()), site.tier, site.name or site.id, number.get(site.parent or "")]
        for site in placed
    ]


def _request(view: View, project: "_Projection", request: Request, rows: list[VisitRow]) -> dict[str, Any]:
    joined = view.joined
    return {
        "at": project(joined.place(request)),
        "priority": PRIORITIES.index(request.priority),
        "status": joined.status(request),
        "title": view.title(request),
        "site": joined.site_name(request.site),
        "when": view.windows(request),
        "filled": joined.filled(request),
        "places": sum(role.count for role in request.roles),
        "estimated": request.place is None,
        "visits": [
            [
                f"{view.time(row.start)}-{view.time(row.end)}",
                row.role.id,
                f"{mask_name(row.volunteer.name)} {row.volunteer.id}".strip(),
                row.team.name if row.team else "",
                view.time(row.leave) if row.leave else "",
            ]
            for row in rows
        ],
    }


def _line(project: "_Projection", stops: Iterable[Place | None]) -> list[Point]:
    return [point for place in stops if (point := project(place)) is not None]


class _Projection:
    """Places as whole metres east and south of a point in the middle; null for nodes, which lie nowhere."""

    def __init__(self, joined: Joined) -> None:
        travel = joined.batch.travel
        self.cell_metres = travel.cell_metres if isinstance(travel, GridTravel) else 1.0
        places = [joined.place(request) for request in joined.batch.requests]
        points = [place for place in places if isinstance(place, PointPlace)]
        self.lat = sum(point.lat for point in points) / max(1, len(points))
        self.lon = sum(point.lon for point in points) / max(1, len(points))

    def __call__(self, place: Place | None) -> Point | None:
        if isinstance(place, PointPlace):
            east = (place.lon - self.lon) * DEGREE_METRES * math.cos(math.radians(self.lat))
            return (round(east), round((self.lat - place.lat) * DEGREE_METRES))
        if isinstance(place, CellPlace):
            return (round(place.cell[1] * self.cell_metres), round(place.cell[0] * self.cell_metres))
        return None
