import pytest

from tests.checker.build import batch, broken, fixed, judged, request, role, valid, visit, volunteer

PEOPLE = ["v", "w", "x", "y"]


def group(*roles, pins=()):
    return batch([volunteer(id) for id in PEOPLE], [request(roles=roles)], pins=pins)


def sent(number):
    return [visit(volunteer=id) for id in PEOPLE[:number]]


@pytest.mark.parametrize("number", [0, 2, 3])
def test_nobody_or_enough(number):
    valid(group(role(count=3, min_count=2)), *sent(number))


@pytest.mark.parametrize(("number", "word"), [(1, "fewer"), (4, "more")])
def test_too_few_or_too_many(number, word):
    found = broken(group(role(count=3, min_count=2)), *sent(number))
    assert (found.code, found.request, found.role) == ("count", "r", "a")
    assert (found.amount, found.unit) == (1, "people")
    assert word in found.en


def test_all_or_nothing_unless_told_otherwise():
    assert broken(group(role(count=3)), *sent(1)).amount == 2


def test_every_role_needs_its_people():
    found = broken(group(role("a"), role("b", count=2)), visit())
    assert (found.role, found.amount) == ("b", 2)


def test_a_pinned_request_is_not_free_of_it():
    assert broken(group(role(count=2), pins=[fixed()]), *sent(1)).code == "count"


def test_an_unknown_volunteer_fills_no_place():
    codes = [v.code for v in judged(group(role(count=2)), visit(), visit(volunteer="z")).violations]
    assert codes == ["count", "unknown"]
