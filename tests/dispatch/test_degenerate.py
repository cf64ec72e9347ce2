"""Batches at the edge of sense are answered at once, and rightly."""

import json
from typing import Any

import pytest
from pydantic import ValidationError

from matcher.batch import Skill
from matcher.errors import InputError
from matcher.policy import Policy, Tier
from matcher.reading import read_batch, to_json
from tests.checker.build import batch, request, role
from tests.dispatch.build import NOBODY, optimum, proved, volunteer


def test_nothing_at_all() -> None:
    assert optimum(batch([], [])) == NOBODY


def test_no_volunteers() -> None:
    plan = proved(batch([], [request("one"), request("two", roles=[role(count=3)])]))
    assert [(u.request, u.missing) for u in plan.unserved] == [("one", 1), ("two", 3)]
    assert plan.score
    assert plan.score.tiers == NOBODY


def test_no_requests() -> None:
    assert optimum(batch([volunteer("v"), volunteer("w")], [])) == NOBODY


def test_no_shifts() -> None:
    assert optimum(batch([volunteer(id, shifts=()) for id in "vwx"], [request(id) for id in "ab"])) == NOBODY


@pytest.mark.parametrize(("least", "served"), [(1, 3.5), (2, 3)])
def test_all_volunteers_alike(least: int, served: float) -> None:
    # Seven people for five pairs at 9:00, 5 minutes away: with pairs only, one stays at home.
    asked = [request(f"r{n}", where=5, roles=[role(count=2, min_count=least)]) for n in range(5)]
    plan = proved(batch([volunteer(f"v{n}") for n in range(7)], asked))
    assert plan.score
    assert plan.score.tiers == (0, 0, served, 0, -10 * 2 * served)


def test_all_at_one_place() -> None:
    # Three requests an hour for nine hours, nine people: three each, workload 0 + 1 + 2, which weighs 3 each.
    asked = [request(f"r{hour} {n}", start=f"{hour}:00") for hour in range(8, 17) for n in range(3)]
    plan = proved(batch([volunteer(f"v{n}") for n in range(9)], asked))
    assert plan.score
    assert plan.score.tiers == (0, 0, 27, 0, -81)


def test_two_short_requests_with_a_hundred_starts() -> None:
    # Nobody serves a request twice, so that no route has more than two visits, whatever else would fit into the day.
    # One each: the way of w costs 2, a second request of one person 3.
    asked = [request(id, start="8:00", until="17:00", minutes=5) for id in "ab"]
    plan = proved(batch([volunteer("v"), volunteer("w", 1)], asked))
    assert plan.score
    assert plan.score.tiers == (0, 0, 2, 0, -2)


def test_one_request_for_5000_volunteers() -> None:
    # The nearest three live 1, 2 and 3 minutes away, and 5,000 / 270 as many each further mark up to 270.
    people = [volunteer(f"v{n}", 1 + n if n < 3 else 4 + n % 267) for n in range(5000)]
    b = batch(people, [request(roles=[role(count=3)])])
    assert optimum(b, "r v0 9:00", "r v1 9:00", "r v2 9:00") == (0, 0, 1, 0, -12)


def test_1000_requests_that_nobody_can_serve() -> None:
    asked = [request(f"r{n}", roles=[role(skill="s")]) for n in range(1000)]
    plan = proved(batch([volunteer(f"v{n}") for n in range(20)], asked, skills=[Skill(id="s")]))
    assert plan.visits == ()
    assert len(plan.unserved) == 1000
    assert {(r.code, r.volunteers) for u in plan.unserved for r in u.reasons} == {("skill", 20)}


def test_100000_places() -> None:
    b = batch([volunteer("v"), volunteer("w")], [request(roles=[role(count=100_000, min_count=1)])])
    assert optimum(b, "r v 9:00", "r w 9:00") == (0, 0, 0.00002, 0, 0)


@pytest.mark.parametrize("value", [0.000001, 1_000_000])
def test_values_small_and_large(value: float) -> None:
    # Coverage comes before 120 minutes of travel.
    assert optimum(batch([volunteer()], [request(where=60, value=value)]), "r v 9:00") == (0, 0, value, 0, -120)


def test_services_without_a_whole_second_are_refused() -> None:
    with pytest.raises(ValidationError, match=r"greater than or equal to 0\.01"):
        request("one", minutes=0.001)


def test_tiers_without_terms() -> None:
    tiers = (Tier(terms={}), Tier(terms={"travel": 0, "coverage.normal": 1}), Tier(terms={}))
    assert optimum(batch([volunteer()], [request(where=60)], policy=Policy(tiers=tiers)), "r v 9:00") == (0, 1, 0)


@pytest.mark.parametrize(
    ("change", "where"),
    [
        ({"windows": []}, "/requests/0/windows"),
        ({"roles": []}, "/requests/0/roles"),
        (
            {"windows": [{"start": "2026-07-21T09:00:00+08:00", "end": "2026-07-21T08:59:00+08:00"}]},
            "/requests/0/windows/0",
        ),
    ],
)
def test_request_without_any_start_is_refused(change: dict[str, Any], where: str) -> None:
    document = json.loads(to_json(batch([volunteer()], [request()])))
    document["requests"][0] |= change
    with pytest.raises(InputError) as caught:
        read_batch(json.dumps(document))
    assert [problem.where.startswith(where) for problem in caught.value.problems] == [True]
