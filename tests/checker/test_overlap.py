import pytest

from matcher.batch import GridTravel
from matcher.policy import Policy
from tests.checker.build import batch, broken, fixed, judged, mark, request, span, valid, visit, volunteer

TWO_SHIFTS = (span("8:00", "12:00"), span("12:00", "18:00"))


def two(start, where=30, policy=None, first=None, **fields):
    """From 9:00 to 10:00 at mark 10, then at `where` from `start` on."""
    asked = [request("one", where=10, **(first or {})), request("two", where=where, start=start)]
    return batch([volunteer(**fields)], asked, policy=policy or Policy())


def plans(start, **second):
    return visit("one"), visit("two", start=start, **second)


def test_just_in_time():
    valid(two("10:20"), *plans("10:20"))  # 20 minutes from mark 10 to mark 30


def test_too_little_time():
    found = broken(two("10:18"), *plans("10:18"))
    assert (found.code, found.request, found.amount, found.unit) == ("overlap", "two", 2, "minutes")
    assert "request one" in found.en


def test_services_overlap():
    assert broken(two("9:30", where=10), *plans("9:30")).amount == 30


@pytest.mark.parametrize(("start", "lacking"), [("10:40", 0), ("10:39", 1)])
def test_via_home_takes_both_legs(start, lacking):
    # 10 minutes home and 30 out again.
    report = judged(two(start), *plans(start, via_home=True))
    assert [v.amount for v in report.violations] == [lacking] * (lacking > 0)


def test_home_between_forbidden():
    b = two("12:00", policy=Policy(home_between=False))
    valid(b, *plans("12:00"))
    found = broken(b, *plans("12:00", via_home=True))
    assert (found.code, found.amount) == ("overlap", None)


def test_way_on_starts_where_an_escort_ends():
    # It ends at mark 25, 5 minutes before mark 30.
    b = two("10:05", first={"end_place": mark(25)})
    valid(b, *plans("10:05"))


def test_least_minutes_between_equal_places():
    b = two("10:02", where=10, policy=Policy(min_travel_minutes=3))
    assert broken(b, *plans("10:02")).amount == 1


def test_unreachable_from_the_visit_before():
    # Only a matrix or roads can do this; here the second place lies behind blocked cells, so `shift` says it too.
    around = [(0, 29), (0, 31), (1, 30), (-1, 30)]
    travel = GridTravel(kind="grid", cell_metres=1000, metric="manhattan", speed_kmh=60, blocked=around)
    b = batch([volunteer(ends_at="open")], two("12:00").requests, travel=travel)
    found = broken(b, *plans("12:00"))
    assert (found.code, found.request, found.amount) == ("overlap", "two", None)


def test_shifts_may_touch():
    # Home at 12:00, and off again at once to mark 30: 12:30.
    b = two("12:30", first={"minutes": 170}, shifts=TWO_SHIFTS)
    valid(b, *plans("12:30"))


@pytest.mark.parametrize(("start", "lacking"), [("12:25", 0), ("12:24", 1)])
def test_next_tour_starts_from_home_after_an_open_end(start, lacking):
    # 9:00 + 2:45 = 11:45 at mark 10, 10 minutes home: 11:55; mark 30 is reached at 12:25.
    b = two(start, first={"minutes": 165}, shifts=TWO_SHIFTS, ends_at="open", policy=Policy(shift_covers="service"))
    report = judged(b, *plans(start))
    assert [(v.code, v.amount) for v in report.violations] == [("overlap", lacking)] * (lacking > 0)


@pytest.mark.parametrize(("start", "lacking"), [("13:00", 0), ("12:55", 5)])
def test_next_tour_starts_from_home_after_an_end_elsewhere(start, lacking):
    # 11:45 at mark 10, 5 minutes to mark 15 where the tour ends, 15 home: 12:05; mark 55 is reached at 13:00.
    b = two(start, where=55, first={"minutes": 165}, shifts=TWO_SHIFTS, ends_at=mark(15))
    report = judged(b, *plans(start))
    assert [(v.code, v.request, v.amount) for v in report.violations] == [("overlap", "two", lacking)] * (lacking > 0)


def test_no_second_way_where_the_tour_ends_at_home():
    # With least minutes 10 each leg: home at 12:00; a further leg from home to home would make it 12:10.
    b = two("12:30", first={"minutes": 170}, shifts=TWO_SHIFTS, ends_at=mark(0), policy=Policy(min_travel_minutes=10))
    valid(b, *plans("12:30"))


def test_pinned_visits_are_not_free_of_it():
    b = two("10:18")
    pinned = batch(b.volunteers, b.requests, pins=[fixed("one"), fixed("two", start="10:18")])
    assert broken(pinned, *plans("10:18")).code == "overlap"
