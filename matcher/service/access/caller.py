"""Who calls the service, and which sites that caller sees."""

from collections import defaultdict
from collections.abc import Mapping
from typing import Literal

from matcher.base import Frozen
from matcher.errors import InputError, MatcherError, Problem
from matcher.problems import pointer, problem, unknown

Role = Literal["county", "town", "village"]
"""The tier of the site a key is made for; a key for a grid cell has the role of a village."""
Parents = Mapping[str, str | None]
"""The site above every site; null at the top."""


class RefusedError(MatcherError):
    """The caller is known and may not do this (403)."""


class Caller(Frozen):
    """Who calls, already known."""

    key: str | None
    """Public id of the key; null: a caller on this machine, where no key is asked for."""
    name: str
    """Name given to the key when it was made."""
    role: Role
    """Tier of the site."""
    site: str | None
    """Id of the site the key is made for; null: the whole county."""
    sites: frozenset[str] | None
    """Ids of the sites seen and changed; null: everything."""

    def may(self, site: str | None) -> bool:
        """Whether what belongs to this site may be seen and changed; what has no site is the county's."""
        return self.sites is None or site in self.sites

    def require(self, site: str | None) -> None:
        """Raises RefusedError where the caller may not."""
        if not self.may(site):
            raise RefusedError(
                f"无权访问站点 {site or '（县级）'}：此密钥只限 {self.site} 及其下级",
                f"site {site or '(county)'} is out of reach: this key is for {self.site} and what is below it",
            )

    def require_county(self) -> None:
        """Raises RefusedError for every role but the county's."""
        if self.role != "county":
            raise RefusedError("只有县级密钥可以这样做", "only a key with the role county may do this")


LOCAL = Caller(key=None, name="local", role="county", site=None, sites=None)
"""The caller where the service listens on this machine alone and asks for no key."""
SYSTEM = LOCAL.model_copy(update={"name": "system"})
"""The service itself, where nobody calls."""


def subtree(site: str, parents: Parents) -> frozenset[str]:
    """The site and all below it.

    Raises InputError where the site is unknown or the parents are: unknown sites, or a loop.
    """
    problems = [unknown(site, "站点", "site", "site")] if site not in parents else []
    problems += _faults(parents)
    if problems:
        raise InputError("站点的上下级有误", "the tree of sites is broken", problems)
    below = defaultdict[str | None, list[str]](list)
    for child, parent in parents.items():
        below[parent].append(child)
    found, waiting = set[str](), [site]
    while waiting:
        found.add(at := waiting.pop())
        waiting += below[at]
    return frozenset(found)


def _faults(parents: Parents) -> list[Problem]:
    """Every parent that is no site, and one site of every loop."""
    problems = [
        unknown(parent, "站点", "site", pointer("sites", site, "parent"))
        for site, parent in parents.items()
        if parent is not None and parent not in parents
    ]
    sound = set[str]()
    for site in parents:
        way, at = list[str](), site
        while at in parents and at not in sound and at not in way:
            way.append(at)
            at = parents[at] or ""
        if at in way:
            where = pointer("sites", at, "parent")
            problems.append(
                problem("cycle", where, parents[at], what_zh="站点的上级", what_en="sites and their parents")
            )
        sound.update(way)
    return problems
