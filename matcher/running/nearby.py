"""The part of a day that events concern, as a batch of its own; all else stands as it is."""

from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import timedelta

import numpy as np
from numpy.typing import NDArray

from matcher.batch import Batch, Place, Request, Role, Shift, Travel, Volunteer
from matcher.places import site_places
from matcher.policy import PRIORITIES
from matcher.running.state import State, fixed
from matcher.running.visits import key_of
from matcher.travel import between

MOST_OPEN = 12
"""Requests with empty places that those who are free now are looked at for."""
NAMING = ("preferred", "excluded", "familiar")
"""Fields of a request that name volunteers."""
WEEK = timedelta(days=7)


@dataclass(frozen=True)
class Part:
    """A batch in which only `people` may be sent otherwise than they are; the others in it are pinned and no more."""

    batch: Batch
    people: frozenset[str]


class Nearby:
    """Finds who could fill the places of a request, nearest first. Made once for a day: who holds a skill is kept."""

    def __init__(self, batch: Batch) -> None:
        self._sites = site_places(batch.sites)
        self._holders = defaultdict[str | None, list[str]](list)
        for volunteer in batch.volunteers:
            for skill in {None, *(held.skill for held in volunteer.skills)}:
                self._holders[skill].append(volunteer.id)

    def people(self, state: State, request: Request, near: int) -> set[str]:
        """So many for each empty place of a request, those nearest who hold what the role asks for."""
        there, place = state.visits.of_request(request.id), request.place or self._sites[request.site]
        found = set[str]()
        for role in request.roles:
            missing = role.count - sum(visit.role == role.id for visit in there)
            if missing > 0:
                held = (state.volunteers[id] for id in self._holders[role.skill])
                able = [volunteer for volunteer in held if _may_serve(volunteer, request)]
                homes = [volunteer.place or self._sites[volunteer.site] for volunteer in able]
                far = ways_to(place, homes, state.travel) * [volunteer.travel_factor for volunteer in able]
                ids = [volunteer.id for volunteer in able]
                found |= {id for _, id in sorted(zip(far.tolist(), ids, strict=True))[: near * missing]}
        return found

    def open_requests(self, state: State, people: Collection[str]) -> list[str]:
        """Some requests with empty places that these people hold a skill for, the most pressing first."""
        skills = {held.skill for id in people for held in state.volunteers[id].skills}
        filled = defaultdict[tuple[str, str], int](int)
        for visit in state.visits:
            filled[visit.request, visit.role] += 1
        found = [
            (PRIORITIES.index(request.priority), -request.value, request.id)
            for request in state.requests.values()
            if any(_open(role, filled[request.id, role.id], skills) for role in request.roles)
        ]
        return [id for _, _, id in sorted(found)[:MOST_OPEN]]


def ways_to(place: Place, homes: Sequence[Place], travel: Travel) -> NDArray[np.float64]:
    """Seconds from each home to a place, infinite where no way leads."""
    ways = between((place, *homes), travel)
    return ways.base(np.arange(1, len(homes) + 1), np.zeros(len(homes), np.intp))


def _open(role: Role, filled: int, skills: Collection[str]) -> bool:
    return filled < role.count and (role.skill is None or role.skill in skills)


def _may_serve(volunteer: Volunteer, request: Request) -> bool:
    """Whether rules that are quickly looked at let them go; the others are left to the solver."""
    return (
        volunteer.id not in request.excluded
        and bool(volunteer.shifts)
        and (request.team is None or request.team in volunteer.teams)
        and set(request.tags_required) <= set(volunteer.tags)
        and set(request.qualifications) <= {held.id for held in volunteer.qualifications}
    )


def part_of(state: State, requests: Iterable[str], people: Iterable[str]) -> Part:
    """The batch of requests that may be planned anew, and of people beside those who serve them.

    With them come all requests these people serve and those linked to either; whoever else serves those is pinned.
    """
    of_request, of_volunteer = state.visits.of_request, state.visits.of_volunteer
    free, inside = {*people}, {*requests}
    free |= {v.volunteer for id in inside for v in of_request(id)}
    inside |= {v.request for who in free for v in of_volunteer(who)}
    together = {id for id in inside if state.requests[id].one_team}
    free |= {v.volunteer for id in together for v in of_request(id)}
    inside |= {v.request for who in free for v in of_volunteer(who)}
    inside = _linked(state, inside)
    known = [visit for id in sorted(inside) for visit in of_request(id)]
    outside = {visit.volunteer for visit in known} - free
    kept = [v for v in known if v.volunteer in outside or key_of(v) in state.pinned]
    batch = state.batch.model_copy(
        update={
            "now": state.now,
            "travel": state.travel,
            "volunteers": (*(state.volunteers[id] for id in sorted(free)), *_bound(state, outside)),
            "requests": tuple(_naming(state.requests[id], free | outside) for id in sorted(inside)),
            "pins": tuple(map(fixed, kept)),
            "previous": tuple(fixed(visit) for visit in known if visit not in kept),
        }
    )
    return Part(batch, frozenset(free))


def _linked(state: State, requests: set[str]) -> set[str]:
    """The requests with all that they follow or that follow them, at any distance."""
    links = defaultdict[str, set[str]](set)
    for request in state.requests.values():
        for after in request.after:
            links[request.id].add(after.request)
            links[after.request].add(request.id)
    found, waiting = set(requests), list(requests)
    while waiting:
        more = links.get(waiting.pop(), set()) - found
        found |= more
        waiting += more
    return found


def _bound(state: State, outside: Iterable[str]) -> Iterator[Volunteer]:
    """People who only keep what is pinned: they have time for it, and for nothing else."""
    start, end = state.batch.horizon.start - WEEK, state.batch.horizon.end + WEEK
    for id in sorted(outside):
        limits = {"max_requests": 0, "shifts": (Shift(start=start, end=end),), "break_": None}
        yield state.volunteers[id].model_copy(update=limits)


def _naming(request: Request, known: Collection[str]) -> Request:
    """The request, in which only people of the part are named."""
    named = {name: tuple(id for id in getattr(request, name) if id in known) for name in NAMING}
    return request.model_copy(update=named)
