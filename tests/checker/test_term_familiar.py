from tests.checker.build import batch, request, term, visit, volunteer


def test_visits_by_those_who_served_there_before():
    asked = [
        request("one", familiar=["v"]),
        request("two", start="11:00", familiar=["v"]),
        request("three", familiar=["v"]),
    ]
    b = batch([volunteer("v"), volunteer("w")], asked)
    assert term("familiar", b, visit("one"), visit("two", start="11:00"), visit("three", "w")) == 2


def test_nobody():
    assert term("familiar", batch([volunteer()], [request(preferred=["v"])]), visit()) == 0
