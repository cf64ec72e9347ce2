"""The terms that look at whole shifts: overtime, idle time, and how evenly work is spread. All in minutes."""

from collections.abc import Mapping

from matcher.batch import Volunteer
from matcher.checker.breaks import Taken
from matcher.checker.facts import Facts
from matcher.checker.tours import Day, Tour, spans


def overtime(all_days: list[Day]) -> float:
    """How long tours last after the end of their shifts."""
    return sum(max(0, tour.over - tour.shift.end) for day in all_days for tour in day.tours) / 60


def max_idle(facts: Facts, all_days: list[Day], breaks: Mapping[str, Taken]) -> float:
    """The idle time of the volunteer who has most of it. breaks: those taken, by volunteer."""
    tours = {day.volunteer.id: day.tours for day in all_days}
    idle = [
        _idle(facts, v, tours.get(v.id, [])) - (breaks[v.id].idle if v.id in breaks else 0)
        for v in facts.batch.volunteers
        if v.shifts
    ]
    return max(idle, default=0) / 60


def workload_spread(facts: Facts, all_days: list[Day]) -> float:
    """Sum over the volunteers with shifts of what their service and travel are away from the mean."""
    worked = dict.fromkeys((v.id for v in facts.batch.volunteers if v.shifts), 0)
    worked |= {d.volunteer.id: sum(t.service + t.travel for t in d.tours) for d in all_days if d.volunteer.shifts}
    mean = sum(worked.values()) / len(worked) if worked else 0.0
    return sum(abs(seconds - mean) for seconds in worked.values()) / 60


def _idle(facts: Facts, volunteer: Volunteer, tours: list[Tour]) -> int:
    """Seconds of the shifts that are neither travel nor service; a shift without a tour is all idle."""
    if not tours:
        return sum(round((shift.end - shift.start).total_seconds()) for shift in volunteer.shifts)
    of_shift = {tour.shift: tour for tour in tours}
    return sum(
        _idle_around(facts, of_shift[shift]) if shift in of_shift else shift.end - shift.start
        for shift in spans(facts, volunteer)
    )


def _idle_around(facts: Facts, tour: Tour) -> int:
    """Seconds of a tour that are neither, of its shift before it leaves (late), and of its shift after it."""
    leave = tour.stops[0].leave
    if leave is None:
        return 0
    before = max(0, leave - tour.ready) if facts.policy.leaves == "late" else 0
    between = tour.over - leave - tour.travel - tour.service
    return before + max(0, between) + max(0, tour.shift.end - tour.over)
