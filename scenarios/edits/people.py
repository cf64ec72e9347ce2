"""Edits of who there is: absent, trained, recruited, longer or further out."""

from collections.abc import Iterable
from datetime import datetime, timedelta
from typing import Annotated, ClassVar, Literal

from pydantic import Field

from matcher import Batch
from matcher.base import Items
from matcher.batch import FixedVisit, HeldSkill, Shift, Volunteer
from scenarios.edits.base import (
    Count,
    Edit,
    Hours,
    OfPeople,
    Rate,
    Said,
    Scaled,
    days,
    span,
    with_people,
    without_visits,
)
from scenarios.world import World

Level = Annotated[int, Field(ge=1, le=1000)]
Part = tuple[datetime, datetime, float]
"""Start, end and overtime of a shift."""
Minutes = Annotated[float, Field(ge=-1440, le=1440)]


class Dropout(OfPeople):
    """Volunteers who cannot come at all, drawn for each: whoever drops out at a low rate does so at a higher one."""

    kind: Literal["dropout"]
    rate: Rate = Field(strict=False)
    """Share of them, 0 to 1."""

    def made(self, world: World) -> tuple[Batch, Said]:
        meant = self.meant(world)
        gone = [volunteer for volunteer in meant if world.draw(volunteer.id) < self.rate]
        zh = f"{len(meant)} 名志愿者中 {len(gone)} 人不能来（{self.rate:.0%}）"
        en = f"{len(gone)} of {len(meant)} volunteers cannot come ({self.rate:.0%})"
        return _absent(world.batch, gone, None), Said(zh, en, len(gone))


class Away(Edit):
    """A team that is away, all day or for some hours."""

    kind: Literal["away"]
    team: str
    """Id or name of the team."""
    hours: Hours | None = None
    """When; left out: all the time."""

    def made(self, world: World) -> tuple[Batch, Said]:
        team = world.team(self.team, "team")
        gone = [volunteer for volunteer in world.batch.volunteers if team in volunteer.teams]
        when = (f"{self.hours} ", f" at {self.hours}") if self.hours else ("", "")
        zh = f"{self.team} 的 {len(gone)} 人{when[0]}不在"
        en = f"the {len(gone)} people of {self.team} are away{when[1]}"
        return _absent(world.batch, gone, self.hours), Said(zh, en, len(gone))


class Train(Edit):
    """People of some towns who learn a skill, drawn among those who do not have it."""

    lasts: ClassVar[bool] = True
    kind: Literal["train"]
    count: Count
    """How many."""
    skill: str
    """Id or name of the skill; `@scarcest`: that of which most places are asked for each holder."""
    level: Level = 1
    """Level they reach."""
    towns: Items[str] = ()
    """Ids or names of sites. None: everywhere."""

    def made(self, world: World) -> tuple[Batch, Said]:
        skill, sites = world.skill(self.skill, "skill"), world.sites(self.towns, "towns")
        if skill is None:
            return world.batch, Said("", "", 0)
        lack = [v for v in world.batch.volunteers if _lacks(v, skill, self.level)]
        there = [volunteer for volunteer in lack if not self.towns or volunteer.site in sites]
        chosen = world.drawn(there, self.count)
        batch = with_people(world.batch, chosen, lambda v: _with_skill(v, skill, self.level))
        called = world.called(skill)
        zh, en = f"培训 {len(chosen)} 人掌握“{called}”", f"{len(chosen)} people are trained in {called}"
        return batch, Said(zh, en, len(chosen))


class Recruit(Edit):
    """New volunteers, each as free and as mobile as one drawn among those of the towns."""

    lasts: ClassVar[bool] = True
    kind: Literal["recruit"]
    count: Count
    """How many."""
    skill: str | None = None
    """Id or name of the skill they bring, `@scarcest` as for `train`; left out: none."""
    level: Level = 1
    """Their level."""
    towns: Items[str] = ()
    """Ids or names of sites. None: everywhere."""

    def made(self, world: World) -> tuple[Batch, Said]:
        skill, sites = world.skill(self.skill, "skill") if self.skill else None, world.sites(self.towns, "towns")
        there = [v for v in world.batch.volunteers if v.shifts and (not self.towns or v.site in sites)]
        taken, new = {volunteer.id for volunteer in world.batch.volunteers}, list[Volunteer]()
        models = world.drawn(there, len(there))
        for number in range(self.count if models else 0):
            id = f"new-{number + 1}"
            while id in taken:
                id += "'"
            taken.add(id)
            new.append(_like(models[number % len(models)], id, skill, self.level))
        zh = f"新招募 {len(new)} 名志愿者" + (f"（{world.called(skill)}）" if skill else "")
        en = f"{len(new)} new volunteers" + (f" ({world.called(skill)})" if skill else "")
        batch = world.batch.model_copy(update={"volunteers": (*world.batch.volunteers, *new)})
        return batch, Said(zh, en, len(new))


class Acceptance(OfPeople, Scaled):
    """How likely volunteers are to say yes, times a factor, at most 1."""

    kind: Literal["acceptance"]

    def made(self, world: World) -> tuple[Batch, Said]:
        meant, prior = self.meant(world), world.batch.policy.prior_acceptance

        def change(volunteer: Volunteer) -> Volunteer:
            now = prior if volunteer.acceptance is None else volunteer.acceptance
            return volunteer.model_copy(update={"acceptance": min(1.0, max(0.001, now * self.factor))})

        zh = f"{len(meant)} 名志愿者的接单率变为 {self.factor:g} 倍"
        en = f"acceptance of {len(meant)} volunteers times {self.factor:g}"
        return with_people(world.batch, meant, change), Said(zh, en, len(meant))


