import pytest

from tests.checker.build import batch, broken, fixed, remarked, request, role, valid, visit, volunteer

VISITS = visit("one"), visit("two", start="11:00")


def two(limit, pins=()):
    # 60 + 45.5 minutes: the role's own minutes count.
    asked = [request("one"), request("two", start="11:00", roles=(role(minutes=45.5),))]
    return batch([volunteer(max_minutes=limit)], asked, pins=pins)


@pytest.mark.parametrize("limit", [105.5, None])
def test_up_to_the_limit(limit):
    valid(two(limit), *VISITS)


def test_beyond():
    found = broken(two(100), *VISITS)
    assert (found.code, found.volunteer, found.amount, found.unit) == ("max_minutes", "v", 5.5, "minutes")


def test_travel_is_no_service():
    valid(batch([volunteer(max_minutes=60)], [request(where=30)]), visit())


def test_pinned_visits_count_and_may_exceed_alone():
    assert broken(two(100, [fixed("one")]), *VISITS).amount == 5.5
    assert remarked(two(50, [fixed("one")]), VISITS[0]) == {"max_minutes"}
