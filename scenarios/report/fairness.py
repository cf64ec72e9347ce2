"""What fairness costs: places and minutes lost, against the share of its places that a village has had filled."""

from collections.abc import Callable, Iterator, Sequence

from matcher import Batch
from scenarios.fairness import Curve, Point, called
from scenarios.report.draw import BLUE, GREY, INK, SOFT, Picture, joined, width_of, words
from scenarios.report.words import Words, shown
from scenarios.report.worth import tier_called
from scenarios.worth import SAME

WIDTH, HEIGHT = 400, 300
LEFT, RIGHT, TOP, BOTTOM = 64, 384, 84, 246
"""Of the plot."""
NAMES, SMALL, GAP = 50, 12, 10
"""Baseline of the points' names; size of small words, and room between two."""


def weighed(words: Words, curve: Curve) -> str:
    """For which villages requests are worth more."""
    number = len(curve.villages)
    if not number:
        return words.say(
            "没有需求来自往期满足率低于平均的村（或没有填往期名额），所以没有各村的曲线。",
            "No request comes from a village that had less than the average share filled in past batches, or sites do "
            "not say what was filled: there is no curve of villages.",
        )
    return words.say(
        f"有需求的村（站点）里，{number:,} 个往期满足率低于平均；强度越大，越看重它们的需求，"
        "强度 1 时从未满足过的村加倍。",
        f"Of the villages (sites) that ask for something, {number:,} had less than the average share filled in past "
        "batches: the greater the strength, the more their requests are worth; 1 doubles it where nothing was filled.",
    )


def read(words: Words) -> str:
    """How the points are meant."""
    return words.say(
        "任务均摊：满足的需求不减少，做得多的人少派。代价按本批自己的目标计算，满足率含往期。",
        " Loads levelled: who has served most is spared, at no loss of coverage. Costs are by the batch's own goals, "
        "shares include past batches.",
    )


def signs(words: Words) -> str:
    """What signs in the pictures mean."""
    return words.say(
        "上方的数是强度，空心点未证明最好，虚线是现状。任务均摊不是为各村，只在表中。",
        "Numbers above are strengths; hollow dots are not proved best; the dashed line is the baseline. Levelled loads "
        "are not for villages, and stand in the table only.",
    )


def heads(words: Words) -> list[str]:
    """What stands above the columns."""
    say = words.say
    return [
        say("方案", "Plan"),
        say("名额", "Places"),
        say("路程（分钟）", "Minutes on the way"),
        say("首个变化的目标", "First goal that changes"),
        say("这些村平均满足率", "Mean share of these villages"),
        say("其中最低", "Least of them"),
        say("一人最多次数", "Most visits of one person"),
        say("派出的人平均次数", "Mean visits of those sent"),
        say("改动的安排", "Visits that change"),
    ]


GOAL = 3
"""Column of the goal."""


def rows(words: Words, batch: Batch, curve: Curve) -> Iterator[list[str]]:
    """A row for each point."""
    for point in curve.points:
        proof = "" if point.proved else words.say("（未证明最好）", " (not proved best)")
        yield [
            words.say(*called(point.strength)) + proof,
            _signed(point.places),
            _signed(point.minutes),
            goal(words, batch, point).replace("-", "−") or "—",
            *("—" if share is None else f"{share:.1%}" for share in (point.mean, point.lowest)),
            f"{point.highest:,}",
            f"{point.load:.2f}",
            f"{point.changed:,}",
        ]


def goal(words: Words, batch: Batch, point: Point) -> str:
    """The first goal that changes, and by how much; "" where none does."""
    for tier, change in zip(batch.policy.tiers, point.tiers, strict=True):
        if abs(change) > SAME:
            return f"{tier_called(words, tier)} {change:+,.4g}"
    return ""


def pictures(words: Words, curve: Curve) -> list[Picture]:
    """Places and minutes lost, each against the mean share, without levelled loads; none without villages."""
    if not curve.villages:
        return []
    points = [point for point in curve.points if point.strength is not None]
    places, minutes = [-point.places for point in points], [point.minutes for point in points]
    return [
        _picture(words, words.say("少满足的名额", "Places lost"), points, places),
        _picture(words, words.say("多走的路程（分钟）", "Minutes more on the way"), points, minutes),
    ]


