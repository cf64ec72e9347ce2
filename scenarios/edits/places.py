"""Edits of the land: sites opened, closed and merged, roads blocked, ways slower."""

from typing import Annotated, Literal

from pydantic import Field

from matcher import Batch
from matcher.base import Items
from matcher.batch import GridTravel, Id, NetworkTravel, Place, Request, Site, SiteTier, Travel, Volunteer
from matcher.problems import pointer, problem
from scenarios.edits.base import Edit, OfPeople, Said, Scaled, with_people
from scenarios.world import World


class OpenSite(Edit):
    """A new site."""

    kind: Literal["open_site"]
    id: Id
    """Its id."""
    name: str = ""
    """Its name."""
    tier: SiteTier = "village"
    """Its level."""
    parent: str
    """Id or name of the site above."""
    place: Place | None = None
    """Where it is; left out: the parent's place."""

    def made(self, world: World) -> tuple[Batch, Said]:
        parent = world.site(self.parent, "parent")
        ids = [site.id for site in world.batch.sites]
        if self.id in ids:
            first = pointer("sites", ids.index(self.id))
            world.problems.append(problem("duplicate_id", pointer(*world.where, "id"), self.id, first=first))
            return world.batch, Said("", "", 0)
        site = Site(id=self.id, name=self.name, tier=self.tier, parent=parent.id if parent else None, place=self.place)
        batch = world.batch.model_copy(update={"sites": (*world.batch.sites, site)})
        called = self.name or self.id
        return batch, Said(f"新设站点 {called}", f"new site {called}", 1)


class CloseSite(Edit):
    """A site that closes: its people, requests, teams and sites go to another, and stay where they are."""

    kind: Literal["close_site"]
    site: str
    """Id or name of the site."""
    into: str | None = None
    """Id or name of the site that takes over; left out: the one above."""

    def made(self, world: World) -> tuple[Batch, Said]:
        site = world.site(self.site, "site")
        into = world.site(self.into, "into") if self.into else None
        if site is None or (self.into and into is None):
            return world.batch, Said("", "", 0)
        heir = into.id if into else site.parent
        batch, count = _merged(world, site, heir)
        called = site.name or site.id
        zh = f"站点 {called} 撤销，{count} 名志愿者和需求转到 {heir or '县里'}"
        en = f"site {called} closes, {count} volunteers and requests go to {heir or 'the county'}"
        return batch, Said(zh, en, count)


class Merge(Edit):
    """Towns that become one."""

    kind: Literal["merge"]
    towns: Items[str] = Field(min_length=2)
    """Ids or names of the sites; the first is what they become."""

    def made(self, world: World) -> tuple[Batch, Said]:
        found = [world.site(name, "towns") for name in self.towns]
        first, *others = found
        if first is None or None in others:
            return world.batch, Said("", "", 0)
        batch, total = world.batch, 0
        for site in others:
            if site is not None and site.id != first.id:
                batch, count = _merged(World(batch), site, first.id)
                total += count
        names = [site.name or site.id for site in found if site]
        zh, en = f"{'、'.join(names)}合并为 {names[0]}", f"{', '.join(names)} become {names[0]}"
        return batch, Said(zh, en, total)


class Block(Edit):
    """Cells of a grid or roads of a network that cannot be used."""

    kind: Literal["block"]
    cells: Items[Annotated[tuple[int, int], Field(strict=False)]] = ()
    """Cells [row, column]."""
    roads: Items[Annotated[tuple[Id, Id], Field(strict=False)]] = ()
    """Roads by the nodes at their ends, both ways."""

    def made(self, world: World) -> tuple[Batch, Said]:
        travel: Travel = world.batch.travel
        count = len(self.cells) + len(self.roads)
        if self.cells and isinstance(travel, GridTravel) and travel.metric == "manhattan":
            travel = travel.model_copy(update={"blocked": tuple(dict.fromkeys((*travel.blocked, *self.cells)))})
        elif self.roads and isinstance(travel, NetworkTravel):
            closed = {frozenset(road) for road in self.roads}
            known = {frozenset((edge.from_, edge.to)) for edge in travel.edges}
            for n, road in enumerate(self.roads):
                if frozenset(road) not in known:
                    value = "—".join(road)
                    words = {"kind_zh": "道路", "kind_en": "road", "hint_zh": "", "hint_en": ""}
                    world.problems.append(problem("unknown_name", pointer(*world.where, "roads", n), value, **words))
            kept = tuple(edge for edge in travel.edges if frozenset((edge.from_, edge.to)) not in closed)
            travel = travel.model_copy(update={"edges": kept})
        elif count:
            world.problems.append(problem("no_such_road", pointer(*world.where), travel.kind))
        zh, en = f"{count} 处道路不通", f"{count} cells or roads are blocked"
        return world.batch.model_copy(update={"travel": travel}), Said(zh, en, count)


class Slow(OfPeople, Scaled):
    """Ways that take longer: for all, or for the people of some towns, teams or skills."""

    kind: Literal["slow"]
    factor: float = Field(ge=0.01, le=100)
    """Times as long."""

    def made(self, world: World) -> tuple[Batch, Said]:
        meant = self.meant(world)
        batch = with_people(
            world.batch, meant, lambda v: v.model_copy(update={"travel_factor": v.travel_factor * self.factor})
        )
        zh = f"{len(meant)} 名志愿者的路程时间变为 {self.factor:g} 倍"
        en = f"ways of {len(meant)} volunteers take {self.factor:g} times as long"
        return batch, Said(zh, en, len(meant))


def _merged(world: World, gone: Site, heir: str | None) -> tuple[Batch, int]:
    """The batch without a site, and how many people and requests went to its heir; places stay what they were."""
    here, batch = world.place_of(gone), world.batch
    update: dict[str, tuple[object, ...]] = {}
    for name in ("volunteers", "requests"):
        update[name] = tuple(
            entry.model_copy(update={"site": heir, "place": entry.place or here}) if entry.site == gone.id else entry
            for entry in getattr(batch, name)
        )
    update["teams"] = tuple(
        team.model_copy(update={"site": heir}) if team.site == gone.id else team for team in batch.teams
    )
    update["sites"] = tuple(
        site.model_copy(update={"parent": heir, "place": site.place or here}) if site.parent == gone.id else site
        for site in batch.sites
        if site.id != gone.id
    )
    entries: tuple[Volunteer | Request, ...] = (*batch.volunteers, *batch.requests)
    count = sum(entry.site == gone.id for entry in entries)
    return batch.model_copy(update=update), count
