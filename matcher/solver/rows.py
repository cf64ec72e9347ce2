"""The rows of the master problem, shared by its linear relaxation and its integer step.

Variables are routes (a volunteer's whole plan) and options (of linked requests). Rows are
- one per class of volunteers with a route (`alike`): at most as many as there are people; most never have any;
- one per role of a request that is not linked: at most `count` visits;
- two per slot of a linked request: visits <= count * options, visits >= min_count * options (one
  equality where both are the same);
- one per linked request: at most one option;
- one per `after` and start: an option only with a fitting one of the request before;
- one per tier: what earlier tiers have reached is kept;
- cuts, added where the relaxation breaks them: a node is visited at most as often as its slot's options are
  chosen, by each of its class (so that half an option does not let one person fill both of two places).
"""

from dataclasses import dataclass, field, replace

import numpy as np
from numpy.typing import NDArray

from matcher.instance import Instance
from matcher.solver.alike import Alike
from matcher.solver.branch import Branch

Ints = NDArray[np.int64]
Floats = NDArray[np.float64]
INF = float("inf")


@dataclass
class Rows:
    """Bounds of all rows and the coefficients of options (COO).

    upper_row, lower_row: rows of each slot [S]. role_row: row of each role that is not linked [Q]. request_row:
    row of each linked request's options [R]. cut_row: row of each node's cut [N]. person_row: row of each volunteer
    whose class has a route [V]. -1 if there is none.
    """

    alike: Alike

    low: list[float] = field(default_factory=list)
    high: list[float] = field(default_factory=list)
    option: list[int] = field(default_factory=list)
    row: list[int] = field(default_factory=list)
    coefficient: list[float] = field(default_factory=list)
    upper_row: Ints = field(default_factory=lambda: np.zeros(0, dtype=np.int64))
    lower_row: Ints = field(default_factory=lambda: np.zeros(0, dtype=np.int64))
    role_row: Ints = field(default_factory=lambda: np.zeros(0, dtype=np.int64))
    request_row: Ints = field(default_factory=lambda: np.zeros(0, dtype=np.int64))
    cut_row: Ints = field(default_factory=lambda: np.zeros(0, dtype=np.int64))
    person_row: Ints = field(default_factory=lambda: np.zeros(0, dtype=np.int64))
    tier_row: int = 0

    def add(self, low: float, high: float) -> int:
        """A new row; returns its index."""
        self.low.append(low)
        self.high.append(high)
        return len(self.low) - 1

    def enter(self, option: int, row: int, coefficient: float) -> None:
        """A coefficient of an option."""
        self.option.append(option)
        self.row.append(row)
        self.coefficient.append(coefficient)

    def meet(self, people: Ints) -> int:
        """Rows for those volunteers' classes that have none yet; returns how many."""
        fresh = np.unique(self.alike.first[people])
        fresh = fresh[self.person_row[fresh] < 0]
        self.person_row[fresh] = len(self.low) + np.arange(len(fresh))
        self.person_row = self.person_row[self.alike.first]
        self.low += [-INF] * len(fresh)
        self.high += self.alike.size[fresh].astype(float).tolist()
        return len(fresh)

    def copy(self) -> "Rows":
        """Rows that can grow by themselves."""
        return replace(self, low=[*self.low], high=[*self.high], person_row=self.person_row.copy())


def build_rows(inst: Instance, alike: Alike) -> Rows:
    """The rows of an instance and classes of its volunteers."""
    rows = Rows(alike, person_row=np.full(inst.volunteers, -1, dtype=np.int64))
    rows.upper_row = np.full(len(inst.slot_role), -1, dtype=np.int64)
    rows.lower_row = np.full(len(inst.slot_role), -1, dtype=np.int64)
    rows.role_row = np.full(len(inst.role_max), -1, dtype=np.int64)
    rows.request_row = np.full(inst.requests, -1, dtype=np.int64)
    rows.cut_row = np.full(inst.nodes, -1, dtype=np.int64)
    linked = inst.linked[inst.role_request[inst.slot_role]]
    _simple_rows(inst, rows, np.flatnonzero(~linked))
    _slot_rows(inst, rows, np.flatnonzero(linked))
    _option_rows(inst, rows)
    for request, before, least, most in inst.after:
        _after_rows(inst, rows, request, before, least, most)
    rows.tier_row = len(rows.low)
    for _ in range(inst.tiers.count):
        rows.add(-INF, INF)
    return rows


