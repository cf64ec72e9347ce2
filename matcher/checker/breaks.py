"""Whether a volunteer's tours leave time for the break, and when it is taken."""

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import pairwise
from typing import NamedTuple

from matcher.checker.facts import Facts
from matcher.checker.tours import Day, Span, Tour
from matcher.clock import whole_seconds


@dataclass(frozen=True)
class Taken:
    """A break that is taken. waiting, idle: seconds of it that would be waiting, and idle, without it."""

    start: int
    waiting: int
    idle: int


class _Free(NamedTuple):
    """Free time in one place, seconds. From `waits` on up to `waiting` of it count as waiting; it is idle to `idle`."""

    start: int
    end: int
    waits: int
    waiting: int
    idle: int


def break_of(facts: Facts, day: Day) -> Taken | None:
    """The volunteer's break at the first moment possible; null if none is asked for, or the tours leave no time."""
    asked = day.volunteer.break_
    if asked is None:
        return None
    opens, closes = facts.clock.seconds(asked.start), facts.clock.seconds(asked.end)
    seconds = whole_seconds(asked.minutes)
    free = [time for shift in day.shifts for time in _of_shift(facts, day, shift)]
    possible = [(max(time.start, opens), time) for time in free]
    possible = [(start, time) for start, time in possible if start + seconds <= min(time.end, closes)]
    if not possible:
        return None
    start, time = min(possible)
    waiting = min(time.waiting, max(0, start + seconds - max(start, time.waits)))
    return Taken(start, waiting, max(0, min(start + seconds, time.idle) - start))


def _of_shift(facts: Facts, day: Day, shift: Span) -> Iterator[_Free]:
    """The free times of a shift: all of it if there is no tour."""
    tour = next((tour for tour in day.tours if tour.shift == shift), None)
    if tour is None:
        yield _Free(shift.start, shift.closes, shift.closes, 0, shift.end)
        return
    if facts.policy.leaves == "late" and tour.stops[0].leave is not None:
        yield _Free(tour.ready, tour.stops[0].leave, shift.closes, 0, shift.closes)
    yield from _on_the_way(tour)
    if tour.back is not None:
        yield _Free(tour.over, shift.closes, shift.closes, 0, shift.end)


def _on_the_way(tour: Tour) -> Iterator[_Free]:
    """Before each visit at its place, and after each at its own until the next must be left for."""
    for stop in tour.stops:
        if stop.arrival is not None:
            yield _Free(stop.arrival, stop.visit.start, stop.arrival, stop.waiting, tour.shift.closes)
    for before, stop in pairwise(tour.stops):
        if stop.arrival is not None and stop.travel is not None and stop.leg is not None:
            leave = stop.visit.start - stop.travel
            yield _Free(before.visit.end, leave, stop.arrival - stop.leg, stop.waiting, tour.shift.closes)
