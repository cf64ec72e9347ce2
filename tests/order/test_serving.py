"""What an order cannot serve is said, and nothing is planned."""

import pytest

from matcher import InputError, dispatch
from matcher.order import obstacles
from tests.order.days import WHOLE, day


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


def test_terms_of_the_whole_plan_are_refused_where_an_order_cannot_serve_them() -> None:
    batch = day(1, 3, 4, WHOLE)
    first = batch.requests[0].model_copy(update={"one_team": True})
    with pytest.raises(InputError) as caught:
        dispatch(batch.model_copy(update={"requests": (first, *batch.requests[1:])}))
    assert {problem.code for problem in caught.value.problems} == {"unsupported_term"}


def test_a_mandatory_request_nobody_can_serve_leaves_no_plan() -> None:
    batch = day(1, 3, 4, WHOLE)
    far = batch.requests[0].model_copy(update={"mandatory": True, "minutes": 1_000})
    plan = dispatch(batch.model_copy(update={"requests": (far, *batch.requests[1:])}), work=2_000)
    assert plan.status == "none"
    assert plan.visits == ()
