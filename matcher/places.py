"""Where things are: the places of a batch as indices, and the coordinate systems of Chinese maps.

GPS and the batch use WGS-84. Chinese maps shift it: GCJ-02 (Amap, Tencent), BD-09 (Baidu, a further shift). The
formulas are public knowledge, written down for example by PRCoords (CC0) and eviltransform (MIT); they agree with the
map services to about a metre. All conversions take and return latitudes and longitudes in degrees as float64 arrays
of one shape, and leave points outside a rectangle around China as they are.
"""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray

from matcher.batch import Batch, CellPlace, NodePlace, Place, Site

Degrees = NDArray[np.float64]
Points = tuple[Degrees, Degrees]
Indices = NDArray[np.int32]
Key = tuple[str | float, ...]

OPEN = -1
"""Index in `Places.end` of a volunteer whose tours end anywhere."""

KRASOVSKY_METRES = 6378245.0
KRASOVSKY_E2 = 0.00669342162296594323
CHINA_LAT = (0.8293, 55.8271)
CHINA_LON = (72.004, 137.8347)
BAIDU_LAT, BAIDU_LON = 0.0060, 0.0065
ROUNDS = 12
"""Fixed-point steps of an inverse; each shrinks the error at least 30 times, so the last ones change nothing."""


def wgs84_to_gcj02(lat: ArrayLike, lon: ArrayLike) -> Points:
    """GPS coordinates as Amap and Tencent show them."""
    return _in_china(_gcj02, lat, lon)


def gcj02_to_wgs84(lat: ArrayLike, lon: ArrayLike) -> Points:
    """GPS coordinates of a point on Amap or Tencent maps, the exact inverse of `wgs84_to_gcj02`."""
    return _in_china(_inverse(_gcj02), lat, lon)


def gcj02_to_bd09(lat: ArrayLike, lon: ArrayLike) -> Points:
    """Amap or Tencent coordinates as Baidu shows them."""
    return _in_china(_bd09, lat, lon)


def bd09_to_gcj02(lat: ArrayLike, lon: ArrayLike) -> Points:
    """Amap or Tencent coordinates of a point on Baidu maps, the exact inverse of `gcj02_to_bd09`."""
    return _in_china(_inverse(_bd09), lat, lon)


def wgs84_to_bd09(lat: ArrayLike, lon: ArrayLike) -> Points:
    """GPS coordinates as Baidu shows them."""
    return gcj02_to_bd09(*wgs84_to_gcj02(lat, lon))


def bd09_to_wgs84(lat: ArrayLike, lon: ArrayLike) -> Points:
    """GPS coordinates of a point on Baidu maps, the exact inverse of `wgs84_to_bd09`."""
    return gcj02_to_wgs84(*bd09_to_gcj02(lat, lon))


def _in_china(convert: Callable[[Degrees, Degrees], Points], lat: ArrayLike, lon: ArrayLike) -> Points:
    y, x = (np.array(v) for v in np.broadcast_arrays(np.asarray(lat, np.float64), np.asarray(lon, np.float64)))
    china = (CHINA_LAT[0] <= y) & (y <= CHINA_LAT[1]) & (CHINA_LON[0] <= x) & (x <= CHINA_LON[1])
    y[china], x[china] = convert(y[china], x[china])
    return y, x


def _inverse(convert: Callable[[Degrees, Degrees], Points]) -> Callable[[Degrees, Degrees], Points]:
    def inverted(lat: Degrees, lon: Degrees) -> Points:
        y, x = lat, lon
        for _ in range(ROUNDS):
            there_y, there_x = convert(y, x)
            y, x = y + (lat - there_y), x + (lon - there_x)
        return y, x

    return inverted


