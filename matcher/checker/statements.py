"""What a plan says about itself: times, teams, empty places, and its value. What is left out is not judged."""

from collections import Counter
from datetime import datetime

from matcher.checker.facts import Facts, KnownVisit
from matcher.checker.people import common_teams
from matcher.checker.report import At, Findings, counted, number
from matcher.checker.tours import Day, Stop
from matcher.plan import Plan

TOLERANCE = 1e-6
"""Of a stated number, relative to the number where that is above 1."""


def judge_visit_statements(facts: Facts, all_days: list[Day], findings: Findings) -> None:
    """Judge `end`, `leave`, `travel_seconds`, `via_home` and `team` of every visit."""
    for visit in facts.visits:
        _moment(facts, findings, "stated.end", visit, visit.stated.end, visit.end, ("结束", "ends"))
    for day in all_days:
        for tour in day.tours:
            if tour.stops[0].visit.stated.via_home:
                zh, en = (
                    "是行程的第一次服务，不应途经住处",
                    "is the first of its tour, so it cannot be reached via home",
                )
                findings.add("stated.via_home", zh, en, tour.stops[0].visit.at)
            for stop in tour.stops:
                _way(facts, findings, stop)
    for visits in facts.of_request.values():
        _team(facts, findings, visits)


def judge_lists(facts: Facts, plan: Plan, findings: Findings) -> None:
    """Judge `batch`, `unserved` (if the plan has it) and the ids in `standby`."""
    if plan.batch != facts.batch.id:
        zh, en = (
            f"方案属于批次 {plan.batch}，而不是 {facts.batch.id}",
            f"the plan is of batch {plan.batch}, not {facts.batch.id}",
        )
        findings.add("batch", zh, en)
    for backup in plan.standby:
        facts.told_unknown(findings, At(backup.request, backup.role, backup.volunteer))
    if "unserved" in plan.model_fields_set:
        _unserved(facts, plan, findings)


def judge_value(
    plan: Plan, own_tiers: tuple[float, ...], own_terms: dict[str, float], findings: Findings
) -> float | None:
    """Judge `score`, `bound`, `gap` and `status` of a plan that breaks no rule; returns its gap."""
    if plan.score is not None:
        _score(plan.score.tiers, plan.score.terms, own_tiers, own_terms, findings)
    gap = None
    if plan.bound is not None and len(plan.bound.tiers) != len(own_tiers):
        zh = f"应有 {len(own_tiers)} 层，写了 {len(plan.bound.tiers)} 层"
        en = f"the bound has {counted(len(plan.bound.tiers), 'tier')}, the policy {len(own_tiers)}"
        findings.add("stated.bound", f"上界{zh}", en)
    elif plan.bound is not None:
        _bound(plan.bound.tiers, own_tiers, findings)
        gap = gap_of(plan.bound.tiers, tuple(round(value, 6) for value in own_tiers))
    if plan.gap is not None and (gap is None or not _same(plan.gap, gap)):
        zh, en = ("未知", "unknown") if gap is None else (f"{gap:.6g}", f"{gap:.6g}")
        findings.add(
            "stated.gap", f"所写差距为 {plan.gap:.6g}，应为{zh}", f"the gap stated is {plan.gap:.6g}, but it is {en}"
        )
    _status(plan, gap, findings)
    return gap


def gap_of(bounds: tuple[float | None, ...], values: tuple[float, ...]) -> float | None:
    """The largest gap of a tier, at least 0; null if a tier has no bound."""
    gaps = [None if b is None else (b - v) / max(1.0, abs(v)) for b, v in zip(bounds, values, strict=True)]
    known = [gap for gap in gaps if gap is not None]
    return max(0.0, *known) if len(known) == len(gaps) else None


def _same(stated: float, own: float) -> bool:
    return abs(stated - own) <= TOLERANCE * max(1.0, abs(own))


def _moment(
    facts: Facts,
    findings: Findings,
    code: str,
    visit: KnownVisit,
    stated: datetime | None,
    own: int | None,
    words: tuple[str, str],
) -> None:
    if stated is None or (own is not None and facts.clock.seconds(stated) == own):
        return
    if own is None:
        zh, en = "路程不从住处开始，不应写出门时间", "does not start from home, so no time of leaving can be stated"
        findings.add(code, zh, en, visit.at)
        return
    wrong, moment = abs(facts.clock.seconds(stated) - own) / 60, f"{facts.clock.moment(own):%m-%d %H:%M:%S}"
    zh = f"应在 {moment} {words[0]}，所写相差 {number(wrong)} 分钟"
    en = f"{words[1]} at {moment}, what is stated is {counted(wrong, 'minute')} off"
    findings.add(code, zh, en, visit.at, wrong, "minutes")


