"""What has begun is a fact: where the batch as it stands says otherwise, the batch gives way (docs/redispatch.md)."""

from collections.abc import Collection
from dataclasses import replace
from datetime import timedelta
from itertools import pairwise

from matcher.answers.phrases import at, phrase
from matcher.batch import Place, Travel
from matcher.checker import check
from matcher.places import site_places
from matcher.plan import Plan, Visit
from matcher.running.state import State, batch_of
from matcher.running.visits import Key, key_of
from matcher.travel import between

MINUTE = timedelta(minutes=1)
BY_WAYS = {"shift", "overlap", "max_travel", "now"}
"""Rules that a longer way may break."""
AS_STATED = {"stated.leave", "stated.travel"}
"""What a visit says about its way, where that is another now."""
ROAD_CLOSED = phrase("event.road_closed")


def stand_by_roads(state: State, before: Travel) -> None:
    """After roads have closed: visits that cannot be reached any more are let go, those that have begun stay.

    before: the ways until then. Ways that have been gone are not judged again: the volunteer starts where the first of
    these visits is, and each ends where the next one is. Nor, if none leads home in time, is the way home.
    """
    others = _forbidden(replace(state, travel=before), BY_WAYS)
    for mend in (_let_go, _stand_there, _end_anywhere):
        found = _forbidden(state, BY_WAYS) - others
        if not found:
            break
        for id in found:
            mend(state, id)
    for id in _forbidden(state, BY_WAYS | AS_STATED):
        state.concerned.setdefault(id, ROAD_CLOSED)


def _forbidden(state: State, codes: Collection[str]) -> set[str]:
    """The volunteers of whom the checker finds one of these."""
    batch = batch_of(state)
    plan = Plan(schema="matcher.plan/1", batch=batch.id, visits=tuple(state.visits.in_order()))
    found = {violation.volunteer for violation in check(batch, plan).violations if violation.code in codes}
    return {id for id in found if id is not None}


def _let_go(state: State, id: str) -> None:
    for visit in state.visits.of_volunteer(id):
        if key_of(visit) not in state.begun:
            state.release(key_of(visit), ROAD_CLOSED)


def _end_anywhere(state: State, id: str) -> None:
    state.volunteers[id] = state.volunteers[id].model_copy(update={"ends_at": "open"})


def _stand_there(state: State, id: str) -> None:
    volunteer, begun = state.volunteers[id], state.visits.of_volunteer(id)
    if not begun:
        return
    near = site_places(state.batch.sites)
    home = volunteer.place or near[volunteer.site]
    there = {"place": _place(state, begun[0]), "ends_at": volunteer.ends_at or home}
    state.volunteers[id] = volunteer.model_copy(update=there)
    for visit, following in pairwise(begun):
        request = state.requests[visit.request]
        end = {"end_place": _place(state, following)}
        state.requests[visit.request] = request.model_copy(update=end)


def _place(state: State, visit: Visit) -> Place:
    """Where a visit begins."""
    request = state.requests[visit.request]
    return request.place or site_places(state.batch.sites)[request.site]


def _end_place(state: State, visit: Visit) -> Place:
    return state.requests[visit.request].end_place or _place(state, visit)


def settle(state: State, keys: Collection[Key]) -> None:
    """Makes what has begun, but cannot all be kept, fit together again; each time something gives way.

    Of what nobody has reported as started the latest visit; else the end of a visit before another, or the order of
    requests; if nothing else is left, the latest visit.
    """
    visits = [visit for key in keys if (visit := state.visits.get(key))]
    latest = sorted(visits, key=lambda visit: (visit.start, key_of(visit)), reverse=True)
    supposed = [visit for visit in latest if key_of(visit) not in state.started]
    if supposed or not (any(_ended_in_time(state, visit) for visit in latest) or _without_order(state, latest)):
        state.release(key_of((supposed or latest)[0]), phrase("pin.impossible"))


def _without_order(state: State, visits: Collection[Visit]) -> bool:
    """Whether any of the requests waited for another one; then it waits no more."""
    waiting = sorted({visit.request for visit in visits if state.requests[visit.request].after})
    for id in waiting:
        for after in state.requests[id].after:
            state.tell("request.waits_no_more", id, None, before=after.request)
        state.requests[id] = state.requests[id].model_copy(update={"after": ()})
    return bool(waiting)


def _ended_in_time(state: State, visit: Visit) -> bool:
    """Whether the visit before one ended too late for it; then it ended as early as it must have."""
    before = [other for other in state.visits.of_volunteer(visit.volunteer) if other.start < visit.start]
    if not before:
        return False
    one, volunteer = before[-1], state.volunteers[visit.volunteer]
    ways = (_end_place(state, one), _place(state, visit))
    leg = int(between(ways, state.travel, state.batch.policy.min_travel_minutes).seconds(0, 1, volunteer.travel_factor))
    minutes = (visit.start - one.start) / MINUTE - leg / 60
    if not 0 < minutes < state.minutes(one):
        return False
    state.lasts(one, minutes)
    said = at(one.start + minutes * MINUTE, visit.start.tzinfo)
    state.tell("visit.ended_in_time", visit.request, visit.volunteer, before=one.request, end=said)
    return True
