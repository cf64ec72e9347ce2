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

SIGNS: dict[Kind, tuple[str, str, str]] = {
    "served": ("M-3.5 0a3.5 3.5 0 1 0 7 0a3.5 3.5 0 1 0 -7 0Z", GREY, "#fff"),
    "unserved": ("M-3.5 0a3.5 3.5 0 1 0 7 0a3.5 3.5 0 1 0 -7 0Z", "#fff", GREY),
    "gone": ("M-4 -4L4 4M-4 4L4 -4", "none", SOFT),
    "met": ("M0 -6.5L6.5 0L0 6.5L-6.5 0Z", BLUE, "#fff"),
    "gained": ("M0 -7L7 5H-7Z", BLUE, "#fff"),
    "unmet": ("M0 -6.5L6.5 0L0 6.5L-6.5 0Z", "#fff", ORANGE),
    "lost": ("M0 7L7 -5H-7Z", "#fff", ORANGE),
}
"""Outline, filling and edge of each, in the order in which they are drawn: what changed stands in front."""


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


def sign(kind: Kind, x: float, y: float, hint: str = "") -> str:
    """The sign of a request's fate; hint is shown under the pointer."""
    outline, fill, edge = SIGNS[kind]
    told = f"<title>{escape(hint)}</title>" if hint else ""
    wide = 1 if edge == "#fff" else 2
    look = f'fill="{fill}" stroke="{edge}" stroke-width="{wide}"'
    return f'<path class="sign {kind}" transform="translate({x:.1f} {y:.1f})" d="{outline}" {look}>{told}</path>'