def _picture(say: Words, title: str, points: Sequence[Point], costs: Sequence[float]) -> Picture:
    shares = [point.mean or 0.0 for point in points]
    across, up = _scale(shares, LEFT + 12, RIGHT - 12), _scale([0, *costs], BOTTOM, TOP)
    at = [(across(share), up(cost)) for share, cost in zip(shares, costs, strict=True)]
    names = [f"{point.strength:g}" for point in points]
    axis = say.say("低于平均的村：平均满足率（含往期）", "mean share of villages below average, past included")
    line = "L".join(f"{x:.1f} {y:.1f}" for x, y in at)
    parts = [
        words(0, 20, title, size=15, more='font-weight="600"'),
        f'<path d="M{LEFT} {TOP}V{BOTTOM + 8}H{RIGHT}" stroke="{GREY}" fill="none"/>',
        f'<path d="M{LEFT} {up(0):.1f}H{RIGHT}" stroke="{INK}" stroke-dasharray="4 2"/>',
        *_shares(across, shares),
        *_costs(up, costs),
        words((LEFT + RIGHT) / 2, HEIGHT - 8, axis, size=SMALL, anchor="middle", more=f'fill="{SOFT}"'),
        *_leaders(names, at),
        f'<path d="M{line}" stroke="{BLUE}" stroke-width="2" fill="none"/>',
        *(_dot(x, y, BLUE) for (x, y), point in zip(at, points, strict=True) if point.proved),
        *(_dot(x, y, "#fff") for (x, y), point in zip(at, points, strict=True) if not point.proved),
    ]
    told = zip(names, costs, shares, strict=True)
    heard = say.say("；", "; ").join(f"{name}: {shown('', cost)}, {share:.1%}" for name, cost, share in told)
    return Picture(f"{title}{say.say('，', ', ')}{axis}{say.say('：', ': ')}{heard}", WIDTH, HEIGHT, joined(parts))


def _scale(values: Sequence[float], first: float, last: float) -> Callable[[float], float]:
    """Where values stand between two ends; in the middle where all are the same."""
    least, most = min(values), max(values)
    if most - least <= SAME:
        return lambda value: (first + last) / 2
    return lambda value: first + (value - least) / (most - least) * (last - first)


def _shares(across: Callable[[float], float], shares: Sequence[float]) -> Iterator[str]:
    """The least and the greatest share, below the plot."""
    for share in {f"{share:.1%}": share for share in (max(shares), min(shares))}.values():
        yield words(across(share), BOTTOM + 26, f"{share:.1%}", size=SMALL, anchor="middle", more=f'fill="{SOFT}"')


def _costs(up: Callable[[float], float], costs: Sequence[float]) -> Iterator[str]:
    """Nothing, the greatest and the least cost, beside the plot; one that has no room is left out."""
    taken: list[float] = []
    for cost in (0, max(costs), min(costs)):
        y = up(cost)
        if all(abs(y - other) > SMALL + 4 for other in taken):
            taken.append(y)
            yield words(
                LEFT - 8, y + 4, shown("", cost).replace("-", "−"), size=SMALL, anchor="end", more=f'fill="{SOFT}"'
            )


def _leaders(names: Sequence[str], at: Sequence[tuple[float, float]]) -> Iterator[str]:
    """The points' names above the plot, each with a line to its point."""
    middles = spread([x for x, _ in at], [width_of(name) for name in names])
    for name, middle, (x, y) in zip(names, middles, at, strict=True):
        yield f'<path d="M{middle:.1f} {NAMES + 6}L{x:.1f} {y:.1f}" stroke="{GREY}" stroke-width="0.8"/>'
        yield words(middle, NAMES, name, anchor="middle")


def spread(wanted: Sequence[float], widths: Sequence[float]) -> list[float]:
    """Where the middles of texts stand, as near to where they are wanted as is possible beside each other."""
    order = sorted(range(len(wanted)), key=lambda n: wanted[n])
    middles, edge = list(wanted), 0.0
    for n in order:
        middles[n] = max(wanted[n], edge + widths[n] / 2)
        edge = middles[n] + widths[n] / 2 + GAP
    edge = float(WIDTH)
    for n in reversed(order):
        middles[n] = min(middles[n], edge - widths[n] / 2)
        edge = middles[n] - widths[n] / 2 - GAP
    return middles


def _dot(x: float, y: float, fill: str) -> str:
    return f'<circle class="point" cx="{x:.1f}" cy="{y:.1f}" r="5" fill="{fill}" stroke="{BLUE}" stroke-width="2"/>'


def _signed(value: float) -> str:
    return shown("", value, "+" if value else "").replace("-", "−")
