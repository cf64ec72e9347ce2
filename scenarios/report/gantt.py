"""The days of the busiest volunteers: who serves what when, and what is different from the baseline."""

import math
from collections.abc import Iterable, Iterator, Sequence
from datetime import datetime, timedelta, tzinfo
from html import escape
from itertools import groupby

from matcher import Plan
from matcher.plan import Visit
from scenarios.report.draw import BLUE, FAINT, GREY, SOFT, Picture, cut, joined, width_of, words
from scenarios.report.facts import Report, Told

MOST = 30
"""Volunteers shown."""
WIDTH, LEFT, TOP, ROW, BAR = 960, 150, 58, 26, 18
SMALL = 11
STEPS = (1, 2, 3, 6, 12, 24)
TICKS = 14
"""Hours between two ticks, and most ticks."""


def days(report: Report, told: Told) -> Picture | None:
    """The 30 who have most visits in the first sample; null where nobody is sent."""
    plan, before = told.samples[0].result.plan, _by_volunteer(report.baseline.result.plan)
    people = _by_volunteer(plan)
    busiest = sorted(people, key=lambda id: (-len(people[id]), -_minutes(people[id]), id))[:MOST]
    if not busiest:
        return None
    zone = told.batch.horizon.start.tzinfo
    axis = Axis([visit for id in busiest for visit in people[id]], zone)
    height = TOP + len(busiest) * ROW + 6
    drawn = [*_legend(report), *axis.drawn(height)]
    for row, id in enumerate(busiest):
        drawn += _row(axis, TOP + row * ROW, id, people[id], before.get(id, []))
    label = report.words.say(
        f"{report.words.title(told.row)}：最忙的 {len(busiest)} 人的一天",
        f"{report.words.title(told.row)}: days of the {len(busiest)} busiest",
    )
    return Picture(label, WIDTH, height, joined(drawn))


def _by_volunteer(plan: Plan) -> dict[str, list[Visit]]:
    order = sorted(plan.visits, key=lambda visit: (visit.volunteer, visit.start))
    return {id: list(visits) for id, visits in groupby(order, key=lambda visit: visit.volunteer)}


def _minutes(visits: Iterable[Visit]) -> float:
    return sum((_end(visit) - visit.start).total_seconds() / 60 for visit in visits)


def _end(visit: Visit) -> datetime:
    return visit.end or visit.start


def _what(visit: Visit) -> tuple[str, str, datetime]:
    return visit.request, visit.role, visit.start


class Axis:
    """Hours from left to right: all that the visits and the ways to them take, to the full hour."""

    def __init__(self, visits: Sequence[Visit], zone: tzinfo | None) -> None:
        self.zone = zone
        first = min(self.local(visit.leave or visit.start) for visit in visits)
        last = max(self.local(_end(visit)) for visit in visits)
        self.first = first.replace(minute=0, second=0, microsecond=0)
        self.hours = max(1, math.ceil((last - self.first).total_seconds() / 3600))
        days = math.ceil(self.hours / 24 / TICKS)
        self.step = next((step for step in STEPS if self.hours / step <= TICKS), 24 * days)

    def local(self, moment: datetime) -> datetime:
        return moment.astimezone(self.zone)

    def x(self, moment: datetime) -> float:
        hours = (self.local(moment) - self.first).total_seconds() / 3600
        return LEFT + (WIDTH - LEFT - 24) * hours / self.hours

    def drawn(self, height: float) -> Iterator[str]:
        several = self.hours > 24
        for hour in range(0, self.hours + 1, self.step):
            moment = self.first + timedelta(hours=hour)
            at = self.x(moment)
            yield f'<path d="M{at:.1f} {TOP - 4}V{height - 4}" stroke="{FAINT}"/>'
            text = f"{moment:%d %H:%M}" if several else f"{moment:%H:%M}"
            yield words(at, TOP - 9, text, size=SMALL, anchor="middle", more=f'fill="{SOFT}"')


def _row(axis: Axis, top: float, id: str, visits: Sequence[Visit], before: Sequence[Visit]) -> Iterator[str]:
    known = {_what(visit) for visit in before}
    differs = known != {_what(visit) for visit in visits}
    name = cut(id, LEFT - 34)
    more = 'font-weight="600"' if differs else f'fill="{SOFT}"'
    if differs:
        yield _changed(8, top + ROW / 2)
    yield words(20, top + 17, name, more=more)
    for visit, after in zip(visits, [*visits[1:], None], strict=True):
        room = WIDTH if after is None else axis.x(after.leave or after.start)
        yield _bar(axis, top, visit, _what(visit) in known, room)


def _changed(x: float, y: float) -> str:
    return f'<path class="differs" d="M{x} {y - 5}l5 5l-5 5l-5 -5Z" fill="{BLUE}"/>'


def _bar(axis: Axis, top: float, visit: Visit, known: bool, room: float) -> str:
    """A visit with the way to it; the request's id in the bar, or behind it if there is room up to the next."""
    left, right = axis.x(visit.start), axis.x(_end(visit))
    wide = max(2, right - left - 1)
    fill, ink = ("#dfe5ea", "#14202e") if known else (BLUE, "#fff")
    middle = top + ROW / 2
    way = f'<path d="M{axis.x(visit.leave):.1f} {middle}H{left:.1f}" stroke="{GREY}"/>' if visit.leave else ""
    hint = f"{visit.volunteer} {visit.request} {axis.local(visit.start):%H:%M}-{axis.local(_end(visit)):%H:%M}"
    text, long = "", width_of(visit.request, SMALL)
    if long <= wide - 4:
        text = words(left + wide / 2, top + 17, visit.request, size=SMALL, anchor="middle", more=f'fill="{ink}"')
    elif long <= room - right - 6:
        text = words(right + 4, top + 17, visit.request, size=SMALL)
    return (
        f"{way}<g><title>{escape(hint)}</title>"
        f'<rect class="visit" x="{left:.1f}" y="{top + 4}" width="{wide:.1f}" height="{BAR}" rx="2" fill="{fill}" '
        f'stroke="{GREY if known else BLUE}"/>{text}</g>'
    )


def _legend(report: Report) -> list[str]:
    say = report.words.say
    drawn, x = list[str](), 4.0
    box = f'<rect y="-5" width="18" height="10" rx="2" fill="{BLUE}"/>'
    same = f'<rect y="-5" width="18" height="10" rx="2" fill="#dfe5ea" stroke="{GREY}"/>'
    for mark, text in (
        (_changed(9, 0), say("这一天与现状不同", "day differs from the baseline")),
        (box, say("现状没有的安排", "visit not in the baseline")),
        (same, say("与现状相同", "as in the baseline")),
        (f'<path d="M0 0H18" stroke="{GREY}"/>', say("在路上", "on the way")),
    ):
        drawn += [f'<g transform="translate({x:.1f} 13)">{mark}</g>', words(x + 24, 18, text)]
        x += 24 + width_of(text) + 22
    return drawn
