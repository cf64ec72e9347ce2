"""Nodes: one volunteer in one slot. Each role gives some; millions are put together block by block and sorted."""

from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

Ints32 = NDArray[np.int32]
Column = NDArray[Any]
Key = str | int

BLOCK = 2**17
"""Runs that are put together at a time: many small arrays would leave holes in memory."""
EVER = np.iinfo(np.int32).max
"""Later than any start."""


class Nodes(NamedTuple):
    """Volunteers at starts of a role, each [n], 32 bits.

    Legs in seconds: `out` place to request, `home` request to place, `back` request to `ends_at`, `turn` request to
    `ends_at` and on to `place`; `first` and `last`: whether it can be that of a tour.
    """

    volunteer: Ints32
    start: Ints32
    shift: Ints32
    out: Ints32
    home: Ints32
    back: Ints32
    turn: Ints32
    level: Ints32
    first: Ints32
    last: Ints32
    pinned: Ints32

    @classmethod
    def joined(cls, parts: Sequence["Nodes"]) -> "Nodes":
        """All nodes of all parts."""
        none = cls(*(np.zeros(0, dtype=np.int32) for _ in cls._fields))
        return cls(*(np.concatenate(columns) for columns in zip(none, *parts, strict=True)))

    def at(self, rows: NDArray[np.integer] | NDArray[np.bool_]) -> "Nodes":
        """Some of the nodes."""
        return Nodes(*(column[rows] for column in self))


class Runs(NamedTuple):
    """Nodes that are alike in all but their start: volunteers at runs of a role's sorted starts, each [n], 32 bits.

    earliest: from this start on it can be the first of a tour. latest: up to this one it can be the last. begin: the
    position of the first start. length: how many starts. All else as in `Nodes`.
    """

    volunteer: Ints32
    shift: Ints32
    out: Ints32
    home: Ints32
    back: Ints32
    turn: Ints32
    level: Ints32
    pinned: Ints32
    earliest: Ints32
    latest: Ints32
    begin: Ints32
    length: Ints32

    @classmethod
    def single(cls, nodes: Nodes) -> "Runs":
        """Each node by itself."""
        columns = nodes._asdict()
        columns["earliest"] = np.where(nodes.first, nodes.start, EVER)
        columns["latest"] = np.where(nodes.last, nodes.start, -EVER)
        columns["begin"], columns["length"] = np.arange(len(nodes.start)), np.ones(len(nodes.start))
        return cls(*(columns[name].astype(np.int32) for name in cls._fields))


class Store:
    """Columns of the nodes of many roles: the fields of `Runs`, and what they add to a tier by its number.

    slots: of all starts, as `begin` counts them; negative where there is none.
    """

    def __init__(self) -> None:
        self.slots = list[int]()
        self._blocks: list[dict[Key, Column]] = []
        self._sizes: list[int] = []
        self._loose: list[dict[Key, Column]] = []
        self._count = 0

    def add(self, runs: Runs, slots: Sequence[int], gains: Mapping[int, Column]) -> None:
        """Some more nodes, with the slots of their starts; a tier that is left out gets nothing from them."""
        columns: dict[Key, Column] = dict(zip(Runs._fields, runs, strict=True))
        columns.update(gains.items())
        columns["begin"] = runs.begin + np.int32(len(self.slots))
        self._loose.append(columns)
        self.slots += slots
        self._count += len(runs.begin)
        if self._count >= BLOCK:
            self.pack()

    def spread(self) -> tuple[Ints32, Ints32]:
        """All nodes that have a slot: their rows in the columns, and their slots; takes `begin` and `length`."""
        length, slots = self.take("length"), np.array(self.slots, dtype=np.int32)
        row, at = spread(self.take("begin"), length)
        slot = slots[at]
        has = slot >= 0
        return (row, slot) if has.all() else (row[has], slot[has])

    def pack(self) -> None:
        """Puts together what came one by one."""
        sizes = [len(part["begin"]) for part in self._loose]
        keys = {key for part in self._loose for key in part}
        self._blocks.append({key: joined(key, self._loose, sizes) for key in keys})
        self._sizes.append(self._count)
        self._loose, self._count = [], 0

    def tiers(self) -> list[int]:
        """The tiers to which any node adds something."""
        return sorted({key for block in self._blocks for key in block if isinstance(key, int)})

    def take(self, key: Key) -> Column:
        """A column of all nodes packed, which are then without it."""
        column = joined(key, self._blocks, self._sizes)
        for block in self._blocks:
            block.pop(key, None)
        return column


def joined(key: Key, parts: Sequence[Mapping[Any, Column]], sizes: Sequence[int]) -> Column:
    """A column of all parts of these sizes; one that lacks it has zeros."""
    kind = np.float64 if isinstance(key, int) else np.int32
    columns = (part.get(key, np.zeros(size, dtype=kind)) for part, size in zip(parts, sizes, strict=True))
    return np.concatenate([np.zeros(0, dtype=kind), *columns])


def spread(begin: Ints32, length: Ints32) -> tuple[Ints32, Ints32]:
    """The nodes of runs: their rows, and the positions of their starts."""
    row = np.repeat(np.arange(len(length), dtype=np.int32), length)
    before = np.cumsum(length, dtype=np.int32) - length
    return row, np.arange(len(row), dtype=np.int32) + (begin - before)[row]
