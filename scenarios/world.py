"""A batch as an edit sees it: names instead of ids, and dice that fall alike in every scenario."""

from collections import Counter
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from hashlib import blake2b
from statistics import fmean
from typing import Any

from matcher import Batch
from matcher.batch import CellPlace, NodePlace, PointPlace, Request, Site, Volunteer
from matcher.errors import Problem
from matcher.problems import hints, pointer, problem

BUSIEST, REMOTEST, LARGEST, SCARCEST = "@busiest", "@remotest", "@largest", "@scarcest"
"""Names that stand for a town or skill of whatever batch it is; `@busiest-2` is the second busiest."""

NEAR, AMONG = 3, 5_000
"""Names shown that are near to one that is not known, of short Chinese names several are; among how many."""


@dataclass(frozen=True)
class World:
    """A batch that an edit is made on.

    where: the edit's place in its scenario (`edits`, 3). dice: what random draws depend on, but for the entry drawn
    for. problems: gets every name that is not known.
    """

    batch: Batch
    where: tuple[str | int, ...] = ()
    dice: str = ""
    problems: list[Problem] = field(default_factory=list)

    def draw(self, id: str) -> float:
        """A number from [0, 1) for an entry: the same wherever the same dice fall for it."""
        digest = blake2b(f"{self.dice}/{id}".encode(), digest_size=8).digest()
        return int.from_bytes(digest, "big") / 2**64

    def drawn(self, entries: Iterable[Any], count: int) -> list[Any]:
        """The entries for which the lowest numbers are drawn, at most so many: one more adds to them."""
        return sorted(entries, key=lambda entry: (self.draw(entry.id), entry.id))[:count]

    def sites(self, names: Sequence[str], at: str) -> frozenset[str]:
        """The ids of sites and of all below them; of all sites where none is named."""
        if not names:
            return frozenset(site.id for site in self.batch.sites)
        tops = {site.id for n, name in enumerate(names) for site in self._sites_called(name, (at, n))}
        return frozenset(site.id for site in self.batch.sites if not tops.isdisjoint(self._above[site.id]))

    def site(self, name: str, at: str) -> Site | None:
        """The one site of this name."""
        found = self._sites_called(name, (at,))
        if len(found) > 1:
            self._tell("ambiguous_name", (at,), name, ids="、".join(site.id for site in found[:5]))
        return found[0] if len(found) == 1 else None

    def leaves(self, ids: Collection[str]) -> list[Site]:
        """Those of the sites that have none below: villages, or grid cells."""
        parents = {site.parent for site in self.batch.sites}
        return [site for site in self.batch.sites if site.id in ids and site.id not in parents]

    def skill(self, name: str, at: str | tuple[str | int, ...]) -> str | None:
        """The id of a skill; of the scarcest where that is asked for."""
        if name == SCARCEST:
            return self.scarcest()
        return self._id_of("skills", name, at, "技能", "skill")

    def team(self, name: str, at: str | tuple[str | int, ...]) -> str | None:
        """The id of a team."""
        return self._id_of("teams", name, at, "队伍", "team")

    def categories(self, names: Sequence[str], at: str) -> frozenset[str]:
        """The ids of kinds of request; of all where none is named."""
        found = (self._id_of("categories", name, (at, n), "项目", "category") for n, name in enumerate(names))
        return frozenset(filter(None, found)) if names else frozenset(each.id for each in self.batch.categories)

    def called(self, skill: str) -> str:
        """The name of a skill, else its id."""
        return next((each.name for each in self.batch.skills if each.id == skill and each.name), skill)

    def scarcest(self) -> str | None:
        """The skill of which most places are asked for each volunteer who holds it."""
        asked = Counter[str]()
        for request in self.batch.requests:
            for role in request.roles:
                asked.update({role.skill: role.count} if role.skill else {})
        held = Counter(skill.skill for volunteer in self.batch.volunteers for skill in volunteer.skills)
        return max(asked, key=lambda skill: (asked[skill] / max(1, held[skill]), skill), default=None)

    def place_of(self, entry: Site | Request | Volunteer) -> Any:
        """Where an entry is: its own place, else its site's, else that of the site above; null if none has one."""
        if entry.place is not None:
            return entry.place
        start = entry.id if isinstance(entry, Site) else entry.site
        above = self._above.get(start, ()) if start else ()
        return next((place for id in above if (place := self._by_id[id].place) is not None), None)

    def _id_of(self, field: str, name: str, at: str | tuple[str | int, ...], zh: str, en: str) -> str | None:
        entries = getattr(self.batch, field)
        found = [entry.id for entry in entries if entry.id == name] or [e.id for e in entries if e.name == name]
        if not found:
            self._unknown(at if isinstance(at, tuple) else (at,), name, (zh, en), entries)
        return found[0] if found else None

    def _sites_called(self, name: str, at: tuple[str | int, ...]) -> list[Site]:
        """All sites of this id or name; the town that stands at a place in order, for `@busiest` and the like."""
        if name.startswith("@"):
            order, _, number = name.partition("-")
            ranked = self._ranked(order)
            if ranked is not None and (number or "1").isdecimal() and 1 <= int(number or 1) <= len(ranked):
                return [ranked[int(number or 1) - 1]]
        if name in self._by_id:
            return [self._by_id[name]]
        found = [site for site in self.batch.sites if site.name == name]
        if not found:
            self._unknown(at, name, ("站点", "site"), self.batch.sites)
        return found

    def _ranked(self, order: str) -> list[Site] | None:
        """The towns in an order, the first first; null if there is no such order."""
        towns = [site for site in self.batch.sites if site.tier == "town"]
        if order == REMOTEST:
            return sorted(towns, key=lambda town: (-self._distance(town), town.id))
        if order not in (BUSIEST, LARGEST):
            return None
        entries: Iterable[Request | Volunteer] = self.batch.requests if order == BUSIEST else self.batch.volunteers
        count = Counter(above for entry in entries if entry.site for above in self._above.get(entry.site, ()))
        return sorted(towns, key=lambda town: (-count[town.id], town.id))

    def _distance(self, town: Site) -> float:
        """How far a town is from the middle of all, in the coordinates' own measure; 0 where places are nodes."""
        here = self.place_of(town)
        if here is None or isinstance(here, NodePlace):
            return 0.0
        return sum((a - b) ** 2 for a, b in zip(_numbers(here), self._middle, strict=True))

    def _unknown(self, at: tuple[str | int, ...], name: str, kind: tuple[str, str], entries: Iterable[Any]) -> None:
        names = frozenset(text for entry in entries for text in (entry.name, entry.id) if text)
        self._tell("unknown_name", at, name, kind_zh=kind[0], kind_en=kind[1], **hints(name, names, NEAR, AMONG))

    def _tell(self, code: str, at: tuple[str | int, ...], value: str, **words: object) -> None:
        self.problems.append(problem(code, pointer(*self.where, *at), value[:60], **words))

    @cached_property
    def _middle(self) -> list[float]:
        """The mean of the sites' places."""
        places = [place for site in self.batch.sites if (place := self.place_of(site)) is not None]
        return [fmean(axis) for axis in zip(*map(_numbers, places), strict=True)]

    @cached_property
    def _by_id(self) -> dict[str, Site]:
        return {site.id: site for site in self.batch.sites}

    @cached_property
    def _above(self) -> dict[str, list[str]]:
        """Each site and all above it, from below."""
        found = {}
        for site in self.batch.sites:
            way, next_ = [site.id], site.parent
            while next_ is not None and next_ in self._by_id and next_ not in way:
                way.append(next_)
                next_ = self._by_id[next_].parent
            found[site.id] = way
        return found


def _numbers(place: CellPlace | PointPlace) -> tuple[float, float]:
    return place.cell if isinstance(place, CellPlace) else (place.lat, place.lon)
