from tests.checker.build import batch, request, role, term, visit, volunteer


def test_visits_by_those_the_resident_asked_for():
    asked = request(preferred=["v", "w", "y"], roles=(role(count=3),))
    b = batch([volunteer(id) for id in "vwx"], [asked])
    assert term("preference", b, *(visit(volunteer=id) for id in "vwx")) == 2


def test_nobody_asked_for():
    assert term("preference", batch([volunteer()], [request(familiar=["v"])]), visit()) == 0
