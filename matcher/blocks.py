"""Spans of many roles become nodes together: a role by itself has few."""

from collections.abc import Mapping, Sequence

import numpy as np

from matcher.candidates import Finder, Spans
from matcher.gains import Floats
from matcher.nodes import BLOCK, Store, joined


class Blocks:
    """Puts the spans of roles into a store, block by block."""

    def __init__(self, finder: Finder, store: Store) -> None:
        self._finder, self._store = finder, store
        self._clear()

    def _clear(self) -> None:
        self._spans, self._gains = list[Spans](), list[Mapping[int, Floats]]()
        self._seconds, self._slots = list[int](), list[int]()
        self._sizes, self._count = list[int](), 0

    def add(
        self, spans: Spans, gains: Mapping[int, Floats], starts: Sequence[int], seconds: int, slot_at: Mapping[int, int]
    ) -> None:
        """The spans of a role in its starts, of which some have slots, with what they add to each tier."""
        self._spans.append(spans._replace(first=spans.first + len(self._slots)))
        self._gains.append(gains)
        self._seconds.append(seconds)
        self._slots += [slot_at.get(start, -1) for start in starts]
        self._sizes.append(len(spans.who))
        self._count += len(spans.who)
        if self._count >= BLOCK:
            self.flush()

    def flush(self) -> None:
        """Hands over what is there."""
        if self._count:
            spans = Spans(*(np.concatenate(columns) for columns in zip(*self._spans, strict=True)))
            runs = self._finder.runs(spans, np.repeat(self._seconds, self._sizes))
            tiers = sorted({tier for gains in self._gains for tier in gains})
            self._store.add(runs, self._slots, {tier: joined(tier, self._gains, self._sizes) for tier in tiers})
        self._clear()
