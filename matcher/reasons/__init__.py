"""Why places stay empty: what stops how many of the volunteers (docs/reasons.md)."""

from collections.abc import Iterator, Sequence
from functools import lru_cache

import numpy as np

from matcher.batch import Batch, Request
from matcher.plan import Reason, Unserved, Visit
from matcher.reasons import words
from matcher.reasons.judging import FREE, RANK, Judge, Verdict
from matcher.reasons.shortage import Shortage
from matcher.scene import Scene

MANY = 10_000
"""Reasons that are remembered: those of many places are the same."""


def reasons_for(
    batch: Batch, visits: Sequence[Visit], unserved: Sequence[Unserved], scene: Scene | None = None
) -> tuple[Unserved, ...]:
    """The empty places with their reasons, given the visits of the plan; `scene` is the batch's, if it is there.

    Every volunteer of the batch is counted once per role, at the first thing in `words.ORDER` that stops
    them. Where the request is served, its start is given; else volunteers are judged at every start it may
    have and counted where they get furthest. Those whom nothing stops come last, with why they do not go.
    """
    return reasons_by(Judge(scene or Scene(batch), visits), batch, visits, unserved) if unserved else ()


def reasons_by(
    judge: Judge, batch: Batch, visits: Sequence[Visit], unserved: Sequence[Unserved]
) -> tuple[Unserved, ...]:
    """The same by a judge of the batch and the visits."""
    unkept = not visits and (bool(batch.pins) or any(request.mandatory for request in batch.requests))
    empty: dict[str, set[str]] = {}
    for place in unserved:
        empty.setdefault(place.request, set()).add(place.role)
    reasons: dict[tuple[str, str], tuple[Reason, ...]] = {}
    for request in batch.requests:
        if request.id in empty:
            roles = empty[request.id] if judge.served(request.id) else {role.id for role in request.roles}
            reasons |= _of_request(judge, request, roles, unkept, batch.now is not None)
    return tuple(place.model_copy(update={"reasons": reasons[place.request, place.role]}) for place in unserved)


def _of_request(
    judge: Judge, request: Request, roles: set[str], unkept: bool, now: bool
) -> dict[tuple[str, str], tuple[Reason, ...]]:
    verdicts = {q: judge.verdict(request, q) for q, role in enumerate(request.roles) if role.id in roles}
    found = {}
    for q, verdict in verdicts.items():
        stops = list(_stops(verdict, now))
        free = int(np.count_nonzero(verdict.stage == FREE))
        if free:
            if judge.served(request.id):
                code, (zh, en) = "contest", words.CONTEST
            elif unkept or judge.pinned(request.id):
                code, (zh, en) = "mandatory", words.UNKEPT
            else:
                code, (zh, en) = Shortage(judge, request, list(verdicts.values())).why(q)
            stops.append(Reason(code=code, volunteers=free, zh=zh, en=en))
        found[request.id, request.roles[q].id] = tuple(stops)
    return found


def _stops(verdict: Verdict, now: bool) -> Iterator[Reason]:
    further = verdict.stage[verdict.stage != RANK["skill"]]
    counts = np.bincount(further, minlength=FREE + 1)
    counts[RANK["skill"]] = len(verdict.stage) - len(further)
    for code, count in zip(words.ORDER, counts[1:FREE].tolist(), strict=True):
        if count:
            yield _stopped(code, count, now)


@lru_cache(MANY)
def _stopped(code: str, count: int, now: bool) -> Reason:
    zh, en = words.stopped(code, now)
    return Reason(code=code, volunteers=count, zh=zh, en=en)
