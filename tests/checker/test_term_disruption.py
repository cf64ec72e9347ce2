import pytest

from tests.checker.build import batch, fixed, request, role, term, visit, volunteer

ROLES = (role("a"), role("b"))
W = visit(volunteer="w", role="b")


@pytest.mark.parametrize(
    ("visits", "changed"),
    [
        ((visit(), W), 0),
        ((visit(start="9:05"), visit(volunteer="w", role="b", start="9:05")), 1),
        ((visit(volunteer="x"), W), 1),
        ((visit(role="b"), visit(volunteer="w", role="a")), 1),
        ((), 1),
    ],
)
def test_previous_visit_not_kept_as_it_was(visits, changed):
    people = [volunteer("v"), volunteer("w"), volunteer("x")]
    b = batch(people, [request(until="10:00", roles=ROLES)], previous=[fixed()])
    assert term("disruption", b, *visits) == changed


def test_new_visits_are_no_disruption():
    b = batch([volunteer()], [request("one"), request("two", start="11:00")], previous=[fixed("one")])
    assert term("disruption", b, visit("one"), visit("two", start="11:00")) == 0
