"""A plan in force, made ready for questions about one more request (docs/architecture.md, One request in a moment)."""

from collections import defaultdict
from collections.abc import Callable, Collection, Iterator, Sequence
from fractions import Fraction
from typing import NamedTuple

import numpy as np

from matcher.batch import Batch, FixedVisit, Request
from matcher.checker import check
from matcher.errors import InputError, Problem
from matcher.insertion.arriving import with_request
from matcher.insertion.asking import Asked, InForce
from matcher.insertion.changes import Changes
from matcher.insertion.duties import Duties
from matcher.insertion.finding import Finder
from matcher.insertion.offer import Offer
from matcher.insertion.offering import offer_of, one_by_one
from matcher.insertion.ranking import Ranking, Way
from matcher.insertion.shortlist import Members, Shortlist
from matcher.people import Ints
from matcher.plan import Plan
from matcher.policy import Tier
from matcher.problems import pointer, problem, unknown
from matcher.scene import Scene
from matcher.whole import unsupported


class Options(NamedTuple):
    """The ways to serve a request; parts of a unit in their values, and the offer of each."""

    ranking: Ranking
    fine: int
    offer: Callable[[Way], Offer]


class Standing:
    """A batch and a plan in force. Made once, in seconds for a county; then it answers in a moment."""

    def __init__(self, batch: Batch, plan: Plan) -> None:
        """batch: one that has passed `matcher.reading.check_batch`. plan: one of it.

        Raises InputError where the plan names what the batch does not have, and where the policy weighs what cannot
        be told by the visits alone (`matcher.whole`), or where tours leave with the shift.
        """
        _check(batch, plan)
        _check_policy(batch)
        self._scene = scene = Scene(batch)
        self._duties, self._in_force = Duties(scene, plan.visits), InForce(scene, plan.visits)
        self._members = Members(scene.people)
        self._index = {request.id: i for i, request in enumerate(batch.requests)}
        self._places = {place: i for i, place in enumerate(scene.places.unique)}
        self._previous = defaultdict[str, list[FixedVisit]](list)
        for visit in batch.previous:
            self._previous[visit.request].append(visit)

    def best(self, request: Request | str, count: int = 10, only: Collection[str] | None = None) -> tuple[Offer, ...]:
        """The best ways to fill the empty places of a request, ranked by the change of the tiers in strict order.

        request: the id of one of the batch; or a request that is new, or of the batch but changed, as long as it is
        not served. The first offer is the best of all, each further one is the best that leaves out at least one of
        the people of every offer before it. Of equal ones the earlier start goes first. All keep every hard rule if
        the plan in force does; none is made where a pin of the request is not kept already.
        only: ids of the volunteers who may be sent; null: all.

        Raises InputError where the request or a volunteer is unknown, or the request at odds with the batch.
        """
        asked, who = self._asked(request), None if only is None else self._numbers(only)
        if not asked.keeps_pins() or not any(asked.most):
            return ()
        options = self._options(asked, who, sum(asked.most) + count - 1)
        return tuple(map(options.offer, options.ranking.best(count)))

    def requests_for(self, volunteer: str, count: int = 10) -> tuple[Offer, ...]:
        """The requests that a volunteer could take alone beside the plan in force, the best change of the tiers first.

        Each with the best offer that sends this volunteer; of equal ones, the request that stands first in the batch.
        Raises InputError where the volunteer is unknown.
        """
        found = [options.offer(way) for options, _, way in self._alone(self._numbers((volunteer,)))]
        return tuple(sorted(found, key=lambda offer: [-tier for tier in offer.tiers])[:count])

    def first_for(self, volunteers: Collection[str]) -> dict[str, Offer]:
        """A best of `requests_for` for each of many volunteers; those who could take none are left out."""
        best: dict[int, tuple[Fraction, Options, Way]] = {}
        for options, who, way in self._alone(self._numbers(volunteers)):
            value = Fraction(way.value, options.fine)
            if who not in best or value > best[who][0]:
                best[who] = value, options, way
        return {self._scene.people.ids[who]: options.offer(way) for who, (_, options, way) in best.items()}

    def _alone(self, who: Ints) -> Iterator[tuple[Options, int, Way]]:
        """The best way to take each request alone for each of some volunteers."""
        people, order = self._scene.batch.volunteers, self._scene.people.order
        skills = {v: {held.skill for held in people[order[v]].skills} for v in who.tolist()}
        for request in self._scene.batch.requests:
            wanted = {role.skill for role in request.roles}
            able = [v for v, held in skills.items() if None in wanted or wanted & held]
            asked = self._asked(request.id)
            if able and asked.keeps_pins() and any(asked.most):
                options = self._options(asked, np.array(able, dtype=np.int64), len(able))
                for v, way in options.ranking.alone().items():
                    yield options, v, way

    def _options(self, asked: Asked, who: Ints | None, length: int) -> Options:
        """The ways to serve what is asked, of the best `length` people for each role, team and start."""
        policy = asked.scene.batch.policy
        changes = self._changes(asked, policy.tiers)
        finder = Finder(asked, self._duties, changes, who)
        shortlists = [Shortlist(finder, q, self._members, length) for q in range(len(asked.most))]
        by_term = self._changes(asked, one_by_one(policy))
        openings = [mine.openings for mine in shortlists]
        return Options(
            Ranking(asked, changes, shortlists),
            changes.fine,
            lambda way: offer_of(asked, self._duties, by_term, openings, way),
        )

    def _numbers(self, volunteers: Collection[str]) -> Ints:
        index = self._scene.people.index
        problems = [unknown(id, "志愿者", "volunteer") for id in volunteers if id not in index]
        if problems:
            raise InputError("没有这个志愿者", "there is no such volunteer", problems)
        return np.array(sorted(index[id] for id in volunteers), dtype=np.int64)

    def _asked(self, request: Request | str) -> Asked:
        if isinstance(request, str):
            if request not in self._index:
                raise InputError("没有这个需求", "there is no such request", [unknown(request, "需求", "request")])
            return Asked(self._scene, self._index[request], self._in_force)
        index = self._index.get(request.id)
        if index is not None and self._scene.batch.requests[index] == request:
            return Asked(self._scene, index, self._in_force)
        if request.id in self._in_force.visits:
            raise InputError("需求已有安排，不能改动", "the request is served already and cannot be changed")
        scene = with_request(self._scene, request, self._places)
        return Asked(scene, len(scene.batch.requests) - 1, self._in_force)

    def _changes(self, asked: Asked, tiers: Sequence[Tier]) -> Changes:
        return Changes(asked.scene, asked.request, self._previous[asked.request.id], self._duties.count, tiers)


def _check_policy(batch: Batch) -> None:
    """Raises InputError where the policy asks for more than is looked at here."""
    problems = unsupported(batch, "Standing")
    if batch.policy.leaves == "shift":
        problems.append(problem("unsupported_leaves", pointer("policy", "leaves"), "shift"))
    if problems:
        raise InputError("这种规则下还不能插单", "single requests cannot be served under this policy yet", problems)


def _check(batch: Batch, plan: Plan) -> None:
    """Raises InputError where the plan is not one of the batch."""
    wrong = [v for v in check(batch, plan).violations if v.code in ("batch", "unknown", "duplicate")]
    if wrong:
        where = ["/".join(filter(None, (v.request, v.role, v.volunteer))) for v in wrong]
        problems = [Problem(v.code, at, None, v.zh, v.en) for at, v in zip(where, wrong, strict=True)]
        raise InputError("方案与批次不符", "the plan does not fit the batch", problems)
