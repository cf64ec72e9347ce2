"""Pairs of a person and a role that an instance leaves out: too many to hold at every start, and seldom needed.

A role of which many people are capable gets the nodes of those to whom it would cost least, of more where they are
scarce. All others are remembered by what decides whether they could do better: their way and what they would gain.
A bound proved without them holds for all once nobody of them could be worth more (`matcher.solver.widening`).
"""

from collections import Counter
from collections.abc import Mapping
from typing import Any

import numpy as np
from numpy.typing import NDArray

from matcher.batch import Request, Role
from matcher.candidates import Finder, Spans
from matcher.clock import whole_seconds
from matcher.gains import Floats, Tiers
from matcher.nodes import Nodes
from matcher.scene import Scene
from matcher.ways import FAR

Ints = NDArray[np.int64]
Floats32 = NDArray[np.float32]

MANY_NODES = 3_500_000
"""Nodes that an instance may have before some are left out, by a rough estimate."""
MOST_VISITS = 48
"""Visits of a route, at most (`LONGEST` of the solver)."""
MOST_KEPT, FEWEST_KEPT, KEPT_A_PLACE = 160, 16, 8
"""People kept for a role: so many where there are as many as places, fewer where there are more; the fewest beside
those for each place."""
STRANGERS = 1_000
"""Where ways cost the same, people are chosen by chance, spread over so many steps of less than it could matter."""


class Asked:
    """A role of which people are left out: what is needed to find their nodes, and who they are.

    who: volunteers left out. way: seconds from their place and to where they end. gain: what they add to a tier.
    """

    def __init__(self, index: int, request: Request, role: Role, seconds: int, slot_at: Mapping[int, int]) -> None:
        self.index, self.request, self.role, self.seconds = index, request, role, seconds
        self.starts = sorted(slot_at)
        self.slots = np.array([slot_at[start] for start in self.starts], dtype=np.int64)
        self.who, self.way = np.zeros(0, dtype=np.int32), np.zeros(0, dtype=np.int32)
        self.gain: dict[int, Floats32] = {}


class Outside:
    """What an instance leaves out, by role.

    asked: by the number of the role, where anybody is left out.
    """

    def __init__(self, scene: Scene, finder: Finder, tiers: Tiers) -> None:
        self._scene, self._finder, self._tiers = scene, finder, tiers
        self.asked: dict[int, Asked] = {}
        self._kept = _kept_by_role(scene)
        recent = scene.people.recent
        self._load = tiers.load_cost(recent, np.ones_like(recent))[-1]
        self._stranger = (np.arange(scene.people.count) * 7919 % STRANGERS).astype(np.int16)
        self._chance = 1e-3 * (np.arange(2 * STRANGERS) % STRANGERS) / STRANGERS

    def kept(self, number: int, asked: Asked, spans: Spans, gains: Mapping[int, Floats]) -> Ints | None:
        """Rows of the spans of a role that are of people who are kept for it, null if all are; remembers the others."""
        role = asked.role
        most = self._kept.get((role.skill, role.level), 0) + KEPT_A_PLACE * role.count + FEWEST_KEPT
        if len(spans.who) <= most:
            return None
        last = self._tiers.count - 1
        way = np.minimum(spans.out + spans.back, FAR)
        cost = self._tiers.travel[last] * way
        cost += self._load[spans.who]
        cost -= gains.get(last, 0.0)
        cost += self._chance[number * 104729 % STRANGERS :][self._stranger[spans.who]]
        chosen = np.zeros(self._scene.people.count, dtype=np.bool_)
        chosen[spans.who[np.argpartition(cost, most)[:most]]] = True
        kept = chosen[spans.who]
        self._leave(number, asked, spans.who, way, gains, np.flatnonzero(~kept))
        return np.flatnonzero(kept)

    def _leave(self, number: int, asked: Asked, who: Ints, way: Ints, gains: Mapping[int, Floats], rows: Ints) -> None:
        """Remembers those at some rows, who are left out of a role, each once and sorted."""
        if not len(rows):
            return
        if not (np.diff(who[rows]) > 0).all():
            rows = rows[np.unique(who[rows], return_index=True)[1]]
        asked.who, asked.way = who[rows].astype(np.int32), way[rows].astype(np.int32)
        asked.gain = {tier: gain.astype(np.float32) for tier, gain in self._tiers.some(gains, rows).items()}
        self.asked[number] = asked

    def nodes(self, number: int, who: Ints) -> dict[str | int, Any]:
        """The nodes of people who are left out of a role: their fields, `slot`, and what they add to a tier."""
        asked, among = self.asked[number], np.zeros(self._scene.people.count, dtype=np.bool_)
        among[who] = True
        spans = self._finder.spans(asked.index, asked.request, asked.role, asked.seconds, asked.starts, among)
        nodes = self._finder.nodes(asked.index, asked.role, asked.seconds, asked.starts, spans, ())
        slot = asked.slots[np.searchsorted(asked.starts, nodes.start)]
        columns: dict[str | int, Any] = dict(zip((*Nodes._fields, "slot"), (*nodes, slot), strict=True))
        people, level = nodes.volunteer.astype(np.int64), nodes.level.astype(np.int64)
        columns.update(self._tiers.node_gain(asked.request, asked.role, people, level).items())
        return columns

    def take_in(self, number: int, who: Ints) -> None:
        """No longer leaves these people out of a role."""
        asked = self.asked[number]
        rest = ~np.isin(asked.who, who)
        asked.who, asked.way = asked.who[rest], asked.way[rest]
        asked.gain = {tier: gain[rest] for tier, gain in asked.gain.items()}
        if not len(asked.who):
            del self.asked[number]


