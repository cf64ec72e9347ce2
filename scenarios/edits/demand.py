"""Edits of what is asked for: more or less of it, a surge, a theme, what must be served."""

from collections.abc import Iterator
from datetime import timedelta
from math import floor
from typing import Literal

from pydantic import Field

from matcher import Batch
from matcher.base import Items
from matcher.batch import Request, Role, Site, Window
from matcher.policy import Priority
from scenarios.edits.base import (
    Count,
    Edit,
    Factor,
    Hours,
    OfRequests,
    Said,
    Scaled,
    days,
    span,
    with_requests,
    without_visits,
)
from scenarios.world import World


class Demand(OfRequests, Scaled):
    """As many times the requests: copies are added, or some are left out, drawn for each request."""

    kind: Literal["demand"]

    def made(self, world: World) -> tuple[Batch, Said]:
        meant = self.meant(world)
        times = {request.id: floor(self.factor + world.draw(request.id)) for request in meant}
        batch = _without(world.batch, {id for id, number in times.items() if number == 0})
        taken = {request.id for request in world.batch.requests}
        added = [copy for request in meant for copy in _copies(request, times[request.id], taken)]
        batch = batch.model_copy(update={"requests": (*batch.requests, *added)})
        gone = sum(number == 0 for number in times.values())
        zh = f"需求量变为 {self.factor:g} 倍：{len(meant)} 项需求中增加 {len(added)} 项、减少 {gone} 项"
        en = f"demand times {self.factor:g}: of {len(meant)} requests {len(added)} are added and {gone} left out"
        return batch, Said(zh, en, len(added) + gone)