def _way(facts: Facts, findings: Findings, stop: Stop) -> None:
    """`leave` and `travel_seconds`, where the way exists."""
    if stop.travel is None:
        return
    visit, stated = stop.visit, stop.visit.stated
    _moment(facts, findings, "stated.leave", visit, stated.leave, stop.leave, ("出门", "leaves home"))
    if stated.travel_seconds is not None and stated.travel_seconds != stop.travel:
        zh = f"路程应为 {stop.travel} 秒，写了 {stated.travel_seconds} 秒"
        en = f"is {counted(stop.travel, 'second')} away, not {stated.travel_seconds}"
        wrong = abs(stated.travel_seconds - stop.travel) / 60
        findings.add("stated.travel", zh, en, visit.at, wrong, "minutes")


def _team(facts: Facts, findings: Findings, visits: list[KnownVisit]) -> None:
    request = visits[0].request
    stated = sorted({visit.stated.team for visit in visits if visit.stated.team is not None})
    people = [visit.volunteer for visit in visits if not visit.pinned]
    if not stated:
        return
    if not request.one_team:
        zh, en = "不要求同一队伍，不应写队伍", "is no one-team request, so no team can be stated"
    elif len(stated) > 1:
        zh, en = f"写了多支队伍：{'、'.join(stated)}", f"names more than one team: {', '.join(stated)}"
    elif stated[0] not in {team.id for team in facts.batch.teams}:
        zh, en = f"批次中没有队伍 {stated[0]}", f"the batch has no team {stated[0]}"
    elif people and common_teams(people) and stated[0] not in common_teams(people):
        zh, en = f"并非所有人都是队伍 {stated[0]} 的成员", f"not everyone sent is a member of team {stated[0]}"
    else:
        return
    findings.add("stated.team", zh, en, At(request.id))


def _unserved(facts: Facts, plan: Plan, findings: Findings) -> None:
    filled = Counter(visit.at._replace(volunteer=None) for visit in facts.visits)
    stated: Counter[At] = Counter()
    for entry in plan.unserved:
        at = At(entry.request, entry.role)
        if not facts.told_unknown(findings, at):
            stated[at] += entry.missing
    for at, role in facts.roles.items():
        empty = max(0, role.count - filled[at])
        if stated[at] != empty:
            zh = f"有 {empty} 个空缺，清单写了 {stated[at]} 个"
            en = f"has {counted(empty, 'empty place')}, the list says {stated[at]}"
            findings.add("stated.unserved", zh, en, at, abs(stated[at] - empty), "people")


def _score(
    stated_tiers: tuple[float, ...],
    stated_terms: dict[str, float],
    own_tiers: tuple[float, ...],
    own_terms: dict[str, float],
    findings: Findings,
) -> None:
    if len(stated_tiers) != len(own_tiers):
        en = f"the score has {counted(len(stated_tiers), 'tier')}, the policy {len(own_tiers)}"
        findings.add("stated.score", f"得分应有 {len(own_tiers)} 层，写了 {len(stated_tiers)} 层", en)
        return
    for index, (stated, own) in enumerate(zip(stated_tiers, own_tiers, strict=True), start=1):
        _amount(f"第 {index} 层得分", f"tier {index}", stated, own, findings)
    for name, stated in stated_terms.items():
        if name in own_terms:
            _amount(f"指标 {name} ", f"term {name}", stated, own_terms[name], findings)
        else:
            findings.add("stated.score", f"没有名为 {name} 的指标", f"there is no term {name}")


def _amount(zh: str, en: str, stated: float, own: float, findings: Findings) -> None:
    if not _same(stated, own):
        amount = abs(stated - own)
        zh, en = f"{zh}应为 {own:.6f}，写了 {stated:.6f}", f"{en} is {own:.6f}, not {stated:.6f}"
        findings.add("stated.score", zh, en, amount=amount)


def _bound(bounds: tuple[float | None, ...], values: tuple[float, ...], findings: Findings) -> None:
    """A plan that breaks no rule is itself a proof that no bound can be below its value."""
    if any(v.code == "stated.score" for v in findings.violations):
        return  # later bounds hold only for plans as good as the earlier tiers stated
    for index, (bound, value) in enumerate(zip(bounds, values, strict=True), start=1):
        if bound is not None and bound < value and not _same(bound, value):
            zh = f"第 {index} 层上界 {bound:.6f} 低于方案的得分 {value:.6f}"
            en = f"the bound {bound:.6f} of tier {index} is below the plan's value {value:.6f}"
            findings.add("stated.bound", zh, en, amount=value - bound)


def _status(plan: Plan, gap: float | None, findings: Findings) -> None:
    if plan.status == "optimal" and gap is None:
        zh, en = "写为最优，但没有各层上界", "is called optimal, but not every tier has a bound"
    elif plan.status == "optimal" and gap is not None and gap > TOLERANCE:
        zh, en = f"写为最优，但差距为 {gap:.6g}", f"is called optimal, but its gap is {gap:.6g}"
    elif plan.status == "infeasible":
        zh, en = "写为无可行方案，但此方案符合所有规则", "is called infeasible, but this plan keeps every rule"
    elif plan.status == "none" and plan.visits:
        zh, en = "写为未找到方案，但列出了安排", "is called none, but it has visits"
    else:
        return
    findings.add("stated.status", f"方案{zh}", f"the plan {en}", amount=gap)
