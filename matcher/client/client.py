"""The service's questions and answers as methods, typed."""

from collections.abc import Callable, Iterator, Mapping
from types import TracebackType
from typing import Any, Self

from matcher.batch import Batch
from matcher.client.asking import PAGE, POLL_SECONDS, body_of, of_plan, stated, until_over
from matcher.client.calling import Calling, http_client
from matcher.client.loop import Loop
from matcher.client.questions import Questions
from matcher.client.scenarios import Lang, Scenarios
from matcher.errors import MatcherError
from matcher.plan import Plan
from matcher.service.access.entries import Entries, Entry
from matcher.service.http.wire import Format, Import, PlanPage, PlanState
from matcher.service.orders.figures import Monthly, Records


class Client(Loop, Questions, Scenarios):
    """A caller of the service at `url`; key: the API key, null where none is asked for.

    All methods raise InputError with the problems the service found, `matcher.client.Unreachable` where there is no
    answer, and MatcherError for every other refusal. A call that was lost on the way is made again, and creates
    nothing twice.
    """

    def __init__(self, url: str, key: str | None = None, *, seconds: float = 120) -> None:
        """seconds: how long an answer is waited for."""
        self._http = http_client(url, key, seconds)
        self._service = Calling(self._http)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        self.close()

    def close(self) -> None:
        """Closes the connections."""
        self._http.close()

    def submit(
        self,
        batch: Batch,
        *,
        seconds: float | None = None,
        work: int | None = None,
        gap: float = 0.0,
        seed: int = 0,
        key: str | None = None,
    ) -> PlanState:
        """Sends a batch to be planned and returns at once. The limits are those of `matcher.dispatch`.

        key: an Idempotency-Key of one's own: the same batch under the same key is one plan, whoever sends it again.
        """
        asked = {"seconds": seconds, "work": work, "gap": gap, "seed": seed}
        headers = {} if key is None else {"Idempotency-Key": key}
        return self._read(PlanState, "POST", "/v1/plans", body=body_of({"batch": batch}, asked), headers=headers)

    def state(self, job: PlanState | str) -> PlanState:
        """How far a plan is; the plan itself when it is there."""
        return self._read(PlanState, "GET", of_plan(job))

    def follow(
        self, job: PlanState | str, on_progress: Callable[[PlanState], None] | None = None, every: float = POLL_SECONDS
    ) -> PlanState:
        """Waits until a plan is over and returns it; on_progress is given every state on the way, the last one too."""
        return until_over(lambda: self.state(job), on_progress, every)

    def plan(self, job: PlanState | str) -> Plan:
        """The plan, waited for if need be. Raises MatcherError where its solve failed or was cancelled."""
        found = self.follow(job)
        if found.plan is None:
            words = found.problem or {"zh": "已取消", "en": "it was cancelled"}
            raise MatcherError(f"没有方案：{words['zh']}", f"there is no plan: {words['en']}")
        return found.plan

    def cancel(self, job: PlanState | str) -> PlanState:
        """Stops a solve early; its best plan so far is kept."""
        return self._read(PlanState, "DELETE", of_plan(job))

    def plans(self) -> Iterator[PlanState]:
        """All plans one may see, newest first, without the plans themselves."""
        for page in self._pages(PlanPage, "/v1/plans", {}):
            yield from page.plans

    def export(self, job: PlanState | str, format: Format, *, lang: Lang = "zh", phones: bool = False) -> bytes:
        """A plan as a file; csv and ics come as a zip. phones: in full, which the service notes."""
        params = {"format": format, "lang": lang, "phones": phones}
        return self._service.call("GET", f"{of_plan(job)}/plan", params=params).content

    def import_sheets(self, content: bytes, date: str, *, days: int = 1) -> Import:
        """The batch in a workbook or CSV file; date: the first day, as 2026-07-21."""
        return self._read(
            Import,
            "POST",
            "/v1/batches/import",
            body=content,
            params={"date": date, "days": days},
            headers={"Content-Type": "application/octet-stream"},
        )

    def demo(self, volunteers: int = 300, requests: int = 40, seed: int = 1) -> Batch:
        """A made-up day of a county to try things with."""
        params = {"volunteers": volunteers, "requests": requests, "seed": seed}
        return self._read(Batch, "GET", "/v1/demo", params=params)

    def monthly(self, month: str) -> Monthly:
        """月报: orders, answers, ratings and services of a month such as 2026-11, by site and team."""
        return self._read(Monthly, "GET", "/v1/reports/monthly", params={"month": month})

    def export_monthly(self, month: str, *, lang: Lang = "zh") -> bytes:
        """The same as a workbook."""
        return self._workbook("/v1/reports/monthly", {"month": month, "lang": lang})

    def records(self, volunteer: str | None = None, month: str | None = None) -> Records:
        """服务记录: who served when, at what, how long, and how it was rated; of everybody and all time if not told."""
        return self._read(Records, "GET", "/v1/records", params=stated({"volunteer": volunteer, "month": month}))

    def export_records(self, volunteer: str | None = None, month: str | None = None, *, lang: Lang = "zh") -> bytes:
        """The same as a workbook."""
        return self._workbook("/v1/records", {"volunteer": volunteer, "month": month, "lang": lang})

    def audit(self, after: int = 0) -> Iterator[Entry]:
        """审计: who was shown which phones and when, since a number; give the last one's `number` next time."""
        while True:
            page = self._read(Entries, "GET", "/v1/audit", params={"after": after, "limit": PAGE})
            if not page.entries:
                return
            yield from page.entries
            after = page.after

    def _workbook(self, path: str, asked: Mapping[str, Any]) -> bytes:
        return self._service.call("GET", path, params=stated({**asked, "format": "xlsx"})).content
