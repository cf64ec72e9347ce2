"""The report's page in Chromium: nothing is asked for, nothing overlaps, axe finds nothing."""

import json
from pathlib import Path

import pytest
from playwright.sync_api import Browser

from scenarios.findings import Findings
from scenarios.report import made, report
from scenarios.report.words import Lang
from tests.browsing import AXE, browser
from tests.scenarios.conftest import Planned
from tests.scenarios.test_fairness import crowded

__all__ = ["browser"]

pytestmark = [pytest.mark.needs_browser, pytest.mark.slow]

RUN = "axe.run(document).then(found => JSON.stringify(found.violations.map(rule => rule.id)))"
FAULTS = """() => {
  const found = [], round = 1.5;
  document.querySelectorAll("svg").forEach((picture, number) => {
    const frame = picture.getBoundingClientRect();
    if (!picture.querySelector("text") || !picture.querySelector("path, rect") || frame.height < 50)
      found.push([number, "empty"]);
    const texts = [...picture.querySelectorAll("text")].map(text => [text.textContent, text.getBoundingClientRect()]);
    texts.forEach(([words, box], n) => {
      if (box.left < frame.left - 1 || box.right > frame.right + 1 || box.top < frame.top - 1 ||
          box.bottom > frame.bottom + 1) found.push([number, "outside", words]);
      for (const [others, other] of texts.slice(n + 1))
        if (box.left < other.right - round && other.left < box.right - round &&
            box.top < other.bottom - round && other.top < box.bottom - round) found.push([number, words, others]);
    });
  });
  return found;
}"""


@pytest.mark.parametrize("width", [1280, 390])
@pytest.mark.parametrize("lang", ["zh", "en"])
def test_the_page_is_sound(planned: Planned, browser: Browser, tmp_path: Path, lang: Lang, width: int) -> None:
    path = tmp_path / "report.html"
    fairness = crowded(planned[1][0].result.plan)
    path.write_bytes(made(path.name, report(*planned, lang, Findings(fairness=fairness))))
    context = browser.new_context(viewport={"width": width, "height": 900})
    page = context.new_page()
    asked, told = list[str](), list[str]()
    page.on("request", lambda request: asked.append(request.url))
    page.on("console", lambda message: told.append(message.text))
    page.on("pageerror", lambda error: told.append(str(error)))
    page.goto(path.as_uri())
    assert asked == [path.as_uri()]
    assert told == []
    assert page.evaluate("document.documentElement.scrollWidth") == width
    # bars of 8 figures at most, two of fairness, then a map and the days of each scenario
    assert page.locator("svg").count() == page.locator("figure.bar").count() + 2 * 2
    assert page.locator("figure.bar").count() >= 8
    assert page.evaluate(FAULTS) == []
    session = context.new_cdp_session(page)
    session.send("Runtime.evaluate", {"expression": AXE})
    found = session.send("Runtime.evaluate", {"expression": RUN, "awaitPromise": True, "returnByValue": True})
    assert json.loads(found["result"]["value"]) == []
    context.close()
