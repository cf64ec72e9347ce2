"""What may be changed to mend a gap, in steps: a lever pulled for some objects by some steps gives another batch.

Every lever only allows more: whatever plan was valid stays so, and further steps allow what fewer did.
"""

from collections.abc import Callable, Collection, Iterator
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from functools import partial

from matcher.answers.phrases import Words, at, phrase
from matcher.answers.price import with_request
from matcher.batch import Batch, HeldQualification, HeldSkill, Request, Role, Shift, Volunteer, Window
from matcher.where import GeographicTravel, GridTravel

TEN, SECOND = timedelta(minutes=10), timedelta(seconds=1)
"""A step of time; the least that times differ by."""
MOST_TIMES, MOST_KM = 12, 20
"""Most steps of a shift or a start, two hours; of a way, 20 km."""
BEYOND = 3
"""Reach of those who may come from anywhere."""
GROWN_UP = date(1970, 1, 1)
"""Birth date of a volunteer who is thought of, not named."""

Object = tuple[str, int]
"""What a lever is pulled for: a request, a volunteer, or a shift of a volunteer by its number (0 for the others)."""
Edit = Callable[[Batch, Collection[Object], int], Batch]
"""The batch with the lever pulled for these objects by so many steps."""


@dataclass(frozen=True)
class Lever:
    """One kind of change. code: as in `matcher.plan.Repair`. objects: what it may be pulled for, each by itself.

    most: steps. effort: of one step, in steps of ten minutes. edit: see `Edit`. words: of an object and steps.
    role: it is pulled for; null: none.
    """

    code: str
    objects: tuple[Object, ...]
    most: int
    effort: int
    edit: Edit
    words: Callable[[Object, int], Words]
    role: str | None = None


def levers_of(batch: Batch, request: Request) -> list[Lever]:
    """All that may be changed for a request, first what may be changed for one thing only."""
    found = [*_starts(request), *_counts(request), _reach(batch, request)]
    found += [_volunteers(batch, request, role) for role in request.roles]
    found += [*_shifts(batch), _travel(batch)]
    return [lever for lever in found if lever.objects and lever.most > 0]


def _starts(request: Request) -> Iterator[Lever]:
    for code, sign in (("start.later", 1), ("start.earlier", -1)):

        def edit(batch: Batch, objects: Collection[Object], steps: int, sign: int = sign) -> Batch:
            moments = [(w.end if sign > 0 else w.start) + sign * k * TEN for w in request.windows for k in _to(steps)]
            inside = [m for m in moments if batch.horizon.start <= m <= batch.horizon.end]
            more = tuple(Window(start=moment, end=moment) for moment in inside)
            return with_request(batch, request.id, lambda r: r.model_copy(update={"windows": (*r.windows, *more)}))

        yield Lever("start", ((request.id, 0),), MOST_TIMES, 1, edit, partial(_words, code, request, None))


def _shifts(batch: Batch) -> Iterator[Lever]:
    shifts = {(v.id, i): shift for v in batch.volunteers for i, shift in enumerate(v.shifts)}
    zone = batch.horizon.start.tzinfo

    def words(code: str, object: Object, steps: int) -> Words:
        start, end = (at(moment, zone) for moment in (shifts[object].start, shifts[object].end))
        return phrase(code, volunteer=object[0], start=start, end=end, minutes=10 * steps)

    for code, sign in (("shift.later", 1), ("shift.earlier", -1)):

        def edit(batch: Batch, objects: Collection[Object], steps: int, sign: int = sign) -> Batch:
            return _with_volunteers(batch, objects, lambda v: _widened(v, set(objects), sign * steps * TEN))

        yield Lever("shift", tuple(shifts), MOST_TIMES, 1, edit, partial(words, f"repair.{code}"))


def _widened(volunteer: Volunteer, objects: set[Object], by: timedelta) -> Volunteer:
    """Shifts that begin earlier or end later, as far as the shift before or after lets them."""
    shifts, none = list(volunteer.shifts), timedelta(0)
    ends = sorted(shift.end + timedelta(minutes=shift.overtime) for shift in shifts)
    starts = sorted(shift.start for shift in shifts)
    for i, shift in enumerate(shifts):
        if (volunteer.id, i) in objects:
            start, end = shift.start + min(by, none), shift.end + max(by, none)
            start = max([start, *(_whole(e) for e in ends if e <= shift.start)])
            over = timedelta(minutes=shift.overtime)
            end = min([end, *((s - over).replace(microsecond=0) for s in starts if s >= shift.end + over)])
            shifts[i] = Shift(start=start, end=end, overtime=shift.overtime)
    return volunteer.model_copy(update={"shifts": tuple(shifts)})


def _whole(moment: datetime) -> datetime:
    """The first whole second from a moment on."""
    return moment.replace(microsecond=0) + (SECOND if moment.microsecond else timedelta(0))


