"""How often a caller may call: a bucket of tokens for each."""

from collections import OrderedDict
from collections.abc import Callable

MOST_BUCKETS = 10_000
"""Callers remembered; of more, those who called longest ago begin anew."""


class Rates:
    """Buckets that hold `burst` tokens and gain `rate` a second; clock: seconds that only grow. For one thread."""

    def __init__(self, rate: float, burst: int, clock: Callable[[], float]) -> None:
        self._rate, self._burst, self._clock = rate, burst, clock
        self._buckets: OrderedDict[str, tuple[float, float]] = OrderedDict()

    def take(self, name: str) -> float:
        """Takes a token: 0, or the seconds until there is one, and then none is taken."""
        now = self._clock()
        tokens, then = self._buckets.pop(name, (float(self._burst), now))
        tokens = min(self._burst, tokens + (now - then) * self._rate)
        wait = 0.0 if tokens >= 1 else (1 - tokens) / self._rate
        self._buckets[name] = (tokens if wait else tokens - 1, now)
        if len(self._buckets) > MOST_BUCKETS:
            self._buckets.popitem(last=False)
        return wait
