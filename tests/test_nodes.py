"""Millions of nodes: put together block by block, sorted in linear time."""

from datetime import datetime

import numpy as np
import pytest

from matcher import nodes
from matcher.batch import Shift
from matcher.building import build_instance
from matcher.instance import pointers, sorted_by
from matcher.nodes import Nodes, Runs, Store, spread
from tests.oracle.tiny import tiny_batch


def made(rng: np.random.Generator, count: int) -> Runs:
    return Runs(*rng.integers(0, 5, (len(Runs._fields), count), dtype=np.int32))


@pytest.mark.parametrize("block", [1, 7, 10**6])
def test_a_store_holds_all_in_the_order_they_came(block: int, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(nodes, "BLOCK", block)
    rng = np.random.default_rng(0)
    parts = [made(rng, count) for count in (3, 0, 5, 4, 1)]
    store = Store()
    for number, part in enumerate(parts):
        slots = [100 * number + start if start % 4 else -1 for start in range(10)]
        store.add(part, slots, {2: part.out / 2} if number % 2 == 0 else {})
    store.pack()
    assert store.tiers() == [2]
    for name in set(Runs._fields) - {"begin", "length"}:
        taken = store.take(name)
        assert taken.dtype == np.int32
        assert taken.tolist() == [x for part in parts for x in getattr(part, name)]
    half = [part.out / 2 if number % 2 == 0 else np.zeros(len(part.out)) for number, part in enumerate(parts)]
    assert store.take(2).tolist() == np.concatenate(half).tolist()
    expected, before = [], 0
    for number, part in enumerate(parts):
        for at, (begin, length) in enumerate(zip(part.begin.tolist(), part.length.tolist(), strict=True)):
            expected += [(before + at, 100 * number + s) for s in range(begin, begin + length) if s % 4]
        before += len(part.begin)
    row, slot = store.spread()
    assert list(zip(row.tolist(), slot.tolist(), strict=True)) == expected


def test_single_nodes_are_runs_of_one_start() -> None:
    rng = np.random.default_rng(1)
    some = Nodes(*rng.integers(0, 2, (len(Nodes._fields), 40), dtype=np.int32))
    runs = Runs.single(some)
    row, at = spread(runs.begin, runs.length)
    assert row.tolist() == at.tolist() == list(range(40))
    assert (some.start >= runs.earliest).tolist() == (some.first == 1).tolist()
    assert (some.start <= runs.latest).tolist() == (some.last == 1).tolist()


def test_shifts_may_be_longer_than_seconds_of_32_bits() -> None:
    found = 0
    for seed in range(30):
        batch = tiny_batch(seed)
        zone = batch.horizon.start.tzinfo
        built = []
        # From the start of a horizon in 2026 to 2098 it is 2.3e9 s, more than 2**31.
        for first, last in ((2025, 2029), (2001, 2098)):
            shift = Shift(start=datetime(first, 1, 1, tzinfo=zone), end=datetime(last, 1, 1, tzinfo=zone))
            people = tuple(v.model_copy(update={"shifts": (shift,)}) for v in batch.volunteers)
            built.append(build_instance(batch.model_copy(update={"volunteers": people})))
        for name, column in built[0].node.items():
            assert column.tolist() == built[1].node[name].tolist(), (seed, name)
        found += built[0].nodes
    assert found > 100


def test_an_empty_store_has_empty_columns() -> None:
    store = Store()
    store.pack()
    assert store.tiers() == []
    assert store.take("volunteer").dtype == np.int32
    assert store.take(0).dtype == np.float64


@pytest.mark.parametrize(("size", "count"), [(0, 0), (0, 3), (1, 1), (500, 1), (500, 40), (20, 70_000)])
def test_sorting_is_stable(size: int, count: int) -> None:
    keys = np.random.default_rng(size).integers(0, count, size) if count else np.zeros(0, dtype=np.int64)
    pointer, order = sorted_by(keys, count)
    assert order.tolist() == np.argsort(keys, kind="stable").tolist()
    assert pointer.tolist() == pointers(np.bincount(keys, minlength=count)).tolist()
