"""People who are alike in all that a batch says of them, where there are more of them than could ever be of use.

Any of them could do what another one does. A plan of which each visit is somebody else's needs no more of them than
there are places they could fill, so whoever goes beyond that is left out without a loss.
"""

from collections import defaultdict
from operator import attrgetter

import numpy as np
from numpy.typing import NDArray

from matcher.batch import Volunteer
from matcher.scene import Scene

Ints = NDArray[np.int64]

NO_MATTER = {"id", "name", "phone"}
"""Fields of a volunteer that play no part in solving."""


def of_use(scene: Scene) -> NDArray[np.bool_]:
    """Who can be of use [V]: all but those beyond the number of places that they and those alike could fill."""
    places, kept = _places(scene), np.ones(scene.people.count, dtype=np.bool_)
    volunteers, seen = scene.batch.volunteers, defaultdict[object, int](int)
    all_of = attrgetter(*(name for name in Volunteer.model_fields if name not in NO_MATTER))
    for v in _of_crowds(scene, places).tolist():
        like = all_of(volunteers[scene.people.order[v]])
        seen[like] += 1
        kept[v] = seen[like] <= places[v]
    return kept


def _places(scene: Scene) -> Ints:
    """How many places each volunteer could fill, by skill alone [V]."""
    places = np.zeros(scene.people.count, dtype=np.int64)
    asked = defaultdict[str | None, int](int)
    for request in scene.batch.requests:
        for role in request.roles:
            asked[role.skill] += role.count
    for skill, count in asked.items():
        places[scene.people.ever_held(skill)] += count
    return places


def _of_crowds(scene: Scene, places: Ints) -> Ints:
    """Volunteers, none of them singled out, of whom more have the same home, first shift and past than places."""
    people, batch = scene.people, scene.batch
    able = places > 0
    named = {v for r in batch.requests for v in (*r.preferred, *r.excluded, *r.familiar)}
    able[[people.index[v] for v in named | {v.volunteer for v in (*batch.pins, *batch.previous)}]] = False
    some = np.flatnonzero(able & (np.diff(people.shift_ptr) > 0))
    begin = people.shift_start[people.shift_ptr[some]]
    home = scene.places.home[people.order[some]]
    keys = np.stack([home, people.site[some], begin, people.recent[some], places[some]])
    number, size = np.unique(keys, axis=1, return_inverse=True, return_counts=True)[1:]
    crowded: Ints = some[size[number] > places[some]]
    return crowded