def _gcj02(lat: Degrees, lon: Degrees) -> Points:
    x, y = lon - 105, lat - 35
    root = np.sqrt(np.abs(x))
    ripple = 20 * _wave(x, 1 / 6) + 20 * _wave(x, 1 / 2)
    north_ripple = ripple + 20 * _wave(y, 1) + 40 * _wave(y, 3) + 160 * _wave(y, 12) + 320 * _wave(y, 30)
    east_ripple = ripple + 20 * _wave(x, 1) + 40 * _wave(x, 3) + 150 * _wave(x, 12) + 300 * _wave(x, 30)
    north = -100 + 2 * x + 3 * y + 0.2 * y * y + 0.1 * x * y + 0.2 * root + north_ripple * 2 / 3
    east = 300 + x + 2 * y + 0.1 * x * x + 0.1 * x * y + 0.1 * root + east_ripple * 2 / 3
    phi = np.radians(lat)
    bend = 1 - KRASOVSKY_E2 * np.sin(phi) ** 2
    metres_north = np.radians(KRASOVSKY_METRES * (1 - KRASOVSKY_E2) / bend**1.5)
    metres_east = np.radians(KRASOVSKY_METRES * np.cos(phi) / np.sqrt(bend))
    return lat + north / metres_north, lon + east / metres_east


def _wave(degrees: Degrees, half_period: float) -> Degrees:
    return np.sin(degrees * np.pi / half_period)


def _bd09(lat: Degrees, lon: Degrees) -> Points:
    radius = np.hypot(lon, lat) + 0.00002 * np.sin(np.radians(lat) * 3000)
    angle = np.arctan2(lat, lon) + 0.000003 * np.cos(np.radians(lon) * 3000)
    return radius * np.sin(angle) + BAIDU_LAT, radius * np.cos(angle) + BAIDU_LON


@dataclass(frozen=True)
class Places:
    """The places of a batch, each once, and who is where.

    `unique` holds every place of sites, volunteers and requests in an order that only depends on the places. The
    arrays index into it, in the batch's order of volunteers and requests.
    """

    unique: tuple[Place, ...]
    home: Indices
    """Per volunteer: where tours start."""
    end: Indices
    """Per volunteer: where tours end; `OPEN`: anywhere."""
    start: Indices
    """Per request: where the service starts."""
    finish: Indices
    """Per request: where the service ends."""
    home_estimated: NDArray[np.bool_]
    """Per volunteer: whether a site's place stands in for the home."""
    start_estimated: NDArray[np.bool_]
    """Per request: whether a site's place stands in for the start."""


def site_places(sites: Iterable[Site]) -> dict[str | None, Place]:
    """The place of every site by id, the nearest ancestor's where it has none; sites without any are left out."""
    by_id = {site.id: site for site in sites}
    found: dict[str | None, Place] = {}
    for site in by_id.values():
        seen: set[str] = set()
        above: Site | None = site
        while above is not None and above.place is None and above.id not in seen:
            seen.add(above.id)
            above = by_id.get(above.parent) if above.parent is not None else None
        if above is not None and above.place is not None:
            found[site.id] = above.place
    return found


def resolve(batch: Batch) -> Places:
    """Where everything in a checked batch is (docs/problem.md); a place left out is the site's.

    Raises KeyError where a volunteer or request has no place at all, which reading a batch has ruled out.
    """
    known: dict[Key, Place] = {}

    def key(place: Place) -> Key:
        found = _key(place)
        known[found] = place
        return found

    near = site_places(batch.sites)
    for place in near.values():
        key(place)
    homes = [key(v.place or near[v.site]) for v in batch.volunteers]
    starts = [key(r.place or near[r.site]) for r in batch.requests]
    finishes = [key(r.end_place) if r.end_place else start for r, start in zip(batch.requests, starts, strict=True)]
    ends = [
        home if v.ends_at is None else None if isinstance(v.ends_at, str) else key(v.ends_at)
        for v, home in zip(batch.volunteers, homes, strict=True)
    ]
    order = sorted(known)
    index: dict[Key | None, int] = {None: OPEN, **{k: i for i, k in enumerate(order)}}

    def indices(keys: Sequence[Key | None]) -> Indices:
        return np.array([index[k] for k in keys], np.int32)

    return Places(
        unique=tuple(known[k] for k in order),
        home=indices(homes),
        end=indices(ends),
        start=indices(starts),
        finish=indices(finishes),
        home_estimated=np.array([v.place is None for v in batch.volunteers], np.bool_),
        start_estimated=np.array([r.place is None for r in batch.requests], np.bool_),
    )


def _key(place: Place) -> Key:
    if isinstance(place, CellPlace):
        row, column = place.cell
        return "cell", row, column
    if isinstance(place, NodePlace):
        return ("node", place.node)
    return ("point", place.lat, place.lon)
