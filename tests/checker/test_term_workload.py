import pytest

from tests.checker.build import batch, request, term, visit, volunteer


@pytest.mark.parametrize(
    ("recent", "served", "load"),
    [(0, 1, 0), (0, 3, 0 + 1 + 2), (4, 1, 4), (4, 3, 4 + 5 + 6), (4, 0, 0)],
)
def test_each_further_request_weighs_one_more(recent, served, load):
    starts = ["9:00", "11:00", "13:00"]
    asked = [request(start, start=start) for start in starts]
    b = batch([volunteer(recent_requests=recent)], asked)
    assert term("workload", b, *(visit(start, start=start) for start in starts[:served])) == load


def test_volunteers_add_up():
    b = batch([volunteer("v", recent_requests=2), volunteer("w", recent_requests=3)], [request("one"), request("two")])
    assert term("workload", b, visit("one"), visit("two", "w")) == 5
