"""When people can be out on a day that the imported sheets did not cover.

What was imported repeats with the length of its horizon: of a week's sheets, every Tuesday is like that Tuesday; of a
day's sheets, every day is like that day.
"""

import math
from collections.abc import Callable
from datetime import datetime, timedelta
from typing import TypeVar

from matcher.batch import Horizon, Interval, Shift, Volunteer
from matcher.clock import whole_seconds

Span = TypeVar("Span", bound=Interval)


def on(known: Horizon, day: Horizon) -> Callable[[Volunteer], Volunteer]:
    """How a volunteer's shifts and break are on a day; `known`: the horizon they were given for."""
    if known == day:
        return lambda volunteer: volunteer
    period = timedelta(days=max(1, math.ceil((known.end - known.start) / timedelta(days=1))))

    def there(volunteer: Volunteer) -> Volunteer:
        shifts = _apart([each for shift in volunteer.shifts for each in _repeated(shift, period, day)])
        rests = _repeated(volunteer.break_, period, day) if volunteer.break_ else []
        return volunteer.model_copy(update={"shifts": shifts, "break_": rests[0] if rests else None})

    return there


def _repeated(interval: Span, period: timedelta, day: Horizon) -> list[Span]:
    """The repetitions of an interval that begin on the day."""
    count = math.ceil((day.start - interval.start) / period)
    found = []
    while (start := interval.start + count * period) < day.end:
        end = interval.end + count * period
        found.append(interval.model_copy(update={"start": start, "end": end}))
        count += 1
    return found


def _apart(shifts: list[Shift]) -> tuple[Shift, ...]:
    """The shifts without those that begin before an earlier one is over, with its overtime."""
    kept, over = list[Shift](), None
    for shift in sorted(shifts, key=lambda shift: shift.start):
        if over is None or shift.start >= over:
            kept.append(shift)
            over = _over(shift)
    return tuple(kept)


def _over(shift: Shift) -> datetime:
    return shift.end + timedelta(seconds=whole_seconds(shift.overtime))
