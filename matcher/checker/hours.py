"""The terms that look at whole shifts: overtime, idle time, and how evenly work is spread. All in minutes."""

from collections.abc import Mapping
from datetime import timedelta
from typing import NamedTuple

from matcher.batch import Shift
from matcher.checker.breaks import Taken
from matcher.checker.facts import Facts
from matcher.checker.tours import Day, Tour


class Unsent(NamedTuple):
    """Those who have shifts and no visit: how many, and the seconds of the shifts of the one who has most."""

    people: int
    longest: int


def unsent(facts: Facts) -> Unsent:
    """Found in one pass: in a county they are nearly all of the people."""
    shifts = [v.shifts for id_, v in facts.volunteers.items() if v.shifts and id_ not in facts.of_volunteer]
    longest = max(map(_length, shifts), default=timedelta())
    return Unsent(len(shifts), round(longest.total_seconds()))


def _length(shifts: tuple[Shift, ...]) -> timedelta:
    length = shifts[0].end - shifts[0].start
    for shift in shifts[1:]:
        length += shift.end - shift.start
    return length


def overtime(all_days: list[Day]) -> float:
    """How long tours last after the end of their shifts."""
    return sum(max(0, tour.over - tour.shift.end) for day in all_days for tour in day.tours) / 60


def max_idle(facts: Facts, all_days: list[Day], rest: Unsent, breaks: Mapping[str, Taken]) -> float:
    """The idle time of the volunteer who has most of it. breaks: those taken, by volunteer."""
    sent = [day for day in all_days if day.shifts]
    idle = [_idle(facts, d) - (breaks[d.volunteer.id].idle if d.volunteer.id in breaks else 0) for d in sent]
    return max([rest.longest, *idle]) / 60


def workload_spread(all_days: list[Day], rest: Unsent) -> float:
    """Sum over the volunteers with shifts of what their service and travel are away from the mean."""
    worked = [sum(tour.service + tour.travel for tour in day.tours) for day in all_days if day.shifts]
    people = len(worked) + rest.people
    mean = sum(worked) / people if people else 0.0
    return (sum(abs(seconds - mean) for seconds in worked) + rest.people * mean) / 60


def _idle(facts: Facts, day: Day) -> int:
    """Seconds of the shifts that are neither travel nor service; a shift without a tour is all idle."""
    of_shift = {tour.shift: tour for tour in day.tours}
    return sum(
        _idle_around(facts, of_shift[shift]) if shift in of_shift else shift.end - shift.start for shift in day.shifts
    )


def _idle_around(facts: Facts, tour: Tour) -> int:
    """Seconds of a tour that are neither, of its shift before it leaves (late), and of its shift after it."""
    leave = tour.stops[0].leave
    if leave is None:
        return 0
    before = max(0, leave - tour.ready) if facts.policy.leaves == "late" else 0
    between = tour.over - leave - tour.travel - tour.service
    return before + max(0, between) + max(0, tour.shift.end - tour.over)
