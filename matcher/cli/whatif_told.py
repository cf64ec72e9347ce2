"""What the command whatif prints: the ready scenarios, those that were planned, what was found besides."""

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING

from matcher.cli.language import current, say

if TYPE_CHECKING:
    from matcher.batch import Batch
    from scenarios.comparing import Comparison, Figure, Row
    from scenarios.easing import Easing
    from scenarios.fairness import Curve, Point
    from scenarios.findings import Findings
    from scenarios.placing import Placing
    from scenarios.worth import Cell

MOST_TOLD, EACH_TOLD = 10, 3
"""Lines about one volunteer more, and about each kind of a little more."""
WORDS = {
    "people": ("派出", "sent", " 人", " people"),
    "filled": ("满足名额", "places filled", "", ""),
    "travel": ("路程", "on the way", " 分钟", " min"),
    "escalation": ("跨级", "tiers crossed", "", ""),
    "highest_load": ("一人最多", "most of one person", " 次", " visits"),
    "village_share": ("满足最少的村", "village served least", "", ""),
}
"""What figures are called before the number, and what stands behind it."""


def listed() -> Iterator[str]:
    """The ready scenarios, with what can be set."""
    from scenarios import load_scenario, ready
    from scenarios.cases import written

    for name in ready():
        given = load_scenario(name)
        yield f"{name}  {say(given.zh, given.en)}"
        if given.parameters:
            yield "    " + "  ".join(f"{key}={written(value)}" for key, value in given.parameters.items())


def lines(told: "Comparison") -> Iterator[str]:
    for row in told.rows:
        yield from _block(row, told.rows[0])
        yield ""


def _block(row: "Row", base: "Row") -> Iterator[str]:
    """A scenario in a few lines."""
    from matcher.policy import PRIORITIES
    from matcher.summary import PRIORITY_WORDS

    title = say(row.zh, row.en)
    drawn = say(f"，抽 {row.samples} 次", f", {row.samples} samples") if row.samples > 1 else ""
    proved = say("已证明最好", "proved best") if row.proved == row.samples else _not_proved(row)
    yield f"{title}{_bracketed(row.name) if row is not base else ''}{drawn}{say('：', ': ')}{proved}"
    for change in row.changes_zh if current() == "zh" else row.changes_en:
        yield f"  · {change}"
    by_name = {figure.name: figure for figure in row.figures}
    served = [
        f"{say(*PRIORITY_WORDS[p])} {_amount(by_name[f'served.{p}'], row is base)}/{row.asked[p]:.4g}"
        for p in PRIORITIES
        if row.asked[p]
    ]
    yield say("  满足需求  ", "  served  ") + "  ".join(served)
    yield "  " + "  ".join(_figure(by_name[name], row is base) for name in WORDS)
    if row is not base:
        yield say(
            f"  与现状相比，{row.affected:.3g} 项需求有人去与否不同",
            f"  {row.affected:.3g} requests are served where they were not, or the other way round",
        )


def _not_proved(row: "Row") -> str:
    far = "" if row.gap is None else say(f"，离最好至多 {row.gap:.2%}", f", within {row.gap:.2%} of the best")
    if row.samples == 1:
        return say("未证明最好", "not proved best") + far
    return say(f"{row.proved} 次已证明最好", f"{row.proved} proved best") + far


def _bracketed(name: str) -> str:
    return say(f"（{name}）", f" ({name})")


def _figure(figure: "Figure", plain: bool) -> str:
    return _with_unit(figure.name, _amount(figure, plain))


def _with_unit(name: str, amount: str) -> str:
    zh, en, behind_zh, behind_en = WORDS[name]
    return f"{say(zh, en)} {amount}{say(behind_zh, behind_en)}"


def _amount(figure: "Figure", plain: bool) -> str:
    """A mean, its interval and the change from the baseline."""
    from scenarios.report.words import shown

    if figure.mean is None:
        return "—"
    text = shown(figure.name, figure.mean) + (f"±{shown(figure.name, figure.half)}" if figure.half else "")
    return text if plain or figure.change is None else f"{text}({shown(figure.name, figure.change, '+')})"


def of_findings(batch: "Batch", found: "Findings") -> Iterator[Iterator[str]]:
    """What was looked into besides scenarios, part by part."""
    yield _one_more(batch, found.worth)
    yield _easings(batch, found.easings)
    yield _placing(batch, found.placing)
    yield _fairness(batch, found.fairness)


