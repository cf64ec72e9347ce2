"""Nodes: one volunteer in one slot. Each role gives some; millions are put together block by block and sorted."""

from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

Ints32 = NDArray[np.int32]
Column = NDArray[Any]
Key = str | int

BLOCK = 2**19
"""Nodes that are put together at a time: many small arrays would leave holes in memory."""


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


class Store:
    """Columns of the nodes of many roles: the fields of `Nodes`, `slot`, and what they add to a tier by its number."""

    def __init__(self) -> None:
        self._blocks: list[dict[Key, Column]] = []
        self._sizes: list[int] = []
        self._loose: list[dict[Key, Column]] = []
        self._count = 0

    def add(self, nodes: Nodes, slot: Column, gains: Mapping[int, Column]) -> None:
        """Some more nodes; a tier that is left out gets nothing from them."""
        columns: dict[Key, Column] = dict(zip((*Nodes._fields, "slot"), (*nodes, slot), strict=True))
        columns.update(gains.items())
        self._loose.append(columns)
        self._count += len(slot)
        if self._count >= BLOCK:
            self.pack()

    def pack(self) -> None:
        """Puts together what came one by one."""
        sizes = [len(part["slot"]) for part in self._loose]
        keys = {key for part in self._loose for key in part}
        self._blocks.append({key: _joined(key, self._loose, sizes) for key in keys})
        self._sizes.append(self._count)
        self._loose, self._count = [], 0

    def tiers(self) -> list[int]:
        """The tiers to which any node adds something."""
        return sorted({key for block in self._blocks for key in block if isinstance(key, int)})

    def take(self, key: Key) -> Column:
        """A column of all nodes packed, which are then without it."""
        column = _joined(key, self._blocks, self._sizes)
        for block in self._blocks:
            block.pop(key, None)
        return column


def _joined(key: Key, parts: Sequence[Mapping[Key, Column]], sizes: Sequence[int]) -> Column:
    kind = np.float64 if isinstance(key, int) else np.int32
    columns = (part.get(key, np.zeros(size, dtype=kind)) for part, size in zip(parts, sizes, strict=True))
    return np.concatenate([np.zeros(0, dtype=kind), *columns])
