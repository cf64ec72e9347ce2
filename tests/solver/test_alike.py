"""Who is alike, and how routes of a class are spread over its people."""

import numpy as np
import pytest

from benchmarks.degenerate import alike as alike_batch
from benchmarks.plain import fixed_batch
from matcher import Batch, dispatch
from matcher.building import build_instance
from matcher.solver.alike import alike_in, classes, nobody_alike
from matcher.solver.columns import Columns
from matcher.solver.graph import graph_of
from matcher.solver.rows import build_rows


def twins(volunteers: int, requests: int, **other: object) -> Batch:
    """A batch with twins: every second volunteer is the one before, or that with `other` fields."""
    batch = fixed_batch(volunteers, requests)
    people = [
        batch.volunteers[n - n % 2].model_copy(update={"id": v.id, **(other if n % 2 else {})})
        for n, v in enumerate(batch.volunteers)
    ]
    return batch.model_copy(update={"volunteers": tuple(people)})


def test_twins_are_alike() -> None:
    inst = build_instance(twins(200, 40))
    alike = alike_in(inst)
    busy = np.flatnonzero(np.diff(inst.node_ptr))
    assert len(busy) > 50
    assert (alike.size[busy] >= 2).all()
    assert (alike.first[busy] == alike.first[busy ^ 1]).all()


@pytest.mark.parametrize(
    "other",
    [{"max_requests": 2}, {"recent_requests": 9}, {"travel_factor": 1.5}, {"acceptance": 0.123}, {"max_minutes": 61.0}],
)
def test_who_differs_is_not_alike(other: dict[str, object]) -> None:
    inst = build_instance(twins(200, 40, **other))
    first, busy = alike_in(inst).first, np.flatnonzero(np.diff(inst.node_ptr))
    assert (first[busy] != first[busy ^ 1]).all()


def test_pairs_that_differ_in_limits_only_are_two_classes() -> None:
    """Of four people with the same nodes, two have another past."""
    batch = fixed_batch(200, 40)
    people = [
        batch.volunteers[n - n % 4].model_copy(update={"id": v.id, "recent_requests": 7 * (n % 4 > 1)})
        for n, v in enumerate(batch.volunteers)
    ]
    inst = build_instance(batch.model_copy(update={"volunteers": tuple(people)}))
    alike, busy = alike_in(inst), np.flatnonzero(np.diff(inst.node_ptr))
    assert (alike.first[busy] == alike.first[busy ^ 1]).all()
    assert (alike.first[busy] != alike.first[busy ^ 2]).all()


def test_who_differs_in_one_node_is_not_alike() -> None:
    inst = build_instance(twins(200, 40))
    gain = next(iter(inst.node_gain.values()))
    who = int(np.flatnonzero(np.diff(inst.node_ptr) > 2)[0])
    before = alike_in(inst)
    gain[inst.node_ptr[who] + 1] += 1e-9
    after = alike_in(inst)
    assert before.size[who] >= 2
    assert after.size[who] == 1
    assert after.size[who ^ 1] == before.size[who] - 1


def test_each_route_of_a_class_goes_to_another_of_its_people() -> None:
    alike = classes(np.array([0, 1, 0, 3, 1, 0]))
    assert alike.size.tolist() == [3, 2, 3, 1, 2, 3]
    assert alike.of(np.array([1, 0, 0, 3, 1, 0])).tolist() == [1, 0, 2, 3, 4, 5]


def test_routes_of_people_who_are_alike_are_one_column() -> None:
    inst = build_instance(twins(200, 40))
    graph, alike = graph_of(inst), alike_in(inst)
    pool = Columns(inst, graph, alike)
    who = int(np.flatnonzero(np.diff(inst.node_ptr))[0])
    via = np.zeros(1, dtype=np.int64)
    ours, theirs = (np.array([inst.node_ptr[v]]) for v in (who, who + 1))
    columns = pool.take([(theirs, via), (ours, via)])
    assert columns.tolist() == [0, 0]
    assert [nodes.tolist() for nodes, _ in pool.spread(columns)] == [ours.tolist(), theirs.tolist()]
    rows = build_rows(inst, alike)
    assert rows.meet(pool.volunteer[columns]) == 1
    assert rows.high[-1] == 2
    assert rows.person_row[who] == rows.person_row[who + 1] >= 0
    assert build_rows(inst, nobody_alike(inst)).meet(np.array([who, who + 1])) == 2


def test_a_batch_of_people_who_are_all_alike_is_proved_with_little_work() -> None:
    plan = dispatch(alike_batch(300, 40), seed=0)
    assert plan.status == "optimal"
    assert plan.work < 100_000
