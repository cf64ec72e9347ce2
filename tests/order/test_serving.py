"""What an order cannot serve is said, and nothing is planned."""

import pytest

from matcher import InputError, dispatch
from matcher.order import obstacles
from matcher.policy import Tier
from tests.order.days import REGULAR, WHOLE, day


def test_a_day_of_home_care_has_nothing_against_it() -> None:
    assert obstacles(day(1, 3, 4, WHOLE)) == []


def test_what_stands_against_it_is_named() -> None:
    batch = day(1, 3, 4, WHOLE)
    first = batch.requests[0]
    team = batch.model_copy(update={"requests": (first.model_copy(update={"one_team": True}), *batch.requests[1:])})
    assert obstacles(team) == ["requests.one_team"]
    shift = batch.volunteers[0].shifts[0]
    twice = batch.volunteers[0].model_copy(update={"shifts": (shift, shift)})
    assert obstacles(batch.model_copy(update={"volunteers": (twice,)})) == ["volunteers.shifts"]
    policy = batch.policy.model_copy(update={"shift_covers": "service"})
    assert obstacles(batch.model_copy(update={"policy": policy})) == ["policy.shift_covers"]
    levels = batch.policy.model_copy(update={"tiers": (*batch.policy.tiers, Tier(terms={"load_over.2": 1.0}))})
    assert obstacles(batch.model_copy(update={"policy": levels})) == ["policy.tiers (load_over)"]


def test_terms_of_the_whole_plan_are_refused_where_an_order_cannot_serve_them() -> None:
    batch = day(1, 3, 4, WHOLE)
    first = batch.requests[0].model_copy(update={"one_team": True})
    with pytest.raises(InputError) as caught:
        dispatch(batch.model_copy(update={"requests": (first, *batch.requests[1:])}))
    problems = caught.value.problems
    assert {problem.code for problem in problems} == {"unsupported_term"}
    assert all("requests.one_team" in text for problem in problems for text in (problem.zh, problem.en))


def test_an_order_that_was_asked_for_and_cannot_be_is_refused() -> None:
    batch = day(1, 3, 4, REGULAR)
    first = batch.requests[0].model_copy(update={"one_team": True})
    with pytest.raises(InputError) as caught:
        dispatch(batch.model_copy(update={"requests": (first, *batch.requests[1:])}), strategy="order")
    assert [problem.code for problem in caught.value.problems] == ["no_order"]
    with pytest.raises(InputError) as caught:
        dispatch(day(1, 3, 4, WHOLE), strategy="routes")
    assert "strategy = routes" in caught.value.problems[0].en


@pytest.mark.parametrize("seed", range(6))
def test_long_days_are_planned_both_ways_and_no_worse_than_by_order_alone(seed: int) -> None:
    batch = day(600 + seed, 2, 9, REGULAR, late=20)
    alone = dispatch(batch, work=100_000, strategy="order")
    both = dispatch(batch, work=1_000_000)
    assert alone.score
    assert both.score
    assert both.score.tiers >= tuple(value - 1e-6 for value in alone.score.tiers)
    assert both.bound
    for value, bound in zip(alone.score.tiers[:1], both.bound.tiers[:1], strict=True):
        assert bound is None or value <= bound + 1e-6


def test_a_mandatory_request_nobody_can_serve_is_named() -> None:
    batch = day(1, 3, 4, WHOLE)
    far = batch.requests[0].model_copy(update={"mandatory": True, "minutes": 1_000})
    plan = dispatch(batch.model_copy(update={"requests": (far, *batch.requests[1:])}), work=2_000)
    assert (plan.status, plan.visits, plan.conflicts) == ("infeasible", (), ("/requests/0",))


def test_an_order_serves_a_policy_of_coverage_alone() -> None:
    batch = day(2, 3, 4, REGULAR)
    coverage = batch.policy.model_copy(update={"tiers": batch.policy.tiers[:1]})
    plan = dispatch(batch.model_copy(update={"policy": coverage}), work=20_000, strategy="order")
    assert plan.score
    assert plan.score.terms["coverage.normal"] == sum(request.value for request in batch.requests)


def test_the_log_says_how_it_was_planned() -> None:
    batch = day(2, 3, 4, REGULAR)
    assert dispatch(batch, work=20_000, strategy="order").log[0].en.startswith("order, as asked for")
    (how,) = dispatch(day(2, 3, 4, WHOLE), work=20_000).log
    assert "order of requests" in how.en
