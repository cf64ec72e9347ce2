import pytest

from matcher.batch import Batch, NodePlace
from tests.checker.build import at, batch, fixed, request, span
from tests.dispatch.build import NOBODY, optimum, triangle, volunteer


def ten_away(now: str | None, start: str, until: str = "") -> Batch:
    """An hour at mark 10, for somebody who is out until 11:00."""
    moment = None if now is None else at(now)
    return batch([volunteer(shifts=[span("8:00", "11:00")])], [request(where=10, start=start, until=until)], now=moment)


@pytest.mark.parametrize(("now", "start"), [("8:50", "9:00"), ("8:00", "9:00"), (None, "9:00"), ("9:30", "9:40")])
def test_leaves_home_at_now_or_later(now: str | None, start: str) -> None:
    assert optimum(ten_away(now, start), f"r v {start}") == (0, 0, 1, 0, -20)


@pytest.mark.parametrize("now", ["8:50:01", "9:00", "9:30", "12:00"])
def test_would_have_left_before_now(now: str) -> None:
    assert optimum(ten_away(now, "9:00")) == NOBODY


def test_starts_later_in_the_window() -> None:
    # Leaves at 9:37 at the earliest, and must start by 9:50 to be home by 11:00.
    assert optimum(ten_away("9:37", "9:00", "10:00"), "r v 9:50") == (0, 0, 1, 0, -20)


@pytest.mark.parametrize("now", ["9:00", "9:00:01"])
def test_not_started_before_now_even_next_door(now: str) -> None:
    b = batch([volunteer()], [request()], now=at(now))
    assert optimum(b, *["r v 9:00"] * (now == "9:00")) == (0, 0, int(now == "9:00"), 0, 0)


def from_pinned(now: str, start: str) -> Batch:
    """Pinned from 9:00 to 10:00 at mark 10; then one at mark 20."""
    asked = [request("one", where=10), request("two", where=20, start=start)]
    return batch([volunteer()], asked, now=at(now), pins=[fixed("one")])


@pytest.mark.parametrize(("now", "waiting"), [("9:30", 20), ("10:00", 20), ("10:15", 5), ("10:20", 0)])
def test_straight_from_a_pinned_visit_it_leaves_at_now(now: str, waiting: int) -> None:
    # 10 + 10 + 20 minutes, workload 1, and waiting from arrival to 10:30.
    tiers = optimum(from_pinned(now, "10:30"), "one v 9:00", "two v 10:30")
    assert tiers == (0, 0, 2, 0, -43 - 0.25 * waiting)


def test_too_late_to_leave_the_pinned_visit() -> None:
    assert optimum(from_pinned("10:20:01", "10:30"), "one v 9:00") == (0, 0, 1, 0, -20)


@pytest.mark.parametrize(("now", "goes", "value"), [("10:25", ["two v 10:30 home"], 2), ("10:25:01", [], 1)])
def test_home_before_now_and_out_after(now: str, goes: list[str], value: int) -> None:
    # Straight on takes 20 minutes, home 5, from home 5.
    asked = [request("one", place=NodePlace(node="one")), request("two", place=NodePlace(node="two"), start="10:30")]
    b = batch(
        [volunteer(place=NodePlace(node="home"))],
        asked,
        travel=triangle((0, 5, 5), (5, 0, 20), (5, 20, 0)),
        now=at(now),
        pins=[fixed("one")],
    )
    assert optimum(b, "one v 9:00", *goes) == (0, 0, value, 0, -23 if goes else -10)


def test_the_next_tour_leaves_after_now() -> None:
    # The second shift: from home at 10:40, whatever happened in the first.
    for now, served in (("10:40", 1), ("10:40:01", 0)):
        shifts = [span("8:00", "10:10"), span("10:10", "18:00")]
        b = from_pinned(now, "11:00")
        b = b.model_copy(update={"volunteers": (volunteer(shifts=shifts),)})
        tiers = (0, 0, 2, 0, -63) if served else (0, 0, 1, 0, -20)
        assert optimum(b, "one v 9:00", *["two v 11:00"][:served]) == tiers


def test_free_for_pinned_visits() -> None:
    b = from_pinned("12:00", "11:00").model_copy(update={"pins": (fixed("one"), fixed("two", start="11:00"))})
    # Leaves mark 10 at 10:00, waits from 10:10 to 11:00: 12.5.
    assert optimum(b, "one v 9:00", "two v 11:00") == (0, 0, 2, 0, -43 - 12.5)
