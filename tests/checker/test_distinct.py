from matcher.batch import Lag
from tests.checker.build import batch, broken, fixed, request, role, valid, visit, volunteer


def two_roles(second, pins=()):
    return batch([volunteer("v"), volunteer("w")], [request(roles=(role("a"), second))], pins=pins)


LATER = role("b", lag=Lag(min=60, max=60))


def test_two_people():
    valid(two_roles(role("b")), visit(), visit(volunteer="w", role="b"))


def test_one_person_in_two_roles_one_after_the_other():
    found = broken(two_roles(LATER), visit(), visit(role="b", start="10:00"))
    assert (found.code, found.request, found.volunteer, found.amount) == ("distinct", "r", "v", 1)


def test_one_person_in_two_roles_at_once_is_no_overlap_besides():
    assert broken(two_roles(role("b")), visit(), visit(role="b")).code == "distinct"


def test_two_places_are_one_request_for_the_limits():
    b = batch([volunteer(max_requests=1, max_asks=1)], [request(roles=(role("a"), LATER))])
    assert broken(b, visit(), visit(role="b", start="10:00")).code == "distinct"


def test_pinned_visits_are_not_free_of_it():
    b = two_roles(LATER, [fixed(), fixed(role="b", start="10:00")])
    assert broken(b, visit(), visit(role="b", start="10:00")).code == "distinct"
