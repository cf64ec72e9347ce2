"""Sites, where they are, and how people travel between them when nobody knows a coordinate."""

from dataclasses import dataclass, field
from typing import Any, get_args

from matcher.batch import GeographicTravel, MatrixTravel, NodePlace, Place, PointPlace, Site, SiteTier, Travel
from matcher.sheets import fields
from matcher.sheets.context import COLUMN_OF, Context, own_id
from matcher.sheets.headers import Row
from matcher.sheets.report import Cell
from matcher.sheets.settings import Crs, crs

TIERS: tuple[SiteTier, ...] = get_args(SiteTier)
COUNTY = "本县"
"""Name of the county site that is added where there is no sheet of sites."""
MOST_PLACES = 1_000_000_000
"""Most places that past batches may have asked for at a site."""
MAX_NODES = 2_000
"""More villages than this need coordinates: the table of ways between them would be too large."""


@dataclass
class _Spot:
    """A site on its way into the batch."""

    id: str
    name: str
    tier: SiteTier
    parent: str | None = None
    row: Row | None = None


@dataclass
class Ground:
    """The sites of an import.

    closed: there is a sheet of sites, so others are unknown. geographic: some coordinate is known somewhere.
    """

    context: Context
    closed: bool
    geographic: bool
    spots: dict[str, _Spot] = field(default_factory=dict)
    by_name: dict[str, list[str]] = field(default_factory=dict)
    points: dict[str, PointPlace] = field(default_factory=dict)
    """The point of each site that has one."""

    def add(self, spot: _Spot) -> str:
        """Take in a site and return its id."""
        self.spots[spot.id] = spot
        self.by_name.setdefault(spot.name, []).append(spot.id)
        return spot.id

    def path(self, site: str) -> list[str]:
        """The names from the topmost site above down to the site itself."""
        names: list[str] = []
        above: str | None = site
        while above is not None and len(names) < 10:
            spot = self.spots[above]
            names.insert(0, spot.name)
            above = spot.parent
        return names

    def above(self, site: str, tier: SiteTier) -> str | None:
        """The site itself or the nearest above it of a tier."""
        at: str | None = site
        for _ in range(10):
            if at is None or self.spots[at].tier == tier:
                return at
            at = self.spots[at].parent
        return None

    def site_of(self, row: Row) -> str | None:
        """The site that a row's columns 所在村 and 乡镇 name."""
        town = row.read("town", fields.name, self.context.report, "")
        name = row.read("site", fields.name, self.context.report, "")
        if not name and not town:
            return None
        return self.find(name or town, town if name else "", row.cell("site" if name else "town"))

    def find(self, text: str, town: str, cell: Cell) -> str | None:
        """The id of a site by name, id or path (东镇/河西村); unknown and ambiguous names are problems."""
        *above, name = [part for part in text.replace(">", "/").split("/") if part] or [text]
        above += [town] if town else []
        fitting = [s for s in self.by_name.get(name, []) if set(above) <= set(self.path(s)[:-1])]
        if text in self.spots and not above:
            return text
        if len(fitting) == 1:
            return fitting[0]
        if fitting:
            listed = "、".join("/".join(self.path(s)[-2:]) for s in fitting[:8])
            self.context.report.problem(
                "ambiguous_site",
                cell,
                f"有多个同名站点，请写明哪一个：{listed}",
                f"several sites have this name: {listed}",
            )
            return None
        if not self.closed:
            return self.create(name, above[-1] if above else "")
        zh, en = fields.nearest(name, self.by_name)
        self.context.report.problem(
            "unknown_site", cell, f"站点表里没有这个站点{zh}", f"there is no such site in its sheet{en}"
        )
        return None

    def create(self, name: str, town: str) -> str:
        """A village, below its town if that is said, all in one county."""
        if COUNTY not in self.spots:
            self.add(_Spot(COUNTY, COUNTY, "county"))
        if town and f"{town}/" not in self.spots:
            self.add(_Spot(f"{town}/", town, "town", COUNTY))
        return self.add(_Spot(f"{town}/{name}" if town else name, name, "village", f"{town}/" if town else COUNTY))

    def create_towns(self, rows: list[Row]) -> None:
        """Before anything else, the villages whose town is said somewhere, so that others find them by name."""
        for row in rows:
            if not self.closed and row.has("town") and row.has("site"):
                self.site_of(row)

    def place(self, site: str) -> Place | None:
        """Where a site is: its point, or that of the nearest site above that has one; a node without coordinates."""
        if not self.geographic:
            return NodePlace(node=self.above(site, "village") or site)
        above: str | None = site
        for _ in range(10):
            if above is None or above in self.points:
                break
            above = self.spots[above].parent
        return self.points.get(above or "")

    def nodes(self) -> list[str]:
        """The sites that are nodes where there are no coordinates: grid cells share that of their village."""
        return sorted({self.above(s, "village") or s for s in self.spots})

    def sites(self) -> tuple[Site, ...]:
        """The sites as the batch wants them, in the order of the sheet."""
        nodes = set(self.nodes())
        found = []
        for i, spot in enumerate(self.spots.values()):
            node = NodePlace(node=spot.id) if spot.id in nodes else None
            place = self.points.get(spot.id) if self.geographic else node
            values: dict[str, Any] = {
                "id": spot.id,
                "name": spot.name,
                "tier": spot.tier,
                "parent": spot.parent,
                "place": place,
            }
            if spot.row is None:
                found.append(Site(**values))
            elif site := self.context.build(Site, spot.row, COLUMN_OF["sites"], **values, **self._past(spot.row)):
                found.append(site)
                self.context.origins["sites", i] = spot.row
        return tuple(found)

    def _past(self, row: Row) -> dict[str, int]:
        """What past batches asked for at a site, and how much of it was filled."""
        report, counted = self.context.report, fields.whole(0, MOST_PLACES)
        unread = MOST_PLACES if row.has("past_places") else 0
        places, filled = row.read("past_places", counted, report, unread), row.read("past_filled", counted, report, 0)
        if filled > places:
            cell = row.cell("past_filled")
            report.problem(
                "bad_count", cell, f"不能多于往期名额（{places}）", f"expected at most {places}, the past places"
            )
        return {"past_places": places, "past_filled": filled}

    def travel(self) -> Travel:
        """Travel by distance, or by a table of minutes for same village, town, county and beyond."""
        settings = self.context.settings
        if self.geographic:
            return GeographicTravel(kind="geographic", speed_kmh=settings.speed, detour=settings.detour)
        nodes = self.nodes()
        if len(nodes) > MAX_NODES:
            self.context.report.problem(
                "too_many_sites", Cell("", "站点"), f"没有坐标时最多 {MAX_NODES} 个村，请给站点填经纬度",
                f"without coordinates at most {MAX_NODES} villages; give the sites coordinates",
            )  # fmt: skip
            return MatrixTravel(kind="matrix", nodes=(), seconds=())
        towns = [self.above(n, "town") for n in nodes]
        counties = [self.above(n, "county") for n in nodes]
        same, town, county, beyond = (
            float(round(60 * m))
            for m in (settings.same_village, settings.same_town, settings.same_county, settings.beyond)
        )
        rows = []
        for i in range(len(nodes)):
            near = [town if t and t == towns[i] else county if c and c == counties[i] else beyond
                    for t, c in zip(towns, counties, strict=True)]  # fmt: skip
            near[i] = same
            rows.append(tuple(near))
        return MatrixTravel(kind="matrix", nodes=tuple(nodes), seconds=tuple(rows))


