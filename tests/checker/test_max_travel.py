import pytest

from matcher.policy import Policy
from tests.checker.build import batch, broken, fixed, mark, remarked, request, valid, visit, volunteer


def far(minutes, limit, factor=1.0, **fields):
    return batch([volunteer(max_travel_minutes=limit, travel_factor=factor)], [request(where=minutes)], **fields)


@pytest.mark.parametrize(("minutes", "limit"), [(20, 20), (20, 19.9917), (20, None), (0, 0)])
def test_up_to_the_limit(minutes, limit):
    # 19.9917 minutes are 1199.502 seconds, as whole seconds 1200.
    valid(far(minutes, limit), visit())


def test_beyond():
    found = broken(far(20, 18.5), visit())
    assert (found.code, found.amount, found.unit) == ("max_travel", 1.5, "minutes")
    assert "1.5 minutes" in found.en
    assert "1.5 分钟" in found.zh


def test_slower_volunteer():
    # 20 minutes at factor 2 are 40.
    assert broken(far(20, 30, factor=2), visit()).amount == 10


def test_least_minutes_count():
    assert broken(far(0, 5, policy=Policy(min_travel_minutes=6)), visit()).amount == 1


def test_measured_from_home_to_the_place_even_if_reached_from_another_visit():
    # Straight from the first visit it is 5 minutes, from home 25: 5 over the limit of 20.
    asked = [request("near", where=20), request("far", where=25, start="11:00", end_place=mark(0))]
    found = broken(batch([volunteer(max_travel_minutes=20)], asked), visit("near"), visit("far", start="11:00"))
    assert (found.code, found.request, found.amount) == ("max_travel", "far", 5)


def test_pinned_visit_is_free_of_it():
    assert remarked(far(20, 10, pins=[fixed()]), visit()) == {"max_travel"}
