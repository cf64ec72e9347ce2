"""What all calls share: answers as models, lists page by page, something followed until it is over, paths."""

import json
import time
from collections.abc import Callable, Iterator, Mapping
from typing import Any, TypeVar
from urllib.parse import quote

from pydantic import BaseModel

from matcher.client.calling import Calling
from matcher.reading import to_json
from matcher.service.http.wire import JobState, Offers, Orders, PlanPage, PlanState, ScenariosPage
from matcher.service.orders.model import Offer, Order

M = TypeVar("M", bound=BaseModel)
P = TypeVar("P", Orders, Offers, PlanPage, ScenariosPage)
J = TypeVar("J", bound=JobState)

PAGE = 500
"""How many orders, offers or events are asked for at a time."""
POLL_SECONDS = 0.5
"""How often what is followed is asked for."""


class Asking:
    """Calls of one service."""

    _service: Calling

    def _say(self, model: type[M], path: str, said: Mapping[str, Any]) -> M:
        """A POST of what is said; what is null is left out."""
        return self._read(model, "POST", path, body=json.dumps(stated(said)))

    def _pages(self, model: type[P], path: str, asked: Mapping[str, Any]) -> Iterator[P]:
        """Page after page of a list."""
        after: str | None = None
        while True:
            page = self._read(model, "GET", path, params=stated({**asked, "after": after}))
            yield page
            after = page.after
            if after is None:
                return

    def _read(self, model: type[M], method: str, path: str, **given: Any) -> M:
        return model.model_validate_json(self._service.call(method, path, **given).content)


def until_over(state: Callable[[], J], on_progress: Callable[[J], None] | None, every: float) -> J:
    """The last state of what is asked for every so many seconds; on_progress is given each one."""
    while True:
        found = state()
        if on_progress is not None:
            on_progress(found)
        if found.over:
            return found
        time.sleep(every)


def body_of(parts: Mapping[str, BaseModel], asked: Mapping[str, Any]) -> str:
    """A body of parts, each as it is written to a file, and of what is asked; what is null is left out."""
    members = [f'"{name}":{to_json(part)}' for name, part in parts.items()]
    members += [f'"{name}":{json.dumps(value)}' for name, value in asked.items() if value is not None]
    return f"{{{','.join(members)}}}"


def stated(said: Mapping[str, Any]) -> dict[str, Any]:
    """What is said, without what is null."""
    return {name: value for name, value in said.items() if value is not None}


def of_plan(job: PlanState | str) -> str:
    """The path of a plan."""
    return f"/v1/plans/{step(job)}"


def step(named: Order | Offer | JobState | str) -> str:
    """The id as a step of a path."""
    return quote(named if isinstance(named, str) else named.id, safe="")
