import pytest

from tests.checker.build import at, batch, broken, fixed, judged, remarked, request, valid, visit, volunteer


def later(now, start="11:00", where=20, **fields):
    """One at mark 10 from 9:00 to 10:00, one at `where` from `start` on."""
    asked = [request("one", where=10), request("two", where=where, start=start)]
    return batch([volunteer()], asked, now=at(now), **fields)


def test_leaves_home_now():
    valid(later("10:40"), visit("two", start="11:00"))


def test_left_home_before_now():
    found = broken(later("10:41"), visit("two", start="11:00"))
    assert (found.code, found.request, found.amount, found.unit) == ("now", "two", 1, "minutes")


def test_started_before_now():
    # Leaves home at 10:40, 25 minutes before now.
    assert broken(later("11:05"), visit("two", start="11:00")).amount == 25


PIN = {"pins": [fixed("one")]}


@pytest.mark.parametrize(("now", "early"), [("10:50", 0), ("10:53", 3)])
def test_straight_from_another_visit_it_leaves_at_now(now, early):
    # The pinned visit ended at 10:00 at mark 10; 10 minutes to mark 20.
    report = judged(later(now, **PIN), visit("one"), visit("two", start="11:00"))
    assert [(v.code, v.amount) for v in report.violations] == [("now", early)] * (early > 0)


def test_straight_from_a_visit_that_ends_after_now():
    # Now 9:55: the leg leaves at 10:00.
    valid(later("9:55", start="10:10", **PIN), visit("one"), visit("two", start="10:10"))


@pytest.mark.parametrize(("now", "early"), [("10:40", 0), ("10:41", 1)])
def test_via_home_only_the_second_leg_leaves_after_now(now, early):
    # Home at 10:10, 20 minutes out again.
    report = judged(later(now, **PIN), visit("one"), visit("two", start="11:00", via_home=True))
    assert [(v.code, v.amount) for v in report.violations] == [("now", early)] * (early > 0)


def test_too_little_time_anyway_is_overlap_alone():
    # 10:05 is 5 minutes too early for the way from mark 10, whatever the clock says.
    found = broken(later("10:02", start="10:05", **PIN), visit("one"), visit("two", start="10:05"))
    assert (found.code, found.amount) == ("overlap", 5)


def test_pinned_visit_is_free_of_it():
    b = later("12:00", pins=[fixed("one"), fixed("two", start="11:00")])
    assert remarked(b, visit("one"), visit("two", start="11:00")) == {"now"}
    assert remarked(later("8:55", **PIN), visit("one")) == {"now"}  # left home at 8:50


def test_no_now():
    valid(batch([volunteer()], [request()]), visit())
