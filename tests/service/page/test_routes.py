"""What the page is served with, and the routes it needs to show a plan."""

import copy
import json
import re
from importlib.resources import files
from typing import Any

import pytest

from matcher.service.access.phones import new_phone_key
from matcher.service.http.described import EXAMPLE_BATCH, EXAMPLE_PLAN
from tests.service.http.conftest import Serve, Served, plain, plan_text, problem, serve, served, shared
from tests.service.http.test_plans import ADDRESS, with_people

__all__ = ["plain", "plan_text", "serve", "served", "shared"]

PAGE = files("matcher.service.page")
TWO = re.compile(r'\["[^"]+", "[^"]+"\]|\[(\w+|\([\w, ]+\)) => .+, \1 => .+\]|\[\{.+\}, \{.*\}\]')
"""A text of the page in two languages: texts, functions of the same values, or lists of words."""
SCRIPTS = sorted(path.name for path in PAGE.iterdir() if path.name.endswith(".js"))


def text(name: str) -> str:
    return PAGE.joinpath(name).read_text(encoding="utf-8")


def test_the_page_loads_nothing_from_elsewhere_and_no_script_in_its_markup(served: Served) -> None:
    answer = served.http.get("/")
    assert answer.status_code == 200
    assert answer.headers["content-type"] == "text/html; charset=utf-8"
    assert answer.headers["content-security-policy"].startswith("default-src 'self';")
    named = re.findall(r'(?:src|href)="([^"#]+)"', answer.text)
    assert len(named) == 3
    for path in named:
        assert served.http.get(path).status_code == 200
    assert re.findall(r"<script(?![^>]*src=)|\son\w+=|style=", answer.text) == []


def test_the_map_s_frame_is_cut_off_from_the_page(served: Served) -> None:
    policy = served.http.get("/page/frame.html").headers["content-security-policy"]
    assert "default-src 'none'" in policy
    assert "sandbox allow-scripts" in policy
    assert "allow-same-origin" not in policy


@pytest.mark.parametrize("name", ["__init__.py", "..%2F__init__.py", "none.js"])
def test_nothing_but_the_page_s_files_is_served(served: Served, name: str) -> None:
    problem(served.http.get(f"/page/{name}"), 404, "not_found")


@pytest.mark.parametrize("name", SCRIPTS)
def test_every_script_imports_what_is_served(served: Served, name: str) -> None:
    answer = served.http.get(f"/page/{name}")
    assert answer.headers["content-type"] == "text/javascript; charset=utf-8"
    for imported in re.findall(r'from "\./([\w.]+)"', answer.text):
        assert imported in SCRIPTS


def test_every_text_has_both_languages_and_a_use() -> None:
    words = text("words.js")
    table = words[: words.index("const KEPT")]
    known = re.findall(r"^  (\w+): (\[.*\]),$", table, re.MULTILINE)
    assert len(known) == len(re.findall(r"^  \w+:", table, re.MULTILINE))
    assert [name for name, pair in known if not TWO.fullmatch(pair)] == []
    lists = [re.findall(r"\{(.+?)\}", pair) for _, pair in known if pair.startswith("[{")]
    assert len(lists) == 2
    for zh, en in lists:
        assert re.findall(r"(\w+): \"", zh) == re.findall(r"(\w+): \"", en)
    names = {name for name, _ in known}
    rest = text("index.html") + "".join(text(name) for name in SCRIPTS if name != "words.js")
    asked = set(re.findall(r'\bt\("(\w+)"', rest)) | set(re.findall(r'data-(?:t|label)="(\w+)"', rest))
    assert asked <= names
    assert {name for name in names if not re.search(rf"\b{name}\b", rest)} == set()


def test_the_batch_of_a_plan_is_masked(serve: Serve) -> None:
    served = serve(phone_key=new_phone_key())
    id = served.plan(with_people())
    batch = served.http.get(f"/v1/plans/{id}/batch").json()
    assert batch["volunteers"][0]["phone"] == "138****0001"
    assert ADDRESS not in str(batch)
    assert batch["requests"][0]["title"] == EXAMPLE_BATCH["requests"][0]["title"]
    problem(served.http.get("/v1/plans/job-none/batch"), 404, "not_found")


def test_of_the_people_only_those_in_the_plan(served: Served) -> None:
    """Seven volunteers: one is sent, one a backup, one pinned, one of the plan before, one asked for, two are not."""
    batch = copy.deepcopy(EXAMPLE_BATCH)
    (one,), (visit,) = batch["volunteers"], EXAMPLE_PLAN["visits"]
    batch["volunteers"] = [{**one, "id": f"v0000{i}"} for i in range(1, 8)]
    batch["requests"][0] |= {"excluded": ["v00007"], "roles": [{**batch["requests"][0]["roles"][0], "count": 2}]}
    batch |= {"pins": [{**visit, "volunteer": "v00003"}], "previous": [{**visit, "volunteer": "v00004"}]}
    id = served.plan(batch)

    def people(**asked: Any) -> list[str]:
        found = served.http.get(f"/v1/plans/{id}/batch", params=asked).json()
        assert found["requests"][0]["excluded"] == ["v00007"]
        return [volunteer["id"] for volunteer in found["volunteers"]]

    assert people(people="sent") == ["v00003", "v00004"]
    backup = {"request": "r00001", "role": visit["role"], "volunteer": "v00002", "rank": 1}
    served.solved(id, json.dumps({**EXAMPLE_PLAN, "standby": [backup]}))
    assert people(people="sent") == ["v00001", "v00002", "v00003", "v00004"]
    assert people(people="sent", also=["v00005", "v99999"]) == [f"v0000{i}" for i in range(1, 6)]
    assert people(people="all") == people() == [f"v0000{i}" for i in range(1, 8)]


def test_sites_have_their_names_and_those_above(served: Served) -> None:
    assert served.http.get("/v1/sites").json() == {"sites": []}
    village = {"id": "x01", "name": "一村", "tier": "village", "parent": "t01"}
    other = {"id": "t02", "name": "二镇", "tier": "town", "parent": "county"}
    batch = {**EXAMPLE_BATCH, "sites": [*EXAMPLE_BATCH["sites"], village, other]}
    assert served.http.put("/v1/county", json=batch).status_code == 200
    desk = served.key("village", "x01")
    found = served.http.get("/v1/sites", headers=desk).json()["sites"]
    assert found[-1] == village
    assert [site["id"] for site in found] == ["county", "t01", "x01"]
