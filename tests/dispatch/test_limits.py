"""A search that is stopped early hands over what it has: a valid plan, and bounds that hold or none."""

from functools import cache
from threading import Event
from typing import Any

import pytest

from matcher.batch import Batch, HeldSkill, Volunteer
from matcher.checker import check
from matcher.demo import county_day
from matcher.dispatching import dispatch
from matcher.plan import Plan
from matcher.progress import Progress
from tests.oracle.tiny import tiny_batch

CLOSE = 1e-6


@cache
def day(volunteers: int, requests: int) -> Batch:
    return county_day(volunteers, requests)


@cache
def best() -> tuple[float, ...]:
    """The proved optimum of the small county day."""
    plan = dispatch(day(300, 60))
    assert (plan.status, plan.stop) == ("optimal", "proved")
    assert plan.score
    return plan.score.tiers


def stopped(batch: Batch, **limits: Any) -> Plan:
    """A plan found under limits, which must be valid."""
    plan = dispatch(batch, **limits)
    assert check(batch, plan).violations == ()
    assert plan.status in ("optimal", "feasible")
    assert plan.score
    assert plan.bound
    for value, bound in zip(plan.score.tiers, plan.bound.tiers, strict=True):
        assert bound is None or bound >= value
    return plan


def holds(plan: Plan) -> None:
    """Asserts that the bounds are not beaten by the optimum, and the value does not beat it."""
    assert plan.score
    assert plan.bound
    assert plan.score.tiers <= best()
    for n, bound in enumerate(plan.bound.tiers):
        earlier_as_good = all(b >= v - CLOSE for b, v in zip(best()[:n], plan.score.tiers[:n], strict=True))
        assert bound is None or not earlier_as_good or bound >= best()[n] - CLOSE


@pytest.mark.parametrize("work", [0, 1, 1_000, 20_000, 50_000, 80_000, 110_000])
def test_work(work: int) -> None:
    plan = stopped(day(300, 60), work=work)
    assert (plan.status, plan.stop) in (("feasible", "work"), ("optimal", "proved"))
    assert plan.stop == "proved" or (plan.work is not None and plan.work >= work)
    holds(plan)


@pytest.mark.parametrize("seconds", [0.0, 0.1, 0.2, 0.4])
def test_seconds(seconds: float) -> None:
    plan = stopped(day(300, 60), seconds=seconds)
    assert (plan.status, plan.stop) in (("feasible", "time"), ("optimal", "proved"))
    holds(plan)


@pytest.mark.parametrize("limits", [{"work": 1}, {"work": 300_000}, {"seconds": 0.5}])
def test_larger_day(limits: dict[str, float]) -> None:
    plan = stopped(day(1000, 150), **limits)
    assert plan.status == "feasible"
    assert plan.stop == ("time" if "seconds" in limits else "work")
    assert plan.visits


def test_more_work_never_finds_a_worse_plan() -> None:
    found = [stopped(day(300, 60), work=work).score for work in (1, 100_000, 10_000_000)]
    values = [score.tiers for score in found if score]
    assert values == sorted(values)
    assert values[-1] == best()


@pytest.mark.parametrize("gap", [0.5, 0.05])
def test_gap(gap: float) -> None:
    plan = stopped(day(300, 60), gap=gap)
    assert plan.stop in ("gap", "proved")
    assert plan.gap is not None
    assert plan.gap <= gap
    holds(plan)


def test_cancelled_before_the_start() -> None:
    cancel = Event()
    cancel.set()
    plan = dispatch(day(300, 60), cancel=cancel)
    assert plan.stop == "cancelled"
    assert plan.status in ("feasible", "none")
    assert check(day(300, 60), plan).violations == ()


@pytest.mark.parametrize("reports", [1, 2, 8, 22])
def test_cancelled_on_the_way(reports: int) -> None:
    cancel = Event()
    seen: list[str] = []

    def listen(progress: Progress) -> None:
        seen.append(progress.stage)
        if len(seen) == reports:
            cancel.set()

    plan = stopped(day(300, 60), on_progress=listen, cancel=cancel)
    assert seen[0] == "prepare"
    assert seen[-1] == "check"
    assert plan.stop == "cancelled"
    holds(plan)


def test_a_tiny_batch_without_a_limit_is_proved_by_its_few_routes() -> None:
    """Neighbourhoods of a batch of 58 nodes took five million units, minutes, before they gave up."""
    batch = tiny_batch(197)
    (group,) = (request for request in batch.requests if request.id == "r2")
    skills, teams = (HeldSkill(skill="s2"),), ("t1", "t2", "t3")
    shift = batch.volunteers[3].shifts[0]
    more = Volunteer(id="more", place=group.place, teams=teams, skills=skills, shifts=(shift,))
    requests = tuple(r.model_copy(update={"mandatory": True}) if r is group else r for r in batch.requests)
    plan = dispatch(batch.model_copy(update={"volunteers": (*batch.volunteers, more), "requests": requests}))
    assert plan.status == "optimal"
    assert plan.work is not None
    assert plan.work < 500_000