def _simple_rows(inst: Instance, rows: Rows, slots: Ints) -> None:
    for role in np.unique(inst.slot_role[slots]):
        rows.role_row[role] = rows.add(-INF, int(inst.role_max[role]))
    rows.upper_row[slots] = rows.role_row[inst.slot_role[slots]]


def bounds_in(inst: Instance, rows: Rows, branch: Branch) -> tuple[Floats, Floats]:
    """Lower and upper bounds of all rows in a branch."""
    low, high = np.array(rows.low), np.array(rows.high)
    served, free = np.flatnonzero(branch.served), np.flatnonzero(rows.role_row >= 0)
    low[rows.request_row[served]] = 1
    low[rows.role_row[free]] = np.where(branch.least[free] > 0, branch.least[free], -INF)
    high[rows.role_row[free]] = branch.most[free]
    return low, high


def _slot_rows(inst: Instance, rows: Rows, slots: Ints) -> None:
    for slot in slots:
        role = inst.slot_role[slot]
        if inst.role_min[role] == inst.role_max[role]:
            rows.upper_row[slot] = rows.add(0, 0)
        else:
            rows.upper_row[slot] = rows.add(-INF, 0)
            rows.lower_row[slot] = rows.add(0, INF)


def _option_rows(inst: Instance, rows: Rows) -> None:
    for r in np.unique(inst.option_request):
        if inst.linked[r]:
            rows.request_row[r] = rows.add(-INF, 1)
    for o, r in enumerate(inst.option_request):
        if not inst.linked[r]:
            continue
        rows.enter(o, int(rows.request_row[r]), 1)
        for slot in inst.option_slots[inst.option_ptr[o] : inst.option_ptr[o + 1]]:
            role = inst.slot_role[slot]
            rows.enter(o, int(rows.upper_row[slot]), -float(inst.role_max[role]))
            if rows.lower_row[slot] >= 0:
                rows.enter(o, int(rows.lower_row[slot]), -float(inst.role_min[role]))


def _after_rows(inst: Instance, rows: Rows, request: int, before: int, least: int, most: int) -> None:
    mine = np.flatnonzero(inst.option_request == request)
    theirs = np.flatnonzero(inst.option_request == before)
    for start in np.unique(inst.option_start[mine]):
        gap = start - inst.option_end[theirs]
        row = rows.add(-INF, 0)
        for o in mine[inst.option_start[mine] == start]:
            rows.enter(int(o), row, 1)
        for o in theirs[(gap >= least) & (gap <= most)]:
            rows.enter(int(o), row, -1)


def add_cuts(inst: Instance, rows: Rows, nodes: Ints) -> None:
    """Cuts for nodes that have none yet."""
    slots = inst.node_slot[nodes]
    users: dict[int, list[int]] = {int(s): [] for s in slots}
    option_of = np.repeat(np.arange(len(inst.option_request)), np.diff(inst.option_ptr))
    for at in np.flatnonzero(np.isin(inst.option_slots, slots)):
        users[int(inst.option_slots[at])].append(int(option_of[at]))
    for node, slot in zip(nodes.tolist(), slots.tolist(), strict=True):
        rows.cut_row[node] = row = rows.add(-INF, 0)
        for option in users[slot]:
            rows.enter(option, row, -float(rows.alike.size[inst.node["volunteer"][node]]))
