"""What CP-SAT proves of an order holds of all plans, as the checker judges them."""

from collections.abc import Iterator
from itertools import product

import numpy as np
import pytest

from matcher import Batch, check, dispatch
from matcher.leaving import left_in_time
from matcher.order import Ordered, draw, provable, search, visits_of
from matcher.order.outline import Drawn
from matcher.order.proof import Proof, prove
from matcher.order.timing import LAG_MAX, LAG_MIN, WINDOW_FROM, WINDOW_UNTIL
from matcher.plan import Plan
from matcher.scene import Scene
from matcher.solver.budget import Budget
from tests.order.days import REGULAR, WHOLE, day

ALL = REGULAR | WHOLE


def ended(*_: object) -> None:
    """Hears of plans and does nothing."""


def score_of(scene: Scene, drawn: Drawn, found: Ordered) -> tuple[float, ...] | None:
    """The tiers of a plan as the checker has them; null if it is not valid."""
    visits = left_in_time(scene, visits_of(scene, drawn, found))
    report = check(scene.batch, Plan(schema="matcher.plan/1", batch=scene.batch.id, visits=tuple(visits)))
    return report.score.tiers if report.valid else None


def proved(batch: Batch, work: int | None = None) -> tuple[Scene, Drawn, Ordered, Proof]:
    """A day, a plan annealed for a moment, and what is proved from there."""
    scene = Scene(batch)
    drawn = draw(scene)
    assert provable(scene, drawn)
    found = search(drawn.outline, Budget(work=2_000), 0, ended)
    return scene, drawn, found, prove(scene, drawn, found, Budget(work=work), 0)


def every_plan(batch: Batch, drawn: Drawn) -> Iterator[Ordered]:
    """All ways to serve the requests of an outline, valid or not: who, when, and by way of home or not."""
    places = drawn.outline.places.shape[1]
    for some in product(*(list(_ways(batch, drawn, r)) for r in range(len(drawn.requests)))):
        who, start, home = np.full(places, -1), np.full(places, -1), np.zeros(places, dtype=np.bool_)
        for p, person, moment, by_home in (visit for visits in some for visit in visits):
            who[p], start[p], home[p] = person, moment, by_home
        first = [p for p in np.flatnonzero(who >= 0) if start[p] == start[who == who[p]].min()]
        if not home[first].any():
            yield Ordered(who, start, 0.0, home)


def _ways(batch: Batch, drawn: Drawn, request: int) -> Iterator[tuple[tuple[int, int, int, bool], ...]]:
    """All visits of a request: place, who, start, by way of home."""
    o = drawn.outline
    yield ()
    windows = o.windows[:, o.window_ptr[request] : o.window_ptr[request + 1]].T
    firsts = {s for w in windows for s in range(w[WINDOW_FROM], w[WINDOW_UNTIL] + 1, o.step)}
    ways = (False, True) if batch.policy.home_between else (False,)
    places = range(int(o.ptr[request]), int(o.ptr[request + 1]))
    people = [o.able[o.able_ptr[p] : o.able_ptr[p + 1]].tolist() for p in places]
    for first in sorted(firsts):
        starts = [
            [first] if o.places[LAG_MAX, p] < 0
            else list(range(first + o.places[LAG_MIN, p], first + o.places[LAG_MAX, p] + 1, o.step))
            for p in places
        ]  # fmt: skip
        for who in product(*people):
            if len(set(who)) == len(who):
                for start in product(*starts):
                    for home in product(ways, repeat=len(places)):
                        yield tuple(zip(places, who, start, home, strict=True))


def coarse(seed: int, home_between: bool) -> Batch:
    """A day of two people and three requests, with starts every half hour."""
    batch = day(seed, 2, 3, ALL, late=30)
    policy = batch.policy.model_copy(update={"start_step_minutes": 30, "home_between": home_between})
    return batch.model_copy(update={"policy": policy})


@pytest.mark.parametrize("seed", range(12))
def test_no_plan_at_all_is_better_than_what_is_proved(seed: int) -> None:
    batch = coarse(400 + seed, home_between=seed % 3 == 0)
    scene, drawn, _, proof = proved(batch)
    scores = [score for plan in every_plan(batch, drawn) if (score := score_of(scene, drawn, plan)) is not None]
    assert max(scores) == pytest.approx(proof.bounds, abs=1e-6)


@pytest.mark.parametrize("seed", range(12))
def test_a_proved_plan_is_worth_what_is_proved_and_no_less_than_the_one_given(seed: int) -> None:
    batch = day(500 + seed, 3, 5, ALL, late=60)
    if seed % 2:
        batch = batch.model_copy(update={"policy": batch.policy.model_copy(update={"home_between": True})})
    scene, drawn, found, proof = proved(batch)
    assert proof.found is not None
    score = score_of(scene, drawn, proof.found)
    assert score is not None
    assert score == pytest.approx(proof.bounds, abs=1e-6)
    before = score_of(scene, drawn, found)
    assert before is not None
    assert tuple(round(tier, 6) for tier in before) <= tuple(round(tier, 6) for tier in score)


@pytest.mark.parametrize("seed", range(5))
def test_what_is_proved_is_what_the_exact_solver_proves(seed: int) -> None:
    batch = day(300 + seed, 3, 4, REGULAR, late=20)
    exact = dispatch(batch)
    assert exact.status == "optimal"
    assert exact.score
    assert proved(batch)[3].bounds == pytest.approx(exact.score.tiers, abs=1e-6)


@pytest.mark.parametrize("work", [5_000, 400_000])
def test_under_a_work_limit_the_same_is_proved_every_time(work: int) -> None:
    batch = day(8, 4, 9, ALL)
    plans = [dispatch(batch, work=work, seed=3) for _ in range(2)]
    assert plans[0] == plans[1]
    assert plans[0].bound
    assert plans[0].score
    assert all(b >= s - 1e-6 for b, s in zip(plans[0].bound.tiers, plans[0].score.tiers, strict=True) if b is not None)


def test_a_small_day_without_limits_is_proved() -> None:
    plan = dispatch(day(9, 3, 5, ALL))
    assert (plan.status, plan.stop) == ("optimal", "proved")


def test_mandatory_requests_that_contradict_each_other_are_named() -> None:
    """Two requests of 200 minutes are more than a shift of 300 with an hour of overtime; either can be served alone."""
    batch = day(1, 1, 3, WHOLE)
    shift = batch.volunteers[0].shifts[0].model_copy(update={"overtime": 60})
    person = batch.volunteers[0].model_copy(update={"shifts": (shift,), "max_requests": None})
    window = batch.requests[0].windows[0].model_copy(update={"start": shift.start, "end": shift.start, "late": 900})
    long = [
        request.model_copy(
            update={
                "minutes": 200,
                "mandatory": number < 2,
                "roles": (request.roles[0].model_copy(update={"skill": None}),),
                "windows": (window,),
            }
        )
        for number, request in enumerate(batch.requests)
    ]
    plan = dispatch(batch.model_copy(update={"volunteers": (person,), "requests": tuple(long)}))
    assert plan.status == "infeasible"
    assert plan.conflicts == ("/requests/0", "/requests/1")
