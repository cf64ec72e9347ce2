import pytest

from tests.checker.build import batch, broken, fixed, remarked, request, span, valid, visit, volunteer

# The night visit starts on the first day and ends on the second.
VISITS = visit("one", start="9:00"), visit("night", start="23:30"), visit("next", start="9:00", day=1)


def two_days(limit, pins=()):
    asked = [request("one"), request("night", start="23:30"), request("next", day=1)]
    shifts = (span("8:00", "25:00"), span("8:00", "18:00", day=1))
    return batch([volunteer(max_requests_per_day=limit, shifts=shifts)], asked, pins=pins)


@pytest.mark.parametrize("limit", [2, None])
def test_a_visit_belongs_to_the_day_of_its_start(limit):
    valid(two_days(limit), *VISITS)


def test_beyond():
    found = broken(two_days(1), *VISITS)
    assert (found.code, found.volunteer, found.amount, found.unit) == ("max_requests_per_day", "v", 1, "requests")
    assert "2026-07-21" in found.en


def test_only_the_visits_of_the_day_decide_whether_pins_exceed_alone():
    # The first day holds two pinned visits; the unpinned one is on the second day.
    b = two_days(1, [fixed("one"), fixed("night", start="23:30")])
    assert remarked(b, *VISITS) == {"max_requests_per_day"}


def test_pinned_visits_count():
    assert broken(two_days(1, [fixed("one")]), *VISITS).code == "max_requests_per_day"
