import json
import re
import subprocess
from pathlib import Path
from typing import Any

import pytest

from matcher.batch import CellPlace, GridTravel, MatrixTravel, NodePlace, Site
from matcher.exports.map import write_map
from tests.exports.build import PHONES, county, harmful, harmful_plan, plan, request


def page(tmp_path: Path, batch: Any = None, of: Any = None, **options: Any) -> str:
    write_map(batch or county(), of or plan(), tmp_path / "map.html", **options)
    return (tmp_path / "map.html").read_text(encoding="utf-8")


def data(html: str) -> Any:
    (text,) = re.findall(r'<script type="application/json" id="data">(.*?)</script>', html, re.DOTALL)
    return json.loads(text)


def shown(chromium: str, tmp_path: Path) -> str:
    """The page's markup after its script has run in a real browser."""
    flags = "--headless --no-sandbox --disable-gpu --no-first-run --disable-background-networking --disable-sync"
    command = [chromium, *flags.split(), f"--user-data-dir={tmp_path / 'profile'}", "--dump-dom"]
    done = subprocess.run([*command, (tmp_path / "map.html").as_uri()], capture_output=True, timeout=60, check=True)
    return done.stdout.decode("utf-8")


def test_it_asks_nothing_of_other_hosts(tmp_path: Path) -> None:
    html = page(tmp_path)
    assert re.findall(r"\w+://[^\"' ]*", html) == ["http://www.w3.org/2000/svg"]
    assert "default-src 'none'" in html
    assert not re.findall(r"\b(src|href)=(?!\"data:,\")", html)


def test_requests_tours_and_gaps(tmp_path: Path) -> None:
    found = data(page(tmp_path))
    clinic, fridge, roof = found["requests"]
    assert [(r["status"], r["filled"], r["places"]) for r in (clinic, fridge, roof)] == [
        ("partly", 2, 3),
        ("served", 1, 1),
        ("unserved", 0, 1),
    ]
    assert clinic["visits"][0] == ["09:30-10:30", "doctor", "志＊＊ v1", "医疗分队", "09:20"]
    assert [gap[:3] for gap in found["gaps"]] == [[2, "a", 1], [0, "helper", 1]]
    assert found["gaps"][0][3:] == [["技能不符：3 人"], ["lacks the skill: 3"]]
    assert [served for _, served in found["tours"]] == [[0], [0], [1]]


def test_metres_east_and_south(tmp_path: Path) -> None:
    # 0.06 degrees of latitude are 6,671.7 m; the fridge lies north-east of the clinic.
    clinic, fridge, _ = (r["at"] for r in data(page(tmp_path))["requests"])
    assert clinic[1] - fridge[1] == pytest.approx(6671.7, abs=1)
    assert 6060 < fridge[0] - clinic[0] < 6100


def test_cells_are_drawn_on_the_plane(tmp_path: Path) -> None:
    batch = county(
        travel=GridTravel(kind="grid", cell_metres=500, metric="manhattan", speed_kmh=20),
        sites=(Site(id="qiao", tier="village", place=CellPlace(cell=(2, 3))),),
        volunteers=(),
        requests=(request("r", "", "9:00"),),
    )
    found = data(page(tmp_path, batch, plan(visits=())))
    assert (found["requests"][0]["at"], found["plane"]) == ([1500, 1000], True)


def test_nodes_have_a_list_and_no_map(tmp_path: Path) -> None:
    batch = county(
        travel=MatrixTravel(kind="matrix", nodes=("n",), seconds=((0.0,),)),
        sites=(Site(id="qiao", tier="village", place=NodePlace(node="n")),),
        volunteers=(),
        requests=(request("r", "", "9:00"),),
    )
    found = data(page(tmp_path, batch, plan(visits=())))
    assert (found["requests"][0]["at"], found["sites"]) == (None, [])


def test_no_phones_names_and_addresses(tmp_path: Path) -> None:
    html = page(tmp_path)
    assert not [secret for secret in (*PHONES, "志愿者甲", "陈大妈", "12 号") if secret in html]


def test_harmful_text_never_becomes_markup(tmp_path: Path) -> None:
    html = page(tmp_path, harmful(), harmful_plan())
    assert html.count("</script>") == page(tmp_path).count("</script>") == 2
    assert "<img" not in html
    assert [r["title"] for r in data(html)["requests"]] == [r.title for r in harmful().requests]


@pytest.mark.needs_browser
def test_a_browser_shows_it(tmp_path: Path, chromium: str) -> None:
    page(tmp_path, harmful(), harmful_plan(), lang="en")
    dom = shown(chromium, tmp_path)
    assert '<html lang="en">' in dom
    assert dom.count('class="mark ') >= len(harmful().requests)
    assert "<img" not in dom
    assert "&lt;/script&gt;&lt;img src=x onerror=alert(1)&gt;" in dom
