"""The flood day of the demo county drawn: no sign hides another, no text stands on a text or a sign."""

import math
import re
from collections.abc import Collection
from datetime import timedelta
from itertools import combinations
from pathlib import Path

import pytest
from playwright.sync_api import Browser

from matcher import Batch, Plan
from matcher.demo import county_day
from matcher.plan import Visit
from scenarios import apply, load_scenario
from scenarios.cases import BASELINE, Case
from scenarios.outcome import outcome_of
from scenarios.report import Report, made, report
from scenarios.report.draw import SIGNS
from scenarios.report.map import county
from scenarios.report.room import STEP, Room
from scenarios.running import Ran
from scenarios.store import Result
from tests.browsing import browser
from tests.checker import build
from tests.scenarios.test_report_page import FAULTS

__all__ = ["browser"]

SIGN = re.compile(r'<path class="sign (\w+)" transform="translate\((\S+) (\S+)\)')
ON_SIGNS = """() => [...document.querySelectorAll("figure.map")].flatMap(map => {
  const signs = [...map.querySelectorAll(".sign")].map(sign => [sign.textContent, sign.getBoundingClientRect()]);
  const blank = 3;
  return [...map.querySelectorAll("text")].flatMap(text => {
    const box = text.getBoundingClientRect();
    return signs.filter(([_, sign]) => box.left < sign.right - blank && sign.left < box.right - blank &&
      box.top < sign.bottom - blank && sign.top < box.bottom - blank).map(([hint]) => [text.textContent, hint]);
  });
})"""
"""Texts that stand on a sign; a line of text is up to 3 pixels higher than its letters."""


def planned(batch: Batch, unserved: Collection[str]) -> Result:
    """A plan by hand: people in turn go to all but some requests, an hour each, every two hours."""
    places = [(r, role) for r in batch.requests if r.id not in unserved for role in r.roles for _ in range(role.count)]
    visits, hour = list[Visit](), timedelta(hours=1)
    for n, (request, role) in enumerate(places):
        turn, person = divmod(n, 200)
        start = batch.horizon.start + (8 + 2 * turn) * hour
        id = batch.volunteers[person].id
        visits.append(Visit(request=request.id, role=role.id, volunteer=id, start=start, end=start + hour))
    plan = Plan(schema="matcher.plan/1", batch=batch.id, visits=tuple(visits))
    return Result(plan=plan, outcome=outcome_of(batch, plan))


@pytest.fixture(scope="module")
def flood() -> Report:
    batch, scenario = county_day(1000, 300), load_scenario("flood-day")
    edited = apply(scenario, batch)
    before = planned(batch, {request.id for request in batch.requests[::6]})
    after = planned(edited.batch, {request.id for request in edited.batch.requests[::5]})
    ran = [
        Ran(Case(name=BASELINE, scenario=None), "", before, (), False),
        Ran(Case(name=scenario.id, scenario=scenario), "", after, edited.changes, False),
    ]
    return report(batch, ran, "zh")


def test_no_sign_hides_another(flood: Report) -> None:
    (told,) = flood.scenarios
    drawn = county(flood, told)
    assert drawn
    signs = [(kind, float(x), float(y)) for kind, x, y in SIGN.findall(drawn.parts)]
    signs = signs[: len(told.fates)]  # the rest is the legend
    assert {kind for kind, _, _ in signs} == {"lost", "gained", "met", "unmet", "served", "unserved"}
    for (one, x, y), (other, a, b) in combinations(signs, 2):
        assert math.dist((x, y), (a, b)) >= SIGNS[one][3] + SIGNS[other][3] - 0.1
    changed = [kind not in ("served", "unserved") for kind, _, _ in signs]
    assert changed == sorted(changed, reverse=True)


def test_a_sign_stands_at_its_place_where_there_is_room_and_else_beside() -> None:
    room = Room(100, 100, 10)
    assert math.dist(room.nearest(50, 50, 5), (50, 50)) <= STEP
    x, y = room.nearest(50, 50, 3)
    assert 8 <= math.dist((x, y), (50, 50)) <= 8 + 2 * STEP
    room.take((0, 0, 100, 60))
    x, y = room.nearest(20, 30, 4)
    assert (x, y) == (20, 64)


def test_signs_are_smaller_where_there_are_very_many() -> None:
    places = [build.request(f"r{n:04}", n % 40) for n in range(1500)]
    batch = build.batch([build.volunteer("v")], places)
    result = planned(batch, {request.id for request in places})
    ran = [Ran(Case(name=name, scenario=None), "", result, (), False) for name in (BASELINE, "same")]
    told = report(batch, ran, "en")
    drawn = county(told, told.scenarios[0])
    assert drawn
    scale = re.search(r"scale\((.*?)\)", drawn.parts)
    assert scale
    signs = {(float(x), float(y)) for _, x, y in SIGN.findall(drawn.parts)}
    assert len(signs) == len(places) + 1  # and the legend's
    assert 0.3 < float(scale[1]) < 1


@pytest.mark.needs_browser
@pytest.mark.slow
def test_the_page_of_the_flood_day_has_no_text_on_another_and_no_empty_figure(
    flood: Report, browser: Browser, tmp_path: Path
) -> None:
    path = tmp_path / "flood.html"
    path.write_bytes(made(path.name, flood))
    for width in (1280, 390):
        page = browser.new_page(viewport={"width": width, "height": 900})
        page.goto(path.as_uri())
        assert page.locator("figure.map .sign").count() > len(flood.batch.requests)
        assert page.locator("figure.days .visit").count() > 30
        assert page.evaluate(FAULTS) == []
        assert page.evaluate(ON_SIGNS) == []
        page.close()
