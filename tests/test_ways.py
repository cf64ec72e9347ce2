"""Legs of many at once are those of each alone, whoever lives together."""

import gc

import numpy as np

from matcher import dispatch
from matcher.building import build_instance
from matcher.planning import unserved_of
from matcher.reasons import reasons_for
from matcher.scene import Scene
from tests.oracle.tiny import tiny_batch


def test_all_at_once_and_each_alone() -> None:
    together = 0
    for seed in range(150):
        batch = tiny_batch(seed)
        twice = [v.model_copy(update={"id": f"{v.id} too"}) for v in batch.volunteers]
        scene = Scene(batch.model_copy(update={"volunteers": (*batch.volunteers, *twice)}))
        everybody = np.arange(scene.people.count)
        for request in range(len(batch.requests)):
            alone = [scene.ways.legs(request, everybody[v : v + 1]) for v in everybody]
            all_at_once = scene.ways.legs(request, everybody)
            for field, leg in enumerate(all_at_once):
                assert leg.tolist() == [int(legs[field][0]) for legs in alone], (
                    seed,
                    request,
                    all_at_once._fields[field],
                )
            for among in (everybody >= 0, everybody % 3 == 0):
                rows, near = scene.ways.near(request, scene.ways.residents(everybody), among)
                within = among & (all_at_once.out <= scene.people.max_travel)
                assert rows.tolist() == np.flatnonzero(within).tolist()
                assert [leg.tolist() for leg in near] == [leg.tolist() for leg in all_at_once.at(rows)]
            together += len(rows) < len(everybody)
        own = everybody % len(batch.requests)
        each = [scene.ways.legs(int(request), everybody[v : v + 1]) for v, request in enumerate(own)]
        assert [leg.tolist() for leg in scene.ways.legs(own, everybody)] == np.hstack(each).tolist()
    assert together > 30


def test_one_scene_serves_all() -> None:
    for seed in range(30):
        batch = tiny_batch(seed)
        scene = Scene(batch)
        assert np.array_equal(build_instance(batch, scene).node_slot, build_instance(batch).node_slot)
        empty = unserved_of(batch, [])
        assert reasons_for(batch, [], empty, scene) == reasons_for(batch, [], empty)


def test_the_garbage_collector_is_left_as_it_was() -> None:
    gc.unfreeze()
    dispatch(tiny_batch(0))
    assert gc.get_freeze_count() == 0
    gc.freeze()
    dispatch(tiny_batch(0))
    assert gc.get_freeze_count() > 0
    gc.unfreeze()
    assert gc.isenabled()
