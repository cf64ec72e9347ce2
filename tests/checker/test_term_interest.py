import pytest

from tests.checker.build import batch, request, term, visit, volunteer


@pytest.mark.parametrize(
    ("category", "interests", "visits"), [("fix", ["fix", "clinic"], 1), ("fix", ["clinic"], 0), (None, ["fix"], 0)]
)
def test_category_among_the_interests(category, interests, visits):
    b = batch([volunteer(interests=interests)], [request(category=category)])
    assert term("interest", b, visit()) == visits
