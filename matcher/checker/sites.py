"""How far apart two sites are in the tree of sites."""

from collections.abc import Iterable

from matcher.batch import Place, Site


class Sites:
    """The tree of sites."""

    def __init__(self, sites: Iterable[Site]) -> None:
        self._sites = {site.id: site for site in sites}

    def distance(self, one: str | None, other: str | None) -> int:
        """Tier distance 0 to 3 of two sites, by id; null: the site is missing."""
        if one is None or other is None or one == other:
            return 0
        for distance, tier in enumerate(("village", "town", "county")):
            above_one, above_other = self._above(one, tier), self._above(other, tier)
            if above_one is not None and above_one == above_other:
                return distance
        return 3

    def place(self, site: str | None) -> Place:
        """The place of a site: its own, or that of the nearest site above that has one."""
        for each in self._upwards(site):
            if each.place is not None:
                return each.place
        raise ValueError(f"no place at site {site} or above")

    def _above(self, site: str, tier: str) -> str | None:
        """Id of the site itself or its nearest ancestor of the tier."""
        return next((each.id for each in self._upwards(site) if each.tier == tier), None)

    def _upwards(self, site: str | None) -> Iterable[Site]:
        while site is not None:
            yield self._sites[site]
            site = self._sites[site].parent
