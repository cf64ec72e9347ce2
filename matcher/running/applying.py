"""What each kind of event does to a day as it stands (docs/redispatch.md)."""

from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from datetime import UTC, datetime, timedelta

from matcher.answers.phrases import Words, phrase
from matcher.batch import Edge, GridTravel, NetworkTravel, Request, Shift
from matcher.clock import whole_seconds
from matcher.events import Event, Events, Kind, RoadClosed
from matcher.plan import Visit
from matcher.running.state import State, home_by
from matcher.running.visits import Key, key_of

MINUTE, DAY = timedelta(minutes=1), timedelta(days=1)
LATE_REPORT = 60
"""Minutes after the planned end up to which a report of the end is taken for the end."""


def apply(state: State, events: Events) -> None:
    """Changes the day by checked events, in the order of their times; then what has begun by `now` is pinned."""
    state.now = events.now if state.now is None else max(state.now, events.now)
    for event in sorted(events.events, key=lambda each: each.at):
        _HOW[event.kind](state, event)
    state.begun |= {key_of(visit) for visit in state.visits if _sets_out(state, visit) < state.now}
    state.pinned |= state.begun
    for request in sorted({key[0] for key in state.begun}):
        _go_on(state, request)


def _sets_out(state: State, visit: Visit) -> datetime:
    """When the volunteer leaves for a visit at the latest: from home, or from where they are and have been kept."""
    planned = visit.leave or visit.start - timedelta(seconds=visit.travel_seconds or 0)
    others = state.visits.of_volunteer(visit.volunteer)
    return max([planned, *(state.end(other) for other in others if other.start < visit.start)])


def _go_on(state: State, id: str) -> None:
    """A request that has begun goes on with who is there, also if they are fewer than it needs."""
    request, there = state.requests[id], Counter(visit.role for visit in state.visits.of_request(id))
    least = {role.id: role.count if role.min_count is None else role.min_count for role in request.roles}
    if all(there[role] >= number for role, number in least.items()):
        return
    kept = [role for role in request.roles if there[role.id]]
    if len(kept) < len(request.roles):
        state.tell("request.goes_on", id, None)
    roles = (role.model_copy(update={"min_count": min(least[role.id], there[role.id])}) for role in kept)
    state.requests[id] = request.model_copy(update={"roles": tuple(roles)})


def _key(event: Event) -> Key:
    return event.request or "", event.volunteer or ""


def _visit(state: State, event: Event) -> Visit | None:
    """The visit that an event is about; null, and told, if the plan in force has none."""
    found = state.visits.get(_key(event))
    if found is None:
        state.tell("event.no_visit", event.request, event.volunteer)
    return found


def _accepted(state: State, event: Event) -> None:
    if _visit(state, event):
        state.pinned.add(_key(event))


def _started(state: State, event: Event) -> None:
    if _visit(state, event):
        for known in (state.pinned, state.begun, state.started):
            known.add(_key(event))


def _finished(state: State, event: Event) -> None:
    """Served for so many minutes, else until the event; where that is longer than planned, so is the role.

    A report that comes more than an hour late, or when somebody of the role has started elsewhere, tells no time.
    """
    visit = _visit(state, event)
    if visit is None:
        return
    _started(state, event)
    planned = state.minutes(visit)
    lasted = (event.at - visit.start) / MINUTE if event.minutes is None else event.minutes
    if planned < lasted <= (planned + LATE_REPORT if event.minutes is None else lasted):
        company = [v.volunteer for v in state.visits.of_request(visit.request) if v.role == visit.role]
        elsewhere = [v for id in company for v in state.visits.of_volunteer(id) if v.start > visit.start]
        if not any((v.request, v.volunteer) in state.started for v in elsewhere):
            _longer(state, visit, lasted, _why(event))


def _longer(state: State, visit: Visit, minutes: float, why: Words) -> None:
    """The role of a visit takes so many minutes, for all in it: they stay out longer, and start nothing meanwhile."""
    planned = state.end(visit)
    state.lasts(visit, minutes)
    end = state.end(visit)
    for other in state.visits.of_request(visit.request):
        if other.role != visit.role:
            continue
        state.concerned.setdefault(other.volunteer, why)
        for later in state.visits.of_volunteer(other.volunteer):
            key = key_of(later)
            if visit.start < later.start < end and key not in state.started:
                state.release(key, why)
        _stay_out(state, other, end - planned)


def _stay_out(state: State, visit: Visit, more: timedelta) -> None:
    """The shift that holds a visit ends so much later, up to the next one; which begins later if the visit needs it."""
    volunteer, back, free = state.volunteers[visit.volunteer], home_by(state, visit), datetime.min.replace(tzinfo=UTC)
    starts, shifts = sorted(shift.start for shift in volunteer.shifts), list[Shift]()
    for shift in sorted(volunteer.shifts, key=lambda shift: shift.start):
        over = shift.overtime * MINUTE
        if shift.start <= visit.start <= shift.end + over:
            room = [start - over for start in starts if start > shift.start]
            end = max(shift.end, min([shift.end + more, *room]), back - over)
            shifts.append(shift.model_copy(update={"end": end}))
            free = end + over
        elif max(shift.start, free) < shift.end:
            shifts.append(shift.model_copy(update={"start": max(shift.start, free)}))
    state.volunteers[visit.volunteer] = volunteer.model_copy(update={"shifts": tuple(shifts)})


def _refused(state: State, event: Event) -> None:
    """Said no, or nothing in time: is not asked again for this request, and having been asked counts."""
    request, volunteer = state.requests.get(event.request or ""), state.volunteers[event.volunteer or ""]
    why = _why(event)
    if request is not None and volunteer.id not in request.excluded:
        excluded = (*request.excluded, volunteer.id)
        state.requests[request.id] = request.model_copy(update={"excluded": excluded})
        state.volunteers[volunteer.id] = volunteer.model_copy(update={"asked": volunteer.asked + 1})
    if _visit(state, event):
        state.release(_key(event), why)