class Shifts(OfPeople):
    """Shifts that begin earlier and end later, or, by numbers below 0, later and earlier."""

    kind: Literal["shifts"]
    earlier: Minutes = 0
    """Minutes by which they begin earlier."""
    later: Minutes = 0
    """Minutes by which they end later."""

    def made(self, world: World) -> tuple[Batch, Said]:
        meant = [volunteer for volunteer in self.meant(world) if volunteer.shifts]
        early, late = timedelta(minutes=self.earlier), timedelta(minutes=self.later)

        def change(volunteer: Volunteer) -> Volunteer:
            moved = [(shift.start - early, shift.end + late, shift.overtime) for shift in volunteer.shifts]
            return _with_shifts(volunteer, moved)

        batch = with_people(world.batch, meant, change)
        zh = f"{len(meant)} 名志愿者的可服务时间提前 {self.earlier:g} 分钟开始、延后 {self.later:g} 分钟结束"
        en = f"shifts of {len(meant)} volunteers begin {self.earlier:g} min earlier and end {self.later:g} min later"
        return batch, Said(zh, en, len(meant))


class Range(OfPeople, Scaled):
    """How far volunteers may travel, times a factor, where that is limited."""

    kind: Literal["range"]

    def made(self, world: World) -> tuple[Batch, Said]:
        meant = [volunteer for volunteer in self.meant(world) if volunteer.max_travel_minutes is not None]
        batch = with_people(
            world.batch,
            meant,
            lambda v: v.model_copy(update={"max_travel_minutes": (v.max_travel_minutes or 0) * self.factor}),
        )
        zh = f"{len(meant)} 名志愿者的最远路程变为 {self.factor:g} 倍"
        en = f"the furthest way of {len(meant)} volunteers times {self.factor:g}"
        return batch, Said(zh, en, len(meant))


class Station(Edit):
    """A team that starts from a site, as a medical team at a clinic does."""

    kind: Literal["station"]
    team: str
    """Id or name of the team."""
    site: str
    """Id or name of the site."""

    def made(self, world: World) -> tuple[Batch, Said]:
        team, site = world.team(self.team, "team"), world.site(self.site, "site")
        meant = [volunteer for volunteer in world.batch.volunteers if team in volunteer.teams]
        if site is None:
            return world.batch, Said("", "", 0)
        update = {"site": site.id, "place": world.place_of(site)}
        batch = with_people(world.batch, meant, lambda v: v.model_copy(update=update))
        called = site.name or site.id
        zh = f"{self.team} 的 {len(meant)} 人进驻 {called}"
        en = f"{len(meant)} people of {self.team} start from {called}"
        return batch, Said(zh, en, len(meant))


def _absent(batch: Batch, gone: Iterable[Volunteer], hours: str | None) -> Batch:
    """The batch without these people's shifts, or what of them lies in these hours, and without visits then."""
    gone = list(gone)
    ids = {volunteer.id for volunteer in gone}
    if hours is None:
        batch = with_people(batch, gone, lambda volunteer: volunteer.model_copy(update={"shifts": ()}))
        return without_visits(batch, lambda visit: visit.volunteer in ids)
    spans = [span(batch, hours, day) for day in days(batch)]

    def left(volunteer: Volunteer) -> Volunteer:
        parts = [(shift.start, shift.end, shift.overtime) for shift in volunteer.shifts]
        for first, last in spans:
            parts = [piece for part in parts for piece in _outside(part, first, last)]
        return _with_shifts(volunteer, parts)

    def then(visit: FixedVisit) -> bool:
        return visit.volunteer in ids and any(first <= visit.start < last for first, last in spans)

    return without_visits(with_people(batch, gone, left), then)


def _outside(part: Part, first: datetime, last: datetime) -> list[Part]:
    """What of a shift lies before and after a time."""
    start, end, over = part
    if end <= first or last <= start:
        return [part]
    return [piece for piece in ((start, first, 0.0), (last, end, over)) if piece[0] < piece[1]]


def _with_shifts(volunteer: Volunteer, moved: Iterable[Part]) -> Volunteer:
    """With these shifts, each cut where the next begins, and none that is empty."""
    ordered = sorted(moved)
    starts = [start for start, _, _ in ordered[1:]]
    kept = list[Shift]()
    for n, (start, end, over) in enumerate(ordered):
        limit = starts[n] if n < len(starts) else None
        last = end if limit is None else min(end, limit)
        extra = over if limit is None else min(over, max(0.0, (limit - last) / timedelta(minutes=1)))
        if start < last:
            kept.append(Shift(start=start, end=last, overtime=extra))
    return volunteer.model_copy(update={"shifts": tuple(kept)})


def _lacks(volunteer: Volunteer, skill: str, level: int) -> bool:
    return all(held.skill != skill or held.level < level for held in volunteer.skills)


def _with_skill(volunteer: Volunteer, skill: str, level: int) -> Volunteer:
    others = tuple(held for held in volunteer.skills if held.skill != skill)
    return volunteer.model_copy(update={"skills": (*others, HeldSkill(skill=skill, level=level))})


def _like(model: Volunteer, id: str, skill: str | None, level: int) -> Volunteer:
    """A new volunteer with the model's home, shifts and limits, without name, teams and past."""
    new = {"id": id, "name": "", "phone": None, "teams": (), "skills": (), "asked": 0, "recent_requests": 0}
    fresh = model.model_copy(update={**new, "acceptance": None})
    return fresh if skill is None else _with_skill(fresh, skill, level)