def read_sites(rows: list[Row], geographic: bool, context: Context) -> Ground:
    """The sites of the sheet 站点, with parents found by name and points converted to WGS-84."""
    ground = Ground(context, bool(rows), geographic)
    report = context.report
    drafts = []
    for row in rows:
        name = row.read("name", fields.name, report, "")
        tier = row.read("tier", fields.tier, report, None)
        if not row.has("name") or not row.has("tier"):
            report.problem("missing_value", row.cell("tier" if name else "name"), "必填", "this is required")
        if name and tier:
            drafts.append((row, name, tier, row.read("parent", fields.name, report, "")))
    seen: dict[str, Row] = {}
    names = [name for _, name, _, _ in drafts]
    for row, name, tier, parent in drafts:
        found = own_id(row, "s") or (name if names.count(name) == 1 else f"{parent}/{name}" if parent else name)
        if context.unique_id(row, seen, found, "id" if row.has("id") else "name"):
            ground.add(_Spot(found, name, tier, None, row))
    for spot in list(ground.spots.values()):
        if spot.row is not None and spot.row.has("parent"):
            spot.parent = _parent(ground, spot, spot.row)
    for spot, point in zip(ground.spots.values(), read_points([s.row for s in ground.spots.values() if s.row], context),
                           strict=True):  # fmt: skip
        if point:
            ground.points[spot.id] = point
    return ground


def _parent(ground: Ground, spot: _Spot, row: Row) -> str | None:
    cell = row.cell("parent")
    found = ground.find(row.read("parent", fields.name, ground.context.report, ""), "", cell)
    if found and TIERS.index(ground.spots[found].tier) >= TIERS.index(spot.tier):
        ground.context.report.problem(
            "tier_order", cell, "上级的层级应当高于本站点", "the site above should be of a higher tier"
        )
        return None
    return found


def read_points(rows: list[Row], context: Context) -> list[PointPlace | None]:
    """The WGS-84 point of each row that has coordinates, None for the others."""
    report = context.report
    found: list[PointPlace | None] = [None] * len(rows)
    raw: dict[Crs, list[tuple[int, float, float]]] = {}
    unsaid = 0
    for i, row in enumerate(rows):
        if not row.has("lat") and not row.has("lon"):
            continue
        lat = row.read("lat", fields.number(-90, 90), report, None)
        lon = row.read("lon", fields.number(-180, 180), report, None)
        if not row.has("lat") or not row.has("lon"):
            missing = "lon" if row.has("lat") else "lat"
            report.problem(
                "missing_value", row.cell(missing), "经度和纬度要一起填", "latitude and longitude go together"
            )
        system = row.read("crs", crs, report, context.settings.crs)
        unsaid += system is None
        if lat is not None and lon is not None:
            raw.setdefault(system or "wgs84", []).append((i, lat, lon))
    report.note(
        "crs_assumed", unsaid, f"{unsaid} 处经纬度没写坐标系，按 WGS84 处理",
        f"{unsaid} coordinates taken as WGS84, no system was given",
    )  # fmt: skip
    for system, entries in raw.items():
        for i, lat, lon in _wgs84(system, entries):
            found[i] = PointPlace(lat=round(lat, 7), lon=round(lon, 7))
    return found


def _wgs84(system: Crs, entries: list[tuple[int, float, float]]) -> list[tuple[int, float, float]]:
    if system == "wgs84":
        return entries
    from matcher import places

    convert = places.gcj02_to_wgs84 if system == "gcj02" else places.bd09_to_wgs84
    lats, lons = convert([lat for _, lat, _ in entries], [lon for _, _, lon in entries])
    return [(i, float(lat), float(lon)) for (i, _, _), lat, lon in zip(entries, lats, lons, strict=True)]
