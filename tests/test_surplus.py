"""People of whom there are more than could ever be of use, and starts that no tour reaches."""

from benchmarks.degenerate import alike
from benchmarks.plain import fixed_batch
from matcher import Batch, check, dispatch
from matcher.building import build_instance
from matcher.candidates import ROUNDED
from matcher.scene import Scene
from matcher.surplus import of_use
from tests.oracle.test_alike import with_twins


def places(batch: Batch) -> int:
    return sum(role.count for request in batch.requests for role in request.roles)


def test_as_many_are_kept_as_there_are_places() -> None:
    batch = alike(200, 10)
    assert of_use(Scene(batch)).sum() == places(batch) < 200


def test_who_is_told_apart_is_kept() -> None:
    batch = alike(200, 10)
    first, last = batch.volunteers[0], batch.volunteers[-1]
    named = batch.requests[0].model_copy(update={"familiar": (last.id,)})
    people = (first.model_copy(update={"max_minutes": 30.0}), *batch.volunteers[1:])
    batch = batch.model_copy(update={"requests": (named, *batch.requests[1:]), "volunteers": people})
    kept = of_use(Scene(batch))
    assert kept[0]
    assert kept[-1]
    assert kept.sum() == places(batch) + 2


def test_who_could_fill_no_place_is_not_looked_at() -> None:
    batch = fixed_batch(50, 10)
    people = tuple(v.model_copy(update={"skills": ()}) for v in batch.volunteers)
    assert of_use(Scene(batch.model_copy(update={"volunteers": people}))).all()


def test_nothing_is_lost_without_them() -> None:
    batch = alike(60, 6)
    kept = of_use(Scene(batch))
    fewer = tuple(v for v, stays in zip(sorted(batch.volunteers, key=lambda v: v.id), kept, strict=True) if stays)
    assert len(fewer) < 60
    plan, other = dispatch(batch), dispatch(batch.model_copy(update={"volunteers": fewer}))
    assert plan.status == other.status == "optimal"
    assert plan.score is not None
    assert other.score is not None
    assert plan.score.tiers == other.score.tiers
    assert check(batch, plan).valid


def test_tiny_batches_have_people_beyond_use() -> None:
    """So that the comparison with brute force (`tests.oracle.test_alike`) covers them."""
    assert sum(not of_use(Scene(with_twins(seed))).all() for seed in range(200)) > 5


def test_starts_that_no_tour_reaches_are_left_out() -> None:
    batch = alike(60, 60)
    shift, inst = batch.volunteers[0].shifts[0], build_instance(batch)
    opens, closes = ((moment - batch.horizon.start).total_seconds() for moment in (shift.start, shift.end))
    end = inst.node["start"] + inst.role_seconds[inst.slot_role[inst.node_slot]]
    assert inst.nodes > 100
    assert (inst.node["start"] - inst.node["out"] >= opens - ROUNDED).all()
    assert (end + inst.node["back"] <= closes + ROUNDED).all()


def test_they_stay_where_a_request_moves_people() -> None:
    """Who accompanies somebody to another place may be there sooner than from home."""
    batch = alike(60, 60)
    moving = batch.requests[0].model_copy(update={"end_place": batch.requests[1].place})
    wider = build_instance(batch.model_copy(update={"requests": (moving, *batch.requests[1:])}))
    assert (wider.node["first"] == 0).any()
    assert not (build_instance(batch).node["first"] == 0).any()
