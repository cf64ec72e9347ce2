"""How much one person is asked: max_requests, max_requests_per_day, max_minutes, max_asks."""

from collections import defaultdict
from datetime import date

from matcher.batch import Volunteer
from matcher.checker.facts import Facts, KnownVisit
from matcher.checker.report import At, Findings, Unit, counted, number
from matcher.clock import whole_seconds


def judge_limits(facts: Facts, findings: Findings) -> None:
    """Judge each volunteer's limits; beyond a limit by pinned visits alone is only a remark."""
    for visits in facts.of_volunteer.values():
        volunteer = visits[0].volunteer
        requests = _requests(visits)
        asks = volunteer.asked + requests
        _limit(findings, "max_requests", visits, requests, volunteer.max_requests, "个需求", "", "requests")
        _limit(findings, "max_asks", visits, asks, volunteer.max_asks, "次派单（近 7 天）", " in 7 days", "requests")
        _limit_minutes(findings, volunteer, visits)
        if volunteer.max_requests_per_day is not None:
            _limit_days(findings, volunteer.max_requests_per_day, visits)


def _limit_days(findings: Findings, limit: int, visits: list[KnownVisit]) -> None:
    days: dict[date, list[KnownVisit]] = defaultdict(list)
    for visit in visits:
        days[visit.day].append(visit)
    for day, on_day in days.items():
        zh, en = f"个需求（{day} 当天）", f" on {day}"
        _limit(findings, "max_requests_per_day", on_day, _requests(on_day), limit, zh, en, "requests")


def _requests(visits: list[KnownVisit]) -> int:
    """How many requests; two visits in one request break `distinct`, not a limit as well."""
    return len({visit.request.id for visit in visits})


def _limit_minutes(findings: Findings, volunteer: Volunteer, visits: list[KnownVisit]) -> None:
    if volunteer.max_minutes is not None:
        limit = whole_seconds(volunteer.max_minutes) / 60
        minutes = sum(visit.end - visit.start for visit in visits) / 60
        _limit(findings, "max_minutes", visits, minutes, limit, "分钟服务", " of service", "minutes")


def _limit(
    findings: Findings,
    code: str,
    visits: list[KnownVisit],
    amount: float,
    limit: float | None,
    zh: str,
    en: str,
    unit: Unit,
) -> None:
    if limit is None or amount <= limit:
        return
    over = amount - limit
    findings.add(
        code,
        f"共 {number(amount)} {zh}，超过上限 {number(limit)}，多 {number(over)}",
        f"has {counted(amount, unit[:-1])}{en}, {number(over)} more than the limit of {number(limit)}",
        At(volunteer=visits[0].volunteer.id),
        over,
        unit,
        remark=all(visit.pinned for visit in visits),
    )
