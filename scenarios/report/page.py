"""The report as one HTML page that opens offline: its pictures and style stand in it, and it has no script."""

from collections.abc import Iterable, Iterator, Sequence
from datetime import timedelta
from html import escape
from importlib.resources import files

from matcher.policy import PRIORITIES
from matcher.privacy import mask_text
from scenarios.comparing import Figure, Row
from scenarios.report import changed, fairness
from scenarios.report.bars import bars, dashes, figure
from scenarios.report.draw import Picture
from scenarios.report.facts import Report, Told
from scenarios.report.gantt import MOST as BUSIEST
from scenarios.report.gantt import days
from scenarios.report.map import county
from scenarios.report.more import eased, placed
from scenarios.report.worth import worth

MOST = 50
"""Requests in a table of those that changed."""
POLICY = "default-src 'none'; style-src 'unsafe-inline'; img-src data:"
NUMBER = ' class="n"'


def page(report: Report) -> str:
    """The page's text."""
    say = report.words.say
    title = f"{say('情景对比', 'What if')} · {report.batch.id}"
    css = files("scenarios.report").joinpath("page.css").read_text(encoding="utf-8")
    head = [
        "<!doctype html>",
        f'<html lang="{say("zh-CN", "en")}">',
        '<head><meta charset="utf-8"><meta name="viewport" content="width=device-width, initial-scale=1">',
        f'<meta http-equiv="Content-Security-Policy" content="{POLICY}"><meta name="referrer" content="no-referrer">',
        f'<link rel="icon" href="data:,"><title>{escape(title)}</title><style>{css}</style></head>',
    ]
    body = [
        *_top(report),
        "<main>",
        *_overview(report),
        *worth(report),
        *eased(report),
        *placed(report),
        *_fairness(report),
    ]
    for number, told in enumerate(report.scenarios, 1):
        body += _scenario(report, told, number)
    return "\n".join([*head, "<body>", *body, "</main>", "</body></html>", ""])


def day_of(report: Report) -> str:
    """The day or days that were planned."""
    first, end = report.batch.horizon.start, report.batch.horizon.end
    last = max(first, end.astimezone(first.tzinfo) - timedelta(microseconds=1))
    return f"{first.date()}" if last.date() == first.date() else f"{first.date()} – {last.date()}"


def _top(report: Report) -> Iterator[str]:
    say = report.words
    batch = report.batch
    parts = [
        f"{say.say('批次', 'Batch')} {batch.id}",
        day_of(report),
        say.count(len(batch.volunteers), "名志愿者", "volunteer", "volunteers"),
        say.count(len(batch.requests), "项需求", "request", "requests"),
    ]
    yield f"<header><h1>{say.say('情景对比', 'What if')}</h1><p>{' · '.join(map(escape, parts))}</p></header>"


def _overview(report: Report) -> Iterator[str]:
    say = report.words.say
    yield f'<section aria-labelledby="all"><h2 id="all">{say("全部情景", "All scenarios")}</h2>'
    now = report.words.proof([report.baseline])
    yield f"<p>{say('现状', 'The baseline')}{say('：', ': ')}{now}{say('。', '.')}</p>"
    if not report.scenarios:
        yield "</section>"
        return
    if further := len(report.table.further):
        yield f"<p>{_of_series(report, further + 1)}</p>"
    yield "<ol>"
    for number, told in enumerate(report.scenarios, 1):
        name = escape(report.words.title(told.row))
        yield f'<li><a href="#s{number}">{name}</a> <span class="soft">{report.words.proof(told.samples)}</span></li>'
    yield "</ol>"
    yield f'<p class="soft">{dashes(report)}</p><div class="bars">{"".join(map(_figure, bars(report)))}</div></section>'


def _of_series(report: Report, days: int) -> str:
    id = escape(report.batch.id)
    return report.words.say(
        f"数字是 {days} 个批次的合计；地图、排班和需求表取第一个批次 {id}。",
        f"Figures are over {days} batches; map, days and requests are those of the first, {id}.",
    )


def _fairness(report: Report) -> Iterator[str]:
    curve, words = report.found.fairness, report.words
    if curve is None:
        return
    title = words.say("公平的代价", "The price of fairness")
    yield f'<section aria-labelledby="fair"><h2 id="fair">{title}</h2>'
    yield f"<p>{fairness.weighed(words, curve)}{fairness.read(words)}</p>"
    drawn = fairness.pictures(words, curve)
    if drawn:
        yield f'<p class="soft">{fairness.signs(words)}</p><div class="bars">{"".join(map(_figure, drawn))}</div>'
    caption = words.say("与现状相比", "Against the baseline")
    yield _table(caption, fairness.heads(words), fairness.rows(words, report.batch, curve), numbers=True)
    yield "</section>"


