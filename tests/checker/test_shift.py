import pytest

from matcher.batch import Edge, GridTravel, NetworkTravel, NodePlace
from matcher.policy import Policy
from tests.checker.build import batch, broken, fixed, judged, mark, request, span, valid, visit, volunteer

SERVICE = Policy(shift_covers="service")


def morning(where, start, policy=None, **fields):
    fields = {"shifts": (span("8:00", "12:00"),)} | fields
    return batch([volunteer(**fields)], [request(where=where, start=start)], policy=policy or Policy())


@pytest.mark.parametrize("start", ["8:20", "10:40"])
def test_tour_touches_an_end_of_the_shift(start):
    # 20 minutes there and back: leaves at 8:00, or is home at 10:40 + 1:00 + 0:20 = 12:00.
    valid(morning(20, start), visit(start=start))


def test_leaves_too_early():
    found = broken(morning(20, "8:19"), visit(start="8:19"))
    assert (found.code, found.amount, found.unit) == ("shift", 1, "minutes")
    assert "1 minute before the shift begins" in found.en


def test_comes_back_too_late():
    found = broken(morning(20, "10:41:30"), visit(start="10:41:30"))
    assert (found.code, found.request, found.volunteer, found.amount) == ("shift", "r", "v", 1.5)


def test_service_only():
    valid(morning(20, "8:00", SERVICE), visit(start="8:00"))
    valid(morning(20, "11:00", SERVICE), visit(start="11:00"))
    assert broken(morning(20, "11:01", SERVICE), visit(start="11:01")).amount == 1
    assert broken(morning(20, "7:58", SERVICE), visit(start="7:58")).amount == 2


def test_service_outside_the_shift():
    found = broken(morning(0, "11:15"), visit(start="11:15"))
    assert (found.code, found.amount) == ("shift", 15)


def test_the_nearest_shift_counts():
    # 13:00 to 14:00 lies 60 minutes outside the morning and 30 outside the afternoon.
    b = morning(0, "13:00", shifts=(span("8:00", "13:00"), span("13:30", "18:00"), span("8:00", "9:00", day=1)))
    assert broken(b, visit(start="13:00")).amount == 30


def test_no_shift_at_all():
    assert broken(morning(0, "9:00", shifts=()), visit()).amount is None


def test_a_service_lies_in_one_shift_even_if_two_touch():
    b = morning(0, "11:30", shifts=(span("8:00", "12:00"), span("12:00", "16:00")))
    assert broken(b, visit(start="11:30")).amount == 30


def test_open_end_needs_no_way_back():
    # The service ends with the shift; from there it would be 20 minutes home.
    valid(morning(20, "11:00", ends_at="open"), visit(start="11:00"))
    assert broken(morning(20, "11:00"), visit(start="11:00")).amount == 20


def test_tour_ends_elsewhere():
    # 11:30 + 5 minutes from mark 20 on to 25 instead of 20 back.
    valid(morning(20, "10:55", ends_at=mark(25)), visit(start="10:55"))
    assert broken(morning(20, "10:55", ends_at=mark(-2)), visit(start="10:55")).amount == 17


def test_way_back_starts_where_an_escort_ends():
    # 9:00 to 10:00 from mark 10 to mark 70, home at 11:10, shift ends at 11:00.
    b = batch([volunteer(shifts=(span("8:00", "11:00"),))], [request(where=10, end_place=mark(70))])
    assert broken(b, visit()).amount == 10


def test_pinned_visit_is_not_free_of_it():
    b = batch([volunteer(shifts=(span("8:00", "9:30"),))], [request()], pins=[fixed()])
    assert broken(b, visit()).code == "shift"


@pytest.mark.parametrize("policy", [Policy(), SERVICE])
def test_cut_off_place(policy):
    # Mark 5 lies behind blocked cells on all four sides: no way there and none back.
    around = [(0, 4), (0, 6), (1, 5), (-1, 5)]
    travel = GridTravel(kind="grid", cell_metres=1000, metric="manhattan", speed_kmh=60, blocked=around)
    b = batch([volunteer()], [request(where=5)], travel=travel, policy=policy)
    assert [(v.code, v.amount) for v in judged(b, visit()).violations] == [("shift", None)] * 2


def test_one_way_road_leaves_no_way_back():
    home, there = NodePlace(node="home"), NodePlace(node="there")
    road = Edge(**{"from": "home", "to": "there", "seconds": 60, "one_way": True})
    b = batch([volunteer(place=home)], [request(place=there)], travel=NetworkTravel(kind="network", edges=[road]))
    assert broken(b, visit()).zh == "需求 r、岗位 a、志愿者 v：服务后无路可返回。"
    open_end = batch([volunteer(place=home, ends_at="open")], b.requests, travel=b.travel)
    valid(open_end, visit())
