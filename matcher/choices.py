"""What there is to decide on: the slots, options and nodes of all requests, one request after the other."""

from collections.abc import Sequence

import numpy as np

from matcher.batch import Request, Role
from matcher.blocks import Blocks
from matcher.candidates import Finder, Spans
from matcher.gains import Tiers
from matcher.nodes import Nodes, Runs, Store
from matcher.options import ANY_TEAM, MOST_OPTIONS, PINNED_ONLY, Pin, Starts
from matcher.outside import Asked, Outside, needed, tied
from matcher.scene import Scene
from matcher.surplus import of_use


class Choices:
    """Slots, options and nodes of the requests, which are in the order of their ids.

    slots: (role of the request, start, team). options: their slots. option_times: earliest start and last end.
    outside: people left out of roles, null where nobody is. nodes: packed. slot_ptr, option_ptr: where each request
    begins. linked: per request, whether its visits depend on each other, so that its options must be variables. placed:
    indices of pins that are nodes. complete: whether no option is left out.
    """

    def __init__(self, scene: Scene, order: Sequence[int], tiers: Tiers) -> None:
        self._scene, self._finder, self._tiers = scene, Finder(scene), tiers
        self._of_use = of_use(scene)
        self.outside = Outside(scene, self._finder, tiers) if needed(scene, self._of_use) else None
        self._tied = tied(scene) if self.outside is not None else set[str]()
        self._roles = 0
        self._teams = scene.people.teams()
        self._previous = {visit.request for visit in scene.batch.previous}
        self._followed = {after.request for request in scene.batch.requests for after in request.after}
        self.slots: list[tuple[int, int, int]] = []
        self.options: list[tuple[int, ...]] = []
        self.option_times: list[tuple[int, int]] = []
        self.nodes = Store()
        self._blocks = Blocks(self._finder, self.nodes)
        self.slot_ptr, self.option_ptr, self.linked = [0], [0], list[bool]()
        self.placed: set[int] = set()
        self.complete = True
        for index in order:
            self._add(index, scene.batch.requests[index])
        self._blocks.flush()
        self.nodes.pack()

    def _add(self, index: int, request: Request) -> None:
        """All there is for the request at an index of the batch."""
        pins = self._scene.pins.get(request.id, [])
        starts = Starts(request, self._scene.step, self._scene.clock, pins)
        times = [starts.of_role(q) for q in range(len(request.roles))]
        spans = [
            self._finder.spans(index, request, role, starts.seconds[q], times[q], self._of_use)
            for q, role in enumerate(request.roles)
        ]
        if pins or request.one_team or request.id in self._previous:
            self._add_singled(index, starts, times, spans, pins)
        else:
            self._add_open(index, starts, times, spans)
        self._roles += len(request.roles)
        self.linked.append(self._is_linked(request, bool(pins)))
        self.slot_ptr.append(len(self.slots))
        self.option_ptr.append(len(self.options))

    def _add_open(self, index: int, starts: Starts, times: Sequence[list[int]], spans: Sequence[Spans]) -> None:
        """Options and slots for all who could come, nodes of those who are not left out."""
        request = starts.request
        outside = self.outside if request.id not in self._tied else None
        usable = [_starts_of(*of_role) for of_role in zip(request.roles, times, spans, strict=True)]
        slot_of = self._add_options(starts, ANY_TEAM, usable)
        for q, (role, some, slot_at) in enumerate(zip(request.roles, spans, slot_of, strict=True)):
            if slot_at:
                gains = self._tiers.node_gain(request, role, some.who, some.level)
                if outside is not None:
                    asked = Asked(index, request, role, starts.seconds[q], slot_at)
                    kept = outside.kept(self._roles + q, asked, some, gains)
                    if kept is not None:
                        some, gains = some.at(kept), self._tiers.some(gains, kept)
                self._blocks.add(some, gains, times[q], starts.seconds[q], slot_at)

    def _add_singled(
        self,
        index: int,
        starts: Starts,
        times: Sequence[list[int]],
        spans: Sequence[Spans],
        pins: Sequence[Pin],
    ) -> None:
        """Options, slots and nodes of a request that has pins, earlier visits or one team."""
        request, found = starts.request, []
        for q, role in enumerate(request.roles):
            nodes = self._finder.nodes(index, role, starts.seconds[q], times[q], spans[q], pins)
            found.append(nodes)
            self._place(role, nodes, pins)
        for team in self._variants(request, found):
            self._add_variant(starts, team, [self._members(nodes, team) for nodes in found], pins)

    def _place(self, role: Role, nodes: Nodes, pins: Sequence[Pin]) -> None:
        """Notes the pins that are nodes of the role."""
        mine = [pin for pin in pins if pin.role == role.id]
        if mine:
            held = nodes.at(nodes.pinned == 1)
            known = set(zip(held.volunteer.tolist(), held.start.tolist(), strict=True))
            index = self._scene.people.index
            self.placed |= {pin.index for pin in mine if (index[pin.volunteer], pin.start) in known}

    def _variants(self, request: Request, found: Sequence[Nodes]) -> list[int]:
        """The teams that may come."""
        if not request.one_team:
            return [ANY_TEAM]
        pinned = any(nodes.pinned.any() for nodes in found)
        who = np.unique(np.concatenate([nodes.volunteer for nodes in found]))
        teams = [t for t, name in enumerate(self._teams) if self._scene.people.in_team(name)[who].any()]
        return ([PINNED_ONLY] if pinned else []) + teams

    def _members(self, nodes: Nodes, team: int) -> Nodes:
        """The nodes of a team and those pinned."""
        if team == ANY_TEAM:
            return nodes
        kept = nodes.pinned == 1
        if team != PINNED_ONLY:
            kept |= self._scene.people.in_team(self._teams[team])[nodes.volunteer]
        return nodes.at(kept)

    def _add_variant(self, starts: Starts, team: int, found: Sequence[Nodes], pins: Sequence[Pin]) -> None:
        """Add the options, slots and nodes of one team that have enough candidates."""
        usable = [_usable(role, nodes, pins) for role, nodes in zip(starts.request.roles, found, strict=True)]
        for role, nodes, slots_at in zip(
            starts.request.roles, found, self._add_options(starts, team, usable), strict=True
        ):
            if slots_at:
                self._add_nodes(starts.request, role, nodes, slots_at)

    def _add_options(self, starts: Starts, team: int, usable: list[set[int]]) -> list[dict[int, int]]:
        """Add the options of one team at usable starts, and their slots; gives the slot of each start, role by role."""
        slot_of: list[dict[int, int]] = [{} for _ in usable]
        before = self.option_ptr[-1]
        for combination in starts.combinations(usable):
            if len(self.options) - before >= MOST_OPTIONS:
                self.complete = False
                break
            slots = []
            for q, start in enumerate(combination):
                if start not in slot_of[q]:
                    slot_of[q][start] = len(self.slots)
                    self.slots.append((q, start, team))
                slots.append(slot_of[q][start])
            self.options.append(tuple(slots))
            ends = [start + seconds for start, seconds in zip(combination, starts.seconds, strict=True)]
            self.option_times.append((combination[0], max(ends)))
        return slot_of

    def _add_nodes(self, request: Request, role: Role, nodes: Nodes, slot_at: dict[int, int]) -> None:
        """Add the nodes at the starts that have a slot."""
        moments = np.array(sorted(slot_at), dtype=np.int32)
        numbers = np.array([slot_at[moment] for moment in moments.tolist()], dtype=np.int32)
        at = np.minimum(np.searchsorted(moments, nodes.start), len(moments) - 1)
        has = moments[at] == nodes.start
        if not has.all():
            nodes, at = nodes.at(has), at[has]
        who, level, start = (column.astype(np.int64) for column in (nodes.volunteer, nodes.level, nodes.start))
        gains = self._tiers.node_gain(request, role, who, level, start, nodes.pinned)
        self.nodes.add(Runs.single(nodes), numbers[at].tolist(), gains)

    def _is_linked(self, request: Request, pinned: bool) -> bool:
        """Whether visits of the request added last depend on each other."""
        if len(request.roles) > 1 or request.after or request.one_team or request.mandatory or pinned:
            return True
        if request.id in self._followed:
            return True
        role = request.roles[0]
        if role.count == 1:
            return False
        times = self.option_times[self.option_ptr[-1] :]
        late = request.due is not None and any(end > self._scene.clock.seconds(request.due) for _, end in times)
        return (role.min_count or role.count) > 1 or len(times) > 1 or late


def _starts_of(role: Role, starts: Sequence[int], spans: Spans) -> set[int]:
    """The starts at which a role has enough candidates."""
    if not len(spans.who):
        return set()
    size, least = len(starts) + 1, role.count if role.min_count is None else role.min_count
    changes = np.bincount(spans.first, minlength=size) - np.bincount(spans.first + spans.length, minlength=size)
    counts = np.cumsum(changes)[:-1].tolist()
    return {start for start, count in zip(starts, counts, strict=True) if count >= max(1, least)}


def _usable(role: Role, nodes: Nodes, pins: Sequence[Pin]) -> set[int]:
    """The starts at which a role has enough candidates."""
    moments, counts = np.unique(nodes.start, return_counts=True)
    if sum(pin.role == role.id for pin in pins) > role.count:
        return set()
    least = role.count if role.min_count is None else role.min_count
    return set(moments[counts >= least].tolist())
