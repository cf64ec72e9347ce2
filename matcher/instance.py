"""A batch as read-only arrays: the only thing the solver sees.

Volunteers, requests and everything below them are in the order of their ids, so that the order of
the input plays no part. Indices: V volunteers, Q roles, S slots (a role at a start with a team),
O options (a start for every role), N nodes (a volunteer in a slot), T tiers. Times are seconds.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import csr_array

from matcher.gains import Tiers
from matcher.outside import Outside

Ints = NDArray[np.int64]
Floats = NDArray[np.float64]


def pointers(counts: Ints) -> Ints:
    """Where each group begins if groups of these sizes follow each other, and where the last one ends."""
    return np.concatenate([np.zeros(1, dtype=np.int64), np.cumsum(counts, dtype=np.int64)])


def sorted_by(keys: NDArray[np.integer], count: int) -> tuple[Ints, NDArray[np.int32]]:
    """A stable sort by keys from 0 to `count` - 1, in linear time: the pointer of each key, and the order."""
    ones = np.ones(len(keys), dtype=np.int8)
    rows = csr_array((ones, (keys, np.arange(len(keys), dtype=np.int32))), shape=(count, len(keys)))
    return rows.indptr.astype(np.int64), rows.indices


@dataclass(frozen=True)
class Instance:
    """The arrays of one batch. `*_ptr` arrays have one entry more than what they index.

    tiers: weights and offsets of each tier; the first is «required requests served» if there are any.
    conflicts: indices of the batch's pins that cannot be kept for a reason of their own.
    metric: whether a way by another place is never shorter, rounding aside.
    complete: whether all options of all requests are here; if not, no bound can be proved.
    outside: people who could fill places but have no nodes here; null if nobody is left out.
    """

    volunteer_ids: list[str]
    request_ids: list[str]
    role_ids: list[str]
    team_ids: list[str]
    tiers: Tiers
    recent: Ints
    factor: Floats
    cap_requests: Ints
    cap_day: Ints
    cap_seconds: Ints
    pin_ptr: Ints
    pin_start: Ints
    pin_day: Ints
    required: NDArray[np.bool_]
    linked: NDArray[np.bool_]
    role_ptr: Ints
    role_request: Ints
    role_min: Ints
    role_max: Ints
    role_seconds: Ints
    slot_role: Ints
    slot_start: Ints
    slot_day: Ints
    slot_team: Ints
    slot_gain: Floats
    option_request: Ints
    option_start: Ints
    option_end: Ints
    option_ptr: Ints
    option_slots: Ints
    option_gain: Floats
    after: list[tuple[int, int, int, int]]
    node_ptr: Ints
    node_slot: Ints
    node: dict[str, NDArray[np.int32]]
    node_gain: dict[int, Floats]
    table: Floats
    finish_place: Ints
    start_place: Ints
    min_leg: int
    home_between: bool
    now: int
    metric: bool
    conflicts: list[int]
    complete: bool
    outside: Outside | None = None

    @property
    def volunteers(self) -> int:
        return len(self.volunteer_ids)

    @property
    def requests(self) -> int:
        return len(self.request_ids)

    @property
    def nodes(self) -> int:
        return len(self.node_slot)

    @property
    def needed(self) -> int:
        """What tier 0 must reach if `tiers.required`: required requests and pins, counted."""
        return int(self.required.sum()) + len(self.pin_start)

    @property
    def node_volunteer(self) -> Ints:
        """Volunteer of each node [N]."""
        volunteers: Ints = np.repeat(np.arange(self.volunteers), np.diff(self.node_ptr))
        return volunteers

    @property
    def node_request(self) -> Ints:
        """Request of each node [N]."""
        requests: Ints = self.role_request[self.slot_role][self.node_slot]
        return requests


def nodes_of_people(inst: Instance, people: Ints) -> Ints:
    """All nodes of some volunteers."""
    low, count = inst.node_ptr[people], np.diff(inst.node_ptr)[people]
    return np.repeat(low - pointers(count)[:-1], count) + np.arange(count.sum())
