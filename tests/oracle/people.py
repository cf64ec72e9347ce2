"""Who may be sent where, for the compact model (the brute-force oracle has its own, in `facts`)."""

from datetime import date

from matcher.batch import Batch, Request, Role, Volunteer


def eligible(batch: Batch, volunteer: Volunteer, request: Request, role: Role, day: date) -> bool:
    """Whether skill, qualification, age, tags, lists, teams and reach let a volunteer take a role on a day."""
    current = {q.id for q in volunteer.qualifications if q.valid_until is None or q.valid_until >= day}
    allowed = batch.policy.reach.get(request.priority, 3)
    return (
        (role.skill is None or level_held(volunteer, role.skill, day) >= role.level)
        and current.issuperset(request.qualifications)
        and (request.min_age is None or _old_enough(volunteer, request.min_age, day))
        and set(volunteer.tags).issuperset(request.tags_required)
        and volunteer.id not in request.excluded
        and (request.team is None or request.team in volunteer.teams)
        and tier_distance(batch, volunteer.site, request.site) <= allowed
    )


def level_held(volunteer: Volunteer, skill: str, day: date) -> int:
    """Highest level of a skill valid on a day, 0 for none."""
    level = 0
    for held in volunteer.skills:
        if held.skill == skill and not (held.valid_until and held.valid_until < day):
            level = max(level, held.level)
    return level


def _old_enough(volunteer: Volunteer, years: int, day: date) -> bool:
    birth = volunteer.birth_date
    if birth is None:
        return False
    try:
        birthday = birth.replace(year=birth.year + years)
    except ValueError:  # 29 February in a common year
        birthday = date(birth.year + years, 3, 1)
    return birthday <= day


def tier_distance(batch: Batch, one: str | None, other: str | None) -> int:
    """How many levels of the tree of sites lie between two sites."""
    if one is None or other is None or one == other:
        return 0
    first, second = _levels(batch, one), _levels(batch, other)
    shared = [tier for tier in ("village", "town", "county") if tier in first and first[tier] == second.get(tier)]
    return ("village", "town", "county").index(shared[0]) if shared else 3


def _levels(batch: Batch, site: str | None) -> dict[str, str]:
    """The nearest site of each level at or above a site."""
    sites = {one.id: one for one in batch.sites}
    levels: dict[str, str] = {}
    while site is not None:
        levels.setdefault(sites[site].tier, site)
        site = sites[site].parent
    return levels
