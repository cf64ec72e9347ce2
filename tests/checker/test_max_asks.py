import pytest

from tests.checker.build import batch, broken, fixed, judged, remarked, request, valid, visit, volunteer

VISITS = visit("one"), visit("two", start="11:00")


def asked(before, limit, pins=()):
    requests = [request("one"), request("two", start="11:00")]
    return batch([volunteer(asked=before, max_asks=limit)], requests, pins=pins)


@pytest.mark.parametrize(("before", "limit"), [(2, 4), (99, None), (0, 2)])
def test_up_to_the_limit(before, limit):
    valid(asked(before, limit), *VISITS)


def test_beyond():
    found = broken(asked(3, 4), *VISITS)
    assert (found.code, found.volunteer, found.amount, found.unit) == ("max_asks", "v", 1, "requests")
    assert "in 7 days" in found.en


def test_asked_too_often_before_but_not_in_this_plan():
    assert judged(asked(9, 4)).valid


def test_pinned_visits_count_and_may_exceed_alone():
    assert broken(asked(3, 4, [fixed("one")]), *VISITS).amount == 1
    assert remarked(asked(4, 4, [fixed("one")]), VISITS[0]) == {"max_asks"}
