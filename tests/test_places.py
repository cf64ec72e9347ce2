"""Coordinate systems against published points, and who is where in a batch."""

import json
import random

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from matcher import places
from matcher.batch import Batch, CellPlace, MatrixTravel, NodePlace, PointPlace, Site
from matcher.places import OPEN, resolve, site_places
from matcher.travel import between

# (source, conversion, tolerance in degrees, from (lat, lon), to (lat, lon)).
# coordtransform inverts in one step, good to 1e-6; gcoord's cities lie within a metre of the formulas.
KNOWN = [
    ("wandergis/coordtransform", "wgs84_to_gcj02", 1e-9, (39.915, 116.404), (39.91640428150164, 116.41024449916938)),
    ("wandergis/coordtransform", "gcj02_to_bd09", 1e-9, (39.915, 116.404), (39.92133699351021, 116.41036949371029)),
    ("wandergis/coordtransform", "bd09_to_gcj02", 1e-6, (39.915, 116.404), (39.90865673957631, 116.39762729119315)),
    ("wandergis/coordtransform", "gcj02_to_wgs84", 1e-6, (39.915, 116.404), (39.91359571849836, 116.39775550083061)),
    ("eviltransform", "wgs84_to_gcj02", 1e-9, (31.1774276, 121.5272106), (31.17530398364597, 121.531541859215)),
    ("eviltransform", "wgs84_to_gcj02", 1e-9, (22.543847, 113.912316), (22.540796131694766, 113.9171764808363)),
    ("eviltransform", "wgs84_to_gcj02", 1e-9, (39.911954, 116.377817), (39.91334545536069, 116.38404722455657)),
    ("gcoord, Heyuan", "wgs84_to_gcj02", 1e-5, (23.7463448, 114.6962648), (23.7436914, 114.7009627)),
    ("gcoord, Heyuan", "gcj02_to_bd09", 1e-6, (23.7436914, 114.7009627), (23.7498752, 114.7074093)),
    ("gcoord, Heyuan", "wgs84_to_bd09", 1e-5, (23.7463448, 114.6962648), (23.7498752, 114.7074093)),
    ("gcoord, Zhengzhou", "gcj02_to_wgs84", 1e-5, (34.7466173, 113.6253334), (34.7478004, 113.6192856)),
    ("gcoord, Zhengzhou", "bd09_to_gcj02", 1e-6, (34.7528605, 113.6317519), (34.7466173, 113.6253334)),
    ("gcoord, Zhengzhou", "bd09_to_wgs84", 1e-5, (34.7528605, 113.6317519), (34.7478004, 113.6192856)),
    ("gcoord, Shenyang", "wgs84_to_gcj02", 1e-5, (41.8032629, 123.4253306), (41.8057023, 123.4314787)),
    ("gcoord, Nagqu", "bd09_to_wgs84", 1e-5, (31.4824421, 92.0576832), (31.4784436, 92.0499619)),
]
PAIRS = [("wgs84", "gcj02"), ("gcj02", "bd09"), ("wgs84", "bd09")]


@pytest.mark.parametrize(("source", "name", "tolerance", "before", "after"), KNOWN)
def test_published_points(
    source: str, name: str, tolerance: float, before: tuple[float, float], after: tuple[float, float]
) -> None:
    lat, lon = getattr(places, name)(*before)
    assert abs(lat - after[0]) < tolerance, source
    assert abs(lon - after[1]) < tolerance, source


@pytest.mark.parametrize(("one", "other"), PAIRS)
@given(lat=st.floats(3, 54), lon=st.floats(73, 137))
def test_there_and_back(one: str, other: str, lat: float, lon: float) -> None:
    there = getattr(places, f"{one}_to_{other}")(lat, lon)
    back = getattr(places, f"{other}_to_{one}")(*there)
    np.testing.assert_allclose(back, (lat, lon), rtol=0, atol=1e-9)
    assert 1e-5 < np.hypot(there[0] - lat, there[1] - lon) < 0.02


@pytest.mark.parametrize(("one", "other"), PAIRS)
def test_nothing_moves_outside_china(one: str, other: str) -> None:
    lat, lon = np.array([51.5, -33.9, 35.0, 90.0, 0.5]), np.array([0.0, 151.2, 139.0, 100.0, 110.0])
    for name in (f"{one}_to_{other}", f"{other}_to_{one}"):
        y, x = getattr(places, name)(lat, lon)
        assert y.tolist() == lat.tolist()
        assert x.tolist() == lon.tolist()


def test_arrays_keep_their_shape_and_each_point_its_own_shift() -> None:
    lat, lon = np.array([[23.7, 51.5], [34.7, 41.8]]), np.array([[114.7, 0.0], [113.6, 123.4]])
    kept = lat.copy()
    moved = places.wgs84_to_bd09(lat, lon)
    for at in np.ndindex(2, 2):
        alone = places.wgs84_to_bd09(lat[at], lon[at])
        assert [float(part) for part in alone] == [float(part[at]) for part in moved]
    assert np.array_equal(lat, kept), "the input is left alone"