class Surge(Edit):
    """Further requests of one kind, in villages drawn among those below the towns."""

    kind: Literal["surge"]
    count: Count
    """How many."""
    title: str = Field(default="突发需求", min_length=1, max_length=200)
    """What people read."""
    category: str | None = None
    """Id or name of the kind of request."""
    towns: Items[str] = ()
    """Ids or names of sites. None: everywhere."""
    hours: Hours = "08:00-18:00"
    """When they may start."""
    flexible_minutes: float = Field(default=0, ge=0, le=1440)
    """Minutes by which each may start later."""
    minutes: float = Field(default=60, ge=1, le=10080)
    """Minutes of service."""
    people: int = Field(default=1, ge=1, le=1000)
    """How many people each needs."""
    skill: str | None = None
    """Id or name of the skill asked for; none: anybody."""
    qualifications: Items[str] = ()
    """Qualifications asked for."""
    priority: Priority = "urgent"
    """How pressing they are."""

    def made(self, world: World) -> tuple[Batch, Said]:
        batch = world.batch
        categories = world.categories((self.category,), "category") if self.category else frozenset()
        skill = world.skill(self.skill, "skill") if self.skill else None
        villages: list[Site | None] = [*world.leaves(world.sites(self.towns, "towns"))] or [None]
        taken, new = {request.id for request in batch.requests}, list[Request]()
        for number in range(self.count):
            id = _fresh(f"surge-{number + 1}", taken)
            site = villages[int(world.draw(f"site {number}") * len(villages))]
            role = Role(id="志愿者", skill=skill, count=self.people)
            new.append(
                Request(
                    id=id,
                    title=self.title,
                    category=next(iter(categories), None),
                    site=site.id if site else None,
                    windows=(self._window(world, number),),
                    minutes=self.minutes,
                    roles=(role,),
                    qualifications=self.qualifications,
                    priority=self.priority,
                )
            )
        zh, en = f"新增 {self.count} 项“{self.title}”", f"{self.count} further requests: {self.title}"
        return batch.model_copy(update={"requests": (*batch.requests, *new)}), Said(zh, en, self.count)

    def _window(self, world: World, number: int) -> Window:
        """A start drawn among the steps of the hours, on a day drawn among those of the batch."""
        known, step = days(world.batch), timedelta(minutes=world.batch.policy.start_step_minutes)
        first, last = span(world.batch, self.hours, known[int(world.draw(f"day {number}") * len(known))])
        start = first + int(world.draw(f"start {number}") * max(1, (last - first) // step)) * step
        start = min(max(start, world.batch.horizon.start), world.batch.horizon.end)
        return Window(start=start, end=start + timedelta(minutes=self.flexible_minutes))


class Theme(OfRequests):
    """A theme month: kinds of request that come more often and weigh more within their priority."""

    kind: Literal["theme"]
    categories: Items[str] = Field(min_length=1)
    """Ids or names of kinds of request."""
    factor: Factor = Field(default=1.5)
    """Times as many."""
    value: Factor = Field(default=2)
    """Times their weight."""

    def made(self, world: World) -> tuple[Batch, Said]:
        kept = {name: getattr(self, name) for name in OfRequests.model_fields}
        more, said = Demand(kind="demand", factor=self.factor, **kept).made(world)
        meant = self.meant(World(more, world.where, world.dice))
        batch = with_requests(more, meant, lambda r: r.model_copy(update={"value": r.value * self.value}))
        zh, en = f"主题活动：{said.zh}；权重 {self.value:g} 倍", f"theme: {said.en}; their weight times {self.value:g}"
        return batch, Said(zh, en, len(meant))


class Mandatory(OfRequests):
    """Requests that a plan must serve, or need not."""

    kind: Literal["mandatory"]
    value: bool
    """Whether they must be served."""

    def made(self, world: World) -> tuple[Batch, Said]:
        changed = [request for request in self.meant(world) if request.mandatory != self.value]
        batch = with_requests(world.batch, changed, lambda r: r.model_copy(update={"mandatory": self.value}))
        words = ("必须服务", "must be served") if self.value else ("不再必须服务", "need not be served any more")
        return batch, Said(f"{len(changed)} 项需求{words[0]}", f"{len(changed)} requests {words[1]}", len(changed))


class Pressing(OfRequests):
    """Requests that become more or less pressing."""

    kind: Literal["priority"]
    to: Priority
    """The priority they get."""

    def made(self, world: World) -> tuple[Batch, Said]:
        changed = [request for request in self.meant(world) if request.priority != self.to]
        batch = with_requests(world.batch, changed, lambda r: r.model_copy(update={"priority": self.to}))
        zh = {"emergency": "应急", "urgent": "紧急", "normal": "一般", "low": "可缓"}[self.to]
        return batch, Said(f"{len(changed)} 项需求改为{zh}", f"{len(changed)} requests become {self.to}", len(changed))


class Windows(OfRequests):
    """Time windows that open earlier and close later, by whole start steps, within the batch."""

    kind: Literal["windows"]
    earlier_steps: int = Field(default=0, ge=0, le=1000)
    """Start steps by which they open earlier."""
    later_steps: int = Field(default=0, ge=0, le=1000)
    """Start steps by which they close later."""

    def made(self, world: World) -> tuple[Batch, Said]:
        meant, step = self.meant(world), timedelta(minutes=world.batch.policy.start_step_minutes)
        first, last = world.batch.horizon.start, world.batch.horizon.end

        def wider(window: Window) -> Window:
            most = min(self.earlier_steps, (window.start - first) // step)
            end = max(window.end, min(window.end + self.later_steps * step, last))
            return window.model_copy(update={"start": window.start - most * step, "end": end})

        def change(request: Request) -> Request:
            return request.model_copy(update={"windows": tuple(map(wider, request.windows))})

        zh = f"{len(meant)} 项需求的可开始时间提前 {self.earlier_steps} 步、延后 {self.later_steps} 步"
        en = f"windows of {len(meant)} requests open {self.earlier_steps} steps earlier, close {self.later_steps} later"
        return with_requests(world.batch, meant, change), Said(zh, en, len(meant))


def _copies(request: Request, times: int, taken: set[str]) -> Iterator[Request]:
    for number in range(2, times + 1):
        update = {"id": _fresh(f"{request.id}×{number}", taken), "series": None, "after": (), "mandatory": False}
        yield request.model_copy(update=update)


def _fresh(id: str, taken: set[str]) -> str:
    """An id like this that nothing has yet."""
    while id in taken:
        id += "'"
    taken.add(id)
    return id


def _without(batch: Batch, gone: set[str]) -> Batch:
    """The batch without some requests, and what refers to them."""
    kept = tuple(
        r.model_copy(update={"after": tuple(a for a in r.after if a.request not in gone)}) if r.after else r
        for r in batch.requests
        if r.id not in gone
    )
    return without_visits(batch.model_copy(update={"requests": kept}), lambda visit: visit.request in gone)
