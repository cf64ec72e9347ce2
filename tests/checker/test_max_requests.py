import pytest

from tests.checker.build import batch, broken, fixed, judged, remarked, request, valid, visit, volunteer

VISITS = visit("one", start="9:00"), visit("two", start="11:00"), visit("three", start="13:00")


def three(limit, pins=()):
    asked = [request("one"), request("two", start="11:00"), request("three", start="13:00")]
    return batch([volunteer(max_requests=limit)], asked, pins=pins)


@pytest.mark.parametrize("limit", [3, None])
def test_up_to_the_limit(limit):
    valid(three(limit), *VISITS)


@pytest.mark.parametrize(("limit", "over"), [(2, 1), (0, 3)])
def test_beyond(limit, over):
    found = broken(three(limit), *VISITS)
    assert (found.code, found.volunteer, found.request) == ("max_requests", "v", None)
    assert (found.amount, found.unit) == (over, "requests")
    assert "3 requests" in found.en


def test_no_visit():
    assert judged(three(0)).valid


def test_pinned_visits_count():
    # One unpinned visit beyond two pinned ones breaks the limit of 2.
    pins = [fixed("one"), fixed("two", start="11:00")]
    assert broken(three(2, pins), *VISITS).amount == 1


def test_pinned_visits_may_exceed_by_themselves():
    pins = [fixed("one"), fixed("two", start="11:00")]
    assert remarked(three(1, pins), *VISITS[:2]) == {"max_requests"}
