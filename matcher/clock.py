"""The one place where times become seconds and seconds become times."""

import math
from dataclasses import dataclass
from datetime import date, datetime, timedelta


def whole_seconds(minutes: float) -> int:
    """Minutes as whole seconds, halves rounded up."""
    return math.floor(minutes * 60 + 0.5)


DAY = 86_400
"""Seconds of a day."""


@dataclass(frozen=True)
class Clock:
    """Counts whole seconds from the start of a horizon; days are those of the start's offset."""

    start: datetime

    def seconds(self, moment: datetime) -> int:
        """Whole seconds from the horizon's start to `moment` (negative before it)."""
        passed = moment - self.start
        return passed.days * DAY + passed.seconds + (passed.microseconds >= 500_000)

    def moment(self, seconds: int) -> datetime:
        """The time that lies so many seconds after the horizon's start, at its offset."""
        return self.start + timedelta(seconds=seconds)

    def day(self, seconds: int) -> date:
        """The calendar date at so many seconds after the horizon's start."""
        return self.moment(seconds).date()
