"""Batches with an optimum known by hand: a road where a cell is a minute, people who always say yes."""

from typing import Any

from matcher.batch import Batch, MatrixTravel, Skill, Team, Volunteer
from matcher.checker import check
from matcher.dispatching import dispatch
from matcher.plan import Plan, Visit
from matcher.policy import DEFAULT_TIERS, Policy, Tier
from tests.checker import build
from tests.checker.build import MIDNIGHT, batch, request

NEAR, FAR, NOBODY = (0, 0, 1, 0, 0), (0, 0, 1, 0, -20), (0, 0, 0, 0, 0)
"""Tiers if the near or the far one of two rivals goes, or nobody: the far one travels 10 minutes each way."""

COUNTED = Policy(home_between=False, tiers=(Tier(terms={"coverage.normal": 1}), Tier(terms={"workload": 1})))
"""Only coverage and workload count: a person's visits cost 0, 1, 2 and so on."""

TARDINESS_PRICED = (*DEFAULT_TIERS[:4], Tier(terms=DEFAULT_TIERS[4].terms | {"tardiness": 2}))
"""The default tiers, with tardiness in the last one at 2 a minute."""


def volunteer(id: str = "v", home: int = 0, **fields: Any) -> Volunteer:
    """Out from 8:00 to 18:00 on the first day, never says no: only travel and workload cost anything."""
    return build.volunteer(id, home, **({"acceptance": 1.0} | fields))


def triangle(*minutes: tuple[int, int, int]) -> MatrixTravel:
    """Ways between the nodes home, one and two: a row for each, minutes to each."""
    seconds = tuple(tuple(60.0 * n for n in row) for row in minutes)
    return MatrixTravel(kind="matrix", nodes=("home", "one", "two"), seconds=seconds)


def rivals(near: dict[str, Any], far: dict[str, Any], asked: dict[str, Any], away: int = 10, **fields: Any) -> Batch:
    """One request at mark 0 at 9:00, for which `near` (at mark 0) and `far` (at mark `away`) compete."""
    usual = {"skills": [Skill(id="s"), Skill(id="t")], "teams": [Team(id="red"), Team(id="blue")]}
    people = [volunteer("near", **near), volunteer("far", away, **far)]
    return batch(people, [request(**asked)], **(usual | fields))


def optimum(b: Batch, *visits: str) -> tuple[float, ...]:
    """Tiers of the best plan, which must be proved, valid and made of these visits, such as `r v 9:00`."""
    plan = proved(b)
    assert sorted(map(told, plan.visits)) == sorted(visits)
    assert plan.score
    return plan.score.tiers


def proved(b: Batch) -> Plan:
    """The plan of a batch that must be solved to the end."""
    plan = dispatch(b)
    report = check(b, plan)
    assert report.violations == ()
    assert (plan.status, plan.stop, plan.gap, plan.conflicts) == ("optimal", "proved", 0, ())
    assert plan.score == report.score
    assert plan.bound
    assert plan.bound.tiers == report.score.tiers
    return plan


def conflicts(b: Batch) -> tuple[str, ...]:
    """The conflicts of a batch that must have no valid plan."""
    plan = dispatch(b)
    assert (plan.status, plan.stop, plan.visits) == ("infeasible", "proved", ())
    assert {violation.code for violation in check(b, plan).violations} <= {"mandatory", "pin"}
    return plan.conflicts


def told(visit: Visit) -> str:
    """`r v 9:00`; with a role other than a `r.b v 9:00`; then the day if not the first, and `home` if via home."""
    role = "" if visit.role == "a" else f".{visit.role}"
    text = f"{visit.request}{role} {visit.volunteer} {visit.start.hour}:{visit.start:%M}"
    days = (visit.start - MIDNIGHT).days
    return text + (f" +{days}" if days else "") + (" home" if visit.via_home else "")
