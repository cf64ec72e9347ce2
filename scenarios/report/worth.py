"""What one volunteer more is worth, as a table skill × town in colours."""

from collections.abc import Iterator, Sequence
from html import escape

from matcher.policy import Tier
from matcher.rules import TERMS
from scenarios.easing import Easing
from scenarios.report.facts import Report
from scenarios.report.words import Words
from scenarios.worth import SAME, Cell

PART_WORDS = {"morning": ("上午", "morning"), "afternoon": ("下午", "afternoon"), "evening": ("晚上", "evening")}
COLOURS = ("#8c2d04", "#d95f0e", "#fe9929", "#fed98e", "#eef2d8")
"""Of the first tier that gains, the most pressing first; the last one for all further tiers."""
DARK = 2
"""Colours so dark that white stands on them."""


def worth(report: Report) -> Iterator[str]:
    """The section's lines; none where nothing was asked for."""
    if not report.found.worth:
        return
    words, say = report.words, report.words.say
    title = say("再多一名志愿者值多少", "What one volunteer more is worth")
    yield f'<section aria-labelledby="worth"><h2 id="worth">{title}</h2><p>{_read(words)}</p>'
    best, every = best_of(report.found.worth), {cell.town for cell in report.found.worth}
    towns = sorted({town for _, town in best}, key=lambda town: (-sum(t == town for _, t in best), town))
    skills = [
        skill for skill in dict.fromkeys(cell.skill for cell in report.found.worth) if any(s == skill for s, _ in best)
    ]
    if towns:
        yield from _table(report, best, skills, towns)
    if len(towns) < len(every):
        rest = len(every) - len(towns)
        none = say(f"另有 {rest} 个镇，再多一人也不会更好。", f"In {rest} other towns one more makes it no better.")
        yield f'<p class="soft">{none}</p>'
    yield "</section>"


def _table(
    report: Report, best: dict[tuple[str, str], Cell], skills: Sequence[str], towns: Sequence[str]
) -> Iterator[str]:
    names = {each.id: escape(each.name or each.id) for each in (*report.batch.sites, *report.batch.skills)}
    yield '<div class="scroll" role="group" aria-labelledby="worth" tabindex="0"><table class="heat">'
    yield f"<thead><tr><td></td>{''.join(f'<th scope=col>{names[town]}</th>' for town in towns)}</tr></thead><tbody>"
    for skill in skills:
        cells = "".join(_square(report, best.get((skill, town))) for town in towns)
        yield f'<tr><th scope="row">{names[skill]}</th>{cells}</tr>'
    yield "</tbody></table></div>"


def best_of(cells: Sequence[Cell]) -> dict[tuple[str, str], Cell]:
    """Of each skill and town the part of the day that is worth most, where any can be worth something."""
    found: dict[tuple[str, str], Cell] = {}
    for cell in cells:
        if first_tier(cell) is not None:
            found.setdefault((cell.skill, cell.town), cell)
    return found


def first_tier(cell: Cell | Easing) -> int | None:
    """The first tier that can gain; null where none can."""
    if cell.solved is not None:
        return next((t for t, gain in enumerate(cell.solved) if abs(gain) > SAME), None)
    return next((t for t, high in enumerate(cell.worth.high) if high is None or high > SAME), None)


def range_of(cell: Cell | Easing, tier: int) -> str:
    """What a tier gains: a number where it is known, else from and to."""
    if cell.solved is not None:
        return f"+{_short(cell.solved[tier])}"
    low, high = cell.worth.low[tier] if not any(cell.worth.low[:tier]) else 0.0, cell.worth.high[tier]
    if high is None:
        return f"+{_short(low)}…"
    return f"+{_short(high)}" if high - low <= SAME else f"{_short(low)}…{_short(high)}"


def _short(value: float) -> str:
    return f"{value:.3g}" if abs(value) < 1000 else f"{value:,.0f}"


def tier_called(words: Words, tier: Tier) -> str:
    """What a tier counts: its term, where it has one only."""
    names = list(tier.terms)
    return words.say(TERMS[names[0]].zh, TERMS[names[0]].en) if len(names) == 1 else words.say("路程等", "ways etc.")


def _read(words: Words) -> str:
    return words.say(
        "住在该镇、有该项技能、某个时段有空的一个人：方案第一处变化的目标至少和至多增加多少，取最有用的时段。"
        "上限由对偶价格证明；一个数表示两者相等，或已重新求解。空白：不会更好。",
        "Somebody who lives in the town, has the skill and is free in one part of the day: by how much the first goal "
        "that changes rises at least and at most, in the part that helps most. Upper ends are proved by dual prices; "
        "one number means that both are equal, or that it was solved again. Blank: no better.",
    )


def _square(report: Report, cell: Cell | None) -> str:
    if cell is None:
        return "<td></td>"
    tier = first_tier(cell)
    assert tier is not None
    colour, ink = COLOURS[min(tier, len(COLOURS) - 1)], "#fff" if tier < DARK else "#14202e"
    name, part = tier_called(report.words, report.batch.policy.tiers[tier]), report.words.say(*PART_WORDS[cell.part])
    return (
        f'<td style="background:{colour};color:{ink}">{range_of(cell, tier)}<small>{escape(name)} · {part}</small></td>'
    )