def _no_show(state: State, event: Event) -> None:
    """Did not come: is not sent there any more, nor anywhere else that day."""
    _refused(state, event)
    zone = state.batch.horizon.start.tzinfo
    midnight = event.at.astimezone(zone).replace(hour=0, minute=0, second=0, microsecond=0)
    _out(state, event, midnight + DAY)


def _sick(state: State, event: Event) -> None:
    """Falls out from the event on."""
    _out(state, event, None)


def _out(state: State, event: Event, until: datetime | None) -> None:
    """Takes a volunteer out from the event until a moment, or for good; visits that have begun are kept."""
    id, why = event.volunteer or "", _why(event)
    state.concerned.setdefault(id, why)
    for visit in state.visits.of_volunteer(id):
        key = key_of(visit)
        if visit.start >= event.at and key not in state.started and (until is None or visit.start < until):
            state.release(key, why)
    kept = [(visit.start, home_by(state, visit)) for visit in state.visits.of_volunteer(id)]
    pieces = (piece for shift in state.volunteers[id].shifts for piece in _without(shift, event.at, until, kept))
    state.volunteers[id] = state.volunteers[id].model_copy(update={"shifts": tuple(pieces)})


def _without(
    shift: Shift, start: datetime, end: datetime | None, kept: Sequence[tuple[datetime, datetime]]
) -> Iterator[Shift]:
    """What is left of a shift without the time from start to end; kept: start and return of visits that need it."""
    close = shift.end + shift.overtime * MINUTE
    if close <= start or (end is not None and shift.start >= end):
        yield shift
        return
    needed = max((back for begin, back in kept if shift.start <= begin <= close), default=start)
    if shift.start < max(start, needed):
        yield Shift(start=shift.start, end=max(start, needed))
    if end is not None and close > max(end, needed):
        yield Shift(start=max(end, needed), end=max(shift.end, end, needed), overtime=shift.overtime)


def _late(state: State, event: Event) -> None:
    """Comes so many minutes after the planned start: leaves home so much later, or stays so long where they are."""
    visit = _visit(state, event)
    if visit is None or event.minutes is None:
        return
    by, why = timedelta(seconds=whole_seconds(event.minutes)), _why(event)
    state.concerned.setdefault(visit.volunteer, why)
    mine = state.visits.of_volunteer(visit.volunteer)
    for later in mine:
        key = key_of(later)
        if visit.start <= later.start < visit.start + by and key not in state.started:
            state.release(key, why)
    volunteer, shifts = state.volunteers[visit.volunteer], list[Shift]()
    for shift in volunteer.shifts:
        holds = shift.start <= visit.start <= shift.end + shift.overtime * MINUTE
        before = [other for other in mine if shift.start <= other.start < visit.start]
        free = (visit.leave or visit.start) + by
        if holds and before:
            _longer(state, before[-1], state.minutes(before[-1]) + event.minutes, why)
        elif holds:
            shifts += [shift.model_copy(update={"start": max(shift.start, free)})] if free < shift.end else []
            continue
        shifts.append(shift)
    state.volunteers[visit.volunteer] = volunteer.model_copy(update={"shifts": tuple(shifts)})


def _new_request(state: State, event: Event) -> None:
    request = event.payload
    if isinstance(request, Request) and request.id not in state.requests:
        state.requests[request.id] = request
        state.touched.setdefault(request.id, _why(event))


def _withdrawn(state: State, event: Event) -> None:
    id = event.request or ""
    for visit in state.visits.of_request(id):
        state.release(key_of(visit), _why(event))
    if state.requests.pop(id, None) is None:
        return
    state.touched.pop(id, None)
    for other in list(state.requests.values()):
        kept = tuple(after for after in other.after if after.request != id)
        if len(kept) < len(other.after):
            state.requests[other.id] = other.model_copy(update={"after": kept})


def _road_closed(state: State, event: Event) -> None:
    """The ways are longer, or there are none; visits that cannot be reached in time are let go afterwards.

    Whoever is at a node that no road leads to any more can still serve there.
    """
    closed, travel = event.payload, state.travel
    if isinstance(closed, RoadClosed) and isinstance(travel, GridTravel):
        blocked = tuple(dict.fromkeys((*travel.blocked, *closed.cells)))
        state.travel = travel.model_copy(update={"blocked": blocked})
    if isinstance(closed, RoadClosed) and isinstance(travel, NetworkTravel):
        ends = {frozenset(edge) for edge in closed.edges}
        edges = [edge for edge in travel.edges if frozenset((edge.from_, edge.to)) not in ends]
        open_ = {node for edge in edges for node in (edge.from_, edge.to)}
        cut_off = {node for pair in ends for node in pair} - open_
        edges += [Edge.model_validate({"from": node, "to": node, "seconds": 0}) for node in sorted(cut_off)]
        state.travel = travel.model_copy(update={"edges": tuple(edges)})


def _why(event: Event) -> Words:
    request = event.payload.id if isinstance(event.payload, Request) else event.request
    minutes = "" if event.minutes is None else f"{event.minutes:g}"
    return phrase(f"event.{event.kind}", request=request, volunteer=event.volunteer, minutes=minutes)


_HOW: dict[Kind, Callable[[State, Event], None]] = {
    "accepted": _accepted,
    "declined": _refused,
    "expired": _refused,
    "no_show": _no_show,
    "sick": _sick,
    "late": _late,
    "started": _started,
    "finished": _finished,
    "new_request": _new_request,
    "withdrawn": _withdrawn,
    "road_closed": _road_closed,
}
