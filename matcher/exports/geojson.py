"""Requests, homes of those who are sent, and tours on a map: GeoJSON (RFC 7946), [lon, lat] in WGS-84."""

import json
import math
from pathlib import Path
from typing import Any

from matcher.batch import Batch, CellPlace, GridTravel, Place, PointPlace
from matcher.errors import MatcherError
from matcher.exports.rows import Joined, join
from matcher.files import write_text
from matcher.plan import Plan
from matcher.privacy import mask_text

EARTH_METRES = 6_371_008.8
Position = tuple[float, float]


def write_geojson(batch: Batch, plan: Plan, path: str | Path) -> None:
    """Write the plan as a FeatureCollection; volunteers are ids, no phone is in it.

    A grid is drawn as a plane around latitude 0, longitude 0, which the member `note` says. Raises MatcherError where
    places are nodes, InputError if the plan names what the batch does not have.
    """
    joined = join(batch, plan)
    collection: dict[str, Any] = {"type": "FeatureCollection"}
    if isinstance(batch.travel, GridTravel):
        collection["note"] = "网格平面坐标，不是真实经纬度 / cells on a plane around 0, 0: not real coordinates"
    collection["features"] = [*_sites(joined), *_requests(joined), *_homes(joined), *_tours(joined)]
    write_text(Path(path), json.dumps(collection, ensure_ascii=False, indent=1) + "\n")


def _sites(joined: Joined) -> list[dict[str, Any]]:
    return [
        _feature("site", site.id, "Point", _position(joined, place), tier=site.tier, name=site.name)
        for site in joined.batch.sites
        if (place := joined.site_places.get(site.id)) is not None
    ]


def _requests(joined: Joined) -> list[dict[str, Any]]:
    features = []
    for request in joined.batch.requests:
        filled, places = joined.filled(request), sum(role.count for role in request.roles)
        features.append(
            _feature(
                "request",
                request.id,
                "Point",
                _position(joined, joined.place(request)),
                title=mask_text(request.title),
                priority=request.priority,
                status=joined.status(request),
                filled=filled,
                places=places,
                estimated=request.place is None,
            )
        )
    return features


def _homes(joined: Joined) -> list[dict[str, Any]]:
    sent = {tour.volunteer.id: tour.volunteer for tour in joined.tours}
    return [
        _feature(
            "home",
            volunteer.id,
            "Point",
            _position(joined, joined.place(volunteer)),
            estimated=volunteer.place is None,
        )
        for volunteer in sent.values()
    ]


def _tours(joined: Joined) -> list[dict[str, Any]]:
    features = []
    for tour in joined.tours:
        line = [_position(joined, place) for place in joined.stops(tour)]
        line = line if len(line) > 1 else line * 2
        features.append(
            _feature(
                "tour",
                f"{tour.volunteer.id} {tour.visits[0].start.isoformat()}",
                "LineString",
                line,
                volunteer=tour.volunteer.id,
                requests=[row.request.id for row in tour.visits],
                start=tour.visits[0].start.isoformat(),
                end=tour.visits[-1].end.isoformat(),
            )
        )
    return features


def _feature(kind: str, id: str, geometry: str, coordinates: Any, **properties: Any) -> dict[str, Any]:
    return {
        "type": "Feature",
        "id": f"{kind}/{id}",
        "geometry": {"type": geometry, "coordinates": coordinates},
        "properties": {"kind": kind, "id": id} | properties,
    }


def _position(joined: Joined, place: Place | None) -> Position:
    travel = joined.batch.travel
    if isinstance(place, PointPlace):
        return (place.lon, place.lat)
    if isinstance(place, CellPlace) and isinstance(travel, GridTravel):
        degrees = math.degrees(travel.cell_metres / EARTH_METRES)
        return (round(place.cell[1] * degrees, 7), round(-place.cell[0] * degrees, 7))
    raise MatcherError("这批数据的地点没有坐标，不能导出 GeoJSON", "the places have no coordinates: no GeoJSON")
