"""A map of the county: towns, villages, and what became of each request."""

import math
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Sequence

from matcher.batch import Batch, CellPlace, Place, PointPlace, Site
from matcher.places import site_places
from matcher.privacy import mask_text
from scenarios.report.draw import FAINT, LAND, SIGNS, SIZE, SOFT, Picture, cut, joined, sign, width_of, words
from scenarios.report.facts import Fate, Kind, Report, Told
from scenarios.report.room import Box, Point, Room

WIDTH, LEAST, MOST, MARGIN = 480, 260, 720, 22
"""Of the map in its own units; least and most height, without the legend."""
LINE = 22
"""Height of a line of the legend."""
TOWN, VILLAGE, EDGE = 4, 1.6, 10
"""Half the side of a town's sign, radius of a village's, and how near to the edge the middle of a sign may be."""
BOLD = f'font-weight="600" stroke="{LAND}" stroke-width="3" stroke-linejoin="round" paint-order="stroke"'
DENSEST = 0.15
"""Share of the map that signs cover at most: where there are more, they are smaller."""

KINDS: dict[Kind, tuple[str, str]] = {
    "lost": ("改为没人去", "no longer served"),
    "unmet": ("新增，没人去", "added, not served"),
    "gained": ("改为有人去", "newly served"),
    "met": ("新增，有人去", "added and served"),
    "gone": ("不再提出", "asked no more"),
    "unserved": ("都没人去", "served in neither"),
    "served": ("都有人去", "served in both"),
}
"""What became of a request, from the baseline to the scenario, in the legend's order."""


def county(report: Report, told: Told) -> Picture | None:
    """The map of a scenario's first sample; null where nothing has coordinates."""
    sites = site_places(told.batch.sites)
    spots = [(fate, point) for fate in told.fates if (point := _flat(_place(fate, sites)))]
    villages = {site.id: point for site in told.batch.sites if (point := _flat(sites.get(site.id)))}
    if not spots and not villages:
        return None
    fit, height = _fitting([*villages.values(), *(point for _, point in spots)])
    at = {id: fit(point) for id, point in villages.items()}
    asked = [(fate, fit(point)) for fate, point in spots]
    names = _names(told.batch, at, height, [point for _, point in asked])
    room = Room(WIDTH, height, EDGE)
    for box in (*_squares(told.batch, at), *names):
        room.take(box)
    drawn = [f'<rect width="{WIDTH}" height="{height:.0f}" rx="8" fill="{LAND}"/>', *_sites(told.batch, at)]
    drawn += _signs(report, asked, room, height)
    drawn += [words(box[0], box[3] - 4, text, more=BOLD) for box, text in names.items()]
    legend, lines = _legend(report, told, height)
    label = report.words.say(
        f"地图：{report.words.title(told.row)}，与现状对比", f"Map: {report.words.title(told.row)} against the baseline"
    )
    return Picture(label, WIDTH, height + 12 + lines * LINE, joined([*drawn, *legend]))


def _place(fate: Fate, sites: dict[str | None, Place]) -> Place | None:
    return fate.request.place or sites.get(fate.request.site)


def _flat(place: Place | None) -> Point | None:
    """East and south; null for nodes, which lie nowhere."""
    if isinstance(place, PointPlace):
        return place.lon, -place.lat
    return (float(place.cell[1]), float(place.cell[0])) if isinstance(place, CellPlace) else None


def _fitting(points: Sequence[Point]) -> tuple[Callable[[Point], Point], float]:
    """How points come onto the picture, and its height. Degrees east are shorter the further north they lie."""
    west, east = min(x for x, _ in points), max(x for x, _ in points)
    north, south = min(y for _, y in points), max(y for _, y in points)
    shorter = math.cos(math.radians((north + south) / 2)) if -90 <= north <= south <= 0 else 1.0
    wide, high = max((east - west) * shorter, 1e-9), max(south - north, 1e-9)
    height = min(MOST, max(LEAST, (WIDTH - 2 * MARGIN) * high / wide + 2 * MARGIN))
    scale = min((WIDTH - 2 * MARGIN) / wide, (height - 2 * MARGIN) / high)
    left, top = (WIDTH - wide * scale) / 2, (height - high * scale) / 2

    def fit(point: Point) -> Point:
        return left + (point[0] - west) * shorter * scale, top + (point[1] - north) * scale

    return fit, height


