"""Reasons against the checker: every volunteer tried at every start, on random tiny batches with all rules."""

from collections import Counter
from collections.abc import Iterator
from datetime import datetime
from itertools import permutations, product
from random import Random

import pytest

from matcher.batch import Batch, Request
from matcher.checker import Violation, check
from matcher.clock import Clock
from matcher.plan import Plan, Unserved, Visit
from matcher.planning import unserved_of
from matcher.reasons import reasons_for
from matcher.reasons.words import ORDER
from tests.oracle.brute import brute
from tests.oracle.facts import Facts
from tests.oracle.tiny import tiny_batch

SEEDS, STEP = 200, 20
FREE_CODES = {"contest", "after", "count", "synchrony", "mandatory"}
ELIGIBLE = ORDER[: ORDER.index("shift")]
IN_TIME = {"shift", "overlap", "now"}


class Tries:
    """Adds visits to a plan and asks the checker what that breaks."""

    def __init__(self, batch: Batch, visits: list[Visit]) -> None:
        self.batch, self.visits, self.facts = batch, visits, Facts(batch, frozenset())
        self.requests = {request.id: request for request in batch.requests}
        self.clock = Clock(batch.horizon.start)
        self.teams = {volunteer.id: volunteer.teams for volunteer in batch.volunteers}

    def violations(self, visits: list[Visit]) -> tuple[Violation, ...]:
        return check(self.batch, Plan(schema="matcher.plan/1", batch=self.batch.id, visits=visits)).violations

    def starts(self, place: Unserved) -> list[datetime]:
        """Where the role starts in the plan, else every start it may have."""
        given = {v.start for v in self.visits if (v.request, v.role) == (place.request, place.role)}
        job = self.facts.jobs[self.facts.request_index[place.request]]
        q = [role.id for role in job.request.roles].index(place.role)
        offsets = {first + offset for first in job.starts for offset in job.offsets[q]}
        return sorted(given) or [self.clock.moment(start) for start in sorted(offsets)]

    def furthest(self, place: Unserved, volunteer: str) -> str:
        """The code at which a volunteer is stopped, at the start where that is latest; `free` if nowhere."""
        order = [*ORDER, "free"]
        return max((self.stop(place, volunteer, start) for start in self.starts(place)), key=order.index)

    def stop(self, place: Unserved, volunteer: str, start: datetime) -> str:
        mine = [v for v in self.visits if v.volunteer == volunteer]
        if any((v.request, v.role) == (place.request, place.role) for v in mine):
            return "distinct"
        visit = Visit(request=place.request, role=place.role, volunteer=volunteer, start=start)
        alone = {v.code for v in self.violations([visit]) if v.volunteer == volunteer}
        broken = [code for code in ELIGIBLE if code in alone or (code == "team" and self.lacks_team(visit))]
        if broken:
            return broken[0]
        in_time = any({v.code for v in self.violations(day)}.isdisjoint(IN_TIME) for day in days_with(visit, mine))
        if alone & IN_TIME and not in_time:
            return "shift"
        if any(v.request == place.request for v in mine):
            return "distinct"
        limits = {v.code for v in self.violations([*mine, visit])}
        reached = [code for code in ORDER if code.startswith("max_") and code in limits]
        return reached[0] if reached else "free" if in_time else "busy"

    def lacks_team(self, visit: Visit) -> bool:
        """Whether no team has this volunteer and all unpinned people that the one-team request has already."""
        if not self.requests[visit.request].one_team:
            return False
        pins = {(p.request, p.role, p.volunteer, p.start) for p in self.batch.pins}
        sent = [v for v in self.visits if v.request == visit.request]
        people = [v.volunteer for v in sent if (v.request, v.role, v.volunteer, v.start) not in pins]
        return not set.intersection(*(set(self.teams[who]) for who in [*people, visit.volunteer]))

    def can_be_served(self, request: Request) -> bool:
        """Whether people can be added to the plan so that the request is served and nothing is broken."""
        job = self.facts.jobs[self.facts.request_index[request.id]]
        for first, *lags in product(job.starts, *job.offsets):
            starts = [self.clock.moment(first + lag) for lag in lags]
            places = [(q, n) for q, least in enumerate(job.least) for n in range(least)]
            for people in permutations(self.teams, len(places)):
                if all(sorted(group) == list(group) for group in self.groups(places, people)):
                    added = [
                        Visit(request=request.id, role=request.roles[q].id, volunteer=who, start=starts[q])
                        for (q, _), who in zip(places, people, strict=True)
                    ]
                    if self.fit_together(added):
                        return True
        return False

    @staticmethod
    def groups(places: list[tuple[int, int]], people: tuple[str, ...]) -> Iterator[list[str]]:
        for role in {q for q, _ in places}:
            yield [who for (q, _), who in zip(places, people, strict=True) if q == role]

    def fit_together(self, added: list[Visit]) -> bool:
        mine = {visit.volunteer: [v for v in self.visits if v.volunteer == visit.volunteer] for visit in added}
        others = [v for v in self.visits if v.volunteer not in mine]
        if self.untimely(others + [v for day in mine.values() for v in day] + added):
            return False
        days = [list(days_with(visit, mine[visit.volunteer])) for visit in added]
        return any(not self.violations(others + [v for day in chosen for v in day]) for chosen in product(*days))

    def untimely(self, visits: list[Visit]) -> bool:
        return any(v.code not in IN_TIME for v in self.violations(visits))


def days_with(visit: Visit, others: list[Visit]) -> Iterator[list[Visit]]:
    """A volunteer's visits with one more, which and whose next may each be reached straight or via home."""
    day = sorted([*others, visit], key=lambda v: v.start)
    at = day.index(visit)
    for via in product((False, True), repeat=min(2, len(day) - at)):
        changed = list(day)
        for n, home in enumerate(via, start=at):
            changed[n] = Visit(
                request=day[n].request, role=day[n].role, volunteer=day[n].volunteer, start=day[n].start, via_home=home
            )
        yield changed


def plans(batch: Batch, seed: int) -> Iterator[list[Visit]]:
    """The optimum, and the same without some of its requests."""
    best = brute(batch).plan
    if best is None:
        return
    visits = [v.model_copy(update={"leave": None, "travel_seconds": None, "team": None}) for v in best.visits]
    yield visits
    dice = Random(seed)
    dropped = [r.id for r in batch.requests if dice.random() < 0.5]
    rest = [v for v in visits if v.request not in dropped]
    if rest != visits and not Tries(batch, rest).violations(rest):
        yield rest


@pytest.mark.parametrize("first", range(0, SEEDS, STEP))
def test_agrees_with_trying_everybody(first: int) -> None:
    for seed in range(first, first + STEP):
        batch = tiny_batch(seed)
        for visits in plans(batch, seed):
            agrees(batch, visits)


def agrees(batch: Batch, visits: list[Visit]) -> int:
    """Holds the reasons of every role with empty places; how many there are."""
    tries = Tries(batch, visits)
    places = reasons_for(batch, visits, unserved_of(batch, visits))
    for place in places:
        expected = Counter(tries.furthest(place, volunteer.id) for volunteer in batch.volunteers)
        found = {reason.code: reason.volunteers for reason in place.reasons}
        at_last = place.reasons[-1].code if expected["free"] else ""
        assert at_last in FREE_CODES or not expected["free"]
        assert found == {at_last if code == "free" else code: n for code, n in expected.items()}, place
        if at_last and not any(v.request == place.request for v in visits):
            assert (at_last == "contest") == tries.can_be_served(tries.requests[place.request]), place
    return len(places)
