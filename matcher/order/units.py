"""An outline in whole units of time, as large as can be, and what follows from its legs."""

from math import gcd

import numpy as np
from numpy.typing import NDArray

from matcher.order.timing import (
    CLOSES,
    DUE,
    END_SITE,
    LAG_MAX,
    OPENS,
    REST,
    REST_FROM,
    REST_TO,
    SECONDS,
    SHUT,
    SITE,
    WINDOW_FROM,
    WINDOW_UNTIL,
    Outline,
)
from matcher.people import NEVER

Ints = NDArray[np.int64]

TIMES = (OPENS, CLOSES, SHUT, REST_FROM, REST_TO, REST)


def in_units(o: Outline) -> tuple[Outline, int]:
    """The outline in the largest unit of time of which all its times are multiples, and that unit in seconds."""
    span, dues = span_of(o), o.requests[DUE]
    lengths, legs = o.places[SECONDS:], o.table[o.table <= span]
    times = [o.people[list(TIMES)], o.windows, lengths[lengths > 0], legs, dues[dues < NEVER]]
    unit = gcd(o.step, *(int(np.gcd.reduce(part.ravel())) for part in times))
    people, requests, places = o.people.copy(), o.requests.copy(), o.places.copy()
    people[list(TIMES)] //= unit
    requests[DUE] = np.where(dues < NEVER, dues // unit, NEVER)
    places[SECONDS:] //= unit
    return o._replace(
        people=people,
        requests=requests,
        places=np.where(o.places < 0, o.places, places),
        windows=o.windows // unit,
        table=np.minimum(o.table, span + unit) // unit,
        step=o.step // unit,
    ), unit


def span_of(o: Outline) -> int:
    """From the first moment of all to the last that any visit could have: nothing is longer."""
    first = min(o.people[OPENS].min(), o.windows[WINDOW_FROM].min(), o.requests[DUE].min())
    last = max(o.people[CLOSES].max(), o.windows[WINDOW_UNTIL].max())
    return int(last + o.places[LAG_MAX].max() + o.places[SECONDS].max() - first)


def shortest(o: Outline) -> Ints:
    """The least time from each place to each, through any others and services that take no time [F, K, K]."""
    least = o.table.copy()
    for speed in range(len(least)):
        least[speed, o.requests[SITE], o.requests[END_SITE]] = 0
        for k in range(least.shape[1]):
            np.minimum(least[speed], least[speed, :, k, None] + least[speed, None, k, :], out=least[speed])
    return least
