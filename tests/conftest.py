"""What all tests share: which installation is tested, and what a test may need that a machine may lack.

MATCHER_WHEEL=1: the installed wheel is tested, not the checkout. MATCHER_DATA: folder of the public instances.
MATCHER_REQUIRE_ALL=1: a test whose needs are not met fails instead of being skipped.
"""

import os
import shutil
from pathlib import Path

import hypothesis
import pytest

import matcher

hypothesis.settings.register_profile("matcher", deadline=None, derandomize=True)
hypothesis.settings.load_profile("matcher")

CHROMIUM = ("chromium", "chromium-browser", "google-chrome")


def pytest_configure() -> None:
    if os.environ.get("MATCHER_WHEEL") == "1" and "site-packages" not in Path(matcher.__file__).parts:
        pytest.exit(f"the wheel was to be tested, but matcher comes from {matcher.__file__}", returncode=4)


def pytest_runtest_setup(item: pytest.Item) -> None:
    if item.get_closest_marker("needs_data") and not _data():
        _lacking("MATCHER_DATA does not name the folder of the public instances")
    if item.get_closest_marker("needs_browser") and not _chromium():
        _lacking("Chromium is not installed")


@pytest.fixture
def data_dir() -> Path:
    """The folder of the public instances; only for tests marked `needs_data`."""
    folder = _data()
    assert folder, "mark the test with needs_data"
    return folder


@pytest.fixture
def chromium() -> str:
    """The browser's program; only for tests marked `needs_browser`."""
    program = _chromium()
    assert program, "mark the test with needs_browser"
    return program


def _data() -> Path | None:
    folder = os.environ.get("MATCHER_DATA")
    return Path(folder) if folder and Path(folder).is_dir() else None


def _chromium() -> str | None:
    return next((path for name in CHROMIUM if (path := shutil.which(name))), None)


def _lacking(what: str) -> None:
    if os.environ.get("MATCHER_REQUIRE_ALL") == "1":
        pytest.fail(what, pytrace=False)
    pytest.skip(what)
