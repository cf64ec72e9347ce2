from tests.checker.build import batch, mark, request, role, term, visit, volunteer


def test_distance_from_the_mean():
    # v: 60 + 2 × 10 minutes; w and x nothing: 80 and 0 and 0, mean 26 2/3: 53 1/3 + 2 × 26 2/3.
    people = [volunteer("v"), volunteer("w"), volunteer("x")]
    assert abs(term("workload_spread", batch(people, [request(where=10)]), visit()) - 320 / 3) < 1e-6


def test_equal_work():
    people = [volunteer("v"), volunteer("w")]
    b = batch(people, [request("one", where=10), request("two", where=10)])
    assert term("workload_spread", b, visit("one"), visit("two", "w")) == 0


def test_all_legs_count_and_no_waiting():
    # v: two hours, 10 + 20 + 30 minutes on the way, and 100 of waiting; w: none. Straight: 180 and 0.
    b = batch([volunteer("v"), volunteer("w")], [request("one", where=10), request("two", where=30, start="12:00")])
    assert term("workload_spread", b, visit("one"), visit("two", start="12:00")) == 180
    # By way of home: 10 + 10 + 30 + 30.
    assert term("workload_spread", b, visit("one"), visit("two", start="12:00", via_home=True)) == 200


def test_the_way_to_where_tours_end():
    # v: 60 + 10 + 5, w: 60 + 10, x: 30 + 20; mean 65: 10 + 5 + 15.
    people = [volunteer("v", ends_at=mark(15)), volunteer("w", ends_at="open"), volunteer("x")]
    roles = role("a", count=2), role("b", minutes=30)
    b = batch(people, [request(where=10, roles=roles)])
    assert term("workload_spread", b, visit(), visit(volunteer="w"), visit(volunteer="x", role="b")) == 30


def test_people_without_a_shift_do_not_count():
    assert term("workload_spread", batch([volunteer("v"), volunteer("w", shifts=())], [request()]), visit()) == 0


def test_nobody():
    assert term("workload_spread", batch([], [request()])) == 0
