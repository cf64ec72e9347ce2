"""Millions of nodes: put together block by block, sorted in linear time."""

import numpy as np
import pytest

from matcher import nodes
from matcher.instance import pointers, sorted_by
from matcher.nodes import Nodes, Store


def made(rng: np.random.Generator, count: int) -> Nodes:
    return Nodes(*rng.integers(0, 1000, (len(Nodes._fields), count), dtype=np.int32))


@pytest.mark.parametrize("block", [1, 7, 10**6])
def test_a_store_holds_all_in_the_order_they_came(block: int, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(nodes, "BLOCK", block)
    rng = np.random.default_rng(0)
    parts = [made(rng, count) for count in (3, 0, 5, 4, 1)]
    store = Store()
    for number, part in enumerate(parts):
        store.add(part, np.full(len(part.start), number, dtype=np.int32), {2: part.out / 2} if number % 2 == 0 else {})
    store.pack()
    assert store.tiers() == [2]
    assert store.take("slot").tolist() == [0, 0, 0, 2, 2, 2, 2, 2, 3, 3, 3, 3, 4]
    for name, column in zip(Nodes._fields, Nodes.joined(parts), strict=True):
        taken = store.take(name)
        assert taken.dtype == np.int32
        assert taken.tolist() == column.tolist()
    half = [part.out / 2 if number % 2 == 0 else np.zeros(len(part.out)) for number, part in enumerate(parts)]
    assert store.take(2).tolist() == np.concatenate(half).tolist()


def test_an_empty_store_has_empty_columns() -> None:
    store = Store()
    store.pack()
    assert store.tiers() == []
    assert store.take("slot").dtype == np.int32
    assert store.take(0).dtype == np.float64


@pytest.mark.parametrize(("size", "count"), [(0, 0), (0, 3), (1, 1), (500, 1), (500, 40), (20, 70_000)])
def test_sorting_is_stable(size: int, count: int) -> None:
    keys = np.random.default_rng(size).integers(0, count, size) if count else np.zeros(0, dtype=np.int64)
    pointer, order = sorted_by(keys, count)
    assert order.tolist() == np.argsort(keys, kind="stable").tolist()
    assert pointer.tolist() == pointers(np.bincount(keys, minlength=count)).tolist()
