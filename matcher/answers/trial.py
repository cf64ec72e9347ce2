"""What an answer tells while it works."""

from collections.abc import Callable
from dataclasses import dataclass

from matcher.batch import Batch
from matcher.progress import Progress


@dataclass(frozen=True)
class Trial:
    """Something that is tried, told before it begins.

    batch: what is solved or looked at. zh, en: what it is. number: which one of `total` of its kind, 1 is the first.
    """

    batch: Batch
    zh: str
    en: str
    number: int = 1
    total: int = 1


OnTrial = Callable[[Trial | Progress], None]
"""Hears each trial and, until the next one, the reports of all that is solved for it."""


def unheard(told: Trial | Progress) -> None:
    """Hears nothing."""
