"""What an earlier solve found serves the next, and never changes what is proved."""

from collections.abc import Iterator

import pytest

from matcher import Batch, dispatch
from matcher.batch import Role
from matcher.checker import check
from matcher.demo import county_day
from matcher.dispatching import dispatch_from
from matcher.solver.past import Past
from tests.oracle.tiny import tiny_batch

SAME = 1e-6


def changed(batch: Batch) -> Iterator[Batch]:
    """The batch; its first volunteer has no time; requests take longer; ways are slower; one more in each role."""
    yield batch
    free = batch.model_copy(update={"pins": ()})
    first, *rest = free.volunteers
    yield free.model_copy(update={"volunteers": (first.model_copy(update={"shifts": ()}), *rest)})
    longer = (r.model_copy(update={"minutes": r.minutes + 10}) for r in free.requests)
    yield free.model_copy(update={"requests": tuple(longer)})
    slower = (v.model_copy(update={"travel_factor": 2 * v.travel_factor}) for v in free.volunteers)
    yield free.model_copy(update={"volunteers": tuple(slower)})
    more = (r.model_copy(update={"roles": tuple(map(_one_more, r.roles))}) for r in free.requests)
    yield free.model_copy(update={"requests": tuple(more)})


def _one_more(role: Role) -> Role:
    least = role.min_count or role.count
    return role.model_copy(update={"count": role.count + 1, "min_count": least + 1})


@pytest.mark.parametrize("seed", range(60))
def test_warm_is_as_good_as_cold(seed: int) -> None:
    batch = tiny_batch(seed)
    past = dispatch_from(None, batch)[1]()
    for other in changed(batch):
        cold, (warm, _) = dispatch(other), dispatch_from(past, other)
        assert warm.status == cold.status
        if cold.score is None or warm.score is None:
            continue
        assert warm.score.tiers == pytest.approx(cold.score.tiers, abs=SAME)
        assert check(other, warm).valid


def test_what_was_found_is_found_again() -> None:
    batch = county_day(120, 40)
    plan, past_of = dispatch_from(None, batch)
    past = past_of()
    again, _ = dispatch_from(past, batch, work=1)
    assert len(past.plan) <= len(past.routes)
    assert again.score
    assert plan.score
    assert again.score.tiers == pytest.approx(plan.score.tiers, abs=SAME)


def test_names_that_are_not_there_are_passed_over() -> None:
    batch = county_day(60, 20)
    past = dispatch_from(None, county_day(50, 30))[1]()
    nobody = Past(tuple((f"not {volunteer}", visits) for volunteer, visits in past.routes), past.plan)
    assert dispatch_from(nobody, batch)[0].score == dispatch(batch).score
