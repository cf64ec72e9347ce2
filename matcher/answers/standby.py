"""Backups for the visits of a plan: who stays free to come, and how likely it is that every place is filled.

Everybody says yes with their `acceptance`, independently of all others. Those sent are asked first, then the backups of
the role in their order until its places are filled. So all are filled if, of those sent and all backups, as many say
yes as there are places: the tail of a Poisson binomial distribution (Poisson 1837; Hong, Computational Statistics &
Data Analysis 59, 2013), which is computed exactly, one person after the other.
"""

from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import numpy as np

from matcher.answers.phrases import named, phrase
from matcher.answers.trial import OnTrial, Trial, unheard
from matcher.base import Frozen, Items
from matcher.batch import Batch, Request
from matcher.people import Ints
from matcher.plan import Plan, Standby, Visit
from matcher.policy import PRIORITIES
from matcher.reasons.judging import FREE, Judge
from matcher.scene import Scene

ENOUGH = 1e-12
"""By so much a chance may fall short of its target for rounding."""


class Backed(Frozen):
    """How likely it is that the places which a plan fills in a role are filled in the end."""

    request: str
    """Id of the request."""
    role: str
    """Id of the role."""
    places: int
    """How many people the plan sends."""
    backups: int
    """How many more stay free."""
    alone: float
    """Chance that all who are sent come."""
    chance: float
    """Chance that all places are filled, with the backups."""
    reached: bool
    """Whether that is the policy's target."""
    asks: float
    """How many people are asked on average, until the places are filled or nobody is left."""
    over: float
    """How many would come too many on average if all were asked at once."""
    zh: str
    """This in Chinese."""
    en: str
    """This in English."""


class Backups(Frozen):
    """Backups for all roles of a plan."""

    standby: Items[Standby]
    """Who stays free, by request, role and rank; everybody once at most."""
    roles: Items[Backed]
    """Each role with visits, by request and role."""
    fewest: bool
    """Whether it is proved that no fewer people would do."""
    zh: str
    """In a sentence, in Chinese."""
    en: str
    """In a sentence, in English."""


def all_filled(sent: Sequence[float], backups: Sequence[float]) -> float:
    """The chance that as many say yes as are sent, of all with these chances of yes."""
    return float(_yes([*sent, *backups])[len(sent) :].sum())


def asked(sent: Sequence[float], backups: Sequence[float]) -> float:
    """How many are asked on average: those sent, and each backup if fewer than needed have said yes before."""
    earlier = (_yes([*sent, *backups[:rank]])[: len(sent)].sum() for rank in range(len(backups)))
    return len(sent) + float(sum(earlier))


def too_many(sent: Sequence[float], backups: Sequence[float]) -> float:
    """How many more than needed say yes on average, if all are asked at once."""
    beyond = _yes([*sent, *backups])[len(sent) :]
    return float(beyond @ np.arange(len(beyond)))


def _yes(chances: Sequence[float]) -> np.ndarray:
    """The chance of each number of people who say yes."""
    distribution = np.ones(1)
    for chance in chances:
        distribution = np.convolve(distribution, [1 - chance, chance])
    return distribution


@dataclass(frozen=True)
class _Need:
    """A role with visits: chances of those sent, and who else could come, by place among all ids, the surest first."""

    request: Request
    role: str
    sent: tuple[float, ...]
    others: Ints


