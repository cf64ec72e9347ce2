"""The part of a day that events concern, as a batch of its own; all else stands as it is."""

from collections import defaultdict
from collections.abc import Callable, Collection, Iterable, Iterator
from dataclasses import dataclass
from datetime import timedelta
from math import inf

import networkx as nx

from matcher.batch import Batch, Place, Request, Role, Shift, Travel, Volunteer
from matcher.checker.distances import base_seconds
from matcher.checker.sites import Sites
from matcher.policy import PRIORITIES
from matcher.running.state import State, fixed
from matcher.running.visits import key_of
from matcher.where import GridTravel, NetworkTravel, NodePlace

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
        self._sites = Sites(batch.sites)
        self._holders = defaultdict[str | None, list[str]](list)
        for volunteer in batch.volunteers:
            for skill in {None, *(held.skill for held in volunteer.skills)}:
                self._holders[skill].append(volunteer.id)

    def people(self, state: State, request: Request, near: int) -> set[str]:
        """So many for each empty place of a request, those nearest who hold what the role asks for."""
        there, to = (
            state.visits.of_request(request.id),
            nearness(state.travel, request.place or self._sites.place(request.site)),
        )
        found = set[str]()
        for role in request.roles:
            missing = role.count - sum(visit.role == role.id for visit in there)
            if missing > 0:
                able = [state.volunteers[id] for id in self._holders[role.skill]]
                far = [(to(self._home(v)) * v.travel_factor, v.id) for v in able if _may_serve(v, request)]
                found |= {id for _, id in sorted(far)[: near * missing]}
        return found

    def _home(self, volunteer: Volunteer) -> Place:
        return volunteer.place or self._sites.place(volunteer.site)

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


def nearness(travel: Travel, place: Place) -> Callable[[Place], float]:
    """About how many seconds lie between a place and others: blocked cells and one-way roads are not looked at."""
    if isinstance(travel, NetworkTravel) and isinstance(place, NodePlace):
        roads = nx.Graph()
        roads.add_weighted_edges_from((edge.from_, edge.to, edge.seconds) for edge in travel.edges)
        known = nx.single_source_dijkstra_path_length(roads, place.node) if place.node in roads else {}
        return lambda other: known.get(other.node, inf) if isinstance(other, NodePlace) else inf
    if isinstance(travel, GridTravel):
        travel = travel.model_copy(update={"blocked": ()})
    between = base_seconds(travel)
    return lambda other: inf if (seconds := between(other, place)) is None else seconds


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
