"""A batch as the peers see it: turns, posts, starts and legs, in whole seconds from the horizon's start."""

from bisect import bisect_left, bisect_right
from dataclasses import dataclass
from functools import cache

import numpy as np
from numpy.typing import NDArray

from benchmarks.peers.eligible import Eligible
from matcher.batch import Batch
from matcher.clock import Clock, whole_seconds
from matcher.places import OPEN, resolve
from matcher.travel import UNREACHABLE, build

Ints = NDArray[np.int64]

ENDLESS = 10**9
"""Stands for no limit: more visits or seconds than any plan has."""


@dataclass(frozen=True)
class Turn:
    """A shift of a volunteer (index in the batch), from `start` to `end`."""

    volunteer: int
    start: int
    end: int


@dataclass(frozen=True)
class Post:
    """A role of a request (index in the batch): its service in seconds, least and most people."""

    request: int
    role: int
    seconds: int
    least: int
    most: int


@dataclass(frozen=True)
class Limits:
    """What a volunteer may be asked: visits, visits a day, seconds of service; `ENDLESS` where nothing is said."""

    visits: int
    daily: int
    seconds: int

    @property
    def any(self) -> bool:
        """Whether there is a limit at all."""
        return min(self.visits, self.daily, self.seconds) < ENDLESS


class Task:
    """A batch in numbers.

    starts: per request, ascending. posts_of: posts of each request. out, back, home [V, R]: seconds from a
    volunteer's place to a request, from it to `ends_at` (open: 0), from it to the place; `UNREACHABLE`: no way.
    options: per turn, the starts of each post that the volunteer may fill in it, if it were the turn's only visit.
    """

    def __init__(self, batch: Batch) -> None:
        self.batch, self.clock, self.eligible = batch, Clock(batch.horizon.start), Eligible(batch)
        self.turns = [
            Turn(v, self.clock.seconds(shift.start), self.clock.seconds(shift.end))
            for v, volunteer in enumerate(batch.volunteers)
            for shift in volunteer.shifts
        ]
        self.posts = [
            Post(q, i, whole_seconds(role.minutes or request.minutes), role.min_count or role.count, role.count)
            for q, request in enumerate(batch.requests)
            for i, role in enumerate(request.roles)
        ]
        self.posts_of: list[list[int]] = [[] for _ in batch.requests]
        for p, post in enumerate(self.posts):
            self.posts_of[post.request].append(p)
        self.step = max(1, whole_seconds(batch.policy.start_step_minutes))
        self.starts = starts_of(batch)
        self.limits = limits_of(batch)
        self.factor = np.array([volunteer.travel_factor for volunteer in batch.volunteers])
        self._measure(batch)
        self.options = [self._options(turn) for turn in self.turns]

    def straight(self, volunteer: int, a: int, b: int) -> int:
        """Seconds of the volunteer's way from the end of request a to request b."""
        return int(self.legs(float(self.factor[volunteer]))[a, b])

    def way(self, volunteer: int, a: int, b: int) -> int:
        """Seconds of the shorter way from a to b, straight or by way of home where that is allowed."""
        via = int(self.home[volunteer, a] + self.out[volunteer, b])
        straight = self.straight(volunteer, a, b)
        return min(straight, via) if self.batch.policy.home_between else straight

    def follows(self, volunteer: int, before: tuple[int, int], after: tuple[int, int]) -> bool:
        """Whether the volunteer can make the visit `after` (post, start) when done with `before`."""
        (a, start), (b, later) = before, after
        ready = start + self.posts[a].seconds
        return ready <= later and ready + self.way(volunteer, self.posts[a].request, self.posts[b].request) <= later

    def _measure(self, batch: Batch) -> None:
        places = resolve(batch)
        travel = build(batch, places)
        homes, factor = places.home[:, None], self.factor[:, None]
        self.out = travel.seconds(homes, places.start[None, :], factor)
        self.home = travel.seconds(places.finish[None, :], homes, factor)
        ends = np.where(places.end == OPEN, places.home, places.end)[:, None]
        self.back = travel.seconds(places.finish[None, :], ends, factor)
        self.back[places.end == OPEN] = 0
        base = travel.base(places.finish[:, None], places.start[None, :])

        @cache
        def legs(factor: float) -> Ints:
            return travel.rounded(base, factor)

        self.legs = legs
        """Seconds from the end of each request to each request [R, R], for people of a travel factor."""

    def _options(self, turn: Turn) -> dict[int, tuple[int, ...]]:
        if not self.posts:
            return {}
        volunteer = self.batch.volunteers[turn.volunteer]
        furthest = volunteer.max_travel_minutes
        request = np.array([post.request for post in self.posts])
        out, back = self.out[turn.volunteer, request], self.back[turn.volunteer, request]
        limit = UNREACHABLE - 1 if furthest is None else whole_seconds(furthest)
        found = {}
        for p in np.flatnonzero((out <= limit) & (out < UNREACHABLE) & (back < UNREACHABLE)).tolist():
            post, starts = self.posts[p], self.starts[request[p]]
            first = bisect_left(starts, turn.start + int(out[p]))
            last = bisect_right(starts, turn.end - int(back[p]) - post.seconds)
            if fit := self._on_days(turn.volunteer, post, starts[first:last]):
                found[p] = fit
        return found

    def _on_days(self, volunteer: int, post: Post, starts: tuple[int, ...]) -> tuple[int, ...]:
        """The starts on whose day the volunteer may fill the post."""
        person, request = self.batch.volunteers[volunteer], self.batch.requests[post.request]
        role = request.roles[post.role]
        may = {day: self.eligible.may(person, request, role, day) for day in {self.clock.day(s) for s in starts}}
        return starts if all(may.values()) else tuple(s for s in starts if may[self.clock.day(s)])


def starts_of(batch: Batch) -> list[tuple[int, ...]]:
    """Possible starts of each request, ascending."""
    clock, step = Clock(batch.horizon.start), max(1, whole_seconds(batch.policy.start_step_minutes))
    return [
        tuple(sorted({s for w in r.windows for s in range(clock.seconds(w.start), clock.seconds(w.end) + 1, step)}))
        for r in batch.requests
    ]


def limits_of(batch: Batch) -> list[Limits]:
    """The limits of each volunteer."""

    def least(*limits: int | None) -> int:
        return min((limit for limit in limits if limit is not None), default=ENDLESS)

    return [
        Limits(
            least(v.max_requests, None if v.max_asks is None else max(0, v.max_asks - v.asked)),
            least(v.max_requests_per_day),
            ENDLESS if v.max_minutes is None else whole_seconds(v.max_minutes),
        )
        for v in batch.volunteers
    ]
