"""Why a request has empty places: what stops whom, and which requests took the people."""

from collections import Counter, defaultdict
from collections.abc import Sequence
from typing import Literal

import numpy as np

from matcher.answers.phrases import Words, named, phrase
from matcher.base import Frozen
from matcher.batch import Batch, Request
from matcher.errors import InputError
from matcher.plan import Unserved, Visit
from matcher.policy import PRIORITIES, Priority
from matcher.problems import unknown
from matcher.reasons import reasons_by
from matcher.reasons.judging import RANK, Judge
from matcher.summary import PRIORITY_WORDS

State = Literal["unserved", "partly", "served"]
TAKEN = ("max_asks", "max_requests", "max_requests_per_day", "max_minutes", "busy")
"""What stops people who could serve if the plan asked nothing else of them, as far as they have visits."""


class Taker(Frozen):
    """A request that people serve who could otherwise serve the one asked about."""

    request: str
    """Its id."""
    priority: Priority
    """Its priority."""
    volunteers: int
    """How many of them."""
    zh: str
    """This in Chinese."""
    en: str
    """This in English."""


def empty_places(request: Request, visits: Sequence[Visit]) -> tuple[Unserved, ...]:
    """The roles of a request with empty places, without reasons."""
    filled = Counter(visit.role for visit in visits if visit.request == request.id)
    return tuple(
        Unserved(request=request.id, role=role.id, missing=role.count - filled[role.id])
        for role in request.roles
        if filled[role.id] < role.count
    )


def gaps_of(judge: Judge, batch: Batch, visits: Sequence[Visit], request: Request) -> tuple[Unserved, ...]:
    """The roles with empty places, and what stops how many volunteers from filling them."""
    return reasons_by(judge, batch, visits, empty_places(request, visits))


def takers_of(judge: Judge, batch: Batch, visits: Sequence[Visit], request: Request) -> tuple[Taker, ...]:
    """The requests that took the people, the most pressing first, then by how many they took."""
    empty = {place.role for place in empty_places(request, visits)}
    wanted = np.zeros(judge.people.count, dtype=np.bool_)
    for q, role in enumerate(request.roles):
        if role.id in empty:
            wanted |= np.isin(judge.verdict(request, q).stage, [RANK[code] for code in TAKEN])
    ids = {judge.people.ids[v] for v in np.flatnonzero(wanted).tolist()}
    people = defaultdict[str, set[str]](set)
    for visit in visits:
        if visit.volunteer in ids and visit.request != request.id:
            people[visit.request].add(visit.volunteer)
    took = [each for each in batch.requests if each.id in people]
    took.sort(key=lambda each: (PRIORITIES.index(each.priority), -len(people[each.id]), each.id))
    return tuple(_taker(each, len(people[each.id])) for each in took)


def _taker(request: Request, volunteers: int) -> Taker:
    words = PRIORITY_WORDS[request.priority]
    zh, en = phrase("taker", request=named(request), priority=words, volunteers=volunteers)
    return Taker(request=request.id, priority=request.priority, volunteers=volunteers, zh=zh, en=en)


def found_request(batch: Batch, id: str) -> Request:
    """The request with an id; raises InputError where there is none."""
    for request in batch.requests:
        if request.id == id:
            return request
    raise InputError("没有这个需求", "there is no such request", [unknown(id, "需求", "request")])


def state_of(request: Request, gaps: Sequence[Unserved], visits: Sequence[Visit]) -> tuple[State, Words]:
    """Whether a request has no visit, some, or all, and words for it."""
    filled = sum(visit.request == request.id for visit in visits)
    state: State = "unserved" if not filled else "partly" if gaps else "served"
    missing = sum(gap.missing for gap in gaps)
    return state, phrase(f"state.{state}", request=named(request), filled=filled, missing=missing)
