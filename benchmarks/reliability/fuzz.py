"""Requests of all kinds, right and wrong, to every route that the service describes."""

import copy
import json
import random
from collections import Counter
from collections.abc import Callable
from typing import Any

from benchmarks.reliability.bodies import DAY, county, order
from benchmarks.reliability.row import Ground, Outcome
from benchmarks.reliability.servers import BROKEN, CALL_SECONDS, Server

ODD: tuple[Any, ...] = (
    None,
    "",
    "甲" * 300,
    -1,
    0,
    1e308,
    2**63,
    True,
    [],
    {},
    "\x00",
    "\ud800",
    "2026-13-45T99:00:00+08:00",
    [[[]]],
)
"""What is put into the place of a value."""
SHOWN = 20
"""Most notes about one run."""


def fuzz(ground: Ground) -> Outcome:
    """Sends schemathesis' cases; ids are real ones, and bodies examples with one odd value, every other time."""
    cases = ground.size(5_000, 200)
    with ground.server(solvers=1) as server:
        sender = Sender(server, lambda sent: ground.told(sent, cases))
        sender.send(cases)
    seen = sender.seen
    sent = sum(seen.values())
    errors = sum(many for (_, status, _), many in seen.items() if status >= 500 or not status)
    undocumented = sum(many for (*_, documented), many in seen.items() if not documented)
    wrong = [
        f"{route}: {status or 'no answer'}, {'' if documented else 'not documented, '}{many} times"
        for (route, status, documented), many in sorted(seen.items())
        if not documented or status >= 500 or not status
    ]
    return Outcome(
        f"{cases:,} cases, 0 answers of 500, none that is not documented",
        f"{sent:,} cases, {errors} of 500 or none, {undocumented} not documented",
        sent >= cases and not wrong,
        {"cases": sent, "errors": errors, "undocumented": undocumented},
        tuple(wrong[:SHOWN]),
    )


class Sender:
    """Sends to one server; counts every answer by its route, its status, and whether that is documented.

    told: takes how many were sent.
    """

    def __init__(self, server: Server, told: Callable[[int], None]) -> None:
        self._server, self._told, self._rng = server, told, random.Random(0)
        self._ids = _filled(server)
        self.seen = Counter[tuple[str, int, bool]]()

    def send(self, cases: int) -> None:
        """Sends at least so many cases, as many to each route that has anything to vary."""
        import schemathesis

        described = schemathesis.openapi.from_url(f"http://127.0.0.1:{self._server.port}/openapi.json")
        operations: list[Any] = [found.ok() for found in described.get_all_operations()]  # type: ignore[union-attr]
        varied = [one for one in operations if [*one.iter_parameters(), *one.body]]
        for operation in operations:
            self._send_to(operation, -(-cases // len(varied)))

    def _send_to(self, operation: Any, cases: int) -> None:
        from hypothesis import HealthCheck, Phase, given, settings

        example, documented = _example(operation), set(operation.definition.raw["responses"])

        @settings(
            max_examples=cases,
            deadline=None,
            derandomize=True,
            database=None,
            phases=[Phase.generate],
            suppress_health_check=list(HealthCheck),
        )
        @given(case=operation.as_strategy())
        def send(case: Any) -> None:
            if "id" in case.path_parameters and self._rng.random() < 0.5:
                case.path_parameters["id"] = self._ids[case.path.split("/")[2]]
            if example is not None and self._rng.random() < 0.5:
                status = self._status(case.method, case.formatted_path, _odd(example, self._rng))
            else:
                status = _status(case)
            self.seen[f"{case.method} {case.path}", status, str(status) in documented] += 1
            self._told(sum(self.seen.values()))

        send()

    def _status(self, method: str, path: str, body: Any) -> int:
        """The status of the answer to a body that no generator would make; 0: there was none."""
        try:
            return self._server.call(method, path, json.dumps(body).encode()).status
        except BROKEN:
            return 0


def _status(case: Any) -> int:
    """The status of the answer; 0: there was none."""
    import requests  # type: ignore[import-untyped,unused-ignore]

    try:
        return int(case.call(timeout=CALL_SECONDS).status_code)
    except requests.RequestException:
        return 0


def _filled(server: Server) -> dict[str, str]:
    """The ids of an order, of the plan that serves it, of the offer that it makes, and of scenarios for its batch."""
    server.call("PUT", "/v1/county", county())
    orders = server.call("POST", "/v1/orders", order("o-1")).json["orders"]
    plan = server.call("POST", "/v1/dispatches", json.dumps({"date": DAY}).encode()).json["id"]
    server.solved(plan)
    offers = server.call("POST", f"/v1/plans/{plan}/offers").json["offers"]
    wanted = json.dumps({"plan": plan, "scenarios": [{"id": "no-shows"}]}).encode()
    scenarios = server.call("POST", "/v1/scenarios", wanted).json["id"]
    return {"orders": orders[0]["id"], "plans": plan, "offers": offers[0]["id"], "scenarios": scenarios}


def _example(operation: Any) -> Any:
    """The example of a route's body; null: it has none."""
    content = operation.definition.raw.get("requestBody", {}).get("content", {})
    return content.get("application/json", {}).get("example")


def _odd(example: Any, rng: random.Random) -> Any:
    """An example with something odd in the place of one of its values."""
    holder: Any = [copy.deepcopy(example)]
    whole, key = holder, 0
    while isinstance(holder[key], dict | list) and holder[key] and rng.random() < 0.85:
        holder = holder[key]
        key = rng.choice(list(holder) if isinstance(holder, dict) else range(len(holder)))
    holder[key] = copy.deepcopy(rng.choice(ODD))
    return whole[0]
