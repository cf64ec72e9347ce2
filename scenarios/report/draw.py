"""Parts of pictures as SVG text: words in the room they have, and a sign for each fate of a request.

Everything stands in attributes, so that a picture is the same in a page and outside of it.
"""

from collections.abc import Iterable
from html import escape
from typing import NamedTuple

from rich.cells import cell_len

from scenarios.report.facts import Kind

INK, SOFT, FAINT, LAND = "#14202e", "#4a5868", "#d5dde5", "#f4f7f9"
BLUE, ORANGE, GREY = "#0b5f9e", "#b84a00", "#7c8894"
"""Of the unlike colours for people who see red and green alike, those dark enough on white."""
FONTS = "'PingFang SC','Microsoft YaHei','Noto Sans CJK SC','Noto Sans SC','Source Han Sans SC',sans-serif"
SIZE = 13
NARROW = 0.62
"""Width of a letter by its height, at most on average; that of a Chinese character is 1."""

SIGNS: dict[Kind, tuple[str, str, str, float]] = {
    "served": ("M-2.8 0a2.8 2.8 0 1 0 5.6 0a2.8 2.8 0 1 0 -5.6 0Z", GREY, "none", 3),
    "unserved": ("M-2.6 0a2.6 2.6 0 1 0 5.2 0a2.6 2.6 0 1 0 -5.2 0Z", "#fff", GREY, 3.6),
    "gone": ("M-3.5 -3.5L3.5 3.5M-3.5 3.5L3.5 -3.5", "none", SOFT, 5),
    "met": ("M0 -6L6 0L0 6L-6 0Z", BLUE, "none", 6),
    "gained": ("M0 -6L6 4.5H-6Z", BLUE, "none", 6.5),
    "unmet": ("M0 -5.2L5.2 0L0 5.2L-5.2 0Z", "#fff", ORANGE, 6.5),
    "lost": ("M0 5.5L5.5 -4H-5.5Z", "#fff", ORANGE, 6.5),
}
"""Outline, filling, edge and reach around the middle of each; those of what changed come last."""


class Picture(NamedTuple):
    """A drawing of some width and height, and what it shows in words."""

    label: str
    width: float
    height: float
    parts: str

    def svg(self) -> str:
        """The picture by itself, as wide as there is room."""
        return self._framed(f'role="img" aria-label="{escape(self.label)}" {self._box}')

    def at(self, x: float, y: float, width: float) -> str:
        """The picture as a part of another one."""
        height = self.height * width / self.width
        return self._framed(f'x="{x:g}" y="{y:g}" width="{width:g}" height="{height:g}" {self._box}')

    @property
    def _box(self) -> str:
        return f'viewBox="0 0 {self.width:g} {self.height:g}"'

    def _framed(self, attributes: str) -> str:
        look = f'font-family="{FONTS}" font-size="{SIZE}" fill="{INK}"'
        return f'<svg xmlns="http://www.w3.org/2000/svg" {attributes} {look}>{self.parts}</svg>'


def joined(parts: Iterable[str]) -> str:
    """Parts in their order, one a line."""
    return "\n".join(parts)


def width_of(text: str, size: float = SIZE) -> float:
    """About how wide a text is, rather too wide."""
    wide = cell_len(text) - len(text)
    return size * (wide + NARROW * (len(text) - wide))


def cut(text: str, room: float, size: float = SIZE) -> str:
    """The text, shortened where it is wider than the room."""
    if width_of(text, size) <= room:
        return text
    while text and width_of(text + "…", size) > room:
        text = text[:-1]
    return text.rstrip() + "…"


def words(x: float, y: float, text: str, *, size: float = SIZE, anchor: str = "start", more: str = "") -> str:
    """A text whose baseline begins, ends or has its middle at a point."""
    sized = "" if size == SIZE else f' font-size="{size:g}"'
    placed = "" if anchor == "start" else f' text-anchor="{anchor}"'
    return f'<text x="{x:.1f}" y="{y:.1f}"{sized}{placed} {more}>{escape(text)}</text>'


def sign(kind: Kind, x: float, y: float, hint: str = "", scale: float = 1) -> str:
    """The sign of a request's fate; hint is shown under the pointer."""
    outline, fill, edge, _ = SIGNS[kind]
    told = f"<title>{escape(hint)}</title>" if hint else ""
    look = f'fill="{fill}" stroke="{edge}" stroke-width="1.8"'
    moved = f"translate({x:.1f} {y:.1f})" + (f" scale({scale:.2f})" if scale < 1 else "")
    return f'<path class="sign {kind}" transform="{moved}" d="{outline}" {look}>{told}</path>'
