"""The report as one picture for slides: the bars, and the map of the first scenario beside them."""

from typing import Any

from matcher import MatcherError
from scenarios.report.bars import bars, dashes
from scenarios.report.draw import SOFT, Picture, cut, joined, words
from scenarios.report.facts import Report
from scenarios.report.map import county

WIDTH, MARGIN, TOP, GAP = 1600, 40, 120, 34
COLUMNS = 2
"""Columns of bars."""
WIDE, TALL = 720, 880
"""Most width and height of the map with its legend."""


def png(report: Report) -> bytes:
    """The file's bytes, `WIDTH` pixels wide. Raises MatcherError where the extra `png` or a Chinese font is missing."""
    require_renderer()
    drawn = slide(report)
    return bytes(_resvg().svg_to_bytes(svg_string=drawn.svg(), width=WIDTH, background="#ffffff"))


def slide(report: Report) -> Picture:
    """The picture: bars of all scenarios in columns, the map at their right."""
    say, first = report.words.say, report.scenarios[0]
    further = len(report.table.further)
    series = say(f" 等 {further + 1} 个批次合计", f" and {further} more, added up") if further else ""
    title = f"{say('情景对比', 'What if')} · {report.batch.id}{series}"
    name = report.words.title(first.row) + (f" · {report.batch.id}" if further else "")
    drawn = [
        words(MARGIN, 54, cut(title, WIDTH - 2 * MARGIN, 32), size=32, more='font-weight="600"'),
        words(MARGIN, 88, dashes(report), size=18, more=f'fill="{SOFT}"'),
    ]
    sketch = county(report, first)
    wide = min(WIDE, TALL * sketch.width / sketch.height) if sketch else 0
    left = WIDTH - MARGIN - wide
    foot = [TOP + 0.0] * COLUMNS
    column = (left - MARGIN) / COLUMNS - GAP
    for each in bars(report):
        n = foot.index(min(foot))
        drawn.append(each.at(MARGIN + n * (column + GAP), foot[n], column))
        foot[n] += each.height * column / each.width + GAP
    height = max(foot)
    if sketch:
        heading = cut(say(f"{name}，与现状对比", f"{name}, against the baseline"), wide, 18)
        drawn += [words(left, 88, heading, size=18, more=f'fill="{SOFT}"'), sketch.at(left, TOP - 16, wide)]
        height = max(height, TOP + sketch.height * wide / sketch.width)
    return Picture(title, WIDTH, height + MARGIN / 2, joined(drawn))


def require_renderer() -> None:
    """Raises MatcherError unless pictures can be made here, with Chinese in them."""
    draw = _resvg().svg_to_bytes
    if draw(svg_string=_probe("国")) == draw(svg_string=_probe("")):
        raise MatcherError(
            "这台电脑没有中文字体，无法生成图片；请安装一种，例如 Noto Sans CJK",
            "no Chinese font on this machine, so that no picture can be made: install one, as Noto Sans CJK",
        )


def _probe(text: str) -> str:
    return Picture("", 20, 20, words(0, 16, text)).svg()


def _resvg() -> Any:
    try:
        import resvg_py
    except ImportError:
        hint = "pip install 'volunteer-matcher[png]'"
        raise MatcherError(
            f"还没有安装生成图片所需的程序库：{hint}", f"the library that makes pictures is missing: {hint}"
        ) from None
    return resvg_py
