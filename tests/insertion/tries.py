"""Every way to add one request to a plan, judged by the checker: what `Standing.best` is held against."""

from collections.abc import Collection, Iterable, Iterator, Sequence
from itertools import product
from typing import NamedTuple

from matcher.batch import Batch, Request
from matcher.checker import Report, check
from matcher.plan import Plan, Visit
from tests.oracle.facts import Facts

Tiers = tuple[float, ...]


class Try(NamedTuple):
    """A valid plan with the request: who was added, and what that changes."""

    people: frozenset[str]
    tiers: Tiers


def tries(batch: Batch, visits: Sequence[Visit], request: Request) -> list[Try]:
    """All of them; nobody's other visit moves, but the way to one may lead over home instead of straight, or back."""
    return list(_Tries(batch, visits, request).all())


def without(batch: Batch, plan: Plan, gone: Collection[Visit]) -> Plan:
    """A plan without some visits and without statements, but for the ways over home that are still between visits."""
    visits = [_bare(visit) for visit in plan.visits if visit not in gone]
    first = [(v.request, v.volunteer) for v in judge(batch, visits).violations if v.code == "stated.via_home"]
    straight = {"via_home": False}
    visits = [v.model_copy(update=straight) if (v.request, v.volunteer) in first else v for v in visits]
    return Plan(schema="matcher.plan/1", batch=batch.id, visits=tuple(visits))


def judge(batch: Batch, visits: Iterable[Visit]) -> Report:
    """What the checker says about visits, of which only the ways over home are stated."""
    return check(batch, Plan(schema="matcher.plan/1", batch=batch.id, visits=tuple(map(_bare, visits))))


def _bare(visit: Visit) -> Visit:
    return Visit(**visit.model_dump(include={"request", "role", "volunteer", "start", "via_home"}))


def better(one: Tiers, other: Tiers) -> bool:
    """Whether tiers are better in strict order; values of tiny batches are equal or at least 0.001 apart."""
    return next((a > b for a, b in zip(one, other, strict=True) if abs(a - b) > 1e-5), False)


class _Tries:
    def __init__(self, batch: Batch, visits: Sequence[Visit], request: Request) -> None:
        self.batch, self.visits, self.request = batch, visits, request
        self.facts = Facts(batch, frozenset())
        self.job = self.facts.jobs[self.facts.request_index[request.id]]
        self.before = judge(batch, visits).score.tiers

    def all(self) -> Iterator[Try]:
        for first in self.job.starts:
            for offsets in product(*self.lags()):
                starts = [first + offset for offset in offsets]
                yield from self.at(starts, [self.alone(q, start) for q, start in enumerate(starts)])

    def lags(self) -> Iterator[tuple[int, ...]]:
        """The offsets of each role; roles that start together have one."""
        for q, group in enumerate(self.job.groups):
            yield self.job.offsets[q] if group else (0,)

    def alone(self, q: int, start: int) -> dict[str, list[list[Visit]]]:
        """Everybody who breaks no rule in a role, with the visits that are new or else in each way to do it."""
        found = {}
        serving = {visit.volunteer for visit in self.visits if visit.request == self.request.id}
        for volunteer in self.batch.volunteers:
            if volunteer.id in serving:
                continue
            mine = [visit for visit in self.visits if visit.volunteer == volunteer.id]
            moment = self.facts.clock.moment(start)
            later = min((visit for visit in mine if visit.start >= moment), key=lambda visit: visit.start, default=None)
            ways = []
            for home, home_after in product((False, True), (False, True) if later else (False,)):
                new = Visit(
                    request=self.request.id,
                    role=self.request.roles[q].id,
                    volunteer=volunteer.id,
                    start=moment,
                    via_home=home,
                )
                changed = [new] + ([later.model_copy(update={"via_home": home_after})] if later else [])
                if not any(v.volunteer == volunteer.id for v in self.report(changed).violations):
                    ways.append(changed)
            if ways:
                found[volunteer.id] = ways
        return found

    def report(self, changed: list[Visit]) -> Report:
        key = {(visit.request, visit.role, visit.volunteer): visit for visit in (*self.visits, *changed)}
        return judge(self.batch, key.values())

    def at(self, starts: list[int], able: list[dict[str, list[list[Visit]]]]) -> Iterator[Try]:
        for people in self.casts(able, 0, frozenset()):
            for ways in product(*(able[q][who] for who, q in people.items())):
                report = self.report([visit for way in ways for visit in way])
                if people and report.valid:
                    change = (after - before for after, before in zip(report.score.tiers, self.before, strict=True))
                    yield Try(frozenset(people), tuple(change))

    def casts(self, able: list[dict[str, list[list[Visit]]]], n: int, used: frozenset[str]) -> Iterator[dict[str, int]]:
        """Everybody in one role or in none."""
        if n == len(self.batch.volunteers):
            yield {}
            return
        who = self.batch.volunteers[n].id
        for rest in self.casts(able, n + 1, used):
            yield rest
            for q, mine in enumerate(able):
                if who in mine:
                    yield {who: q} | rest
