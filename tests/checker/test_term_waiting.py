import pytest

from tests.checker.build import at, batch, fixed, request, span, term, visit, volunteer


def two(second="12:00", **fields):
    """One at mark 10 from 9:00 to 10:00, one at mark 30 later; arrival there at 10:20."""
    shifts = fields.pop("shifts", (span("8:00", "18:00"),))
    asked = [request("one", where=10), request("two", where=30, start=second)]
    return batch([volunteer(shifts=shifts)], asked, **fields)


def both(second="12:00", **fields):
    return visit("one"), visit("two", start=second, **fields)


@pytest.mark.parametrize(("second", "minutes"), [("12:00", 100), ("10:20", 0), ("10:20:30", 0.5)])
def test_from_arrival_to_start(second, minutes):
    assert term("waiting", two(second), *both(second)) == minutes


def test_none_before_the_first_visit():
    assert term("waiting", two(), visit("two", start="12:00")) == 0


def test_none_via_home():
    assert term("waiting", two(), *both(via_home=True)) == 0


def test_none_between_tours():
    assert term("waiting", two(shifts=(span("8:00", "11:00"), span("11:00", "18:00"))), *both()) == 0


def test_a_leg_that_leaves_late_waits_less():
    # The pinned visit ended at 10:00, now is 11:00: arrival at 11:20.
    assert term("waiting", two(now=at("11:00"), pins=[fixed("one")]), *both()) == 40


def test_now_before_the_end_of_the_visit_before():
    assert term("waiting", two(now=at("9:30"), pins=[fixed("one")]), *both()) == 100


def test_legs_to_pinned_visits_leave_at_once():
    pins = [fixed("one"), fixed("two", start="12:00")]
    assert term("waiting", two(now=at("11:00"), pins=pins), *both()) == 100
