"""A plan in a page: what is served, at what price, what is not and why, and how good that is at best.

Nothing here names a person in full: volunteers stand as the id of the sheet and the first character of their name,
requests as id and title with long numbers masked.
"""

from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date, timedelta

from rich.cells import cell_len

from matcher.batch import Batch, Site, Volunteer
from matcher.plan import Plan, Reason
from matcher.policy import PRIORITIES, Priority
from matcher.privacy import is_hashed, mask_name, mask_text
from matcher.proof import Proof, proof

PRIORITY_WORDS: dict[Priority, tuple[str, str]] = {
    "emergency": ("应急", "emergency"),
    "urgent": ("紧急", "urgent"),
    "normal": ("一般", "normal"),
    "low": ("可缓", "low"),
}
MOST_ASKED = 10
MOST_UNSERVED = 10


@dataclass(frozen=True)
class Served:
    """What is served of one priority: numbers of requests, and of places over all their roles."""

    priority: Priority
    requests: int
    full: int
    partly: int
    places: int
    filled: int

    @property
    def unserved(self) -> int:
        """Requests without any visit."""
        return self.requests - self.full - self.partly


@dataclass(frozen=True)
class Asked:
    """A volunteer's visits in this plan, and all times asked in seven days with them.

    who: tells the volunteer from all others of the batch, without the full name.
    """

    volunteer: str
    who: str
    visits: int
    asked: int


@dataclass(frozen=True)
class Gap:
    """A role with empty places, and what stops the volunteers from filling them."""

    request: str
    title: str
    priority: Priority
    role: str
    missing: int
    places: int
    request_served: bool
    reasons: tuple[Reason, ...]


@dataclass(frozen=True)
class Summary:
    """Figures of one plan. `travel_minutes` is null where the plan does not state it."""

    batch: str
    first_day: date
    last_day: date
    volunteers: int
    sent: int
    visits: int
    served: tuple[Served, ...]
    travel_minutes: float | None
    most_asked: tuple[Asked, ...]
    gaps: tuple[Gap, ...]
    proof: Proof


def summarise(batch: Batch, plan: Plan) -> Summary:
    """The figures of `plan`; empty places are counted from the visits, their reasons are the plan's."""
    filled = Counter((visit.request, visit.role) for visit in plan.visits)
    start = batch.horizon.start
    last = max(start, batch.horizon.end.astimezone(start.tzinfo) - timedelta(seconds=1))
    return Summary(
        batch=batch.id,
        first_day=start.date(),
        last_day=last.date(),
        volunteers=len(batch.volunteers),
        sent=len({visit.volunteer for visit in plan.visits}),
        visits=len(plan.visits),
        served=tuple(_served(batch, filled, priority) for priority in PRIORITIES),
        travel_minutes=None if plan.score is None else plan.score.terms.get("travel"),
        most_asked=_most_asked(batch, plan),
        gaps=_gaps(batch, plan, filled),
        proof=proof(batch, plan),
    )


def _served(batch: Batch, filled: Counter[tuple[str, str]], priority: Priority) -> Served:
    requests = [request for request in batch.requests if request.priority == priority]
    places = [sum(role.count for role in request.roles) for request in requests]
    taken = [sum(filled[request.id, role.id] for role in request.roles) for request in requests]
    return Served(
        priority=priority,
        requests=len(requests),
        full=sum(t >= p for t, p in zip(taken, places, strict=True)),
        partly=sum(0 < t < p for t, p in zip(taken, places, strict=True)),
        places=sum(places),
        filled=sum(taken),
    )


def _most_asked(batch: Batch, plan: Plan) -> tuple[Asked, ...]:
    before = {volunteer.id: volunteer.asked for volunteer in batch.volunteers}
    visits = Counter(visit.volunteer for visit in plan.visits)
    most = sorted(visits, key=lambda id: (-before.get(id, 0) - visits[id], -visits[id], id))[:MOST_ASKED]
    words = who(batch)
    return tuple(Asked(id, words.get(id, id), visits[id], before.get(id, 0) + visits[id]) for id in most)


def who(batch: Batch) -> dict[str, str]:
    """Volunteers by id, in words: `Z12 张＊＊（东镇 桥头村）`. Ids that tell people nothing are left out; who are alike
    without get their teams, and who still are, their id.
    """
    sites = {site.id: site for site in batch.sites}
    teams = {team.id: team.name or team.id for team in batch.teams}
    places = {id: site_name(sites, id) for id in sites}

    def words(volunteer: Volunteer, *more: str) -> str:
        known = "" if is_hashed(volunteer.id) and volunteer.name else volunteer.id
        of = "，".join(filter(None, [places.get(volunteer.site or ""), *more]))
        return f"{known} {mask_name(volunteer.name)}".strip() + (f"（{of}）" if of else "")

    found = {volunteer.id: words(volunteer) for volunteer in batch.volunteers}
    for with_id in (False, True):
        alike = Counter(found.values())
        for volunteer in batch.volunteers:
            if alike[found[volunteer.id]] > 1:
                own = [teams.get(team, team) for team in volunteer.teams]
                found[volunteer.id] = words(volunteer, *own, *[volunteer.id] * with_id)
    return found


def site_name(sites: Mapping[str, Site], site: str | None) -> str:
    """Town and village of a site: `东镇所 桥头村站`; the county is left out below it."""
    chain = list(_chain(sites, site))
    below = [site for site in chain if site.tier != "county"]
    return " ".join(site.name or site.id for site in reversed(below or chain))


def _chain(sites: Mapping[str, Site], site: str | None) -> Iterator[Site]:
    """A site and those above it."""
    while site is not None and site in sites:
        yield sites[site]
        site = sites[site].parent


