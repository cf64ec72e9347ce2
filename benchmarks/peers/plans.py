"""Makes a plan of what a peer gives: keeps what fits, leaves out groups that are too small, writes ways and times."""

from bisect import bisect_left
from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from datetime import timedelta
from typing import NamedTuple

from benchmarks.peers.task import Task
from benchmarks.peers.worth import Costs
from matcher import Plan
from matcher.plan import Visit


class Stay(NamedTuple):
    """A visit in numbers: by whose turn, to which post, at which start in seconds."""

    turn: int
    post: int
    start: int


def plan_of(task: Task, stays: Iterable[Stay]) -> Plan:
    """The plan of these visits, without those that cannot be made in time and those of requests short of people."""
    kept, before = sorted(stays), -1
    while len(kept) != before:
        before = len(kept)
        kept = _complete(task, [stay for tour in _tours(kept) for stay in _in_time(task, tour)])
    visits = [visit for tour in _tours(kept) for visit in _written(task, tour)]
    visits.sort(key=lambda v: (v.request, v.role, v.volunteer))
    return Plan(schema="matcher.plan/1", batch=task.batch.id, visits=tuple(visits))


def earliest(task: Task, turn: int, posts: Sequence[int]) -> list[Stay]:
    """A tour to posts in this order, each at the first start there is after arrival; what has none is left out."""
    stays: list[Stay] = []
    volunteer = task.turns[turn].volunteer
    for post in posts:
        starts, ready = task.options[turn].get(post, ()), 0
        if stays:
            last = stays[-1]
            a, b = task.posts[last.post], task.posts[post]
            ready = last.start + a.seconds + task.way(volunteer, a.request, b.request)
        first = bisect_left(starts, ready) if stays else 0
        if first < len(starts):
            stays.append(Stay(turn, post, starts[first]))
    return stays


def _tours(stays: Iterable[Stay]) -> list[list[Stay]]:
    """By turn, each by start."""
    tours = defaultdict(list)
    for stay in stays:
        tours[stay.turn].append(stay)
    return [sorted(tours[turn], key=lambda stay: (stay.start, stay.post)) for turn in sorted(tours)]


def _in_time(task: Task, tour: list[Stay]) -> list[Stay]:
    kept: list[Stay] = []
    for stay in tour:
        volunteer = task.turns[stay.turn].volunteer
        fits = stay.start in task.options[stay.turn].get(stay.post, ())
        if fits and (not kept or task.follows(volunteer, kept[-1][1:], stay[1:])):
            kept.append(stay)
    return kept


def _complete(task: Task, stays: list[Stay]) -> list[Stay]:
    """The visits of requests with enough people in every role, at one start."""
    found = Counter(stay.post for stay in stays)
    short = {post.request for p, post in enumerate(task.posts) if not post.least <= found[p] <= post.most}
    return [stay for stay in stays if task.posts[stay.post].request not in short]


def _written(task: Task, tour: list[Stay]) -> list[Visit]:
    costs = Costs(task)
    volunteer = task.turns[tour[0].turn].volunteer
    visits = []
    for i, stay in enumerate(tour):
        post = task.posts[stay.post]
        out = travel = int(task.out[volunteer, post.request])
        via = False
        if i:
            travel, via = _way(task, costs, volunteer, tour[i - 1], stay)
        request, start = task.batch.requests[post.request], task.clock.moment(stay.start)
        visits.append(
            Visit(
                request=request.id,
                role=request.roles[post.role].id,
                volunteer=task.batch.volunteers[volunteer].id,
                start=start,
                end=start + timedelta(seconds=post.seconds),
                leave=start - timedelta(seconds=out) if via or not i else None,
                travel_seconds=travel,
                via_home=via,
            )
        )
    return visits


def _way(task: Task, costs: Costs, volunteer: int, before: Stay, stay: Stay) -> tuple[int, bool]:
    """Seconds of the cheaper way between two visits that there is time for, and whether it is by way of home."""
    a, b = task.posts[before.post], task.posts[stay.post]
    free = stay.start - before.start - a.seconds
    straight = task.straight(volunteer, a.request, b.request)
    home = int(task.home[volunteer, a.request] + task.out[volunteer, b.request])
    if not task.batch.policy.home_between or home > free:
        return straight, False
    waits = costs.travel * straight + costs.waiting * (free - straight)
    return (home, True) if straight > free or costs.travel * home < waits else (straight, False)