def _scenario(report: Report, told: Told, number: int) -> Iterator[str]:
    say = report.words.say
    name = escape(report.words.title(told.row))
    yield f'<section aria-labelledby="s{number}"><h2 id="s{number}">{number}. {name}</h2>'
    yield f'<p><span class="proof">{report.words.proof(told.samples)}</span> {escape(_affected(report, told.row))}</p>'
    yield '<div class="pair"><div>'
    changes = told.row.changes_zh if report.words.lang == "zh" else told.row.changes_en
    yield f"<h3>{say('改了什么', 'What was changed')}</h3><ul>"
    yield from (f"<li>{escape(mask_text(change))}</li>" for change in changes)
    yield f"</ul><h3>{say('指标', 'Figures')}</h3>{_figures(report, told)}"
    if told.row.samples > 1:
        first = say("地图、排班和需求表取第一次抽样。", "Map, days and requests are those of the first sample.")
        yield f'<p class="soft">{first}</p>'
    yield f"</div><div><h3>{say('地图：与现状对比', 'Map, against the baseline')}</h3>"
    drawn = county(report, told)
    yield _figure(drawn, "map") if drawn else f"<p>{say('这批数据没有坐标。', 'This batch has no coordinates.')}</p>"
    yield "</div></div>"
    yield from _days(report, told)
    yield from _requests(report, told)
    yield "</section>"


def _affected(report: Report, row: Row) -> str:
    number = f"{row.affected:.3g}"
    many = row.samples > 1
    return report.words.say(
        f"与现状相比，{number} 项需求有人去与否不同{f'（{row.samples} 次抽样的均值）' if many else ''}。",
        f"{number} requests are served where they were not, or the reverse"
        f"{f' (mean of {row.samples} samples)' if many else ''}.",
    )


def _figures(report: Report, told: Told) -> str:
    """The figures beside the baseline, those served with what is asked for."""
    say, several = report.words, told.row.samples > 1
    heads = [
        say.say("指标", "Figure"),
        say.say("现状", "Baseline"),
        say.say("情景", "Scenario"),
        say.say("变化", "Change"),
    ]
    heads += [say.say("95% 区间", "95% interval")] * several
    rows = []
    for each in told.row.figures:
        cells = [
            _of(report, figure(report.base, each.name), report.base),
            _of(report, each, told.row),
            say.change(each),
            *([say.half(each) or "—"] * several),
        ]
        rows.append([say.figure(each.name), *cells])
    return _table(say.say("与现状对比", "Beside the baseline"), heads, rows, numbers=True)


def _of(report: Report, each: Figure, row: Row) -> str:
    """A mean, with what is asked for where it counts requests."""
    served, _, priority = each.name.partition(".")
    asked = f" / {row.asked[priority]:,.4g}" if served == "served" and priority in PRIORITIES else ""
    return report.words.mean(each) + asked


def _days(report: Report, told: Told) -> Iterator[str]:
    say = report.words.say
    sent = len({visit.volunteer for visit in told.samples[0].result.plan.visits})
    title = say("最忙的人的一天", "Days of the busiest")
    drawn = days(report, told)
    yield f"<h3>{title}</h3>"
    if drawn is None:
        yield f"<p>{say('没有派出任何人。', 'Nobody is sent.')}</p>"
        return
    total = say(f"派出 {sent:,} 人", f"{sent:,} sent")
    if sent > BUSIEST:
        total += say(f"，图中是次数最多的 {BUSIEST} 人", f", the {BUSIEST} with most visits shown")
    yield f"<p>{total}{say('。', '.')}</p>"
    yield _scrolled(title, _figure(drawn, "days"))


def _requests(report: Report, told: Told) -> Iterator[str]:
    say = report.words.say
    found = told.affected
    yield f"<h3>{say('服务情况有变的需求', 'Requests served in one plan only')}</h3>"
    if not found:
        yield f"<p>{say('没有。', 'None.')}</p>"
        return
    total = say(f"共 {len(found):,} 项", f"{len(found):,} in all")
    if len(found) > MOST:
        total += say(f"，列出前 {MOST} 项", f", the first {MOST} shown")
    rows = [changed.row(report.words, fate) for fate in found[:MOST]]
    yield _table(total, changed.heads(report.words), rows)


def _table(caption: str, heads: Sequence[str], rows: Iterable[Sequence[str]], numbers: bool = False) -> str:
    look = NUMBER if numbers else ""
    head = "".join(f'<th scope="col"{look if n else ""}>{escape(text)}</th>' for n, text in enumerate(heads))
    lines = [
        f'<tr><th scope="row">{escape(row[0])}</th>{"".join(f"<td{look}>{escape(cell)}</td>" for cell in row[1:])}</tr>'
        for row in rows
    ]
    text = "\n".join(lines)
    table = f"<table><caption>{escape(caption)}</caption><thead><tr>{head}</tr></thead><tbody>{text}</tbody></table>"
    return _scrolled(caption, table)


def _scrolled(label: str, content: str) -> str:
    """A box of its own for what may be wider than the screen; keys scroll it too."""
    return f'<div class="scroll" role="group" aria-label="{escape(label)}" tabindex="0">{content}</div>'


def _figure(picture: Picture, kind: str = "bar") -> str:
    return f'<figure class="{kind}">{picture.svg()}</figure>'
