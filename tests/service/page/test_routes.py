"""What the page is served with, and the two routes that only it needs."""

import io
import re
import zipfile
from importlib.resources import files

import pytest

from matcher.service.access.phones import new_phone_key
from matcher.service.http.described import EXAMPLE_BATCH, EXAMPLE_PLAN
from tests.service.http.conftest import Serve, Served, plain, plan_text, problem, serve, served
from tests.service.http.test_plans import ADDRESS, PHONE, with_people

__all__ = ["plain", "plan_text", "serve", "served"]

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


def test_a_changed_plan_is_a_file_with_contacts_as_they_were_kept(serve: Serve) -> None:
    served = serve(phone_key=new_phone_key())
    id = served.plan(with_people())
    changed = {**EXAMPLE_PLAN, "visits": [{**EXAMPLE_PLAN["visits"][0], "start": "2026-07-21T09:30:00+08:00"}]}
    # the batch sent has no contacts, as redispatch answers it
    answer = served.http.post(
        f"/v1/plans/{id}/files", params={"format": "csv"}, json={"batch": EXAMPLE_BATCH, "plan": changed}
    )
    assert answer.status_code == 200, answer.text
    visits = zipfile.ZipFile(io.BytesIO(answer.content)).read("visits.csv").decode("utf-8-sig")
    assert "09:30" in visits
    assert "138****0001" in visits
    assert PHONE not in visits


def test_a_plan_of_something_else_makes_no_file(served: Served) -> None:
    id = served.plan(EXAMPLE_BATCH)
    unknown = {**EXAMPLE_PLAN, "visits": [{**EXAMPLE_PLAN["visits"][0], "volunteer": "v99999"}]}
    both = {"batch": EXAMPLE_BATCH, "plan": unknown}
    found = problem(served.http.post(f"/v1/plans/{id}/files", json=both), 422, "bad_input")
    assert [error["code"] for error in found["errors"]] == ["unknown_id"]
