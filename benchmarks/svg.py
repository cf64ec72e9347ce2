"""Plain charts as SVG text: dark on white, with axes, ticks and a legend."""

import math
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from xml.sax.saxutils import escape

WIDTH, HEIGHT = 760, 420
LEFT, RIGHT, TOP, BOTTOM = 80, 170, 44, 60
"""Margins of the plot; the legend stands in the right one."""
BAR = 26
"""Height of a bar with its gap."""
INK, FAINT = "#222222", "#dddddd"
COLOURS = ("#0072b2", "#d55e00", "#009e73", "#cc79a7", "#e69f00", "#56b4e9", "#555555")
"""Told apart by people who see red and green alike (Okabe and Ito, Color Universal Design, 2008)."""

Points = Sequence[tuple[float, float]]


@dataclass(frozen=True)
class Axis:
    """An axis from `low` to `high`; `log`: by powers of ten."""

    label: str
    low: float
    high: float
    log: bool = False

    def share(self, value: float) -> float:
        """Where a value stands between the ends, 0 to 1; one beyond them at the end."""
        low, high, now = (math.log10(v) if self.log else v for v in (self.low, self.high, max(value, self.low)))
        return min(1.0, (now - low) / (high - low))

    def ticks(self) -> list[float]:
        """Powers of ten, or steps of 1, 2 or 5 times one."""
        if self.log:
            first, last = math.ceil(math.log10(self.low) - 1e-9), math.floor(math.log10(self.high) + 1e-9)
            return [10.0**power for power in range(first, last + 1)]
        rough = (self.high - self.low) / 5
        unit = 10.0 ** math.floor(math.log10(rough))
        step = next(unit * times for times in (1, 2, 5, 10) if unit * times >= rough - 1e-9)
        first, last = math.ceil(self.low / step - 1e-9), math.floor(self.high / step + 1e-9)
        return [step * count for count in range(first, last + 1)]


def decades(values: Iterable[float], label: str) -> Axis:
    """A logarithmic axis over whole powers of ten that holds the values, all above 0."""
    kept = list(values)
    low, high = math.floor(math.log10(min(kept))), math.ceil(math.log10(max(kept)))
    return Axis(label, 10.0**low, 10.0 ** max(high, low + 1), log=True)


def lines(title: str, x: Axis, y: Axis, series: Mapping[str, Points]) -> str:
    """A line for each series, of points in order of x."""
    drawn = [_axes(x, y), *_legend(series)]
    for colour, points in zip(_colours(series), series.values(), strict=True):
        path = " ".join(f"{_x(x, a):.1f},{_y(y, b):.1f}" for a, b in points)
        drawn.append(f'<polyline points="{path}" fill="none" stroke="{colour}" stroke-width="2"/>')
    return _page(title, HEIGHT, drawn)


def dots(title: str, x: Axis, y: Axis, full: Mapping[str, Points], hollow: Mapping[str, Points]) -> str:
    """Full and hollow dots, the two in one colour where their series has one name."""
    names = dict.fromkeys([*full, *hollow])
    drawn = [_axes(x, y), *_legend(names)]
    for name, colour in zip(names, _colours(names), strict=True):
        for points, fill in ((full.get(name, ()), colour), (hollow.get(name, ()), "white")):
            look = f'r="4.5" fill="{fill}" stroke="{colour}" stroke-width="2"'
            drawn += [f'<circle cx="{_x(x, a):.1f}" cy="{_y(y, b):.1f}" {look}/>' for a, b in points]
    return _page(title, HEIGHT, drawn)


def bars(title: str, unit: str, values: Mapping[str, float]) -> str:
    """A lying bar for each value from 0 up, the number at its end followed by the unit."""
    most = max([*values.values(), 1e-9])
    left, room = LEFT + RIGHT, WIDTH - LEFT - 2 * RIGHT
    drawn = []
    for row, (name, value) in enumerate(values.items()):
        top = TOP + row * BAR
        wide = room * value / most
        drawn += [
            _text(left - 8, top + 15, name, "end"),
            f'<rect x="{left}" y="{top}" width="{wide:.1f}" height="{BAR - 6}" fill="{COLOURS[0]}"/>',
            _text(left + wide + 6, top + 15, f"{value:.3g}{unit}", "start"),
        ]
    return _page(title, TOP + len(values) * BAR + 16, drawn)


def _page(title: str, height: int, drawn: Iterable[str]) -> str:
    head = f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {height}" width="{WIDTH}" height="{height}"'
    parts = [f'{head} font-family="sans-serif" font-size="13" fill="{INK}">', f"<title>{escape(title)}</title>"]
    parts += [f'<rect width="{WIDTH}" height="{height}" fill="white"/>']
    parts += [f'<text x="{LEFT}" y="26" font-size="15" font-weight="bold">{escape(title)}</text>']
    return "\n".join([*parts, *drawn, "</svg>"]) + "\n"


def _axes(x: Axis, y: Axis) -> str:
    right, bottom = WIDTH - RIGHT, HEIGHT - BOTTOM
    drawn = []
    for value in x.ticks():
        at = _x(x, value)
        drawn.append(f'<path d="M{at:.1f} {TOP}V{bottom}" stroke="{FAINT}"/>')
        drawn.append(_text(at, bottom + 20, f"{value:g}", "middle"))
    for value in y.ticks():
        at = _y(y, value)
        drawn.append(f'<path d="M{LEFT} {at:.1f}H{right}" stroke="{FAINT}"/>')
        drawn.append(_text(LEFT - 8, at + 4, f"{value:g}", "end"))
    drawn.append(f'<path d="M{LEFT} {TOP}V{bottom}H{right}" fill="none" stroke="{INK}"/>')
    drawn.append(_text((LEFT + right) / 2, HEIGHT - 16, x.label, "middle"))
    middle = (TOP + bottom) / 2
    turned = f'transform="rotate(-90 22 {middle})"'
    drawn.append(f'<text x="22" y="{middle}" text-anchor="middle" {turned}>{escape(y.label)}</text>')
    return "\n".join(drawn)


def _legend(names: Iterable[str]) -> list[str]:
    found = list(names)
    left = WIDTH - RIGHT + 16
    drawn = []
    for row, (name, colour) in enumerate(zip(found, _colours(found), strict=True)):
        top = TOP + 12 + row * 22
        drawn.append(f'<rect x="{left}" y="{top - 10}" width="12" height="12" fill="{colour}"/>')
        drawn.append(_text(left + 18, top + 1, name, "start"))
    return drawn


def _colours(names: Iterable[str]) -> list[str]:
    return [COLOURS[row % len(COLOURS)] for row, _ in enumerate(names)]


def _x(axis: Axis, value: float) -> float:
    return LEFT + (WIDTH - LEFT - RIGHT) * axis.share(value)


def _y(axis: Axis, value: float) -> float:
    return HEIGHT - BOTTOM - (HEIGHT - TOP - BOTTOM) * axis.share(value)


def _text(x: float, y: float, words: str, anchor: str) -> str:
    return f'<text x="{x:.1f}" y="{y:.1f}" text-anchor="{anchor}">{escape(words)}</text>'
