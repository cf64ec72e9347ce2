import pytest

from tests.checker.build import batch, request, role, term, valid, visit, volunteer

PEOPLE = [volunteer("v"), volunteer("w"), volunteer("x")]


def test_share_of_places_times_value():
    # 2 of 1 + 3 places, value 6: 6 × 2 / 4 = 3.
    b = batch(PEOPLE, [request(value=6, roles=(role("a"), role("b", count=3, min_count=1)))])
    assert term("coverage.normal", b, visit(), visit(volunteer="w", role="b")) == 3


@pytest.mark.parametrize("priority", ["emergency", "urgent", "normal", "low"])
def test_each_priority_by_itself(priority):
    terms = valid(batch(PEOPLE, [request(priority=priority), request("unserved")]), visit()).score.terms
    assert {name: amount for name, amount in terms.items() if amount and name.startswith("coverage.")} == {
        f"coverage.{priority}": 1
    }


def test_requests_add_up():
    b = batch(PEOPLE, [request("one", value=0.5), request("two", value=0.25), request("three", value=0)])
    plans = visit("one"), visit("two", "w"), visit("three", "x")
    assert term("coverage.normal", b, *plans) == 0.75


def test_nothing_served():
    assert term("coverage.normal", batch(PEOPLE, [request()])) == 0
