"""Whether the tours can be made in time: shift, overlap, now."""

from itertools import pairwise

from matcher.checker.facts import Facts, KnownVisit
from matcher.checker.report import Findings, Unit, counted, number
from matcher.checker.tours import Day, Stop, Tour, spans

MINUTES: Unit = "minutes"


def judge_tours(facts: Facts, all_days: list[Day], findings: Findings) -> None:
    """Judge the tours of all volunteers, pinned visits like others, except for `now`."""
    for day in all_days:
        for visit in day.stray:
            _stray(facts, visit, findings)
            if facts.now is not None and visit.start < facts.now:
                _now(visit, facts.now - visit.start, findings)
        for tour in day.tours:
            _shift(facts, tour, findings)
            _between_visits(facts, tour, findings)
            _now_on_tour(facts, tour, findings)
        for before, tour in pairwise(day.tours):
            _between_tours(before, tour, findings)


def _add(findings: Findings, code: str, visit: KnownVisit, zh: str, en: str, seconds: int | None = None) -> None:
    amount, unit = (None, None) if seconds is None else (seconds / 60, MINUTES)
    findings.add(code, zh, en, visit.at, amount, unit, remark=code == "now" and visit.pinned)


def _minutes(seconds: int) -> tuple[str, str]:
    return f"{number(seconds / 60)} 分钟", counted(seconds / 60, "minute")


def _stray(facts: Facts, visit: KnownVisit, findings: Findings) -> None:
    if not visit.volunteer.shifts:
        _add(findings, "shift", visit, "本人没有可服务时间", "the volunteer has no shift")
        return
    shifts = spans(facts, visit.volunteer)
    outside = min(max(0, shift.start - visit.start) + max(0, visit.end - shift.closes) for shift in shifts)
    zh, en = _minutes(outside)
    _add(
        findings,
        "shift",
        visit,
        f"服务超出可服务时间 {zh}",
        f"the service lies {en} outside the nearest shift",
        outside,
    )


def _shift(facts: Facts, tour: Tour, findings: Findings) -> None:
    covers_tour = facts.policy.shift_covers == "tour"
    first, last = tour.stops[0], tour.stops[-1].visit
    if first.latest is None:
        zh, en = "从住处无路可达服务地点", "no way leads from home to the place of service"
        _add(findings, "shift", first.visit, zh, en)
    elif covers_tour and (early := tour.shift.start - first.latest) > 0:
        zh, en = _minutes(early)
        en = f"the volunteer would have to leave home {en} before the shift begins"
        _add(findings, "shift", first.visit, f"须在可服务时间开始前 {zh}出门", en, early)
    if tour.back is None:
        zh, en = "服务后无路可返回", "no way leads back from the end of the service"
        _add(findings, "shift", last, zh, en)
    elif covers_tour and (late := tour.over - tour.shift.closes) > 0:
        zh, en = _minutes(late)
        _add(
            findings,
            "shift",
            last,
            f"返回时已超出可服务时间 {zh}",
            f"the volunteer comes back {en} after the shift ends",
            late,
        )


def _lacking(before: KnownVisit, stop: Stop) -> int | None:
    """Seconds lacking between two visits of a tour (0 or less: enough); null: no way leads there."""
    return None if stop.travel is None else before.end + stop.travel - stop.visit.start


def _between_visits(facts: Facts, tour: Tour, findings: Findings) -> None:
    for before, stop in pairwise(tour.stops):
        if before.visit.request.id == stop.visit.request.id:
            continue  # `distinct` says it all
        other = before.visit.request.id
        lacking = _lacking(before.visit, stop)
        if not facts.policy.home_between and stop.visit.stated.via_home:
            en = "goes home between two visits, which the policy forbids"
            _add(findings, "overlap", stop.visit, "两次服务之间回住处，而规则不允许", en)
        if lacking is None:
            zh, en = f"从需求 {other} 无路可达", f"no way leads there from request {other}"
            _add(findings, "overlap", stop.visit, zh, en)
        elif lacking > 0:
            zh, en = _minutes(lacking)
            en = f"starts {en} before the volunteer can be there from request {other}"
            _add(findings, "overlap", stop.visit, f"从需求 {other} 赶来，时间差 {zh}", en, lacking)


def _between_tours(before: Tour, tour: Tour, findings: Findings) -> None:
    first, last = tour.stops[0], before.stops[-1].visit
    if first.latest is None or before.back is None or last.request.id == first.visit.request.id:
        return  # told by `shift` or `distinct`
    if before.home is None:
        zh, en = "上一行程结束后无路回到住处", "no way leads home from the end of the tour before"
        _add(findings, "overlap", first.visit, zh, en)
    elif (lacking := last.end + before.home - first.latest) > 0:
        zh, en = _minutes(lacking)
        zh = f"须在上一行程（需求 {last.request.id}）回到住处之前 {zh}出门"
        en = f"the volunteer would have to leave home {en} before coming home from request {last.request.id}"
        _add(findings, "overlap", first.visit, zh, en, lacking)


def _now_on_tour(facts: Facts, tour: Tour, findings: Findings) -> None:
    """`now` stops a visit that starts, or whose last leg must leave, before it.

    Straight from a visit that ends at or after `now`, start - leg is never before `now` if there is
    time for the way; so both kinds of way are judged by start - leg.
    """
    if facts.now is None:
        return
    for before, stop in zip([None, *tour.stops], tour.stops, strict=False):
        lacking = 0 if before is None else _lacking(before.visit, stop)
        fits = stop.leg is not None and lacking is not None and lacking <= 0  # else told by `shift` or `overlap`
        leave = stop.visit.start - (stop.leg or 0) if fits else stop.visit.start
        if leave < facts.now:
            _now(stop.visit, facts.now - leave, findings)


def _now(visit: KnownVisit, early: int, findings: Findings) -> None:
    zh, en = _minutes(early)
    _add(findings, "now", visit, f"须在当前时刻之前 {zh}出发或开始", f"must leave or start {en} before now", early)