def needed(scene: Scene, among: NDArray[np.bool_]) -> bool:
    """Whether an instance of the batch would be too large if nobody `among` [V] were left out.

    Nobody is where ways obey no triangle inequality, where nobody makes two visits, as min-cost flow looks at all, and
    where somebody might make more visits than routes are priced with.
    """
    most = int(_most_visits(scene).max(initial=0))
    pinned = max(Counter(pin.volunteer for pin in scene.batch.pins).values(), default=0)
    if scene.batch.travel.kind == "matrix" or most < 2 or most + pinned > MOST_VISITS:
        return False
    nodes = 0
    for request in scene.batch.requests:
        lengths = (int((w.end - w.start).total_seconds()) + whole_seconds(w.late) for w in request.windows)
        starts = sum(1 + length // scene.step for length in lengths)
        nodes += starts * sum(among[_holders(scene, role.skill, role.level)].sum() for role in request.roles)
    return nodes > MANY_NODES


def tied(scene: Scene) -> set[str]:
    """Requests of which nobody is left out: those that must be served, follow others or are followed, and those that
    single people out by pins, teams, earlier visits or who is preferred.

    So what must be kept can be kept by those who are not left out, if by anybody.
    """
    requests = scene.batch.requests
    singled = {r.id for r in requests if r.mandatory or r.after or r.one_team or r.preferred or r.familiar}
    followed = {after.request for request in requests for after in request.after}
    return singled | followed | set(scene.pins) | {visit.request for visit in scene.batch.previous}


def _kept_by_role(scene: Scene) -> dict[tuple[str | None, int], int]:
    """How many people are kept beside those for each place, by skill and level: fewer the more could come."""
    places = Counter[tuple[str | None, int]]()
    for request in scene.batch.requests:
        for role in request.roles:
            places[role.skill, role.level] += role.count
    holders = {kind: _holders(scene, *kind) for kind in places}
    kinds = np.zeros(scene.people.count)
    for who in holders.values():
        kinds[who] += 1
    share = _most_visits(scene) / np.maximum(kinds, 1)
    return {kind: int(MOST_KEPT * min(1.5, places[kind] / max(1.0, share[who].sum()))) for kind, who in holders.items()}


def _holders(scene: Scene, skill: str | None, level: int) -> Ints:
    """Who holds a skill on the first day."""
    return scene.people.holders(skill, level, scene.batch.horizon.start.date())[0]


def _most_visits(scene: Scene) -> Ints:
    """No volunteer could make more visits than this, pins aside: by limits, and by hours at the shortest service."""
    people, batch = scene.people, scene.batch
    longest = np.add.reduceat(np.append(people.shift_end - people.shift_start, 0), people.shift_ptr[:-1])
    longest = np.where(np.diff(people.shift_ptr) > 0, longest, 0)
    shortest = min((whole_seconds(r.minutes or q.minutes) for q in batch.requests for r in q.roles), default=1)
    limits = (people.max_requests, np.maximum(0, people.max_asks - people.asked), longest // max(1, shortest))
    rough: Ints = np.minimum.reduce(limits)
    return rough
