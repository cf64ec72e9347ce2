"""The value of a plan: every term from its definition, then the tiers."""

import math
from collections.abc import Callable

from matcher.batch import Request
from matcher.checker.breaks import break_of
from matcher.checker.facts import Facts, KnownVisit
from matcher.checker.hours import max_idle, overtime, unsent, workload_spread
from matcher.checker.people import level_held
from matcher.checker.tours import Day
from matcher.plan import Score
from matcher.policy import Policy, terms_of
from matcher.rules import TERMS


def score(facts: Facts, all_days: list[Day]) -> Score:
    """Tiers and terms, unrounded. Legs that do not exist and visits in no shift add no travel and no waiting."""
    tours = [tour for day in all_days for tour in day.tours]
    stops = [stop for tour in tours for stop in tour.stops]
    breaks = {day.volunteer.id: taken for day in all_days if (taken := break_of(facts, day))}
    rest = unsent(facts)
    tardy = [_tardy(facts, visit) / 60 for visit in facts.visits]
    served = [(facts.requests[id_], visits) for id_, visits in facts.of_request.items()]
    names = terms_of(facts.policy)
    terms = {name: 0.0 for name in names if name.startswith("coverage.")} | {
        "travel": sum(tour.travel for tour in tours) / 60,
        "waiting": (sum(stop.waiting for stop in stops) - sum(taken.waiting for taken in breaks.values())) / 60,
        "tardiness": math.fsum(tardy),
        "max_lateness": max(tardy, default=0.0),
        "overtime": overtime(all_days),
        "max_idle": max_idle(facts, all_days, rest, breaks),
        "workload_spread": workload_spread(all_days, rest),
        "missed_break": float(sum(day.volunteer.break_ is not None for day in all_days) - len(breaks)),
        "lateness": sum(_seconds_late(facts, request, visits) for request, visits in served) / 60,
        "workload": float(sum(_workload(visits) for visits in facts.of_volunteer.values())),
        "disruption": float(_disruption(facts)),
    }
    for request, visits in served:
        terms[f"coverage.{request.priority}"] += _coverage(request, visits)
    for name in names:
        if name.startswith("load_over."):
            level = int(name.removeprefix("load_over."))
            terms[name] = float(sum(_above(level, visits) for visits in facts.of_volunteer.values()))
    for name, of_visit in VISIT_TERMS.items():
        terms[name] = math.fsum(of_visit(facts, visit) for visit in facts.visits)
    return Score(tiers=tiers(facts.policy, terms), terms={name: terms[name] for name in names})


def tiers(policy: Policy, terms: dict[str, float]) -> tuple[float, ...]:
    """Weighted gains minus weighted costs, per tier."""
    sign = {name: 1 if term.sign == "gain" else -1 for name, term in TERMS.items()}
    return tuple(
        math.fsum(sign[name] * weight * terms[name] for name, weight in tier.terms.items()) for tier in policy.tiers
    )


def rounded(value: Score) -> Score:
    """To 6 decimals, as plans state it, without minus zero."""
    return Score(
        tiers=tuple(round(tier, 6) + 0.0 for tier in value.tiers),
        terms={name: round(amount, 6) + 0.0 for name, amount in value.terms.items()},
    )


def _coverage(request: Request, visits: list[KnownVisit]) -> float:
    return request.value * len(visits) / sum(role.count for role in request.roles)


def _seconds_late(facts: Facts, request: Request, visits: list[KnownVisit]) -> int:
    """From `due` to the last end over all roles, once a request."""
    if request.due is None:
        return 0
    return max(0, max(visit.end for visit in visits) - facts.clock.seconds(request.due))


def _tardy(facts: Facts, visit: KnownVisit) -> int:
    """Seconds after the end of the last window that has begun; of the first if none has."""
    windows = facts.windows(visit.request)
    window = [windows[0], *(w for w in windows if w.start <= visit.start)][-1]
    return max(0, (visit.start if facts.policy.late_by == "start" else visit.end) - window.end)


def _workload(visits: list[KnownVisit]) -> int:
    n, k = visits[0].volunteer.recent_requests, len(visits)
    return sum(range(n, n + k))


def _above(level: int, visits: list[KnownVisit]) -> int:
    n, k = visits[0].volunteer.recent_requests, len(visits)
    return max(0, n + k - max(n, level))


def _disruption(facts: Facts) -> int:
    return sum(facts.key(previous) not in facts.kept for previous in facts.batch.previous)


def _escalation(facts: Facts, visit: KnownVisit) -> float:
    return facts.sites.distance(visit.request.site, visit.volunteer.site)


def _overskill(facts: Facts, visit: KnownVisit) -> float:
    if visit.role.skill is None:
        return 0
    return max(0, level_held(visit.volunteer, visit.role.skill, visit.day) - visit.role.level)


def _reliability(facts: Facts, visit: KnownVisit) -> float:
    acceptance = visit.volunteer.acceptance
    return 1 - (facts.policy.prior_acceptance if acceptance is None else acceptance)


def _preference(facts: Facts, visit: KnownVisit) -> float:
    return visit.volunteer.id in visit.request.preferred


def _familiar(facts: Facts, visit: KnownVisit) -> float:
    return visit.volunteer.id in visit.request.familiar


def _interest(facts: Facts, visit: KnownVisit) -> float:
    return visit.request.category is not None and visit.request.category in visit.volunteer.interests


def _tags(facts: Facts, visit: KnownVisit) -> float:
    return len(set(visit.request.tags_preferred) & set(visit.volunteer.tags))


VISIT_TERMS: dict[str, Callable[[Facts, KnownVisit], float]] = {
    "escalation": _escalation,
    "overskill": _overskill,
    "reliability": _reliability,
    "preference": _preference,
    "familiar": _familiar,
    "interest": _interest,
    "tags": _tags,
}
"""Terms that are a sum over visits."""
