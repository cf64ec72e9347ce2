from typing import Any

import pytest

from matcher.batch import Batch, Skill
from tests.checker.build import batch, request, role
from tests.dispatch.build import NOBODY, optimum, proved, volunteer


def group(people: int, *roles: dict[str, Any]) -> Batch:
    """A request with roles a, b ...; volunteers a, b ... live at marks 0, 1, 2 ..."""
    asked = [role(id, **fields) for id, fields in zip("abc", roles, strict=False)]
    return batch([volunteer(id, n) for n, id in enumerate("abcde"[:people])], [request(roles=asked)])


@pytest.mark.parametrize(("least", "served"), [(1, 2), (2, 2), (3, 0), (None, 0)])
def test_two_come_where_four_are_asked(least: int | None, served: int) -> None:
    b = group(2, {"count": 4, "min_count": least})
    assert optimum(b, *["r a 9:00", "r b 9:00"][:served]) == (0, 0, served / 4, 0, -served)


def test_no_more_than_asked() -> None:
    # The two nearest of five: 0 and 2 minutes.
    assert optimum(group(5, {"count": 2}), "r a 9:00", "r b 9:00") == (0, 0, 1, 0, -2)


def test_more_than_the_least_where_they_can() -> None:
    # Coverage comes before travel: 0 + 2 + 4 + 6 + 8 minutes.
    goes = [f"r {id} 9:00" for id in "abcde"]
    assert optimum(group(5, {"count": 5, "min_count": 1}), *goes) == (0, 0, 1, 0, -20)


def test_every_role_needs_its_least() -> None:
    roles = {"count": 3, "min_count": 1}, {"skill": "s"}
    b = group(4, *roles).model_copy(update={"skills": (Skill(id="s"),)})
    assert optimum(b) == NOBODY


def test_all_or_nothing_twice() -> None:
    # Two pairs from three people: one is served, the one worth more; by half each it would be 1.5 pairs.
    asked = [request(id, roles=[role(count=2)], value=value) for id, value in (("one", 1), ("two", 1.5))]
    b = batch([volunteer(id, n) for n, id in enumerate("abc")], asked)
    assert optimum(b, "two a 9:00", "two b 9:00") == (0, 0, 1.5, 0, -2)


def test_partly_served_shares() -> None:
    # Three people for two requests of two, one at least: all go, three quarters of each value or so.
    asked = [request(id, roles=[role(count=2, min_count=1)]) for id in ("one", "two")]
    plan = proved(batch([volunteer(id) for id in "abc"], asked))
    assert plan.score
    assert plan.score.tiers == (0, 0, 1.5, 0, 0)
    assert [(u.request, u.missing) for u in plan.unserved] in ([("one", 1)], [("two", 1)])


def test_nobody_at_all() -> None:
    assert optimum(group(0, {"min_count": 1})) == NOBODY
