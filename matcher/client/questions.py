"""Questions about a plan as methods: of a batch and a plan that are sent, or of a plan that the service has."""

import json
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, NamedTuple

from pydantic import BaseModel

from matcher.batch import Batch
from matcher.client.asking import Asking, M, body_of, of_plan
from matcher.events import Events
from matcher.plan import Plan
from matcher.service.http.wire import PlanState

if TYPE_CHECKING:
    from matcher.answers.explain import Explanation
    from matcher.answers.recommend import Recommendation
    from matcher.answers.volunteer import VolunteerAnswer
    from matcher.checker.report import Report
    from matcher.running.day import Redispatch


class Recommended(NamedTuple):
    """What is recommended for a plan that the service has."""

    found: "Recommendation"
    people: dict[str, str]
    """Names of those recommended, by id."""


class Replanned(NamedTuple):
    """A plan that the service has, planned anew and kept."""

    id: str
    """Id of the new plan."""
    found: "Redispatch"
    people: dict[str, str]
    """Names of those for whom something changes, by id."""


class Questions(Asking):
    """What a client can ask about a plan; what ends in `_kept` is about one that the service has."""

    def check(self, batch: Batch, plan: Plan) -> "Report":
        """The judgement of a plan."""
        from matcher.checker.report import Report

        return self._ask(Report, "/v1/check", {"batch": batch, "plan": plan}, {})

    def recommend(
        self, batch: Batch, plan: Plan, *, request: str | None = None, volunteer: str | None = None, count: int = 10
    ) -> "Recommendation":
        """The best people for a request, or the best requests for a volunteer; name one of the two."""
        from matcher.answers.recommend import Recommendation

        asked = {"request": request, "volunteer": volunteer, "count": count}
        return self._ask(Recommendation, "/v1/recommendations", {"batch": batch, "plan": plan}, asked)

    def redispatch(self, batch: Batch, plan: Plan, events: Events) -> "tuple[Redispatch, Batch]":
        """The plan after events, and the batch it goes with."""
        from matcher.running.day import Redispatch

        parts = {"batch": batch, "plan": plan, "events": events}
        found = self._service.call("POST", "/v1/redispatch", body=body_of(parts, {})).json()
        after = Batch.model_validate_json(json.dumps(found.pop("batch")))
        return Redispatch.model_validate_json(json.dumps(found)), after

    def explain(self, batch: Batch, plan: Plan, request: str) -> "Explanation":
        """Why a request has empty places, what filling one costs and what would mend it."""
        from matcher.answers.explain import Explanation

        return self._ask(Explanation, "/v1/explanations", {"batch": batch, "plan": plan}, {"request": request})

    def explain_volunteer(self, batch: Batch, plan: Plan, request: str, volunteer: str) -> "VolunteerAnswer":
        """Why a volunteer serves a request, or does not."""
        from matcher.answers.volunteer import VolunteerAnswer

        asked = {"request": request, "volunteer": volunteer}
        return self._ask(VolunteerAnswer, "/v1/explanations", {"batch": batch, "plan": plan}, asked)

    def recommend_kept(
        self,
        job: PlanState | str,
        *,
        request: str | None = None,
        volunteer: str | None = None,
        count: int = 10,
        instead: str | None = None,
    ) -> Recommended:
        """As `recommend`; instead: a volunteer whom the plan sends to the request and who cannot come."""
        from matcher.answers.recommend import Recommendation

        asked = {"request": request, "volunteer": volunteer, "count": count, "instead": instead}
        people, rest = self._of_people(f"{of_plan(job)}/recommendations", {}, asked)
        return Recommended(Recommendation.model_validate_json(json.dumps(rest)), people)

    def redispatch_kept(self, job: PlanState | str, events: Events) -> Replanned:
        """As `redispatch`; the new plan is kept under its own id, and what happens next is told of that one."""
        from matcher.running.day import Redispatch

        people, rest = self._of_people(f"{of_plan(job)}/redispatch", {"events": events}, {})
        return Replanned(rest.pop("id"), Redispatch.model_validate_json(json.dumps(rest)), people)

    def explain_kept(self, job: PlanState | str, request: str) -> "Explanation":
        """As `explain`."""
        from matcher.answers.explain import Explanation

        return self._ask(Explanation, f"{of_plan(job)}/explanations", {}, {"request": request})

    def explain_volunteer_kept(self, job: PlanState | str, request: str, volunteer: str) -> "VolunteerAnswer":
        """As `explain_volunteer`."""
        from matcher.answers.volunteer import VolunteerAnswer

        asked = {"request": request, "volunteer": volunteer}
        return self._ask(VolunteerAnswer, f"{of_plan(job)}/explanations", {}, asked)

    def _ask(self, model: type[M], path: str, parts: Mapping[str, BaseModel], asked: Mapping[str, Any]) -> M:
        return self._read(model, "POST", path, body=body_of(parts, asked))

    def _of_people(
        self, path: str, parts: Mapping[str, BaseModel], asked: Mapping[str, Any]
    ) -> tuple[dict[str, str], dict[str, Any]]:
        """The names by id in an answer, and the rest of it."""
        found = self._service.call("POST", path, body=body_of(parts, asked)).json()
        return {each["id"]: each["name"] for each in found.pop("people")}, found
