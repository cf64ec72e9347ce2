"""The one place where times become seconds and seconds become times."""

import math
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, timedelta

import numpy as np
from numpy.typing import NDArray


def whole_seconds(minutes: float) -> int:
    """Minutes as whole seconds, halves rounded up."""
    return math.floor(minutes * 60 + 0.5)


def all_whole_seconds(minutes: NDArray[np.float64]) -> NDArray[np.float64]:
    """The same for many, those that are not a number left so."""
    seconds: NDArray[np.float64] = np.floor(minutes * 60 + 0.5)
    return seconds


@dataclass(frozen=True)
class Clock:
    """Counts whole seconds from the start of a horizon; days are those of the start's offset."""

    start: datetime

    def seconds(self, moment: datetime) -> int:
        """Whole seconds from the horizon's start to `moment` (negative before it)."""
        return math.floor((moment - self.start).total_seconds() + 0.5)

    def all_seconds(self, moments: Iterable[datetime]) -> NDArray[np.int64]:
        """Whole seconds from the horizon's start to each moment."""
        passed = np.array([moment.timestamp() for moment in moments]) - self.start.timestamp()
        return np.floor(passed + 0.5).astype(np.int64)

    def moment(self, seconds: int) -> datetime:
        """The time that lies so many seconds after the horizon's start, at its offset."""
        return self.start + timedelta(seconds=seconds)

    def day(self, seconds: int) -> date:
        """The calendar date at so many seconds after the horizon's start."""
        return self.moment(seconds).date()
