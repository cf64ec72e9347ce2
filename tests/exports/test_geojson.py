import json
import math
from pathlib import Path
from typing import Any

import pytest

from matcher.batch import CellPlace, GridTravel, MatrixTravel, NodePlace, Site
from matcher.errors import MatcherError
from matcher.exports.geojson import write_geojson
from tests.exports.build import PHONES, at, county, harmful, harmful_plan, plan, point, request, visit, volunteer


def features(path: Path, batch: Any, of: Any) -> dict[str, Any]:
    write_geojson(batch, of, path)
    collection = json.loads(path.read_text(encoding="utf-8"))
    assert collection["type"] == "FeatureCollection"
    return {feature["id"]: feature for feature in collection["features"]}


def test_coordinates_are_lon_lat(tmp_path: Path) -> None:
    found = features(tmp_path / "p", county(), plan())
    assert found["request/fridge"]["geometry"] == {"type": "Point", "coordinates": [115.41, 24.31]}
    assert found["home/v2"]["geometry"]["coordinates"] == [115.4, 24.3]
    assert found["request/clinic"]["geometry"]["coordinates"] == [115.35, 24.25]
    assert found["request/clinic"]["properties"]["estimated"] is True


def test_status_and_numbers(tmp_path: Path) -> None:
    found = features(tmp_path / "p", county(), plan())
    kinds = {id: found[f"request/{id}"]["properties"] for id in ("clinic", "fridge", "roof")}
    assert {id: (p["status"], p["filled"], p["places"]) for id, p in kinds.items()} == {
        "clinic": ("partly", 2, 3),
        "fridge": ("served", 1, 1),
        "roof": ("unserved", 0, 1),
    }
    assert "home/v3" not in found


def test_tours_lead_home_in_each_shift(tmp_path: Path) -> None:
    found = features(tmp_path / "p", county(), plan())
    home, fridge, clinic = [115.4, 24.3], [115.41, 24.31], [115.35, 24.25]
    tours = [f["geometry"]["coordinates"] for id, f in found.items() if id.startswith("tour/v2")]
    assert tours == [[home, clinic, home], [home, fridge, home]]


def test_via_home_and_open_end_and_end_place(tmp_path: Path) -> None:
    # One shift: home, a (ends at b), home again, c, no way back.
    a, b, c, home = point(1, 10), point(2, 20), point(3, 30), point(4, 40)
    batch = county(
        volunteers=(volunteer("v", "志愿者甲", place=home, ends_at="open"),),
        requests=(request("a", "", "9:00", place=a, end_place=b), request("c", "", "11:00", place=c)),
    )
    of = plan(visits=(visit("a", "a", "v", at("9:00")), visit("c", "a", "v", at("11:00"), via_home=True)))
    (tour,) = (f for f in features(tmp_path / "p", batch, of).values() if f["properties"]["kind"] == "tour")
    assert tour["geometry"]["coordinates"] == [[40, 4], [10, 1], [20, 2], [40, 4], [30, 3]]


def test_a_tour_at_home_is_still_a_line(tmp_path: Path) -> None:
    of = plan(visits=(visit("roof", "a", "v1", at("15:00")),))
    found = features(tmp_path / "p", county(), of)
    (tour,) = (f for f in found.values() if f["properties"]["kind"] == "tour")
    assert len(tour["geometry"]["coordinates"]) == 2


def test_no_names_and_phones(tmp_path: Path) -> None:
    features(tmp_path / "p", county(), plan())
    text = (tmp_path / "p").read_text(encoding="utf-8")
    assert not [secret for secret in (*PHONES, "志愿者甲", "陈大妈", "12 号") if secret in text]


def test_harmful_text_stays_text(tmp_path: Path) -> None:
    found = features(tmp_path / "p", harmful(), harmful_plan())
    for asked in harmful().requests:
        assert found[f"request/{asked.id}"]["properties"]["title"] == asked.title


def test_a_grid_becomes_a_plane_and_says_so(tmp_path: Path) -> None:
    # 111,195 m are a degree; rows go south, columns east.
    metres = math.radians(6_371_008.8)
    batch = county(
        travel=GridTravel(kind="grid", cell_metres=metres, metric="manhattan", speed_kmh=20),
        sites=(Site(id="qiao", tier="village", place=CellPlace(cell=(2, 3))),),
        volunteers=(),
        requests=(request("r", "", "9:00"),),
    )
    assert features(tmp_path / "p", batch, plan(visits=()))["request/r"]["geometry"]["coordinates"] == [3, -2]
    assert "不是真实经纬度" in json.loads((tmp_path / "p").read_text(encoding="utf-8"))["note"]


def test_nodes_have_no_coordinates(tmp_path: Path) -> None:
    batch = county(
        travel=MatrixTravel(kind="matrix", nodes=("n",), seconds=((0.0,),)),
        sites=(Site(id="qiao", tier="village", place=NodePlace(node="n")),),
        volunteers=(),
        requests=(request("r", "", "9:00"),),
    )
    with pytest.raises(MatcherError, match="没有坐标"):
        write_geojson(batch, plan(visits=()), tmp_path / "p")
    assert not list(tmp_path.iterdir())
