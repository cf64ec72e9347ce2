"""Tiny batches in few words: a straight road where one cell is one minute, days from 21 July 2026 on."""

from datetime import datetime, timedelta, timezone
from typing import Any, TypeVar

from matcher.batch import (
    Batch,
    CellPlace,
    FixedVisit,
    GridTravel,
    Horizon,
    Interval,
    Request,
    Role,
    Shift,
    Volunteer,
    Window,
)
from matcher.checker import Report, Violation, check
from matcher.plan import Plan, Visit

Timed = TypeVar("Timed", bound=Interval)
MIDNIGHT = datetime(2026, 7, 21, tzinfo=timezone(timedelta(hours=8)))


def at(clock: str, day: int = 0) -> datetime:
    """A time such as `9:30` or `9:30:15` on a day, 0 is the first."""
    hours, minutes, seconds = (*map(int, clock.split(":")), 0)[:3]
    return MIDNIGHT + timedelta(days=day, hours=hours, minutes=minutes, seconds=seconds)


def span(start: str, end: str, day: int = 0) -> Interval:
    return Interval(start=at(start, day), end=at(end, day))


def mark(minute: int) -> CellPlace:
    """The place so many minutes along the road."""
    return CellPlace(cell=(0, minute))


def volunteer(id: str = "v", home: int = 0, **fields: Any) -> Volunteer:
    """Out from 8:00 to 18:00 on the first day unless told otherwise."""
    usual = {"id": id, "place": mark(home), "shifts": (span("8:00", "18:00"),)} | fields
    return Volunteer(**(usual | {"shifts": [_as(Shift, shift) for shift in usual["shifts"]]}))


def role(id: str = "a", **fields: Any) -> Role:
    return Role(id=id, **fields)


def request(
    id: str = "r", where: int = 0, start: str = "9:00", until: str = "", day: int = 0, **fields: Any
) -> Request:
    """An hour for one person, starting at `start` or in steps up to `until`."""
    window = span(start, until or start, day)
    usual = {"id": id, "place": mark(where), "windows": (window,), "minutes": 60, "roles": (role(),)} | fields
    return Request(**(usual | {"windows": [_as(Window, window) for window in usual["windows"]]}))


def _as(kind: type[Timed], interval: Interval) -> Timed:
    """A shift or window, made of a span that is none yet."""
    return interval if isinstance(interval, kind) else kind(start=interval.start, end=interval.end)


def batch(volunteers: list[Volunteer], requests: list[Request], **fields: Any) -> Batch:
    horizon = Horizon(start=MIDNIGHT, end=MIDNIGHT + timedelta(days=3))
    travel = GridTravel(kind="grid", cell_metres=1000, metric="manhattan", speed_kmh=60)
    usual = {"schema": "matcher.batch/1", "id": "b", "horizon": horizon, "travel": travel}
    return Batch(**(usual | {"volunteers": volunteers, "requests": requests} | fields))


def visit(
    request: str = "r", volunteer: str = "v", start: str = "9:00", role: str = "a", day: int = 0, **fields: Any
) -> Visit:
    return Visit(request=request, role=role, volunteer=volunteer, start=at(start, day), **fields)


def fixed(request: str = "r", volunteer: str = "v", start: str = "9:00", role: str = "a", day: int = 0) -> FixedVisit:
    return FixedVisit(request=request, role=role, volunteer=volunteer, start=at(start, day))


def plan(*visits: Visit, **fields: Any) -> Plan:
    return Plan(**({"schema": "matcher.plan/1", "batch": "b", "visits": visits} | fields))


def judged(b: Batch, *visits: Visit) -> Report:
    return check(b, plan(*visits))


def valid(b: Batch, *visits: Visit) -> Report:
    """The report of a plan that must break nothing."""
    report = judged(b, *visits)
    assert report.violations == ()
    assert report.valid
    return report


def broken(b: Batch, *visits: Visit) -> Violation:
    """The one violation of a plan that must have just one."""
    report = judged(b, *visits)
    assert len(report.violations) == 1, report.violations
    assert not report.valid
    return report.violations[0]


def remarked(b: Batch, *visits: Visit) -> set[str]:
    """Codes of the remarks of a plan that must break nothing."""
    return {remark.code for remark in valid(b, *visits).remarks}


def term(name: str, b: Batch, *visits: Visit) -> float:
    """Amount of a term in a plan that must break nothing."""
    return valid(b, *visits).score.terms[name]