def backups_for(batch: Batch, plan: Plan, target: float | None = None, *, on_trial: OnTrial = unheard) -> Backups:
    """Backups with which every role's chance of being filled reaches a target with as few people as possible.

    target: null for the policy's `fill_target`. Nobody backs two roles, nor more than `max_asks` allows, each being
    counted as asked. The most pressing requests choose first, then those that fewest could come to. on_trial: hears
    which request is looked at.
    """
    goal = batch.policy.fill_target if target is None else target
    yes = {v.id: batch.policy.prior_acceptance if v.acceptance is None else v.acceptance for v in batch.volunteers}
    needs = _needs(batch, plan, yes, on_trial)
    order = sorted(needs, key=lambda n: (PRIORITIES.index(n.request.priority), len(n.others), n.request.id, n.role))
    taken, chosen, least = set[str](), dict[tuple[str, str], list[str]](), 0
    name = sorted(yes).__getitem__
    for need in order:
        mine = _fewest(need, (id for id in map(name, need.others) if id not in taken), yes, goal)
        least += len(_fewest(need, map(name, need.others), yes, goal))
        taken.update(mine)
        chosen[need.request.id, need.role] = mine
    roles = [_backed(need, [yes[id] for id in chosen[need.request.id, need.role]], goal) for need in needs]
    standby = (
        Standby(request=need.request.id, role=need.role, volunteer=id, rank=rank)
        for need in needs
        for rank, id in enumerate(chosen[need.request.id, need.role], start=1)
    )
    short = sum(not role.reached for role in roles)
    zh, en = phrase(
        "standby.short" if short else "standby.all", people=len(taken), target=round(100 * goal, 1), short=short
    )
    return Backups(standby=tuple(standby), roles=tuple(roles), fewest=len(taken) == least, zh=zh, en=en)


def with_backups(plan: Plan, found: Backups) -> Plan:
    """The plan with its list of backups."""
    return plan.model_copy(update={"standby": found.standby})


def _needs(batch: Batch, plan: Plan, yes: dict[str, float], on_trial: OnTrial) -> list[_Need]:
    """Every role with visits, by request and role, with all who are free to come beside what the plan has them do."""
    scene = Scene(batch)
    judge, sent = Judge(scene, plan.visits), defaultdict[tuple[str, str], list[Visit]](list)
    asks = Counter(visit.volunteer for visit in plan.visits)
    may_be_asked = {v.id: v.max_asks is None or v.asked + asks[v.id] < v.max_asks for v in batch.volunteers}
    spare = np.array([may_be_asked[id] for id in scene.people.ids], dtype=np.bool_)
    surest = np.argsort([-yes[id] for id in scene.people.ids], kind="stable")
    rank = np.argsort(surest)
    for visit in plan.visits:
        sent[visit.request, visit.role].append(visit)
    requests, found = sorted(batch.requests, key=lambda request: request.id), list[_Need]()
    for number, request in enumerate(requests, start=1):
        on_trial(Trial(batch, *phrase("trial.backups"), number, len(requests)))
        for q, role in enumerate(request.roles):
            if visits := sent.get((request.id, role.id)):
                free = (judge.verdict(request, q).stage == FREE) & spare
                others = surest[np.sort(rank[free])]
                found.append(_Need(request, role.id, tuple(yes[v.volunteer] for v in visits), others))
    return found


def _fewest(need: _Need, others: Iterable[str], yes: dict[str, float], goal: float) -> list[str]:
    """The surest people who reach the goal; all who are of any use, if it cannot be reached."""
    mine = list[str]()
    for id in others:
        if all_filled(need.sent, [yes[m] for m in mine]) >= goal - ENOUGH:
            break
        mine.append(id)
    return mine


def _backed(need: _Need, backups: list[float], goal: float) -> Backed:
    chance, alone = all_filled(need.sent, backups), all_filled(need.sent, [])
    asks, over = asked(need.sent, backups), too_many(need.sent, backups)
    code = "role" if backups else "enough" if chance >= goal - ENOUGH else "nobody"
    zh, en = phrase(
        f"standby.{code}",
        request=named(need.request),
        role=need.role,
        places=len(need.sent),
        alone=round(100 * alone),
        backups=len(backups),
        chance=round(100 * chance),
        asks=round(asks, 1),
    )
    return Backed(
        request=need.request.id,
        role=need.role,
        places=len(need.sent),
        backups=len(backups),
        alone=alone,
        chance=chance,
        reached=chance >= goal - ENOUGH,
        asks=asks,
        over=over,
        zh=zh,
        en=en,
    )
