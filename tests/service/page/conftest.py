"""One browser for all tests of the page, and desks: a page of a service, with everything it asked for."""

import json
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, Page, Request

from matcher.service.settings import Settings, load_settings
from tests.browsing import AXE, browser
from tests.service.access.serving import served

__all__ = ["browser"]

RUN = "axe.run(document, {iframes: false}).then(found => JSON.stringify(found.violations))"
WIDTHS = (1280, 390)
Open = Callable[..., "Desk"]


class Desk:
    """A dispatcher's browser at a service."""

    def __init__(self, page: Page, url: str, settings: Settings) -> None:
        self.page, self.url, self.settings = page, url, settings
        self.elsewhere: list[str] = []
        self.asked: list[Request] = []
        self.failures: list[str] = []
        page.on("request", self._asked)
        page.on("pageerror", lambda error: self.failures.append(str(error)))
        page.goto(f"{url}/")

    def _asked(self, request: Request) -> None:
        self.asked.append(request)
        if not request.url.startswith((f"{self.url}/", f"blob:{self.url}/")):
            self.elsewhere.append(request.url)

    def faults(self) -> list[str]:
        """What axe finds, and whether anything is wider than the screen, at both widths."""
        found = []
        for width in WIDTHS:
            self.page.set_viewport_size({"width": width, "height": 900})
            if self.page.evaluate("document.documentElement.scrollWidth") > width:
                found.append(f"{width}: wider than the screen")
            found += [f"{width}: {rule['id']} {rule['nodes'][0]['html']}" for rule in self._axe()]
        self.page.set_viewport_size({"width": WIDTHS[0], "height": 900})
        return found

    def _axe(self) -> Any:
        """Through the debugger: the page's own policy lets no script in."""
        session = self.page.context.new_cdp_session(self.page)
        session.send("Runtime.evaluate", {"expression": AXE})
        asked = {"expression": RUN, "awaitPromise": True, "returnByValue": True}
        return json.loads(session.send("Runtime.evaluate", asked)["result"]["value"])


@pytest.fixture
def desk(browser: Browser, tmp_path: Path) -> Iterator[Open]:
    """Opens a desk: `desk(locale="en-GB", solvers=1)`, each at a service of its own."""
    with ExitStack() as open_:

        def start(locale: str = "zh-CN", **given: Any) -> Desk:
            settings = load_settings(**{"database": f"sqlite:///{tmp_path}/m.db", "solvers": 0, **given})
            url = str(open_.enter_context(served(settings)).base_url).rstrip("/")
            context = browser.new_context(locale=locale, viewport={"width": WIDTHS[0], "height": 900})
            open_.callback(context.close)
            page = context.new_page()
            # the same county, smaller
            small = f"{url}/v1/demo?volunteers=60&requests=8"
            page.route("**/v1/demo", lambda route: route.continue_(url=small))
            return Desk(page, url, settings)

        yield start
