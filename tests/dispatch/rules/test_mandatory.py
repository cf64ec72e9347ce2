from typing import Any

import pytest

from matcher.batch import Batch
from tests.checker.build import batch, mark, request, role
from tests.dispatch.build import NOBODY, conflicts, optimum, volunteer


def rival(mandatory: bool, **fields: Any) -> Batch:
    """A far request of low priority and an emergency at the same time, for one person."""
    low = request("low", where=10, priority="low", mandatory=mandatory, **fields)
    return batch([volunteer()], [request("emergency", priority="emergency"), low])


def test_comes_before_any_emergency() -> None:
    assert optimum(rival(True), "low v 9:00") == (0, 0, 0, 1, -20)


def test_not_mandatory() -> None:
    assert optimum(rival(False), "emergency v 9:00") == (1, 0, 0, 0, 0)


def test_served_though_worth_nothing() -> None:
    assert optimum(rival(True, value=0), "low v 9:00") == (0, 0, 0, 0, -20)


@pytest.mark.parametrize(("least", "possible"), [(1, True), (2, False)])
def test_the_least_headcount_is_enough(least: int, possible: bool) -> None:
    b = rival(True, roles=[role(count=2, min_count=least)])
    if possible:
        assert optimum(b, "low v 9:00") == (0, 0, 0, 0.5, -20)
    else:
        assert conflicts(b) == ("/requests/1",)


@pytest.mark.parametrize("fields", [{"excluded": ["v"]}, {"place": mark(70)}])
def test_nobody_can(fields: dict[str, Any]) -> None:
    # 70 minutes before 9:00 the shift has not begun.
    assert conflicts(rival(True, **fields)) == ("/requests/1",)


def test_two_that_exclude_each_other() -> None:
    b = batch([volunteer()], [request("one", mandatory=True), request("two", mandatory=True)])
    assert set(conflicts(b)) == {"/requests/0", "/requests/1"}


def test_the_window_makes_room_for_both() -> None:
    asked = [request("one", mandatory=True), request("two", start="8:00", until="9:30", mandatory=True)]
    assert optimum(batch([volunteer()], asked), "one v 9:00", "two v 8:00") == (0, 0, 2, 0, -3)


def test_no_volunteers() -> None:
    assert conflicts(batch([], [request(mandatory=True)])) == ("/requests/0",)
    assert optimum(batch([], [request()])) == NOBODY
