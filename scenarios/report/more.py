"""What a little more is worth, and where the next volunteers go, as tables."""

from collections.abc import Iterator, Sequence
from html import escape

from matcher.batch import Batch
from matcher.privacy import mask_text
from scenarios.easing import Easing
from scenarios.placing import Placing
from scenarios.report.facts import Report
from scenarios.report.words import Words
from scenarios.report.worth import PART_WORDS, first_tier, range_of, tier_called
from scenarios.worth import SAME

KINDS = {
    "hour": ("多一小时", "An hour more"),
    "reach": ("多走一成路", "A tenth more reach"),
    "duty": ("少一项必办", "One duty less"),
}
MOST = 10
"""Lines of each kind."""


def eased(report: Report) -> Iterator[str]:
    """The section on an hour, reach and duties; none where nothing was asked for."""
    if not report.found.worth:
        return
    say = report.words.say
    title = say("再多一点值多少", "What a little more is worth")
    yield f'<section aria-labelledby="eased"><h2 id="eased">{title}</h2><p>{_read(report.words)}</p>'
    heads = [say("多什么", "More of"), say("谁、哪项", "Whose"), say("目标", "Goal"), say("增加", "Gain")]
    rows = []
    for kind, words in KINDS.items():
        mine = [(e, tier) for e in report.found.easings if e.kind == kind and (tier := first_tier(e)) is not None]
        for each, tier in mine[:MOST]:
            goal = tier_called(report.words, report.batch.policy.tiers[tier])
            rows.append([say(*words), whose(report.batch, each), goal, range_of(each, tier)])
        if len(mine) > MOST:
            rest = len(mine) - MOST
            rows.append([say(*words), say(f"另有 {rest} 个", f"{rest} more"), "", ""])
    yield from table(heads, rows) if rows else [f"<p>{say('都不会更好。', 'None of it makes it better.')}</p>"]
    yield "</section>"


def whose(batch: Batch, easing: Easing) -> str:
    """The volunteer's id, or the request's title and id."""
    title = next((request.title for request in batch.requests if request.id == easing.id), None)
    return f"{mask_text(title)} {easing.id}" if title and easing.kind == "duty" else easing.id


def placed(report: Report) -> Iterator[str]:
    """The section on the next volunteers; none where nothing was asked for."""
    batch, words, say, placing = report.batch, report.words, report.words.say, report.found.placing
    if placing is None:
        return
    title = say("接下来的志愿者放在哪里", "Where the next volunteers are of most use")
    yield f'<section aria-labelledby="next"><h2 id="next">{title}</h2><p>{escape(distance(words, batch, placing))}</p>'
    names = {each.id: each.name or each.id for each in (*batch.sites, *batch.skills)}
    heads = ["", say("技能", "Skill"), say("住在", "Lives in"), say("有空", "Free in"), say("于是", "Then")]
    rows, before = [], placing.before
    for number, each in enumerate(placing.placed, 1):
        then = changes(words, batch, before, each.tiers)
        rows.append([str(number), names[each.skill], names[each.town], say(*PART_WORDS[each.part]), then])
        before = each.tiers
    yield from table(heads, rows) if rows else ()
    yield "</section>"


def distance(words: Words, batch: Batch, placing: Placing) -> str:
    """What the next volunteers reach together, and how far that may be from the best choice."""
    if not placing.placed:
        return words.say("再多一名志愿者，也不会更好。", "One volunteer more makes it no better.")
    count, gap = len(placing.placed), placing.gap
    together = changes(words, batch, placing.before, placing.after)
    zh = f"逐个选出 {count} 人，每次都选方案因此最好的；合起来：{together}。"
    en = f"{count} chosen one by one, each time whoever makes the plan best; together: {together}."
    if gap is None:
        return words.say(f"{zh}已证明：没有更好的选法。", f"{en} Proved: no other choice does better.")
    name = tier_called(words, batch.policy.tiers[gap[0]])
    if gap[1] is None:
        return words.say(f"{zh}离最好的选法多远，没有证明。", f"{en} How far from the best choice is not proved.")
    return words.say(
        f"{zh}已证明：任何同样人数的选法，“{name}”至多再多 {gap[1]:.3g}。",
        f"{en} Proved: no choice of as many has more than {gap[1]:.3g} more of “{name}”.",
    )


def changes(words: Words, batch: Batch, before: Sequence[float], after: Sequence[float]) -> str:
    """The tiers that change."""
    told = zip(batch.policy.tiers, before, after, strict=True)
    parts = [f"{tier_called(words, tier)} {now - then:+.4g}" for tier, then, now in told if abs(now - then) > SAME]
    return words.say("，", ", ").join(parts) or words.say("没有变化", "no change")


def table(heads: list[str], rows: list[list[str]]) -> Iterator[str]:
    """A table in a box that scrolls by itself."""
    yield '<div class="scroll" role="group" tabindex="0"><table><thead><tr>'
    yield "".join(f'<th scope="col">{escape(head)}</th>' for head in heads)
    yield "</tr></thead><tbody>"
    yield from (f"<tr>{''.join(f'<td>{escape(cell)}</td>' for cell in row)}</tr>" for row in rows)
    yield "</tbody></table></div>"


def _read(words: Words) -> str:
    return words.say(
        "某人晚收班一小时、能走远一成，或某项需求不再必办：方案第一处变化的目标至少和至多增加多少。"
        "最有用的几项已重新求解，只写一个数。",
        "Somebody ends an hour later, may travel a tenth further, or a request need no longer be served: by how much "
        "the first goal that changes rises at least and at most. The most useful few were solved again: one number.",
    )
