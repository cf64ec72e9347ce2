"""Finds who can fill a role of a request beside what they do already."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from itertools import groupby

import numpy as np

from matcher.batch import Role
from matcher.insertion.asking import Asked
from matcher.insertion.changes import Changes
from matcher.insertion.duties import NONE, Duties
from matcher.insertion.openings import Openings, Spans
from matcher.people import STOPS, Bools, Ints
from matcher.reasons.room import Room, reachable_far

Kind = tuple[str | None, int, int, tuple[int, ...]]
"""Skill, level, seconds of service and possible starts of a role."""


@dataclass(frozen=True)
class Finder:
    """Finds who can serve a request beside the duties of a plan in force. only: these people; null: all."""

    asked: Asked
    duties: Duties
    changes: Changes
    only: Ints | None = None
    _found: dict[Kind, Spans] = field(default_factory=dict)

    def spans(self, role: Role, seconds: int, starts: Sequence[int]) -> Spans:
        """Who passes every rule for a place of so many seconds of service, and where it fits."""
        scene, duties, people = self.asked.scene, self.duties, self.asked.scene.people
        room, reach = Room(scene), scene.batch.policy.reach.get(self.asked.request.priority, 3)
        parts = [Spans(*(np.zeros(0, dtype=np.int64) for _ in Spans._fields))]
        for day, same in groupby(enumerate(starts), key=lambda numbered: scene.clock.day(numbered[1])):
            numbers, moments = zip(*same, strict=True)
            who, level = people.holders(role.skill, role.level, day)
            if self.only is not None:
                who, level = (column[np.isin(who, self.only)] for column in (who, level))
            free = ~self.asked.serving[who] & (duties.count[who] < people.max_requests[who])
            free &= people.asked[who] + duties.count[who] < people.max_asks[who]
            free &= duties.on(day)[who] < people.max_day[who]
            free &= duties.seconds[who] + seconds <= people.max_service[who]
            who, level = who[free], level[free]
            passed = people.first_stop(self.asked.request, day, reach, who) == STOPS.index("")
            near, legs = scene.ways.near(self.asked.index, scene.ways.residents(who), passed)
            who, level, legs = who[near], level[near], reachable_far(legs)
            fits = room.fits(duties.gaps, self.asked.index, who, legs, seconds, moments)
            at = np.searchsorted(who, fits.who)
            legs = legs.at(at)
            bounds = fits.first + numbers[0], fits.last + numbers[0]
            parts.append(Spans(fits.who, level[at], legs.out, legs.home, legs.back, *bounds))
        return Spans(*(np.concatenate(columns) for columns in zip(*parts, strict=True)))

    def openings(self, spans: Spans, start: Ints, seconds: int) -> Openings:
        """The openings of these spans, each at one of its starts."""
        duties = self.duties
        before, after = duties.around(spans.who, start)
        way, waiting, home_to = self._to(spans, start, before)
        onward, more_waiting, home_on = self._on(spans, start + seconds, after)
        return Openings(
            who=spans.who,
            start=start,
            level=spans.level,
            out=spans.out,
            before=before,
            after=after,
            way=way,
            onward=onward,
            home_to=home_to,
            home_on=home_on,
            travel=way + onward - np.where(after == NONE, duties.back[before], duties.travel[after]),
            waiting=waiting + more_waiting - duties.waiting[after],
        )

    def _to(self, spans: Spans, start: Ints, before: Ints) -> tuple[Ints, Ints, Bools]:
        """The way to the new visit: seconds, waiting, and whether it leads over home."""
        scene, duties = self.asked.scene, self.duties
        rows = np.flatnonzero(before != NONE)
        at, out, begin = before[rows], spans.out[rows], start[rows]
        place, factor = scene.places.start[self.asked.index], scene.people.factor[spans.who[rows]]
        straight = scene.travel.seconds(duties.finish[at], place, factor)
        spare = begin - np.maximum(duties.end[at], scene.now)
        home_fits = np.maximum(duties.end[at] + duties.home[at], scene.now) + out <= begin
        return self._better(spans.out, rows, straight, spare, duties.home[at] + out, home_fits)

    def _on(self, spans: Spans, end: Ints, after: Ints) -> tuple[Ints, Ints, Bools]:
        """The same for the way to the visit after; without one, for the way back."""
        scene, duties = self.asked.scene, self.duties
        rows = np.flatnonzero(after != NONE)
        at = after[rows]
        place, factor = scene.places.finish[self.asked.index], scene.people.factor[spans.who[rows]]
        straight = scene.travel.seconds(place, duties.place[at], factor)
        spare, over_home = duties.start[at] - end[rows], spans.home[rows] + duties.out[at]
        return self._better(spans.back, rows, straight, spare, over_home, over_home <= spare)

    def _better(
        self, alone: Ints, rows: Ints, straight: Ints, spare: Ints, over_home: Ints, home_fits: Bools
    ) -> tuple[Ints, Ints, Bools]:
        """At some rows the better way, straight where both are equal; at the others the way `alone`."""
        travel, waiting, home = alone.copy(), np.zeros_like(alone), np.zeros(len(alone), dtype=np.bool_)
        preferred = (straight > spare) | self.changes.prefers_home(straight - over_home, spare - straight)
        home[rows] = preferred & home_fits & self.asked.scene.batch.policy.home_between
        travel[rows] = np.where(home[rows], over_home, straight)
        waiting[rows] = np.where(home[rows], 0, spare - straight)
        return travel, waiting, home
