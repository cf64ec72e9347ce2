"""The tours of a volunteer: which visits one shift holds, and the legs between them."""

from dataclasses import dataclass
from itertools import pairwise

from matcher.batch import Interval, Place, Volunteer
from matcher.checker.facts import Facts, KnownVisit


@dataclass(frozen=True, eq=False)
class Stop:
    """A visit of a tour and the way to it.

    from_home: whether the last leg starts at home (first of the tour, or `via_home`).
    leg: seconds of the last leg. travel: seconds of all its legs. Null: no way leads there.
    waiting: seconds between arrival and start.
    """

    visit: KnownVisit
    from_home: bool
    leg: int | None
    travel: int | None
    waiting: int

    @property
    def leave(self) -> int | None:
        """When the volunteer leaves home for this visit; null if the way starts elsewhere or nowhere."""
        return self.visit.start - self.leg if self.from_home and self.leg is not None else None


@dataclass(frozen=True, eq=False)
class Tour:
    """What a volunteer does in one shift.

    back: seconds from the last visit to `ends_at`, 0 if open. home: seconds from the last visit
    to `place`, by way of `ends_at` unless open. Null: no way leads there.
    """

    start: int
    end: int
    stops: list[Stop]
    back: int | None
    home: int | None


@dataclass(frozen=True, eq=False)
class Day:
    """All tours of a volunteer in the plan, in order, and the visits that no shift holds."""

    volunteer: Volunteer
    tours: list[Tour]
    stray: list[KnownVisit]


def days(facts: Facts) -> list[Day]:
    """The tours of all volunteers who have visits."""
    return [_day(facts, visits) for visits in facts.of_volunteer.values()]


def _day(facts: Facts, visits: list[KnownVisit]) -> Day:
    volunteer = visits[0].volunteer
    shifts = sorted(_seconds(facts, shift) for shift in volunteer.shifts)
    held: dict[tuple[int, int], list[KnownVisit]] = {}
    stray = []
    for visit in visits:
        shift = next((s for s in shifts if s[0] <= visit.start and visit.end <= s[1]), None)
        if shift is None:
            stray.append(visit)
        else:
            held.setdefault(shift, []).append(visit)
    return Day(volunteer, [_tour(facts, shift, held[shift]) for shift in shifts if shift in held], stray)


def _seconds(facts: Facts, shift: Interval) -> tuple[int, int]:
    return facts.clock.seconds(shift.start), facts.clock.seconds(shift.end)


def _tour(facts: Facts, shift: tuple[int, int], visits: list[KnownVisit]) -> Tour:
    volunteer = visits[0].volunteer
    home, last = facts.home(volunteer), facts.end_place(visits[-1].request)
    stops = [_first(facts, visits[0])]
    for before, visit in pairwise(visits):
        stops.append(_via_home(facts, before, visit) if visit.stated.via_home else _straight(facts, before, visit))
    if volunteer.ends_at == "open":
        return Tour(*shift, stops, 0, facts.leg(volunteer, last, home))
    ends_at: Place = volunteer.ends_at or home
    back = facts.leg(volunteer, last, ends_at)
    on = 0 if ends_at == home else facts.leg(volunteer, ends_at, home)
    return Tour(*shift, stops, back, _sum(back, on))


def _first(facts: Facts, visit: KnownVisit) -> Stop:
    leg = facts.leg(visit.volunteer, facts.home(visit.volunteer), facts.place(visit.request))
    return Stop(visit, from_home=True, leg=leg, travel=leg, waiting=0)


def _via_home(facts: Facts, before: KnownVisit, visit: KnownVisit) -> Stop:
    home = facts.home(visit.volunteer)
    first = facts.leg(visit.volunteer, facts.end_place(before.request), home)
    second = facts.leg(visit.volunteer, home, facts.place(visit.request))
    return Stop(visit, from_home=True, leg=second, travel=_sum(first, second), waiting=0)


def _straight(facts: Facts, before: KnownVisit, visit: KnownVisit) -> Stop:
    leg = facts.leg(visit.volunteer, facts.end_place(before.request), facts.place(visit.request))
    leave = before.end if facts.now is None or visit.pinned else max(before.end, facts.now)
    waiting = 0 if leg is None else max(0, visit.start - leave - leg)
    return Stop(visit, from_home=False, leg=leg, travel=leg, waiting=waiting)


def _sum(a: int | None, b: int | None) -> int | None:
    return None if a is None or b is None else a + b
