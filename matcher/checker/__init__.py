"""The conscience: judges any plan from batch and plan alone.

Shares no rule, no distance and no score with the solver; the law of both is docs/problem.md.
Plain and slow on purpose: one visit, one tour, one request after the other.
"""

from matcher.batch import Batch
from matcher.checker.facts import Facts
from matcher.checker.limits import judge_limits
from matcher.checker.people import judge_people
from matcher.checker.report import STATEMENTS, Findings, Report, Unit, Violation, in_order
from matcher.checker.requests import judge_requests
from matcher.checker.score import rounded, score
from matcher.checker.shifts import judge_tours
from matcher.checker.statements import judge_lists, judge_value, judge_visit_statements
from matcher.checker.tours import days
from matcher.plan import Plan

__all__ = ["STATEMENTS", "Report", "Unit", "Violation", "check"]


def check(batch: Batch, plan: Plan) -> Report:
    """Judge a plan, also one written by hand: every hard rule, every term, and whatever the plan states.

    batch: one that `matcher.reading` accepts (ids known, shifts apart, no cycles).
    plan: only `schema`, `batch` and `visits` are needed; what is left out is not judged. What a plan
    states about its value (`score`, `bound`, `gap`, `status`) is judged only if no rule is broken.
    """
    findings = Findings()
    facts = Facts(batch, plan, findings)
    all_days = days(facts)
    judge_people(facts, findings)
    judge_limits(facts, findings)
    judge_tours(facts, all_days, findings)
    judge_requests(facts, findings)
    judge_visit_statements(facts, all_days, findings)
    judge_lists(facts, plan, findings)
    value = score(facts, all_days)
    gap = None if findings.breaks_a_rule else judge_value(plan, value.tiers, value.terms, findings)
    return Report(
        valid=not findings.violations,
        violations=in_order(findings.violations),
        remarks=in_order(findings.remarks),
        score=rounded(value),
        gap=gap,
    )
