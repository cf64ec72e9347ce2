"""Scenarios as methods: submitted, followed, compared (docs/whatif.md)."""

import json
from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import TYPE_CHECKING, Any, Literal

from matcher.batch import Batch
from matcher.client.asking import POLL_SECONDS, Asking, body_of, step, until_over
from matcher.errors import MatcherError
from matcher.service.http.wire import Library, PlanState, ReadyScenario, ScenariosPage, ScenariosState

if TYPE_CHECKING:
    from scenarios.comparing import Comparison

Lang = Literal["zh", "en"]


class Scenarios(Asking):
    """What a client can do with scenarios."""

    def ready_scenarios(self) -> tuple[ReadyScenario, ...]:
        """The ready scenarios, and what can be set in each."""
        return self._read(Library, "GET", "/v1/scenarios/library").scenarios

    def submit_scenarios(
        self,
        base: Batch | PlanState | str,
        scenarios: Sequence[Mapping[str, Any]],
        *,
        samples: int = 1,
        seconds: float | None = None,
        work: int | None = None,
        gap: float = 0.001,
        seed: int = 0,
        key: str | None = None,
    ) -> ScenariosState:
        """Sends scenarios to be compared with a batch, or that of a plan, as it is; returns at once.

        scenarios: each `{"id": …, "values": {…}}` for a ready one, or `{"toml": …}`. samples: how often what is random
        is drawn. The limits are for each plan. key: an Idempotency-Key of one's own, as for `submit`.
        """
        parts, plan = ({"batch": base}, None) if isinstance(base, Batch) else ({}, base)
        asked = {
            "plan": plan.id if isinstance(plan, PlanState) else plan,
            "scenarios": [dict(each) for each in scenarios],
            "samples": samples,
            "seconds": seconds,
            "work": work,
            "gap": gap,
            "seed": seed,
        }
        headers = {} if key is None else {"Idempotency-Key": key}
        return self._read(ScenariosState, "POST", "/v1/scenarios", body=body_of(parts, asked), headers=headers)

    def scenarios_state(self, job: ScenariosState | str) -> ScenariosState:
        """How many plans are made; the comparison when it is there."""
        return self._read(ScenariosState, "GET", _of(job))

    def follow_scenarios(
        self,
        job: ScenariosState | str,
        on_progress: Callable[[ScenariosState], None] | None = None,
        every: float = POLL_SECONDS,
    ) -> ScenariosState:
        """Waits until scenarios are over, as `follow` does."""
        return until_over(lambda: self.scenarios_state(job), on_progress, every)

    def comparison(self, job: ScenariosState | str) -> "Comparison":
        """The comparison, waited for if need be. Raises MatcherError where the job failed or was cancelled."""
        from scenarios.comparing import Comparison

        found = self.follow_scenarios(job)
        if found.comparison is None:
            words = found.problem or {"zh": "已取消", "en": "it was cancelled"}
            raise MatcherError(f"没有对比：{words['zh']}", f"there is no comparison: {words['en']}")
        return Comparison.model_validate_json(json.dumps(found.comparison))

    def export_comparison(self, job: ScenariosState | str, *, lang: Lang = "zh") -> bytes:
        """The comparison as one HTML page."""
        return self._service.call("GET", f"{_of(job)}/report", params={"lang": lang}).content

    def cancel_scenarios(self, job: ScenariosState | str) -> ScenariosState:
        """Stops early; what is planned so far is compared."""
        return self._read(ScenariosState, "DELETE", _of(job))

    def scenarios(self) -> Iterator[ScenariosState]:
        """All comparisons one may see, newest first, without the comparisons themselves."""
        for page in self._pages(ScenariosPage, "/v1/scenarios", {}):
            yield from page.scenarios


def _of(job: ScenariosState | str) -> str:
    """The path of a comparison."""
    return f"/v1/scenarios/{step(job)}"
