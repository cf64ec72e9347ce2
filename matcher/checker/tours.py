"""The tours of a volunteer: which visits one shift holds, and the legs between them."""

from dataclasses import dataclass
from itertools import pairwise
from typing import NamedTuple

from matcher.batch import Place, Shift, Volunteer
from matcher.checker.facts import Facts, KnownVisit
from matcher.clock import whole_seconds


class Span(NamedTuple):
    """A shift in seconds: its start and end, and when its overtime is over."""

    start: int
    end: int
    closes: int


@dataclass(frozen=True, eq=False)
class Stop:
    """A visit of a tour and the way to it.

    leg: seconds of the last leg. travel: seconds of all its legs. Null: no way leads there.
    leave: when the volunteer leaves home for this visit (first of the tour, or `via_home`), latest: the last moment
    for it. Null: the way starts elsewhere or nowhere.
    arrival: the earliest, null if no way leads there. waiting: seconds between arrival and start, none via home.
    """

    visit: KnownVisit
    leg: int | None
    travel: int | None
    leave: int | None
    latest: int | None
    arrival: int | None
    waiting: int


@dataclass(frozen=True, eq=False)
class Tour:
    """What a volunteer does in one shift.

    shift: the shift. ready: its start, or when the volunteer is home from the tour before, if that is later.
    back: seconds from the last visit to `ends_at`, 0 if open. home: seconds from the last visit
    to `place`, by way of `ends_at` unless open. Null: no way leads there.
    """

    shift: Span
    ready: int
    stops: list[Stop]
    back: int | None
    home: int | None

    @property
    def travel(self) -> int:
        """Seconds of all legs; those that do not exist add nothing."""
        return sum(stop.travel or 0 for stop in self.stops) + (self.back or 0)

    @property
    def service(self) -> int:
        """Seconds of all services."""
        return sum(stop.visit.end - stop.visit.start for stop in self.stops)

    @property
    def over(self) -> int:
        """When the volunteer is back; the last end, if no way leads there."""
        return self.stops[-1].visit.end + (self.back or 0)


@dataclass(frozen=True, eq=False)
class Day:
    """All shifts and tours of a volunteer in the plan, in order, and the visits that no shift holds."""

    volunteer: Volunteer
    shifts: list[Span]
    tours: list[Tour]
    stray: list[KnownVisit]


def days(facts: Facts) -> list[Day]:
    """The tours of all volunteers who have visits."""
    return [_day(facts, visits) for visits in facts.of_volunteer.values()]


def _day(facts: Facts, visits: list[KnownVisit]) -> Day:
    volunteer = visits[0].volunteer
    shifts = spans(facts, volunteer)
    held: dict[Span, list[KnownVisit]] = {}
    stray = []
    for visit in visits:
        shift = next((s for s in shifts if s.start <= visit.start and visit.end <= s.closes), None)
        if shift is None:
            stray.append(visit)
        else:
            held.setdefault(shift, []).append(visit)
    tours: list[Tour] = []
    for shift in sorted(held):
        at_home = max([shift.start, *(tour.stops[-1].visit.end + (tour.home or 0) for tour in tours)])
        tours.append(_tour(facts, shift, at_home, held[shift]))
    return Day(volunteer, shifts, tours, stray)


def spans(facts: Facts, volunteer: Volunteer) -> list[Span]:
    """A volunteer's shifts in order."""
    return sorted(_span(facts, shift) for shift in volunteer.shifts)


def _span(facts: Facts, shift: Shift) -> Span:
    end = facts.clock.seconds(shift.end)
    return Span(facts.clock.seconds(shift.start), end, end + whole_seconds(shift.overtime))


def _tour(facts: Facts, shift: Span, ready: int, visits: list[KnownVisit]) -> Tour:
    volunteer = visits[0].volunteer
    home, last = facts.home(volunteer), facts.end_place(visits[-1].request)
    stops = [_first(facts, ready, visits[0])]
    for before, visit in pairwise(visits):
        stops.append(_via_home(facts, before, visit) if visit.stated.via_home else _straight(facts, before, visit))
    if volunteer.ends_at == "open":
        return Tour(shift, ready, stops, 0, facts.leg(volunteer, last, home))
    ends_at: Place = volunteer.ends_at or home
    back = facts.leg(volunteer, last, ends_at)
    on = 0 if ends_at == home else facts.leg(volunteer, ends_at, home)
    return Tour(shift, ready, stops, back, _sum(back, on))


def _first(facts: Facts, ready: int, visit: KnownVisit) -> Stop:
    leg = facts.leg(visit.volunteer, facts.home(visit.volunteer), facts.place(visit.request))
    if leg is None:
        return Stop(visit, None, None, None, None, None, 0)
    latest = visit.start - leg
    leave = min(latest, _from_now(facts, visit, ready)) if facts.policy.leaves == "shift" else latest
    return Stop(visit, leg, leg, leave, latest, leave + leg, latest - leave)


def _via_home(facts: Facts, before: KnownVisit, visit: KnownVisit) -> Stop:
    home = facts.home(visit.volunteer)
    first = facts.leg(visit.volunteer, facts.end_place(before.request), home)
    second = facts.leg(visit.volunteer, home, facts.place(visit.request))
    leave = None if second is None else visit.start - second
    at_home = None if first is None else _from_now(facts, visit, before.end + first)
    return Stop(visit, second, _sum(first, second), leave, leave, _sum(at_home, second), 0)


def _straight(facts: Facts, before: KnownVisit, visit: KnownVisit) -> Stop:
    leg = facts.leg(visit.volunteer, facts.end_place(before.request), facts.place(visit.request))
    arrival = _sum(_from_now(facts, visit, before.end), leg)
    waiting = 0 if arrival is None else max(0, visit.start - arrival)
    return Stop(visit, leg, leg, None, None, arrival, waiting)


def _from_now(facts: Facts, visit: KnownVisit, moment: int) -> int:
    """When a leg to the visit may leave, if nothing else hinders it from the moment on."""
    return moment if facts.now is None or visit.pinned else max(moment, facts.now)


def _sum(a: int | None, b: int | None) -> int | None:
    return None if a is None or b is None else a + b
