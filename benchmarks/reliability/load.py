"""Posts and polls by the clock: how long callers wait, and how much the service can take."""

import json
import subprocess
import sys
from collections.abc import Sequence
from dataclasses import dataclass

from benchmarks.plain import mixed_batch
from benchmarks.reliability.bodies import rows
from benchmarks.reliability.row import Ground, Outcome
from benchmarks.reliability.servers import PAUSE, Server, until
from matcher import to_json

DEFAULTS = {"solvers": 1, "rate": 300, "burst": 600}
"""The service as it is started by default."""
RATE, ROWS, MOST_MS = 150, (500, 100), 150
POLLS, POLL_SECONDS, MOST_POLL_MS = 50, 30, 200


@dataclass(frozen=True)
class Told:
    """What the generator tells. answers: status (0: none came) and milliseconds of each request."""

    answers: Sequence[tuple[int, float]]

    @property
    def unanswered(self) -> int:
        """Requests that were given up (benchmarks/reliability/generator.py)."""
        return sum(not status for status, _ in self.answers)

    @property
    def refused(self) -> int:
        """Requests with another answer than success."""
        return sum(status >= 300 for status, _ in self.answers)

    @property
    def errors(self) -> int:
        """Requests that did not succeed."""
        return self.unanswered + self.refused

    @property
    def words(self) -> str:
        """What a row tells of it."""
        return f"p99 {self.p99:,.0f} ms, {self.refused} refused, {self.unanswered} unanswered of {len(self.answers):,}"

    @property
    def p99(self) -> float:
        """Milliseconds that 99 of 100 requests kept to; what was not answered counts as long as it was waited for."""
        return sorted(milliseconds for _, milliseconds in self.answers)[-1 - len(self.answers) // 100]

    def holds(self, most: float) -> bool:
        """Whether no request failed and the wait was short."""
        return not self.errors and self.p99 < most


def posts(ground: Ground) -> Outcome:
    """Posts batches of 500 volunteers and 100 requests to a service as it is by default, one plan solved at a time."""
    seconds = ground.size(60, 2)
    told = _posted(ground, RATE, seconds)
    return Outcome(
        f"{RATE} posts a second of {sum(ROWS)} rows for {seconds} s: p99 < {MOST_MS} ms, 0 errors",
        told.words,
        told.holds(MOST_MS),
        {"rate": RATE, "seconds": seconds, "p99_ms": round(told.p99, 1), "errors": told.errors},
    )


def most_posts(ground: Ground) -> Outcome:
    """Halves the interval between a rate that holds and one that does not."""
    low, high, p99 = 0, 2 * RATE, 0.0
    while high - low > 2:
        rate = (low + high) // 2 if low else max(high // 4, 1)
        told = _posted(ground, rate, 10)
        if told.holds(MOST_MS):
            low, p99 = rate, told.p99
        else:
            high = rate
        ground.told(2 * RATE - (high - low), 2 * RATE)
    return Outcome(
        f"highest rate at which p99 < {MOST_MS} ms: {RATE} a second",
        f"{low} a second, p99 {p99:.0f} ms",
        low >= RATE,
        {"rate": low, "p99_ms": round(p99, 1)},
    )


def polls(ground: Ground) -> Outcome:
    """Asks for the state of two plans that are being solved."""
    body = to_json(mixed_batch(9000, 1000)).encode()
    with ground.server(**{**DEFAULTS, "solvers": 2}) as server:
        ids = [server.call("POST", "/v1/plans", body).json["id"] for _ in range(2)]
        states = [f"/v1/plans/{id}" for id in ids]
        until(lambda: all(server.call("GET", state).json["progress"] for state in states), PAUSE)
        told = _generated(ground, server, POLLS, POLL_SECONDS, [_request("GET", state) for state in states])
        running = sum(server.call("GET", state).json["state"] == "running" for state in states)
    return Outcome(
        f"{POLLS} polls a second for {POLL_SECONDS} s during two solves: p99 < {MOST_POLL_MS} ms",
        f"{told.words}, {running} of 2 solves still running",
        told.holds(MOST_POLL_MS) and running == 2,
        {"p99_ms": round(told.p99, 1), "errors": told.errors},
    )


def _posted(ground: Ground, rate: int, seconds: int) -> Told:
    """What a new server makes of so many posts a second."""
    with ground.server(**DEFAULTS) as server:
        body = rows(*ROWS)
        server.call("POST", "/v1/plans", body)
        return _generated(ground, server, rate, seconds, [_request("POST", "/v1/plans", body)])


def _generated(ground: Ground, server: Server, rate: int, seconds: int, requests: list[bytes]) -> Told:
    """What a generator of requests tells; its files are kept out of the folder that is searched for phones."""
    files = [ground.folder.with_name(f"{ground.folder.name}-{number}.http") for number in range(len(requests))]
    for file, request in zip(files, requests, strict=True):
        file.write_bytes(request)
    numbers = map(str, (server.port, rate, seconds, ground.size(10, 3)))
    command = [sys.executable, "-m", "benchmarks.reliability.generator", *numbers, *map(str, files)]
    ran = subprocess.run(command, capture_output=True, check=True, timeout=60 + seconds)
    return Told([(status, milliseconds) for status, milliseconds in json.loads(ran.stdout)])


def _request(method: str, path: str, body: bytes = b"") -> bytes:
    """A whole HTTP request."""
    fields = {"Host": "127.0.0.1", "Content-Type": "application/json", "Content-Length": len(body)}
    head = "".join(f"{name}: {value}\r\n" for name, value in fields.items())
    return f"{method} {path} HTTP/1.1\r\n{head}\r\n".encode() + body
