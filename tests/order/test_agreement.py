"""What the search says of an order is what the checker says of the plan."""

import numpy as np
import pytest

from matcher import check, dispatch
from matcher.batch import HeldSkill, Volunteer
from matcher.leaving import left_in_time
from matcher.order import draw, search, visits_of
from matcher.order.annealing import begin
from matcher.order.solving import Run, near, trial_of
from matcher.order.timing import Plan
from matcher.plan import Plan as Stated
from matcher.scene import Scene
from matcher.solver.budget import Budget
from tests.order.days import REGULAR, START, WHOLE, day

ALL = REGULAR | WHOLE


def ended_skills(person: Volunteer) -> tuple[HeldSkill, ...]:
    """Their skills, until the first day of all batches of `days`."""
    return tuple(skill.model_copy(update={"valid_until": START.date()}) for skill in person.skills)


def ended(*_: object) -> None:
    """Hears of plans and does nothing."""


@pytest.mark.parametrize("seed", range(40))
def test_the_cost_of_an_order_is_what_the_checker_says(seed: int) -> None:
    batch = day(seed, 4, 9, ALL)
    scene = Scene(batch)
    drawn = draw(scene)
    found = search(drawn.outline, Budget(work=4_000), seed, ended)
    visits = left_in_time(scene, visits_of(scene, drawn, found))
    report = check(batch, Stated(schema="matcher.plan/1", batch=batch.id, visits=tuple(visits)))
    assert report.violations == ()
    assert len(visits) > 3
    told = drawn.scale @ (drawn.value.sum(axis=1) - np.array(report.score.tiers))
    assert found.cost == pytest.approx(told, abs=1e-3)


@pytest.mark.parametrize("seed", range(20))
def test_plans_by_order_are_valid_and_no_better_than_their_bounds(seed: int) -> None:
    batch = day(100 + seed, 4, 8, ALL)
    plan = dispatch(batch, work=20_000)
    assert check(batch, plan).valid
    assert plan.score
    assert plan.bound
    for value, bound in zip(plan.score.tiers, plan.bound.tiers, strict=True):
        assert bound is not None
        assert value <= bound + 1e-6


def test_nothing_is_said_where_a_skill_ends_between_two_days() -> None:
    batch = day(3, 2, 1, {"travel": 1, "max_idle": 1}, late=1_440)
    people = [person.model_copy(update={"skills": ended_skills(person)}) for person in batch.volunteers]
    plan = dispatch(batch.model_copy(update={"volunteers": tuple(people)}), work=2_000)
    assert plan.bound
    assert (plan.status, plan.bound.tiers) == ("feasible", (None, None))
    assert dispatch(batch, work=2_000).bound != plan.bound


@pytest.mark.parametrize("seed", range(10))
def test_what_a_change_costs_is_what_timing_all_anew_says(seed: int) -> None:
    outline = draw(Scene(day(200 + seed, 5, 12, ALL))).outline
    run = Run(outline, near(outline), seed, [1.0])
    kept = 0
    for _ in range(400):
        before = [array.copy() for array in (run.plan.order, run.plan.who, run.plan.served)]
        run.try_at(3_000.0, 1)
        anew, sums = Plan._make(array.copy() for array in run.plan), np.zeros(4)
        begin(outline, anew, trial_of(outline), False, sums)
        assert run.sums[0] == pytest.approx(sums[0], abs=1e-3)
        np.testing.assert_array_equal(anew.visits[0], run.plan.visits[0])
        np.testing.assert_array_equal(anew.days, run.plan.days)
        np.testing.assert_array_equal(anew.ends, run.plan.ends)
        kept += any(
            (a != b).any() for a, b in zip(before, (run.plan.order, run.plan.who, run.plan.served), strict=True)
        )
    assert kept > 50


@pytest.mark.parametrize("seed", range(12))
def test_small_days_are_solved_as_well_as_the_exact_solver_solves_them(seed: int) -> None:
    batch = day(300 + seed, 3, 4, REGULAR, late=20)
    plan = dispatch(batch)
    assert plan.status == "optimal"
    assert plan.score
    drawn = draw(Scene(batch))
    found = search(drawn.outline, Budget(work=400_000), 0, ended)
    best = drawn.scale @ (drawn.value.sum(axis=1) - np.array(plan.score.tiers))
    assert found.cost == pytest.approx(best, abs=1e-2)


def test_under_a_work_limit_the_plan_is_the_same_every_time() -> None:
    batch = day(7, 4, 9, ALL)
    turned = batch.model_copy(update={"requests": batch.requests[::-1], "volunteers": batch.volunteers[::-1]})
    plans = [dispatch(b, work=30_000, seed=3) for b in (batch, turned, batch)]
    assert plans[0] == plans[1] == plans[2]
