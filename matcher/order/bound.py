"""What no plan can beat, request by request: coverage and the best people, less the shortest ways there."""

import numpy as np
from numpy.typing import NDArray

from matcher.order.outline import Drawn
from matcher.order.serving import steady
from matcher.order.timing import END_SITE, HOME, REQUEST, SITE
from matcher.scene import Scene

Floats = NDArray[np.float64]


def bounds(scene: Scene, drawn: Drawn) -> list[float] | list[None]:
    """An upper bound of each tier over all plans [T]: all other costs are at least 0.

    Null where an outline may leave out people who could serve (`steady`).
    """
    o, tiers = drawn.outline, scene.batch.policy.tiers
    if not steady(scene):
        return [None] * len(tiers)
    if not drawn.requests:
        return [0.0] * len(tiers)
    legs = np.concatenate([np.unique(o.people[HOME]), np.unique(o.requests[END_SITE])])
    shortest = _shortest_leg(drawn, legs)
    travel = np.array([tier.terms.get("travel", 0.0) for tier in tiers])[:, None] / 60 * shortest
    best = np.maximum.reduceat(drawn.gains, o.able_ptr[:-1], axis=1)
    place = best - travel
    request = drawn.value + (np.add.reduceat(place, o.ptr[:-1], axis=1))
    must = np.array([scene.batch.requests[i].mandatory for i in drawn.requests], dtype=np.bool_)
    found: list[float] = np.where(must, request, np.maximum(0, request)).sum(axis=1).tolist()
    return found


def _shortest_leg(drawn: Drawn, origins: NDArray[np.int64]) -> Floats:
    """Seconds of the shortest way to each place from somebody's home or from another request's end [P]."""
    o = drawn.outline
    legs = o.table[:, origins][:, :, o.requests[SITE]].min(axis=0).astype(np.float64)
    homes = len(origins) - len(np.unique(o.requests[END_SITE]))
    for row, end in enumerate(origins[homes:].tolist(), start=homes):
        ending = np.flatnonzero(o.requests[END_SITE] == end)
        if len(ending) == 1:
            legs[row, ending[0]] = np.inf
    shortest: Floats = legs.min(axis=0)[o.places[REQUEST]]
    return shortest