def cell(row: int, column: int) -> dict[str, object]:
    return {"cell": [row, column]}


def batch(
    volunteers: list[dict[str, object]], requests: list[dict[str, object]], sites: list[dict[str, object]]
) -> Batch:
    hours = {"start": "2026-07-21T08:00:00+08:00", "end": "2026-07-21T12:00:00+08:00"}
    return Batch.model_validate_json(
        json.dumps(
            {
                "schema": "matcher.batch/1",
                "id": "places",
                "horizon": hours,
                "travel": {"kind": "grid", "cell_metres": 500, "metric": "manhattan", "speed_kmh": 20},
                "sites": [{"tier": "village", **site} for site in sites],
                "volunteers": [{"id": f"v{i}", "shifts": [hours], **v} for i, v in enumerate(volunteers)],
                "requests": [
                    {"id": f"r{i}", "windows": [hours], "minutes": 30, "roles": [{"id": "a"}], **r}
                    for i, r in enumerate(requests)
                ],
            }
        )
    )


SITES: list[dict[str, object]] = [
    {"id": "village", "parent": "town"},
    {"id": "town", "tier": "town", "parent": "county", "place": cell(5, 5)},
    {"id": "county", "tier": "county", "place": cell(0, 0)},
    {"id": "grid", "tier": "grid", "parent": "village"},
    {"id": "unused", "place": cell(-9, 40)},
    {"id": "nowhere"},
]
VOLUNTEERS: list[dict[str, object]] = [
    {"place": cell(1, 2)},
    {"site": "grid"},
    {"site": "county", "place": cell(5, 5), "ends_at": "open"},
    {"site": "county", "ends_at": cell(7, 7)},
]
REQUESTS: list[dict[str, object]] = [
    {"place": cell(1, 2), "end_place": cell(3, 3)},
    {"site": "village"},
    {"site": "nowhere", "place": cell(3, 3)},
]


def test_who_is_where() -> None:
    found = resolve(batch(VOLUNTEERS, REQUESTS, SITES))
    assert [place.cell for place in found.unique if isinstance(place, CellPlace)] == [
        *((-9, 40), (0, 0), (1, 2), (3, 3), (5, 5), (7, 7))
    ]
    assert found.home.tolist() == [2, 4, 4, 1]
    assert found.end.tolist() == [2, 4, OPEN, 5]
    assert found.start.tolist() == [2, 4, 3]
    assert found.finish.tolist() == [3, 4, 3]
    assert found.home_estimated.tolist() == [False, True, False, True]
    assert found.start_estimated.tolist() == [False, True, False]
    assert {found.home.dtype, found.end.dtype, found.start.dtype, found.finish.dtype} == {np.dtype(np.int32)}


def test_an_empty_batch_has_no_places() -> None:
    found = resolve(batch([], [], []))
    assert found.unique == ()
    assert [len(part) for part in (found.home, found.end, found.start, found.finish)] == [0, 0, 0, 0]


def test_the_order_of_lists_does_not_matter() -> None:
    usual = resolve(batch(VOLUNTEERS, REQUESTS, SITES))
    for seed in range(20):
        shuffled = random.Random(seed)
        who, what = list(range(len(VOLUNTEERS))), list(range(len(REQUESTS)))
        shuffled.shuffle(who)
        shuffled.shuffle(what)
        sites = shuffled.sample(SITES, len(SITES))
        found = resolve(batch([VOLUNTEERS[i] for i in who], [REQUESTS[i] for i in what], sites))
        assert found.unique == usual.unique
        assert found.home.tolist() == usual.home[who].tolist()
        assert found.finish.tolist() == usual.finish[what].tolist()


def test_points_are_one_place_only_if_equal() -> None:
    point = {"lat": 24.1, "lon": 115.25}
    near = {"lat": 24.1, "lon": 115.2500001}
    found = resolve(batch([{"place": point}, {"place": near}, {"place": point}], [], []))
    assert found.home.tolist() == [0, 1, 0]
    assert found.unique == (PointPlace(**point), PointPlace(**near))


def test_sites_in_a_circle_have_no_place() -> None:
    sites = [Site(id="a", tier="village", parent="b"), Site(id="b", tier="village", parent="a")]
    lost = Site(id="c", tier="village", parent="unknown")
    home = Site(id="d", tier="village", place=CellPlace(cell=(1, 1)))
    assert site_places([*sites, lost, home]) == {"d": CellPlace(cell=(1, 1))}


def test_ways_between_some_places_only_and_one_of_them_twice() -> None:
    seconds = ((0, 10, 20), (30, 0, 40), (50, 60, 0))
    table = MatrixTravel(kind="matrix", nodes=("a", "b", "c"), seconds=seconds)
    some = tuple(NodePlace(node=name) for name in "cac")
    assert between(some, table).table([0, 1, 2]).tolist() == [[0, 50, 0], [20, 0, 20], [0, 50, 0]]
    assert between(some, table, 0.5).seconds([0, 0], [1, 2], 1).tolist() == [50, 30]
    assert between((), table).table([]).shape == (0, 0)