def _one_more(batch: "Batch", found: Sequence["Cell"]) -> Iterator[str]:
    """The volunteers thought of that are worth most."""
    from scenarios.report.words import Words
    from scenarios.report.worth import PART_WORDS, first_tier, range_of, tier_called

    if not found:
        return
    yield say("再多一名志愿者，最有用的：", "One volunteer more, where it helps most:")
    names = {each.id: each.name or each.id for each in (*batch.sites, *batch.skills)}
    words = Words(current())
    for cell in found[:MOST_TOLD]:
        tier = first_tier(cell)
        if tier is None:
            yield say("  其余的不会更好", "  others make it no better")
            break
        goal = tier_called(words, batch.policy.tiers[tier])
        who = f"{names[cell.skill]} · {names[cell.town]} · {say(*PART_WORDS[cell.part])}"
        sure = say("（已重解）", " (solved again)") if cell.solved is not None else ""
        yield f"  {who}{say('：', ': ')}{goal} {range_of(cell, tier)}{sure}"


def _easings(batch: "Batch", found: Sequence["Easing"]) -> Iterator[str]:
    """Of an hour, reach and duties those that are worth most."""
    from scenarios.report.more import KINDS, whose
    from scenarios.report.words import Words
    from scenarios.report.worth import first_tier, range_of, tier_called

    if not found:
        return
    yield say("再多一点，最有用的：", "A little more, where it helps most:")
    words, told = Words(current()), list[str]()
    for kind, called in KINDS.items():
        mine = [(e, tier) for e in found if e.kind == kind and (tier := first_tier(e)) is not None]
        for each, tier in mine[:EACH_TOLD]:
            sure = say("（已重解）", " (solved again)") if each.solved is not None else ""
            goal = tier_called(words, batch.policy.tiers[tier])
            told.append(f"  {say(*called)} · {whose(batch, each)}{say('：', ': ')}{goal} {range_of(each, tier)}{sure}")
    yield from told or [say("  都不会更好", "  none of it makes it better")]


def _placing(batch: "Batch", placing: "Placing | None") -> Iterator[str]:
    """The next volunteers, and how far from the best choice."""
    from scenarios.report.more import changes, distance
    from scenarios.report.words import Words
    from scenarios.report.worth import PART_WORDS

    if placing is None:
        return
    yield say("接下来的志愿者，逐个选：", "The next volunteers, one by one:")
    names, words = {each.id: each.name or each.id for each in (*batch.sites, *batch.skills)}, Words(current())
    before = placing.before
    for number, each in enumerate(placing.placed, 1):
        who = f"{names[each.skill]} · {names[each.town]} · {say(*PART_WORDS[each.part])}"
        yield f"  {number:>2}  {who}{say('：', ': ')}{changes(words, batch, before, each.tiers)}"
        before = each.tiers
    yield f"  {distance(words, batch, placing)}"


def _fairness(batch: "Batch", curve: "Curve | None") -> Iterator[str]:
    """What each point costs and buys."""
    from scenarios.report.fairness import weighed
    from scenarios.report.words import Words

    if curve is None:
        return
    yield say("公平的代价：", "The price of fairness:")
    yield f"  {weighed(Words(current()), curve)}"
    for point in curve.points:
        yield f"  {_point(batch, point)}"


def _point(batch: "Batch", point: "Point") -> str:
    from scenarios.fairness import called
    from scenarios.report.fairness import goal
    from scenarios.report.words import Words, shown

    costs = (("filled", point.places), ("travel", point.minutes))
    parts = [say(*called(point.strength)), *(_with_unit(name, shown(name, value, "+")) for name, value in costs)]
    parts += [changed] if (changed := goal(Words(current()), batch, point)) else []
    if point.mean is not None:
        share = f"{point.mean:.1%}", f"{point.lowest:.1%}"
        parts.append(say("这些村平均 {}、最低 {}", "these sites {} on average, at least {}").format(*share))
    parts.append(_with_unit("highest_load", f"{point.highest}"))
    parts.append(say(f"派出的人平均 {point.load:.2f} 次", f"{point.load:.2f} on average"))
    return "  ".join(parts) + ("" if point.proved else say("（未证明最好）", " (not proved best)"))