def _travel(batch: Batch) -> Lever:
    limited = tuple((v.id, 0) for v in batch.volunteers if v.max_travel_minutes is not None)
    match batch.travel:
        case GridTravel(speed_kmh=speed) | GeographicTravel(speed_kmh=speed):
            minutes, code = 60 / speed, "travel.km"
        case _:
            minutes, code = TEN.total_seconds() / 60, "travel.minutes"

    def edit(batch: Batch, objects: Collection[Object], steps: int) -> Batch:
        return _with_volunteers(batch, objects, lambda v: _further(v, steps * minutes * v.travel_factor))

    return Lever("max_travel", limited, MOST_KM, 1, edit, partial(_words, code, None, None))


def _further(volunteer: Volunteer, minutes: float) -> Volunteer:
    if volunteer.max_travel_minutes is None:
        return volunteer
    return volunteer.model_copy(update={"max_travel_minutes": volunteer.max_travel_minutes + minutes})


def _counts(request: Request) -> Iterator[Lever]:
    for role in request.roles:
        least = role.count if role.min_count is None else role.min_count

        def edit(batch: Batch, objects: Collection[Object], steps: int, id: str = role.id, least: int = least) -> Batch:
            def fewer(asked: Request) -> Request:
                roles = (r.model_copy(update={"min_count": least - steps}) if r.id == id else r for r in asked.roles)
                return asked.model_copy(update={"roles": tuple(roles)})

            return with_request(batch, request.id, fewer)

        yield Lever("count", ((request.id, 0),), least - 1, 2, edit, partial(_words, "count", request, role), role.id)


def _reach(batch: Batch, request: Request) -> Lever:
    now = batch.policy.reach.get(request.priority, BEYOND)

    def edit(batch: Batch, objects: Collection[Object], steps: int) -> Batch:
        reach = {**batch.policy.reach, request.priority: now + steps}
        return batch.model_copy(update={"policy": batch.policy.model_copy(update={"reach": reach})})

    return Lever("reach", ((request.id, 0),), BEYOND - now, 3, edit, partial(_words, "reach", request, None))


def _volunteers(batch: Batch, request: Request, role: Role) -> Lever:
    names = {skill.id: skill.name or skill.id for skill in batch.skills}
    skill = None if role.skill is None else names[role.skill]

    def words(object: Object, steps: int) -> Words:
        return phrase("repair.volunteer" if skill else "repair.anybody", role=role.id, skill=skill, steps=steps)

    def edit(batch: Batch, objects: Collection[Object], steps: int) -> Batch:
        known = {volunteer.id for volunteer in batch.volunteers}
        ids = [f"{request.id}/{role.id}/{k}" for k in _to(steps + len(known))]
        new = [_fitting(batch, request, role, id) for id in [id for id in ids if id not in known][:steps]]
        return batch.model_copy(update={"volunteers": (*batch.volunteers, *new)})

    return Lever("volunteer", ((request.id, 0),), role.count, 6, edit, words, role.id)


def _fitting(batch: Batch, request: Request, role: Role, id: str) -> Volunteer:
    """Somebody who lives where the request is, may fill the role and has time for it."""
    margin = timedelta(minutes=max(60.0, batch.policy.min_travel_minutes))
    longest = timedelta(minutes=max(r.minutes or request.minutes for r in request.roles))
    lag = timedelta(minutes=max((r.lag.max for r in request.roles if r.lag), default=0))
    last = max(window.end + timedelta(minutes=window.late) for window in request.windows)
    shift = Shift(
        start=_whole(min(w.start for w in request.windows) - margin), end=_whole(last + lag + longest + margin)
    )
    return Volunteer(
        id=id,
        site=request.site,
        place=request.place,
        teams=tuple(team.id for team in batch.teams),
        skills=() if role.skill is None else (HeldSkill(skill=role.skill, level=role.level),),
        qualifications=tuple(HeldQualification(id=name) for name in request.qualifications),
        tags=request.tags_required,
        birth_date=GROWN_UP if request.min_age is not None else None,
        shifts=(shift,),
    )


def _with_volunteers(batch: Batch, objects: Collection[Object], change: Callable[[Volunteer], Volunteer]) -> Batch:
    """The batch with those volunteers changed whom objects name."""
    named = {id for id, _ in objects}
    changed = tuple(change(v) if v.id in named else v for v in batch.volunteers)
    return batch.model_copy(update={"volunteers": changed})


def _to(steps: int) -> range:
    return range(1, steps + 1)


def _words(code: str, request: Request | None, role: Role | None, object: Object, steps: int) -> Words:
    return phrase(
        f"repair.{code}",
        request=request and request.id,
        role=role and role.id,
        volunteer=object[0],
        steps=steps,
        minutes=10 * steps,
        least=(role.count if role.min_count is None else role.min_count) - steps if role else None,
    )
