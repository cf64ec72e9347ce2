"""What is counted for prometheus."""

from typing import get_args

from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram, generate_latest

from matcher.service.jobs.queue import State

SECONDS = (0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60)


class Metrics:
    """The metrics of one app."""

    def __init__(self) -> None:
        self._registry = CollectorRegistry()
        self._requests = Counter(
            "matcher_requests", "Answers given", ("method", "route", "status"), registry=self._registry
        )
        self._seconds = Histogram(
            "matcher_request_seconds", "Seconds to answer", ("route",), buckets=SECONDS, registry=self._registry
        )
        self._jobs = Gauge("matcher_jobs", "Jobs in each state", ("state",), registry=self._registry)

    def request(self, method: str, route: str, status: int, seconds: float) -> None:
        """Counts an answer."""
        self._requests.labels(method, route, str(status)).inc()
        self._seconds.labels(route).observe(seconds)

    def text(self, jobs: dict[str, int]) -> bytes:
        """All metrics as prometheus reads them; jobs: how many there are in each state."""
        for state in get_args(State):
            self._jobs.labels(state).set(jobs.get(state, 0))
        return generate_latest(self._registry)
