"""A picture for each main figure: a bar and its interval for every scenario, the baseline as a line."""

from collections.abc import Iterator

from matcher.policy import PRIORITIES
from scenarios.comparing import Figure, Row
from scenarios.report.draw import BLUE, INK, SOFT, Picture, cut, joined, width_of, words
from scenarios.report.facts import Report

WIDTH, TOP, ROW, BAR = 400, 52, 44, 13
SMALL = 12
FIGURES = ("filled", "people", "travel", "escalation")
"""Drawn besides the requests served of each priority that is asked for."""


def bars(report: Report) -> list[Picture]:
    """The pictures, in the order of the tables."""
    asked = [f"served.{name}" for name in PRIORITIES if any(row.asked[name] for row in report.table.rows)]
    return [_picture(report, name) for name in (*asked, *FIGURES)]


def dashes(report: Report) -> str:
    """What the lines in the pictures mean."""
    told = report.words.say("虚线是现状。", "The dashed line is the baseline.")
    if any(each.row.samples > 1 for each in report.scenarios):
        told += report.words.say("细线是均值的 95% 置信区间。", " Thin lines are 95% confidence intervals of the mean.")
    return told


def figure(row: Row, name: str) -> Figure:
    """The figure of that name."""
    return next(each for each in row.figures if each.name == name)


def _picture(report: Report, name: str) -> Picture:
    say, base = report.words, figure(report.base, name)
    found = [(say.title(told.row), figure(told.row, name)) for told in report.scenarios]
    most = max(1e-9, base.mean or 0, *((each.mean or 0) + (each.half or 0) for _, each in found))
    most *= 1 + 1 / WIDTH
    line = None if base.mean is None else WIDTH * base.mean / most
    told = say.say(f"现状 {say.mean(base)}", f"Baseline {say.mean(base)}")
    parts = [words(0, 20, say.figure(name), size=15, more='font-weight="600"'), _line_name(told, line or 0)]
    for row, (title, each) in enumerate(found):
        parts += _row(report, TOP + row * ROW, title, each, most, line)
    heard = [told, *(f"{title} {say.mean(each)}{say.half(each) if each.half else ''}" for title, each in found)]
    label = f"{say.figure(name)}{say.say('：', ': ')}{say.say('；', '; ').join(heard)}"
    return Picture(label, WIDTH, TOP + len(found) * ROW, joined(parts))


def _line_name(text: str, line: float) -> str:
    half = width_of(text, SMALL) / 2
    at = min(max(line, half), WIDTH - half)
    return words(at, 41, text, size=SMALL, anchor="middle", more=f'fill="{SOFT}"')


def _row(report: Report, top: float, title: str, each: Figure, most: float, line: float | None) -> Iterator[str]:
    value = f"{report.words.mean(each)} {report.words.half(each) if each.half else ''}".strip()
    yield words(0, top + 13, cut(title, WIDTH - width_of(value) - 12))
    yield words(WIDTH, top + 13, value, anchor="end", more='font-weight="600"')
    bar = top + 21
    yield f'<rect x="0" y="{bar}" width="{WIDTH}" height="{BAR}" fill="#eef2f4"/>'
    if each.mean is not None:
        yield f'<rect class="bar" x="0" y="{bar}" width="{WIDTH * each.mean / most:.1f}" height="{BAR}" fill="{BLUE}"/>'
        if each.half:
            yield _interval(WIDTH * max(0, each.mean - each.half) / most, WIDTH * (each.mean + each.half) / most, bar)
    if line is not None:
        at = min(max(line, 1), WIDTH - 1)
        yield f'<path d="M{at:.1f} {bar - 3}v{BAR + 6}" stroke="{INK}" stroke-width="2" stroke-dasharray="4 2"/>'


def _interval(low: float, high: float, bar: float) -> str:
    """A line with ends, white around so that it shows on the bar too."""
    middle = bar + BAR / 2
    path = f"M{low:.1f} {middle - 4}v8M{low:.1f} {middle}H{high:.1f}M{high:.1f} {middle - 4}v8"
    return (
        f'<path d="{path}" stroke="#fff" stroke-width="4" fill="none"/>'
        f'<path class="interval" d="{path}" stroke="{INK}" stroke-width="1.6" fill="none"/>'
    )