def _gaps(batch: Batch, plan: Plan, filled: Counter[tuple[str, str]]) -> tuple[Gap, ...]:
    reasons = {(place.request, place.role): place.reasons for place in plan.unserved}
    gaps = [
        Gap(
            request=request.id,
            title=mask_text(request.title),
            priority=request.priority,
            role=role.id,
            missing=role.count - filled[request.id, role.id],
            places=role.count,
            request_served=any(filled[request.id, other.id] for other in request.roles),
            reasons=reasons.get((request.id, role.id), ()),
        )
        for request in batch.requests
        for role in request.roles
        if filled[request.id, role.id] < role.count
    ]
    return tuple(sorted(gaps, key=lambda gap: (PRIORITIES.index(gap.priority), gap.request_served, gap.request)))


def days(summary: Summary, lang: str) -> str:
    """The day or days of the plan."""
    first, last = summary.first_day.isoformat(), summary.last_day.isoformat()
    return first if first == last else f"{first} {'至' if lang == 'zh' else 'to'} {last}"


def render(summary: Summary, lang: str = "zh") -> str:
    """The summary as plain text for a terminal; `lang` is `zh` or `en`. Columns hold in Chinese too."""
    zh = lang == "zh"
    parts = [
        [f"派单结果  {days(summary, lang)}" if zh else f"Dispatch  {days(summary, lang)}"],
        summary.proof.lines(lang),
        [sent_line(summary, lang)],
        _served_table(summary, zh),
        _asked_table(summary, zh),
        _gap_lines(summary, lang),
    ]
    return "\n\n".join("\n".join(lines) for lines in parts if lines) + "\n"


def sent_line(summary: Summary, lang: str) -> str:
    """How many go out, on how many visits, with how much travel."""
    travel = summary.travel_minutes
    if lang == "zh":
        way = "未计算" if travel is None else minutes_words(travel, lang)
        who = f"派出志愿者 {summary.sent} 人（共 {summary.volunteers} 人）"
        return f"{who}，服务 {summary.visits} 人次，路上用时 {way}。"
    way = "not stated" if travel is None else minutes_words(travel, lang)
    return f"{summary.sent} of {summary.volunteers} volunteers go out on {summary.visits} visits; travel in all: {way}."


def minutes_words(minutes: float, lang: str) -> str:
    """Minutes as hours and minutes."""
    hours, rest = divmod(round(minutes), 60)
    if lang == "zh":
        return f"{hours} 小时 {rest} 分钟" if hours else f"{rest} 分钟"
    return f"{hours} h {rest} min" if hours else f"{rest} min"


def _served_table(summary: Summary, zh: bool) -> list[str]:
    head = (
        ["优先级", "需求", "全部满足", "部分满足", "未安排", "名额", "已安排"]
        if zh
        else ["priority", "requests", "full", "partly", "unserved", "places", "filled"]
    )
    rows = [
        [PRIORITY_WORDS[line.priority][0 if zh else 1]]
        + [
            str(n)
            for n in (
                line.requests,
                line.full,
                line.partly,
                line.unserved,
                line.places,
                line.filled,
            )
        ]
        for line in summary.served
        if line.requests
    ]
    return _table([head, *rows])


def _asked_table(summary: Summary, zh: bool) -> list[str]:
    if not summary.most_asked:
        return []
    title = "派单最多的志愿者" if zh else "Asked most"
    head = ["志愿者", "本次", "近 7 天共"] if zh else ["volunteer", "now", "in 7 days"]
    rows = [[asked.who, str(asked.visits), str(asked.asked)] for asked in summary.most_asked]
    return [title, *_table([head, *rows])]


def _gap_lines(summary: Summary, lang: str) -> list[str]:
    zh = lang == "zh"
    if not summary.gaps:
        return ["所有需求的名额都已安排。" if zh else "Every place of every request is filled."]
    missing = sum(gap.missing for gap in summary.gaps)
    lines = [f"未安排的名额：{missing} 个" if zh else f"Places left empty: {missing}"]
    for gap in summary.gaps[:MOST_UNSERVED]:
        word = PRIORITY_WORDS[gap.priority][0 if zh else 1]
        name = f"{gap.request} {gap.title}".rstrip()
        lines.append(
            f"  [{word}] {name}（{gap.role}）缺 {gap.missing}/{gap.places} 人"
            if zh
            else f"  [{word}] {name} ({gap.role}) {gap.missing} of {gap.places} missing"
        )
        if gap.reasons:
            lines.append("      " + ("；" if zh else "; ").join(reason_words(gap.reasons, lang)))
    rest = len(summary.gaps) - MOST_UNSERVED
    if rest > 0:
        lines.append(
            f"  ……另有 {rest} 项，见导出的表格。" if zh else f"  ... and {rest} more; see the exported workbook."
        )
    return lines


def reason_words(reasons: tuple[Reason, ...], lang: str) -> list[str]:
    """Each reason with the number of volunteers it is the first to stop."""
    if lang == "zh":
        return [f"{reason.zh}：{reason.volunteers} 人" for reason in reasons]
    return [f"{reason.en}: {reason.volunteers}" for reason in reasons]


def _table(rows: list[list[str]]) -> list[str]:
    widths = [max(cell_len(row[column]) for row in rows) for column in range(len(rows[0]))]
    return [
        "  " + "  ".join(_pad(cell, width, i > 0) for i, (cell, width) in enumerate(zip(row, widths, strict=True)))
        for row in rows
    ]


def _pad(cell: str, width: int, right: bool) -> str:
    space = " " * (width - cell_len(cell))
    return space + cell if right else cell + space
