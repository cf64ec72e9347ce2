"""Questions about a batch and its plan, as a child process answers them.

It is given what a route was sent, or a plan that the service keeps, without what only the service's key opens.
"""

import json
from collections.abc import Collection, Mapping
from typing import Generic, TypeVar

from pydantic import BaseModel

from matcher.answers.explain import explain
from matcher.answers.recommend import Recommendation, recommend
from matcher.answers.volunteer import explain_volunteer
from matcher.batch import Batch
from matcher.checker import check
from matcher.errors import InputError, Problem
from matcher.events import Events
from matcher.memory import without_collection
from matcher.plan import Plan
from matcher.problems import unknown
from matcher.reading import to_json
from matcher.running.day import redispatch
from matcher.service.access.masking import masked_volunteer
from matcher.service.http.answers import Explain, Nothing, Recommend
from matcher.service.http.bundle import Payload
from matcher.service.http.parts import read_parts
from matcher.service.http.stored import RecommendHere
from matcher.service.jobs.answering import LOAD
from matcher.service.jobs.child import Kind, Task, load

A = TypeVar("A", bound=BaseModel)

SHARE = 0.3
"""Part of the time that one solve of an answer may take: there may be two, and reading and checking besides."""
UNFIT = ("batch", "unknown", "duplicate")
"""What may not be said of a plan that questions are asked about."""


class Kept(BaseModel, Generic[A]):
    """A question about a plan that the service keeps."""

    job: Payload
    plan: Plan
    asked: A


EXPLAIN, RECOMMEND, REDISPATCH = Kept[Explain], Kept[RecommendHere], Kept[Events]


def _check(data: bytes, task: Task) -> bytes:
    (batch, plan), _ = read_parts(data, ("batch", "plan"), Nothing)
    return to_json(check(batch, plan)).encode()


def _recommend(data: bytes, task: Task) -> bytes:
    (batch, plan), asked = read_parts(data, ("batch", "plan"), Recommend)
    _require_fit(batch, plan)
    return to_json(_recommended(batch, plan, asked)).encode()


def _redispatch(data: bytes, task: Task) -> bytes:
    (batch, plan, events), _ = read_parts(data, ("batch", "plan", "events"), Nothing)
    _require_fit(batch, plan)
    found, after = redispatch(batch, plan, events, SHARE * task.seconds)
    return f'{{"batch":{to_json(after)},{to_json(found)[1:]}'.encode()


def _explain(data: bytes, task: Task) -> bytes:
    (batch, plan), asked = read_parts(data, ("batch", "plan"), Explain)
    _require_fit(batch, plan)
    return to_json(_explained(batch, plan, asked, task.seconds)).encode()


@without_collection()
def _recommend_kept(data: bytes, task: Task) -> bytes:
    kept = RECOMMEND.model_validate_json(data)
    batch, plan, asked = kept.job.batch, kept.plan, kept.asked
    if asked.instead is not None:
        batch, plan = _without(batch, plan, asked.request, asked.instead)
    found = _recommended(batch, plan, asked)
    return _with_names(found, batch, {visit.volunteer for advice in found.advice for visit in advice.visits}).encode()


@without_collection()
def _redispatch_kept(data: bytes, task: Task) -> bytes:
    """The answer, the new plan, and the payload of the job that keeps it, people sealed as they were."""
    kept = REDISPATCH.model_validate_json(data)
    found, after = redispatch(kept.job.batch, kept.plan, kept.asked, SHARE * task.seconds)
    people = set[str]().union(*(churn.change.people() for churn in found.churn))
    payload = Payload(batch=after, people=kept.job.people).model_dump_json(by_alias=True, exclude_defaults=True)
    return json.dumps([_with_names(found, kept.job.batch, people), to_json(found.plan), payload]).encode()


@without_collection()
def _explain_kept(data: bytes, task: Task) -> bytes:
    kept = EXPLAIN.model_validate_json(data)
    return to_json(_explained(kept.job.batch, kept.plan, kept.asked, task.seconds)).encode()


def _require_fit(batch: Batch, plan: Plan) -> None:
    """Raises InputError where the plan is another batch's, or names what the batch does not have."""
    found = [said for said in check(batch, plan).violations if said.code in UNFIT]
    if found:
        problems = [Problem(said.code, "/plan", None, said.zh, said.en) for said in found]
        raise InputError("方案与批次不符", "the plan does not go with the batch", problems)


def _recommended(batch: Batch, plan: Plan, asked: Recommend) -> Recommendation:
    """What is recommended. Raises InputError where request or volunteer is unknown, or not just one is named."""
    if (asked.request is None) == (asked.volunteer is None):
        zh, en = "应写 request 或 volunteer 其中之一", "expected request or volunteer, one of the two"
        raise InputError("要问什么不清楚", "it is not clear what is asked", [Problem("one_of", "", None, zh, en)])
    return recommend(batch, plan, request=asked.request, volunteer=asked.volunteer, count=asked.count)


def _explained(batch: Batch, plan: Plan, asked: Explain, seconds: float) -> BaseModel:
    """Why, found within so many seconds. Raises InputError where the request or volunteer is unknown."""
    if asked.volunteer is None:
        return explain(batch, plan, asked.request, SHARE * seconds)
    return explain_volunteer(batch, plan, asked.request, asked.volunteer, SHARE * seconds)


def _without(batch: Batch, plan: Plan, request: str | None, volunteer: str) -> tuple[Batch, Plan]:
    """Batch and plan once a volunteer cannot come to a request. Raises InputError where the plan sends them not there.

    A pin of the visit falls too: no place of a request is filled while one of its pins is not kept.
    """
    visits = tuple(visit for visit in plan.visits if (visit.request, visit.volunteer) != (request, volunteer))
    if len(visits) == len(plan.visits):
        wrong = unknown(volunteer, "该需求已派的志愿者", "volunteer whom the plan sends there", "/instead")
        raise InputError("方案没有派此人去", "the plan does not send them there", [wrong])
    requests = tuple(
        each.model_copy(update={"excluded": (*each.excluded, volunteer)}) if each.id == request else each
        for each in batch.requests
    )
    pins = tuple(pin for pin in batch.pins if (pin.request, pin.volunteer) != (request, volunteer))
    changed = batch.model_copy(update={"requests": requests, "pins": pins})
    return changed, plan.model_copy(update={"visits": visits})


def _with_names(answer: BaseModel, batch: Batch, ids: Collection[str]) -> str:
    """An answer with the names of these volunteers, as the plan's batch shows them."""
    people = [{"id": v.id, "name": masked_volunteer(v).name} for v in batch.volunteers if v.id in ids]
    return f'{{"people":{json.dumps(people, ensure_ascii=False)},{to_json(answer)[1:]}'


def _load(data: bytes, task: Task) -> bytes:
    load()
    return b""


KINDS: Mapping[str, Kind] = {
    LOAD: _load,
    "check": _check,
    "recommend": _recommend,
    "redispatch": _redispatch,
    "explain": _explain,
    "recommend_kept": _recommend_kept,
    "redispatch_kept": _redispatch_kept,
    "explain_kept": _explain_kept,
}
"""What is answered, by kind."""