def _sites(batch: Batch, at: dict[str, Point]) -> Iterable[str]:
    """Villages with a line to their town, then towns."""
    for site in batch.sites:
        if site.id in at and site.parent in at and site.tier in ("village", "grid"):
            (x, y), (a, b) = at[site.id], at[site.parent or ""]
            yield f'<path d="M{x:.1f} {y:.1f}L{a:.1f} {b:.1f}" stroke="{FAINT}" stroke-width="1"/>'
    for site in sorted(batch.sites, key=lambda site: site.tier in ("county", "town")):
        if site.id in at:
            x, y = at[site.id]
            yield _dot(site.tier, x, y)


def _dot(tier: str, x: float, y: float) -> str:
    if tier in ("county", "town"):
        side = 2 * TOWN
        return f'<rect x="{x - TOWN:.1f}" y="{y - TOWN:.1f}" width="{side}" height="{side}" fill="{SOFT}"/>'
    return f'<circle cx="{x:.1f}" cy="{y:.1f}" r="{VILLAGE}" fill="#9aa79a"/>'


def _signs(report: Report, asked: Sequence[tuple[Fate, Point]], room: Room, height: float) -> Iterator[str]:
    """Each as near to its place as there is room, what changed first."""
    covered = sum(math.pi * SIGNS[fate.kind][3] ** 2 for fate, _ in asked)
    scale = min(1.0, math.sqrt(DENSEST * WIDTH * height / max(1e-9, covered)))
    order = list(reversed(SIGNS))
    for fate, (x, y) in sorted(asked, key=lambda each: order.index(each[0].kind)):
        yield sign(fate.kind, *room.nearest(x, y, scale * SIGNS[fate.kind][3]), _hint(report, fate), scale)


def _hint(report: Report, fate: Fate) -> str:
    return f"{fate.request.id} {mask_text(fate.request.title)} {report.words.say(*KINDS[fate.kind])}"


def _names(batch: Batch, at: dict[str, Point], height: float, asked: Sequence[Point]) -> dict[Box, str]:
    """Names of towns, where they meet no other and least is asked for; one that has no room is left out."""
    taken, names = _squares(batch, at), dict[Box, str]()
    for site in _towns(batch, at):
        text = cut(site.name or site.id, 120)
        free = [box for box in _beside(*at[site.id], width_of(text), height) if not any(_meet(box, o) for o in taken)]
        if free:
            box = min(free, key=lambda box: sum(_meet(box, (x, y, x, y)) for x, y in asked))
            taken.append(box)
            names[box] = text
    return names


def _towns(batch: Batch, at: dict[str, Point]) -> list[Site]:
    return [site for site in batch.sites if site.tier == "town" and site.id in at]


def _squares(batch: Batch, at: dict[str, Point]) -> list[Box]:
    """What the signs of towns cover."""
    return [(x - TOWN, y - TOWN, x + TOWN, y + TOWN) for x, y in (at[site.id] for site in _towns(batch, at))]


def _beside(x: float, y: float, wide: float, height: float) -> Iterator[Box]:
    """Where a name may stand at a point: right, left, above, below, as far as that is on the map."""
    for left, low in ((x + 7, y + 5), (x - 7 - wide, y + 5), (x - wide / 2, y - 8), (x - wide / 2, y + 19)):
        box = (left, low - SIZE, left + wide, low + 4)
        if box[0] >= 2 and box[1] >= 2 and box[2] <= WIDTH - 2 and box[3] <= height - 2:
            yield box


def _meet(one: Box, other: Box) -> bool:
    return one[0] < other[2] and other[0] < one[2] and one[1] < other[3] and other[1] < one[3]


def _legend(report: Report, told: Told, top: float) -> tuple[list[str], int]:
    """Signs with what they mean and how many there are, in two columns, and a note; and how many lines that takes."""
    count = Counter(fate.kind for fate in told.fates)
    say = report.words
    entries = [(sign(kind, 0, 0), f"{say.say(*text)} {count[kind]:,}") for kind, text in KINDS.items() if count[kind]]
    entries += [(_dot("town", 0, 0), say.say("镇", "town")), (_dot("village", 0, 0), say.say("村", "village"))]
    lines = math.ceil(len(entries) / 2)
    drawn = []
    for n, (mark, text) in enumerate(entries):
        x, y = 10 + n // lines * WIDTH / 2, top + 24 + n % lines * LINE
        drawn += [f'<g transform="translate({x:.1f} {y - 4.5:.1f})">{mark}</g>']
        drawn += [words(x + 16, y, cut(text, WIDTH / 2 - 40))]
    note = say.say("为免重叠，符号略偏离实际地点。", "Signs are moved apart, a little off their places.")
    return [*drawn, words(2, top + 24 + lines * LINE, note, more=f'fill="{SOFT}"')], lines + 1
