"""Whom the rules about people let go, written from docs/problem.md (section Hard rules): all but `max_travel`."""

from datetime import date

from matcher.batch import Batch, Request, Role, Volunteer
from matcher.checker.sites import Sites


class Eligible:
    """Judges people by skill, qualification, age, tag, excluded, team and reach."""

    def __init__(self, batch: Batch) -> None:
        self._sites, self._reach = Sites(batch.sites), batch.policy.reach

    def may(self, volunteer: Volunteer, request: Request, role: Role, day: date) -> bool:
        """Whether the volunteer may fill a place of the role on that day, wherever it is."""
        return (
            (role.skill is None or level(volunteer, role.skill, day) >= role.level)
            and volunteer.id not in request.excluded
            and (request.team is None or request.team in volunteer.teams)
            and set(request.tags_required) <= set(volunteer.tags)
            and set(request.qualifications) <= {q.id for q in volunteer.qualifications if _valid(q.valid_until, day)}
            and (request.min_age is None or _of_age(volunteer, request.min_age, day))
            and self.tiers_apart(volunteer, request) <= self._reach.get(request.priority, 3)
        )

    def tiers_apart(self, volunteer: Volunteer, request: Request) -> int:
        """Tier distance of the two sites, 0 to 3."""
        return self._sites.distance(request.site, volunteer.site)


def level(volunteer: Volunteer, skill: str, day: date) -> int:
    """Highest level of the skill held on the day, 0 if none."""
    levels = [held.level for held in volunteer.skills if held.skill == skill and _valid(held.valid_until, day)]
    return max(levels, default=0)


def _valid(until: date | None, day: date) -> bool:
    return until is None or until >= day


def _of_age(volunteer: Volunteer, least: int, day: date) -> bool:
    born = volunteer.birth_date
    return born is not None and (born.year + least, born.month, born.day) <= (day.year, day.month, day.day)
